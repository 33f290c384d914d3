//! Import and export.

use std::fs;

use serde_json::{Value, json};

use crate::{
    place::{Place, demo_place, on_both},
    requests::Client,
    server::Server,
};

/// An empty network, set up as a person would.
fn new_network(place: &Place) {
    let server = Server::start(place);
    let setup = json!({
        "network": { "name": "Second", "currency": "USD", "zone": "UTC" },
        "operator": { "name": "Bo", "email": "bo@second.example", "password": "seven green doors" },
    });
    let made = Client::of(&server.url()).post_json("/api/v1/setup", &setup);
    assert!((200..300).contains(&made.status), "{made:?}");
}

#[test]
fn publishers_go_to_another_installation_and_back() {
    on_both(|place, _| {
        for format in ["csv", "jsonl"] {
            let file = place.file(&format!("publishers.{format}"));
            let said = place.run(&["export", "publishers", "--output", &file]);
            assert_eq!(said.code, 0, "{said:?}");
            let other = Place::empty();
            new_network(&other);
            let imported = other.run(&["import", "publishers", &file]).done();
            assert_eq!(imported["imported"], 8, "{imported}");
            let again = other.run(&["import", "publishers", &file]).done();
            assert_eq!((&again["imported"], &again["duplicates"]), (&json!(0), &json!(8)), "{again}");
            let back = other.run(&["export", "publishers", "--format", format]);
            assert_eq!(back.out, fs::read_to_string(&file).unwrap());
            other.expect_verified();
        }
        let taken = place.run(&["export", "publishers", "--output", &place.file("publishers.csv")]);
        assert_eq!(taken.code, 1, "{taken:?}");
    });
}

#[test]
fn names_that_look_like_formulas_are_neutralised_and_come_back() {
    let place = Place::empty();
    new_network(&place);
    let file = place.file("names.jsonl");
    let names = ["=SUM(A1)", "'=quoted", "+1", "-x", "@y", "a,\"b\"", "Trang Ti\u{1ebf}ng"];
    let rows: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| json!({ "name": name, "external_id": n }).to_string())
        .collect();
    fs::write(&file, rows.join("\n")).unwrap();
    assert_eq!(place.run(&["import", "publishers", &file]).done()["imported"], names.len());
    let csv = place.run(&["export", "publishers"]).out;
    for cell in [",'=SUM(A1),", ",''=quoted,", ",'+1,", ",'-x,", ",'@y,", ",\"a,\"\"b\"\"\","] {
        assert!(csv.contains(cell), "{cell} in {csv}");
    }
    let other = Place::empty();
    new_network(&other);
    fs::write(other.file("again.csv"), &csv).unwrap();
    other.run(&["import", "publishers", &other.file("again.csv")]).done();
    let back = other.run(&["export", "publishers", "--format", "jsonl"]).out;
    assert_eq!(back, place.run(&["export", "publishers", "--format", "jsonl"]).out);
}

