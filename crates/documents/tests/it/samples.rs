//! Papers of every kind, with everything on them that can be.

use model::billing::{Invoice, Statement};
use serde_json::{Value, json};

fn party(name: &str, town: &str, country: &str) -> Value {
    json!({
        "legal_name": name, "tax_id": "0312345678", "registration": "HRB 4711", "email": "billing@partners.example",
        "address": {"street": "Phố Huế", "building_number": "12", "post_code": "100000", "town": town, "country": country},
    })
}

fn money(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

fn id(prefix: &str) -> String {
    format!("{prefix}_00000000000000000000000004")
}

/// An invoice of so many lines.
pub fn invoice(lines: usize, currency: &str) -> Invoice {
    let kinds = ["action", "clicks", "impressions"];
    let line = |place: usize| {
        let kind = kinds[place % 3];
        let names = [
            "Tiệm Hoa Hồng",
            "Summer sale, everything for the garden and the balcony in one place",
            "فروشگاه گل سرخ",
        ];
        json!({
            "kind": kind, "program": {"id": id("prg"), "name": names[place % names.len()]},
            "action": if kind == "action" { json!(["order", "qualified_lead", "signup"][place % 3]) } else { Value::Null },
            "count": 1234 + place, "commission": money("1234567.89", currency), "fee": money("246913.57", currency),
            "amount": money("1481481.46", currency),
        })
    };
    let lines: Vec<Value> = (0..lines).map(line).collect();
    let paper = json!({
        "id": id("inv"), "kind": "invoice", "number": "INV-2026-0007", "network_id": id("net"),
        "advertiser_id": id("adv"), "currency": currency, "zone": "Asia/Tehran",
        "period": {"start": "2026-09-30T20:30:00.000000Z", "end": "2026-10-31T20:30:00.000000Z"},
        "issued_at": "2026-11-02T08:00:00.000000Z", "due_at": "2026-12-02T08:00:00.000000Z", "prepaid": false,
        "issuer": party("Partners Network B.V.", "Amsterdam", "NL"),
        "recipient": party("Công ty TNHH Hoa Hồng", "Hà Nội", "VN"),
        "payment_instructions": "Bank: Example Bank, Amsterdam\nIBAN: NL91 ABNA 0417 1643 00\nReference: INV-2026-0007",
        "refers_to": null, "funding_id": null, "lines": lines,
        "net": money("4444444.385", currency), "rounding": money("-0.005", currency),
        "billed": money("4444444.38", currency), "carried": money("0.005", currency),
        "taxes": [{"name": "VAT", "percent": "10", "amount": money("444444.44", currency)}],
        "tax_note": "Reverse charge does not apply.", "gross": money("4888888.82", currency), "note": null,
    });
    serde_json::from_value(paper).unwrap()
}

/// A credit note for it.
pub fn credit_note() -> Invoice {
    let mut paper = serde_json::to_value(invoice(2, "USD")).unwrap();
    let more = json!({
        "kind": "credit_note", "number": "CN-2026-0001", "due_at": null, "payment_instructions": null,
        "refers_to": {"id": id("inv"), "number": "INV-2026-0006", "issued_at": "2026-10-02T08:00:00.000000Z"},
    });
    paper.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(paper).unwrap()
}

/// A payment receipt.
pub fn payment_receipt() -> Invoice {
    let mut paper = serde_json::to_value(invoice(0, "USD")).unwrap();
    let more = json!({
        "kind": "payment_receipt", "number": "RC-2026-0003", "due_at": null, "payment_instructions": null, "period": null,
        "funding_id": id("fun"), "taxes": [], "tax_note": null, "rounding": money("0", "USD"), "note": "Bank reference 4711",
        "refers_to": {"id": id("inv"), "number": "INV-2026-0007", "issued_at": "2026-11-02T08:00:00.000000Z"},
    });
    paper.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(paper).unwrap()
}

/// A statement with every kind of line, in dong.
pub fn statement() -> Statement {
    let program = json!({"id": id("prg"), "name": "Tiệm Hoa Hồng"});
    let kinds = [
        "earned",
        "reversed",
        "clicks",
        "impressions",
        "visits",
        "bonuses",
        "bonuses_reversed",
        "referrals",
        "referrals_reversed",
        "sold",
        "bought",
        "paid_out",
        "withheld",
        "payout_returned",
    ];
    let line = |kind: &&str| {
        let of_program = ["earned", "reversed", "clicks", "impressions", "visits"].contains(kind);
        let less = ["reversed", "bonuses_reversed", "referrals_reversed", "sold", "paid_out", "withheld"]
            .contains(kind);
        json!({
            "kind": kind, "program": if of_program { program.clone() } else { Value::Null },
            "action": if ["earned", "reversed"].contains(kind) { json!("order") } else { Value::Null }, "count": 17,
            "amount": money(if less { "-250000" } else { "1250000" }, "VND"),
        })
    };
    let lines: Vec<Value> = kinds.iter().map(line).collect();
    let paper = json!({
        "id": id("sta"), "number": "ST-2026-0002", "network_id": id("net"), "publisher_id": id("pub"),
        "currency": "VND", "zone": "Asia/Ho_Chi_Minh",
        "period": {"start": "2026-09-30T17:00:00.000000Z", "end": "2026-10-31T17:00:00.000000Z"},
        "issued_at": "2026-11-02T08:00:00.000000Z", "issuer": party("Partners Network B.V.", "Amsterdam", "NL"),
        "recipient": {"legal_name": "نشر گل سرخ", "address": {"town": "تهران", "country": "IR"}},
        "opening": money("-100000", "VND"), "lines": lines, "closing": money("8400000", "VND"),
    });
    serde_json::from_value(paper).unwrap()
}
