//! The demo network: deterministic, plausible, and without anything wrong.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    App,
    demo::{self, DemoOptions, DemoSummary},
    errors::ErrorCode,
    people::{keys, passwords, users},
    verify,
};
use model::{Entropy, Timestamp};
use serde_json::Value;
use store::Store;
use testkit::{FakeClock, SeededEntropy};

use crate::both::on_both;

fn options() -> DemoOptions {
    let until = Timestamp::parse("2026-03-01T00:00:00Z").unwrap();
    DemoOptions { days: 40, clicks: 4_000, seed: 11, until }
}

async fn open(store: Store, secrets: u64) -> App {
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(secrets));
    App::open(store, Arc::new(FakeClock::at(options().until)), entropy).await.unwrap()
}

/// Every touch and conversion with its verdict, in the order of the ids.
async fn events(app: &App) -> Vec<String> {
    app.store
        .read("events", |tx| {
            let mut events = Vec::new();
            store::touches::for_each(tx, &mut |touch| {
                let touch = touch?;
                events.push(format!("{} {} {}", touch.id, touch.code, touch.unique));
                Ok(())
            })?;
            store::conversions::for_each(tx, &mut |row| {
                let row = row?;
                events.push(format!("{} {} {} {}", row.id, row.state.word(), row.code, row.commission));
                Ok(())
            })?;
            Ok::<_, store::Error>(events)
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_is_plausible_and_clean_on_both_databases() {
    on_both(|store| async move {
        let app = open(store, 1).await;
        let summary = demo::fill(&app, options(), &|_, _| {}).await.unwrap();
        check_shape(&app, &summary).await;
        let found = verify::verify(&app, &|_, _| {}).await.unwrap();
        let shown: Vec<String> = found.violations.iter().map(ToString::to_string).collect();
        assert!(found.is_clean(), "{}", shown.join("\n"));
        assert_eq!(found.checked["touches"], 5_000, "clicks and a quarter as many impressions");
        check_mix(&app).await;
        let again = demo::fill(&app, options(), &|_, _| {}).await;
        assert_eq!(again.map_err(|refusal| refusal.code), Err(ErrorCode::SetupDone));
    })
    .await;
}

/// The document that `merit demo` prints, and what it names exists.
async fn check_shape(app: &App, summary: &DemoSummary) {
    let json = serde_json::to_value(summary).unwrap();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    let wanted = ["advertiser_id", "keys", "links", "network_id", "postback_token", "program_id", "sign_in"];
    assert_eq!(members, wanted);
    let roles = ["advertiser", "manager", "operator", "publisher"];
    let keys: BTreeMap<String, String> = serde_json::from_value(json["keys"].clone()).unwrap();
    assert_eq!(keys.keys().collect::<Vec<_>>(), roles);
    assert_eq!(json["links"].as_array().unwrap().len(), 24);
    let snapshot = app.snapshot.get();
    for link in &summary.links {
        let slug = link.path.strip_prefix("/c/").unwrap();
        let found = snapshot.link(model::link::LinkCode::from_slug(slug).unwrap()).unwrap();
        assert_eq!(
            (found.record.publisher_id, found.record.program_id),
            (link.publisher_id, link.program_id)
        );
    }
    assert!(snapshot.coupon("aurora10").is_some());
    let program = &snapshot.programs[&summary.program_id].record;
    assert!(["lead", "qualified_lead", "order"].iter().all(|name| program.action(name).is_some()));
    let token = app::secrets_shown::sha256_hex(&summary.postback_token);
    assert_eq!(snapshot.advertisers_by_token.get(&token), Some(&summary.advertiser_id));
    let now = options().until;
    for (role, secret) in keys {
        assert!(secret.len() == 46 && secret.starts_with("mk_"), "{secret}");
        let actor = app.store.read("key", move |tx| keys::actor_of(tx, &secret, now)).await.unwrap().unwrap();
        assert_eq!(app::access::role_word(actor.membership.role), role);
    }
    for one in &summary.sign_in {
        let email = one.email.clone();
        let user = app.store.read("user", move |tx| users::by_email(tx, &email)).await.unwrap().unwrap();
        assert!(passwords::verify(one.password.clone(), Some(user.password_hash)).await.unwrap());
    }
}

/// Everything that a demo should show occurs in it.
async fn check_mix(app: &App) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for event in events(app).await {
        let words: Vec<&str> = event.split(' ').collect();
        let kind = if words[0].starts_with("tch") { words[1].to_owned() } else { words[1..3].join(" ") };
        *seen.entry(kind).or_default() += 1;
    }
    for wanted in [
        "ok",
        "duplicate_click",
        "crawler",
        "data_center",
        "prefetch",
        "approved ok",
        "pending ok",
        "rejected ok",
        "reversed ok",
        "duplicate duplicate_of",
        "rejected click_unknown",
    ] {
        assert!(seen.get(wanted).is_some_and(|number| *number > 0), "no event is {wanted}: {seen:?}");
    }
    let orders: u32 = seen.iter().filter(|(kind, _)| kind.ends_with(" ok")).map(|(_, number)| number).sum();
    assert!((80..300).contains(&orders), "{orders} conversions of 4,000 clicks count");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_past_and_other_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let fill = async |name: &str, secrets: u64, options: DemoOptions| {
        let store = Store::open(store::Options::sqlite(folder.path().join(name))).await.unwrap();
        store.migrate().await.unwrap();
        let app = open(store, secrets).await;
        let summary = demo::fill(&app, options, &|_, _| {}).await.unwrap();
        (serde_json::to_value(summary).unwrap(), events(&app).await)
    };
    let (one, events) = fill("one.db", 1, options()).await;
    let (other, events_again) = fill("other.db", 2, options()).await;
    assert_eq!(events, events_again);
    let secret = |name: &str| -> (Value, Value) { (one[name].clone(), other[name].clone()) };
    for same in ["network_id", "advertiser_id", "program_id", "links"] {
        let (one, other) = secret(same);
        assert_eq!(one, other, "{same}");
    }
    for differing in ["postback_token", "keys", "sign_in"] {
        let (one, other) = secret(differing);
        assert_ne!(one, other, "{differing}");
    }
    let (_, other_events) = fill("third.db", 1, DemoOptions { seed: 12, ..options() }).await;
    assert_ne!(events, other_events);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_demo_has_no_events() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(store::Options::sqlite(folder.path().join("state.db"))).await.unwrap();
    store.migrate().await.unwrap();
    let app = open(store, 1).await;
    let nothing = DemoOptions { days: 0, clicks: 0, ..options() };
    demo::fill(&app, nothing, &|_, _| {}).await.unwrap();
    assert!(events(&app).await.is_empty());
    assert!(verify::verify(&app, &|_, _| {}).await.unwrap().is_clean());
}
