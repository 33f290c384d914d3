//! A proof from a running server, checked without one.

use std::{fs, thread::sleep, time::Duration};

use serde_json::{Value, json};

use crate::{place::on_both, requests::Client, server::Server};

/// The roots, once the server has closed the days of the demo.
fn roots(client: &Client, key: &str) -> Value {
    for _ in 0..200 {
        let roots = client.get_as(key, "/api/v1/proof_roots?limit=200").done();
        if roots["items"].as_array().is_some_and(|items| items.len() > 1) {
            return roots;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("no day was closed");
}

/// The proof of a conversion, once the day of its first decision is closed.
fn proven(client: &Client, key: &str, id: &str) -> Value {
    for _ in 0..200 {
        let proof = client.get_as(key, &format!("/api/v1/conversions/{id}/proof")).done();
        if proof["decisions"].as_array().is_some_and(|decisions| !decisions.is_empty()) {
            return proof;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("the day of {id} was not closed");
}

#[test]
fn a_publisher_proves_what_became_of_a_conversion() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let client = Client::of(&server.url());
        let key = demo["keys"]["publisher"].as_str().unwrap();
        roots(&client, key);
        let found = client.get_as(key, "/api/v1/conversions?limit=200").done();
        let oldest = found["items"].as_array().and_then(|items| items.last()).unwrap();
        let id = oldest["id"].as_str().unwrap();
        let mut proof = proven(&client, key, id);
        let roots = roots(&client, key);
        assert_eq!(server.stop().0, Some(0));

        let [file, kept] = ["proof.json", "roots.json"].map(|name| place.file(name));
        fs::write(&file, proof.to_string()).unwrap();
        fs::write(&kept, roots.to_string()).unwrap();
        let public_key = proof["receipt"]["signature"]["public_key"].as_str().unwrap().to_owned();
        let said = place.run(&["proof", "verify", &file, "--roots", &kept, "--key", &public_key]);
        assert_eq!(said.code, 0, "{said:?}");
        let outcome = said.json();
        assert_eq!((&outcome["proven"], &outcome["conversion_id"]), (&json!(true), &json!(id)), "{outcome}");
        assert!(said.err.contains("decision 1: decided at "), "{said:?}");
        assert_eq!(place.run(&["proof", "verify", &file, "--key", "AAAA"]).code, 1);

        proof["decisions"][0]["leaf"]["state"] = json!("rejected");
        fs::write(&file, proof.to_string()).unwrap();
        let said = place.run(&["proof", "verify", &file]);
        assert_eq!((said.code, &said.json()["proven"]), (1, &json!(false)), "{said:?}");
        fs::write(&file, "{}").unwrap();
        assert_eq!(place.run(&["proof", "verify", &file]).code, 1);
        place.expect_verified();
    });
}
