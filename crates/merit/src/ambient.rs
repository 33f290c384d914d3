//! The one place that asks the machine for the time and for randomness; everybody else takes them as arguments.

use model::{Clock, Entropy, Timestamp};
use parking_lot::Mutex;
use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng, SeedableRng},
};

/// The clock of the machine.
pub struct SystemClock;

#[allow(clippy::disallowed_methods)] // this is the place that the lint points to
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// How many bytes are drawn before the generator is seeded anew from the system.
const RESEED_BYTES: usize = 1 << 20;

/// A cryptographic generator seeded by the system, so that an id costs no system call.
pub struct SystemEntropy {
    generator: Mutex<(ChaCha12Rng, usize)>,
}

impl SystemEntropy {
    /// Seeds a generator.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> anyhow::Result<Self> {
        let generator = seeded().ok_or_else(|| anyhow::anyhow!("the system gives no randomness"))?;
        Ok(Self { generator: Mutex::new((generator, 0)) })
    }
}

#[allow(clippy::disallowed_methods)] // this is the place that the lint points to
fn seeded() -> Option<ChaCha12Rng> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).ok()?;
    Some(ChaCha12Rng::from_seed(seed))
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut held = self.generator.lock();
        let (generator, drawn) = &mut *held;
        *drawn += bytes.len();
        if *drawn > RESEED_BYTES
            && let Some(fresh) = seeded()
        {
            *generator = fresh;
            *drawn = 0;
        }
        generator.fill_bytes(bytes);
    }
}