#[test]
fn a_bad_publisher_stops_nobody_else() {
    let place = Place::empty();
    new_network(&place);
    let file = place.file("mixed.csv");
    let sha = "ab".repeat(32);
    let text = format!(
        "Name;External ID;Kind;own_customers_sha256\nGood;1;coupon;{sha} {sha}\n;2;;\nWorse;3;pirate;\nTwin;1;;\n\"Two\nlines\";5;;\nLast;6;;\n"
    );
    fs::write(&file, text).unwrap();
    let rehearsed = place.run(&["import", "publishers", &file, "--dry-run"]);
    assert_eq!(rehearsed.code, 1);
    assert_eq!(rehearsed.json()["imported"], 2, "{rehearsed:?}");
    assert_eq!(place.run(&["export", "publishers", "--format", "jsonl"]).out, "");
    let said = place.run(&["import", "publishers", &file]);
    assert_eq!(said.code, 1);
    let summary = said.json();
    assert_eq!(
        (&summary["read"], &summary["imported"], &summary["refused"]),
        (&json!(6), &json!(2), &json!(4))
    );
    let refused: Vec<(u64, &str)> = summary["refused_rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["reason"].as_str().unwrap()))
        .collect();
    let expected = [
        (3, "`name` is missing"),
        (4, "`kind`: unknown variant `pirate`"),
        (5, "`external_id`: "),
        (6, "`name`: "),
    ];
    for (line, start) in expected {
        let found = refused.iter().find(|(number, _)| *number == line);
        assert!(found.is_some_and(|(_, reason)| reason.starts_with(start)), "{line}: {refused:?}");
        assert!(said.err.contains(&format!("line {line}: {start}")), "{said:?}");
    }
    let header = place.file("header.csv");
    fs::write(&header, "nmae,kind\nX,coupon\n").unwrap();
    let said = place.run(&["import", "publishers", &header]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("did you mean `name`?"), "{said:?}");
}

#[test]
fn exchange_rates_are_corrected_by_later_rows() {
    let place = Place::empty();
    new_network(&place);
    let file = place.file("rates.csv");
    let text = "day;base;quote;rate;source\n2025-03-03;USD;VND;25400;bank\n2025-03-03;USD;USD;1;\n2025-02-30;USD;VND;1;\n\
                2025-03-03;USD;VND;twenty;\n2025-03-03;USD;VND;25410;bank\n9999-01-01;EUR;USD;1.08;\n2025-03-03;EUR;USD;1.0800;\n";
    fs::write(&file, text).unwrap();
    let said = place.run(&["import", "exchange_rates", &file]);
    assert_eq!(said.code, 1, "{said:?}");
    let summary = said.json();
    assert_eq!((&summary["imported"], &summary["refused"]), (&json!(3), &json!(4)), "{summary}");
    for start in [
        "line 3: `quote`: ",
        "line 4: `day`: `2025-02-30` is not a day",
        "line 5: `rate`: ",
        "line 7: `day`: ",
    ] {
        assert!(said.err.contains(start), "{start}: {said:?}");
    }
    let rates = place.run(&["export", "exchange_rates", "--format", "csv"]).out;
    let rows: Vec<String> =
        rates.lines().skip(1).map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(rows, ["2025-03-03,USD,VND,25400", "2025-03-03,USD,VND,25410", "2025-03-03,EUR,USD,1.08"]);
    let other = Place::empty();
    new_network(&other);
    fs::write(other.file("again.csv"), &rates).unwrap();
    assert_eq!(other.run(&["import", "exchange_rates", &other.file("again.csv")]).done()["imported"], 3);
    let again = place.run(&["import", "exchange_rates", &place.file("rates.csv")]).json();
    // The file taken in again corrects nothing a second time.
    assert_eq!((&again["imported"], &again["duplicates"]), (&json!(0), &json!(3)), "{again}");
    place.expect_verified();
}

/// Rows with clicks of the running server: good ones, one bad, one with an unknown click id.
fn conversions(client: &Client, demo: &Value, prefix: &str) -> String {
    let link = demo["links"][0]["path"].as_str().unwrap();
    let mut text = "\u{feff}action,click_id,order_id,amount,adv1\r\n".to_owned();
    for number in 0..20 {
        let click_id = client.click(link);
        text.push_str(&format!("order,{click_id},{prefix}-{number},10.0{},'=x\r\n", number % 10));
    }
    text.push_str(&format!(",,{prefix}-bad,1,\r\norder,clk_nonsense,{prefix}-lost,1,\r\n"));
    text
}

#[test]
fn conversions_are_decided_in_the_order_of_the_file() {
    on_both(|place, demo| {
        let file = place.file("orders.csv");
        let server = Server::start(place);
        fs::write(&file, conversions(&Client::of(&server.url()), demo, "file")).unwrap();
        let advertiser = demo["advertiser_id"].as_str().unwrap();
        let import = ["import", "conversions", file.as_str(), "--advertiser", advertiser];
        let beside = place.run(&import);
        assert_eq!(beside.code, 1);
        assert!(beside.err.contains("--server URL --key KEY"), "{beside:?}");
        let rehearsed = place.run(&[&import[..], &["--dry-run"]].concat());
        assert_eq!(rehearsed.json()["imported"], 21, "{rehearsed:?}");
        server.stop();

        let said = place.run(&import);
        assert_eq!(said.code, 1);
        let summary = said.json();
        assert_eq!((&summary["read"], &summary["refused"]), (&json!(22), &json!(1)), "{summary}");
        assert_eq!(summary["refused_rows"][0]["line"], 22, "{summary}");
        assert_eq!(summary["codes"], json!({ "ok": 20, "click_unknown": 1 }));
        // What is paid is recognised; what a correction can cure is decided again.
        let again = place.run(&import).json();
        assert_eq!(
            (&again["duplicates"], &again["codes"]),
            (&json!(20), &json!({ "click_unknown": 1 })),
            "{again}"
        );
        place.expect_verified();

        let exported = place.run(&["export", "conversions", "--format", "jsonl"]).out;
        let rows: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let row = rows.iter().find(|row| row["order_id"] == "file-3").unwrap();
        assert_eq!((&row["amount"], &row["adv1"]), (&json!("10.03"), &json!("=x")));
        assert_eq!(
            (&row["state"], &row["intake"], &row["code"]),
            (&json!("pending"), &json!("import"), &json!("ok"))
        );
        assert_eq!(row["publisher_id"], demo["links"][0]["publisher_id"]);
        // What was exported is recognised: nothing is counted twice.
        let everything = place.file("everything.csv");
        assert_eq!(place.run(&["export", "conversions", "--output", &everything]).code, 0);
        assert!(fs::read_to_string(&everything).unwrap().contains(",'=x,"));
        let back = place.run(&["import", "conversions", &everything]).done();
        assert_eq!(back["read"], rows.len(), "{back}");
        assert!(back["codes"]["ok"].is_null() && back["duplicates"].as_u64().unwrap() > 20, "{back}");
        place.expect_verified();
    });
}

#[test]
fn files_go_in_through_a_running_server() {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let (url, key) = (server.url(), demo["keys"]["advertiser"].as_str().unwrap());
    let file = place.file("orders.csv");
    fs::write(&file, conversions(&Client::of(&url), &demo, "api")).unwrap();
    let import = ["import", "conversions", file.as_str(), "--server", url.as_str(), "--key", key];
    let rehearsed = place.run(&[&import[..], &["--dry-run"]].concat()).json();
    assert_eq!(rehearsed["imported"], 21, "{rehearsed}");
    let summary = place.run(&import).json();
    assert_eq!((&summary["imported"], &summary["refused"]), (&json!(21), &json!(1)), "{summary}");
    let again = place.run(&import).json();
    assert_eq!(
        (&again["duplicates"], &again["codes"]),
        (&json!(20), &json!({ "click_unknown": 1 })),
        "{again}"
    );
    let wrong = ["import", "conversions", file.as_str(), "--server", url.as_str(), "--key", "mk_wrong"];
    let wrong = place.run(&wrong);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("refuses the key"), "{wrong:?}");

    let publishers = place.file("more.jsonl");
    fs::write(&publishers, "{\"name\":\"More\",\"external_id\":77}\n{\"name\":\"\"}\n").unwrap();
    let operator = demo["keys"]["operator"].as_str().unwrap();
    let import = ["import", "publishers", publishers.as_str(), "--server", url.as_str(), "--key", operator];
    let summary = place.run(&import).json();
    assert_eq!((&summary["imported"], &summary["refused"]), (&json!(1), &json!(1)), "{summary}");
    assert_eq!(place.run(&import).json()["duplicates"], 1);
    place.expect_verified();
}

