//! Which payment details can be paid to, and which member of the others cannot.

use bank::details::{checked, checked_payer, percent};
use model::payout::PaymentDetails;
use serde_json::{Value, json};

use crate::world::{body, details, payer};

/// The member that is refused.
fn refused(method: &str, members: &Value) -> (String, bool) {
    let error = checked(details(method, members.clone())).expect_err(&members.to_string());
    (error.field, error.missing)
}

#[test]
fn details_of_every_method_are_accepted_and_written_as_banks_do() {
    for method in ["sepa", "iso20022", "ach", "other"] {
        checked(details(method, json!({}))).expect(method);
    }
    let sepa = checked(details("sepa", json!({"bic": "deutdeff"}))).expect("sepa");
    assert_eq!(sepa.iban.as_deref(), Some("DE89370400440532013000"));
    assert_eq!(sepa.bic.as_deref(), Some("DEUTDEFF"));
    let iban = json!({"account_number": null, "iban": "IR58 0540 1051 8002 1273 1130 07", "currency": "IRR"});
    checked(details("iso20022", iban)).expect("an IBAN elsewhere");
}

#[test]
fn what_cannot_be_paid_to_names_its_member() {
    let town = |town: &str, country: &str| json!({"address": {"town": town, "country": country}});
    for (method, members, field, missing) in [
        ("sepa", json!({"iban": null}), "iban", true),
        ("sepa", json!({"iban": "DE89370400440532013001"}), "iban", false),
        ("sepa", json!({"iban": "IR580540105180021273113007"}), "iban", false),
        ("sepa", json!({"bic": "DEUTDEF"}), "bic", false),
        ("sepa", json!({"currency": "USD"}), "currency", false),
        ("sepa", json!({"routing_number": "021000021"}), "routing_number", false),
        ("iso20022", json!({"bic": null}), "bic", true),
        ("iso20022", json!({"account_number": null}), "iban", true),
        ("iso20022", json!({"iban": "DE89370400440532013000"}), "account_number", false),
        ("iso20022", json!({"account_number": "12 34"}), "account_number", false),
        ("ach", json!({"routing_number": "021000022"}), "routing_number", false),
        ("ach", json!({"routing_number": null}), "routing_number", true),
        ("ach", json!({"account_number": null}), "account_number", true),
        ("ach", json!({"account_kind": null}), "account_kind", true),
        ("ach", json!({"currency": "EUR"}), "currency", false),
        ("other", json!({"instructions": " "}), "instructions", true),
        ("other", json!({"iban": "DE89370400440532013000"}), "iban", false),
        ("sepa", json!({"holder": ""}), "holder", true),
        ("sepa", json!({"holder": "a\nb"}), "holder", false),
        ("sepa", json!({"holder": "\u{e000}"}), "holder", false),
        ("sepa", town("", "DE"), "address.town", true),
        ("sepa", town("Berlin", "de"), "address.country", false),
        ("sepa", town("Berlin", "XX"), "address.country", false),
        ("sepa", json!({"withholding_percent": "100"}), "withholding_percent", false),
        ("sepa", json!({"schedule": {"every": "month", "day": 32}}), "schedule.day", false),
        ("sepa", json!({"minimum": "-1"}), "minimum", false),
        ("sepa", json!({"minimum": "many"}), "minimum", false),
    ] {
        assert_eq!(refused(method, &members), (field.to_owned(), missing), "{method} {members}");
    }
    let unknown = serde_json::from_value::<PaymentDetails>(body("sepa", json!({"iabn": "x"})));
    assert!(unknown.is_err(), "a member that nobody knows is refused");
}

#[test]
fn the_payer_is_checked_alike() {
    let mut wrong = payer();
    wrong.ach.as_mut().expect("ach").routing_number = "011401534".to_owned();
    assert_eq!(checked_payer(wrong).expect_err("a wrong number").field, "ach.routing_number");
    let mut both = payer();
    both.account_number = Some("1".to_owned());
    assert_eq!(checked_payer(both).expect_err("two accounts").field, "account_number");
}

#[test]
fn percentages_are_hundredths_of_a_percent() {
    let read = ["15", "7.5", "0.01", "99.99", "100", "", "1.234", "-1", "1.", "1e1"].map(percent);
    let wanted = [Some(1_500), Some(750), Some(1), Some(9_999), None, None, None, None, None, None];
    assert_eq!(read, wanted);
}
