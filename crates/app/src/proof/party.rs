//! What the parties are given: the root records, and the proof of one conversion.

use std::collections::{BTreeMap, btree_map::Entry};

use model::{ConversionId, Day};
use store::{Tx, proofs};

use super::{FORMAT, Proof, ProvenDecision, SignedRoot, days, hex, merkle, to_value};
use crate::{
    App,
    access::{Actor, LOOK},
    errors::{ErrorCode, Refusal},
    events::conversions,
    receipts::Signature,
};

/// A page of the network's root records, the newest day first. They hold nothing of anybody, so every member reads them.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list_roots(
    tx: &mut Tx<'_>,
    app: &App,
    actor: &Actor,
    before: Option<Day>,
    limit: usize,
) -> Result<Vec<SignedRoot>, Refusal> {
    LOOK.check_role(actor)?;
    let rows = proofs::roots(tx, actor.network(), before, limit)?;
    Ok(rows.iter().map(|row| signed(app, row)).collect())
}

fn signed(app: &App, row: &proofs::RootRow) -> SignedRoot {
    let record = days::record(row);
    let signature = Signature::over(&to_value(&record), &app.receipt_key);
    SignedRoot { record, record_sha256: hex(&row.record_sha256), signature }
}

/// The proof of a conversion for whoever may read its receipt.
///
/// # Errors
/// `not_found`; storage errors.
pub fn proof_for(tx: &mut Tx<'_>, app: &App, actor: &Actor, id: ConversionId) -> Result<Proof, Refusal> {
    let receipt = conversions::receipt(tx, app, actor, id)?;
    let rows = proofs::leaves_of(tx, id)?;
    let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
    let decided = proofs::decided(tx, &keys)?;
    let damaged = |what: &str| Refusal::new(ErrorCode::Internal, format!("conversion {id}: {what}"));
    let mut of_days: BTreeMap<Day, Vec<merkle::Hash>> = BTreeMap::new();
    let (mut decisions, mut roots) = (Vec::new(), BTreeMap::new());
    for row in &rows {
        let Some(root) = proofs::root_of(tx, row.network_id, row.day)? else { continue };
        let leaves = match of_days.entry(row.day) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                roots.insert(row.day, signed(app, &root));
                unknown.insert(proofs::leaves(tx, row.network_id, row.day)?)
            }
        };
        let decided = decided.get(&row.key).ok_or_else(|| damaged("a leaf names no decision of it"))?;
        let place = usize::try_from(row.place).map_err(|_| damaged("a leaf has no place"))?;
        let path =
            merkle::path(leaves, place).ok_or_else(|| damaged("a leaf is not in the tree of its day"))?;
        decisions.push(ProvenDecision {
            leaf: days::leaf(row.key, decided),
            day: row.day,
            place: place as u64,
            path: path.iter().map(|hash| hex(hash)).collect(),
        });
    }
    let proven = |number: &u32| decisions.iter().any(|one| one.leaf.number == *number);
    let numbers = receipt.document.decisions.iter().map(|shown| shown.number);
    let waiting = numbers.filter(|number| !proven(number)).collect();
    Ok(Proof { format: FORMAT, receipt, decisions, roots: roots.into_values().collect(), waiting })
}
