//! A publisher who earns in dollars is paid in euros by a payout run.

use model::Clock;
use serde_json::{Value, json};

use crate::{
    payouts::{payer, post_as, run_path, second_operator},
    personas::Persona::{Advertiser, Operator, Publisher},
    world::World,
};

async fn put(world: &World, path: &str, body: &Value) {
    world.send(world.request(Operator, "PUT", path, Some(body))).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_run_shows_what_it_exchanges_and_what_became_of_it() {
    let world = World::new().await;
    let order = world.order("o-1").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    let publisher = format!("/api/v1/publishers/{}", world.ids.publisher);
    let details = json!({
        "method": "iso20022", "holder": "Nguyễn Văn Đức", "holder_kind": "person", "currency": "EUR",
        "address": {"town": "Hà Nội", "country": "VN"}, "account_number": "0123456789", "bic": "BFTVVNVX",
    });
    put(&world, &format!("{publisher}/payment_details"), &details).await;
    put(&world, &format!("/api/v1/networks/{}/payer", world.ids.network), &payer()).await;
    world.post(Publisher, &format!("{publisher}/request_payout"), json!({})).await.expect(200);

    // Without a rate the balance stays, and the run says why.
    let proposal = json!({"method": "iso20022", "currency": "EUR"});
    let dry = world.post(Operator, "/api/v1/payout_runs?dry_run=true", proposal.clone()).await.expect(201);
    assert_eq!((&dry["exchanges"], &dry["payouts"]), (&json!([]), &json!([])));
    assert_eq!(dry["not_paid"][0]["reason"], "no_exchange_rate");
    assert_eq!(dry["not_paid"][0]["balance"], json!({"amount": "9.00", "currency": "USD"}));
    assert!(dry["not_paid"][0]["sentence"]["vi"].as_str().unwrap().contains("tỷ giá"), "{dry}");

    let day = model::Day::of(world.clock.now());
    let rate = json!({"rates": [{"base": "EUR", "quote": "USD", "day": day, "rate": "1.08"}]});
    world.post(Operator, "/api/v1/exchange_rates", rate).await.expect(201);
    let run = world.post(Operator, "/api/v1/payout_runs", proposal).await.expect(201);
    let exchange = &run["exchanges"][0];
    assert_eq!(exchange["sold"], json!({"amount": "9.00", "currency": "USD"}));
    assert_eq!(exchange["bought"], json!({"amount": "8.333333", "currency": "EUR"}));
    assert_eq!((&exchange["rate"]["fraction"], &exchange["exchange_id"]), (&json!("25/27"), &Value::Null));
    assert_eq!(run["total"], json!({"amount": "8.33", "currency": "EUR"}));
    let exchanges = format!("{publisher}/exchanges");
    assert_eq!(world.get(Publisher, &exchanges).await.expect(200)["items"], json!([]));

    let second = second_operator(&world, "cashier").await;
    let approved = post_as(&world, &second, &run_path(&run, "approve"), &json!({})).await.expect(200);
    let done = world.get(Publisher, &exchanges).await.expect(200);
    assert_eq!(done["items"][0]["id"], approved["exchanges"][0]["exchange_id"]);
    let source = format!("/api/v1/ledger/transfers?source={}", done["items"][0]["id"].as_str().unwrap());
    assert_eq!(world.get(Publisher, &source).await.expect(200)["items"].as_array().unwrap().len(), 2);
    post_as(&world, &second, &run_path(&run, "send"), &json!({})).await.expect(200);
    post_as(&world, &second, &run_path(&run, "confirm"), &json!({})).await.expect(200);
    let paid = world.get(Publisher, &format!("/api/v1/conversions/{order}")).await.expect(200);
    assert_eq!(paid["paid"], true);
    let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}
