//! `merit attribute` on files of paths, and on what visitors did.

use serde_json::{Value, json};

use crate::{
    place::{Place, on_both},
    requests::Client,
    server::Server,
};

fn written(place: &Place, name: &str, text: &str) -> String {
    let file = place.file(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn models_of_a_file_stand_side_by_side() {
    let place = Place::empty();
    let file = written(
        &place,
        "paths.csv",
        "path;conversions;value;nulls\nmail > search;3;30;1\nsearch;2;10;4\n\"جست‌وجو; تازه > mail\";1;5;0\n",
    );
    let said = place.run(&["attribute", &file, "--models", "last,first,shapley", "--format", "json"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.err.contains("6 conversions worth 45 and 5 journeys without, on 3 paths of 3 channels"),
        "{said:?}"
    );
    let rows: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let of = |model: &str, what: &str| row["models"][model][what].as_f64().unwrap();
            (
                row["channel"].as_str().unwrap(),
                of("last", "conversions"),
                of("first", "moved"),
                of("shapley", "conversions"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("mail", 1.0, 25.0, 2.0), ("search", 5.0, -30.0, 3.5), ("جست‌وجو; تازه", 0.0, 5.0, 0.5)]
    );
    let table = place.run(&["attribute", &file]);
    assert!(table.code == 0 && table.out.lines().count() == 4 && table.out.contains("markov_3"), "{table:?}");
}

#[test]
fn broken_rows_are_named_and_passed_over_on_request() {
    let place = Place::empty();
    let lines = "path;conversions;value;nulls\na > b;1;10;0\na >  > b;1;1;0\na;-1;1;0\na;1;ten;0\na;1;-2;0\na;0;2;0\n;1;1;0\nb;1\nb;2;4;0\n";
    let file = written(&place, "paths.csv", lines);
    let said = place.run(&["attribute", &file]);
    assert!(said.code == 1 && said.out.is_empty(), "{said:?}");
    for wanted in [
        "line 3: a channel of the path has no name",
        "line 4: `conversions` is `-1`; a whole number from zero up is needed",
        "line 5: `value` is `ten`; a number such as 12.50 is needed",
        "line 6: the value is below zero or no number",
        "line 7: there is a value, but no conversion",
        "line 8: the path has no channel",
        "line 9: `nulls` is missing",
        "7 of 9 rows cannot be read; give --skip-bad-rows to go on without them",
    ] {
        assert!(said.err.contains(wanted), "{wanted} in {}", said.err);
    }
    let rest = place.run(&["attribute", &file, "--skip-bad-rows", "--models", "last", "--format", "csv"]);
    assert_eq!(rest.out, "channel,last_conversions,last_value,last_moved\na,0,0,0\nb,3,14,0\n");
    assert_eq!(rest.code, 1);
    for (arguments, wanted) in [
        (
            &["attribute", file.as_str(), "--models", "magic"][..],
            "`magic` is no model; there are last, first",
        ),
        (&["attribute", &written(&place, "odd.csv", "way;conversions\na;1\n")], "column 1 is `way`"),
        (&["attribute", &file, "--separator", " "], "more than spaces"),
    ] {
        let said = place.run(arguments);
        assert!(said.code == 2 && said.err.contains(wanted), "{said:?}");
    }
}

#[test]
fn visits_that_nobody_is_paid_for_are_touches_of_journeys() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let visit = |headers: &[(&str, &str)], members: Value| {
            let mut body = json!({"program": demo["program_id"], "consent": "1"});
            body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            client.post("/m/visit", headers, body.to_string().as_bytes())
        };
        let landing =
            json!({"landing_url": "https://shop.example?gclid=secret", "referrer": "www.google.com"});
        let first = visit(&[("origin", "https://shop.example")], landing.clone()).done();
        assert_eq!(first["code"], "ok", "{first}");
        let visitor = first["visitor_id"].as_str().unwrap();
        // Nobody who may not be remembered is, and what is no person does not count.
        for (headers, members, code) in [
            (vec![], json!({"consent": "0"}), "ok"),
            (vec![("sec-gpc", "1")], json!({}), "ok"),
            (vec![("user-agent", "Googlebot/2.1")], json!({"consent": "0"}), "crawler"),
            (vec![("sec-purpose", "prefetch")], json!({"consent": "0"}), "prefetch"),
        ] {
            let told = visit(&headers, members.clone()).done();
            assert_eq!((told["code"].as_str(), &told["visitor_id"]), (Some(code), &Value::Null), "{members}");
        }
        for program in [json!("prg_00000000000000000000000000"), json!("nonsense"), json!(7), Value::Null] {
            let refused = visit(&[], json!({"program": program.clone()}));
            assert_eq!(refused.status, 404, "{program}: {refused:?}");
        }
        // The same browser comes by a publisher's link and orders: he is paid, and search has assisted.
        let cookie = format!("merit_v={}", visitor.rsplit('_').next().unwrap());
        let slug = demo["links"][0]["path"].as_str().unwrap().rsplit('/').next().unwrap();
        let click = visit(&[("cookie", &cookie)], json!({"mid": slug})).done();
        let order = json!({
            "token": demo["postback_token"], "action": "order", "click_id": click["click_id"], "order_id": "journey-1",
            "amount": "100.00",
        });
        assert_eq!(client.postback(&order)["publisher_id"], demo["links"][0]["publisher_id"]);
        place.expect_verified();
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");

        let ask = |more: &[&str]| {
            let period = ["attribute", "--from", "2020-01-01", "--to", "2099-12-31", "--action", "order"];
            place.run(&[&period[..], more].concat())
        };
        let said = ask(&["--format", "json", "--models", "last,linear,time_decay"]);
        assert_eq!(said.code, 0, "{said:?}");
        let rows: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let search = rows.iter().find(|row| row["channel"] == "search").unwrap_or_else(|| panic!("{said:?}"));
        // The demo's own orders tell of searches too, each alone.
        assert_eq!((&search["assisted"], &search["closed"]), (&json!(1), &search["alone"]), "{search}");
        let given = |model: &str| search["models"][model]["conversions"].as_f64().unwrap();
        assert!((given("linear") - given("last") - 0.5).abs() < 1e-9, "{search}");
        assert_eq!(
            ask(&["--format", "json", "--models", "last,linear,time_decay"]).out,
            said.out,
            "the same bytes again"
        );
        let table = ask(&["--by", "channel,publisher"]);
        assert!(
            table.code == 0 && table.out.contains("affiliate / ") && table.out.contains("markov_1"),
            "{table:?}"
        );
        assert!(!said.out.contains("secret") && !table.out.contains("secret"));
        for (arguments, words) in [
            (&["--by", "weather"][..], "no dimension"),
            (&["--models", "oracle"], "no model"),
            (&["--window-days", "0"], "window"),
        ] {
            let refused = ask(arguments);
            assert!(refused.code == 2 && refused.err.contains(words), "{refused:?}");
        }
        assert_eq!(place.run(&["attribute"]).code, 2, "neither a file nor a period");
    });
}

