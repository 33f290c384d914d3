//! What a report may take.

use std::time::Duration;

use lake::{Lake, LakeError, Limits};
use report::{DateBasis, Dimension, Fact, FactKind, Measure, Plan};

use crate::world::{World, at, everything, network};

async fn of_many_groups(world: &World, facts: usize) -> Lake {
    let fact = |number: usize| {
        let mut fact = Fact::new(network(1), FactKind::Touch, at("2026-03-21T00:00:00Z"));
        fact.dimensions[Dimension::Sub1.index()] = Some(format!("{:0>200}", number).into());
        fact.measures[Measure::Clicks.index()] = 1;
        fact
    };
    let facts: Vec<Fact> = (0..facts).map(fact).collect();
    let lake = world.open().await;
    lake.append(&facts, 1, at("2026-03-21T00:00:00Z")).unwrap();
    lake
}

#[tokio::test]
async fn groups() {
    let lake = of_many_groups(&World::new(1), 100).await;
    let plan = |groups_max| Plan { groups_max, ..everything(network(1), DateBasis::Click) };
    assert_eq!(lake.query(&plan(100)).await.unwrap().groups.len(), 100);
    assert!(matches!(lake.query(&plan(99)).await, Err(LakeError::TooManyGroups(99))));
}

#[tokio::test]
async fn memory() {
    let mut world = World::new(1);
    world.limits = Limits { memory: 4 << 20, threads: 2, ..Limits::default() };
    let lake = of_many_groups(&world, 60_000).await;
    let plan = everything(network(1), DateBasis::Click);
    assert!(matches!(lake.query(&plan).await, Err(LakeError::TooMuchMemory)));
    // One without its groups fits.
    assert_eq!(lake.query(&Plan { keys: Vec::new(), ..plan }).await.unwrap().groups.len(), 1);
}

#[tokio::test]
async fn time() {
    let mut world = World::new(1);
    world.limits = Limits { time: Duration::ZERO, ..world.limits };
    let lake = of_many_groups(&world, 60_000).await;
    let answer = lake.query(&everything(network(1), DateBasis::Click)).await;
    assert!(matches!(answer, Err(LakeError::TimedOut(0))), "{answer:?}");
}
