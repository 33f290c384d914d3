//! The files that go to banks. `scripts/bank-file-test` validates the ISO 20022 ones against the schema: they are written to
//! the folder in `MERIT_BANK_FILES` when it is set.

use bank::file::{BankFile, Batch, FileError, replacements, write};
use model::payout::PaymentMethod::{self, Ach, Iso20022, Other, Sepa};
use serde_json::json;

use crate::world::{batch, details};

fn text(batch: &Batch) -> String {
    let BankFile { name, bytes, .. } = write(batch).expect("a file");
    if let Some(folder) = std::env::var_os("MERIT_BANK_FILES") {
        let name = format!("{}-{name}", batch.method.word());
        std::fs::write(std::path::Path::new(&folder).join(name), &bytes).expect("a folder to write to");
    }
    String::from_utf8(bytes).expect("text")
}

fn two(method: PaymentMethod) -> Batch {
    let company = json!({"holder": "رضایی <و> شرکا", "holder_kind": "company", "bic": "DEUTDEFF"});
    let other = match method {
        Ach => {
            json!({"holder": "Acme & Sons, Incorporated", "holder_kind": "company", "routing_number": "011401533", "account_kind": "savings"})
        }
        Other => json!({"holder": "=HYPERLINK(\"x\")", "instructions": "-cash"}),
        _ => company,
    };
    batch(
        method,
        vec![(details(method.word(), json!({})), "1234.5"), (details(method.word(), other), "0.07")],
    )
}

#[test]
fn an_order_in_the_words_of_iso_20022() {
    let xml = text(&two(Sepa));
    for part in [
        "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"",
        "<MsgId>pyr-06fw3q8z7k2n5c9t1x4v6b8m0p</MsgId>",
        "<CreDtTm>2026-03-01T10:20:30Z</CreDtTm>",
        "<NbOfTxs>2</NbOfTxs>",
        "<CtrlSum>1234.57</CtrlSum>",
        "<Nm>Merit Partners GmbH + Co</Nm>",
        "<Dt>2026-03-02</Dt>",
        "<EndToEndId>pyt-06fw3q8z7k2n5c9t1x4v6b8m01</EndToEndId>",
        "<InstdAmt Ccy=\"EUR\">1234.50</InstdAmt>",
        "<Nm>Nguyen Van Duc</Nm>",
        "<TwnNm>Ha Noi</TwnNm>",
        "<Ctry>VN</Ctry>",
        "<IBAN>DE89370400440532013000</IBAN>",
        "<ChrgBr>SLEV</ChrgBr>",
    ] {
        assert!(xml.contains(part), "{part} in\n{xml}");
    }
    assert!(xml.is_ascii() && !xml.contains("<و>"), "{xml}");
    assert_eq!(xml, text(&two(Sepa)), "the same run gives the same bytes");
    let elsewhere = text(&two(Iso20022));
    assert!(
        elsewhere.contains("<ChrgBr>SHAR</ChrgBr>") && elsewhere.contains("<Id>0123456789</Id>"),
        "{elsewhere}"
    );
}

#[test]
fn records_of_94_characters_whose_sums_agree() {
    let file = text(&two(Ach));
    let records: Vec<&str> = file.lines().collect();
    assert!(records.len() == 10 && records.iter().all(|record| record.len() == 94), "{file}");
    #[rustfmt::skip]
    let wanted = [
        "101 01140153312345678902603011020A094101FIRST BANK             MERIT PARTNERS GMBH + C        ",
        "5220MERIT PARTNERS G                    1234567890CCDCOMMISSION260302260302   1011401530000001",
        "63201140153312345678         0000000007N5C9T1X4V6B8M02ACME + SONS, INCORPORA  0011401530000001",
        "822000000100011401530000000000000000000000071234567890                         011401530000001",
        "5220MERIT PARTNERS G                    1234567890PPDCOMMISSION260302260302   1011401530000002",
        "62202100002112345678         0000123450N5C9T1X4V6B8M01NGUYEN VAN DUC          0011401530000002",
        "822000000100021000020000000000000000001234501234567890                         011401530000002",
        "9000002000001000000020003240155000000000000000000123457                                       ",
    ];
    assert_eq!(records[..8], wanted);
    assert!(records[8..].iter().all(|record| *record == "9".repeat(94)));
}

#[test]
fn a_list_that_no_spreadsheet_takes_for_formulas() {
    let csv = text(&two(Other));
    assert!(csv.starts_with("run_id,payout_id,amount,currency,day,holder,"), "{csv}");
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\"") && csv.contains(",'-cash\n"), "{csv}");
    assert!(csv.contains("Nguyễn Văn Đức"), "a list keeps the letters: {csv}");
}

#[test]
fn what_is_written_otherwise_is_told() {
    let told = |method| -> Vec<(String, String)> {
        let batch = two(method);
        let replaced = replacements(method, &batch.payments[0].details);
        replaced.into_iter().map(|one| (one.field, one.to)).collect()
    };
    let pair = |field: &str, to: &str| (field.to_owned(), to.to_owned());
    assert_eq!(
        told(Sepa),
        [pair("holder", "Nguyen Van Duc"), pair("address.street", "Pho Hue"), pair("address.town", "Ha Noi")]
    );
    assert_eq!(told(Ach), [pair("holder", "Nguyen Van Duc")]);
    assert_eq!(told(Other), []);
}

#[test]
fn what_cannot_be_written_is_refused() {
    let mut no_payer = two(Sepa);
    no_payer.payer = None;
    assert_eq!(write(&no_payer), Err(FileError::PayerMember("iban")));
    let mut no_originator = two(Ach);
    no_originator.payer.as_mut().expect("a payer").ach = None;
    assert_eq!(write(&no_originator), Err(FileError::PayerMember("ach")));
    let nobody = Batch { payments: Vec::new(), ..two(Sepa) };
    assert_eq!(write(&nobody), Err(FileError::Empty));
    for amount in ["0", "-1", "0.001"] {
        let fraction = batch(Sepa, vec![(details("sepa", json!({})), amount)]);
        assert!(matches!(write(&fraction), Err(FileError::Amount { .. })), "{amount}");
    }
    let most = batch(Ach, vec![(details("ach", json!({})), "100000000.00")]);
    assert!(matches!(write(&most), Err(FileError::Amount { .. })), "ten digits of cents are the most");
}
