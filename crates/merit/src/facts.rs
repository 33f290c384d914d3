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
    reporting::{Answering, AnsweringSql, EngineError, Feed, ReportEngine, Streaming, Working},
};
use lake::{Access, Lake, LakeError, Limits, Options, ParquetSheet};
use model::{Day, Timestamp};
use parking_lot::RwLock;
use report::{Fact, FactPage, Plan, plan::Group, sql::Question};
use sheets::{Column, Sheet};

use crate::settings::Settings;

/// How often the outbox is looked at: facts are in reports this long after their commit, and a little.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);
/// How often a process that only reads looks whether the files are others by now.
const LOOK_SECONDS: i64 = 30;
/// How often files are merged and removed, where that is due.
const KEEP_PAUSE: Duration = Duration::from_secs(60);

/// The longest that a report of a command may take.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The lake as reports know it. When another process has written, it is opened anew and takes the place of the old one once it has
/// caught up, so that nobody ever sees less than before.
pub struct Facts {
    place: String,
    options: Options,
    now: RwLock<Arc<Opened>>,
}

/// A lake with the place up to which it was fed.
pub struct Opened {
    /// The lake itself.
    pub lake: Lake,
    /// The last entry of the outbox whose facts it has, in files or in memory.
    through: AtomicI64,
}

impl Facts {
    /// Opens the lake of an installation for a server.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub async fn open(settings: &Settings, app: &App, access: Access) -> anyhow::Result<Arc<Self>> {
        Self::open_with(settings, app, Options::new(access, Arc::clone(&app.clock), Arc::clone(&app.entropy)))
            .await
    }

    /// Opens it for a command, whose reports may take as long as somebody waits for them.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub async fn open_for_command(settings: &Settings, app: &App) -> anyhow::Result<Arc<Self>> {
        let options = Options::new(Access::Read, Arc::clone(&app.clock), Arc::clone(&app.entropy));
        let limits = Limits { time: PATIENCE, ..options.limits };
        Self::open_with(settings, app, Options { limits, ..options }).await
    }

    async fn open_with(settings: &Settings, app: &App, options: Options) -> anyhow::Result<Arc<Self>> {
        let options = Options { database: Some(app.database_id.clone()), ..options };
        let place = settings.lake_place();
        let now = RwLock::new(Arc::new(Opened::open(&place, &options).await?));
        Ok(Arc::new(Self { place, options, now }))
    }

    /// The lake as it is now.
    pub fn opened(&self) -> Arc<Opened> {
        Arc::clone(&self.now.read())
    }

    /// Opens the lake anew if its files are others by now.
    async fn catch_up(&self, app: &App) -> anyhow::Result<()> {
        if !self.opened().lake.is_outdated().await? {
            return Ok(());
        }
        let anew = Opened::open(&self.place, &self.options).await?;
        let followed = Feed::default().follow(app, &anew, None, &|_| {}).await;
        followed.map_err(|refusal| anyhow::anyhow!(refusal.message))?;
        *self.now.write() = Arc::new(anew);
        tracing::info!(
            place = self.place,
            "another process wrote the facts of reports; they were opened anew"
        );
        Ok(())
    }
}

impl Opened {
    async fn open(place: &str, options: &Options) -> anyhow::Result<Self> {
        let lake = Lake::open(place, options.clone()).await;
        let lake = lake.with_context(|| format!("cannot open the facts of reports in {place}"))?;
        let through = i64::try_from(lake.position()).context("the lake names an entry that cannot be")?;
        Ok(Self { lake, through: AtomicI64::new(through) })
    }
}

impl ReportEngine for Opened {
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

    fn sql(&self, question: Question) -> AnsweringSql<'_> {
        Box::pin(async move { self.lake.sql(&question).await.map_err(failed) })
    }
}

impl ReportEngine for Facts {
    fn position(&self) -> i64 {
        self.opened().position()
    }

    fn append(&self, facts: Vec<Fact>, through: i64, complete_to: Timestamp) -> Result<(), EngineError> {
        self.opened().append(facts, through, complete_to)
    }

