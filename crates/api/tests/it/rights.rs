//! Laws that every operation of the API document keeps, whoever asks: beside the table of `permissions`, which says what each role may do, these
//! say how rights, credentials and foreign objects change that. An operation that joins the document is held to them at once.

use std::collections::BTreeSet;

use api::openapi;
use model::access::{Membership, Right, Role};
use serde_json::Value;

use crate::{
    permissions::Requests,
    personas::{self, Persona},
    sessions::{OPERATOR, browser},
    world::World,
};

/// Sends every operation, dry, with a key; gives those that were carried out.
async fn carried_out(world: &World, requests: &Requests, key: &str) -> BTreeSet<String> {
    let document = openapi::document();
    let mut done = BTreeSet::new();
    for operation in openapi::operations(&document) {
        let name = operation.value["operationId"].as_str().unwrap();
        let path = requests.path(operation.path, name, &operation.method);
        let mut request = world.request(Persona::Anonymous, &operation.method, &path, requests.body(name));
        request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
        if world.send(request).await.status.is_success() {
            done.insert(name.to_owned());
        }
    }
    done
}

/// The operations whose path names an object.
fn of_an_object() -> BTreeSet<String> {
    let document = openapi::document();
    let named = openapi::operations(&document).into_iter().filter(|operation| operation.path.contains('{'));
    named.map(|operation| operation.value["operationId"].as_str().unwrap().to_owned()).collect()
}

/// The operations that need no credentials, by the document.
fn open() -> BTreeSet<String> {
    let document = openapi::document();
    let needs_none = |value: &Value| value["security"] == serde_json::json!([{}]);
    let open = openapi::operations(&document).into_iter().filter(|operation| needs_none(operation.value));
    open.map(|operation| operation.value["operationId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_right_of_an_operator_may_what_the_lesser_one_may() {
    let world = World::new().await;
    let requests = Requests::new(&world).await;
    let mut lesser: Option<(Right, BTreeSet<String>)> = None;
    for (right, name) in
        [(Right::Read, "read"), (Right::Propose, "propose"), (Right::Approve, "approve"), (Right::Pay, "pay")]
    {
        let network_id = world.ids.network.parse().unwrap();
        let membership =
            Membership { network_id, role: Role::Operator, right, advertisers: vec![], publishers: vec![] };
        let (_, key) = personas::person(&world, name, membership).await;
        let done = carried_out(&world, &requests, &key).await;
        if let Some((before, less)) = &lesser {
            let lost: Vec<_> = less.difference(&done).collect();
            assert!(lost.is_empty(), "{right:?} may not what {before:?} may: {lost:?}");
            assert!(done.len() > less.len(), "{right:?} may no more than {before:?}");
        }
        lesser = Some((right, done));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_an_object_of_another_network() {
    for world in World::on_both().await {
        let requests = Requests::new(&world).await;
        let done = carried_out(&world, &requests, world.key(Persona::Foreigner)).await;
        let reached: Vec<_> = of_an_object().intersection(&done).cloned().collect();
        assert!(reached.is_empty(), "{reached:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_credentials_does_what_the_document_says_and_no_more() {
    let world = World::new().await;
    let requests = Requests::new(&world).await;
    let document = openapi::document();
    let open = open();
    for operation in openapi::operations(&document) {
        let name = operation.value["operationId"].as_str().unwrap();
        let path = requests.path(operation.path, name, &operation.method);
        let request = world.request(Persona::Anonymous, &operation.method, &path, requests.body(name));
        let refused = world.send(request).await.status == 401;
        assert_ne!(refused, open.contains(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_what_a_key_with_the_same_rights_may() {
    let world = World::new().await;
    let requests = Requests::new(&world).await;
    let by_key = carried_out(&world, &requests, world.key(Persona::Operator)).await;
    let session = browser(&world, OPERATOR).await;
    let document = openapi::document();
    for operation in openapi::operations(&document) {
        let name = operation.value["operationId"].as_str().unwrap();
        // It ends the session that asks, dry run or not.
        if name == "delete_session" {
            continue;
        }
        let path = requests.path(operation.path, name, &operation.method);
        let body = requests.body(name).cloned().unwrap_or_else(|| serde_json::json!({}));
        let reply = session.send(&world, &operation.method, &path, body).await;
        assert!(reply.status.is_success() || !by_key.contains(name), "{name}: {}", reply.text);
    }
}

/// What stands for others to see by itself: the network and who writes its papers, its groups of publishers (the other publisher is in the one that is
/// asked for), and a program that is open to all, with its creatives and the contract of everybody. Of members and acceptances a publisher sees his own.
const SHARED: [&str; 15] = [
    "OtherAdvertiser get_network",
    "OtherAdvertiser get_network_billing_profile",
    "OtherAdvertiser get_publisher_group",
    "OtherAdvertiser list_group_members",
    "OtherPublisher get_contract",
    "OtherPublisher get_contract_difference",
    "OtherPublisher get_creative",
    "OtherPublisher get_network",
    "OtherPublisher get_network_billing_profile",
    "OtherPublisher get_program",
    "OtherPublisher get_publisher_group",
    "OtherPublisher list_contract_acceptances",
    "OtherPublisher list_contract_versions",
    "OtherPublisher list_group_members",
    "OtherPublisher list_program_members",
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_what_another_party_of_the_network_has() {
    for world in World::on_both().await {
        let requests = Requests::new(&world).await;
        let objects = of_an_object();
        let mut reached = BTreeSet::new();
        for who in [Persona::OtherAdvertiser, Persona::OtherPublisher] {
            let done = carried_out(&world, &requests, world.key(who)).await;
            let open = open();
            reached.extend(
                objects
                    .intersection(&done)
                    .filter(|name| !open.contains(*name))
                    .map(|name| format!("{who:?} {name}")),
            );
        }
        let shared: BTreeSet<String> = SHARED.into_iter().map(str::to_owned).collect();
        assert_eq!(reached, shared);
    }
}
