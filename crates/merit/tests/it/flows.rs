//! From a click to a commission, over HTTP, as shops and visitors do it.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::{
    place::{Place, demo_place, on_both},
    requests::{Answer, Client},
    server::Server,
};

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

/// The path of a link of the demo that leads to its program, and the token of its advertiser.
fn link_and_token(demo: &Value) -> (&str, &str) {
    (text(demo, "/links/0/path"), text(demo, "/postback_token"))
}

/// An order with everything that a shop must send.
fn order(demo: &Value, click_id: &str, order_id: &str) -> Value {
    json!({
        "token": demo["postback_token"], "action": "order", "click_id": click_id,
        "order_id": order_id, "amount": "100.00",
    })
}

#[test]
fn a_click_becomes_a_commission_that_every_party_can_read() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let (link, _) = link_and_token(demo);
        let click_id = client.click(&format!("{link}?sub1=blue&ref_id=r-1"));
        let decided = client.postback(&order(demo, &click_id, "way-1"));
        assert_eq!(decided["decision"], "pending", "{decided}");
        assert_eq!(decided["code"], "ok");
        assert_eq!(decided["publisher_id"], demo["links"][0]["publisher_id"]);
        assert_eq!(decided["program_id"], demo["program_id"]);
        assert!(text(&decided, "/conversion_id").starts_with("cnv_"));
        assert!(!text(&decided, "/reason").is_empty());
        assert!(!text(&decided, "/commission/amount").starts_with('-'));
        assert_eq!(text(&decided, "/commission/currency").len(), 3);
        let receipt = text(&decided, "/receipt_url");
        for reader in ["operator", "advertiser", "publisher"] {
            let answer = client.get_as(text(demo, &format!("/keys/{reader}")), receipt);
            assert_eq!(answer.status, 200, "{reader}: {answer:?}");
            assert!(answer.body.contains(text(&decided, "/conversion_id")), "{reader}");
        }
        assert_eq!(client.get(receipt).status, 401);
        // While it runs, and after it has stopped as it was asked to.
        place.expect_verified();
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
        place.expect_verified();
    });
}

#[test]
fn one_order_over_ten_connections_is_one_commission() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let click_id = client.click(link_and_token(demo).0);
        let barrier = Barrier::new(10);
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let sent = (0..10).map(|number| {
                let (barrier, server, click_id) = (&barrier, &server, &click_id);
                scope.spawn(move || {
                    let own = Client::of(&server.url());
                    let mut fields = order(demo, click_id, "ten-1");
                    // Not the identical delivery: the same order told ten times.
                    fields["adv1"] = json!(format!("try {number}"));
                    barrier.wait();
                    own.postback(&fields)
                })
            });
            sent.collect::<Vec<_>>().into_iter().map(|sent| sent.join().unwrap()).collect()
        });
        let (paid, rest): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer["decision"] == "pending");
        assert_eq!(paid.len(), 1, "{answers:?}");
        for answer in rest {
            assert_eq!(answer["decision"], "duplicate", "{answer}");
            assert_eq!(answer["code"], "duplicate_of");
            assert_eq!(answer["duplicate_of"], paid[0]["conversion_id"]);
            assert_eq!(answer["commission"], Value::Null);
        }
        let key = text(demo, "/keys/operator");
        let path = "/api/v1/conversions?order_id=ten-1&state=pending";
        assert_eq!(client.get_as(key, path).done()["items"].as_array().unwrap().len(), 1);
        place.expect_verified();
    });
}

#[test]
fn an_identical_delivery_is_answered_with_the_first_answer() {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let client = Client::of(&server.url());
    let fields = order(&demo, &client.click(link_and_token(&demo).0), "same-1");
    let first = client.postback(&fields);
    let again = client.postback(&fields);
    assert_eq!(again["replayed"], true, "{again}");
    for member in ["conversion_id", "decision", "code", "commission", "publisher_id"] {
        assert_eq!(again[member], first[member], "{member}");
    }
    let form = format!(
        "token={}&action=order&click_id={}&order_id=same-1&amount=100.00",
        text(&demo, "/postback_token"),
        text(&fields, "/click_id")
    );
    let as_form =
        client.post("/postback", &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    assert_eq!(as_form.done()["conversion_id"], first["conversion_id"]);
    assert_eq!(client.get(&format!("/postback?{form}")).done()["conversion_id"], first["conversion_id"]);
}

#[test]
fn a_wrong_click_id_is_stored_and_the_corrected_retry_counts() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let good = client.click(link_and_token(demo).0);
        let last = if good.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &good[..good.len() - 1]);
        for (number, (wrong, code)) in
            [("no click id at all", "click_unknown"), (forged.as_str(), "click_forged")]
                .into_iter()
                .enumerate()
        {
            let order_id = format!("retry-{number}");
            let refused = client.postback(&order(demo, wrong, &order_id));
            assert_eq!(refused["decision"], "rejected", "{refused}");
            assert_eq!(refused["code"], code);
            assert_eq!(refused["commission"], Value::Null);
            assert!(text(&refused, "/conversion_id").starts_with("cnv_"));
            let corrected = client.postback(&order(demo, &good, &order_id));
            assert_eq!(corrected["decision"], "pending", "{corrected}");
            assert_ne!(corrected["conversion_id"], refused["conversion_id"]);
        }
        place.expect_verified();
    });
}

