//! Time that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::{Clock, Timestamp};

/// A clock that a test sets and advances; clones show the same time.
#[derive(Clone, Debug)]
pub struct FakeClock {
    micros: Arc<AtomicI64>,
}

impl FakeClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(start.as_micros())) }
    }

    /// Makes the clock show `moment`, later or earlier.
    pub fn set(&self, moment: Timestamp) {
        self.micros.store(moment.as_micros(), Ordering::SeqCst);
    }

    /// Moves the clock forward and gives the new time.
    pub fn advance_micros(&self, micros: i64) -> Timestamp {
        Timestamp::from_micros(self.micros.fetch_add(micros, Ordering::SeqCst) + micros)
    }

    /// Moves the clock forward and gives the new time.
    pub fn advance_seconds(&self, seconds: i64) -> Timestamp {
        self.advance_micros(seconds * 1_000_000)
    }
}

impl Default for FakeClock {
    /// A clock that shows the noon (UTC) of 15 January 2026.
    fn default() -> Self {
        Self::at(Timestamp::from_seconds(1_768_478_400))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_show_the_same_moved_time() {
        let clock = FakeClock::default();
        let other = clock.clone();
        let before = other.now();
        assert_eq!(clock.advance_seconds(90), other.now());
        assert_eq!(other.now().micros_since(before), 90_000_000);
        clock.set(Timestamp::from_seconds(5));
        assert_eq!(other.now(), Timestamp::from_seconds(5));
    }

    #[test]
    fn the_default_is_the_noon_that_it_says() {
        assert_eq!(FakeClock::default().now(), Timestamp::parse("2026-01-15T12:00:00Z").unwrap());
    }
}
