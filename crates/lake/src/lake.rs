//! The lake: its state, and how facts come into it.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::arrow::{
    array::{AsArray as _, RecordBatch, UInt32Array},
    compute::{concat_batches, take_record_batch},
    datatypes::TimestampMicrosecondType,
};
use model::{Day, NetworkId, Timestamp, calendar::Zone};
use object_store::{ObjectStore, memory::InMemory};
use parking_lot::RwLock;
use report::{
    Answer, DateBasis, Fact, FactPage, Plan,
    plan::Group,
    sql::{Question, Rows},
};

use crate::{
    Access, Cleaned, Compacted, Finding, LakeError, Options,
    columns::{SCHEMA, batch_of},
    encode::{Encoder, sorted},
    manifest::{FactFile, Manifest, newest_number},
    query::{Batches, Engine, Reader},
    sql::Sql,
    storage::{Created, Storage},
    tail::{Part, Tail},
    thin::Thinned,
    workers::Workers,
};

/// Facts in files and in memory.
#[derive(Debug)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
    workers: Workers,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub options: Options,
    pub storage: Storage,
    /// The folder that was not there when a reader opened it.
    absent: Option<String>,
    pub state: RwLock<State>,
    /// Held while a manifest is made.
    writing: tokio::sync::Mutex<()>,
    /// Held while files are merged, which is long; flushes go on meanwhile.
    pub compacting: tokio::sync::Mutex<()>,
    pub engine: Engine,
    pub sql: Sql,
}

/// What holds now. Reports take manifest and tail together, so that a flush is one step for them.
#[derive(Debug)]
pub(crate) struct State {
    pub manifest: Arc<Manifest>,
    pub tail: Tail,
    /// A manifest of which it is not known whether it was written.
    unsure: Option<Change>,
}

/// The next manifest.
#[derive(Clone, Debug)]
struct Change {
    manifest: Manifest,
    /// Whether the frozen part of the tail is in its files.
    with_frozen: bool,
}

/// What a flush wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flushed {
    /// Facts that went from memory into files.
    pub facts: usize,
    /// Files.
    pub files: usize,
}

/// How large a lake is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Number of the newest manifest.
    pub manifest: u64,
    /// Files of facts.
    pub files: usize,
    /// Their facts.
    pub facts: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files of rollups.
    pub rollups: usize,
    /// Their bytes.
    pub rollup_bytes: u64,
    /// Facts that are only in memory.
    pub facts_in_memory: usize,
    /// When the oldest of them came.
    pub in_memory_since: Option<Timestamp>,
    /// Up to which moment of booking facts are in reports.
    pub complete_to: Timestamp,
}

impl Lake {
    /// Opens a folder (made if need be by who writes; who reads finds it empty) or `s3://bucket/prefix`; for the latter the
    /// usual `AWS_*` settings hold, and [`Options::storage`].
    ///
    /// # Errors
    /// No such place, or what is there is no lake.
    pub async fn open(place: &str, options: Options) -> Result<Self, LakeError> {
        let is_absent = options.access == Access::Read && Storage::is_missing_folder(place);
        let storage = match is_absent {
            true => Storage::on(Arc::new(InMemory::new())),
            false => Storage::open(place, &options.storage)?,
        };
        Self::start(storage, options, is_absent.then(|| place.to_owned())).await
    }

    /// Opens a lake in a store that is already there.
    ///
    /// # Errors
    /// As [`Lake::open`].
    pub async fn open_on(store: Arc<dyn ObjectStore>, options: Options) -> Result<Self, LakeError> {
        Self::start(Storage::on(store), options, None).await
    }

    async fn start(storage: Storage, options: Options, absent: Option<String>) -> Result<Self, LakeError> {
        let manifest = Manifest::newest(&storage).await?;
        if let (Some(there), Some(here)) = (&manifest.database, &options.database)
            && there != here
        {
            return Err(LakeError::OtherDatabase { there: there.clone(), here: here.clone() });
        }
        let tail = Tail::behind(manifest.position, manifest.complete_to);
        let engine = Engine::new(storage.store(), &options.limits)?;
        let sql = Sql::new(storage.store(), &options.limits)?;
        let workers = Workers::new(options.limits.threads)?;
        let state = RwLock::new(State { manifest: Arc::new(manifest), tail, unsure: None });
        let (writing, compacting) = Default::default();
        Ok(Self {
            inner: Arc::new(Inner { options, storage, state, writing, compacting, engine, sql, absent }),
            workers,
        })
    }

