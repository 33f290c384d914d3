//! A payer, payees and runs to test with.

use bank::{
    details::{checked, checked_payer},
    file::{Batch, Payment},
};
use model::{
    Money,
    payout::{PayerDetails, PaymentDetails, PaymentMethod},
};
use serde_json::{Value, json};

/// Payment details from members that are laid over those of a method.
pub fn details(method: &str, members: Value) -> PaymentDetails {
    serde_json::from_value(body(method, members)).expect("details")
}

/// The same as JSON.
pub fn body(method: &str, members: Value) -> Value {
    let mut body = json!({
        "method": method, "holder": "Nguyễn Văn Đức", "holder_kind": "person",
        "address": {"street": "Phố Huế", "building_number": "12", "post_code": "100000", "town": "Hà Nội", "country": "VN"},
        "currency": "EUR",
    });
    let own = match method {
        "sepa" => json!({"iban": "DE89 3704 0044 0532 0130 00"}),
        "iso20022" => json!({"account_number": "0123456789", "bic": "BFTVVNVX"}),
        "ach" => {
            json!({"routing_number": "021000021", "account_number": "12345678", "account_kind": "checking", "currency": "USD"})
        }
        _ => json!({"instructions": "cash, at the counter"}),
    };
    for more in [own, members] {
        let Value::Object(more) = more else { panic!("no object") };
        body.as_object_mut().expect("an object").extend(more);
    }
    body
}

/// Who pays.
pub fn payer() -> PayerDetails {
    let payer = json!({
        "name": "Merit Partners GmbH & Co", "iban": "NL91ABNA0417164300", "bic": "ABNANL2A",
        "address": {"street": "Keizersgracht", "building_number": "1", "post_code": "1015 AA", "town": "Amsterdam", "country": "NL"},
        "ach": {"routing_number": "011401533", "bank_name": "First Bank", "company_id": "1234567890"},
    });
    checked_payer(serde_json::from_value(payer).expect("a payer")).expect("a good payer")
}

/// A run of these payments: details and decimal amount.
pub fn batch(method: PaymentMethod, payments: Vec<(PaymentDetails, &str)>) -> Batch {
    let payments = payments.into_iter().zip(1..).map(|((details, amount), number)| Payment {
        id: format!("pyt_06fw3q8z7k2n5c9t1x4v6b8m{number:02}"),
        amount: Money::parse(amount, details.currency).expect("an amount"),
        details: checked(details).expect("good details"),
    });
    Batch {
        id: "pyr_06fw3q8z7k2n5c9t1x4v6b8m0p".to_owned(),
        method,
        payer: Some(payer()),
        created: "2026-03-01T10:20:30".to_owned(),
        day: "2026-03-02".to_owned(),
        payments: payments.collect(),
    }
}
