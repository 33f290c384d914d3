//! What was committed and is told to those who asked for it: alerts to subscribers, decisions to publishers.

use app::outputs::{deliver::deliver_due, follow::follow};
use serde_json::{Value, json};

use crate::{
    outputs::signature,
    personas::Persona::{
        self, Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher,
    },
    receivers::{courier, header, mail_server, receiver},
    world::World,
};

async fn deliveries(world: &World, who: Persona) -> Vec<Value> {
    world.get(who, "/api/v1/deliveries").await.expect(200)["items"].as_array().unwrap().clone()
}

/// What was committed is told, by two workers at once.
async fn tell(world: &World) -> usize {
    let (one, two) = tokio::join!(follow(&world.app), follow(&world.app));
    world.clock.advance_micros(1_000_000);
    one.unwrap() + two.unwrap()
}

async fn webhook(world: &World, who: Persona, url: &str) -> (String, String) {
    let made = world.post(who, "/api/v1/webhooks", json!({ "url": url })).await.expect(201);
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_reach_who_may_read_them_once() {
    for world in World::on_both().await {
        let (url, heard) = receiver(&[204]).await;
        let (port, mails) = mail_server(1).await;
        let (id, secret) = webhook(&world, Advertiser, &url).await;
        let (others, _) = webhook(&world, OtherAdvertiser, &url).await;
        let path = "/api/v1/alert_subscriptions";
        let made =
            json!({"kinds": ["cap"], "webhook_ids": [id], "mails": ["anna@shop.example"], "language": "vi"});
        world.post(Advertiser, path, made).await.expect(201);
        world.post(OtherAdvertiser, path, json!({ "webhook_ids": [others] })).await.expect(201);
        world.post(Foreigner, path, json!({ "mails": ["spy@example.org"] })).await.expect(201);
        // A cap of the program is not for publishers, and this one wants something else.
        world
            .post(Publisher, path, json!({"kinds": ["funds_out"], "mails": ["p@site.example"]}))
            .await
            .expect(201);
        let caps = json!([{"metric": "conversions", "period": "day", "limit": "2", "alert_at": [50]}]);
        let program = format!("/api/v1/programs/{}", world.ids.program);
        world.patch(Advertiser, &program, json!({ "caps": caps })).await.expect(200);
        world.order("o-1").await;
        assert_eq!(tell(&world).await, 2, "one for each receiver");
        assert_eq!(tell(&world).await, 0);
        assert_eq!(deliver_due(&world.app, &courier(Some(port))).await.unwrap(), 2);
        for delivery in deliveries(&world, Advertiser).await {
            assert_eq!((&delivery["about"], &delivery["state"]), (&json!("alert"), &json!("delivered")));
        }
        for who in [OtherAdvertiser, Publisher, Manager, Foreigner] {
            assert!(deliveries(&world, who).await.is_empty(), "{who:?}");
        }
        // It is what the API shows.
        let request = heard.await.unwrap().remove(0);
        assert_eq!(header(&request, "webhook-signature"), signature(&secret, &request));
        let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        let alert = world.get(Advertiser, "/api/v1/alerts").await.expect(200)["items"][0].clone();
        assert_eq!((&body["type"], &body["data"]), (&json!("alert.told"), &alert));
        let mail = mails.await.unwrap().remove(0);
        let read = mailparse::parse_mail(mail.as_bytes()).unwrap();
        let subject = read.headers.iter().find(|it| it.get_key_ref() == "Subject").unwrap().get_value();
        assert_eq!(subject, "Một hạn mức sắp đạt hoặc đã đạt");
        assert!(read.get_body().unwrap().starts_with(alert["words"]["vi"].as_str().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribes_is_told_no_more() {
    let world = World::new().await;
    let path = "/api/v1/alert_subscriptions";
    let all = json!({ "mails": ["p@site.example"] });
    let made = world.post(Publisher, path, all.clone()).await.expect(201);
    world.post(Operator, path, all).await.expect(201);
    let listed = world.get(Publisher, path).await.expect(200);
    assert_eq!(listed["items"], json!([made]));
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    for who in [Operator, Advertiser, OtherPublisher, Manager, Foreigner] {
        world.delete(who, &own).await.expect(404);
    }
    world
        .patch(
            Operator,
            &format!("/api/v1/advertisers/{}", world.ids.advertiser),
            json!({"billing": "prepaid"}),
        )
        .await
        .expect(200);
    // A publisher with links hears that there is no money.
    assert_eq!(tell(&world).await, 2);
    world.delete(Publisher, &own).await.expect(200);
    let body = json!({"amount": "100.00", "currency": "USD"});
    let path = format!("/api/v1/advertisers/{}/fundings", world.ids.advertiser);
    world.post(Operator, &path, body).await.expect(201);
    assert_eq!(tell(&world).await, 1, "only the operator");
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_are_called_for_each_decision_on_their_conversions() {
    for world in World::on_both().await {
        let (url, heard) = receiver(&[200, 500, 200, 200]).await;
        let path = "/api/v1/publisher_postbacks";
        let template = format!(
            "{url}?ref={{ref_id}}&sub={{sub1}}&state={{status}}&sum={{payout}}&cur={{currency}}&why={{reason}}&id={{conversion_id}}\
             &action={{action}}&order={{order_id}}&adv={{adv1}}&click={{click_id}}&country={{country}}"
        );
        world.post(Publisher, path, json!({ "url": template })).await.expect(201);
        // Another publisher, and another program, are none of this.
        world.post(OtherPublisher, path, json!({ "url": template })).await.expect(201);
        let other = json!({"publisher_id": world.ids.publisher, "program_id": world.ids.other_program, "url": template});
        world.post(Operator, path, other).await.expect(201);
        let order = world.order("secret-order").await;
        // What was decided since is not what is told of the first decision.
        let judge = |what: &str| format!("/api/v1/conversions/{order}/{what}");
        world.post(Advertiser, &judge("approve"), json!({})).await.expect(200);
        world
            .post(Advertiser, &judge("reverse"), json!({"reason": "returned", "share": "1/3"}))
            .await
            .expect(200);
        assert_eq!(tell(&world).await, 3);
        assert_eq!(tell(&world).await, 0);
        // One after the other, so that the receiver knows which is which.
        let mut tried = 0;
        for _ in 0..6 {
            tried += deliver_due(&world.app, &courier(None)).await.unwrap();
            world.clock.advance_micros(61 * 1_000_000);
        }
        assert_eq!(tried, 4);
        let mut calls: Vec<String> = heard.await.unwrap();
        for call in &calls {
            let line = call.lines().next().unwrap();
            assert!(line.starts_with("GET /hook?ref=secret-ref&sub=secret-sub&state="), "{line}");
            let fixed = format!("&id={order}&action=order&order=&adv=&click=clk_");
            assert!(line.contains(&fixed), "{line}");
            assert!(line.contains("&cur=USD&") && line.contains("&country=VN "), "{line}");
            assert!(!line.contains("secret-order") && !line.contains("secret-adv"), "{line}");
        }
        calls.sort_unstable();
        calls.dedup();
        let of = |status: &str, sum: &str, why: &str| {
            let part = format!("&state={status}&sum={sum}&cur=USD&why={why}&");
            calls.iter().filter(|call| call.contains(&part)).count()
        };
        assert_eq!(
            (
                of("pending", "9.00", ""),
                of("approved", "9.00", "confirmed"),
                of("reversed", "6.00", "returned")
            ),
            (1, 1, 1),
            "{calls:#?}"
        );
        // He sees what became of it, as do those who act for him; nobody else does.
        let seen = deliveries(&world, Publisher).await;
        assert_eq!(seen.len(), 3);
        assert!(
            seen.iter().all(|it| it["state"] == "delivered" && it["about_id"] == json!(order)),
            "{seen:#?}"
        );
        assert!(seen.iter().all(|it| it["url"].as_str().unwrap().starts_with(&url)));
        let attempts: i64 = seen.iter().map(|it| it["attempts"].as_i64().unwrap()).sum();
        assert_eq!(attempts, 4);
        let one = format!("/api/v1/deliveries/{}", seen[0]["id"].as_str().unwrap());
        for who in [Advertiser, OtherPublisher, OtherAdvertiser, Foreigner] {
            assert!(deliveries(&world, who).await.is_empty(), "{who:?}");
            world.get(who, &one).await.expect(404);
        }
        world.get(Operator, &one).await.expect(200);
        // Whoever made it: it is the publisher's.
        assert_eq!(world.get(Publisher, path).await.expect(200)["items"].as_array().unwrap().len(), 2);
        assert_eq!(world.get(Operator, path).await.expect(200)["items"].as_array().unwrap().len(), 3);
        world.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postbacks_are_checked_when_they_are_made() {
    let world = World::new().await;
    let path = "/api/v1/publisher_postbacks";
    for url in [
        "https://tracker.example/p?x={nonsense}",
        "https://{ref_id}.tracker.example/p",
        "https://tracker.example/p?x={ref_id",
        "ftp://tracker.example/{ref_id}",
        "https://user:word@tracker.example/p",
        "tracker.example/p",
        "https://tracker.example/p?x= {ref_id}",
    ] {
        let refused = world.post(Publisher, path, json!({ "url": url })).await;
        assert_eq!(refused.refused_field(), ("field_invalid".to_owned(), "url".to_owned()), "{url}");
    }
    let refused = world.post(Publisher, path, json!({"url": "https://tracker.example/{nonsense}"})).await;
    assert!(refused.text.contains("{conversion_id}"), "it says which there are: {}", refused.text);
    let url = "https://tracker.example/p?x={ref_id}";
    let others = json!({"publisher_id": world.ids.other_publisher, "url": url});
    assert_eq!(world.post(Publisher, path, others).await.refused_field().1, "publisher_id");
    world.post(Advertiser, path, json!({ "url": url })).await.expect(403);
    let made = world.post(Publisher, path, json!({"url": url, "statuses": ["approved"]})).await.expect(201);
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    for who in [Advertiser, OtherPublisher, Foreigner] {
        world.delete(who, &own).await.expect(404);
    }
    // Only what is wanted is told, and what waits when it is removed is not called.
    let order = world.order("o-1").await;
    assert_eq!(tell(&world).await, 0);
    world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
    assert_eq!(tell(&world).await, 1);
    world.delete(Publisher, &own).await.expect(200);
    assert_eq!(deliver_due(&world.app, &courier(None)).await.unwrap(), 1);
    let failed = deliveries(&world, Publisher).await.remove(0);
    assert_eq!((&failed["state"], &failed["target"]), (&json!("failed"), &made["id"]));
}
