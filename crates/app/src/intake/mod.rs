//! The intake: where every event waits for the commit that stores it.
//!
//! Requests hand an [`Event`] to [`Handle::submit`] and wait. One thread, the decider, takes everything that has
//! gathered while the last batch committed, decides it in one transaction ([`batch`]) and answers all of it after the
//! commit. So the answer is the acknowledgement, the cost of a commit is shared by all that wait, and a busy server
//! makes larger batches by itself.
//!
//! The queue is bounded: when it is full, or after a commit has failed and until the store has proven that it can
//! commit again, nothing is taken in and the caller hears so at once. An error that is not a failed commit is tried
//! once more event by event, so that one that cannot be stored does not take the others with it.

mod batch;
mod gather;
mod journey;
mod prepare;
mod rows;

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use model::{
    Clock, Code, ConversionId, Entropy, Money, ProgramId, PublisherId, Timestamp, TouchId,
    conversion::{ConversionReport, State},
    touch::Touch,
    visit::OwnVisit,
};
use parking_lot::{Condvar, Mutex};
use store::{EngineConnection, visits::VisitTexts};
use tokio::sync::oneshot;

pub use batch::{Outcome, receipt_hash, run as run_batch};
pub(crate) use batch::{impression_key, wins_customer};
pub use prepare::{ClickReference, delivery_key, identity_key};
pub(crate) use prepare::{business_key, content_key, customer_key};
pub(crate) use rows::decision_ids;
pub use store::quarantine::{Quarantined, REQUEST_BYTES_MAX};

use crate::{metrics::Metrics, snapshot};

/// Keys under which a visitor is counted once on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UniqueKeys {
    /// The one that tells whether he was counted before; none when he cannot be told apart.
    pub asked: Option<[u8; 16]>,
    /// One that he will be known by from now on (a cookie that this answer sets).
    pub also: Option<[u8; 16]>,
}

/// A touch that the edge has screened.
pub struct TouchDraft {
    /// The touch with the verdict of the screening; uniqueness and earnings are decided here.
    pub touch: Touch,
    /// Keys under which the visitor is counted once on this link.
    pub unique: UniqueKeys,
    /// [`store::touches::details_json`] of `touch`, made beforehand.
    pub details: String,
}

impl TouchDraft {
    /// A draft of a screened touch.
    pub fn new(touch: Touch, unique: UniqueKeys) -> Self {
        let details = store::touches::details_json(&touch);
        Self { touch, unique, details }
    }
}

/// A visit that no publisher's link brought, screened, with its texts made beforehand.
pub struct VisitDraft {
    /// The visit.
    pub visit: OwnVisit,
    /// What of it has no column.
    pub texts: VisitTexts,
}

impl VisitDraft {
    /// A draft of a screened visit.
    pub fn new(visit: OwnVisit) -> Self {
        let texts = VisitTexts::of(&visit);
        Self { visit, texts }
    }
}

/// A conversion that was read and whose sender is known.
pub struct ConversionDraft {
    /// Its id.
    pub id: ConversionId,
    /// What was reported.
    pub report: ConversionReport,
    /// [`store::conversions::report_json`] of `report`, made beforehand.
    pub report_json: String,
    /// What the click id says.
    pub click: ClickReference,
    /// Keys under which this very delivery is known: its content, and its idempotency key when it has one.
    pub delivery: DeliveryKeys,
}

/// Keys under which a delivery is known.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryKeys {
    /// Hash of the content.
    pub content: [u8; 16],
    /// Hash of the idempotency key.
    pub idempotency: Option<[u8; 16]>,
}

/// Something that happened.
pub enum Event {
    /// A click, visit or impression.
    Touch(Box<TouchDraft>),
    /// A visit of the advertiser's pages that no publisher brought.
    Visit(Box<VisitDraft>),
    /// A conversion.
    Conversion(Box<ConversionDraft>),
    /// A request that could not become either.
    Quarantine(Box<Quarantined>),
    /// A browser whose customer the advertiser has told us: keys of [`identity_key`], and the touch that leads to the browser.
    Identify {
        /// Keys of the customer.
        keys: Vec<[u8; 16]>,
        /// The browser's cookie, when it came.
        visitor_id: Option<model::VisitorId>,
        /// Else the touch of its click id.
        touch_id: Option<TouchId>,
        /// When.
        received_at: Timestamp,
    },
}

