//! Wires the lake as the engine of reports: the one place that knows both.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use app::{
    App,
    reporting::{Answering, EngineError, Feed, ReportEngine, Streaming, Working},
};
use lake::{Access, Lake, LakeError, Options, ParquetSheet};
use model::Timestamp;
use report::{Fact, FactPage, Plan, plan::Group};
use sheets::{Column, Sheet};

use crate::settings::Settings;

/// How often the outbox is looked at: facts are in reports this long after their commit, and a little.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);
/// How often files are merged and removed, where that is due.
const KEEP_PAUSE: Duration = Duration::from_secs(60);

/// The lake as reports know it.
pub struct Facts {
    lake: Lake,
    /// The last entry of the outbox whose facts it has, in files or in memory.
    through: AtomicI64,
}

impl Facts {
    /// Opens the lake of an installation.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub async fn open(settings: &Settings, app: &App, access: Access) -> anyhow::Result<Arc<Self>> {
        let options = Options::new(access, Arc::clone(&app.clock), Arc::clone(&app.entropy));
        let place = settings.lake_place();
        let lake = Lake::open(&place, options).await;
        let lake = lake.with_context(|| format!("cannot open the facts of reports in {place}"))?;
        let through = i64::try_from(lake.position()).context("the lake names an entry that cannot be")?;
        Ok(Arc::new(Self { lake, through: AtomicI64::new(through) }))
    }

    /// The lake itself.
    pub const fn lake(&self) -> &Lake {
        &self.lake
    }
}

impl ReportEngine for Facts {
    fn position(&self) -> i64 {
        self.through.load(Ordering::Acquire)
    }

    fn append(&self, facts: Vec<Fact>, through: i64, complete_to: Timestamp) -> Result<(), EngineError> {
        if through == self.position() && facts.is_empty() {
            self.lake.is_complete_to(complete_to);
            return Ok(());
        }
        let number = u64::try_from(through).map_err(|_| EngineError::Failed(format!("entry {through}")))?;
        self.lake.append(&facts, number, complete_to).map_err(failed)?;
        self.through.store(through, Ordering::Release);
        Ok(())
    }

    fn query(&self, plan: Plan) -> Answering<'_> {
        Box::pin(async move { self.lake.query(&plan).await.map_err(failed) })
    }

    fn facts(&self, plan: Plan, page: FactPage) -> Working<'_, Vec<Fact>> {
        Box::pin(async move { self.lake.facts(&plan, page).await.map_err(failed) })
    }

    fn stream_groups(&self, plan: Plan) -> Streaming<Group> {
        self.lake.stream_groups(plan, failed)
    }

    fn stream_facts(&self, plan: Plan) -> Streaming<Fact> {
        self.lake.stream_facts(plan, failed)
    }

    fn parquet(&self, columns: &[Column]) -> Result<Box<dyn Sheet>, EngineError> {
        Ok(Box::new(ParquetSheet::new(columns).map_err(failed)?))
    }
}

/// What a report says of an error of the lake.
fn failed(error: LakeError) -> EngineError {
    match error {
        LakeError::Busy => EngineError::Busy,
        LakeError::TooManyGroups(_) | LakeError::TooMuchMemory | LakeError::TimedOut(_) => {
            EngineError::TooLarge(error.to_string())
        }
        other => EngineError::Failed(other.to_string()),
    }
}

/// Keeps facts up to date while a server runs, and writes them to files where this process is the one that may.
pub async fn follow(app: Arc<App>, facts: Arc<Facts>, writes: bool) {
    let feed = Feed::default();
    loop {
        // An installation that begins to keep facts has years of them, so memory goes to files between the steps.
        let more = match feed.step(&app, &*facts, None).await {
            Ok(taken) => taken.is_some(),
            Err(error) => {
                tracing::error!(%error, "the facts of reports could not be followed; tried again");
                false
            }
        };
        if writes
            && facts.lake.is_flush_due()
            && let Err(error) = facts.lake.flush().await
        {
            tracing::error!(%error, "facts could not be written to files; they stay in memory and are tried again");
        }
        if !more {
            tokio::time::sleep(FOLLOW_PAUSE).await;
        }
    }
}

/// Merges files, makes rollups and removes what nothing names any more.
pub async fn keep(app: Arc<App>, facts: Arc<Facts>) {
    loop {
        tokio::time::sleep(KEEP_PAUSE).await;
        let snapshot = app.snapshot.get();
        let zones: BTreeMap<_, _> =
            snapshot.networks.values().map(|network| (network.id, network.zone.clone())).collect();
        match facts.lake.compact(&zones).await {
            Ok(compacted) => tracing::debug!(?compacted, "files of facts were merged"),
            Err(error) => tracing::error!(%error, "files of facts could not be merged; tried again"),
        }
        if let Err(error) = facts.lake.clean().await {
            tracing::error!(%error, "old files of facts could not be removed; tried again");
        }
    }
}

/// Writes what is only in memory, so that the next start has less to read.
pub async fn finish(facts: &Facts) {
    if let Err(error) = facts.lake.flush().await {
        tracing::warn!(%error, "the last facts stay in the outbox and are read again at the next start");
    }
}
