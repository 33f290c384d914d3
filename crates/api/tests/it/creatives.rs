//! Creatives as people meet them: made, shown to those who may promote the program, and as code that carries a link.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::{
    joining,
    personas::Persona::{self, *},
    world::World,
};

const ALL: &str = "/api/v1/creatives";
const HOSTILE: &str = "\"><script>alert('1')</script> & more";

/// A text link that can be made.
pub fn text(world: &World) -> Value {
    json!({"program_id": world.ids.program, "kind": "text", "name": "Spring", "text": "Flowers by tomorrow"})
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    [head.as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0"].concat()
}

fn banner(world: &World, picture: &[u8]) -> Value {
    json!({
        "program_id": world.ids.program, "kind": "banner", "name": "300 x 250", "text": HOSTILE,
        "picture": BASE64.encode(picture), "landing_url": "https://www.shop.example/spring?a=1&b=2", "tags": ["spring"],
    })
}

async fn made(world: &World, body: Value) -> Value {
    world.post(Advertiser, ALL, body).await.expect(201)
}

fn path(creative: &Value) -> String {
    format!("{ALL}/{}", creative["id"].as_str().unwrap())
}

async fn seen(world: &World, who: Persona) -> Vec<String> {
    let list = world.get(who, ALL).await.expect(200);
    let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banner_is_stored_with_what_its_bytes_say() {
    for world in World::on_both().await {
        let banner = made(&world, banner(&world, &png(300, 250))).await;
        let picture = &banner["picture"];
        assert_eq!(
            (&picture["format"], &picture["width"], &picture["height"], &picture["bytes"]),
            (&json!("png"), &json!(300), &json!(250), &json!(29)),
            "{banner}"
        );
        assert_eq!(picture["url"], format!("/m/{}", banner["id"].as_str().unwrap()));
        let id = banner["id"].as_str().unwrap().parse().unwrap();
        let stored = app::configuration::creatives::picture(&world.app, id).await.unwrap();
        assert_eq!(stored, Some(png(300, 250)));

        // A change that gives no picture leaves it; another one stands at the same address.
        let renamed = world.patch(Advertiser, &path(&banner), json!({"name": "Renamed"})).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["picture"]), (&json!("Renamed"), picture));
        let other = json!({"picture": BASE64.encode(&png(728, 90))});
        let changed = world.patch(Advertiser, &path(&banner), other.clone()).await.expect(200);
        assert_eq!(
            (&changed["picture"]["width"], &changed["picture"]["url"]),
            (&json!(728), &picture["url"])
        );
        let stored = app::configuration::creatives::picture(&world.app, id).await.unwrap();
        assert_eq!(stored, Some(png(728, 90)));
        // A dry run changes neither record nor bytes.
        let dry = format!("{}?dry_run=true", path(&banner));
        let third = json!({"picture": BASE64.encode(&png(1, 1))});
        assert_eq!(world.patch(Advertiser, &dry, third).await.expect(200)["picture"]["width"], 1);
        let stored = app::configuration::creatives::picture(&world.app, id).await.unwrap();
        assert_eq!(stored, Some(png(728, 90)));
        let summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
        assert!(summary.is_clean(), "{:?}", summary.violations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_of_its_field() {
    let world = World::new().await;
    let with = |changes: Value| {
        let mut body = text(&world);
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let script = BASE64.encode(b"<svg width='1' height='1'><script>alert(1)</script></svg>");
    for (changes, field) in [
        (json!({"name": ""}), "name"),
        (json!({"text": ""}), "text"),
        (json!({"kind": "banner"}), "picture"),
        (json!({"kind": "banner", "picture": script}), "picture"),
        (json!({"kind": "banner", "picture": "no base64!"}), "picture"),
        (json!({"kind": "banner", "picture": BASE64.encode(b"GIF89a")}), "picture"),
        (json!({"picture": BASE64.encode(&png(1, 1))}), "picture"),
        (json!({"kind": "video"}), "video_url"),
        (json!({"kind": "video", "video_url": "javascript:alert(1)"}), "video_url"),
        (json!({"video_url": "https://video.example/1"}), "video_url"),
        (json!({"landing_url": "https://evil.example/"}), "landing_url"),
        (json!({"landing_url": "https://shop.example:8443/"}), "landing_url"),
        (json!({"landing_url": "https://shop.example\\@evil.example/"}), "landing_url"),
        (json!({"landing_url": "javascript:alert(1)"}), "landing_url"),
        (json!({"tags": ["a", ""]}), "tags[1]"),
        (json!({"starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"}), "ends_at"),
        (json!({"program_id": world.ids.other_program}), "program_id"),
    ] {
        let reply = world.post(Advertiser, ALL, with(changes.clone())).await;
        assert_eq!(
            (reply.status.as_u16(), reply.refused_field().1),
            (422, field.to_owned()),
            "{changes}: {}",
            reply.text
        );
    }
    let made = made(&world, text(&world)).await;
    let fixed = json!({"kind": "video", "video_url": "https://video.example/1"});
    let reply = world.patch(Advertiser, &path(&made), fixed).await;
    assert_eq!(reply.refused_field().1, "kind");
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_see_what_runs_of_programs_that_they_are_in() {
    for world in World::on_both().await {
        let banner = made(&world, banner(&world, &png(300, 250))).await;
        let later = json!({"name": "Later", "starts_at": "2100-01-01T00:00:00Z"});
        let mut draft = text(&world);
        draft.as_object_mut().unwrap().extend(later.as_object().unwrap().clone());
        let later = made(&world, draft).await;
        let mut closed = text(&world);
        closed["program_id"] = json!(joining::program(&world, "application").await);
        made(&world, closed).await;
        assert_eq!(seen(&world, Advertiser).await, ["Spring", "Later", "300 x 250"]);
        assert_eq!(seen(&world, Operator).await, ["Spring", "Later", "300 x 250"]);
        assert_eq!(seen(&world, Publisher).await, ["300 x 250"]);
        assert_eq!(seen(&world, OtherAdvertiser).await, [""; 0]);
        assert_eq!(seen(&world, Foreigner).await, [""; 0]);
        assert_eq!(world.get(Publisher, &path(&later)).await.refused(404), "not_found");
        assert_eq!(world.get(OtherAdvertiser, &path(&banner)).await.refused(404), "not_found");
        world.patch(Advertiser, &path(&banner), json!({"status": "paused"})).await.expect(200);
        assert_eq!(seen(&world, Publisher).await, [""; 0]);
        let only =
            world.get(Advertiser, &format!("{ALL}?kind=banner&program_id={}", world.ids.program)).await;
        assert_eq!(only.expect(200)["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_carries_the_link_and_no_foreign_markup() {
    let world = World::new().await;
    let banner = made(&world, banner(&world, &png(300, 250))).await;
    let id = banner["id"].as_str().unwrap();
    let code = |link: &str, origin: &str| format!("{}/code?link_id={link}&origin={origin}", path(&banner));
    let told = world.get(Publisher, &code(&world.ids.link, "https://Track.example/")).await.expect(200);
    let to = "https%3A%2F%2Fwww.shop.example%2Fspring%3Fa%3D1%26b%3D2";
    let click = format!("https://track.example/c/{}?creative={id}&to={to}", world.ids.slug);
    assert_eq!(told["click_url"], click);
    assert_eq!(told["impression_url"], format!("https://track.example/i/{}?creative={id}", world.ids.slug));
    assert_eq!(
        told["html"],
        format!(
            "<a href=\"{}\" rel=\"sponsored nofollow\"><img src=\"https://track.example/m/{id}\" width=\"300\" height=\"250\" \
             alt=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; more\" loading=\"lazy\"></a>\
             <img src=\"https://track.example/i/{}?creative={id}\" width=\"1\" height=\"1\" alt=\"\">",
            click.replace('&', "&amp;"),
            world.ids.slug
        )
    );
    for (link, origin, field) in [
        (&world.ids.other_link, "https://track.example", "link_id"),
        (&world.ids.link, "javascript:alert(1)", "origin"),
        (&world.ids.link, "https://track.example/path", "origin"),
        (&world.ids.link, "https://a@track.example", "origin"),
        (&world.ids.link, "https://track.example%22%3E", "origin"),
    ] {
        let reply = world.get(Publisher, &code(link, origin)).await;
        assert_eq!(reply.refused_field().1, field, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_are_listed_without_the_links_that_have_none() {
    for world in World::on_both().await {
        let link = format!("/api/v1/links/{}", world.ids.link);
        assert_eq!(world.get(Advertiser, "/api/v1/coupons").await.expect(200)["items"], json!([]));
        world.patch(Operator, &link, json!({"coupon_code": "SPRING-10", "name": "Blog"})).await.expect(200);
        for who in [Operator, Advertiser, Publisher] {
            let list = world.get(who, "/api/v1/coupons").await.expect(200);
            let coupon = json!({
                "code": "SPRING-10", "policy": "involved", "url": "/k/SPRING-10", "link_id": world.ids.link, "link_name": "Blog",
                "status": "active", "program_id": world.ids.program, "publisher_id": world.ids.publisher,
            });
            assert_eq!(list["items"], json!([coupon]), "{who:?}");
        }
        for who in [OtherAdvertiser, OtherPublisher, Foreigner] {
            assert_eq!(world.get(who, "/api/v1/coupons").await.expect(200)["items"], json!([]), "{who:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_narrowed_to_a_party() {
    let world = World::new().await;
    let funding = json!({"amount": "100", "currency": "USD"});
    let path = format!("/api/v1/advertisers/{}/fundings", world.ids.advertiser);
    world.post(Operator, &path, funding).await.expect(201);
    world.order("order-1").await;
    let of = async |query: String| -> Vec<String> {
        let list = world.get(Operator, &format!("/api/v1/ledger/accounts?{query}")).await.expect(200);
        let kind = |account: &Value| account["kind"].as_str().unwrap().to_owned();
        list["items"].as_array().unwrap().iter().map(kind).collect()
    };
    assert_eq!(of(format!("advertiser_id={}", world.ids.advertiser)).await, ["advertiser"]);
    assert_eq!(of(format!("publisher_id={}", world.ids.publisher)).await, ["publisher"]);
    assert_eq!(of(format!("publisher_id={}", world.ids.other_publisher)).await, [""; 0]);
    assert!(of(String::new()).await.len() > 2);
}
