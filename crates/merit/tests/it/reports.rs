//! Reports of the whole program: from the shell without a server, and over HTTP seconds after it happened.

use std::{thread::sleep, time::Duration};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    place::{demo_place, on_both},
    requests::Client,
    server::Server,
};

/// How often, and how many times, it is looked whether facts have come: half a minute, on a machine that does much else.
const LOOK_PAUSE: Duration = Duration::from_millis(100);
const LOOKS_MAX: usize = 300;

const DEMO_PERIOD: [&str; 2] = ["--period", "last_90_days"];

fn rows(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|row| row[name].as_i64().unwrap_or_else(|| panic!("no {name} in {row}"))).sum()
}

#[test]
fn any_report_from_the_shell() {
    on_both(|place, _| {
        let report = |more: &[&str]| {
            let said = place.run(&[&["report"], more, &DEMO_PERIOD].concat());
            assert_eq!(said.code, 0, "{said:?}");
            said.out
        };
        let json = ["--format", "json"];
        let all = rows(&report(&[&["--metrics", "clicks,all_conversions,commission"], &json[..]].concat()));
        let [whole] = all.as_slice() else { panic!("{all:?}") };
        assert!(whole["clicks"].as_i64().unwrap() > 0, "{whole}");
        for by in ["day", "week", "publisher", "country,device", "state", "hour,code"] {
            let parts =
                rows(&report(&[&["--metrics", "clicks,all_conversions", "--by", by], &json[..]].concat()));
            for metric in ["clicks", "all_conversions"] {
                assert_eq!(sum(&parts, metric), whole[metric].as_i64().unwrap(), "{metric} by {by}");
            }
        }
        let table = report(&["--metrics", "clicks,epc", "--by", "publisher", "--limit", "2"]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("publisher") && lines[0].ends_with("epc"), "{table}");
        assert_eq!(lines.len(), 5, "a header, two rows, the rest and the total: {table}");
        let csv = report(&["--metrics", "clicks", "--by", "publisher", "--format", "csv"]);
        // What campaigns brought is no publisher's.
        assert!(csv.starts_with("publisher,publisher_name,clicks\n,,") && csv.contains("\npub_"), "{csv}");
        let clicks = csv.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<i64>().unwrap());
        assert_eq!(clicks.sum::<i64>(), whole["clicks"].as_i64().unwrap());
        // Each click that was seen here is a fact of its own; those of campaigns are told by the day.
        let own = ["--filter", "channel=affiliate"];
        let seen = rows(&report(&[&["--metrics", "clicks"], &own[..], &json[..]].concat()));
        let facts = report(&[&["--metrics", "clicks", "--facts"], &own[..]].concat());
        assert_eq!(facts.lines().count() - 1, usize::try_from(sum(&seen, "clicks")).unwrap());
        for (format, beginning) in [("parquet", "PAR1"), ("xlsx", "PK")] {
            let file = report(&["--metrics", "clicks,epc", "--by", "publisher", "--format", format]);
            assert!(file.starts_with(beginning), "{format}");
        }
        place.expect_verified();
    });
}

#[test]
fn wrong_reports_say_what_is_wrong() {
    let (place, _) = demo_place();
    for (arguments, part) in [
        (vec!["--metrics", "planets", "--period", "today"], "`planets` is no metric"),
        (vec!["--metrics", "clicks"], "say from when"),
        (vec!["--metrics", "clicks", "--period", "today", "--by", "1=1"], "`1=1` is no dimension"),
        (
            vec!["--metrics", "clicks", "--period", "today", "--filter", "country"],
            "`country` is no condition",
        ),
        (vec!["--metrics", "clicks", "--period", "today", "--basis", "moon"], "--basis"),
    ] {
        let said = place.run(&[&["report"], arguments.as_slice()].concat());
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(part), "{said:?}");
    }
}

/// What the operator's report of the sub id says: clicks, conversions, commission.
fn told(client: &Client, key: &str) -> Value {
    let ask = json!({"metrics": ["clicks", "conversions", "commission"], "period": "last_7_days",
        "filter": {"in": ["sub1", ["fresh-1"]]}});
    client.post_as(key, "/api/v1/reports", &ask).done()["totals"][0]["values"].clone()
}

#[test]
fn a_report_tells_of_an_order_within_seconds_and_after_a_crash() {
    on_both(|place, demo| {
        let key = demo["keys"]["operator"].as_str().unwrap();
        let mut server = Server::start(place);
        for crashes in 0..2 {
            let client = Client::of(&server.url());
            let click_id =
                client.click(&format!("{}?sub1=fresh-1", demo["links"][0]["path"].as_str().unwrap()));
            let order = json!({"token": demo["postback_token"], "action": "order", "click_id": click_id,
                "order_id": format!("fresh-{crashes}"), "amount": "100.00"});
            assert_eq!(client.postback(&order)["decision"], "pending");
            let mut said = told(&client, key);
            for _ in 0..LOOKS_MAX {
                if said[1] == json!(crashes + 1) {
                    break;
                }
                sleep(LOOK_PAUSE);
                said = told(&client, key);
            }
            assert_eq!((&said[0], &said[1]), (&json!(crashes + 1), &json!(crashes + 1)), "{said}");
            // Once it is killed, once asked to stop, which writes what is in memory to files.
            if crashes == 0 {
                server.tell(Signal::KILL);
                drop(server);
            } else {
                let (code, log) = server.stop();
                assert_eq!(code, Some(0), "{log}");
            }
            server = Server::start(place);
        }
        place.expect_verified();
    });
}
