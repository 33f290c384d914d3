//! Paying publishers, as people and banks meet it.

use std::sync::Arc;

use model::access::{Membership, Right, Role};
use serde_json::{Value, json};
use sha2::Digest;

use crate::{
    personas::{self, Persona, Persona::*},
    world::{Reply, World},
};

/// Payment details of the publisher, in the currency of the world's contracts.
pub fn details() -> Value {
    json!({
        "method": "iso20022", "holder": "Nguyễn Văn Đức", "holder_kind": "person", "currency": "USD",
        "address": {"street": "Phố Huế", "town": "Hà Nội", "country": "VN"},
        "account_number": "0123456789", "bic": "BFTVVNVX",
    })
}

/// The account that the network pays from.
pub fn payer() -> Value {
    json!({
        "name": "Partners", "iban": "NL91ABNA0417164300", "bic": "ABNANL2A",
        "address": {"town": "Amsterdam", "country": "NL"},
    })
}

async fn put(world: &World, who: Persona, path: &str, body: Value) -> Reply {
    world.send(world.request(who, "PUT", path, Some(&body))).await
}

fn details_path(world: &World) -> String {
    format!("/api/v1/publishers/{}/payment_details", world.ids.publisher)
}

/// A run with one payment of nine dollars, proposed by the operator.
pub async fn proposed(world: &World) -> Value {
    let order = world.order("order-of-payout").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    put(world, Operator, &details_path(world), details()).await.expect(200);
    put(world, Operator, &format!("/api/v1/networks/{}/payer", world.ids.network), payer()).await.expect(200);
    let request = format!("/api/v1/publishers/{}/request_payout", world.ids.publisher);
    world.post(Publisher, &request, json!({})).await.expect(200);
    let body = json!({"method": "iso20022", "currency": "USD"});
    world.post(Operator, "/api/v1/payout_runs", body).await.expect(201)
}

/// The key of another operator with the right to pay, who was let in by whoever runs the machine.
pub async fn second_operator(world: &World, name: &str) -> String {
    let membership = Membership {
        network_id: world.ids.network.parse().unwrap(),
        role: Role::Operator,
        right: Right::Pay,
        advertisers: vec![],
        publishers: vec![],
    };
    personas::person(world, name, membership).await.1
}

pub async fn post_as(world: &World, key: &str, path: &str, body: &Value) -> Reply {
    let (mut parts, body) = world.request(Anonymous, "POST", path, Some(body)).into_parts();
    parts.headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
    world.send(http::Request::from_parts(parts, body)).await
}

pub fn run_path(run: &Value, verb: &str) -> String {
    format!("/api/v1/payout_runs/{}/{verb}", run["id"].as_str().unwrap())
}

async fn assert_clean(world: &World) {
    let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}

