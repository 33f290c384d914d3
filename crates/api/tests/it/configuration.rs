//! Configuration: what is refused when it is saved, and what the edge sees at once.

use serde_json::{Value, json};

use crate::{
    personas::{
        Persona::{self, Advertiser, Operator, OtherPublisher, Publisher},
        program, terms,
    },
    world::World,
};

fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_could_not_work_are_refused() {
    let world = World::new().await;
    let good = program(&world.ids.advertiser);
    let page = |url: &str| json!([{"url": url}]);
    let cap = |cap: Value| json!([cap]);
    for (member, value, field) in [
        ("name", json!(""), "name"),
        ("zone", json!("Mars/Olympus"), "zone"),
        ("actions", json!([]), "actions"),
        ("actions", json!([{"name": "Order", "kind": "order"}]), "actions[0].name"),
        (
            "actions",
            json!([{"name": "a", "kind": "order"}, {"name": "a", "kind": "lead"}]),
            "actions[1].name",
        ),
        ("actions", json!([{"name": "a", "kind": "sale"}]), "actions[0].kind"),
        ("landing_pages", json!([]), "landing_pages"),
        ("landing_pages", page("javascript://shop.example/"), "landing_pages[0].url"),
        ("landing_pages", page("https://shop.example/{payout}"), "landing_pages[0].url"),
        ("landing_pages", page("https://{sub1}.example/"), "landing_pages[0].url"),
        ("landing_pages", page("https://shop.example@evil.example/"), "landing_pages[0].url"),
        ("landing_pages", json!([{"url": "https://shop.example/", "weight": 0}]), "landing_pages"),
        ("verified_hosts", json!(["https://shop.example"]), "verified_hosts[0]"),
        ("verified_hosts", json!(["shop.example", "*.example"]), "verified_hosts[1]"),
        ("app_schemes", json!(["javascript"]), "app_schemes[0]"),
        ("fallbacks", json!({"caps": "ftp://shop.example/"}), "fallbacks.caps"),
        ("targeting", json!({"country": {"only": ["Vietnam"]}}), "targeting.country.only[0]"),
        ("targeting", json!({"contry": {}}), "targeting.contry"),
        ("caps", cap(json!({"metric": "clicks", "period": "day", "limit": "1.5"})), "caps[0].limit"),
        ("caps", cap(json!({"metric": "charge", "period": "day", "limit": "100"})), "caps[0].currency"),
        ("blocked_addresses", json!(["10.0.0.1/8"]), "blocked_addresses[0]"),
        ("unique_window_seconds", json!(0), "unique_window_seconds"),
        ("ends_at", json!("yesterday"), "ends_at"),
        ("advertiser_id", json!("adv_1"), "advertiser_id"),
    ] {
        let body = with(good.clone(), member, value.clone());
        let reply = world.post(Operator, "/api/v1/programs?dry_run=true", body).await;
        let (code, found) = reply.refused_field();
        assert!(code.starts_with("field_") && found == field, "{member} {value}: {}", reply.text);
    }
    let legal = world
        .post(Operator, "/api/v1/programs", with(good, "landing_pages", page("https://a.example/{x}")))
        .await;
    assert!(legal.json()["message"].as_str().unwrap().contains("{click_id}"), "{}", legal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_that_could_not_be_applied_are_refused() {
    let world = World::new().await;
    let path = format!("/api/v1/contracts/{}/versions?dry_run=true", world.ids.contract);
    let rate = |rate: Value| json!([{"action": "order", "rates": [rate]}]);
    for (member, value, field) in [
        ("currency", json!("XXX"), "terms.currency"),
        ("payout_model", json!("magic"), "terms.payout_model"),
        ("actions", json!([{"action": "install", "rates": []}]), "terms.actions[0].action"),
        ("actions", rate(json!({"rule": "a", "kind": "magic"})), "terms.actions[0].rates[0].kind"),
        (
            "actions",
            rate(json!({"rule": "a", "kind": "percent", "percent": "ten"})),
            "terms.actions[0].rates[0].percent",
        ),
        ("caps", json!([{"metric": "clicks", "period": "day", "limit": "-1"}]), "terms.caps[0].limit"),
        ("extra", json!(1), "terms.extra"),
    ] {
        let reply = world.post(Operator, &path, json!({"terms": with(terms(), member, value.clone())})).await;
        assert_eq!(reply.refused_field().1, field, "{member} {value}: {}", reply.text);
    }
    let past = json!({"terms": terms(), "valid_from": "2020-01-01T00:00:00Z"});
    assert_eq!(world.post(Operator, &path, past).await.refused_field().1, "valid_from");
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_follow_each_other_and_are_never_changed() {
    let world = World::new().await;
    let path = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.clock.advance_seconds(10);
    let next = json!({"terms": terms(), "valid_from": "2026-02-01T00:00:00Z"});
    assert_eq!(world.post(Advertiser, &path, next.clone()).await.expect(201)["number"], 2);
    assert_eq!(world.post(Advertiser, &path, next).await.refused_field().1, "valid_from");
    let versions = world.get(Publisher, &path).await.expect(200);
    let numbers: Vec<&Value> =
        versions["items"].as_array().unwrap().iter().map(|one| &one["number"]).collect();
    assert_eq!(numbers, [2, 1]);
    let again = json!({"program_id": world.ids.program, "terms": terms()});
    assert_eq!(
        world.post(Operator, "/api/v1/contracts", again).await.refused_field(),
        ("taken".into(), "program_id".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_sets_what_the_network_earns() {
    let world = World::new().await;
    let path = format!("/api/v1/contracts/{}/versions", world.ids.contract);
    world.clock.advance_seconds(10);
    let free = json!({"terms": with(terms(), "fee", json!({"percent": "0"}))});
    let refused = world.post(Advertiser, &path, free).await;
    assert_eq!(refused.refused_field(), ("right_missing".into(), "terms.fee".into()));
    let mut silent = terms();
    silent.as_object_mut().unwrap().remove("fee");
    let kept = world.post(Advertiser, &path, json!({"terms": silent})).await.expect(201);
    assert_eq!(kept["terms"]["fee"]["percent"], "20");
    let seen = world.get(Publisher, &format!("/api/v1/contracts/{}", world.ids.contract)).await.expect(200);
    assert_eq!(seen["terms"]["fee"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_joins_only_what_may_be_joined() {
    let world = World::new().await;
    let ids = &world.ids;
    let link = |program: &str, publisher: &str| json!({"program_id": program, "publisher_id": publisher});
    let foreign =
        world.post(Persona::Foreigner, "/api/v1/publishers", json!({"name": "Foreign"})).await.expect(201);
    let foreign = foreign["id"].as_str().unwrap();
    for (who, body, field) in [
        (Publisher, link(&ids.program, &ids.other_publisher), "publisher_id"),
        (Operator, link(&ids.program, foreign), "publisher_id"),
        (Persona::Foreigner, link(&ids.program, foreign), "program_id"),
        (OtherPublisher, link(&ids.program, &ids.publisher), "publisher_id"),
    ] {
        let reply = world.post(who, "/api/v1/links", body).await;
        assert_eq!(reply.refused_field(), ("field_invalid".into(), field.into()), "{}", reply.text);
    }
    world
        .patch(Operator, &format!("/api/v1/publishers/{}", ids.publisher), json!({"status": "paused"}))
        .await
        .expect(200);
    let paused = world.post(Publisher, "/api/v1/links", link(&ids.program, &ids.publisher)).await;
    assert_eq!(paused.refused_field(), ("state_conflict".into(), "publisher_id".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_s_landing_page_stays_on_the_program_s_hosts() {
    let world = World::new().await;
    let path = format!("/api/v1/links/{}", world.ids.link);
    let page = |url: &str| json!({"landing_pages": [{"url": url}]});
    for good in ["https://shop.example/special?c={click_id}", "https://m.shop.example/"] {
        world.patch(Publisher, &path, page(good)).await.expect(200);
    }
    for bad in ["https://evil.example/", "https://shop.example.evil.example/", "https://evilshop.example/"] {
        let reply = world.patch(Publisher, &path, page(bad)).await;
        assert_eq!(reply.refused_field().1, "landing_pages[0].url", "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coupon_codes_are_given_by_the_advertiser_s_side() {
    let world = World::new().await;
    let path = format!("/api/v1/links/{}", world.ids.link);
    let refused = world.patch(Publisher, &path, json!({"coupon_code": "SAVE10"})).await;
    assert_eq!(refused.refused_field(), ("right_missing".into(), "coupon_code".into()));
    world.patch(Operator, &path, json!({"coupon_code": "SAVE10"})).await.expect(200);
    let other = format!("/api/v1/links/{}", world.ids.other_link);
    let taken = world.patch(Operator, &other, json!({"coupon_code": "save10"})).await;
    assert_eq!(taken.refused_field(), ("taken".into(), "coupon_code".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_is_seen_by_the_edge_before_the_answer_leaves() {
    let world = World::new().await;
    let ids = &world.ids;
    let body = json!({"program_id": ids.program, "publisher_id": ids.publisher, "name": "Banner"});
    let made = world.post(Publisher, "/api/v1/links", body).await.expect(201);
    let slug = made["slug"].as_str().unwrap();
    assert_eq!(made["url"], format!("/c/{slug}"));
    let code = model::link::LinkCode::from_slug(slug).unwrap();
    assert!(world.app.snapshot.get().link(code).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_fixed_stays_and_what_is_left_out_stays() {
    let world = World::new().await;
    let path = format!("/api/v1/programs/{}", world.ids.program);
    let before = world.get(Advertiser, &path).await.expect(200);
    let moved = world.patch(Operator, &path, json!({"advertiser_id": world.ids.other_advertiser})).await;
    assert_eq!(moved.refused_field(), ("field_invalid".into(), "advertiser_id".into()));
    let unknown = world.patch(Operator, &path, json!({"id": "prg_1"})).await;
    assert_eq!(unknown.refused_field(), ("field_unknown".into(), "id".into()));
    let after = world.patch(Advertiser, &path, json!({"https_only": true})).await.expect(200);
    assert_eq!(after, with(before, "https_only", json!(true)));
    let dropped =
        world.patch(Advertiser, &path, json!({"actions": [{"name": "lead", "kind": "lead"}]})).await;
    assert_eq!(dropped.refused_field().1, "actions", "a contract pays orders");
    let own = format!("/api/v1/publishers/{}", world.ids.publisher);
    let operator_only = world.patch(Publisher, &own, json!({"status": "closed"})).await;
    assert_eq!(operator_only.refused_field(), ("right_missing".into(), "status".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_everything_once_and_newest_first() {
    let world = World::new().await;
    for number in 0..5 {
        world.post(Operator, "/api/v1/publishers", json!({"name": format!("P{number}")})).await.expect(201);
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            world.get(Operator, &format!("/api/v1/publishers?limit=2&cursor={cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!((1..=2).contains(&items.len()));
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(names, ["P4", "P3", "P2", "P1", "P0", "Publisher for Other Shop", "Publisher for Shop"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_come_back_as_they_are() {
    let world = World::new().await;
    for name in
        ["'; DROP TABLE links; --", "<script>alert(1)</script>", "{{7*7}} ${x} %s", "\"\\/", "100% 日本 نام"]
    {
        let made = world.post(Operator, "/api/v1/publishers", json!({"name": name})).await.expect(201);
        let path = format!("/api/v1/publishers/{}", made["id"].as_str().unwrap());
        let reply = world.get(Operator, &path).await;
        assert_eq!(reply.expect(200)["name"], name);
        assert_eq!(reply.headers["content-type"], "application/json");
    }
}
