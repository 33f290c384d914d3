//! One long question at a time for each network: a second one would only slow the first down, and everybody else with it.

use std::{collections::BTreeSet, sync::Arc};

use model::NetworkId;
use parking_lot::Mutex;

use crate::errors::{ErrorCode, Refusal};

/// After how many seconds asking again is worth it.
const RETRY_SECONDS: u32 = 10;

/// The networks that one runs for.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    running: Arc<Mutex<BTreeSet<NetworkId>>>,
}

/// The right to run one for a network, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    running: Arc<Mutex<BTreeSet<NetworkId>>>,
    network: NetworkId,
}

impl Turns {
    /// # Errors
    /// `too_many_attempts` while somebody else has the turn.
    pub(crate) fn take(&self, network: NetworkId, what: &str) -> Result<Turn, Refusal> {
        if self.running.lock().insert(network) {
            return Ok(Turn { running: Arc::clone(&self.running), network });
        }
        let message = format!("{what} of this network is running; try again when it has ended");
        let refusal = Refusal::new(ErrorCode::TooManyAttempts, message);
        Err(Refusal { retry_after_seconds: Some(RETRY_SECONDS), ..refusal })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.lock().remove(&self.network);
    }
}