#[tokio::test(flavor = "multi_thread")]
async fn details_are_shown_by_their_ends_and_kept_from_others() {
    let world = World::new().await;
    let path = details_path(&world);
    assert_eq!(world.get(Publisher, &path).await.refused(404), "not_found");
    put(&world, Operator, &path, details()).await.expect(200);
    let shown = world.get(Publisher, &path).await.expect(200);
    assert_eq!((&shown["account_number"], &shown["held_until"]), (&json!("••••6789"), &Value::Null));
    assert!(!shown.to_string().contains("0123456789"), "{shown}");
    for other in [OtherPublisher, Advertiser, Manager, Foreigner] {
        assert_eq!(world.get(other, &path).await.refused(404), "not_found", "{other:?}");
    }
    let audit = world.get(Operator, "/api/v1/audit?action=payment_details.put").await.expect(200);
    let text = audit.to_string();
    assert!(text.contains("••••6789") && !text.contains("0123456789"), "{text}");
    // The money goes elsewhere from now on: a week without payments.
    let elsewhere = json!({"account_number": "9876543210"});
    let mut body = details();
    body.as_object_mut().unwrap().extend(elsewhere.as_object().unwrap().clone());
    let changed = put(&world, Operator, &path, body.clone()).await.expect(200);
    assert!(changed["version"] == 2 && changed["held_until"].is_string(), "{changed}");
    let again = put(&world, Operator, &path, body).await.expect(200);
    assert_eq!(again["version"], 2, "what says the same is no new version");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_details_name_their_field() {
    let world = World::new().await;
    let path = details_path(&world);
    for (members, code, field) in [
        (json!({"bic": null}), "field_missing", "bic"),
        (json!({"account_number": null}), "field_missing", "iban"),
        (json!({"account_number": null, "iban": "DE89370400440532013001"}), "field_invalid", "iban"),
        (json!({"address": {"town": "Hà Nội", "country": "Vietnam"}}), "field_invalid", "address.country"),
        (json!({"iabn": "x"}), "field_unknown", "iabn"),
        (json!({"schedule": {"every": "month", "day": 0}}), "field_invalid", "schedule.day"),
    ] {
        let mut body = details();
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let refused = put(&world, Operator, &path, body).await;
        assert_eq!(refused.refused_field(), (code.to_owned(), field.to_owned()), "{members}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_paid_without_bank_details_and_the_run_says_so() {
    let world = World::new().await;
    let order = world.order("o-1").await;
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    let body = json!({"method": "sepa", "currency": "USD"});
    let run = world.post(Operator, "/api/v1/payout_runs?dry_run=true", body).await.expect(201);
    assert_eq!(run["payouts"], json!([]));
    let not_paid = &run["not_paid"][0];
    assert_eq!(
        (&not_paid["publisher_id"], &not_paid["reason"], &not_paid["balance"]["amount"]),
        (&json!(world.ids.publisher), &json!("no_payment_details"), &json!("9.00"))
    );
    assert!(not_paid["sentence"]["fa"].as_str().unwrap().contains("پرداخت"));
    assert_eq!(world.get(Operator, "/api/v1/payout_runs").await.expect(200)["items"], json!([]));
    let late = json!({"method": "sepa", "currency": "USD", "period_end": "2999-01-01T00:00:00Z"});
    let refused = world.post(Operator, "/api/v1/payout_runs", late).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "period_end".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_operators_approve_the_same_run_at_once() {
    for world in World::on_both().await {
        approve_at_once(Arc::new(world)).await;
    }
}

async fn approve_at_once(world: Arc<World>) {
    let run = proposed(&world).await;
    let path = run_path(&run, "approve");
    assert_eq!(world.post(Operator, &path, json!({})).await.refused(409), "second_person_needed");
    let mut tasks = Vec::new();
    for number in 0..4 {
        let key = second_operator(&world, &format!("second-{number}")).await;
        let (world, path) = (Arc::clone(&world), path.clone());
        tasks.push(tokio::spawn(async move { post_as(&world, &key, &path, &json!({})).await }));
    }
    let mut statuses = Vec::new();
    for task in tasks {
        let reply = task.await.unwrap();
        if reply.status != 200 {
            assert_eq!(reply.refused(409), "state_conflict");
        }
        statuses.push(reply.status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    let account = format!("/api/v1/ledger/accounts/publisher:{}:USD", world.ids.publisher);
    let account = world.get(Operator, &account).await.expect(200);
    assert_eq!(
        (&account["debits_pending"]["amount"], &account["available"]["amount"]),
        (&json!("9.00"), &json!("0.00"))
    );
    assert_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_the_same_bytes_and_a_report_that_comes_twice_pays_once() {
    for world in World::on_both().await {
        sent_twice(&world).await;
    }
}

async fn sent_twice(world: &World) {
    let run = proposed(world).await;
    let payout = run["payouts"][0].clone();
    assert_eq!(payout["amount"], json!({"amount": "9.00", "currency": "USD"}));
    assert_eq!(
        payout["replaced"][0],
        json!({"field": "holder", "from": "Nguyễn Văn Đức", "to": "Nguyen Van Duc"})
    );
    let own = format!("/api/v1/payouts/{}", payout["id"].as_str().unwrap());
    assert_eq!(world.get(Publisher, &own).await.refused(404), "not_found", "a proposal may change");
    let second = second_operator(world, "second").await;
    post_as(world, &second, &run_path(&run, "approve"), &json!({})).await.expect(200);
    assert_eq!(world.get(Publisher, &own).await.expect(200)["state"], "approved");
    let file = run_path(&run, "file");
    assert_eq!(world.get(Operator, &file).await.refused(409), "state_conflict");
    let sent = world.post(Operator, &run_path(&run, "send"), json!({})).await.expect(200);
    let first = world.get(Operator, &file).await;
    world.clock.advance_seconds(86_400);
    let sent_again = world.post(Operator, &run_path(&run, "send"), json!({})).await.expect(200);
    let again = world.get(Operator, &file).await;
    assert!(first.status == 200 && first.text == again.text && sent["file"] == sent_again["file"]);
    assert_eq!(first.headers["content-type"], "application/xml");
    let id = run["id"].as_str().unwrap().replace('_', "-");
    assert!(first.text.contains(&format!("<MsgId>{id}</MsgId>")), "{}", first.text);
    assert!(first.text.contains("<Id>0123456789</Id>"), "{}", first.text);
    assert_eq!(
        world.post(Operator, &run_path(&run, "cancel"), json!({})).await.refused(409),
        "state_conflict"
    );

    let transfer = payout["id"].as_str().unwrap().replace('_', "-");
    let report = |id: &str, status: &str| {
        format!(
            "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{id}</OrgnlMsgId></OrgnlGrpInfAndSts>\
             <OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{transfer}</OrgnlEndToEndId><TxSts>{status}</TxSts>\
             </TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
        )
    };
    let path = run_path(&run, "report");
    let body = |content: String| json!({"format": "pain.002", "content": content});
    let foreign = world.post(Operator, &path, body(report("pyr-other", "ACSC"))).await;
    assert_eq!(foreign.refused_field(), ("field_invalid".into(), "content".into()));
    for (status, effect) in
        [("PDNG", "under_way"), ("ACSC", "confirmed"), ("ACSC", "unchanged"), ("RJCT", "conflict")]
    {
        let done = world.post(Operator, &path, body(report(&id, status))).await.expect(200);
        assert_eq!(done["lines"][0]["effect"], effect, "{status}");
    }
    let account = format!("/api/v1/ledger/accounts/publisher:{}:USD", world.ids.publisher);
    let account = world.get(Publisher, &account).await.expect(200);
    assert_eq!(
        (&account["balance"]["amount"], &account["debits_posted"]["amount"]),
        (&json!("0.00"), &json!("9.00"))
    );
    assert_eq!(
        world.get(Operator, &run_path(&run, "")[..run_path(&run, "").len() - 1]).await.expect(200)["state"],
        "settled"
    );
    let conversions = world.get(Publisher, "/api/v1/conversions").await.expect(200);
    assert_eq!(conversions["items"][0]["paid"], true);
    assert_clean(world).await;
    // The money comes back after all.
    let failed = world.post(Operator, &format!("{own}/fail"), json!({"reason": "AC04 account closed"})).await;
    let failed = failed.expect(200);
    assert_eq!((&failed["state"], &failed["reason"]), (&json!("returned"), &json!("AC04 account closed")));
    let conversions = world.get(Publisher, "/api/v1/conversions").await.expect(200);
    assert_eq!(conversions["items"][0]["paid"], false);
    assert_clean(world).await;
    // And the bank's statement says in the end that it stayed there.
    let empty = world.post(Operator, &format!("{own}/correct"), json!({"reason": ""})).await;
    assert_eq!(empty.refused_field(), ("field_invalid".into(), "reason".into()));
    let statement = json!({"reason": "Statement of 3 May"});
    let corrected = world.post(Operator, &format!("{own}/correct"), statement.clone()).await.expect(200);
    assert_eq!(
        (&corrected["state"], &corrected["reason"]),
        (&json!("confirmed"), &json!("Statement of 3 May"))
    );
    assert_eq!(
        world.post(Operator, &format!("{own}/correct"), statement).await.refused(409),
        "state_conflict"
    );
    assert_clean(world).await;
}

/// Everything that the database holds in columns of bytes of these tables.
async fn stored(world: &World, sql: &'static str) -> Vec<Vec<u8>> {
    let found = world.app.store.read("look", move |tx| {
        let rows = tx.query(sql, &[])?;
        rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect::<Result<Vec<_>, app::errors::Refusal>>()
    });
    found.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hash_in_the_database_tells_whether_a_guess_at_an_account_is_right() {
    for world in World::on_both().await {
        let run = proposed(&world).await;
        let body = details();
        let mut request = world.request(Operator, "PUT", &details_path(&world), Some(&body));
        request.headers_mut().insert("idempotency-key", "k-1".parse().unwrap());
        world.send(request).await.expect(200);
        let guess = sha2::Sha256::digest(format!("PUT {}\n{body}", details_path(&world)));
        let kept = stored(&world, "SELECT input_sha256 FROM idempotency").await;
        assert!(!kept.is_empty() && kept.iter().all(|mark| mark.as_slice() != guess.as_slice()));
        // The same request again is still known, and another one refused.
        let mut again = world.request(Operator, "PUT", &details_path(&world), Some(&body));
        again.headers_mut().insert("idempotency-key", "k-1".parse().unwrap());
        assert_eq!(world.send(again).await.headers["idempotent-replayed"], "true");
        let mut other = details();
        other["account_number"] = json!("9876543210");
        let mut other = world.request(Operator, "PUT", &details_path(&world), Some(&other));
        other.headers_mut().insert("idempotency-key", "k-1".parse().unwrap());
        assert_eq!(world.send(other).await.refused(409), "idempotency_key_reused");

        let second = second_operator(&world, "second").await;
        post_as(&world, &second, &run_path(&run, "approve"), &json!({})).await.expect(200);
        let sent = world.post(Operator, &run_path(&run, "send"), json!({})).await.expect(200);
        let file = world.get(Operator, &run_path(&run, "file")).await;
        let hash = sha2::Sha256::digest(file.text.as_bytes());
        assert_eq!(file.headers["etag"], format!("\"{}\"", app::hex(&hash)));
        let audit = world.get(Operator, "/api/v1/audit?action=payout_run.send").await.expect(200);
        for text in [sent.to_string(), audit.to_string()] {
            assert!(!text.contains(&app::hex(&hash)), "{text}");
        }
        let kept = stored(&world, "SELECT file_sha256 FROM payout_runs WHERE file_sha256 IS NOT NULL").await;
        assert_eq!(kept, Vec::<Vec<u8>>::new());
    }
}
