//! People and keys that are changed beside a running server, which sees it at once.

use serde_json::{Value, json};

use crate::{place::on_both, requests::Client, server::Server};

fn signs_in(client: &Client, email: &str, password: &str) -> bool {
    let answer = client.post_json("/api/v1/session", &json!({ "email": email, "password": password }));
    match answer.status {
        200 | 201 => true,
        401 => false,
        _ => panic!("{answer:?}"),
    }
}

#[test]
fn people_come_and_go() {
    on_both(|place, _| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let email = "nora@network.example";
        let added = place
            .run(&["user", "add", "--email", "Nora@Network.example", "--role", "operator", "--right", "pay"])
            .done();
        assert_eq!(added["email"], email);
        let drawn = added["password"].as_str().unwrap();
        assert!(drawn.len() >= 20);
        assert!(signs_in(&client, email, drawn));

        let reset =
            place.run_with("nine yellow boats\n", &["user", "reset-password", email, "--password-stdin"]);
        assert_eq!(reset.done()["password"], Value::Null);
        assert!(!reset.out.contains("boats") && !reset.err.contains("boats"));
        assert!(!signs_in(&client, email, drawn));
        assert!(signs_in(&client, email, "nine yellow boats"));
        let weak = place.run_with("short\n", &["user", "reset-password", email, "--password-stdin"]);
        assert_eq!(weak.code, 2, "{weak:?}");

        let listed = place.run(&["user", "list"]);
        assert!(listed.out.contains(email) && !listed.out.contains("argon2"), "{listed:?}");
        assert!(!place.run(&["user", "list", "--json"]).out.contains("argon2"));

        let none = place.run(&["user", "remove-second-factor", email]);
        assert!(none.code == 1 && none.err.contains("has no second factor"), "{none:?}");

        assert_eq!(place.run(&["user", "disable", email]).done()["status"], "closed");
        assert!(!signs_in(&client, email, "nine yellow boats"));
        let again = ["user", "add", "--email", email, "--role", "operator"];
        let taken = place.run(&again);
        assert_eq!(taken.code, 1);
        assert!(taken.err.contains("somebody has this e-mail address already"), "{taken:?}");
        assert_eq!(place.run(&["user", "disable", "nobody@network.example"]).code, 1);
        let partner = ["user", "add", "--email", "p@p.example", "--role", "publisher"];
        assert_eq!(place.run(&partner).code, 1, "a publisher's person needs a publisher");
        place.expect_verified();
    });
}

#[test]
fn keys_come_and_go() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let owner = demo["sign_in"].as_array().unwrap().iter().find(|one| one["role"] == "operator").unwrap();
        let owner = owner["email"].as_str().unwrap();
        let made =
            place.run(&["key", "create", "--name", "reports", "--user", owner, "--right", "read"]).done();
        let secret = made["secret"].as_str().unwrap();
        assert_eq!(made["membership"]["right"], "read");
        assert_eq!(client.get_as(secret, "/api/v1/publishers").status, 200);
        let refused = client.post_as(secret, "/api/v1/publishers", &json!({ "name": "No" }));
        assert_eq!(refused.status, 403, "{refused:?}");
        let listed = place.run(&["key", "list", "--json"]);
        assert!(listed.out.contains("reports") && !listed.out.contains(secret));

        assert_eq!(place.run(&["key", "revoke", made["id"].as_str().unwrap()]).done()["status"], "closed");
        assert_eq!(client.get_as(secret, "/api/v1/publishers").status, 401);

        let late =
            ["key", "create", "--name", "late", "--user", owner, "--expires-at", "2020-01-01T00:00:00Z"];
        let late = place.run(&late);
        assert_eq!(late.code, 1);
        assert!(late.err.contains("expires_at"), "{late:?}");
        // The key of somebody who may not sign in any more stops too.
        let key = place.run(&["key", "create", "--name", "orphan", "--user", owner]).done();
        assert_eq!(client.get_as(key["secret"].as_str().unwrap(), "/api/v1/publishers").status, 200);
        assert_eq!(place.run(&["user", "disable", owner]).code, 0);
        assert_eq!(client.get_as(key["secret"].as_str().unwrap(), "/api/v1/publishers").status, 401);
    });
}

#[test]
fn a_new_key_of_click_ids_leaves_the_clicks_under_way_their_commission() {
    on_both(|place, demo| {
        let link = demo["links"][0]["path"].as_str().unwrap();
        let order = |click_id: &str, order_id: &str| {
            json!({ "token": demo["postback_token"], "action": "order", "click_id": click_id,
                    "order_id": order_id, "amount": "40.00" })
        };
        let server = Server::start(place);
        let before = Client::of(&server.url()).click(link);
        assert_eq!(place.run(&["key", "rotate-click-ids"]).done()["click_id_key"], 2);
        assert_eq!(server.stop().0, Some(0));

        let server = Server::start(place);
        let client = Client::of(&server.url());
        let after = client.click(link);
        // The number of the key is the first byte: two characters of base32 behind the prefix.
        assert_ne!(before[..6], after[..6], "the new key signs");
        assert_eq!(client.postback(&order(&before, "rotated-1"))["code"], "ok");
        assert_eq!(client.postback(&order(&after, "rotated-2"))["code"], "ok");
    });
}
