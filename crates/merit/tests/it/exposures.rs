//! Offline exposures from files, and what follows from them, as somebody does it who has only the shell.

use std::fs;

use serde_json::{Value, json};

use crate::{
    place::{Place, Said, on_both},
    requests::Client,
    server::Server,
};

fn import(place: &Place, text: &str, more: &[&str]) -> Said {
    let file = place.file("spots.csv");
    fs::write(&file, text).unwrap();
    place.run(&[&["import", "exposures", &file, "--channel", "tv"], more].concat())
}

fn counts(done: &Value) -> [u64; 5] {
    ["added", "changed", "removed", "unchanged", "refused"].map(|name| done[name].as_u64().unwrap())
}

#[test]
fn spots_are_imported_and_explain_visits() {
    on_both(|place, demo| {
        // Somebody came directly, and ordered with the code that the spot told.
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let visit = json!({"program": demo["program_id"], "consent": "1"});
        let came = client
            .post("/m/visit", &[("origin", "https://shop.example")], visit.to_string().as_bytes())
            .done();
        assert_eq!(came["code"], "ok", "{came}");
        let order = json!({
            "token": demo["postback_token"], "action": "order", "order_id": "till-1", "amount": "70.00",
            "program": demo["program_id"], "coupon": "TV10",
        });
        let decided = client.postback(&order);
        let id: model::ConversionId = decided["conversion_id"].as_str().unwrap().parse().unwrap();
        // The spot began a minute before and lasted two.
        let moment = id.drawn_at().plus_seconds(-60);
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");

        let text = format!(
            "campaign;spot;from;seconds;reach;code\nSpring;A;{moment};120;1.000;TV10\nSpring;B;{moment};120;;\n"
        );
        assert_eq!(counts(&import(place, &text, &["--dry-run"]).done()), [2, 0, 0, 0, 0]);
        let done = import(place, &text, &[]).done();
        assert_eq!((counts(&done), &done["campaigns_made"]), ([2, 0, 0, 0, 0], &json!(1)));
        assert_eq!(counts(&import(place, &text, &[]).done()), [0, 0, 0, 2, 0]);
        let broken = format!("{text}Spring;C;soon;30;;\n");
        let said = import(place, &broken, &[]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("line 4, column `from`: `soon` is no time"), "{said:?}");
        let said = import(place, &broken, &["--skip-bad-rows"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert_eq!(counts(&said.json()), [0, 0, 0, 2, 1]);

        let ask = |more: &[&str]| {
            let period =
                ["attribute", "--from", "2020-01-01", "--to", "2099-12-31", "--by", "channel,campaign"];
            let said = place.run(&[&period[..], &["--format", "json", "--models", "last"], more].concat());
            assert_eq!(said.code, 0, "{said:?}");
            let rows = said.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            rows.filter(|row| row["values"]["channel"] == "tv").collect::<Vec<Value>>()
        };
        let known = ask(&[]);
        assert_eq!(known.len(), 1, "{known:?}");
        assert_eq!((&known[0]["channel"], &known[0]["inferred"]), (&json!("tv / Spring"), &json!(false)));
        assert!(known[0]["models"]["last"]["value"].to_string().contains("70.00"), "{known:?}");
        let inferred = ask(&["--slots"]);
        let labels: Vec<&Value> = inferred.iter().map(|row| &row["channel"]).collect();
        assert_eq!(labels, ["tv / Spring", "tv / Spring (inferred)"], "{inferred:?}");
        place.expect_verified();
    });
}
