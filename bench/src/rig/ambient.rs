//! Time and randomness of the machine, for what is measured and for what is measured with.

use std::time::{Duration, Instant};

use model::{Clock, Entropy, Timestamp};
use testkit::SeededEntropy;

/// The clock of the machine.
pub struct SystemClock;

#[allow(clippy::disallowed_methods)] // benchmarks measure real time, here and nowhere else
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Measures time that passes.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

#[allow(clippy::disallowed_methods)]
impl Stopwatch {
    /// Starts.
    pub fn start() -> Self {
        Self(Instant::now())
    }
    /// What has passed since.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
    /// What has passed since, in seconds.
    pub fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// Randomness that differs from run to run, so that ids of two runs never meet.
pub fn entropy() -> impl Entropy {
    SeededEntropy::new(u64::try_from(SystemClock.now().as_micros()).unwrap_or_default())
}
