//! A lake's day on every kind of storage: memory, a folder, and an S3 server when `MERIT_LAKE_S3` has the URL of one with
//! a bucket `lake`. `MERIT_LAKE_FOLDER` names a folder to leave behind, for other engines to read.

use std::{fs, path::Path};

use lake::{Access, Lake, LakeError, Options};
use report::{DateBasis, Dimension, Fact, FactKind, Key, Measure, Plan, Sum};

use crate::world::{Outbox, World, at, everything, feed, network, same};

fn outbox() -> Outbox {
    let fact = |number: u64| {
        let place = i64::try_from(number).unwrap();
        let mut fact =
            Fact::new(network(1), FactKind::Touch, at("2026-03-20T12:00:00Z").plus_seconds(place * 600));
        fact.dimensions[Dimension::Publisher.index()] = Some(format!("publisher {}", number % 7).into());
        fact.dimensions[Dimension::LandingPage.index()] = Some("/có/…?\u{202e}'%".into());
        fact.measures[Measure::Clicks.index()] = 1;
        fact.measures[Measure::Commission.index()] = -place * 1_000_000_007;
        fact
    };
    (1..=400).map(|number| (number, fact(number))).collect()
}

async fn a_day(world: &World, open: impl AsyncFn(Options) -> Result<Lake, LakeError>) -> Lake {
    let outbox = outbox();
    let facts: Vec<Fact> = outbox.iter().map(|(_, fact)| fact.clone()).collect();
    let plan = Plan {
        keys: vec![Key::Dimension(Dimension::LandingPage)],
        ..everything(network(1), DateBasis::Click)
    };
    let lake = open(world.options(Access::Write)).await.unwrap();
    let mut through = 0;
    for _ in 0..10 {
        through = feed(&lake, &outbox, through, 40);
        lake.flush().await.unwrap();
    }
    same(&lake, &facts, &plan, "flushed").await;
    world.end_days();
    assert!(lake.compact(&world.zones).await.unwrap().rollups > 0);
    same(&lake, &facts, &plan, "merged").await;
    drop(lake);
    let lake = open(world.options(Access::Write)).await.unwrap();
    assert_eq!(lake.position(), 400);
    same(&lake, &facts, &plan, "reopened").await;
    assert_eq!(lake.verify().await.unwrap(), []);
    let late = open(world.options(Access::Write)).await.unwrap();
    for writer in [&lake, &late] {
        writer.append(&facts[..1], 401, at("2026-03-23T12:00:00Z")).unwrap();
    }
    lake.flush().await.unwrap();
    assert!(matches!(late.flush().await, Err(LakeError::OtherWriter { .. })));
    world.clock.advance_seconds(10_000);
    assert!(lake.clean().await.unwrap().files > 10);
    assert_eq!(lake.verify().await.unwrap(), []);
    lake
}

#[tokio::test]
async fn memory() {
    let world = World::new(1);
    a_day(&world, async |options| Lake::open_on(world.store.clone(), options).await).await;
}

#[tokio::test]
async fn a_folder() {
    let temporary = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("MERIT_LAKE_FOLDER");
    let folder = kept.as_ref().map_or(temporary.path(), Path::new).join("deep/lake");
    let place = folder.to_str().unwrap();
    let world = World::new(2);
    let lake = a_day(&world, async |options| Lake::open(place, options).await).await;
    assert_eq!(fs::read_dir(folder.join("staging")).unwrap().count(), 0);
    // What other engines must find.
    let sums = [Measure::Clicks, Measure::Commission].map(|measure| Sum { measure, only: Vec::new() });
    let keys = vec![Key::Dimension(Dimension::Publisher)];
    let plan = Plan { keys, sums: sums.into(), ..everything(network(1), DateBasis::Click) };
    let groups = lake.query(&plan).await.unwrap().groups;
    let line = |group: &report::plan::Group| format!("{:?} {} {}\n", group.key, group.sums[0], group.sums[1]);
    fs::write(folder.join("../expected.txt"), groups.iter().map(line).collect::<String>()).unwrap();
}

#[tokio::test]
async fn buckets() {
    let Ok(server) = std::env::var("MERIT_LAKE_S3") else {
        // Without a server: what is not there is said so, and in time.
        let nowhere = settings("http://127.0.0.1:1");
        let world = World::new(3);
        let options = Options { storage: nowhere, ..world.options(Access::Write) };
        assert!(matches!(Lake::open("s3://lake/a", options).await, Err(LakeError::Storage { .. })));
        return;
    };
    for (seed, place) in [(4, "s3://lake"), (5, "s3://lake/with a/prefix")] {
        let world = World::new(seed);
        let open = async |options: Options| {
            Lake::open(place, Options { storage: settings(&server), ..options }).await
        };
        a_day(&world, open).await;
    }
    let world = World::new(6);
    let options = Options { storage: settings(&server), ..world.options(Access::Read) };
    let nothing = Lake::open("s3://no-such-bucket", options).await;
    assert!(matches!(nothing, Err(LakeError::Storage { .. })), "{nothing:?}");
}

fn settings(server: &str) -> Vec<(String, String)> {
    let settings = [
        ("AWS_ENDPOINT_URL", server),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
