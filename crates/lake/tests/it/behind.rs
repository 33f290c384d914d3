//! Single facts: those that the slow engine gives, in pages that fit together, and all of them in a stream.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use report::{Fact, FactPage, FactPlace, Plan, plan::Group, reference};

use crate::{
    random,
    world::{World, feed, same},
};

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn facts_behind_a_plan_are_those_it_counts(
        facts in vec(random::fact(), 0..80),
        plans in vec(random::plan(), 1..6),
        take in 1..30_usize,
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(facts, &plans, take, seed));
    }
}

/// Facts without an order.
fn heap(facts: &[Fact]) -> BTreeMap<String, usize> {
    let mut heap = BTreeMap::new();
    for fact in facts {
        *heap.entry(format!("{fact:?}")).or_default() += 1;
    }
    heap
}

async fn compare(facts: Vec<Fact>, plans: &[Plan], take: usize, seed: u64) {
    let world = World::new(seed);
    let outbox: Vec<(u64, Fact)> = (1..).zip(facts).collect();
    let lake = world.open().await;
    let half = feed(&lake, &outbox, 0, outbox.len() / 2);
    lake.flush().await.unwrap();
    world.end_days();
    lake.compact(&world.zones).await.unwrap();
    feed(&lake, &outbox, half, usize::MAX);
    let facts: Vec<Fact> = outbox.into_iter().map(|(_, fact)| fact).collect();
    for plan in plans {
        // A plan with periods counts only what lies in one of them, in both engines.
        let all = FactPage { after: None, take: usize::MAX };
        let wanted = reference::behind(&facts, plan, all);
        let mut found: Vec<Fact> = Vec::new();
        let mut after = None;
        loop {
            let page = lake.facts(plan, FactPage { after, take }).await.unwrap();
            found.extend(page.iter().cloned());
            if page.len() < take {
                break;
            }
            let last = page[take - 1].recorded_at;
            let seen = found.iter().filter(|fact| fact.recorded_at == last).count();
            after = Some(FactPlace { recorded_at: last, seen });
        }
        assert!(found.is_sorted_by_key(|fact| std::cmp::Reverse(fact.recorded_at)), "{plan:?}");
        assert_eq!(heap(&found), heap(&wanted), "{plan:?}");
        let mut streamed = Vec::new();
        let mut batches = lake.stream_facts(plan.clone(), |error| error.to_string());
        while let Some(batch) = batches.recv().await {
            streamed.extend(batch.unwrap());
        }
        assert_eq!(heap(&streamed), heap(&wanted), "{plan:?}");
        let answer = same(&lake, &facts, plan, "asked").await;
        let mut groups: Vec<Group> = Vec::new();
        let mut batches = lake.stream_groups(plan.clone(), |error| error.to_string());
        while let Some(batch) = batches.recv().await {
            groups.extend(batch.unwrap());
        }
        assert_eq!(groups, answer.groups, "{plan:?}");
    }
}
