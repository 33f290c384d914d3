//! Invoices and statements from the shell.

use std::fs;

use serde_json::{Value, json};

use crate::{
    place::{Place, Said, on_both},
    requests::Client,
    server::Server,
};

fn papers(place: &Place, server: &Server, key: &str, arguments: &[&str]) -> Said {
    let [kind, rest @ ..] = arguments else { panic!("no arguments") };
    place.run(&[&[kind, "--server", &server.url(), "--key", key], rest].concat())
}

/// The month before this one and this one, as the server's papers call them.
fn months(client: &Client, key: &str) -> [String; 2] {
    let issued = client.get_as(key, "/api/v1/invoices?kind=payment_receipt").done();
    let today = issued["items"][0]["issued_at"].as_str().unwrap()[..7].to_owned();
    let (year, month) = today.split_once('-').unwrap();
    let (year, month): (i32, i32) = (year.parse().unwrap(), month.parse().unwrap());
    let before =
        if month == 1 { format!("{:04}-12", year - 1) } else { format!("{year:04}-{:02}", month - 1) };
    [before, today]
}

#[test]
fn months_are_closed_once_and_papers_are_saved() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let key = demo["keys"]["operator"].as_str().unwrap();
        let id = |name: &str| demo[name].as_str().unwrap().to_owned();
        let address = json!({"town": "Hà Nội", "country": "VN"});
        let profile = json!({"legal_name": "Công ty Hoa Hồng", "address": address});
        let issuer = format!("/api/v1/networks/{}/billing_profile", id("network_id"));
        let payer = format!("/api/v1/advertisers/{}/billing_profile", id("advertiser_id"));
        for path in [&issuer, &payer] {
            client.put_as(key, path, &profile).done();
        }
        let fund = format!("/api/v1/advertisers/{}/fundings", id("advertiser_id"));
        let body = json!({"amount": "500", "currency": "USD", "note": "bank 7"});
        let paid = client.post_as(key, &fund, &body).done();
        let receipt = paid["payment_receipt_id"].as_str().unwrap();
        let shown = papers(place, &server, key, &["invoice", "show", receipt]).done();
        assert!(shown["number"].as_str().unwrap().ends_with("-0001"), "{shown}");

        for language in ["en", "vi", "fa"] {
            let file = place.file(&format!("{language}.pdf"));
            let save = ["invoice", "pdf", receipt, &file, "--language", language];
            assert_eq!(papers(place, &server, key, &save).code, 0);
            assert!(fs::read(&file).unwrap().starts_with(b"%PDF"));
            assert_eq!(papers(place, &server, key, &save).code, 1, "nothing is overwritten");
        }
        let strange = ["invoice", "pdf", receipt, &place.file("de.pdf"), "--language", "de"];
        assert_eq!(papers(place, &server, key, &strange).code, 1);

        let [before, today] = months(&client, key);
        for kind in ["invoice", "statement"] {
            let early = papers(place, &server, key, &[kind, "issue", "--period", &today]);
            assert!(early.code == 1 && early.err.contains("period"), "{early:?}");
            let draft =
                papers(place, &server, key, &[kind, "issue", "--period", &before, "--dry-run"]).done();
            let first = papers(place, &server, key, &[kind, "issue", "--period", &before]).done();
            let again = papers(place, &server, key, &[kind, "issue", "--period", &before]).done();
            let numbers = |papers: &Value| -> Vec<Value> {
                let mut numbers: Vec<Value> =
                    papers.as_array().unwrap().iter().map(|paper| paper["number"].clone()).collect();
                numbers.sort_by_key(Value::to_string);
                numbers
            };
            assert_eq!(
                numbers(&draft["issued"]),
                numbers(&first["issued"]),
                "the draft shows what is issued"
            );
            assert_eq!(
                (numbers(&again["issued"]), numbers(&again["existing"])),
                (vec![], numbers(&first["issued"]))
            );
            let listed = papers(place, &server, key, &[kind, "list", "--period", &before]).done();
            assert_eq!(numbers(&listed["items"]), numbers(&first["issued"]));
        }
        drop(server);
        place.expect_verified();
    });
}
