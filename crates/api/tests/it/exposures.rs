//! Offline exposures as people meet them: told by files and rows, replaced, refused, and what follows from a code.

use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    world::World,
};

const PATH: &str = "/api/v1/exposures";

/// Exposures that can be told.
pub fn rows(world: &World) -> Value {
    let row = json!({"campaign": "Spring", "channel": "tv", "starts_at": "2026-03-10T20:00:00Z"});
    json!({"advertiser_id": world.ids.advertiser, "rows": [row]})
}

/// One that is told.
pub async fn told(world: &World) -> String {
    world.post(Advertiser, PATH, rows(world)).await.expect(201);
    let list = world.get(Advertiser, PATH).await.expect(200);
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The body of a file.
fn file(world: &World, text: &str, more: Value) -> Value {
    let content = data_encoding::BASE64.encode(text.as_bytes());
    let mut body =
        json!({"advertiser_id": world.ids.advertiser, "channel": "tv", "replace": true, "content": content});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// What became of exposures: added, changed, removed, unchanged, campaigns made, refused.
async fn tell(world: &World, path: &str, body: Value) -> [u64; 6] {
    let told = world.post(Advertiser, path, body).await.expect(201);
    ["added", "changed", "removed", "unchanged", "campaigns_made", "refused"]
        .map(|name| told[name].as_u64().unwrap())
}

/// Every exposure as `name from to place impressions code`, in the order of time.
async fn all(world: &World, who: Persona) -> Vec<String> {
    let list = world.get(who, PATH).await.expect(200);
    let text = |one: &Value| {
        let of = |name: &str| one[name].as_str().unwrap_or("-").replace(".000000Z", "Z");
        let (from, to) = (of("starts_at"), of("ends_at"));
        format!(
            "{from} {to} {} {}{} {} {}",
            of("name"),
            of("country"),
            of("region"),
            one["impressions"],
            of("code")
        )
    };
    let mut lines: Vec<String> = list["items"].as_array().unwrap().iter().map(text).collect();
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_said_again_replaces_and_doubles_nothing() {
    for world in World::on_both().await {
        let first = "Campaign;Spot;From;Seconds;Region;Reach;Code\n\
                     Spring;A;2026-03-10 20:00;30;DE-BY;1.200.000;TV10\n\
                     Spring;B;2026-03-10T21:00:00+01:00;20;;;\n\
                     Spring;A;2026-03-11 20:00;30;;;\n";
        assert_eq!(
            tell(&world, &format!("{PATH}?dry_run=true"), file(&world, first, json!({}))).await,
            [3, 0, 0, 0, 1, 0]
        );
        assert_eq!(all(&world, Operator).await, [""; 0], "a dry run stores nothing");
        assert_eq!(tell(&world, PATH, file(&world, first, json!({}))).await, [3, 0, 0, 0, 1, 0]);
        let stand = [
            "2026-03-10T20:00:00Z 2026-03-10T20:00:20Z B  null -",
            "2026-03-10T20:00:00Z 2026-03-10T20:00:30Z A DEDE-BY 1200000 TV10",
            "2026-03-11T20:00:00Z 2026-03-11T20:00:30Z A  null -",
        ];
        assert_eq!(all(&world, Manager).await, stand);
        assert_eq!(tell(&world, PATH, file(&world, first, json!({}))).await, [0, 0, 0, 3, 0, 0]);
        assert_eq!(all(&world, Advertiser).await, stand);
        assert_eq!(all(&world, OtherAdvertiser).await, [""; 0]);
        assert_eq!(all(&world, Foreigner).await, [""; 0]);

        // One that is told differently changes, and one in between that is not told is gone; nothing is where rows are kept, or refused.
        let second = "campaign;spot;from;seconds;region;reach;code\n\
                      Spring;A;2026-03-10 20:00;45;DE-BY;1200000;TV10\n\
                      Spring;A;2026-03-11 20:00;30;;;\n";
        let keep = json!({"replace": false});
        assert_eq!(
            tell(&world, &format!("{PATH}?dry_run=true"), file(&world, second, keep)).await,
            [0, 1, 0, 1, 0, 0]
        );
        let broken = format!("{second}Spring;C;2026-03-10;30;;;\n");
        let skip = json!({"skip_bad_rows": true});
        assert_eq!(
            tell(&world, &format!("{PATH}?dry_run=true"), file(&world, &broken, skip)).await,
            [0, 1, 0, 1, 0, 1]
        );
        assert_eq!(tell(&world, PATH, file(&world, second, json!({}))).await, [0, 1, 1, 1, 0, 0]);
        assert_eq!(
            all(&world, Advertiser).await,
            ["2026-03-10T20:00:00Z 2026-03-10T20:00:45Z A DEDE-BY 1200000 TV10", stand[2]]
        );

        // A campaign is known by its name and channel, and made once.
        let campaigns = world.get(Advertiser, "/api/v1/campaigns").await.expect(200);
        let rules = json!([{"code": "TV10"}]);
        assert_eq!(
            (&campaigns["items"][0]["rules"], campaigns["items"].as_array().unwrap().len()),
            (&rules, 1)
        );
        let list = world.get(Advertiser, PATH).await.expect(200);
        let id = list["items"][0]["id"].as_str().unwrap().to_owned();
        let own = format!("{PATH}/{id}");
        assert_eq!(world.delete(OtherAdvertiser, &own).await.refused(404), "not_found");
        assert_eq!(world.delete(Reader, &own).await.refused(403), "right_missing");
        world.delete(Advertiser, &own).await.expect(200);
        assert_eq!(world.delete(Advertiser, &own).await.refused(404), "not_found");
        assert_eq!(all(&world, Advertiser).await.len(), 1);
        world.clean().await;
    }
}

#[tokio::test]
async fn rows_that_cannot_be_taken_are_named() {
    let world = World::new().await;
    for (text, reason) in [
        ("campaign,from\nA,yesterday\n", "line 2, column `from`: `yesterday` is no time"),
        (
            "campaign,from,Ends_at\n\nA,2026-01-01 10:00,2026-01-01 09:00\n",
            "line 3, column `Ends_at`: it ends before",
        ),
        (
            "campaign,from,seconds\nA,2026-01-01 10:00,soon\n",
            "line 2, column `seconds`: `soon` is no whole number",
        ),
        ("campaign,from\n,2026-01-01 10:00\n", "line 2, column `campaign`: there is no campaign"),
        (
            "campaign,from,country\nA,2026-01-01 10:00,Germany\n",
            "column `country`: a country has two letters",
        ),
        ("campaign,from,region\nA,2026-01-01 10:00,Bavaria\n", "column `region`: a region is a code"),
        ("campaign,from,country,region\nA,2026-01-01 10:00,FR,DE-BY\n", "the region DE-BY is not in FR"),
        ("campaign,from,reach\nA,2026-01-01 10:00,-5\n", "column `reach`: `-5` is no whole number"),
        ("campaign,from,code\nA,2026-01-01 10:00,a b\n", "column `code`: a coupon code has"),
        (
            "campaign,from,channel\nA,2026-01-01 10:00,direct\n",
            "column `channel`: no campaigns run on this channel",
        ),
        ("campaign,from,channel\nA,2026-01-01 10:00,dreams\n", "column `channel`: `dreams` is no channel"),
        (
            "campaign,from\nA,2026-01-01 10:00\nA,2026-01-01 10:00\n",
            "line 3, column `name`: another row tells the same slot",
        ),
        ("spot,from\nA,2026-01-01 10:00\n", "line 1 names no column `campaign`"),
        ("campaign,from,start\nA,2026-01-01 10:00,\n", "two columns hold the from"),
        ("campaign,from\n", "no row can be taken"),
        ("", "the file is empty"),
    ] {
        let reply = world.post(Advertiser, PATH, file(&world, text, json!({}))).await;
        let said = reply.json().to_string().replace("\\\"", "\"");
        assert_eq!(reply.refused_field().1, "content", "{text}: {said}");
        assert!(said.contains(reason), "{text}: {said}");
    }
    assert_eq!(all(&world, Operator).await, [""; 0], "a row that is refused refuses all");
    let row = |members: Value| {
        let mut body = rows(&world);
        body["rows"][0].as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        body
    };
    for (members, field) in [
        (json!({"campaign": "cmp_00000000000000000000000000"}), "rows[0].campaign"),
        (json!({"channel": null}), "rows[0].channel"),
        (json!({"name": "a\u{0}b"}), "rows[0].name"),
        (json!({"ends_at": "2029-03-10T20:00:00Z"}), "rows[0].ends_at"),
        (json!({"impressions": -1}), "rows[0].impressions"),
        (json!({"country": "D"}), "rows[0].country"),
        (json!({"code": "'; --"}), "rows[0].code"),
    ] {
        assert_eq!(
            world.post(Advertiser, PATH, row(members.clone())).await.refused_field().1,
            field,
            "{members}"
        );
    }
    let empty = json!({"advertiser_id": world.ids.advertiser});
    assert_eq!(world.post(Advertiser, PATH, empty).await.refused_field().1, "rows");
    let mut unknown = rows(&world);
    unknown["make_campaigns"] = json!(false);
    assert_eq!(world.post(Advertiser, PATH, unknown).await.refused_field().1, "rows[0].campaign");
    assert_eq!(world.post(OtherAdvertiser, PATH, rows(&world)).await.refused_field().1, "advertiser_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_a_code_is_the_campaigns() {
    for world in World::on_both().await {
        told(&world).await;
        let mut body = rows(&world);
        body["rows"][0]["code"] = json!("Tv10");
        world.post(Advertiser, PATH, body).await.expect(201);
        for (number, coupon) in [("o-1", json!(" tv10")), ("o-2", json!("OTHER")), ("o-3", Value::Null)] {
            let order = json!({
                "action": "order", "order_id": number, "amount": "90", "currency": "USD", "coupon": coupon,
                "program_id": world.ids.program, "customer_id": number,
            });
            world.post(Advertiser, "/api/v1/conversions", order).await.expect(201);
        }
        let ask = json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "by": ["channel", "campaign"]});
        let told = world.post(Advertiser, "/api/v1/attribution", ask).await.expect(200);
        assert_eq!((&told["conversions"], &told["without_touch"]), (&json!(1), &json!(2)));
        let row = &told["channels"][0];
        assert_eq!((&row["label"], &row["inferred"]), (&json!("tv / Spring"), &json!(false)));
        world.clean().await;
    }
}

#[tokio::test]
async fn slots_are_asked_for_in_words_that_exist() {
    let world = World::new().await;
    for (members, field) in [
        (json!({"exposures": "all"}), "exposures"),
        (json!({"exposures": "slots", "slot_minutes": 0}), "slot_minutes"),
        (json!({"exposures": "slots", "slot_minutes": 121}), "slot_minutes"),
        (json!({"slot_minutes": 5}), "slot_minutes"),
    ] {
        let mut body = json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        assert_eq!(
            world.post(Operator, "/api/v1/attribution", body).await.refused_field().1,
            field,
            "{members}"
        );
    }
}