    fn query(&self, plan: Plan) -> Answering<'_> {
        let opened = self.opened();
        Box::pin(async move { opened.query(plan).await })
    }

    fn facts(&self, plan: Plan, page: FactPage) -> Working<'_, Vec<Fact>> {
        let opened = self.opened();
        Box::pin(async move { opened.facts(plan, page).await })
    }

    fn stream_groups(&self, plan: Plan) -> Streaming<Group> {
        self.opened().stream_groups(plan)
    }

    fn stream_facts(&self, plan: Plan) -> Streaming<Fact> {
        self.opened().stream_facts(plan)
    }

    fn parquet(&self, columns: &[Column]) -> Result<Box<dyn Sheet>, EngineError> {
        self.opened().parquet(columns)
    }

    fn sql(&self, question: Question) -> AnsweringSql<'_> {
        let opened = self.opened();
        Box::pin(async move { opened.sql(question).await })
    }
}

/// What a report says of an error of the lake.
fn failed(error: LakeError) -> EngineError {
    match error {
        LakeError::Busy => EngineError::Busy,
        LakeError::Sql { .. } => EngineError::Question(error.to_string()),
        LakeError::TooManyGroups(_) | LakeError::TooMuchMemory | LakeError::TimedOut(_) => {
            EngineError::TooLarge(error.to_string())
        }
        other => EngineError::Failed(other.to_string()),
    }
}

/// Keeps facts up to date while a server runs, and writes them to files where this process is the one that may.
pub async fn follow(app: Arc<App>, facts: Arc<Facts>, writes: bool) {
    let feed = Feed::default();
    let mut looked_at = app.clock.now();
    loop {
        // The feed goes on with one lake, also when another takes its place meanwhile.
        let opened = facts.opened();
        // An installation that begins to keep facts has years of them, so memory goes to files between the steps.
        let more = match feed.step(&app, &*opened, None).await {
            Ok(taken) => taken.is_some(),
            Err(error) => {
                tracing::error!(%error, "the facts of reports could not be followed; tried again");
                false
            }
        };
        let mut is_refused = false;
        if writes
            && opened.lake.is_flush_due()
            && let Err(error) = opened.lake.flush().await
        {
            is_refused = matches!(error, LakeError::OtherWriter { .. });
            tracing::error!(%error, "facts could not be written to files; they stay in memory and are tried again");
        }
        let now = app.clock.now();
        if is_refused || !writes && now >= looked_at.plus_seconds(LOOK_SECONDS) {
            looked_at = now;
            if let Err(error) = facts.catch_up(&app).await {
                tracing::error!(%error, "the facts of reports could not be opened anew; tried again");
            }
        }
        if !more {
            tokio::time::sleep(FOLLOW_PAUSE).await;
        }
    }
}

/// Merges files, makes rollups, takes from old touches what is of one visitor alone, and removes what nothing names any more.
pub async fn keep(app: Arc<App>, facts: Arc<Facts>) {
    loop {
        tokio::time::sleep(KEEP_PAUSE).await;
        let snapshot = app.snapshot.get();
        let zones: BTreeMap<_, _> =
            snapshot.networks.values().map(|network| (network.id, network.zone.clone())).collect();
        let opened = facts.opened();
        match opened.lake.compact(&zones).await {
            Ok(compacted) => tracing::debug!(?compacted, "files of facts were merged"),
            Err(error) => tracing::error!(%error, "files of facts could not be merged; tried again"),
        }
        let now = app.clock.now();
        let thin = snapshot.networks.values();
        let thin = thin.filter_map(|network| Some((network.id, Day::of(network.touch_detail_from(now)?))));
        match opened.lake.thin(&thin.collect()).await {
            Ok(thinned) => tracing::debug!(?thinned, "old touches lost their details"),
            Err(error) => tracing::error!(%error, "old touches could not lose their details; tried again"),
        }
        if let Err(error) = opened.lake.clean().await {
            tracing::error!(%error, "old files of facts could not be removed; tried again");
        }
    }
}

/// Writes what is only in memory, so that the next start has less to read.
pub async fn finish(facts: &Facts) {
    if let Err(error) = facts.opened().lake.flush().await {
        tracing::warn!(%error, "the last facts stay in the outbox and are read again at the next start");
    }
}