    /// Through which number of the outbox the files go. Whoever feeds a newly opened lake begins behind it.
    pub fn position(&self) -> u64 {
        self.inner.state.read().manifest.position
    }

    /// Whether the files are others by now, because another process has written. Whoever reads, or wrote and was refused, opens it anew.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn is_outdated(&self) -> Result<bool, LakeError> {
        if let Some(place) = &self.inner.absent {
            return Ok(!Storage::is_missing_folder(place));
        }
        let newest = newest_number(&self.inner.storage).await?.unwrap_or(0);
        Ok(newest > self.inner.state.read().manifest.number)
    }

    /// Adds facts that follow those it has. They go through the number `through` of the outbox, and with them the lake is
    /// complete up to the booking moment `complete_to`.
    ///
    /// # Errors
    /// The numbers do not go on behind those given before.
    pub fn append(&self, facts: &[Fact], through: u64, complete_to: Timestamp) -> Result<(), LakeError> {
        let mut networks: BTreeMap<NetworkId, Vec<&Fact>> = BTreeMap::new();
        for fact in facts {
            networks.entry(fact.network_id).or_default().push(fact);
        }
        let batch = |(network, facts): (NetworkId, Vec<&Fact>)| Ok((network, batch_of(&facts)?));
        let batches = networks.into_iter().map(batch).collect::<Result<Vec<_>, LakeError>>()?;
        let now = self.inner.options.clock.now();
        let tail = &mut self.inner.state.write().tail;
        if through <= tail.through {
            return Err(LakeError::Order { given: through, position: tail.through });
        }
        tail.append(batches, through, complete_to, now);
        Ok(())
    }

    /// Tells that nothing was booked up to this moment but what the lake already has.
    pub fn is_complete_to(&self, complete_to: Timestamp) {
        let tail = &mut self.inner.state.write().tail;
        tail.complete_to = tail.complete_to.max(complete_to);
    }

    /// Whether there is enough in memory, or old enough, for a flush.
    pub fn is_flush_due(&self) -> bool {
        let files = &self.inner.options.files;
        let state = self.inner.state.read();
        let age = |since: Timestamp| self.inner.options.clock.now().micros_since(since);
        let limit = i64::try_from(files.flush_after.as_micros()).unwrap_or(i64::MAX);
        state.tail.rows() >= files.flush_rows
            || state.tail.fresh.since.is_some_and(|since| age(since) >= limit)
    }

    /// Writes what is in memory to files.
    ///
    /// # Errors
    /// The storage failed (then everything stays in memory), or another process writes.
    pub async fn flush(&self) -> Result<Flushed, LakeError> {
        self.writer()?;
        let inner = Arc::clone(&self.inner);
        self.workers.to_the_end(async move { inner.flush().await }).await
    }

    /// Merges small files and makes rollups by the days of each network's zone, as far as that is due.
    ///
    /// # Errors
    /// As [`Lake::flush`].
    pub async fn compact(&self, zones: &BTreeMap<NetworkId, Zone>) -> Result<Compacted, LakeError> {
        self.writer()?;
        let (inner, zones) = (Arc::clone(&self.inner), zones.clone());
        self.workers.to_the_end(async move { inner.compact(&zones).await }).await
    }

    /// Takes from touches booked before a day what is of one visitor alone: ids, and moments within a quarter of an hour. What
    /// they add up to stays the same, but visitors of those days cannot be counted any more.
    ///
    /// # Errors
    /// As [`Lake::flush`].
    pub async fn thin(&self, before: &BTreeMap<NetworkId, Day>) -> Result<Thinned, LakeError> {
        self.writer()?;
        let (inner, before) = (Arc::clone(&self.inner), before.clone());
        self.workers.to_the_end(async move { inner.thin(&before).await }).await
    }

    /// Removes files that nothing has named for the grace time: merged ones, old manifests, leftovers of crashes.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn clean(&self) -> Result<Cleaned, LakeError> {
        self.writer()?;
        let inner = Arc::clone(&self.inner);
        self.workers.to_the_end(async move { inner.clean().await }).await
    }

    /// Adds up what the plan asks for.
    ///
    /// # Errors
    /// A limit was reached, or the storage failed.
    pub async fn query(&self, plan: &Plan) -> Result<Answer, LakeError> {
        let (inner, plan) = (Arc::clone(&self.inner), plan.clone());
        self.workers.while_wanted(async move { inner.engine.answer(&inner.state, &plan).await }).await
    }

    /// The facts behind what the plan adds up, newest first, a page of them.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn facts(&self, plan: &Plan, page: FactPage) -> Result<Vec<Fact>, LakeError> {
        let (inner, plan) = (Arc::clone(&self.inner), plan.clone());
        self.workers.while_wanted(async move { inner.engine.facts(&inner.state, &plan, page).await }).await
    }

    /// Every group of the plan, by its key, as they are read; errors as `failed` makes them.
    pub fn stream_groups<E: Send + 'static>(
        &self,
        plan: Plan,
        failed: fn(LakeError) -> E,
    ) -> Batches<Group, E> {
        let inner = Arc::clone(&self.inner);
        let (reader, batches) = Reader::new(failed);
        self.workers.start(async move {
            reader.serve(inner.engine.each_group(&inner.state, &plan, &reader)).await;
        });
        batches
    }

    /// Every fact behind what the plan adds up, in no order, as they are read; errors as `failed` makes them.
    pub fn stream_facts<E: Send + 'static>(
        &self,
        plan: Plan,
        failed: fn(LakeError) -> E,
    ) -> Batches<Fact, E> {
        let inner = Arc::clone(&self.inner);
        let (reader, batches) = Reader::new(failed);
        self.workers.start(async move {
            reader.serve(inner.engine.each_fact(&inner.state, &plan, &reader)).await;
        });
        batches
    }

    /// Answers a question in SQL.
    ///
    /// # Errors
    /// What is wrong with the question; a limit was reached, or the storage failed.
    pub async fn sql(&self, question: &Question) -> Result<Rows, LakeError> {
        let (inner, question) = (Arc::clone(&self.inner), question.clone());
        self.workers.while_wanted(async move { inner.sql.answer(&inner.state, &question).await }).await
    }

    /// Reads every file and compares it with what the manifest says of it, and each rollup with its facts.
    ///
    /// # Errors
    /// The storage failed; a file that is missing or damaged is a finding.
    pub async fn verify(&self) -> Result<Vec<Finding>, LakeError> {
        let inner = Arc::clone(&self.inner);
        self.workers.while_wanted(async move { inner.verify().await }).await
    }

    /// How large it is.
    pub fn statistics(&self) -> Statistics {
        let state = self.inner.state.read();
        let mut statistics = Statistics {
            manifest: state.manifest.number,
            facts_in_memory: state.tail.rows(),
            in_memory_since: state.tail.frozen.since.or(state.tail.fresh.since),
            complete_to: state.tail.complete_to,
            ..Statistics::default()
        };
        for file in state.manifest.networks.values().flatten() {
            statistics.files += 1;
            statistics.facts += file.contents.rows;
            statistics.bytes += file.bytes;
            statistics.rollups += file.rollups.len();
            statistics.rollup_bytes += file.rollups.iter().map(|rollup| rollup.bytes).sum::<u64>();
        }
        statistics
    }

    fn writer(&self) -> Result<(), LakeError> {
        if self.inner.options.access == Access::Write { Ok(()) } else { Err(LakeError::ReadOnly) }
    }
}

