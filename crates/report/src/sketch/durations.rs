//! Durations with their numbers, for medians.
//!
//! Short durations are counted by the second, longer ones in classes of which each is at most a 128th of its beginning wide. A number can
//! be negative: a fact that takes a conversion out of a state takes its duration out, too. So these sketches are sums, and what came
//! and went leaves nothing.

use std::collections::BTreeMap;

use super::Error;

/// Durations below this many seconds are counted by the second.
pub const FINE_SECONDS: u64 = 256;
/// Classes of each doubling above that, as a power of two.
const CLASSES_LOG2: u32 = 7;
/// The middle of a class is within half of its width of any duration in it: 1/256.
const ERROR: Error = Error { per_mille: 4, of_hundred: 100 };
const SECOND_US: i64 = 1_000_000;

/// How many durations there are of each class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Durations {
    /// By the first second of the class.
    numbers: BTreeMap<u64, i128>,
}

/// The first second of the class of a duration, and how many seconds it holds.
const fn class(seconds: u64) -> (u64, u64) {
    if seconds < FINE_SECONDS {
        return (seconds, 1);
    }
    let width_log2 = seconds.ilog2() - CLASSES_LOG2;
    (seconds >> width_log2 << width_log2, 1 << width_log2)
}

impl Durations {
    /// None.
    pub const fn new() -> Self {
        Self { numbers: BTreeMap::new() }
    }

    /// Adds so many of a duration in microseconds; one that ends before it begins counts as none at all.
    pub fn add(&mut self, micros: i64, number: i64) {
        let seconds = u64::try_from(micros / SECOND_US).unwrap_or(0);
        self.add_class(class(seconds).0, number.into());
    }

    /// Adds so many of the class that begins with this second.
    pub fn add_class(&mut self, seconds: u64, number: i128) {
        if number == 0 {
            return;
        }
        let count = self.numbers.entry(seconds).or_default();
        *count += number;
        if *count == 0 {
            self.numbers.remove(&seconds);
        }
    }

    /// Adds all of another one.
    pub fn merge(&mut self, other: &Self) {
        for (seconds, number) in &other.numbers {
            self.add_class(*seconds, *number);
        }
    }

    /// The duration that half of all do not exceed: of an even number the lower of the two in the middle. None of none.
    pub fn median_seconds(&self) -> Option<i128> {
        let counts = || self.numbers.iter().filter(|(_, number)| **number > 0);
        let all: i128 = counts().map(|(_, number)| number).sum();
        let mut left = (all + 1) / 2;
        for (seconds, number) in counts() {
            left -= number;
            if left <= 0 {
                return Some(i128::from(*seconds) + i128::from(class(*seconds).1 / 2));
            }
        }
        None
    }

    /// How far the median may be from the truth; none when it is exact.
    pub fn error(&self) -> Option<Error> {
        let median = self.median_seconds()?;
        (median >= i128::from(FINE_SECONDS)).then_some(ERROR)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The classes by their first second, ascending, with their numbers.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = (u64, i128)> {
        self.numbers.iter().map(|(seconds, number)| (*seconds, *number))
    }
}
