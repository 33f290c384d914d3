//! The memory tail: facts that are not in files yet, visible to reports at once.
//!
//! It has two parts. What is being written to files is frozen, so that facts can be appended meanwhile; when the manifest names
//! the files the frozen part goes, in the same step, and when writing failed it comes back.

use std::collections::BTreeMap;

use datafusion::arrow::{array::RecordBatch, compute::concat_batches};
use model::{NetworkId, Timestamp};

use crate::{columns::SCHEMA, contents::Contents};

/// Rows that a batch grows to by joining small ones.
const BATCH_ROWS: usize = 8_192;

/// Facts of some networks in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub networks: BTreeMap<NetworkId, Rows>,
    pub rows: usize,
    /// When the oldest of them came.
    pub since: Option<Timestamp>,
}

/// Facts of a network in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub batches: Vec<RecordBatch>,
    pub contents: Contents,
}

impl Part {
    fn push(&mut self, network: NetworkId, batch: RecordBatch, at: Timestamp) {
        self.rows += batch.num_rows();
        self.since = self.since.or(Some(at));
        let rows = self.networks.entry(network).or_default();
        rows.contents.add(&batch);
        rows.batches.push(batch);
        // As in a binary counter: each row is copied a few times at most, and few batches remain.
        while let [.., before, last] = rows.batches.as_slice() {
            let joined = before.num_rows() + last.num_rows();
            if before.num_rows() >= 2 * last.num_rows() || joined > BATCH_ROWS {
                break;
            }
            // They have one schema; if it failed nonetheless, two batches are as good as one.
            let Ok(joined) = concat_batches(&SCHEMA, [before, last]) else { break };
            rows.batches.truncate(rows.batches.len() - 2);
            rows.batches.push(joined);
        }
    }
}

/// Facts behind those of the manifest.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    /// Being written to files.
    pub frozen: Part,
    pub fresh: Part,
    /// Through which number of the outbox it goes.
    pub through: u64,
    /// Up to which moment of booking it is complete.
    pub complete_to: Timestamp,
}

impl Tail {
    pub fn behind(through: u64, complete_to: Timestamp) -> Self {
        Self { frozen: Part::default(), fresh: Part::default(), through, complete_to }
    }

    /// Takes further rows.
    pub fn append(
        &mut self,
        batches: Vec<(NetworkId, RecordBatch)>,
        through: u64,
        complete_to: Timestamp,
        at: Timestamp,
    ) {
        for (network, batch) in batches {
            self.fresh.push(network, batch, at);
        }
        self.through = through;
        self.complete_to = self.complete_to.max(complete_to);
    }

    /// Sets everything apart for writing.
    pub fn freeze(&mut self) {
        self.thaw();
        self.frozen = std::mem::take(&mut self.fresh);
    }

    /// Puts what could not be written back in front.
    pub fn thaw(&mut self) {
        let newer = std::mem::replace(&mut self.fresh, std::mem::take(&mut self.frozen));
        self.fresh.rows += newer.rows;
        self.fresh.since = self.fresh.since.or(newer.since);
        for (network, rows) in newer.networks {
            let all = self.fresh.networks.entry(network).or_default();
            for batch in rows.batches {
                all.contents.add(&batch);
                all.batches.push(batch);
            }
        }
    }

    /// The rows of a network, and what they hold.
    pub fn of(&self, network: NetworkId) -> impl Iterator<Item = &Rows> {
        [&self.frozen, &self.fresh].into_iter().filter_map(move |part| part.networks.get(&network))
    }

    pub fn rows(&self) -> usize {
        self.frozen.rows + self.fresh.rows
    }
}