impl Inner {
    async fn flush(&self) -> Result<Flushed, LakeError> {
        let _only_one = self.writing.lock().await;
        self.settle().await?;
        let (part, position, complete_to, before) = {
            let mut state = self.state.write();
            state.tail.freeze();
            let tail = &state.tail;
            (tail.frozen.clone(), tail.through, tail.complete_to, Arc::clone(&state.manifest))
        };
        if position == before.position {
            return Ok(Flushed::default());
        }
        let written = match self.write_part(&part, before.number + 1).await {
            Ok(written) => written,
            Err(error) => {
                self.state.write().tail.thaw();
                return Err(error);
            }
        };
        let flushed = Flushed { facts: part.rows, files: written.len() };
        let mut manifest = self.next(&before);
        (manifest.position, manifest.complete_to) = (position, complete_to);
        for (network, file) in written {
            manifest.networks.entry(network).or_default().push(file);
        }
        self.publish(Change { manifest, with_frozen: true }).await?;
        Ok(flushed)
    }

    /// What the lake's files are, also after a change whose answer was lost.
    pub async fn known_manifest(&self) -> Result<Arc<Manifest>, LakeError> {
        let _only_one = self.writing.lock().await;
        self.settle().await?;
        Ok(Arc::clone(&self.state.read().manifest))
    }