#[test]
fn decisions_are_carried_out_once_however_often_the_file_is_imported() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let click_id = client.click(demo["links"][0]["path"].as_str().unwrap());
        let pending: Vec<Value> = ["judged-1", "judged-2", "judged-3"]
            .map(|order| {
                client.postback(&json!({
                    "token": demo["postback_token"], "action": "order", "click_id": click_id,
                    "order_id": order, "amount": "80.00",
                }))
            })
            .into();
        assert_eq!(server.stop().0, Some(0));
        let id = |place: usize| pending[place]["conversion_id"].as_str().unwrap();
        let order = "judged-2";
        let text = format!(
            "Conversion ID,Order ID,Action,Operation,Share,Reason,Note\n{a},,,approve,,,fine\n,{order},order,reverse,1/4,returned,\n,{order},order,reverse,1/4,returned,\n\
             {c},,,hold,,under_review,\n{c},,,sell,,,\n,no-such-order,,approve,,,\n{c},,,reject,,mood,\n",
            a = id(0),
            c = id(2),
        );
        let file = place.file("decisions.csv");
        fs::write(&file, text).unwrap();
        let rehearsed = place.run(&["import", "decisions", &file, "--dry-run"]);
        let first = place.run(&["import", "decisions", &file]);
        for said in [&rehearsed, &first] {
            assert_eq!(said.code, 1, "{said:?}");
            let tally: Value = serde_json::from_str(&said.out).unwrap();
            assert_eq!((&tally["imported"], &tally["refused"]), (&json!(4), &json!(3)), "{tally}");
        }
        let again: Value = serde_json::from_str(&place.run(&["import", "decisions", &file]).out).unwrap();
        assert_eq!((&again["imported"], &again["duplicates"]), (&json!(0), &json!(4)), "{again}");
        place.expect_verified();
    });
}
