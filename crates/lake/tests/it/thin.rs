//! Old touches without what is of one visitor alone: nothing that is added up changes.

use std::collections::BTreeMap;

use model::{Day, Timestamp, time::SECOND_US};
use proptest::{collection::vec, prelude::*};
use report::{DateBasis, Fact, FactKind, Key, Measure, Plan, measure::In};

use crate::{
    random,
    world::{World, at, everything, feed, network, same},
};

const QUARTER: i64 = 900 * SECOND_US;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn thinned_files_add_up_to_the_same(
        facts in vec(random::fact(), 0..120),
        plans in vec(random::plan(), 1..8),
        merged in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(facts, &plans, merged, seed));
    }
}

async fn compare(facts: Vec<Fact>, plans: &[Plan], merged: bool, seed: u64) {
    let world = World::new(seed);
    let outbox: Vec<(u64, Fact)> = (1..).zip(facts.clone()).collect();
    let lake = world.open().await;
    feed(&lake, &outbox, 0, outbox.len());
    lake.flush().await.unwrap();
    if merged {
        world.end_days();
        lake.compact(&world.zones).await.unwrap();
    }
    let limit = at("2026-03-29T00:00:00Z");
    lake.thin(&BTreeMap::from([(network(1), Day::of(limit))])).await.unwrap();
    let after: Vec<Fact> = facts.iter().map(|fact| thinned(fact, limit)).collect();
    for plan in plans {
        same(&lake, &after, plan, "thinned").await;
        if is_of_quarters(plan) {
            same(&lake, &facts, plan, "as before").await;
        }
    }
    for basis in DateBasis::ALL {
        same(&lake, &facts, &everything(network(1), basis), "all of it").await;
    }
    assert_eq!(lake.verify().await.unwrap(), []);
    // Once more finds nothing to do, and a lake that is opened again has it all.
    let again = lake.thin(&BTreeMap::from([(network(1), Day::of(limit))])).await.unwrap();
    assert_eq!(again.files, 0);
    let lake = world.open().await;
    lake.compact(&world.zones).await.unwrap();
    same(&lake, &after, &everything(network(1), DateBasis::Click), "opened again").await;
    assert_eq!(lake.verify().await.unwrap(), []);
}

/// What is left of a fact that was booked on a day before the limit.
fn thinned(fact: &Fact, limit: Timestamp) -> Fact {
    let money = Measure::ALL.iter().any(|of| of.currency() != In::Pieces && fact.measure(*of) != 0);
    let old = DateBasis::ALL
        .iter()
        .filter_map(|basis| fact.moment(*basis))
        .any(|at| at.as_micros() < 94_694_400 * SECOND_US);
    let mut fact = fact.clone();
    if fact.network_id != network(1)
        || fact.kind != FactKind::Touch
        || money
        || old
        || fact.recorded_at >= limit
    {
        return fact;
    }
    let round = |at: Timestamp| Timestamp::from_micros(at.as_micros().div_euclid(QUARTER) * QUARTER);
    (fact.recorded_at, fact.clicked_at, fact.converted_at) =
        (round(fact.recorded_at), round(fact.clicked_at), round(fact.converted_at));
    (fact.approved_at, fact.paid_at) = (fact.approved_at.map(round), fact.paid_at.map(round));
    (fact.touch_id, fact.conversion_id, fact.visitor_id) = (None, None, None);
    fact
}

/// Whether it asks for sums, and for no moment within a quarter.
fn is_of_quarters(plan: &Plan) -> bool {
    let periods = plan.keys.iter().filter_map(|key| match key {
        Key::Period(beginnings) => Some(beginnings.as_slice()),
        Key::Dimension(_) => None,
    });
    let mut bounds = periods.flatten().chain([&plan.from, &plan.to]).chain(&plan.as_of);
    plan.sketches.is_empty() && bounds.all(|at| at.as_micros().rem_euclid(QUARTER) == 0)
}

#[tokio::test]
async fn clicks_of_a_quarter_of_an_hour_become_one_row() {
    let world = World::new(7);
    let lake = world.open().await;
    let clicks: Vec<(u64, Fact)> = (1..=20)
        .map(|number: u64| {
            let seconds = 60 * i64::try_from(number).unwrap();
            let mut fact =
                Fact::new(network(1), FactKind::Touch, at("2026-03-20T10:00:00Z").plus_seconds(seconds));
            fact.visitor_id = Some(model::VisitorId::from_bytes([u8::try_from(number).unwrap(); 16]));
            fact.measures[Measure::Clicks.index()] = 1;
            // Two of them are paid by the click.
            fact.measures[Measure::Commission.index()] = if number > 18 { 5 } else { 0 };
            (number, fact)
        })
        .collect();
    feed(&lake, &clicks, 0, 20);
    lake.flush().await.unwrap();
    let done = lake.thin(&BTreeMap::from([(network(1), Day::of(at("2026-03-21T00:00:00Z")))])).await.unwrap();
    // One row for each of two quarters, and the two with money.
    assert_eq!((done.rows_before, done.rows), (20, 4));
    let plan = Plan { keys: Vec::new(), ..everything(network(1), DateBasis::Booking) };
    let answer = lake.query(&plan).await.unwrap();
    assert_eq!(answer.groups[0].sums[Measure::Clicks.index()], 20);
    assert_eq!(answer.groups[0].sums[Measure::Commission.index()], 10);
    assert_eq!(answer.read.facts, 4);
}
