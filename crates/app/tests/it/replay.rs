//! The past decided again: bit by bit as it was, and under other terms.

use std::{sync::mpsc, time::Duration};

use app::{
    access::Actor,
    errors::{ErrorCode, Refusal},
    replay::{Draft, Instead, Report, Request, replay, replay_for},
};
use model::{Clock, Code, NetworkId, Timestamp, contract::Audience};
use serde_json::json;
use store::Options;

use crate::{
    both::{on_both, open},
    history,
    world::{Plan, World, merged, order_terms, read},
};

impl World {
    async fn replay(&self, instead: Instead) -> Result<Report, Refusal> {
        let (from, to) = (Timestamp::default(), self.clock.now().plus_seconds(1));
        let network_id = Some(self.network);
        let request = Request { from, to, network_id, advertisers: None, instead, conversions_max: None };
        replay(&self.app, request, &|_| {}).await
    }

    async fn draft(&self, audience: Audience, terms: serde_json::Value) -> Result<Report, Refusal> {
        let draft = Draft { program_id: self.program, audience, terms: read(terms) };
        self.replay(Instead { draft: Some(draft), ..Instead::default() }).await
    }
}

/// Name, before, after and changed conversions of each publisher who differs, by name.
fn differences(report: &Report) -> Vec<String> {
    let plain =
        |money: model::Money| money.amount_text().trim_end_matches('0').trim_end_matches('.').to_owned();
    let mut lines: Vec<String> = report
        .publishers
        .iter()
        .filter(|one| one.changed > 0)
        .map(|one| {
            format!("{}: {} -> {} in {}", one.publisher, plain(one.before), plain(one.after), one.changed)
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_random_past_comes_out_as_it_was() {
    on_both(|store| async move {
        let world = World::build(store, history::plan()).await;
        history::eight_days(&world).await;
        let report = world.replay(Instead::default()).await.unwrap();
        assert!(report.conversions > 50, "{} conversions", report.conversions);
        assert_eq!((report.changed, report.changed_conversions.len()), (0, 0));
        assert!(report.publishers.iter().all(|one| one.difference.is_zero()));
        let other = world
            .replay(Instead { payout_model: Some("first".to_owned()), ..Instead::default() })
            .await
            .unwrap();
        assert!(other.changed > 0, "another model changes something");
        for total in &other.totals {
            let sum: i64 = other.publishers.iter().map(|one| one.after.units()).sum();
            assert_eq!(sum, total.commission_after.units(), "the parts are the whole");
        }
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_terms_say_what_they_would_have_paid() {
    on_both(|store| async move {
        let rate = |percent: &str| order_terms(json!({"kind": "percent", "percent": percent}), json!({}));
        let plan = Plan::publishers(2).default_terms(rate("5")).terms(1, rate("8"));
        let world = World::build(store, plan).await;
        for (order, publisher) in [("a", 0), ("b", 0), ("c", 1)] {
            let click = world.click(publisher).await;
            world.decide(world.order(order, "100", &click.click_id)).await;
        }
        let publisher = |place: usize| Audience::Publisher(world.links[place].publisher_id);
        let report = world.draft(Audience::Everybody, rate("6")).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 10 -> 12 in 2"], "who has his own keeps it");
        let report = world.draft(publisher(1), rate("6")).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 1: 8 -> 6 in 1"]);
        let report = world.draft(publisher(0), merged(rate("6"), json!({"ended": true}))).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 10 -> 0 in 2"]);
        let codes: Vec<(Code, Code, u64)> =
            report.codes.iter().map(|one| (one.before, one.after, one.conversions)).collect();
        assert_eq!(codes, [(Code::Ok, Code::ContractMissing, 2)]);
        // Caps are counted again in the order of the past: of two orders the first fits.
        let capped = json!({"caps": [{"metric": "conversions", "period": "total", "limit": "1"}]});
        let report = world.draft(publisher(0), merged(rate("6"), capped)).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 10 -> 6 in 2"]);
        assert_eq!(report.codes.len(), 1);
        assert_eq!((report.codes[0].after, report.codes[0].conversions), (Code::CapReached, 1));
        // What makes no sense is refused by name.
        let unknown = world.draft(publisher(0), rate("much")).await.unwrap_err();
        assert_eq!(unknown.field.as_deref(), Some("draft.terms.actions[0].rates[0].percent"));
        let model = Instead { payout_model: Some("best".to_owned()), ..Instead::default() };
        assert_eq!(world.replay(model).await.unwrap_err().field.as_deref(), Some("payout_model"));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_that_frees_room_lets_later_ones_in() {
    on_both(|store| async move {
        let rate = |percent: &str, more: serde_json::Value| {
            merged(order_terms(json!({"kind": "percent", "percent": percent}), json!({})), more)
        };
        let cap = json!({"caps": [{"metric": "commission", "period": "total", "limit": "10"}]});
        let world = World::build(store, Plan::publishers(1).default_terms(rate("6", cap.clone()))).await;
        for order in ["a", "b", "c"] {
            let click = world.click(0).await;
            world.decide(world.order(order, "100", &click.click_id)).await;
        }
        let report = world.draft(Audience::Everybody, rate("5", cap)).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 6 -> 10 in 2"], "five and five instead of six");
        let report = world.replay(Instead::default()).await.unwrap();
        assert_eq!((report.conversions, report.changed), (3, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_told_what_the_contract_of_then_never_asked() {
    on_both(|store| async move {
        let rate = |percent: &str| order_terms(json!({"kind": "percent", "percent": percent}), json!({}));
        let world = World::build(store, Plan::publishers(1).default_terms(rate("5"))).await;
        world.rates(0, &["EUR/USD 1.25"]).await;
        for order in ["a", "b", "c"] {
            let click = world.click(0).await;
            world.decide(world.order(order, "100", &click.click_id)).await;
        }
        // Every touch of these worlds comes from Vietnam with the sub id `red`.
        let mut places = rate("5");
        let rates = places["actions"][0]["rates"].as_array_mut().unwrap();
        rates.push(json!({"rule": "red", "kind": "percent", "percent": "9", "when": {"countries": ["VN"], "subs": {"sub1": ["red"]}}}));
        rates.push(json!({"rule": "blue", "kind": "percent", "percent": "50", "when": {"countries": ["VN"], "subs": {"sub1": ["blue"]}}}));
        let report = world.draft(Audience::Everybody, places).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 15 -> 27 in 3"]);
        // Two earn by the base rate, what follows by the higher step.
        let mut stairs = rate("5");
        stairs["actions"][0]["rates"][0]["tiers"] =
            json!({"by": "conversions", "per": "month", "steps": [{"from": "2", "percent": "10"}]});
        let report = world.draft(Audience::Everybody, stairs).await.unwrap();
        assert_eq!(differences(&report), ["Publisher 0: 15 -> 20 in 1"]);
        // A contract in another currency takes that day's rate: 100 dollars are 80 euros.
        let report = world.draft(Audience::Everybody, merged(rate("10"), json!({"currency": "EUR"}))).await.unwrap();
        let plain = |money: model::Money| money.to_string();
        let totals: Vec<[String; 2]> = report
            .totals
            .iter()
            .map(|one| [plain(one.commission_before), plain(one.commission_after)])
            .collect();
        assert_eq!(totals, [["15.00 USD", "0.00 USD"], ["0.00 EUR", "24.00 EUR"]]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_looked_at_counts_whosever_it_is() {
    on_both(|store| async move {
        let rate = order_terms(json!({"kind": "percent", "percent": "5"}), json!({}));
        let world = World::build(store, Plan::publishers(1).default_terms(rate)).await;
        for order in ["a", "b", "c"] {
            let click = world.click(0).await;
            world.decide(world.order(order, "100", &click.click_id)).await;
        }
        let to = world.clock.now().plus_seconds(1);
        let request = |max, network_id, advertisers| Request {
            from: Timestamp::default(),
            to,
            network_id: Some(network_id),
            advertisers,
            instead: Instead::default(),
            conversions_max: Some(max),
        };
        let other = NetworkId::from_bytes([9; 16]);
        let whose = [(world.network, None, 3), (world.network, Some(vec![]), 0), (other, None, 0)];
        for (network, advertisers, own) in whose {
            let two = replay(&world.app, request(2, network, advertisers.clone()), &|_| {}).await;
            let refusal = two.unwrap_err();
            assert_eq!((refusal.code, refusal.field.as_deref()), (ErrorCode::FieldInvalid, Some("to")));
            let three = replay(&world.app, request(3, network, advertisers), &|_| {}).await.unwrap();
            assert_eq!((three.conversions, three.changed), (own, 0));
        }
    })
    .await;
}

/// The only thread for work that takes long is held, and so is the replay; the threads that serve stay free, and answer a
/// second replay of the network that one runs already.
#[test]
fn deciding_leaves_the_serving_threads_alone_and_runs_once_for_a_network() {
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(1).enable_all().build();
    runtime.unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let store = open(Options::sqlite(folder.path().join("state.db"))).await;
        let rate = order_terms(json!({"kind": "percent", "percent": "5"}), json!({}));
        let world = World::build(store, Plan::publishers(1).default_terms(rate)).await;
        let click = world.click(0).await;
        world.decide(world.order("a", "100", &click.click_id)).await;
        let period = (Timestamp::default(), world.clock.now().plus_seconds(1));
        let ask = |network: NetworkId| {
            let app = world.app.clone();
            async move { replay_for(&app, &Actor::system(network), period, Instead::default()).await }
        };

        let (let_go, held) = mpsc::channel::<()>();
        let holder = tokio::task::spawn_blocking(move || held.recv());
        let a_while = Duration::from_millis(300);
        let mut first = tokio::spawn(ask(world.network));
        assert!(tokio::time::timeout(a_while, &mut first).await.is_err(), "it waits for a thread of its own");
        let second = ask(world.network).await.unwrap_err();
        assert_eq!((second.code, second.retry_after_seconds), (ErrorCode::TooManyAttempts, Some(10)));
        let mut other = tokio::spawn(ask(NetworkId::from_bytes([9; 16])));
        assert!(tokio::time::timeout(a_while, &mut other).await.is_err(), "another network has its own turn");

        let_go.send(()).unwrap();
        holder.await.unwrap().unwrap();
        let report = first.await.unwrap().unwrap();
        assert_eq!((report.conversions, report.changed), (1, 0));
        assert_eq!(other.await.unwrap().unwrap().conversions, 0);
        assert_eq!(ask(world.network).await.unwrap(), report, "whoever comes later has his turn");
        let operator = Actor::system(world.network);
        let unknown = Instead { payout_model: Some("best".to_owned()), ..Instead::default() };
        let refused = replay_for(&world.app, &operator, period, unknown).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("payout_model"));
        assert!(ask(world.network).await.is_ok(), "a refused replay keeps no turn");
    });
}
