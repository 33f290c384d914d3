//! Closes days: gives each decision its place in the tree of its day, and stores the root when the day is over.
//!
//! The outbox is followed from where it was left, in transactions that stay small on busy days, so nothing else waits
//! long. A day is closed one hour after its end, when nothing that came in it can still be on its way; whatever is
//! written even later stands in the next day's tree. A network without decisions on a day has the record of an empty
//! tree, so its chain has no gap.

use std::collections::BTreeMap;

use model::{Day, NetworkId, Timestamp, parties::Network, time::SECOND_US};
use store::{Error, Result, Tx, outbox, proofs};

use super::{Leaf, NOTHING_BEFORE, RootRecord, hex, merkle};
use crate::App;

/// How long after its end a day is closed, in seconds.
pub const GRACE_SECONDS: i64 = 3_600;

/// Entries of the outbox that are looked at in one transaction; each can hold the decisions of a whole batch.
const ENTRIES: u32 = 20;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Gave places to this many decisions.
    Placed(usize),
    /// Closed this day.
    Closed(Day),
    /// Nothing is left to do for now.
    Done,
}

/// Does whatever can be done at present; answers with the days that were closed.
///
/// # Errors
/// Storage errors; what was done before stays done.
pub async fn close_finished(app: &App) -> Result<u64> {
    let mut closed = 0;
    loop {
        let now = app.clock.now();
        match app.store.write("close days", move |tx| step(tx, now)).await? {
            Step::Placed(_) => {}
            Step::Closed(_) => closed += 1,
            Step::Done => return Ok(closed),
        }
    }
}

/// One step in a transaction of its own.
///
/// # Errors
/// Storage errors.
pub fn step(tx: &mut Tx<'_>, now: Timestamp) -> Result<Step> {
    let cursor = match proofs::cursor(tx)? {
        Some(cursor) => cursor,
        // The first day is that of the first event.
        None => match outbox::after(tx, 0, 1)?.first() {
            Some(first) => proofs::Cursor { day: Day::of(first.at), outbox: 0 },
            None => return Ok(Step::Done),
        },
    };
    let end = cursor.day.next().start();
    if now < end.plus_micros(GRACE_SECONDS * SECOND_US) {
        return Ok(Step::Done);
    }
    let entries =
        outbox::transactions_after(tx, cursor.outbox, ENTRIES)?.map_or_else(Vec::new, |(_, entries)| entries);
    // In commit order, and an entry that the clock put before the one that it follows belongs with it. The entries of a
    // transaction have one moment, so none is cut in two.
    let entries: Vec<_> = entries.into_iter().take_while(|entry| entry.at < end).collect();
    let Some(through) = entries.last().map(|last| last.sequence) else {
        close(tx, cursor.day, now)?;
        proofs::set_cursor(tx, proofs::Cursor { day: cursor.day.next(), ..cursor })?;
        return Ok(Step::Closed(cursor.day));
    };
    let named = entries.iter().filter(|entry| entry.kind == "decisions");
    let decisions: Vec<_> = named.flat_map(|entry| proofs::decisions_in(&entry.body)).collect();
    place(tx, cursor.day, &decisions)?;
    proofs::set_cursor(tx, proofs::Cursor { outbox: through, ..cursor })?;
    Ok(Step::Placed(decisions.len()))
}

/// Appends decisions to the leaves of their networks' day, in their order.
fn place(tx: &mut Tx<'_>, day: Day, decisions: &[proofs::DecisionKey]) -> Result<()> {
    let found = proofs::decided(tx, decisions)?;
    let mut next: BTreeMap<NetworkId, i64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(decisions.len());
    for key in decisions {
        let decided = found.get(key).ok_or_else(|| {
            Error::Damaged(format!("decision {} of {} is in the outbox only", key.number, key.conversion_id))
        })?;
        let network_id = decided.network_id;
        let place = match next.get(&network_id) {
            Some(place) => *place,
            None => proofs::count_leaves(tx, network_id, day)?,
        };
        next.insert(network_id, place + 1);
        let hash = leaf(*key, decided).hash();
        rows.push(proofs::LeafRow { key: *key, network_id, day, place, hash });
    }
    proofs::insert_leaves(tx, &rows)
}

/// The leaf of a stored decision.
pub(crate) fn leaf(key: proofs::DecisionKey, decided: &proofs::Decided) -> Leaf {
    Leaf {
        network_id: decided.network_id,
        conversion_id: key.conversion_id,
        number: key.number,
        kind: decided.kind.clone(),
        state: decided.state,
        at: decided.at,
        receipt_sha256: hex(&decided.receipt_sha256),
    }
}

/// Stores the records of a day, one for each network that was there: whose chain has begun, or begins with this day.
fn close(tx: &mut Tx<'_>, day: Day, now: Timestamp) -> Result<()> {
    let mut networks: Vec<Network> = Vec::new();
    store::walk::each_record(tx, &mut |network: Network, _| {
        networks.push(network);
        Ok(())
    })?;
    networks.sort_unstable_by_key(|network| network.id);
    for network in networks {
        let leaves = proofs::leaves(tx, network.id, day)?;
        let last = proofs::last_root(tx, network.id)?;
        if last.is_none() && leaves.is_empty() && network.created_at >= day.next().start() {
            continue;
        }
        let mut row = proofs::RootRow {
            network_id: network.id,
            day,
            leaves: i64::try_from(leaves.len()).unwrap_or(i64::MAX),
            root: merkle::root(&leaves),
            previous: last.map_or(NOTHING_BEFORE, |last| last.record_sha256),
            record_sha256: NOTHING_BEFORE,
            created_at: now,
        };
        row.record_sha256 = record(&row).sha256();
        proofs::insert_root(tx, &row)?;
    }
    Ok(())
}

/// The record of a stored root.
pub(crate) fn record(row: &proofs::RootRow) -> RootRecord {
    RootRecord {
        network_id: row.network_id,
        day: row.day,
        leaves: u64::try_from(row.leaves).unwrap_or(0),
        root: hex(&row.root),
        previous: hex(&row.previous),
    }
}
