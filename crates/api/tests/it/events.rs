//! The live feed: everything once and in order, for whoever may see it.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::{
    personas::Persona::{
        self, Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher,
    },
    world::World,
};

const FEED: &str = "/api/v1/events/stream?follow=false";

/// An event: kind, id, data.
type Event = (String, String, Value);

fn events(text: &str) -> Vec<Event> {
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let event = |block: &str| {
        let data = field(block, "data:")?;
        Some((field(block, "event:")?, field(block, "id:")?, serde_json::from_str(&data).unwrap()))
    };
    text.split("\n\n").filter_map(event).collect()
}

fn last_id(text: &str) -> String {
    text.lines().rev().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned()
}

fn request(world: &World, who: Persona, last: &str) -> Request<Body> {
    let mut request = world.request(who, "GET", FEED, None);
    request.headers_mut().insert("last-event-id", last.parse().unwrap());
    request
}

/// What is told after this id, and the id to go on with.
async fn told(world: &World, who: Persona, last: &str) -> (Vec<Event>, String) {
    let reply = world.send(request(world, who, last)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "text/event-stream");
    (events(&reply.text), last_id(&reply.text))
}

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|(kind, ..)| kind.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_once_and_in_order() {
    for world in World::on_both().await {
        let begin = last_id(&world.get(Operator, FEED).await.text);
        let order = world.order("o-1").await;
        world.post(Advertiser, &format!("/api/v1/conversions/{order}/approve"), json!({})).await.expect(200);
        let half = json!({"share": "1/2", "reason": "returned"});
        world.post(Advertiser, &format!("/api/v1/conversions/{order}/reverse"), half).await.expect(200);
        let (all, end) = told(&world, Operator, &begin).await;
        assert_eq!(kinds(&all), ["click", "conversion", "decision", "reversal"]);
        assert_eq!(all[3].2["conversion"]["id"], json!(order));
        assert_eq!(all[3].2["decision"]["number"], json!(3));
        // From whichever event somebody goes on, he gets exactly the rest.
        for place in 0..all.len() {
            let (rest, _) = told(&world, Operator, &all[place].1).await;
            assert_eq!(rest, all[place + 1..], "after {}", all[place].1);
        }
        let (nothing, still) = told(&world, Operator, &end).await;
        assert_eq!((nothing.len(), still), (0, end));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn walls_stand_around_each_who_follows() {
    let world = World::new().await;
    let begin = last_id(&world.get(Operator, FEED).await.text);
    world.order("o-1").await;
    for who in [Operator, Advertiser, Manager, Publisher] {
        assert_eq!(kinds(&told(&world, who, &begin).await.0), ["click", "conversion"], "{who:?}");
    }
    for who in [OtherAdvertiser, OtherPublisher, Foreigner] {
        let (nothing, end) = told(&world, who, &begin).await;
        assert!(nothing.is_empty(), "{who:?}: {nothing:?}");
        assert_ne!(end, begin, "he stands behind what he may not see");
    }
    let (seen, _) = told(&world, Publisher, &begin).await;
    let conversion = &seen[1].2["conversion"];
    for hidden in ["fee", "order_id", "customer_id", "email_sha256", "adv", "items"] {
        assert!(conversion[hidden].is_null(), "{hidden}: {conversion}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_is_refused() {
    let world = World::new().await;
    for last in ["", "x", "-1", "1.x", "999999999"] {
        let reply = world.send(request(&world, Operator, last)).await;
        assert_eq!(reply.refused_field(), ("field_invalid".to_owned(), "last-event-id".to_owned()), "{last}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_are_few_and_end_with_the_server() {
    let world = World::new().await;
    let open = async || {
        let request = world.request(Publisher, "GET", "/api/v1/events/stream", None);
        tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..app::live::FOLLOWERS_OF_ONE_MAX {
        streams.push(open().await);
    }
    let refused = open().await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    drop(streams.pop());
    streams.push(open().await);
    assert!(streams.iter().all(|stream| stream.status() == 200));
    world.app.followers.stop();
    for stream in streams {
        let whole = http_body_util::BodyExt::collect(stream.into_body());
        tokio::time::timeout(std::time::Duration::from_secs(5), whole).await.unwrap().unwrap();
    }
}
