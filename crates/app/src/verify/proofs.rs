//! I9: every decision has its place under the root of its day, and the roots are one unbroken chain.

use std::collections::BTreeMap;

use model::NetworkId;
use store::{
    Result, Tx,
    proofs::{self, LeafRow, RootRow},
};

use super::findings::{Findings, Invariant, is_damage};
use crate::proof::{NOTHING_BEFORE, days, merkle};

/// Leaves that are read at a time.
const PAGE: u32 = 2_000;

/// Builds the tree of every finished day again.
pub(super) fn check(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut roots = Vec::new();
    proofs::each_root(tx, &mut |root| {
        match root {
            Ok(root) => roots.push(root),
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I9, "proofs", error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    let mut before: BTreeMap<NetworkId, RootRow> = BTreeMap::new();
    for root in roots {
        let place = format!("proof of {} {}", root.network_id, root.day);
        check_chain(&root, before.get(&root.network_id), &place, findings);
        let leaves = check_leaves(tx, &root, &place, findings)?;
        if i64::try_from(leaves.len()).ok() != Some(root.leaves) || merkle::root(&leaves) != root.root {
            findings.violate(Invariant::I9, &place, "its root is not that of its decisions");
        }
        findings.count("proofs", 1);
        before.insert(root.network_id, root);
    }
    check_complete(tx, findings)
}

fn check_chain(root: &RootRow, before: Option<&RootRow>, place: &str, findings: &mut Findings<'_>) {
    let expected = before.map_or(NOTHING_BEFORE, |before| before.record_sha256);
    let follows = before.is_none_or(|before| before.day.next() == root.day);
    if root.previous != expected || !follows {
        findings.violate(Invariant::I9, place, "its record does not follow the one before");
    }
    if days::record(root).sha256() != root.record_sha256 {
        findings.violate(Invariant::I9, place, "its record has another hash");
    }
}

/// The hashes of a day's leaves, made again from the decisions.
fn check_leaves(
    tx: &mut Tx<'_>,
    root: &RootRow,
    place: &str,
    findings: &mut Findings<'_>,
) -> Result<Vec<merkle::Hash>> {
    let mut hashes = Vec::new();
    loop {
        let from = i64::try_from(hashes.len()).unwrap_or(i64::MAX);
        let rows = proofs::leaf_rows(tx, root.network_id, root.day, from, PAGE)?;
        if rows.is_empty() {
            return Ok(hashes);
        }
        let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
        let decided = proofs::decided(tx, &keys)?;
        for LeafRow { key, place: stored, hash, network_id, .. } in rows {
            let leaf = decided.get(&key).filter(|one| one.network_id == network_id);
            let again = leaf.map(|decided| days::leaf(key, decided).hash());
            if again != Some(hash) || i64::try_from(hashes.len()) != Ok(stored) {
                let message = format!("decision {} is not what it was on that day ({place})", key.number);
                findings.violate(Invariant::I9, key.conversion_id, message);
            }
            hashes.push(again.unwrap_or(hash));
        }
    }
}

/// Every decision up to the cursor has a place; the outbox is compared with the decisions elsewhere.
fn check_complete(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let Some(cursor) = proofs::cursor(tx)? else { return Ok(()) };
    let written = proofs::decisions_up_to(tx, cursor.outbox)?;
    let placed = store::walk::count(tx, "proof_leaves")?;
    if written != placed {
        let message =
            format!("{written} decisions were written before {}, {placed} have a place", cursor.day);
        findings.violate(Invariant::I9, "proofs", message);
    }
    Ok(())
}
