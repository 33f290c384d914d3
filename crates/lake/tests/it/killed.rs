//! A process that writes is killed at random moments: the lake is one that it was before or after a step, to the last fact.

use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use lake::{Access, Files, Lake, Options};
use report::{DateBasis, Dimension, Fact, FactKind, Measure};
use testkit::{FakeClock, SeededEntropy};

use crate::world::{TINY, World, at, everything, network, same};

/// The folder of the lake, for the process that is killed.
const FOLDER: &str = "MERIT_TEST_LAKE";
/// What it draws names of files from.
const SEED: &str = "MERIT_TEST_SEED";
const KILLS: u64 = 25;

/// The fact that each number of the outbox tells of.
fn fact(number: u64) -> Fact {
    let seconds = i64::try_from(number * 1_237).unwrap();
    let mut fact = Fact::new(network(1), FactKind::Touch, at("2026-03-20T00:00:00Z").plus_seconds(seconds));
    let text = |dimension: Dimension| Some(format!("{dimension} {}", number % 7).into());
    for dimension in [Dimension::Publisher, Dimension::Sub1, Dimension::Program] {
        fact.dimensions[dimension.index()] = text(dimension);
    }
    fact.measures[Measure::Clicks.index()] = i64::try_from(number).unwrap();
    fact.measures[Measure::Commission.index()] = i64::try_from(number * number).unwrap();
    fact
}

/// Everything that is old enough is removed at once: what is needed and is not there shows.
fn options(seed: u64) -> Options {
    let clock = FakeClock::at(at("2100-01-01T00:00:00Z"));
    let files = Files { grace: Duration::ZERO, ..TINY };
    let options = Options::new(Access::Write, Arc::new(clock), Arc::new(SeededEntropy::new(seed)));
    Options { files, database: Some("of this test".to_owned()), ..options }
}

/// The process that is killed. Run as a test by itself it has nothing to do.
#[tokio::test]
async fn the_writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let lake = Lake::open(&folder, options(seed)).await.unwrap();
    let zones = World::new(seed).zones;
    let mut through = lake.position();
    loop {
        let next = through + 1 + through % 23;
        let facts: Vec<Fact> = (through + 1..=next).map(fact).collect();
        lake.append(&facts, next, facts.last().unwrap().recorded_at).unwrap();
        through = next;
        lake.flush().await.unwrap();
        if through % 3 == 0 {
            lake.compact(&zones).await.unwrap();
            lake.clean().await.unwrap();
        }
    }
}

#[tokio::test]
async fn killed_at_any_moment_nothing_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let random = SeededEntropy::new(9);
    let mut reached = Vec::new();
    for kill in 0..KILLS {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::the_writer", "--test-threads", "1"])
            .env(FOLDER, place)
            .env(SEED, kill.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(40 + random.next_u64() % 400)).await;
        writer.kill().unwrap();
        assert!(writer.wait().unwrap().code().is_none(), "it ended by itself");
        let lake = Lake::open(place, options(1_000 + kill)).await.unwrap();
        let facts: Vec<Fact> = (1..=lake.position()).map(fact).collect();
        for basis in [DateBasis::Booking, DateBasis::Conversion] {
            same(&lake, &facts, &everything(network(1), basis), &format!("kill {kill}")).await;
        }
        assert_eq!(lake.verify().await.unwrap(), [], "kill {kill}");
        reached.push(lake.position());
    }
    let rollups = Lake::open(place, options(5_000)).await.unwrap().statistics().rollups;
    assert!(rollups > 0 && reached.is_sorted(), "{reached:?}");
    let advanced = reached.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!(advanced >= 5, "the writer was hardly ever under way: {reached:?}");
}
