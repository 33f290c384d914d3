//! Invoices and statements, as people meet them.

use model::Timestamp;
use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::{Reply, World},
};

/// The month that the papers of a world close.
pub const MONTH: &str = "2026-01";

/// To whom an advertiser's invoices are written.
pub fn profile() -> Value {
    json!({"legal_name": "Công ty Hoa Hồng", "address": {"town": "Hà Nội", "country": "VN"}, "tax_id": "0101"})
}

/// The same with the tax that the operator set.
pub fn taxed() -> Value {
    let mut taxed = profile();
    taxed["tax_rates"] = json!([{"name": "VAT", "percent": "8"}]);
    taxed
}

/// Who writes the network's papers.
pub fn issuer() -> Value {
    json!({"legal_name": "Partners B.V.", "address": {"town": "Amsterdam", "country": "NL"}, "tax_id": "NL001"})
}

async fn put(world: &World, who: Persona, path: &str, body: Value) -> Reply {
    world.send(world.request(who, "PUT", path, Some(&body))).await
}

fn profile_path(world: &World) -> String {
    format!("/api/v1/advertisers/{}/billing_profile", world.ids.advertiser)
}

/// An order that was approved in January, and everything that is needed to invoice it in February.
async fn january(world: &World) {
    let order = world.order("order-of-january").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    let network = format!("/api/v1/networks/{}/billing_profile", world.ids.network);
    put(world, Operator, &network, issuer()).await.expect(200);
    put(world, Operator, &profile_path(world), taxed()).await.expect(200);
    world.clock.set(Timestamp::parse("2026-02-02T00:00:00Z").unwrap());
}