    /// Changes the files of a network without changing what they say. Nothing happens when the change finds that they are not
    /// those any more that it was made for.
    pub async fn replace(
        &self,
        network: NetworkId,
        change: impl FnOnce(&mut Vec<FactFile>) -> bool,
    ) -> Result<(), LakeError> {
        let _only_one = self.writing.lock().await;
        self.settle().await?;
        let before = Arc::clone(&self.state.read().manifest);
        let mut manifest = self.next(&before);
        if !change(manifest.networks.entry(network).or_default()) {
            return Ok(());
        }
        self.publish(Change { manifest, with_frozen: false }).await
    }

    fn next(&self, before: &Manifest) -> Manifest {
        let (number, written_at) = (before.number + 1, self.options.clock.now());
        let database = before.database.clone().or_else(|| self.options.database.clone());
        Manifest { number, written_at, database, ..before.clone() }
    }

    async fn publish(&self, change: Change) -> Result<(), LakeError> {
        match change.manifest.publish(&self.storage).await {
            Ok(()) => self.adopt(change),
            Err(error @ LakeError::OtherWriter { .. }) => {
                self.state.write().tail.thaw();
                return Err(error);
            }
            Err(error) => {
                // Perhaps only the answer was lost: the frozen part stays frozen until that is known.
                self.state.write().unsure = Some(change);
                return Err(error);
            }
        }
        Ok(())
    }

    fn adopt(&self, change: Change) {
        let mut state = self.state.write();
        state.manifest = Arc::new(change.manifest);
        if change.with_frozen {
            state.tail.frozen = Part::default();
        }
    }

    /// Finds out what became of a manifest whose writing ended with an error.
    async fn settle(&self) -> Result<(), LakeError> {
        let (unsure, number) = {
            let state = self.state.read();
            (state.unsure.clone(), state.manifest.number)
        };
        let Some(unsure) = unsure else { return Ok(()) };
        let newest = Manifest::newest(&self.storage).await?;
        if newest == unsure.manifest {
            self.adopt(unsure);
        } else if newest.number == number {
            self.state.write().tail.thaw();
        } else {
            return Err(LakeError::OtherWriter { number: newest.number });
        }
        self.state.write().unsure = None;
        Ok(())
    }

    async fn write_part(&self, part: &Part, number: u64) -> Result<Vec<(NetworkId, FactFile)>, LakeError> {
        let mut files = Vec::new();
        for (network, rows) in &part.networks {
            let all = concat_batches(&SCHEMA, &rows.batches)?;
            for (day, batch) in by_day(&all)? {
                let mut encoder = Encoder::of_facts()?;
                encoder.write(&sorted(&batch)?)?;
                let (bytes, contents) = encoder.finish()?;
                let folder = format!("facts/network={network}/day={day}");
                let (path, size) = self.write_file(&folder, number, bytes).await?;
                let file = FactFile {
                    path,
                    bytes: size,
                    day,
                    contents,
                    rollups: Vec::new(),
                    rolled_up: None,
                    thinned: false,
                };
                files.push((*network, file));
            }
        }
        Ok(files)
    }

    /// Writes a file under a name that nobody else makes; gives its path and size.
    pub async fn write_file(
        &self,
        folder: &str,
        number: u64,
        bytes: bytes::Bytes,
    ) -> Result<(String, u64), LakeError> {
        let mut random = [0_u8; 8];
        self.options.entropy.fill(&mut random);
        let random = u64::from_be_bytes(random);
        let path = format!("{folder}/{number:012}-{random:016x}.parquet");
        let size = bytes.len() as u64;
        match self.storage.create(&path, bytes).await? {
            Created::Yes => Ok((path, size)),
            Created::NameTaken => Err(LakeError::storage(&path, &"the name is taken")),
        }
    }
}

/// The rows of each UTC day of booking.
fn by_day(batch: &RecordBatch) -> Result<Vec<(Day, RecordBatch)>, LakeError> {
    let column = DateBasis::Booking.column();
    let booked = batch.column_by_name(column).ok_or_else(|| LakeError::damaged(column, &"no such column"))?;
    let mut days: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
    for (row, at) in booked.as_primitive::<TimestampMicrosecondType>().values().iter().enumerate() {
        let row = u32::try_from(row).map_err(|_| LakeError::Engine("too many facts in memory".to_owned()))?;
        days.entry(Day::of(Timestamp::from_micros(*at))).or_default().push(row);
    }
    let rows = |(day, rows)| Ok((day, take_record_batch(batch, &UInt32Array::from(rows))?));
    days.into_iter().map(rows).collect()
}