/// A number that looks random.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// Ten regions that rise and fall together; in the first one something adds thirty a day from the 21st day on.
fn panel() -> String {
    let mut text = "day;unit;value\n".to_owned();
    for day in 1..=30 {
        for region in 0..10 {
            let (common, own) = (mixed(day) % 23, mixed(region * 1_000 + day) % 9);
            let added = if region == 0 && day > 20 { 30 } else { 0 };
            let value = 100 + region * 10 + common + own + added;
            text += &format!("2026-01-{day:02};region {region};{value}\n");
        }
    }
    text
}

#[test]
fn a_treatment_is_judged_from_a_file() {
    let place = Place::empty();
    let file = written(&place, "panel.csv", &panel());
    let ask = ["incrementality", "--file", &file, "--treated", "region 0", "--from", "2026-01-21"];
    let said = place.run(&[&ask[..], &["--level", "0.8", "--credited", "600", "--format", "json"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.contains("300 rows: 10 units on 30 days"), "{said:?}");
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    assert!((number(&told["total"]) - 300.0).abs() < 30.0, "{told}");
    assert!(number(&told["low"]) < 300.0 && 300.0 < number(&told["high"]), "{told}");
    assert!((number(&told["calibration"]["factor"]) - 0.5).abs() < 0.05);
    assert_eq!((told["days"].as_array().unwrap().len(), number(&told["p_value"])), (30, 0.1));
    let table = place.run(&ask);
    assert!(
        table.code == 0 && table.out.contains("would have happened") && table.out.contains("region 9"),
        "{table:?}"
    );
    let days = place.run(&[&ask[..], &["--format", "csv", "--to", "2026-01-25"]].concat());
    assert!(
        days.out.lines().count() == 26 && days.out.starts_with("day,treated,actual,counterfactual,effect"),
        "{days:?}"
    );

    // Shuffled rows give the same bytes.
    let text = panel();
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    let other = written(&place, "shuffled.csv", &format!("day;unit;value\n{}\n", lines.join("\n")));
    let shuffled =
        place.run(&["incrementality", "--file", &other, "--treated", "region 0", "--from", "2026-01-21"]);
    assert_eq!(shuffled.out, table.out);
    for (arguments, wanted) in [
        (&["--file", &file, "--treated", "moon", "--from", "2026-01-21"][..], "there is no unit `moon`"),
        (&["--file", &file, "--treated", "region 0", "--from", "2026-01-05"], "there are 4 days before"),
        (&["--file", &file, "--treated", "region 0", "--from", "yesterday"], "--from: a day such as"),
        (&["--file", &file, "--treated", "region 0", "--from", "2026-02-01"], "no day is left"),
    ] {
        let said = place.run(&[&["incrementality"], arguments].concat());
        assert!(said.code == 2 && said.err.contains(wanted), "{said:?}");
    }
    let broken = text.replacen("2026-01-03;region 1;", "2026-01-03;region 1;x", 1)
        + "2026-13-01;region 1;3\n2026-01-01;region 1;3\n";
    let broken = written(&place, "broken.csv", &broken);
    let ask = ["incrementality", "--file", &broken, "--treated", "region 0", "--from", "2026-01-21"];
    let said = place.run(&ask);
    assert!(said.code == 1 && said.out.is_empty(), "{said:?}");
    for wanted in [
        "line 23: `value` is",
        "line 302: `day` is `2026-13-01`",
        "line 303: the unit has a value of this day already",
    ] {
        assert!(said.err.contains(wanted), "{wanted} in {}", said.err);
    }
    let hole = place.run(&[&ask[..], &["--skip-bad-rows"]].concat());
    assert!(hole.code == 2 && hole.err.contains("`region 1` has no value of 2026-01-03"), "{hole:?}");
    let rest = place.run(&[&ask[..], &["--skip-bad-rows", "--missing-is-zero"]].concat());
    assert!(rest.code == 1 && rest.out.contains("effect"), "{rest:?}");
}

#[test]
fn a_treatment_is_judged_from_what_is_stored() {
    let place = Place::empty();
    let demo = place.run(&["demo", "--days", "40", "--clicks", "4000", "--seed", "3"]);
    assert_eq!(demo.code, 0, "{demo:?}");
    let report = place.run(&[
        "report",
        "--metrics",
        "clicks",
        "--by",
        "country",
        "--period",
        "last_30_days",
        "--format",
        "csv",
    ]);
    let country =
        report.out.lines().skip(1).find_map(|line| line.split(',').next().filter(|word| word.len() == 2));
    let country = country.unwrap_or_else(|| panic!("{report:?}"));
    let days = place.run(&[
        "report",
        "--metrics",
        "clicks",
        "--by",
        "day",
        "--period",
        "last_7_days",
        "--format",
        "csv",
    ]);
    let from = days.out.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let said = place.run(&[
        "incrementality",
        "--by",
        "country",
        "--measure",
        "clicks",
        "--treated",
        country,
        "--from",
        &from,
        "--days-before",
        "25",
    ]);
    assert!(said.code == 0 && said.out.contains("p-value") && said.err.contains("complete to"), "{said:?}");
    let unknown = place.run(&["incrementality", "--by", "country", "--treated", "XX", "--from", &from]);
    assert!(unknown.code == 2 && unknown.err.contains("there is no unit `XX`"), "{unknown:?}");
}

#[test]
fn records_of_one_person_are_found_with_the_reason() {
    let place = Place::empty();
    let rows = "rec_id, given_name, surname, date_of_birth, postcode\n1, anna, rossi, 19800401, 1010\n2, paul, rossi, 20100401, 1010\n3, Anna, Rossi, 1980-04-01, 1020\n4, maria\n";
    let file = written(&place, "people.csv", rows);
    let said = place.run(&["identify", "--file", &file, "--skip-bad-rows"]);
    let wanted = "line,person,as_line,agreed\n2,1,,\n3,2,,\n4,1,2,birth_date given_name family_name\n";
    assert_eq!((said.code, said.out.as_str()), (1, wanted), "{said:?}");
    assert!(
        said.err.contains("line 5: `family_name` is missing") && said.err.contains("3 rows are 2 people"),
        "{said:?}"
    );
    let none = written(&place, "none.csv", "shoe\n44\n");
    let said = place.run(&["identify", "--file", &none]);
    assert!(said.code == 2 && said.err.contains("the header has none of id_number"), "{said:?}");
}
