//! Accounts and transfers: everybody sees his own money, and it adds up.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{Advertiser, Operator, Publisher},
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn money_moves_from_promised_to_posted() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let account = format!("/api/v1/ledger/accounts/publisher:{}:USD", world.ids.publisher);
    let before = world.get(Publisher, &account).await.expect(200);
    assert_eq!(
        (&before["credits_pending"]["amount"], &before["balance"]["amount"]),
        (&json!("9.00"), &json!("0.00"))
    );
    world.post(Advertiser, &format!("/api/v1/conversions/{id}/approve"), json!({})).await.expect(200);
    let after = world.get(Publisher, &account).await.expect(200);
    assert_eq!(
        (&after["credits_pending"]["amount"], &after["balance"]["amount"]),
        (&json!("0.00"), &json!("9.00"))
    );
    let owed = format!("/api/v1/ledger/accounts/advertiser:{}:USD", world.ids.advertiser);
    assert_eq!(world.get(Advertiser, &owed).await.expect(200)["balance"]["amount"], "-10.80");
    let fees = world.get(Operator, "/api/v1/ledger/accounts/fees:usd").await.expect(200);
    assert_eq!(fees["balance"]["amount"], "1.80");
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_show_each_side_what_is_its() {
    let world = World::new().await;
    let id = world.order("o-1").await;
    let of_source = format!("/api/v1/ledger/transfers?source={id}");
    let all = world.get(Operator, &of_source).await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let own = world.get(Publisher, &of_source).await.expect(200);
    let own = own["items"].as_array().unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!((&own[0]["leg"], &own[0]["debit"]), (&json!("commission"), &Value::Null));
    let paid = world.get(Advertiser, &of_source).await.expect(200);
    let fee = paid["items"].as_array().unwrap().iter().find(|one| one["leg"] == "fee").unwrap();
    assert_eq!((&fee["amount"]["amount"], &fee["credit"]), (&json!("1.80"), &Value::Null));
    let unnamed = world.get(Publisher, "/api/v1/ledger/transfers").await;
    assert_eq!(unnamed.refused_field(), ("field_missing".into(), "account".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_are_paged() {
    let world = World::new().await;
    for number in 0..3 {
        world.order(&format!("o-{number}")).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world
            .get(Operator, &format!("/api/v1/ledger/transfers?limit=4&cursor={cursor}"))
            .await
            .expect(200);
        for item in page["items"].as_array().unwrap() {
            seen.push(format!("{} {}", item["source"], item["sequence"]));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (6, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepaid_advertiser_runs_on_what_he_paid_in() {
    let world = World::new().await;
    let path = format!("/api/v1/advertisers/{}", world.ids.advertiser);
    world.patch(Operator, &path, json!({"billing": "prepaid"})).await.expect(200);
    let id = world.ids.advertiser.parse().unwrap();
    let funded = || world.app.snapshot.get().advertisers[&id].is_funded();
    assert!(!funded());
    for amount in ["0", "-5", "ten"] {
        let refused = world
            .post(Operator, &format!("{path}/fundings"), json!({"amount": amount, "currency": "USD"}))
            .await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), "amount".into()));
    }
    let body = json!({"amount": "100.00", "currency": "USD", "note": "bank 17"});
    world.post(Operator, &format!("{path}/fundings?dry_run=true"), body.clone()).await.expect(201);
    assert!(!funded());
    let funding = world.post(Operator, &format!("{path}/fundings"), body).await.expect(201);
    assert!(funded());
    let source = format!("/api/v1/ledger/transfers?source={}", funding["id"].as_str().unwrap());
    let transfers = world.get(Advertiser, &source).await.expect(200);
    assert_eq!(transfers["items"][0]["amount"], json!({"amount": "100.00", "currency": "USD"}));
}
