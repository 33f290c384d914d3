//! Memory, files, merged files and rollups answer as the slow engine does over the same facts.

use lake::Access;
use model::Timestamp;
use proptest::{collection::vec, prelude::*};
use report::{DateBasis, Dimension, Fact, FactKind, Filter, Key, Measure, Plan, Sum};

use crate::{
    random,
    world::{World, at, everything, feed, network, same},
};

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn every_way_of_keeping_facts_gives_the_same_sums(
        facts in vec(random::fact(), 0..120),
        plans in vec(random::plan(), 1..8),
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(facts, &plans, seed));
    }
}

async fn compare(facts: Vec<Fact>, plans: &[Plan], seed: u64) {
    let world = World::new(seed);
    let outbox: Vec<(u64, Fact)> = (1..).zip(facts).collect();
    let mut lake = world.open().await;
    let mut through = 0;
    for _ in 0..8 {
        let when = match world.below(6) {
            0 | 1 => {
                through = feed(&lake, &outbox, through, 1 + world.below(40));
                "appended"
            }
            2 => {
                lake.flush().await.unwrap();
                "flushed"
            }
            3 => {
                lake.compact(&world.zones).await.unwrap();
                "merged"
            }
            4 => {
                world.end_days();
                lake.compact(&world.zones).await.unwrap();
                "rolled up"
            }
            _ => {
                lake = world.open().await;
                through = lake.position();
                "reopened"
            }
        };
        let so_far = &outbox[..usize::try_from(through).unwrap()];
        let so_far: Vec<Fact> = so_far.iter().map(|(_, fact)| fact.clone()).collect();
        for plan in plans {
            same(&lake, &so_far, plan, when).await;
        }
    }
    lake.flush().await.unwrap();
    world.end_days();
    lake.compact(&world.zones).await.unwrap();
    let so_far: Vec<Fact> =
        outbox.iter().filter(|(number, _)| *number <= through).map(|(_, fact)| fact.clone()).collect();
    for plan in plans {
        same(&lake, &so_far, plan, "at the end").await;
    }
    for basis in DateBasis::ALL {
        same(&lake, &so_far, &everything(network(1), basis), "all of it").await;
    }
    assert_eq!(lake.verify().await.unwrap(), []);
}

/// Clicks of three publishers over some days, each an hour after the other.
fn clicks(hours: i64) -> Vec<Fact> {
    let start = at("2026-03-20T20:30:00Z");
    let fact = |hour: i64| {
        let mut fact = Fact::new(network(1), FactKind::Touch, start.plus_seconds(hour * 3_600));
        fact.dimensions[Dimension::Publisher.index()] =
            Some(["x", "y", "z"][usize::try_from(hour % 3).unwrap()].into());
        fact.dimensions[Dimension::City.index()] = Some(format!("city {hour}").into());
        fact.measures[Measure::Clicks.index()] = 1;
        fact
    };
    (0..hours).map(fact).collect()
}

fn by_publisher(from: &str, to: &str) -> Plan {
    Plan {
        network_id: network(1),
        basis: DateBasis::Booking,
        from: at(from),
        to: at(to),
        walls: Filter::default(),
        filter: Filter::default(),
        keys: vec![Key::Dimension(Dimension::Publisher)],
        sums: vec![Sum { measure: Measure::Clicks, only: Vec::new() }],
        sketches: Vec::new(),
        as_of: None,
        groups_max: 100,
        serving: report::plan::Serving::default(),
    }
}

