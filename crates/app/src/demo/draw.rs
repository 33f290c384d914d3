//! Chance that a seed repeats.

use model::Entropy;
use parking_lot::Mutex;
use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng, SeedableRng},
};

/// A stream of random numbers.
pub(super) struct Draw(Mutex<ChaCha12Rng>);

impl Draw {
    /// The stream with this number of a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.to_le_bytes());
        Self(Mutex::new(ChaCha12Rng::from_seed(key)))
    }

    /// A number from zero to below `end`; zero when there is none.
    pub(super) fn below(&self, end: u64) -> u64 {
        // The bias of a remainder is far below anything that a demo could show.
        if end == 0 { 0 } else { self.0.lock().next_u64() % end }
    }

    /// A number from `first` to `last`.
    pub(super) fn between(&self, first: i64, last: i64) -> i64 {
        let width = last.abs_diff(first).saturating_add(1);
        first.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// True in `parts` of a thousand cases.
    pub(super) fn happens(&self, parts: u64) -> bool {
        self.below(1_000) < parts
    }

    /// One of a list that is not empty, each as likely as its weight.
    pub(super) fn weighted<T: Copy>(&self, list: &[(T, u32)]) -> T {
        let total: u64 = list.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (one, weight) in list {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        list[list.len() - 1].0
    }

    /// One of a list that is not empty.
    pub(super) fn one_of<T: Copy>(&self, list: &[T]) -> T {
        list[usize::try_from(self.below(list.len() as u64)).unwrap_or(0)]
    }
}

impl Entropy for Draw {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill_bytes(bytes);
    }
}
