//! Different values: all of them up to a number, then the smallest of their hashes.
//!
//! Hashes are spread evenly over 64 bits. Where the 4,096th smallest lies tells how many there are: with a hundred times as many values
//! it lies a hundred times lower. (Bar-Yossef et al. 2002, "k minimum values".) The smallest hashes of two sets
//! together are the smallest of the smallest of each, so the order in which sketches are put together changes nothing, not
//! even a bit. Everything is whole numbers.

use std::collections::BTreeSet;

use super::Error;

/// Up to so many different values the count is exact, but for two in 2^64 that happen to share a hash.
pub const EXACT: usize = 4_096;
/// The standard deviation of the estimate is 1/sqrt(EXACT - 2) of the count; twice that in 95 of 100 cases.
const ERROR: Error = Error { per_mille: 32, of_hundred: 95 };

/// The smallest hashes of some values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Distinct {
    most: usize,
    hashes: BTreeSet<u64>,
    /// Whether there were more than are kept.
    is_full: bool,
}

impl Default for Distinct {
    fn default() -> Self {
        Self::new()
    }
}

impl Distinct {
    /// No values.
    pub const fn new() -> Self {
        Self { most: EXACT, hashes: BTreeSet::new(), is_full: false }
    }

    /// No values, and all of them will be kept.
    pub const fn unlimited() -> Self {
        Self { most: usize::MAX, hashes: BTreeSet::new(), is_full: false }
    }

    /// Adds a value.
    pub fn add(&mut self, value: &[u8]) {
        self.add_hash(hash(value));
    }

    /// Adds a value by its hash.
    pub fn add_hash(&mut self, hash: u64) {
        if self.is_full && self.hashes.last().is_some_and(|last| hash >= *last) {
            return;
        }
        if self.hashes.insert(hash) && self.hashes.len() > self.most {
            self.hashes.pop_last();
            self.is_full = true;
        }
    }

    /// Adds the values of another one.
    pub fn merge(&mut self, other: &Self) {
        for hash in &other.hashes {
            self.add_hash(*hash);
        }
        // The smallest of both are among the smallest of each, so nothing that was left out is missed.
        self.is_full |= other.is_full;
    }

    /// How many different values there are, exactly or by estimate.
    pub fn count(&self) -> i128 {
        let kept = i128::try_from(self.hashes.len()).unwrap_or(i128::MAX);
        match self.hashes.last() {
            Some(last) if self.is_full => ((kept - 1) << 64) / i128::from(*last).max(1),
            _ => kept,
        }
    }

    /// How far the count may be from the truth; none when it is exact.
    pub const fn error(&self) -> Option<Error> {
        if self.is_full { Some(ERROR) } else { None }
    }

    /// The hashes that are kept, ascending, and whether there were more.
    pub fn parts(&self) -> (impl Iterator<Item = u64>, bool) {
        (self.hashes.iter().copied(), self.is_full)
    }

    /// What such parts were of.
    pub fn from_parts(hashes: impl Iterator<Item = u64>, is_full: bool) -> Self {
        Self { is_full, hashes: hashes.collect(), ..Self::new() }
    }

    /// How many hashes are kept.
    pub fn kept(&self) -> usize {
        self.hashes.len()
    }
}

/// Spreads values evenly over 64 bits. It must never change: sketches of all times are put together.
fn hash(value: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = (value.len() as u64).wrapping_mul(FACTOR);
    for chunk in value.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        state = mixed(state ^ u64::from_le_bytes(bytes)).wrapping_add(FACTOR);
    }
    mixed(state)
}

/// The end of MurmurHash3: every bit of its input changes half of its output.
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}
