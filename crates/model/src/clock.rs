//! Time and randomness as arguments: whoever needs them takes one of these traits, so that tests and
//! replays decide what "now" is and which ids are drawn.

use crate::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes fit for secrets and ids.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&self, bytes: &mut [u8]);
}