#[tokio::test]
async fn rollups_are_used_where_they_say_the_same() {
    let world = World::new(1);
    let facts = clicks(200);
    let lake = world.open().await;
    lake.append(&facts, 200, at("2026-03-29T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    world.end_days();
    lake.compact(&world.zones).await.unwrap();
    // Days in Tehran begin at 20:30 UTC.
    let of_days = by_publisher("2026-03-21T20:30:00Z", "2026-03-25T20:30:00Z");
    let (rollups, both, facts_only) = ((true, false), (true, true), (false, true));
    let cases = [
        ("days of the zone", of_days.clone(), rollups),
        ("ends within what is there", by_publisher("2026-03-21T20:30:00Z", "2026-03-25T21:00:00Z"), both),
        (
            "ends after all that is there",
            by_publisher("2026-03-21T20:30:00Z", "2026-08-25T21:00:00Z"),
            rollups,
        ),
        (
            "seen at the beginning of a day",
            Plan { as_of: Some(at("2026-03-23T20:30:00Z")), ..of_days.clone() },
            rollups,
        ),
        ("seen within a day", Plan { as_of: Some(at("2026-03-23T20:31:00Z")), ..of_days.clone() }, both),
        ("by city", Plan { keys: vec![Key::Dimension(Dimension::City)], ..of_days.clone() }, facts_only),
        (
            "only one city",
            Plan { walls: Filter::In(Dimension::City, vec![Some("city 30".to_owned())]), ..of_days.clone() },
            facts_only,
        ),
        (
            "by hours",
            Plan {
                keys: vec![Key::Period(vec![of_days.from, of_days.from.plus_seconds(3_600)])],
                ..of_days.clone()
            },
            both,
        ),
    ];
    for (when, plan, used) in cases {
        let read = same(&lake, &facts, &plan, when).await.read;
        assert_eq!((read.rollup_rows > 0, read.facts > 0), used, "{when}: {read:?}");
    }
}

#[tokio::test]
async fn another_zone_makes_other_rollups() {
    let mut world = World::new(2);
    let facts = clicks(100);
    let lake = world.open().await;
    lake.append(&facts, 100, at("2026-03-29T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    world.end_days();
    assert!(lake.compact(&world.zones).await.unwrap().rollups > 0);
    assert_eq!(lake.compact(&world.zones).await.unwrap().rollups, 0, "they are there");
    let berlin = by_publisher("2026-03-21T23:00:00Z", "2026-03-23T23:00:00Z");
    assert!(same(&lake, &facts, &berlin, "made for Tehran").await.read.facts > 0);
    world.zones.insert(network(1), "Europe/Berlin".parse().unwrap());
    assert!(lake.compact(&world.zones).await.unwrap().rollups > 0);
    assert_eq!(same(&lake, &facts, &berlin, "made for Berlin").await.read.facts, 0);
    assert_eq!(lake.verify().await.unwrap(), []);
}

#[tokio::test]
async fn files_of_other_days_are_not_opened() {
    let world = World::new(3);
    let facts = clicks(240);
    let lake = world.open().await;
    lake.append(&facts, 240, at("2026-03-31T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    let one_day = by_publisher("2026-03-23T00:00:00Z", "2026-03-24T00:00:00Z");
    assert_eq!(same(&lake, &facts, &one_day, "one day").await.read.facts, 24);
    let before = Plan { as_of: Some(at("2026-03-21T00:00:00Z")), ..one_day };
    assert_eq!(same(&lake, &facts, &before, "before it").await.read.facts, 0);
}

#[tokio::test]
async fn a_reader_adds_facts_of_its_own_and_writes_nothing() {
    let world = World::new(4);
    let facts = clicks(50);
    let writer = world.open().await;
    writer.append(&facts[..20], 20, at("2026-03-21T00:00:00Z")).unwrap();
    writer.flush().await.unwrap();
    let reader = world.try_open(Access::Read).await.unwrap();
    assert_eq!(reader.position(), 20);
    reader.append(&facts[20..], 50, at("2026-03-29T00:00:00Z")).unwrap();
    let answer =
        same(&reader, &facts, &by_publisher("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "reader").await;
    assert_eq!(answer.complete_to, at("2026-03-29T00:00:00Z"));
    for refused in [
        reader.flush().await.map(|_| ()),
        reader.compact(&world.zones).await.map(|_| ()),
        reader.clean().await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(lake::LakeError::ReadOnly)));
    }
    assert_eq!(world.open().await.position(), 20);
}

#[tokio::test]
async fn a_flush_is_due_by_rows_and_by_age() {
    let world = World::new(5);
    let facts = clicks(12);
    let lake = world.open().await;
    let complete = Timestamp::from_micros(0);
    assert!(!lake.is_flush_due());
    lake.append(&facts[..2], 2, complete).unwrap();
    assert!(!lake.is_flush_due());
    world.clock.advance_seconds(10);
    assert!(lake.is_flush_due(), "old");
    lake.flush().await.unwrap();
    assert!(!lake.is_flush_due());
    lake.append(&facts[2..], 12, complete).unwrap();
    assert!(lake.is_flush_due(), "many");
}
