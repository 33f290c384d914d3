//! Campaigns and their costs as people meet them: made, told by files and days, replaced, converted, undone, in reports.

use app::reporting::Feed;
use serde_json::{Value, json};

use crate::{
    personas::Persona::{self, *},
    reports::Slow,
    world::World,
};

/// A campaign that can be made.
pub fn campaign(world: &World, channel: &str, name: &str) -> Value {
    json!({"advertiser_id": world.ids.advertiser, "channel": channel, "name": name})
}

/// A campaign, and a body of costs for it.
pub async fn costs(world: &World) -> (String, Value) {
    let made =
        world.post(Advertiser, "/api/v1/campaigns", campaign(world, "search", "Brand")).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let day = json!({"campaign_id": id, "day": "2026-01-01", "spend": "12.50", "currency": "USD"});
    (id, json!({"days": [day]}))
}

/// The body of an import.
pub fn file(world: &World, text: &str, options: Value) -> Value {
    let content = data_encoding::BASE64.encode(text.as_bytes());
    json!({
        "advertiser_id": world.ids.advertiser, "channel": "search", "file_name": "costs.csv", "content": content,
        "options": options,
    })
}

async fn import(world: &World, text: &str) -> Value {
    world.post(Advertiser, "/api/v1/cost_imports", file(world, text, json!({}))).await.expect(201)
}

/// The days that are told, as `day spend converted`.
async fn days(world: &World) -> Vec<String> {
    let list = world.get(Advertiser, "/api/v1/campaign_costs").await.expect(200);
    let text = |day: &Value| {
        let amount = |money: &Value| match money["amount"].as_str() {
            Some(amount) => format!("{amount} {}", money["currency"].as_str().unwrap()),
            None => "waits".to_owned(),
        };
        format!("{} {} = {}", day["day"].as_str().unwrap(), amount(&day["spend"]), amount(&day["converted"]))
    };
    list["items"].as_array().unwrap().iter().map(text).collect()
}

