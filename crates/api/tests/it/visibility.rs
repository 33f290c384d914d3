//! Who sees what (the walls between parties): not a word of what is not one's own.

use serde_json::json;

use crate::{
    personas::Persona::{self, Advertiser, Manager, Operator, OtherAdvertiser, OtherPublisher, Publisher},
    world::World,
};

/// Everything that a persona can read, as one text.
async fn everything(world: &World, who: Persona) -> String {
    let mut text = String::new();
    for path in [
        "touches",
        "conversions",
        "programs",
        "publishers",
        "advertisers",
        "contracts",
        "links",
        "ledger/accounts",
    ] {
        let page = world.get(who, &format!("/api/v1/{path}?limit=200")).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            if path == "conversions" {
                let receipt = world.get(who, item["receipt_url"].as_str().unwrap()).await;
                text.push_str(&receipt.expect(200).to_string());
            }
        }
        text.push_str(&page.to_string());
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_what_is_not_his() {
    let world = World::new().await;
    world.order("secret-order").await;
    let customer = ["secret-order", "secret-customer", "secret-adv", "secret-sku", "abababab"];
    let publisher = ["secret-sub", "secret-ref"];
    let visitor = ["secret-agent", "192.0.2.0/24"];
    let network = ["external_id"];
    for (who, sees, not) in [
        (Operator, vec![&customer[..], &publisher, &visitor, &network], vec![]),
        (Advertiser, vec![&customer[..]], vec![&publisher[..], &visitor, &network]),
        (Manager, vec![&customer[..]], vec![&publisher[..], &visitor, &network]),
        (Publisher, vec![&publisher[..]], vec![&customer[..], &visitor, &network]),
        (OtherAdvertiser, vec![], vec![&customer[..], &publisher, &visitor, &network]),
        (OtherPublisher, vec![], vec![&customer[..], &publisher, &visitor, &network]),
        (Persona::Foreigner, vec![], vec![&customer[..], &publisher, &visitor, &network]),
    ] {
        let text = everything(&world, who).await;
        for word in sees.concat() {
            assert!(text.contains(word), "{who:?} does not see {word}");
        }
        for word in not.concat() {
            assert!(!text.contains(word), "{who:?} sees {word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_hold_only_one_s_own() {
    let world = World::new().await;
    world.order("o-1").await;
    let ids = &world.ids;
    let count = async |who: Persona, path: &str| {
        world.get(who, &format!("/api/v1/{path}")).await.expect(200)["items"].as_array().unwrap().len()
    };
    #[rustfmt::skip]
    let table = [
        ("advertisers", 2, 1, 0, 0), ("publishers", 2, 1, 1, 1), ("programs", 2, 1, 2, 2), ("links", 2, 1, 1, 1),
        ("contracts", 2, 1, 2, 2), ("touches", 1, 1, 1, 0), ("conversions", 1, 1, 1, 0), ("ledger/accounts", 3, 1, 1, 0),
    ];
    for (path, operator, advertiser, publisher, other_publisher) in table {
        for (who, wanted) in [
            (Operator, operator),
            (Advertiser, advertiser),
            (Publisher, publisher),
            (OtherPublisher, other_publisher),
        ] {
            assert_eq!(count(who, path).await, wanted, "{path} {who:?}");
        }
        assert_eq!(count(Persona::Foreigner, path).await, 0, "{path} foreigner");
    }
    // Asking for somebody else's rows finds none.
    for path in ["touches", "conversions"] {
        assert_eq!(count(OtherPublisher, &format!("{path}?publisher_id={}", ids.publisher)).await, 0);
        assert_eq!(count(OtherAdvertiser, &format!("{path}?advertiser_id={}", ids.advertiser)).await, 0);
        assert_eq!(count(Publisher, &format!("{path}?advertiser_id={}", ids.advertiser)).await, 1);
    }
    let probe = world.get(Publisher, "/api/v1/conversions?order_id=o-1").await;
    assert_eq!(probe.refused_field(), ("right_missing".into(), "order_id".into()));
    let probe = world.get(Publisher, "/api/v1/touches?visitor_id=vis_00000000000000000000000000").await;
    assert_eq!(probe.refused_field(), ("right_missing".into(), "visitor_id".into()));
    assert_eq!(count(Advertiser, "conversions?order_id=o-1&state=pending&action=order").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_sees_programs_that_were_open_and_not_their_inside() {
    let world = World::new().await;
    let path = format!("/api/v1/programs/{}", world.ids.program);
    let seen = world.get(Publisher, &path).await.expect(200);
    assert!(
        seen["caps"].is_null() && seen["fallbacks"].is_null() && seen["blocked_addresses"].is_null(),
        "{seen}"
    );
    assert!(world.get(Advertiser, &path).await.expect(200)["caps"].is_array());
    world.patch(Operator, &path, json!({"status": "pending"})).await.expect(200);
    assert_eq!(world.get(Publisher, &path).await.refused(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_s_own_contract_is_nobody_else_s() {
    let world = World::new().await;
    let ids = &world.ids;
    let own =
        json!({"program_id": ids.program, "publisher_id": ids.publisher, "terms": crate::personas::terms()});
    let made = world.post(Advertiser, "/api/v1/contracts", own).await.expect(201);
    let path = format!("/api/v1/contracts/{}", made["id"].as_str().unwrap());
    world.get(Publisher, &path).await.expect(200);
    for who in [OtherPublisher, OtherAdvertiser, Persona::Foreigner] {
        assert_eq!(world.get(who, &path).await.refused(404), "not_found", "{who:?}");
    }
}
