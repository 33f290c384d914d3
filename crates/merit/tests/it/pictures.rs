//! Links on paper: their pictures, and a coupon's own short link.

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
