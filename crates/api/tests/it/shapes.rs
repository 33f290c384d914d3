//! The shapes in the API document against the model's own serialisation: every word and every member, both ways.

use std::collections::BTreeSet;

use api::openapi;
use app::lifecycle::ItemPart;
use model::{
    access::{Right, Role},
    billing::{
        BillingProfile, IssuerProfile, LineKind, Numbering, PaperKind, Party, StatementLineKind, TaxRate,
    },
    calendar::Period,
    contract::{
        ActionTerms, AttributionTerms, Cap, CapMetric, Conditions, CustomerKind, Fee, Months, RateTerm,
        Recurring, StandDown, Terms, TierMetric, TierStep, Tiers,
    },
    conversion::{Intake, Item, Reason, State},
    link::CouponPolicy,
    parties::{Billing, PublisherKind, Status, UnknownConsent},
    payout::{
        AchOriginator, BankAccountKind, HolderKind, NotPaid, PayerDetails, PaymentDetails, PaymentMethod,
        PayoutRunState, PayoutState, PostalAddress, Weekday,
    },
    program::{Action, ActionKind, Fallbacks, LandingPage},
    targeting::{Choice, DayPart, Targeting},
    touch::{ConsentState, Facts, TouchKind},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn schema(name: &str) -> Value {
    let document = openapi::document();
    let found = document["components"]["schemas"][name].clone();
    assert!(found.is_object(), "{name} is not in the document");
    found
}

/// Every word of the shape is a word of the model, and `count` says how many the model has.
fn words<T: DeserializeOwned>(name: &str, count: usize) {
    let schema = schema(name);
    let listed = schema["enum"].as_array().unwrap();
    assert_eq!(listed.len(), count, "{name}");
    for word in listed {
        assert!(serde_json::from_value::<T>(word.clone()).is_ok(), "{name}: {word}");
    }
}

/// The members of the shape are those of a record of the model with everything in it.
fn members<T: Serialize + DeserializeOwned>(name: &str, full: Value) {
    let record: T = serde_json::from_value(full.clone()).unwrap();
    let written = serde_json::to_value(&record).unwrap();
    assert_eq!(written, full, "the sample of {name} has everything in it");
    let names = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let schema = schema(name);
    let mut described = names(&schema["properties"]);
    if name == "RateTerm" || name == "TierStep" {
        described.insert("percent".to_owned());
    }
    assert_eq!(described, names(&full), "{name}");
    for required in schema["required"].as_array().into_iter().flatten() {
        let mut without = full.clone();
        without.as_object_mut().unwrap().remove(required.as_str().unwrap());
        assert!(serde_json::from_value::<T>(without).is_err(), "{name} does without {required}");
    }
    let optional = described.iter().filter(|member| {
        !schema["required"].as_array().into_iter().flatten().any(|required| required == member.as_str())
    });
    for member in optional {
        let mut without = full.clone();
        without.as_object_mut().unwrap().remove(member);
        assert!(serde_json::from_value::<T>(without).is_ok(), "{name} needs {member}");
    }
}

#[test]
fn words_are_the_model_s() {
    words::<Status>("Status", 4);
    words::<Billing>("Billing", 2);
    words::<PublisherKind>("PublisherKind", 10);
    words::<UnknownConsent>("UnknownConsent", 3);
    words::<Role>("Role", 4);
    words::<Right>("Right", 4);
    words::<ActionKind>("ActionKind", 5);
    words::<CapMetric>("CapMetric", 4);
    words::<model::contract::WhenReached>("WhenReached", 3);
    words::<model::alert::AlertKind>("AlertKind", 4);
    words::<Period>("Period", 6);
    words::<TierMetric>("TierMetric", 3);
    words::<model::bonus::BonusPayer>("BonusPayer", 2);
    words::<CustomerKind>("CustomerKind", 2);
    words::<TouchKind>("TouchKind", 4);
    words::<CouponPolicy>("CouponPolicy", 3);
    words::<StandDown>("StandDown", 3);
    words::<ConsentState>("ConsentState", 3);
    words::<State>("ConversionState", 7);
    words::<Intake>("Intake", 6);
    words::<model::Channel>("Channel", 15);
    words::<model::dispute::DisputeKind>("DisputeKind", 3);
    words::<model::dispute::DisputeState>("DisputeState", 4);
    words::<model::joining::Joining>("Joining", 3);
    words::<model::joining::ApplicationKind>("ApplicationKind", 2);
    words::<model::joining::ApplicationState>("ApplicationState", 6);
    words::<app::configuration::standings::Standing>("Standing", 6);
    words::<Reason>("Reason", 17);
    words::<PaymentMethod>("PaymentMethod", PaymentMethod::ALL.len());
    words::<BankAccountKind>("BankAccountKind", BankAccountKind::ALL.len());
    words::<HolderKind>("HolderKind", HolderKind::ALL.len());
    words::<Weekday>("Weekday", Weekday::ALL.len());
    words::<PayoutRunState>("PayoutRunState", PayoutRunState::ALL.len());
    words::<PayoutState>("PayoutState", PayoutState::ALL.len());
    words::<NotPaid>("NotPaid", NotPaid::ALL.len());
}

/// The console has a text in each of its three languages for every word that a receipt shows.
#[test]
fn the_console_knows_every_word_of_a_receipt() {
    let listed = |name: &str| -> Vec<String> {
        let words = schema(name)["enum"].as_array().unwrap().clone();
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let identified =
        ["click_id", "cookie", "customer_id", "email_hash", "first_conversion", "coupon", "nobody"];
    for (texts, words) in [
        (include_str!("../../../../web/src/texts/state.json"), listed("ConversionState")),
        (include_str!("../../../../web/src/texts/touch_kind.json"), listed("TouchKind")),
        (include_str!("../../../../web/src/texts/intake.json"), listed("Intake")),
        (include_str!("../../../../web/src/texts/identified.json"), identified.map(str::to_owned).to_vec()),
    ] {
        let texts: Value = serde_json::from_str(texts).unwrap();
        for word in words {
            for language in ["en", "vi", "fa"] {
                assert!(texts[&word][language].is_string(), "{word} in {language}");
            }
        }
    }
}

#[test]
fn papers_are_the_model_s() {
    words::<PaperKind>("PaperKind", PaperKind::ALL.len());
    words::<LineKind>("LineKind", LineKind::ALL.len());
    words::<StatementLineKind>("StatementLineKind", StatementLineKind::ALL.len());
    let address =
        json!({"street": "a", "building_number": "1", "post_code": "2", "town": "b", "country": "DE"});
    let rate = json!({"name": "VAT", "percent": "10"});
    members::<TaxRate>("TaxRate", rate.clone());
    let party =
        json!({"legal_name": "n", "address": address, "tax_id": "t", "registration": "r", "email": "e"});
    members::<Party>("Party", party.clone());
    let with = |more: Value| {
        let mut whole = party.clone();
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        whole
    };
    members::<BillingProfile>(
        "BillingProfile",
        with(json!({"tax_rates": [rate], "tax_note": "x", "payment_days": 7})),
    );
    let numbering = json!({"invoice": "i", "credit_note": "c", "payment_receipt": "r", "statement": "s", "yearly": false});
    members::<Numbering>("Numbering", numbering.clone());
    members::<IssuerProfile>(
        "IssuerProfile",
        with(json!({"payment_instructions": "bank", "numbering": numbering})),
    );
}

#[test]
fn records_of_programs_are_the_model_s() {
    let choice = json!({"only": ["VN"], "except": ["IR"]});
    let day_part = json!({"weekdays": [0], "from_minute": 0, "to_minute": 60});
    members::<Action>(
        "Action",
        json!({"name": "order", "kind": "order", "order_id_required": true, "repeats": true, "amount_required": true}),
    );
    members::<LandingPage>("LandingPage", json!({"url": "https://a.example/", "weight": 2}));
    members::<Fallbacks>("Fallbacks", json!({"caps": "a", "targeting": "b", "inactive": "c", "other": "d"}));
    members::<Choice>("Choice", choice.clone());
    members::<DayPart>("DayPart", day_part.clone());
    members::<Targeting>(
        "Targeting",
        json!({
            "country": choice, "region": choice, "city": choice, "device": choice, "os": choice, "os_version_min": {"android": "9"},
            "browser": choice, "language": choice, "carrier": choice, "connection": choice, "day_parts": [day_part],
        }),
    );
    members::<Cap>(
        "Cap",
        json!({"metric": "charge", "period": "day", "limit": "5", "currency": "USD", "over": "sub1", "soft": false,
               "when_reached": "honour", "even": true, "alert_at": [80]}),
    );
}

#[test]
fn records_of_payments_are_the_model_s() {
    let address =
        json!({"street": "a", "building_number": "1", "post_code": "2", "town": "b", "country": "DE"});
    let ach = json!({"routing_number": "1", "bank_name": "b", "company_id": "c"});
    members::<PostalAddress>("PostalAddress", address.clone());
    members::<AchOriginator>("AchOriginator", ach.clone());
    members::<PayerDetails>(
        "PayerDetails",
        json!({"name": "n", "address": address, "iban": "i", "account_number": "a", "bic": "b", "ach": ach}),
    );
    members::<PaymentDetails>(
        "PaymentDetails",
        json!({
            "method": "ach", "holder": "h", "holder_kind": "person", "address": address, "iban": "i", "bic": "b",
            "routing_number": "1", "account_number": "2", "account_kind": "savings", "instructions": "x", "tax_id": "t",
            "withholding_percent": "1", "currency": "USD", "schedule": {"every": "month", "day": 1}, "minimum": "5",
        }),
    );
}

#[test]
fn records_of_contracts_and_events_are_the_model_s() {
    let fee = json!({"percent": "20", "fixed": "1"});
    let when = json!({
        "customer": "new", "coupons": ["A"], "countries": ["VN"], "devices": ["mobile"], "subs": {"sub1": ["x"]},
        "skus": ["s"], "categories": ["c"], "months": {"from": 2, "to": 12}, "from": "2026-01-01T00:00:00.000000Z",
        "until": "2026-02-01T00:00:00.000000Z",
    });
    let step = json!({"from": "10", "percent": "7"});
    let tiers = json!({"by": "conversions", "per": "month", "retroactive": true, "steps": [step]});
    let rate = json!({"rule": "r", "kind": "percent", "when": when, "tiers": tiers, "percent": "5"});
    let action = json!({
        "action": "order", "rates": [rate], "click_window_seconds": 1, "view_window_seconds": 1, "delay_seconds_min": 1,
        "hold_seconds": 1, "recurring": {"months": 12},
    });
    let attribution = json!({"stand_down": "always", "paid_clicks_displace": true, "assist_percent": 5});
    members::<AttributionTerms>("AttributionTerms", attribution.clone());
    members::<Fee>("Fee", fee.clone());
    members::<Conditions>("Conditions", when.clone());
    members::<Recurring>("Recurring", json!({"months": 12}));
    members::<Months>("Months", json!({"from": 2, "to": 12}));
    members::<TierStep>("TierStep", step.clone());
    members::<Tiers>("Tiers", tiers.clone());
    members::<RateTerm>("RateTerm", rate.clone());
    members::<ActionTerms>("ActionTerms", action.clone());
    let bonus = json!({
        "bonus": "b", "by": "conversions", "per": "month", "reach": "10", "amount": "5", "action": "order",
        "paid_by": "network",
    });
    members::<model::bonus::BonusTerm>("BonusTerm", bonus.clone());
    members::<Terms>(
        "Terms",
        json!({
            "currency": "USD", "payout_model": "last", "actions": [action], "touch_rates": [rate], "fee": fee, "caps": [],
            "own_purchases": true, "reject_too_fast": true, "attribution": attribution, "bonuses": [bonus], "ended": true,
        }),
    );
    members::<ItemPart>("ItemPart", json!({"sku": "s", "quantity": 2}));
    members::<Item>("Item", json!({"sku": "s", "category": "c", "quantity": 2, "price": "1"}));
    members::<Facts>(
        "Facts",
        json!({
            "country": "VN", "region": "VN-SG", "city": "x", "asn": 1, "carrier": "x", "connection": "x", "data_center": true,
            "device": "mobile", "os": "x", "os_version": "1", "browser": "x", "language": "vi", "referrer_host": "x",
            "user_agent": "x", "address_prefix": "x", "address_hash": "x",
        }),
    );
}