/// What became of an event, after its commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of a touch.
    Touch(TouchAnswer),
    /// Of a conversion.
    Conversion(Box<ConversionAnswer>),
    /// It is stored, and there is nothing to say about it.
    Stored,
}

/// What became of a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchAnswer {
    /// The verdict.
    pub code: Code,
    /// Whether it is the first of its visitor.
    pub unique: bool,
}

/// What became of a conversion.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversionAnswer {
    /// Its id; for a repeated delivery that of the first.
    pub conversion_id: ConversionId,
    /// State it started in.
    pub state: State,
    /// Verdict.
    pub code: Code,
    /// The verdict in words.
    pub reason: String,
    /// Who earns most of it.
    pub publisher_id: Option<PublisherId>,
    /// The program.
    pub program_id: Option<ProgramId>,
    /// Sum of the commissions.
    pub commission: Option<Money>,
    /// For a duplicate: the conversion that counts.
    pub duplicate_of: Option<ConversionId>,
    /// True when this is the first answer again.
    pub replayed: bool,
}

/// Why an event was not taken in or not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Too many events wait.
    #[error("too many events wait to be stored; try again in a second")]
    Full,
    /// The store has not proven yet that it can commit.
    #[error("the database does not take writes at present; try again in a few seconds")]
    Unhealthy,
    /// The event was not stored, or nobody knows.
    #[error("the event could not be stored; try again, the same event is never counted twice")]
    NotStored,
    /// The server is stopping.
    #[error("the server is stopping; try again")]
    Stopping,
}

/// Limits of the intake.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Events that may wait.
    pub queue_max: usize,
    /// Events of one batch.
    pub batch_max: usize,
    /// Only for the control of the durability tests, which must then fail: answer before the commit.
    pub acknowledge_before_commit: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { queue_max: 20_000, batch_max: 4_096, acknowledge_before_commit: false }
    }
}

struct Waiting {
    event: Event,
    answer: oneshot::Sender<Result<Answer, SubmitError>>,
}

struct Queue {
    waiting: VecDeque<Waiting>,
    stopping: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    healthy: AtomicBool,
    limits: Limits,
    metrics: Arc<Metrics>,
}

/// The way in. Clones share one queue.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    /// Waits until the event is stored, and tells what became of it.
    ///
    /// # Errors
    /// Every [`SubmitError`].
    pub async fn submit(&self, event: Event) -> Result<Answer, SubmitError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Waiting { event, answer })?;
        answered.await.unwrap_or(Err(SubmitError::NotStored))
    }

    fn enqueue(&self, waiting: Waiting) -> Result<(), SubmitError> {
        if !self.shared.healthy.load(Ordering::Acquire) {
            return Err(SubmitError::Unhealthy);
        }
        let mut queue = self.shared.queue.lock();
        if queue.stopping {
            return Err(SubmitError::Stopping);
        }
        if queue.waiting.len() >= self.shared.limits.queue_max {
            return Err(SubmitError::Full);
        }
        queue.waiting.push_back(waiting);
        if queue.waiting.len() == 1 {
            self.shared.filled.notify_one();
        }
        Ok(())
    }

    /// Events that wait at this moment.
    pub fn waiting(&self) -> usize {
        self.shared.queue.lock().waiting.len()
    }

    /// Whether the store takes writes, as far as the decider knows.
    pub fn is_healthy(&self) -> bool {
        self.shared.healthy.load(Ordering::Acquire)
    }
}