/// An invoice and a statement.
pub async fn papers(world: &World) -> (String, String) {
    january(world).await;
    let of_publisher = format!("/api/v1/publishers/{}/billing_profile", world.ids.publisher);
    put(world, Operator, &of_publisher, profile()).await.expect(200);
    let issued = world.post(Operator, "/api/v1/invoices", json!({"period": MONTH})).await.expect(201);
    let statements = world.post(Operator, "/api/v1/statements", json!({"period": MONTH})).await.expect(201);
    let id = |value: &Value| value["issued"][0]["id"].as_str().unwrap().to_owned();
    (id(&issued), id(&statements))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_takes_no_number_and_a_month_is_closed_once() {
    let world = World::new().await;
    january(&world).await;
    let body = json!({"period": MONTH});
    let draft = world.post(Operator, "/api/v1/invoices?dry_run=true", body.clone()).await.expect(201);
    assert_eq!(draft["issued"][0]["number"], "INV-2026-0001");
    assert_eq!(world.get(Operator, "/api/v1/invoices").await.expect(200)["items"], json!([]));
    let issued = world.post(Operator, "/api/v1/invoices", body.clone()).await.expect(201);
    let paper = &issued["issued"][0];
    assert_eq!(
        (
            &paper["number"],
            &paper["net"]["amount"],
            &paper["taxes"][0]["amount"]["amount"],
            &paper["gross"]["amount"]
        ),
        (&json!("INV-2026-0001"), &json!("10.80"), &json!("0.86"), &json!("11.66"))
    );
    let line = &paper["lines"][0];
    assert_eq!(
        (&line["count"], &line["action"], &line["fee"]["amount"]),
        (&json!(1), &json!("order"), &json!("1.80"))
    );
    let again = world.post(Operator, "/api/v1/invoices", body).await.expect(201);
    assert_eq!((&again["issued"], &again["existing"][0]["number"]), (&json!([]), &json!("INV-2026-0001")));
    let tax = world.get(Operator, "/api/v1/ledger/accounts/tax:USD").await.expect(200);
    assert_eq!(tax["balance"]["amount"], "0.86");
    for (body, field) in [
        (json!({"period": "2026-02"}), "period"),
        (json!({"period": "2026-1"}), "period"),
        (json!({}), "period"),
        (json!({"period": MONTH, "currency": "shells"}), "currency"),
    ] {
        let refused = world.post(Operator, "/api/v1/invoices", body.clone()).await;
        assert_eq!(refused.refused_field().1, field, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_his_own_papers() {
    let world = World::new().await;
    let (invoice, statement) = papers(&world).await;
    let lists = [
        ("/api/v1/invoices", [Operator, Advertiser, Manager]),
        ("/api/v1/statements", [Operator, Publisher, Publisher]),
    ];
    for (path, seers) in lists {
        for who in [Operator, Advertiser, Publisher, OtherPublisher, Manager, Foreigner] {
            let seen = world.get(who, path).await.expect(200)["items"].as_array().unwrap().len();
            assert_eq!(seen, usize::from(seers.contains(&who)), "{who:?} {path}");
        }
    }
    let path = format!("/api/v1/invoices/{invoice}");
    assert_eq!(world.get(Advertiser, &path).await.expect(200)["state"], "open");
    assert_eq!(world.get(Publisher, &path).await.refused(404), "not_found");
    let path = format!("/api/v1/statements/{statement}");
    let seen = world.get(Publisher, &path).await.expect(200);
    assert_eq!((&seen["lines"][0]["kind"], &seen["closing"]["amount"]), (&json!("earned"), &json!("9.00")));
    assert_eq!(world.get(Advertiser, &path).await.refused(404), "not_found");
    for (query, found) in
        [("period=2026-01", 1), ("period=2025-12", 0), ("kind=payment_receipt", 0), ("kind=invoice", 1)]
    {
        let page = world.get(Operator, &format!("/api/v1/invoices?{query}")).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{query}");
    }
    let refused = world.get(Operator, "/api/v1/invoices?period=January").await;
    assert_eq!(refused.refused_field(), ("parameter_invalid".into(), "period".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn taxes_are_the_operator_s_and_payments_settle_the_invoice() {
    let world = World::new().await;
    let (invoice, _) = papers(&world).await;
    let mut own = profile();
    own["tax_rates"] = json!([]);
    let refused = put(&world, Advertiser, &profile_path(&world), own).await;
    assert_eq!(refused.refused_field(), ("right_missing".into(), "tax_rates".into()));
    let mut moved = taxed();
    moved["address"]["town"] = json!("Huế");
    let saved = put(&world, Advertiser, &profile_path(&world), moved).await.expect(200);
    assert_eq!((&saved["version"], &saved["address"]["town"]), (&json!(2), &json!("Huế")));
    let path = format!("/api/v1/invoices/{invoice}");
    let paper = world.get(Operator, &path).await.expect(200);
    assert_eq!(paper["recipient"]["address"]["town"], "Hà Nội", "what was issued stays");
    let fund = format!("/api/v1/advertisers/{}/fundings", world.ids.advertiser);
    let pay =
        |amount: &str| json!({"amount": amount, "currency": "USD", "invoice_id": invoice, "note": "ref 7"});
    let refused = world.post(Operator, &fund, pay("11.67")).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "amount".into()));
    let paid = world.post(Operator, &fund, pay("11.66")).await.expect(201);
    let receipt = format!("/api/v1/invoices/{}", paid["payment_receipt_id"].as_str().unwrap());
    let receipt = world.get(Advertiser, &receipt).await.expect(200);
    assert_eq!(
        (&receipt["kind"], &receipt["refers_to"]["number"], &receipt["note"]),
        (&json!("payment_receipt"), &json!("INV-2026-0001"), &json!("ref 7"))
    );
    assert_eq!(world.get(Operator, &path).await.expect(200)["state"], "paid");
    let foreign = json!({"amount": "1", "currency": "USD", "invoice_id": invoice});
    let other = format!("/api/v1/advertisers/{}/fundings", world.ids.other_advertiser);
    let refused = world.post(Operator, &other, foreign).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "invoice_id".into()));
    let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_drawn_in_three_languages() {
    let world = World::new().await;
    let (invoice, statement) = papers(&world).await;
    for (who, path) in [
        (Advertiser, format!("/api/v1/invoices/{invoice}/pdf")),
        (Publisher, format!("/api/v1/statements/{statement}/pdf")),
    ] {
        for language in ["", "?language=en", "?language=vi", "?language=fa"] {
            let reply = world.get(who, &format!("{path}{language}")).await;
            assert_eq!(
                (reply.status.as_u16(), &reply.headers["content-type"]),
                (200, &"application/pdf".parse().unwrap())
            );
            let wanted = language.rsplit('=').next().filter(|code| !code.is_empty()).unwrap_or("en");
            assert_eq!(reply.headers["content-language"], wanted);
            let name = reply.headers["content-disposition"].to_str().unwrap();
            assert!(name.ends_with(&format!("-2026-0001-{wanted}.pdf\"")), "{name}");
        }
        let refused = world.get(who, &format!("{path}?language=de")).await;
        assert_eq!(refused.refused_field(), ("parameter_invalid".into(), "language".into()));
    }
}
