//! Proof that a decision was there on a day and is what it was: a Merkle tree over the decisions of each network and UTC
//! day, and a chain of its roots.
//!
//! - A *leaf* is the canonical JSON of what identifies a decision and of the hash of its stored receipt
//!   ([`Leaf`]). It holds nothing that somebody who may see the conversion may not read, and the hash cannot be turned back.
//! - The *root record* of a day ([`RootRecord`]) holds the root, the number of leaves and the hash of the record before
//!   it, so that nothing of the past can be rewritten without every later record changing.
//! - A *proof* ([`Proof`]) is the receipt as a party reads it, signed, with the leaf, audit path and signed root record of
//!   each of its decisions. [`check`] verifies it with nothing else at hand.
//!
//! Decisions belong to the day at which they were written to the outbox, in its order, so each belongs to exactly one
//! day, also when it was received before midnight and committed after it. [`days`] closes a day an hour after its end.

pub mod check;
pub mod days;
pub mod merkle;
mod party;

use data_encoding::HEXLOWER;
use model::{ConversionId, Day, NetworkId, Timestamp, conversion::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::receipts::{Signature, Signed, canonical_text};
use merkle::Hash;

pub use party::{list_roots, proof_for};

/// Number of the proof's format.
pub const FORMAT: u32 = 1;

/// The previous record of a network's first one.
pub const NOTHING_BEFORE: Hash = [0; 32];

/// What stands for one decision in the tree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The network.
    pub network_id: NetworkId,
    /// The conversion.
    pub conversion_id: ConversionId,
    /// Number of the decision, 1 for the first.
    pub number: u32,
    /// `decided`, `approved`, ..
    pub kind: String,
    /// State of the conversion after it.
    pub state: State,
    /// When it was taken.
    pub at: Timestamp,
    /// SHA-256 of the stored report, a zero byte and the stored receipt, in hex.
    pub receipt_sha256: String,
}

impl Leaf {
    /// Its hash in the tree.
    pub fn hash(&self) -> Hash {
        merkle::leaf_hash(canonical(self).as_bytes())
    }
}

/// The record of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootRecord {
    /// The network.
    pub network_id: NetworkId,
    /// The UTC day.
    pub day: Day,
    /// How many decisions the tree holds.
    pub leaves: u64,
    /// Its root, in hex.
    pub root: String,
    /// SHA-256 of the record before, in hex; zeros when there is none.
    pub previous: String,
}

impl RootRecord {
    /// The record's own hash, which the next record holds.
    pub fn sha256(&self) -> Hash {
        Sha256::digest(canonical(self).as_bytes()).into()
    }
}

/// A record as it is given out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignedRoot {
    /// The record.
    pub record: RootRecord,
    /// SHA-256 of its canonical text, in hex.
    pub record_sha256: String,
    /// The installation's signature over its canonical text.
    pub signature: Signature,
}

/// One decision in the tree of its day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProvenDecision {
    /// The leaf.
    pub leaf: Leaf,
    /// The day whose tree it is in.
    pub day: Day,
    /// Its place among the leaves, from 0.
    pub place: u64,
    /// The audit path, from the leaf's neighbour upwards, in hex.
    pub path: Vec<String>,
}

/// What a party holds in hands to show that a conversion was received and what became of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Proof {
    /// Number of the format.
    pub format: u32,
    /// The receipt as the party reads it.
    pub receipt: Signed,
    /// Its decisions of finished days.
    pub decisions: Vec<ProvenDecision>,
    /// The records of those days.
    pub roots: Vec<SignedRoot>,
    /// Numbers of decisions whose day is not finished.
    pub waiting: Vec<u32>,
}

/// The canonical text of anything that is made of strings and whole numbers.
fn canonical<T: Serialize>(value: &T) -> String {
    canonical_text(&to_value(value))
}

fn to_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("it holds only strings and whole numbers")
}

fn hex(hash: &[u8]) -> String {
    HEXLOWER.encode(hash)
}

fn unhex(text: &str) -> Option<Hash> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}
