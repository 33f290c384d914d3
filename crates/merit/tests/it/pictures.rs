//! Pictures that the tracker shows: links on paper, a coupon's own short link, and banners.

use std::{thread::sleep, time::Duration};

use serde_json::{Value, json};

use crate::{place::on_both, requests::Client, server::Server};

fn key<'d>(demo: &'d Value, role: &str) -> &'d str {
    demo["keys"][role].as_str().unwrap()
}

/// The newest click, as the operator sees it.
fn newest_click(client: &Client, demo: &Value) -> Value {
    let list = client.get_as(key(demo, "operator"), "/api/v1/touches?limit=1").done();
    list["items"][0].clone()
}

#[test]
fn a_picture_s_clicks_are_marked_and_a_coupon_s_link_clicks_too() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let slug = demo["links"][0]["path"].as_str().unwrap().strip_prefix("/c/").unwrap();
        let svg = client.get(&format!("/q/{slug}.svg?sub1=flyer"));
        assert_eq!(svg.status, 200, "{svg:?}");
        assert!(svg.body.starts_with("<svg "), "{svg:?}");
        let png = client.get(&format!("/q/{}.png", slug.to_uppercase()));
        assert!(png.status == 200 && png.body.contains("PNG") && png.body.contains("IHDR"), "{png:?}");
        // The picture is that of the address whose clicks are marked.
        let address = format!("{}/c/{slug}?source=qr&sub1=flyer", server.url());
        assert_eq!(svg.body, app::qr::Code::of(&address).unwrap().svg());
        client.click(address.strip_prefix(&server.url()).unwrap());
        let click = newest_click(&client, demo);
        assert_eq!(
            (&click["subs"]["source"], &click["subs"]["sub1"]),
            (&json!("qr"), &json!("flyer")),
            "{click}"
        );

        for gone in
            ["/q/0000000000000.svg", "/q/nothing.png", &format!("/q/{slug}.gif"), &format!("/q/{slug}")]
        {
            assert_eq!(client.get(gone).status, 404, "{gone}");
        }
        let body = json!({
            "program_id": demo["program_id"], "publisher_id": demo["links"][0]["publisher_id"], "coupon_code": "Paper5",
        });
        let made = client.post_as(key(demo, "operator"), "/api/v1/links", &body).done();
        let path = format!("/api/v1/links/{}", made["id"].as_str().unwrap());
        client.click("/k/PAPER5?sub2=window");
        let click = newest_click(&client, demo);
        assert_eq!((&click["link_id"], &click["subs"]["sub2"]), (&made["id"], &json!("window")), "{click}");
        assert_eq!(client.get("/k/paper6").status, 404);
        let picture = format!("/q/{}.svg", made["slug"].as_str().unwrap());
        assert_eq!(client.get(&picture).status, 200);
        client.patch_as(key(demo, "operator"), &path, &json!({"status": "paused"})).done();
        assert_eq!(client.get(&picture).status, 404);
    });
}

/// A banner of the demo's program.
fn banner(client: &Client, demo: &Value, svg: &str) -> Value {
    let body = json!({
        "program_id": demo["program_id"], "kind": "banner", "name": "Spring", "text": "Lamps",
        "picture": data_encoding::BASE64.encode(svg.as_bytes()),
    });
    client.post_as(key(demo, "advertiser"), "/api/v1/creatives", &body).done()
}

#[test]
fn a_banner_is_shown_and_its_clicks_and_views_carry_it() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='250'><rect width='9' height='9'/></svg>";
        let made = banner(&client, demo, svg);
        let id = made["id"].as_str().unwrap();
        let shown = client.get(&format!("/m/{}", id.to_uppercase()));
        assert_eq!((shown.status, shown.body.as_str()), (200, svg), "{shown:?}");
        assert_eq!(shown.header("content-type"), Some("image/svg+xml"));
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
        let policy = shown.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
        let mark = shown.header("etag").unwrap();
        assert_eq!(mark, format!("\"{}\"", made["picture"]["sha256"].as_str().unwrap()));

        // The code of the first link: its view and its click carry the creative, one that is not of the program does not count.
        let links = client.get_as(key(demo, "operator"), "/api/v1/links?limit=200").done();
        let slug = demo["links"][0]["path"].as_str().unwrap().strip_prefix("/c/").unwrap();
        let of_slug = |one: &&Value| one["slug"] == slug;
        let link = links["items"].as_array().unwrap().iter().find(of_slug).unwrap()["id"].as_str().unwrap();
        let path = format!("/api/v1/creatives/{id}/code?link_id={link}&origin={}", server.url());
        let code = client.get_as(key(demo, "operator"), &path).done();
        let local = |name: &str| code[name].as_str().unwrap().strip_prefix(&server.url()).unwrap().to_owned();
        assert_eq!(client.get(&local("impression_url")).status, 200);
        assert_eq!(newest_click(&client, demo)["creative_id"], id, "a view");
        client.click(&local("click_url"));
        let click = newest_click(&client, demo);
        assert_eq!((&click["kind"], &click["creative_id"]), (&json!("click"), &json!(id)), "{click}");
        client.click(&format!("/c/{slug}?creative=crv_00000000000000000000000000"));
        assert_eq!(newest_click(&client, demo)["creative_id"], Value::Null);

        // Reports tell of it by its name, about a second later.
        let ask = json!({"metrics": ["clicks", "impressions"], "by": ["creative"], "period": "today", "filter": {"in": ["creative", [id]]}});
        let look = |_| {
            let report = client.post_as(key(demo, "operator"), "/api/v1/reports", &ask).done();
            let there = report["rows"][0]["values"] == json!([1, 1]);
            if !there {
                sleep(Duration::from_millis(100));
            }
            there.then_some(report)
        };
        let report = (0..200).find_map(look).expect("its view and its click are in reports");
        assert_eq!(report["rows"][0]["keys"][0]["name"], made["name"], "{report}");

        // What runs no more leaves nothing broken behind; what never was is not there.
        let own = format!("/api/v1/creatives/{id}");
        client.patch_as(key(demo, "advertiser"), &own, &json!({"status": "paused"})).done();
        let paused = client.get(&format!("/m/{id}"));
        assert_eq!((paused.status, paused.header("content-type")), (200, Some("image/gif")), "{paused:?}");
        for gone in ["/m/crv_00000000000000000000000000", "/m/nothing", "/m/"] {
            assert_eq!(client.get(gone).status, 404, "{gone}");
        }
    });
}
