//! The storage fails or the process dies at every single step: nothing is lost and nothing is doubled.

use std::{
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::stream::BoxStream;
use lake::{Access, Lake, LakeError};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory, path::Path,
};
use report::{DateBasis, Dimension, Fact, FactKind, Measure};

use crate::world::{Outbox, World, at, everything, feed, network, same};

/// How it fails at its step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// That step does not happen; all others do.
    Once,
    /// It happens, but its answer is lost.
    AnswerLost,
    /// From that step on nothing happens: the process is dead.
    Death,
    /// As `Death`, but the step itself still happened.
    DeathAfter,
}

/// A store that fails at a step.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn ObjectStore>,
    step: AtomicUsize,
    fails_at: usize,
    failure: Failure,
}

impl Faulty {
    fn fault() -> Error {
        Error::Generic { store: "faulty", source: "as the test wants it".into() }
    }

    /// Whether the step happens, and whether its answer arrives.
    fn next(&self) -> (bool, bool) {
        let step = self.step.fetch_add(1, Ordering::SeqCst);
        match self.failure {
            Failure::Once => (step != self.fails_at, step != self.fails_at),
            Failure::AnswerLost => (true, step != self.fails_at),
            Failure::Death => (step < self.fails_at, step < self.fails_at),
            Failure::DeathAfter => (step <= self.fails_at, step < self.fails_at),
        }
    }

    fn did_fail(&self) -> bool {
        self.step.load(Ordering::SeqCst) > self.fails_at
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let (happens, answers) = self.next();
        let put =
            if happens { self.inner.put_opts(path, payload, options).await } else { Err(Self::fault()) };
        if answers { put } else { Err(Self::fault()) }
    }
    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }
    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        if self.next().1 { self.inner.get_opts(path, options).await } else { Err(Self::fault()) }
    }
    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<bytes::Bytes>> {
        if self.next().1 { self.inner.get_ranges(path, ranges).await } else { Err(Self::fault()) }
    }
    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        if self.next().0 {
            self.inner.delete_stream(paths)
        } else {
            Box::pin(futures::stream::iter([Err(Self::fault())]))
        }
    }
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        if self.next().1 {
            self.inner.list(prefix)
        } else {
            Box::pin(futures::stream::iter([Err(Self::fault())]))
        }
    }
    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }
    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

fn outbox() -> Outbox {
    let fact = |number: u64| {
        let at = at("2026-03-20T22:00:00Z").plus_seconds(i64::try_from(number).unwrap() * 3_600);
        let mut fact = Fact::new(network(1 + u8::try_from(number % 2).unwrap()), FactKind::Touch, at);
        fact.dimensions[Dimension::Publisher.index()] = Some(format!("publisher {}", number % 5).into());
        fact.dimensions[Dimension::Sub1.index()] = Some(format!("{number}").into());
        fact.measures[Measure::Clicks.index()] = 1;
        fact.measures[Measure::Commission.index()] = i64::try_from(number * number).unwrap();
        fact
    };
    (1..=24).map(|number| (number, fact(number))).collect()
}

/// A day's work: several flushes, merging, rollups, cleaning. Each is repeated after an error, as the job that does it is.
async fn work(world: &World, lake: &Lake, outbox: &Outbox, dead: &dyn Fn() -> bool) {
    let mut through = lake.position();
    for round in 0..3 {
        through = feed(lake, outbox, through, 8);
        repeat(dead, async || lake.flush().await.map(|_| ())).await;
        if round >= 1 {
            repeat(dead, async || lake.compact(&world.zones).await.map(|_| ())).await;
        }
    }
    world.end_days();
    repeat(dead, async || lake.compact(&world.zones).await.map(|_| ())).await;
    repeat(dead, async || lake.clean().await.map(|_| ())).await;
    // What is not named any more goes after its grace.
    world.clock.advance_seconds(10_000);
    repeat(dead, async || lake.clean().await.map(|_| ())).await;
}

async fn repeat(dead: &dyn Fn() -> bool, mut step: impl AsyncFnMut() -> Result<(), LakeError>) {
    for _ in 0..3 {
        match step().await {
            Ok(()) => return,
            Err(LakeError::OtherWriter { number }) => panic!("it took itself for another writer at {number}"),
            Err(_) if dead() => return,
            Err(_) => {}
        }
    }
    panic!("it does not come back after a single failure");
}

async fn survives(failure: Failure) -> usize {
    let outbox = outbox();
    let facts: Vec<Fact> = outbox.iter().map(|(_, fact)| fact.clone()).collect();
    for fails_at in 0.. {
        let mut world = World::new(7);
        let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let faulty =
            Arc::new(Faulty { inner: Arc::clone(&inner), step: AtomicUsize::new(0), fails_at, failure });
        world.store = Arc::clone(&faulty) as Arc<dyn ObjectStore>;
        let mortal = matches!(failure, Failure::Death | Failure::DeathAfter);
        let dead = || mortal && faulty.did_fail();
        if let Ok(lake) = world.try_open(Access::Write).await {
            work(&world, &lake, &outbox, &dead).await;
            if !mortal {
                holds_all(&lake, &facts, fails_at).await;
            }
        }
        // Another process goes on.
        world.store = inner;
        let lake = world.open().await;
        work(&world, &lake, &outbox, &|| false).await;
        holds_all(&lake, &facts, fails_at).await;
        assert_eq!(lake.verify().await.unwrap(), [], "{failure:?} at {fails_at}");
        // Nothing is left but what is named, and the newest manifests.
        let statistics = lake.statistics();
        let listed = world.store.list(None);
        let left = futures::StreamExt::count(listed).await;
        assert_eq!(left, statistics.files + statistics.rollups + 1, "{failure:?} at {fails_at}");
        if !faulty.did_fail() {
            return fails_at;
        }
    }
    0
}

async fn holds_all(lake: &Lake, facts: &[Fact], fails_at: usize) {
    for number in [1, 2] {
        let when = format!("failed at {fails_at}");
        same(lake, facts, &everything(network(number), DateBasis::Booking), &when).await;
    }
}

#[tokio::test]
async fn a_single_failure_anywhere() {
    assert!(survives(Failure::Once).await > 30);
}

#[tokio::test]
async fn a_lost_answer_anywhere() {
    assert!(survives(Failure::AnswerLost).await > 30);
}

#[tokio::test]
async fn death_anywhere() {
    assert!(survives(Failure::Death).await > 30);
    assert!(survives(Failure::DeathAfter).await > 30);
}

#[tokio::test]
async fn a_second_writer_is_told() {
    let world = World::new(8);
    let outbox = outbox();
    let (first, second) = (world.open().await, world.open().await);
    for lake in [&first, &second] {
        feed(lake, &outbox, 0, 10);
    }
    first.flush().await.unwrap();
    for _ in 0..2 {
        assert!(matches!(second.flush().await, Err(LakeError::OtherWriter { .. })));
    }
    let facts: Vec<Fact> = outbox[..10].iter().map(|(_, fact)| fact.clone()).collect();
    holds_all(&second, &facts, 0).await;
    holds_all(&world.open().await, &facts, 0).await;
    // One that slept until its number had been removed is told too.
    feed(&first, &outbox, 10, 14);
    first.flush().await.unwrap();
    world.end_days();
    first.compact(&world.zones).await.unwrap();
    world.clock.advance_seconds(10_000);
    first.clean().await.unwrap();
    assert!(matches!(second.flush().await, Err(LakeError::OtherWriter { .. })));
}
