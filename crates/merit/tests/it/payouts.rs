//! Payout runs from the shell, by two people, also when the server dies in the middle of it.

use std::{thread, time::Duration};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    place::{Place, Said, demo_place, on_both},
    requests::Client,
    server::Server,
};

/// The keys of two operators.
struct Desk {
    proposer: String,
    approver: String,
}

impl Desk {
    fn new(place: &Place, demo: &Value) -> Self {
        let email = "second@network.example";
        place.run(&["user", "add", "--email", email, "--role", "operator", "--right", "pay"]).done();
        let made = place.run(&["key", "create", "--name", "second", "--user", email]).done();
        Self {
            proposer: demo["keys"]["operator"].as_str().unwrap().to_owned(),
            approver: made["secret"].as_str().unwrap().to_owned(),
        }
    }
}

fn payout(place: &Place, server: &Server, key: &str, arguments: &[&str]) -> Said {
    place.run(&[&["payout", "--server", &server.url(), "--key", key], arguments].concat())
}

/// A publisher of the demo with money on his account, who can be paid: his id, account and currency.
fn payable(client: &Client, key: &str) -> (String, String, String) {
    let pending = client.get_as(key, "/api/v1/conversions?state=pending&limit=200").done();
    for conversion in pending["items"].as_array().unwrap().iter().take(10) {
        let id = conversion["id"].as_str().unwrap();
        client.post_as(key, &format!("/api/v1/conversions/{id}/approve"), &json!({})).done();
    }
    let accounts = client.get_as(key, "/api/v1/ledger/accounts?limit=200").done();
    let rich = |account: &&Value| {
        account["kind"] == "publisher"
            && !account["balance"]["amount"].as_str().unwrap().starts_with(['-', '0'])
    };
    let account = accounts["items"].as_array().unwrap().iter().find(rich).expect("somebody earned something");
    let text = |name: &str| account[name].as_str().unwrap().to_owned();
    let (id, name, currency) = (text("publisher_id"), text("account"), text("currency"));
    let details = json!({
        "method": "other", "holder": "Đức", "holder_kind": "person", "instructions": "cash", "currency": currency,
        "address": {"town": "Hà Nội", "country": "VN"},
    });
    client.put_as(key, &format!("/api/v1/publishers/{id}/payment_details"), &details).done();
    client.post_as(key, &format!("/api/v1/publishers/{id}/request_payout"), &json!({})).done();
    (id, name, currency)
}

#[test]
fn a_run_goes_from_the_proposal_to_the_banks_answer() {
    on_both(|place, demo| {
        let desk = Desk::new(place, demo);
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let (publisher, account, currency) = payable(&client, &desk.proposer);
        let propose = ["propose", "--method", "other", "--currency", &currency];
        let shown = payout(place, &server, &desk.proposer, &[&propose[..], &["--dry-run"]].concat()).done();
        assert_eq!(shown["payouts"][0]["publisher_id"], json!(publisher));
        assert_eq!(shown["not_paid"][0]["reason"], "no_payment_details", "{shown}");
        let run = payout(place, &server, &desk.proposer, &propose).done();
        let (id, paid) = (run["id"].as_str().unwrap(), run["payouts"][0]["id"].as_str().unwrap());
        let own = payout(place, &server, &desk.proposer, &["approve", id]);
        assert!(own.code == 1 && own.err.contains("another person"), "{own:?}");
        payout(place, &server, &desk.approver, &["approve", id]).done();
        let again = payout(place, &server, &desk.approver, &["approve", id]);
        assert!(again.code == 1 && again.err.contains("cannot be approved"), "{again:?}");
        let files = [place.file("first.csv"), place.file("second.csv")];
        for file in &files {
            payout(place, &server, &desk.approver, &["file", id, file]).done();
        }
        let [first, second] = files.map(|file| std::fs::read_to_string(file).unwrap());
        assert!(first == second && first.contains(paid), "{first}");
        let report = place.file("report.csv");
        std::fs::write(&report, format!("payout_id,status,reason\n{paid},confirmed,\n")).unwrap();
        for effect in ["confirmed", "unchanged"] {
            let done = payout(place, &server, &desk.approver, &["report", id, &report]).done();
            assert_eq!(done["lines"][0]["effect"], effect);
        }
        assert_eq!(payout(place, &server, &desk.proposer, &["status", id]).done()["state"], "settled");
        let left = client.get_as(&desk.proposer, &format!("/api/v1/ledger/accounts/{account}")).done();
        assert_eq!(left["debits_posted"], run["payouts"][0]["gross"], "{left}");
        place.expect_verified();
    });
}

#[test]
fn a_server_that_is_killed_while_a_run_is_approved_promises_it_once() {
    let (place, demo) = demo_place();
    let place = &place;
    let desk = Desk::new(place, &demo);
    let server = Server::start(place);
    let (_, account, currency) = payable(&Client::of(&server.url()), &desk.proposer);
    let mut server = Some(server);
    for milliseconds in [0, 2, 5, 10, 30] {
        let running = server.take().unwrap_or_else(|| Server::start(place));
        let propose = ["propose", "--method", "other", "--currency", &currency];
        let run = payout(place, &running, &desk.proposer, &propose).done();
        let id = run["id"].as_str().unwrap().to_owned();
        let (url, key) = (running.url(), desk.approver.clone());
        let path = format!("/api/v1/payout_runs/{id}/approve");
        // Nobody answers once the server is dead, and that is no answer to look at.
        let asking = thread::spawn(move || {
            let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
            let request = agent.post(format!("{url}{path}")).header("authorization", format!("Bearer {key}"));
            drop(request.send_empty());
        });
        thread::sleep(Duration::from_millis(milliseconds));
        running.tell(Signal::KILL);
        drop(running);
        asking.join().unwrap();

        let again = Server::start(place);
        let state = payout(place, &again, &desk.proposer, &["status", &id]).done()["state"].clone();
        let repeated = payout(place, &again, &desk.approver, &["approve", &id]);
        match state.as_str().unwrap() {
            "approved" => assert_eq!(repeated.code, 1, "{repeated:?}"),
            "proposed" => assert_eq!(repeated.code, 0, "{repeated:?}"),
            other => panic!("{other}"),
        }
        let client = Client::of(&again.url());
        let promised = client.get_as(&desk.proposer, &format!("/api/v1/ledger/accounts/{account}")).done();
        assert_eq!(promised["debits_pending"], run["payouts"][0]["gross"], "after {milliseconds} ms");
        payout(place, &again, &desk.approver, &["cancel", &id]).done();
        server = Some(again);
    }
    drop(server);
    place.expect_verified();
}