/// The running decider.
pub struct Decider {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the decider needs beside its connection.
#[derive(Clone)]
pub struct Parts {
    /// The configuration.
    pub snapshot: snapshot::Publisher,
    /// Time, for measurements and for when a batch was written.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Counters.
    pub metrics: Arc<Metrics>,
}

impl Decider {
    /// Starts the decider on a connection that holds the engine's lock.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        mut connection: EngineConnection,
        parts: Parts,
        limits: Limits,
    ) -> std::io::Result<(Self, Handle)> {
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { waiting: VecDeque::new(), stopping: false }),
            filled: Condvar::new(),
            healthy: AtomicBool::new(true),
            limits,
            metrics: Arc::clone(&parts.metrics),
        });
        let mine = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("decider".to_owned())
            .spawn(move || decide_until_stopped(&mine, &mut connection, &parts))?;
        let handle = Handle { shared: Arc::clone(&shared) };
        Ok((Self { shared, thread: Some(thread) }, handle))
    }

    /// Takes in nothing more, stores and answers what waits, and ends. Blocks.
    pub fn stop(mut self) {
        self.stop_and_join();
    }

    fn stop_and_join(&mut self) {
        self.shared.queue.lock().stopping = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the decider ended by a panic");
        }
    }
}

impl Drop for Decider {
    fn drop(&mut self) {
        self.stop_and_join();
    }
}

/// A batch of this size means that events come faster than commits.
const BUSY_BATCH: usize = 16;
/// How long a busy decider lets further events gather when fewer wait than half of the last batch: less than what a
/// commit costs, so that sharing it with more events gains more than the pause.
const GATHER_PAUSE: Duration = Duration::from_micros(200);

fn decide_until_stopped(shared: &Shared, connection: &mut EngineConnection, parts: &Parts) {
    let mut last_size = 0;
    while let Some(batch) = next_batch(shared, last_size) {
        last_size = batch.len();
        decide_batch(shared, connection, parts, batch);
        if !shared.healthy.load(Ordering::Acquire) {
            wait_until_healthy(shared, connection);
        }
    }
}

/// Everything that waits, up to the limit; `None` when stopping and nothing is left.
fn next_batch(shared: &Shared, last_size: usize) -> Option<Vec<Waiting>> {
    let mut queue = shared.queue.lock();
    while queue.waiting.is_empty() {
        if queue.stopping {
            return None;
        }
        shared.filled.wait(&mut queue);
    }
    if last_size >= BUSY_BATCH && queue.waiting.len() < last_size / 2 && !queue.stopping {
        drop(queue);
        std::thread::sleep(GATHER_PAUSE);
        queue = shared.queue.lock();
    }
    let size = queue.waiting.len().min(shared.limits.batch_max);
    shared.metrics.queue_length.set(i64::try_from(queue.waiting.len()).unwrap_or(i64::MAX));
    Some(queue.waiting.drain(..size).collect())
}

fn decide_batch(shared: &Shared, connection: &mut EngineConnection, parts: &Parts, batch: Vec<Waiting>) {
    let (events, answers): (Vec<Event>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.event, waiting.answer)).unzip();
    let answers =
        if shared.limits.acknowledge_before_commit { acknowledge(&events, answers) } else { answers };
    let begun = parts.clock.now();
    let result = store_events(connection, parts, &events);
    let took = parts.clock.now().micros_since(begun);
    match result {
        Ok(decided) => {
            shared.metrics.batch(events.len(), took);
            for (answer, sender) in decided.into_iter().zip(answers) {
                shared.metrics.count(&answer);
                // Who no longer waits finds the answer by repeating the request.
                let _ = sender.send(Ok(answer));
            }
        }
        Err(store::Error::CommitFailed { message, .. }) => {
            tracing::error!(
                message,
                events = events.len(),
                "the commit of a batch failed; nothing of it is acknowledged"
            );
            shared.metrics.commits_failed.inc();
            refuse_all(shared, answers, SubmitError::NotStored);
        }
        Err(error) if events.len() > 1 && !is_outage(&error) => {
            tracing::warn!(%error, events = events.len(), "a batch could not be stored; its events are tried one by one");
            for (event, sender) in events.into_iter().zip(answers) {
                let answer = store_events(connection, parts, std::slice::from_ref(&event));
                answer_one(shared, answer, sender);
            }
        }
        Err(error) if is_outage(&error) => {
            tracing::error!(%error, events = events.len(), "the database is away; nothing is acknowledged");
            refuse_all(shared, answers, SubmitError::Unhealthy);
        }
        Err(error) => {
            tracing::error!(%error, "an event could not be stored");
            for sender in answers {
                shared.metrics.events_failed.inc();
                let _ = sender.send(Err(SubmitError::NotStored));
            }
        }
    }
}

