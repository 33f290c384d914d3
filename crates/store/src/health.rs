//! What the store knows about its own condition: counters, and whether it must prove itself before it writes again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};

use crate::error::Result;
use crate::tx::{Mode, Tx};
use crate::value::Value;

/// Counters since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Write transactions that were committed.
    pub committed: u64,
    /// Read transactions that ended well.
    pub read: u64,
    /// Transactions that were rolled back, for whatever reason.
    pub rolled_back: u64,
    /// Further attempts after a collision or a lost connection.
    pub retried: u64,
    /// Commits whose outcome is unknown.
    pub commit_failed: u64,
    /// Closures that panicked.
    pub panicked: u64,
    /// Connections to a server that were opened.
    pub connected: u64,
    /// Whether a commit failed and no probe has succeeded since: writes prove the store first.
    pub in_doubt: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Health {
    committed: AtomicU64,
    read: AtomicU64,
    rolled_back: AtomicU64,
    retried: AtomicU64,
    commit_failed: AtomicU64,
    panicked: AtomicU64,
    connected: AtomicU64,
    in_doubt: AtomicBool,
}

impl Health {
    pub(crate) fn stats(&self) -> Stats {
        Stats {
            committed: self.committed.load(Relaxed),
            read: self.read.load(Relaxed),
            rolled_back: self.rolled_back.load(Relaxed),
            retried: self.retried.load(Relaxed),
            commit_failed: self.commit_failed.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
            connected: self.connected.load(Relaxed),
            in_doubt: self.in_doubt(),
        }
    }

    pub(crate) fn ended(&self, mode: Mode) {
        let counter = match mode {
            Mode::Read => &self.read,
            Mode::Write => &self.committed,
        };
        counter.fetch_add(1, Relaxed);
    }

    pub(crate) fn rolled_back(&self) {
        self.rolled_back.fetch_add(1, Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    pub(crate) fn panicked(&self) {
        self.panicked.fetch_add(1, Relaxed);
    }

    pub(crate) fn connected(&self) {
        self.connected.fetch_add(1, Relaxed);
    }

    /// A commit failed: its outcome is unknown, and so is what the disk or the server will do with the next one.
    pub(crate) fn commit_failed(&self) {
        self.commit_failed.fetch_add(1, Relaxed);
        self.doubt();
    }

    pub(crate) fn doubt(&self) {
        self.in_doubt.store(true, SeqCst);
    }

    pub(crate) fn proved(&self) {
        self.in_doubt.store(false, SeqCst);
    }

    pub(crate) fn in_doubt(&self) -> bool {
        self.in_doubt.load(SeqCst)
    }
}

/// The write of a probe: a row of its own that counts the probes.
pub(crate) fn beat(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO store_probe (id, beats) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET beats = store_probe.beats + 1",
        &[Value::Int(1)],
    )
    .map(drop)
}