#[test]
fn an_optional_field_may_be_missing_empty_or_null() {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let client = Client::of(&server.url());
    let click_id = client.click(link_and_token(&demo).0);
    let optional = [
        "order_id",
        "amount",
        "currency",
        "items",
        "coupon",
        "customer_id",
        "new_customer",
        "email_sha256",
        "occurred_at",
        "status",
        "adv1",
        "adv10",
        "test",
        "program",
        "click_id",
    ];
    for (number, field) in optional.into_iter().enumerate() {
        for (which, nothing) in [json!(null), json!(""), json!("  ")].into_iter().enumerate() {
            let mut fields = order(&demo, &click_id, &format!("null-{number}-{which}"));
            fields[field] = nothing;
            let answer = client.post_json("/postback", &fields);
            assert_eq!(answer.status, 200, "{field}: {answer:?}");
            assert!(answer.json()["code"].is_string(), "{field}: {answer:?}");
        }
    }
    let missing = client.post_json("/postback", &json!({ "token": demo["postback_token"] }));
    assert_eq!(missing.status, 400, "{missing:?}");
    assert!(missing.body.contains("action"), "{missing:?}");
    place.expect_verified();
}

#[test]
fn parts_of_an_order_are_taken_back_to_the_last_unit() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let key = text(demo, "/keys/operator");
        let decided = client.postback(&order(demo, &client.click(link_and_token(demo).0), "thirds-1"));
        let path = format!("/api/v1/conversions/{}", text(&decided, "/conversion_id"));
        assert_eq!(client.post_as(key, &format!("{path}/approve"), &json!({})).status, 200);
        let standing = |answer: Answer| answer.done()["commission"]["amount"].clone();
        for _ in 0..3 {
            let part = json!({ "reason": "returned", "share": "1/3" });
            let reversed = client.post_as(key, &format!("{path}/reverse"), &part);
            assert_eq!(reversed.status, 200, "{reversed:?}");
        }
        let amount = standing(client.get_as(key, &path));
        let zero = amount.as_str().is_some_and(|amount| amount.bytes().all(|byte| b"0.".contains(&byte)));
        assert!(amount.is_null() || zero, "{amount}");
        place.expect_verified();
    });
}

#[test]
fn a_publisher_who_was_put_out_sends_nobody_and_keeps_what_he_brought() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let (link, _) = link_and_token(demo);
        let operator = text(demo, "/keys/operator");
        let program = format!("/api/v1/programs/{}", text(demo, "/program_id"));
        let closed = client.patch_as(operator, &program, &json!({"joining": "invitation"}));
        assert_eq!(closed.done()["members_kept"], 8);
        let click_id = client.click(link);
        let publisher = text(demo, "/links/0/publisher_id");
        let ending = json!({"publisher_id": publisher, "reason": "Brand bidding."});
        let ended = client.post_as(operator, &format!("{program}/end_membership"), &ending);
        assert_eq!(ended.done()["end_reason"], "Brand bidding.");
        // The demo's program sends whoever is refused to the shop's front page, without a click id.
        let refused = client.get(link);
        assert_eq!(refused.status, 302, "{refused:?}");
        assert!(!refused.location.unwrap().contains("click_id"));
        let key = text(demo, "/keys/publisher");
        let touches = client.get_as(key, "/api/v1/touches?limit=1").done();
        assert_eq!(touches["items"][0]["code"], "not_a_member");
        let decided = client.postback(&order(demo, &click_id, "before-he-left"));
        assert_eq!((&decided["code"], &decided["publisher_id"]), (&json!("ok"), &json!(publisher)));
        place.expect_verified();
    });
}

#[test]
fn a_server_that_is_told_to_stop_answers_what_it_took() {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let url = server.url();
    let (link, _) = link_and_token(&demo);
    let acknowledged = std::thread::scope(|scope| {
        let clicking = (0..4).map(|_| {
            scope.spawn(|| {
                let mut acknowledged = 0;
                let agent = ureq::Agent::config_builder().max_redirects(0).proxy(None).build().new_agent();
                while let Ok(answer) = agent.get(format!("{url}{link}")).call() {
                    acknowledged += u64::from(answer.status() == 302);
                }
                acknowledged
            })
        });
        let clicking: Vec<_> = clicking.collect();
        std::thread::sleep(std::time::Duration::from_millis(400));
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
        clicking.into_iter().map(|one| one.join().unwrap()).sum::<u64>()
    });
    assert!(acknowledged > 0);
    let summary = place.run(&["verify"]).done();
    let stored = summary["checked"]["touches"].as_u64().unwrap();
    assert!(stored >= acknowledged, "{stored} stored, {acknowledged} acknowledged");
}

#[test]
fn a_new_installation_is_set_up_through_the_api() {
    let place = Place::empty();
    let server = Server::start(&place);
    let client = Client::of(&server.url());
    assert_eq!(client.get("/healthz").status, 200);
    assert_eq!(client.get("/readyz").status, 200);
    assert!(client.get("/metrics").body.ends_with("# EOF\n"));
    let setup = json!({
        "network": { "name": "First", "currency": "USD", "zone": "Europe/Berlin" },
        "operator": { "name": "Ada", "email": "ada@first.example", "password": "six purple hats" },
    });
    let made = client.post_json("/api/v1/setup", &setup);
    assert!((200..300).contains(&made.status), "{made:?}");
    assert_eq!(client.post_json("/api/v1/setup", &setup).status, 409);
    let people = place.run(&["user", "list", "--json"]).done();
    assert_eq!(people[0]["email"], "ada@first.example");
    place.expect_verified();
}
