//! Saved reports that are sent when they are due: once to each receiver, again when it fails, and to nobody else's eyes.

use std::sync::atomic::Ordering;

use app::outputs::{deliver::deliver_due, due::send_due};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    personas::Persona::{self, Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, Publisher},
    receivers::{Silent, courier, header, mail_server, receiver},
    reports,
    world::World,
};

/// What was sent, for tests that need one of each.
pub struct Sent {
    pub saved_report: String,
    pub schedule: String,
    pub webhook: String,
    pub delivery: String,
    pub subscription: String,
    pub postback: String,
    pub draft: Value,
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// The advertiser has a shared report sent each day to an address where nobody is.
pub async fn sent(world: &World) -> Sent {
    let webhook = json!({"url": "http://127.0.0.1:1/hook"});
    let webhook = id(&world.post(Advertiser, "/api/v1/webhooks", webhook).await.expect(201));
    let (saved, schedule, draft) = scheduled(world, json!({ "webhook_ids": [webhook] })).await;
    day_later(world).await;
    let delivery = id(&deliveries(world, Advertiser).await[0]);
    let subscription = json!({ "webhook_ids": [webhook] });
    let subscription = world.post(Advertiser, "/api/v1/alert_subscriptions", subscription).await;
    let postback = json!({"url": "http://127.0.0.1:1/{ref_id}"});
    let postback = world.post(Publisher, "/api/v1/publisher_postbacks", postback).await;
    let (subscription, postback) = (id(&subscription.expect(201)), id(&postback.expect(201)));
    Sent { saved_report: saved, schedule, webhook, delivery, subscription, postback, draft }
}

/// The advertiser has a report of the day before sent each midnight; gives report, schedule and its draft.
async fn scheduled(world: &World, receivers: Value) -> (String, String, Value) {
    let report = json!({"metrics": ["all_conversions"], "by": ["day"], "period": "yesterday"});
    let saved = json!({"name": "=Đơn hàng: سفارش‌ها", "shared": true, "report": report});
    let saved = id(&world.post(Advertiser, "/api/v1/saved_reports", saved).await.expect(201));
    let mut draft = json!({"saved_report_id": saved, "when": {"every": "day", "hour": 0, "zone": "UTC"}, "format": "csv"});
    draft.as_object_mut().unwrap().extend(receivers.as_object().unwrap().clone());
    let schedule = id(&world.post(Advertiser, "/api/v1/schedules", draft.clone()).await.expect(201));
    (saved, schedule, draft)
}

/// A day goes by, and what is due is wanted, by two workers at once.
async fn day_later(world: &World) {
    world.clock.advance_micros(86_400 * 1_000_000);
    let (one, two) = tokio::join!(send_due(&world.app), send_due(&world.app));
    assert!(one.unwrap() + two.unwrap() >= 1);
    world.clock.advance_micros(60 * 1_000_000);
}

async fn deliveries(world: &World, who: Persona) -> Vec<Value> {
    world.get(who, "/api/v1/deliveries").await.expect(200)["items"].as_array().unwrap().clone()
}

/// How each attempt of a delivery ended.
async fn words(world: &World, delivery: &str) -> (String, Vec<String>) {
    let seen = world.get(Operator, &format!("/api/v1/deliveries/{delivery}")).await.expect(200);
    let history = seen["history"].as_array().unwrap().iter();
    let words = history.map(|one| one["words"].as_str().unwrap().to_owned()).collect();
    (seen["state"].as_str().unwrap().to_owned(), words)
}

/// The signature of a request by Standard Webhooks.
pub fn signature(secret: &str, request: &str) -> String {
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let signed = format!("{}.{}.{body}", header(request, "webhook-id"), header(request, "webhook-timestamp"));
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_sent_once_for_each_moment_until_it_is_taken() {
    for world in World::on_both().await {
        world.order("o-1").await;
        let (url, heard) = receiver(&[500, 204]).await;
        let webhook = world.post(Advertiser, "/api/v1/webhooks", json!({"url": url})).await.expect(201);
        let secret = webhook["secret"].as_str().unwrap().to_owned();
        scheduled(&world, json!({ "webhook_ids": [webhook["id"]] })).await;
        day_later(&world).await;
        assert_eq!(send_due(&world.app).await.unwrap(), 0, "it is due once");
        let wanted = deliveries(&world, Advertiser).await;
        assert_eq!(wanted.len(), 1);
        let delivery = id(&wanted[0]);
        // Reports do not hold everything yet that was booked; then it fails, waits, and is taken.
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
        reports::follow(&world).await;
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 0, "it waits");
        world.clock.advance_micros(61 * 1_000_000);
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
        assert_eq!(words(&world, &delivery).await.0, "waiting");
        world.clock.advance_micros(301 * 1_000_000);
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
        let heard = heard.await.unwrap();
        let (state, told) = words(&world, &delivery).await;
        assert_eq!(state, "delivered");
        assert!(told[0].contains("not everything is in reports"), "{told:?}");
        assert_eq!(told[1..], ["answered 500", "answered 204"]);
        // The same thing twice has the same id; each is signed.
        for request in &heard {
            assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
            assert_eq!(header(request, "webhook-id"), delivery);
            assert_eq!(header(request, "webhook-signature"), signature(&secret, request));
            let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
            assert_eq!(body["type"], "report.ready");
            let file = body["data"]["file_name"].as_str().unwrap();
            assert!(file.starts_with("=Đơn hàng- سفارش‌ها 20"), "{file}");
            let file = BASE64.decode(body["data"]["content_base64"].as_str().unwrap().as_bytes()).unwrap();
            let text = String::from_utf8(file).unwrap();
            // The order was made on the day before the one on which the report was due.
            assert!(text.starts_with("day,all_conversions\n") && text.trim_end().ends_with(",1"), "{text}");
        }
        // A secret is nowhere in what is kept of it.
        let listed = world.get(Advertiser, "/api/v1/webhooks").await.text;
        let audit = world.get(Operator, "/api/v1/audit").await.text;
        assert!(audit.contains("webhook.create") && !audit.contains(&secret) && !listed.contains(&secret));
        assert!(!audit.contains("sealed"), "{audit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_comes_by_mail_in_a_language() {
    let world = World::new().await;
    let (port, heard) = mail_server(1).await;
    scheduled(&world, json!({"mails": ["anna@shop.example"], "language": "fa"})).await;
    reports::follow(&world).await;
    day_later(&world).await;
    // Without a mail server it waits; it is not given up.
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    let delivery = deliveries(&world, Advertiser).await.remove(0);
    assert_eq!((&delivery["channel"], &delivery["target"]), (&json!("mail"), &json!("anna@shop.example")));
    assert_eq!((&delivery["about"], &delivery["state"]), (&json!("report"), &json!("waiting")));
    world.clock.advance_micros(61 * 1_000_000);
    assert_eq!(deliver_due(&world.app, &courier(Some(port))).await.unwrap(), 1);
    let (state, told) = words(&world, &id(&delivery)).await;
    assert_eq!((state.as_str(), told[1].as_str()), ("delivered", "250 taken"));
    assert!(told[0].contains("no mail server"), "{told:?}");
    let heard = heard.await.unwrap().remove(0);
    let read = mailparse::parse_mail(heard.as_bytes()).unwrap();
    let subject = read.headers.iter().find(|header| header.get_key_ref() == "Subject").unwrap().get_value();
    assert_eq!(subject, "گزارش: =Đơn hàng: سفارش‌ها");
    assert!(read.subparts[0].get_body().unwrap().contains("پیوست است"));
    let file = read.subparts[1].get_content_disposition().params["filename"].clone();
    assert!(file.starts_with("=Đơn hàng- سفارش‌ها 20") && file.ends_with(".csv"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_leaves_is_tried_by_another_and_has_an_end() {
    for world in World::on_both().await {
        let mut silent = Silent::new().await;
        let webhook =
            world.post(Advertiser, "/api/v1/webhooks", json!({"url": silent.url})).await.expect(201);
        scheduled(&world, json!({ "webhook_ids": [webhook["id"]] })).await;
        reports::follow(&world).await;
        day_later(&world).await;
        let delivery = id(&deliveries(&world, Advertiser).await[0]);
        die_trying(&world, &mut silent).await;
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 0, "it may be under way");
        world.clock.advance_micros(600 * 1_000_000);
        silent.answers.store(true, Ordering::SeqCst);
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
        silent.answers.store(false, Ordering::SeqCst);
        let (state, told) = words(&world, &delivery).await;
        assert_eq!(state, "delivered");
        assert_eq!(told, ["the worker that tried it ended before it knew how", "answered 204"]);
        silent.heard.mark_unchanged();
        // A delivery that ends every worker is given up, too.
        day_later(&world).await;
        let fatal = id(&deliveries(&world, Advertiser).await[0]);
        for _ in 0..10 {
            die_trying(&world, &mut silent).await;
            world.clock.advance_micros(600 * 1_000_000);
        }
        assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 0);
        let (state, told) = words(&world, &fatal).await;
        assert_eq!((state.as_str(), told.len()), ("failed", 10));
        let heard = silent.heard.borrow();
        let ids: Vec<&str> = heard.iter().map(|it| header(it, "webhook-id")).collect();
        assert_eq!((&ids[..2], ids.len()), (&[delivery.as_str(), &delivery][..], 12));
        assert!(ids[2..].iter().all(|id| *id == fatal));
    }
}

/// A worker that sends what is due, and ends before it is answered.
async fn die_trying(world: &World, silent: &mut Silent) {
    let (app, courier) = (world.app.clone(), courier(None));
    let worker = tokio::spawn(async move { deliver_due(&app, &courier).await });
    silent.one_more().await;
    worker.abort();
    let _ = worker.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_fails_and_is_tried_by_hand() {
    let world = World::new().await;
    let sent = sent(&world).await;
    let path = format!("/api/v1/deliveries/{}", sent.delivery);
    world.delete(Advertiser, &format!("/api/v1/webhooks/{}", sent.webhook)).await.expect(200);
    reports::follow(&world).await;
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    let failed = world.get(Advertiser, &path).await.expect(200);
    assert_eq!(failed["state"], json!("failed"), "{failed}");
    assert_eq!(failed["history"][0]["words"], json!("the webhook was removed"));
    let again = world.post(Advertiser, &format!("{path}/retry"), json!({})).await.expect(200);
    assert_eq!(again["state"], json!("waiting"));
    world.clock.advance_micros(1_000_000);
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    let failed = world.get(Advertiser, &path).await.expect(200);
    assert_eq!(failed["history"].as_array().unwrap().len(), 2);
    // The operator sees what was sent for others, who do not see each other's.
    assert_eq!(deliveries(&world, Operator).await.len(), 1);
    for who in [OtherAdvertiser, Publisher, Manager, Foreigner] {
        assert!(deliveries(&world, who).await.is_empty(), "{who:?}");
        world.get(who, &path).await.expect(404);
        world.post(who, &format!("{path}/retry"), json!({})).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_that_it_is_gone_is_asked_no_more() {
    for world in World::on_both().await {
        let (url, heard) = receiver(&[410]).await;
        let webhook = world.post(Advertiser, "/api/v1/webhooks", json!({"url": url})).await.expect(201);
        scheduled(&world, json!({ "webhook_ids": [webhook["id"]] })).await;
        for state in ["answered 410 Gone", "not sent: the webhook answered 410 Gone at "] {
            day_later(&world).await;
            reports::follow(&world).await;
            assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
            let newest = id(&deliveries(&world, Advertiser).await[0]);
            let (ended, told) = words(&world, &newest).await;
            assert_eq!(ended, "failed");
            assert!(told[0].starts_with(state), "{told:?}");
        }
        // It was asked once.
        assert_eq!(heard.await.unwrap().len(), 1);
        let listed = world.get(Advertiser, "/api/v1/webhooks").await.expect(200);
        assert!(listed["items"][0]["gone_at"].is_string(), "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_only_the_server_reaches() {
    let world = World::new().await;
    let sent = sent(&world).await;
    reports::follow(&world).await;
    // Without the operator's leave.
    let strict = std::sync::Arc::new(outbound::Courier::new(&outbound::Settings::default()).unwrap());
    assert_eq!(deliver_due(&world.app, &strict).await.unwrap(), 1);
    let (state, told) = words(&world, &sent.delivery).await;
    assert_eq!(state, "failed");
    assert!(told[0].contains("private network"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_it_no_more_is_sent_nothing() {
    let world = World::new().await;
    let sent = sent(&world).await;
    reports::follow(&world).await;
    let users = world.get(Operator, "/api/v1/users").await.expect(200);
    let users = users["items"].as_array().unwrap().clone();
    let maker = users.iter().find(|user| user["memberships"][0]["advertisers"][0] == world.ids.advertiser);
    let path = format!("/api/v1/users/{}/disable", id(maker.unwrap()));
    world.post(Operator, &path, json!({})).await.expect(200);
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    let (state, told) = words(&world, &sent.delivery).await;
    assert_eq!(
        (state.as_str(), told[0].as_str()),
        ("failed", "whoever asked for it may not see this any more")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let world = World::new().await;
    let sent = sent(&world).await;
    let draft = |name: &str, value: Value| {
        let mut draft = sent.draft.clone();
        draft[name] = value;
        draft
    };
    for (body, field) in [
        (draft("when", json!({"every": {"week": 8}, "hour": 1, "zone": "UTC"})), "when"),
        (draft("when", json!({"every": "day", "hour": 24, "zone": "UTC"})), "when"),
        (draft("mails", json!(["a@b.example\r\nRCPT TO:<x@y>"])), "mails"),
        (draft("webhook_ids", json!([])), "mails"),
        (draft("format", json!("doc")), "format"),
    ] {
        let reply = world.post(Advertiser, "/api/v1/schedules", body.clone()).await;
        assert_eq!(reply.refused_field().1, field, "{body}: {}", reply.text);
    }
    for url in ["ftp://example.org", "https://u:p@example.org", "x"] {
        let reply = world.post(Advertiser, "/api/v1/webhooks", json!({"url": url})).await;
        assert_eq!(reply.refused_field().1, "url", "{url}");
    }
    let fees = json!({"name": "F", "report": {"metrics": ["fee"], "period": "today"}});
    assert_eq!(world.post(Publisher, "/api/v1/saved_reports", fees).await.refused_field().1, "metrics");
    let name = json!({"name": "a\r\nBcc: x", "report": {"metrics": ["clicks"], "period": "today"}});
    assert_eq!(world.post(Publisher, "/api/v1/saved_reports", name).await.refused_field().1, "name");
    // Nobody schedules what is not his, or sends to what is not his.
    for (path, body) in [
        ("/api/v1/schedules", sent.draft.clone()),
        ("/api/v1/alert_subscriptions", json!({"webhook_ids": [sent.webhook]})),
    ] {
        assert_eq!(world.post(Publisher, path, body).await.refused(404), "not_found");
    }
    // The same key makes one, and shows its secret once.
    let request = || {
        let mut request = world.request(
            Advertiser,
            "POST",
            "/api/v1/webhooks",
            Some(&json!({"url": "https://example.org/a"})),
        );
        request.headers_mut().insert("idempotency-key", "one".parse().unwrap());
        request
    };
    let first = world.send(request()).await.expect(201);
    let second = world.send(request()).await.expect(201);
    assert_eq!(first["id"], second["id"]);
    assert!(first["secret"].is_string() && second["secret"].is_null(), "{second}");
}
