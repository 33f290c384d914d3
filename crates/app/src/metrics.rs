//! Numbers for Prometheus, each with its name, unit and meaning in one place.

use model::{Code, conversion::State};
use parking_lot::Mutex;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::intake::Answer;

/// Labels of touches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CodeLabel {
    /// Verdict code.
    pub code: &'static str,
}

/// Labels of conversions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ConversionLabel {
    /// State it started in.
    pub state: &'static str,
    /// Verdict code.
    pub code: &'static str,
}

/// Labels of connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ConnectionLabel {
    /// `accepted`, `refused`, `evicted`, `timed_out` or `accept_error`.
    pub event: &'static str,
}

/// Labels of findings.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct InvariantLabel {
    /// Name of the invariant, such as `I3`.
    pub invariant: String,
}

/// All of Merit's own metrics.
pub struct Metrics {
    registry: Mutex<Registry>,
    touches: Family<CodeLabel, Counter>,
    conversions: Family<ConversionLabel, Counter>,
    replayed: Counter,
    batches: Counter,
    batch_size: Histogram,
    commit_seconds: Histogram,
    /// Events that waited when the last batch began.
    pub queue_length: Gauge,
    /// Commits that failed, so that nothing of their batch was acknowledged.
    pub commits_failed: Counter,
    /// Events that were answered with an error.
    pub events_failed: Counter,
    /// Requests refused because the queue was full or the store not healthy.
    pub refused_busy: Counter,
    /// Redirects that were sent although their click could not be stored in time.
    pub redirects_unlogged: Counter,
    /// Requests put into quarantine.
    pub quarantined: Family<CodeLabel, Counter>,
    /// Conversions approved because their hold ended.
    pub approved_by_hold: Counter,
    /// Violations that checks found, by invariant.
    pub violations: Family<InvariantLabel, Gauge>,
    /// Connections open at this moment.
    pub connections: Gauge,
    /// What became of connections so far.
    pub connection_events: Family<ConnectionLabel, Gauge>,
    /// Time from request to answer of tracking URLs.
    pub request_seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Fresh counters.
    pub fn new() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("merit")),
            touches: Family::default(),
            conversions: Family::default(),
            replayed: Counter::default(),
            batches: Counter::default(),
            batch_size: Histogram::new(exponential_buckets(1.0, 2.0, 14)),
            commit_seconds: seconds(),
            queue_length: Gauge::default(),
            commits_failed: Counter::default(),
            events_failed: Counter::default(),
            refused_busy: Counter::default(),
            redirects_unlogged: Counter::default(),
            quarantined: Family::default(),
            approved_by_hold: Counter::default(),
            violations: Family::default(),
            connections: Gauge::default(),
            connection_events: Family::default(),
            request_seconds: seconds(),
        };
        metrics.register();
        metrics
    }

    fn register(&self) {
        let mut registry = self.registry.lock();
        let it = &mut *registry;
        it.register("touches", "Touches stored, by verdict code", self.touches.clone());
        it.register("conversions", "Conversions stored, by state and verdict code", self.conversions.clone());
        it.register(
            "deliveries_replayed",
            "Repeated deliveries that got their first answer",
            self.replayed.clone(),
        );
        it.register("batches", "Batches committed", self.batches.clone());
        it.register("batch_size", "Events of a batch", self.batch_size.clone());
        it.register("batch_seconds", "Time to decide and commit a batch", self.commit_seconds.clone());
        it.register(
            "queue_length",
            "Events that waited when the last batch began",
            self.queue_length.clone(),
        );
        it.register(
            "commits_failed",
            "Commits that failed; nothing was acknowledged",
            self.commits_failed.clone(),
        );
        it.register("events_failed", "Events answered with an error", self.events_failed.clone());
        it.register(
            "refused_busy",
            "Requests refused because the intake was full or unhealthy",
            self.refused_busy.clone(),
        );
        it.register(
            "redirects_unlogged",
            "Redirects whose click could not be stored in time",
            self.redirects_unlogged.clone(),
        );
        it.register("quarantined", "Requests put into quarantine, by code", self.quarantined.clone());
        it.register(
            "approved_by_hold",
            "Conversions approved at the end of their hold",
            self.approved_by_hold.clone(),
        );
        it.register(
            "violations",
            "Violations found by the last check, by invariant",
            self.violations.clone(),
        );
        it.register("connections", "Open connections", self.connections.clone());
        it.register(
            "connection_events",
            "Connections so far, by what became of them",
            self.connection_events.clone(),
        );
        it.register(
            "tracking_request_seconds",
            "Time from tracking request to answer",
            self.request_seconds.clone(),
        );
    }

    /// Counts a committed batch; `took_us` in microseconds.
    pub fn batch(&self, events: usize, took_us: i64) {
        self.batches.inc();
        self.batch_size.observe(f64::from(u32::try_from(events).unwrap_or(u32::MAX)));
        self.commit_seconds.observe(seconds(took_us));
    }

    /// Counts a tracking request; `took_us` in microseconds.
    pub fn request(&self, took_us: i64) {
        self.request_seconds.observe(seconds(took_us));
    }

    /// Counts what became of an event.
    pub fn count(&self, answer: &Answer) {
        match answer {
            Answer::Touch(touch) => self.count_touch(touch.code),
            Answer::Conversion(answer) if answer.replayed => drop(self.replayed.inc()),
            Answer::Conversion(answer) => self.count_conversion(answer.state, answer.code),
            Answer::Stored => {}
        }
    }

    fn count_touch(&self, code: Code) {
        self.touches.get_or_create(&CodeLabel { code: code.word() }).inc();
    }

    fn count_conversion(&self, state: State, code: Code) {
        self.conversions.get_or_create(&ConversionLabel { state: state.word(), code: code.word() }).inc();
    }

    /// Shows how many connections had something become of them so far.
    pub fn set_connection_events(&self, event: &'static str, count: u64) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.connection_events.get_or_create(&ConnectionLabel { event }).set(count);
    }

    /// Counts a quarantined request.
    pub fn count_quarantined(&self, code: Code) {
        self.quarantined.get_or_create(&CodeLabel { code: code.word() }).inc();
    }

    /// Everything in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry.lock());
        text
    }
}

#[allow(clippy::float_arithmetic)] // a measurement, not money
fn seconds(micros: i64) -> f64 {
    f64::from(i32::try_from(micros).unwrap_or(i32::MAX)) / 1e6
}