/// The sums of all facts by campaign name and day: spend, the network's, impressions, clicks.
async fn facts(world: &World) -> Vec<String> {
    let engine = world.app.reports.clone().unwrap();
    Feed::default().follow(&world.app, &*engine, None, &|_| {}).await.unwrap();
    let ask = json!({
        "metrics": ["spend", "cost", "impressions", "clicks"], "by": ["day", "channel", "campaign"],
        "from": "2026-01-01", "to": "2026-12-31", "order": ["day", "campaign"],
    });
    let report = world.post(Advertiser, "/api/v1/reports", ask).await.expect(200);
    let amount = |value: &Value| value["amount"].as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        let keys: Vec<&str> = row["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["name"].as_str().or(key["value"].as_str()).unwrap_or("none"))
            .collect();
        let values = &row["values"];
        format!(
            "{}: {} {} {} {}",
            keys.join(" "),
            amount(&values[0]),
            amount(&values[1]),
            values[2],
            values[3]
        )
    };
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

async fn is_clean(world: &World) {
    let mut summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    let engine = Slow::default();
    app::verify::facts::compare(&world.app, &engine, &Feed::default(), &mut summary).await.unwrap();
    assert!(summary.is_clean(), "{:?}", summary.violations);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_said_again_replaces_and_the_difference_is_booked() {
    for world in World::on_both().await {
        let first = import(
            &world,
            "Campaign,Campaign ID,Day,Cost (USD),Impr.,Clicks\nBrand,77,2026-01-01,10,100,5\nBrand,77,2026-01-02,20,200,6\n\
             Brand,77,2026-01-03,30,300,7\nTotal: Account,,,60,600,18\n",
        )
        .await;
        assert_eq!((&first["days"]["added"], &first["campaigns_made"]), (&json!(3), &json!(1)), "{first}");
        assert_eq!(first["skipped"], json!({"total": [5]}));
        assert_eq!(
            facts(&world).await,
            [
                "2026-01-01 search Brand: 10.00 10.00 100 5",
                "2026-01-02 search Brand: 20.00 20.00 200 6",
                "2026-01-03 search Brand: 30.00 30.00 300 7",
            ]
        );
        // The same again books nothing; another amount books the difference; a day in between that is not named is told no more.
        let second = "Campaign,Campaign ID,Day,Cost (USD),Impr.,Clicks\nBrand,77,2026-01-01,10,100,5\nBrand,77,2026-01-03,31,300,7\n";
        let shown = world
            .post(Advertiser, "/api/v1/cost_imports?dry_run=true", file(&world, second, json!({})))
            .await;
        let changes = json!({"added": 0, "changed": 1, "removed": 1, "unchanged": 1, "waiting": 0});
        assert_eq!(shown.expect(201)["days"], changes);
        assert_eq!(days(&world).await.len(), 3, "a dry run stores nothing");
        let second = import(&world, second).await;
        assert_eq!(second["days"], changes);
        assert_eq!(
            facts(&world).await,
            ["2026-01-01 search Brand: 10.00 10.00 100 5", "2026-01-03 search Brand: 31.00 31.00 300 7",]
        );
        is_clean(&world).await;

        // Undone, the first file holds again; undone as well, nothing does.
        let undo = |import: &Value| format!("/api/v1/cost_imports/{}/undo", import["id"].as_str().unwrap());
        let undone = world.post(Advertiser, &undo(&second), json!({})).await.expect(201);
        assert_eq!((&undone["kind"], &undone["undoes"]), (&json!("undo"), &second["id"]));
        assert_eq!(
            days(&world).await,
            [
                "2026-01-01 10.00 USD = 10.00 USD",
                "2026-01-02 20.00 USD = 20.00 USD",
                "2026-01-03 30.00 USD = 30.00 USD",
            ]
        );
        assert_eq!(world.post(Advertiser, &undo(&second), json!({})).await.refused(409), "state_conflict");
        assert_eq!(world.post(Advertiser, &undo(&undone), json!({})).await.refused(409), "state_conflict");
        world.post(Advertiser, &undo(&first), json!({})).await.expect(201);
        assert_eq!(days(&world).await, [""; 0]);
        assert_eq!(facts(&world).await, [""; 0], "what sums to nothing has no row");
        is_clean(&world).await;
        let list = world.get(Advertiser, "/api/v1/cost_imports").await.expect(200);
        let kinds: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["undo", "undo", "file", "file"]);
        assert_eq!(list["items"][2]["undone_by"], undone["id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_undone_does_not_come_back() {
    let world = World::new().await;
    let said = |amount: &str| format!("Campaign,Day,Cost (USD)\nBrand,2026-01-01,{amount}\n");
    let undo = |import: &Value| format!("/api/v1/cost_imports/{}/undo", import["id"].as_str().unwrap());
    let [first, second] = [import(&world, &said("1")).await, import(&world, &said("2")).await];
    // The second holds, so undoing the first changes nothing that is seen; then nothing is left to go back to.
    world.post(Advertiser, &undo(&first), json!({})).await.expect(201);
    assert_eq!(days(&world).await, ["2026-01-01 2.00 USD = 2.00 USD"]);
    world.post(Advertiser, &undo(&second), json!({})).await.expect(201);
    assert_eq!(days(&world).await, [""; 0]);
    is_clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_wait_for_the_rate_of_their_day() {
    for world in World::on_both().await {
        let said = "Campaign,Day,Cost (VND)\nTết,2026-01-01,254000\nTết,2026-01-02,100000\n";
        let first = import(&world, said).await;
        assert_eq!(first["days"]["waiting"], 2, "{first}");
        let waiting = world.get(Operator, "/api/v1/campaign_costs?waiting=true").await.expect(200);
        assert_eq!(waiting["items"].as_array().unwrap().len(), 2);
        assert_eq!(days(&world).await, ["2026-01-01 254000 VND = waits", "2026-01-02 100000 VND = waits"]);
        is_clean(&world).await;
        // A rate of the first day is too old for nothing: seven days are allowed.
        let rate = json!({"rates": [{"base": "USD", "quote": "VND", "day": "2026-01-01", "rate": "25400"}]});
        world.post(Operator, "/api/v1/exchange_rates", rate).await.expect(201);
        assert_eq!(
            days(&world).await,
            ["2026-01-01 254000 VND = 10.00 USD", "2026-01-02 100000 VND = 3.937007 USD",]
        );
        assert_eq!(
            facts(&world).await,
            ["2026-01-01 search Tết: 10.00 10.00 0 0", "2026-01-02 search Tết: 3.937007 3.937007 0 0",]
        );
        // Said as it stands it keeps its rate, whatever was entered since.
        let rate = json!({"rates": [{"base": "USD", "quote": "VND", "day": "2026-01-01", "rate": "20000", "source": "late"}]});
        world.post(Operator, "/api/v1/exchange_rates", rate).await.expect(201);
        assert_eq!(import(&world, said).await["days"]["unchanged"], 2);
        // In another currency it goes out of the one and into the other.
        import(&world, "Campaign,Day,Cost (USD)\nTết,2026-01-01,11\nTết,2026-01-02,4\n").await;
        assert_eq!(
            days(&world).await,
            ["2026-01-01 11.00 USD = 11.00 USD", "2026-01-02 4.00 USD = 4.00 USD"]
        );
        is_clean(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_over_the_api_are_taken_all_or_none() {
    let world = World::new().await;
    let (id, _) = costs(&world).await;
    let day = |members: Value| {
        let mut day = json!({"campaign_id": id, "day": "2026-01-01", "spend": "1", "currency": "USD"});
        day.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        day
    };
    for (days, field) in [
        (json!([]), "days"),
        (json!([day(json!({})), day(json!({"spend": "-1", "day": "2026-01-02"}))]), "days[1].spend"),
        (json!([day(json!({"spend": "1.0000001"}))]), "days[0].spend"),
        (json!([day(json!({"clicks": -1}))]), "days[0].clicks"),
        (json!([day(json!({"day": "2999-01-01"}))]), "days[0].day"),
        (json!([day(json!({})), day(json!({"spend": "2"}))]), "days[1].day"),
        (json!([day(json!({"campaign_id": "cmp_06fw3q8z7k2n5c9t1x4v6b8m0p"}))]), "days[0].campaign_id"),
    ] {
        let refused = world.post(Advertiser, "/api/v1/campaign_costs", json!({"days": days})).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), field.into()), "{days}");
    }
    assert_eq!(days_of(&world).await, 0);
    let both = json!({"days": [day(json!({})), day(json!({"day": "2026-01-02", "spend": "2"}))]});
    assert_eq!(world.post(Manager, "/api/v1/campaign_costs", both).await.expect(201)["days"]["added"], 2);
    // Other days stay, and one that is to be told no more is taken away.
    let none = json!({"days": [day(json!({"spend": null}))]});
    assert_eq!(
        world.post(Advertiser, "/api/v1/campaign_costs", none).await.expect(201)["days"]["removed"],
        1
    );
    assert_eq!(days(&world).await, ["2026-01-02 2.00 USD = 2.00 USD"]);
    for who in [OtherAdvertiser, Foreigner] {
        let list = world.get(who, "/api/v1/campaign_costs").await.expect(200);
        assert_eq!(list["items"], json!([]), "{who:?}");
        assert_eq!(world.get(who, &format!("/api/v1/campaigns/{id}")).await.refused(404), "not_found");
    }
}

async fn days_of(world: &World) -> usize {
    days(world).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_does_not_say_is_asked() {
    let world = World::new().await;
    let text = "Campaign,Date,Cost\nBrand,03/04/2025,1\nBrand,bad,1\n";
    let dry =
        world.post(Advertiser, "/api/v1/cost_imports?dry_run=true", file(&world, text, json!({}))).await;
    let dry = dry.expect(201);
    let asked: Vec<&str> =
        dry["questions"].as_array().unwrap().iter().map(|one| one["option"].as_str().unwrap()).collect();
    assert_eq!(asked, ["currency", "dates"]);
    assert_eq!((&dry["questions"][1]["line"], &dry["questions"][1]["column"]), (&json!(2), &json!("Date")));
    assert!(dry["questions"][1]["sentences"]["fa"].as_str().unwrap().contains("تاریخ"));
    let refused = world.post(Advertiser, "/api/v1/cost_imports", file(&world, text, json!({}))).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "options.currency".into()));
    let options = json!({"currency": "USD", "dates": "month-first"});
    let taken = world.post(Advertiser, "/api/v1/cost_imports", file(&world, text, options)).await.expect(201);
    assert_eq!((&taken["days"]["added"], &taken["refused"]), (&json!(1), &json!(1)));
    let bad = json!([{"line": 3, "column": "Date", "reason": "`bad` is no date"}]);
    assert_eq!(taken["refused_rows"], bad);
    // A file with a bad row takes nothing away: that row may have been the day.
    let later = "Campaign,Date,Cost (USD)\nBrand,2025-03-03,1\nBrand,2025-03-05,1\nBrand,bad,1\n";
    assert_eq!(import(&world, later).await["days"]["removed"], 0);
    for (members, field) in [
        (json!({"content": "%"}), "content"),
        (json!({"content": ""}), "content"),
        (json!({"channel": "affiliate"}), "content"),
        (json!({"file_name": ""}), "file_name"),
        (json!({"advertiser_id": "adv_06fw3q8z7k2n5c9t1x4v6b8m0p"}), "advertiser_id"),
        (json!({"options": {"dates": "sideways"}}), "options.dates"),
        (json!({"make_campaigns": false, "channel": "video"}), "content"),
    ] {
        let mut body = file(&world, "Campaign,Day,Cost (USD)\nBrand,2026-01-01,1\n", json!({}));
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let refused = world.post(Advertiser, "/api/v1/cost_imports", body).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), field.into()), "{members}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn campaigns_are_named_once_and_keep_what_their_facts_stand_with() {
    let world = World::new().await;
    let rules = json!([{"utm_source": "google", "click_id": "gclid"}]);
    let mut body = campaign(&world, "search", "Brand");
    body["rules"] = rules.clone();
    let made = world.post(Advertiser, "/api/v1/campaigns", body).await.expect(201);
    assert_eq!(made["rules"], rules);
    let path = format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap());
    let again = world.post(Advertiser, "/api/v1/campaigns", campaign(&world, "search", "BRAND")).await;
    assert_eq!(again.refused(409), "taken");
    world.post(Advertiser, "/api/v1/campaigns", campaign(&world, "social", "Brand")).await.expect(201);
    for (members, field) in [
        (json!({"channel": "social"}), "channel"),
        (json!({"advertiser_id": world.ids.publisher.replace("pub_", "adv_")}), "advertiser_id"),
        (json!({"name": ""}), "name"),
        (json!({"rules": [{}]}), "rules[0]"),
        (json!({"rules": [{"click_id": "nonsense"}]}), "rules[0].click_id"),
        (json!({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}), "ends_on"),
    ] {
        let refused = world.patch(Advertiser, &path, members.clone()).await;
        assert_eq!(refused.refused_field(), ("field_invalid".into(), field.into()), "{members}");
    }
    let direct = world.post(Advertiser, "/api/v1/campaigns", campaign(&world, "direct", "None")).await;
    assert_eq!(direct.refused_field(), ("field_invalid".into(), "channel".into()));
    let renamed = world.patch(Manager, &path, json!({"name": "Marke", "status": "paused"})).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["rules"]), (&json!("Marke"), &rules));
    let list = world.get(Operator, "/api/v1/campaigns?channel=search").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let audit = world.get(Operator, "/api/v1/audit?action=campaign.update").await.expect(200);
    assert_eq!(audit["items"][0]["change"]["changed"]["name"]["to"], "Marke", "{audit}");
    let whom: Persona = OtherAdvertiser;
    assert_eq!(world.get(whom, &path).await.refused(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_what_reports_tell_otherwise() {
    let world = World::new().await;
    import(&world, "Campaign,Day,Cost (USD)\nBrand,2026-01-01,1\nBrand,2026-01-02,2\n").await;
    facts(&world).await;
    let damage = world.app.store.write("damage", |tx| {
        tx.execute("UPDATE cost_days SET spend = spend + 1, converted = converted + 1 WHERE day = 20455", &[])
    });
    assert_eq!(damage.await.unwrap(), 1);
    let mut summary = app::verify::verify(&world.app, &|_, _| {}).await.unwrap();
    let engine = world.app.reports.clone().unwrap();
    app::verify::facts::compare(&world.app, &*engine, &Feed::default(), &mut summary).await.unwrap();
    let [found] = summary.violations.as_slice() else { panic!("{:?}", summary.violations) };
    assert!(
        found.message.contains("[3000001, 3000001, 0, 0]")
            && found.message.contains("[3000000, 3000000, 0, 0]"),
        "{found:?}"
    );
}
