//! Exit codes, refusals that say what to do, `demo`, `simulate` and `doctor`.

use serde_json::Value;

use crate::{
    place::{Place, demo_place, on_both, program},
    server::Server,
};

#[test]
fn bad_usage_is_two() {
    let place = Place::empty();
    for arguments in [
        &["nonsense"][..],
        &["serve", "--role", "king"],
        &["serve", "--role", "edge"],
        &["serve", "--listen", "nowhere"],
        &["demo", "--days", "0"],
        &["import", "conversions"],
        &["import", "conversions", "x.csv", "--server", "http://127.0.0.1:1"],
        &["user", "add", "--email", "a@b.c", "--role", "king"],
        &["key", "revoke", "nonsense"],
        &["payout", "status", "pyr_1"],
        &["invoice", "issue"],
        &["statement", "list"],
        &["simulate", "click", "x", "--server", "ftp://nowhere"],
    ] {
        let said = place.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {said:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{said:?}");
    }
    assert!(!place.data().exists(), "bad usage makes nothing");
    let help = program().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for command in [
        "serve",
        "demo",
        "simulate",
        "verify",
        "import",
        "export",
        "backup",
        "restore",
        "payout",
        "invoice",
        "statement",
        "user",
        "key",
        "doctor",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} in {help}");
    }
}

#[test]
fn a_mistyped_folder_makes_no_database() {
    let place = Place::empty();
    for arguments in
        [&["verify"][..], &["backup", "copy"], &["export", "publishers"], &["user", "list"], &["key", "list"]]
    {
        let said = place.run(arguments);
        assert_eq!(said.code, 1, "{arguments:?}: {said:?}");
        assert!(said.err.contains("there is no database at"), "{said:?}");
    }
    assert!(!place.data().exists());
}

#[test]
fn a_demo_goes_only_where_nothing_is() {
    on_both(|place, demo| {
        let said = place.run(&["demo"]);
        assert_eq!(said.code, 1);
        assert!(said.out.is_empty() && said.err.contains("--data ./demo-data"), "{said:?}");
        for member in ["network_id", "advertiser_id", "program_id", "postback_token"] {
            assert!(demo[member].is_string(), "{member}");
        }
        for role in ["operator", "advertiser", "publisher", "manager"] {
            assert!(demo["keys"][role].as_str().unwrap().starts_with("mk_"), "{role}");
            let sign_in = demo["sign_in"].as_array().unwrap();
            assert!(sign_in.iter().any(|one| one["role"] == role && one["password"].is_string()), "{role}");
        }
        assert!(demo["links"][0]["path"].as_str().unwrap().starts_with("/c/"));
        place.expect_verified();
    });
}

#[test]
fn doctor_says_what_is_wrong() {
    on_both(|place, _| {
        let outcome = |report: &Value, name: &str| {
            let checks = report["checks"].as_array().unwrap();
            let check = checks.iter().find(|check| check["name"] == name);
            check.map(|check| (check["outcome"].clone(), check["detail"].as_str().unwrap().to_owned()))
        };
        let report = place.run(&["doctor", "--json"]).done();
        assert_eq!(report["ok"], true);
        for name in
            ["settings", "data folder", "clock", "free space", "limits", "database", "durability", "schema"]
        {
            assert!(outcome(&report, name).is_some(), "{name}: {report}");
        }
        assert_eq!(outcome(&report, "engine").unwrap().1, "no server runs on this database");
        let server = Server::start(place);
        let report = place.run(&["doctor", "--json"]).done();
        assert_eq!(outcome(&report, "engine").unwrap().1, "a server runs on this database");
        drop(server);
        assert!(place.run(&["doctor"]).out.contains("durability"));

        let config = place.file("bad.toml");
        std::fs::write(&config, "quue_max = 1\n").unwrap();
        let said = place.run(&["doctor", "--json", "--config", &config]);
        assert_eq!(said.code, 1);
        assert!(said.json()["checks"][0]["detail"].as_str().unwrap().contains("quue_max"));
        std::fs::write(&config, "geo_files = [\"/nowhere.mmdb\"]\nqueue_max = 0\n").unwrap();
        let report = place.run(&["doctor", "--json", "--config", &config]).json();
        assert_eq!(outcome(&report, "limits").unwrap().0, "wrong");
        assert_eq!(outcome(&report, "proxies, cookie and geo files").unwrap().0, "wrong");
        place.sql("UPDATE outbox SET at = 4102444800000000");
        let report = place.run(&["doctor", "--json"]);
        assert_eq!(report.code, 1);
        assert_eq!(outcome(&report.json(), "newest change").unwrap().0, "wrong");
    });
    let nowhere = Place { database: Some("postgres://127.0.0.1:1/x".to_owned()), ..Place::empty() };
    let said = nowhere.run(&["doctor", "--json"]);
    assert_eq!(said.code, 1, "{said:?}");
}

#[test]
fn simulate_shows_each_step() {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let url = server.url();
    let text = |pointer: &str| demo.pointer(pointer).unwrap().as_str().unwrap();
    let (link, key, token) = (text("/links/0/path"), text("/keys/operator"), text("/postback_token"));
    let click = ["simulate", "click", link, "--server", &url, "--key", key];
    let said = place.run(&[&click[..], &["--json"]].concat()).done();
    assert_eq!(said["taken"], true);
    assert_eq!(said["result"]["touch"]["code"], "ok", "{said}");
    let click_id = said["result"]["click_id"].as_str().unwrap();
    let for_people = place.run(&click);
    assert!(
        for_people.out.contains("click_id: clk_") && for_people.out.contains("verdict: "),
        "{for_people:?}"
    );

    let conversion = [
        "simulate",
        "conversion",
        "--click-id",
        click_id,
        "--action",
        "order",
        "--amount",
        "50",
        "--order-id",
        "s-1",
        "--token",
        token,
        "--server",
        &url,
        "--key",
        key,
    ];
    let said = place.run(&[&conversion[..], &["--json"]].concat());
    assert!(!said.out.contains(token));
    let said = said.done();
    assert_eq!(said["result"]["answer"]["decision"], "pending", "{said}");
    assert!(said["result"]["receipt"].is_object(), "{said}");
    let again = place.run(&conversion);
    assert!(again.out.contains("receipt_url: ") && again.code == 0, "{again:?}");
    let wrong = ["simulate", "conversion", "--action", "order", "--token", "wrong", "--server", &url];
    assert_eq!(place.run(&wrong).code, 1);
    assert_eq!(place.run(&["simulate", "click", "nosuchlink", "--server", &url]).code, 1);
    drop(server);
    let gone = place.run(&["simulate", "click", link, "--server", &url]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("does the server run?"), "{gone:?}");
}