fn answer_one(
    shared: &Shared,
    answer: store::Result<Vec<Answer>>,
    sender: oneshot::Sender<Result<Answer, SubmitError>>,
) {
    let result = match answer {
        Ok(mut answers) => answers.pop().ok_or(SubmitError::NotStored),
        Err(error) => {
            tracing::error!(%error, "an event could not be stored");
            shared.metrics.events_failed.inc();
            if matches!(error, store::Error::CommitFailed { .. }) || is_outage(&error) {
                shared.healthy.store(false, Ordering::Release);
            }
            Err(SubmitError::NotStored)
        }
    };
    if let Ok(answer) = &result {
        shared.metrics.count(answer);
    }
    let _ = sender.send(result);
}

fn is_outage(error: &store::Error) -> bool {
    matches!(error, store::Error::Unavailable(_) | store::Error::Full(_) | store::Error::EngineTaken)
}

fn refuse_all(
    shared: &Shared,
    answers: Vec<oneshot::Sender<Result<Answer, SubmitError>>>,
    error: SubmitError,
) {
    shared.healthy.store(false, Ordering::Release);
    let behind: Vec<Waiting> = shared.queue.lock().waiting.drain(..).collect();
    for sender in answers.into_iter().chain(behind.into_iter().map(|waiting| waiting.answer)) {
        shared.metrics.events_failed.inc();
        let _ = sender.send(Err(error));
    }
}

/// The must-fail control: lets everybody go on before anything is stored.
fn acknowledge(
    events: &[Event],
    answers: Vec<oneshot::Sender<Result<Answer, SubmitError>>>,
) -> Vec<oneshot::Sender<Result<Answer, SubmitError>>> {
    let mut later = Vec::with_capacity(answers.len());
    for (event, sender) in events.iter().zip(answers) {
        let answer = match event {
            Event::Touch(draft) => Answer::Touch(TouchAnswer { code: draft.touch.code, unique: false }),
            Event::Conversion(draft) => Answer::Conversion(Box::new(ConversionAnswer {
                conversion_id: draft.id,
                state: State::Pending,
                code: Code::Ok,
                reason: String::new(),
                publisher_id: None,
                program_id: None,
                commission: None,
                duplicate_of: None,
                replayed: false,
            })),
            Event::Visit(_) | Event::Quarantine(_) | Event::Identify { .. } => Answer::Stored,
        };
        let _ = sender.send(Ok(answer));
        later.push(oneshot::channel().0);
    }
    later
}

fn store_events(
    connection: &mut EngineConnection,
    parts: &Parts,
    events: &[Event],
) -> store::Result<Vec<Answer>> {
    let snapshot = parts.snapshot.get();
    let outcome = connection.transaction("intake", |tx| batch::run(tx, &snapshot, parts, events))?;
    for (advertiser, funded) in outcome.funded {
        parts.snapshot.set_funded(advertiser, funded);
    }
    Ok(outcome.answers)
}

/// Takes in nothing until the store has committed a probe; tries ever more slowly, up to every two seconds.
fn wait_until_healthy(shared: &Shared, connection: &mut EngineConnection) {
    let mut pause = Duration::from_millis(20);
    loop {
        match connection.prove_healthy() {
            Ok(()) => break,
            Err(error) => tracing::warn!(%error, "the store has not proven healthy"),
        }
        if shared.queue.lock().stopping {
            return;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_secs(2));
    }
    tracing::info!("the store commits again; events are taken in");
    shared.healthy.store(true, Ordering::Release);
}
