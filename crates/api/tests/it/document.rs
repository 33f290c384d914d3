//! The API document, its committed text, and the pages made from it.

use std::{collections::BTreeSet, fs};

use api::openapi;

use crate::{personas::Persona, world::World};

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let text = openapi::text(&openapi::document());
    if std::env::var_os("MERIT_REGENERATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/openapi.json differs; run MERIT_REGENERATE=1 cargo test -p api document"
    );
}

#[test]
fn every_operation_says_who_it_is_for_and_what_it_answers() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for operation in openapi::operations(&document) {
        let (path, value) = (operation.path, operation.value);
        assert!(ids.insert(value["operationId"].as_str().unwrap().to_owned()), "{path}");
        assert!(tags.contains(value["tags"][0].as_str().unwrap()), "{path}");
        assert!(!value["summary"].as_str().unwrap_or_default().is_empty(), "{path}");
        assert!(value["security"].is_array() && value["responses"]["default"].is_object(), "{path}");
        let names: Vec<&str> = value["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(operation.method != "GET", names.contains(&"Idempotency-Key"), "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = openapi::document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn a_patch_takes_any_of_its_members_alone() {
    let document = openapi::document();
    let changes = &document["components"]["schemas"]["ProgramChanges"];
    assert!(changes["properties"]["advertiser_id"].is_object());
    assert!(changes["required"].is_null(), "{changes}");
    assert!(changes["properties"]["refuse_data_centers"]["default"].is_null());
}

#[tokio::test]
async fn the_pages_need_nobody_and_run_nothing() {
    let world = World::empty().await;
    let docs = world.get(Persona::Anonymous, "/api/docs").await;
    docs.expect(200);
    let policy = docs.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !docs.text.contains("<script"));
    assert!(docs.text.contains("create_program") && docs.text.contains("id=\"error-field_invalid\""));

    let served = world.get(Persona::Anonymous, "/api/openapi.json").await;
    served.expect(200);
    assert_eq!(served.text, openapi::text(&openapi::document()));
    assert_eq!(served.headers["content-type"], "application/json");

    let llms = world.get(Persona::Anonymous, "/llms.txt").await;
    llms.expect(200);
    assert!(llms.text.contains("`POST /api/v1/links`"), "{}", llms.text);
}
