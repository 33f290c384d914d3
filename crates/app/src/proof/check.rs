//! Checks a proof with nothing else at hand: no server, no database.
//!
//! What is checked: the signatures of receipt and root records; that every decision which the receipt shows is either in
//! the tree of a day or named as waiting; that each leaf says what the receipt says; that its audit path leads to the root
//! of its day; and, when records that were kept elsewhere are given, that the proof's records are those, in one
//! unbroken chain. The receipt's own words are bound by the signature; the tree binds the stored receipt by its hash, and
//! where the stored texts are in the receipt (the operator's has them), their hash is taken again.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use ed25519_dalek::VerifyingKey;
use model::{Day, Timestamp, conversion::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FORMAT, ProvenDecision, RootRecord, SignedRoot, hex, merkle, to_value, unhex};
use crate::{
    intake::receipt_hash,
    receipts::{Signature, verifies},
};

/// What a proof is compared with, beside itself.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// The installation's public key in base64, as the operator published it.
    pub public_key: Option<String>,
    /// Root records that were kept elsewhere.
    pub roots: Vec<SignedRoot>,
}

/// One decision that is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Number of the decision.
    pub number: u32,
    /// Its kind.
    pub kind: String,
    /// State of the conversion after it.
    pub state: State,
    /// When it was taken.
    pub at: Timestamp,
    /// The day whose root it is under.
    pub day: Day,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// True when at least one decision is proven and nothing is wrong.
    pub proven: bool,
    /// The conversion.
    pub conversion_id: String,
    /// The key that signed all of it, in base64. Compare it with the one that the operator published.
    pub public_key: String,
    /// The decisions that are proven.
    pub decisions: Vec<Shown>,
    /// Numbers of decisions whose day is not finished.
    pub waiting: Vec<u32>,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// A proof as it came; the receipt is kept as it is, because the signature is over its very members.
#[derive(Deserialize)]
struct Given {
    format: u32,
    receipt: GivenReceipt,
    decisions: Vec<ProvenDecision>,
    roots: Vec<SignedRoot>,
    waiting: Vec<u32>,
}

#[derive(Deserialize)]
struct GivenReceipt {
    document: Value,
    signature: Signature,
}

/// What of a receipt's document is looked at.
#[derive(Deserialize)]
struct Document {
    conversion: Conversion,
    decisions: Vec<Decision>,
    #[serde(default)]
    texts: Option<Texts>,
}

#[derive(Deserialize)]
struct Conversion {
    id: String,
    network_id: String,
}

#[derive(Deserialize)]
struct Decision {
    number: u32,
    kind: String,
    state: State,
    at: Timestamp,
    receipt_sha256: String,
}

#[derive(Deserialize)]
struct Texts {
    report: String,
    receipts: Vec<String>,
}

/// Checks a proof.
///
/// # Errors
/// A sentence when this is no proof at all.
pub fn check(proof: &Value, against: &Against) -> Result<Outcome, String> {
    let given: Given =
        Given::deserialize(proof).map_err(|error| format!("this is no proof of a conversion: {error}"))?;
    if given.format != FORMAT {
        return Err(format!("this proof has the format {}, known is {FORMAT}", given.format));
    }
    let document = Document::deserialize(&given.receipt.document)
        .map_err(|error| format!("the receipt in the proof cannot be read: {error}"))?;
    let mut problems = Vec::new();
    check_signatures(&given, against, &mut problems);
    check_texts(&document, &mut problems);
    let days = check_roots(&given.roots, &document.conversion.network_id, &mut problems);
    check_kept(&given.roots, &against.roots, &mut problems);
    let mut decisions = Vec::new();
    for one in &given.decisions {
        match check_decision(one, &document, &days) {
            Ok(()) => decisions.push(Shown {
                number: one.leaf.number,
                kind: one.leaf.kind.clone(),
                state: one.leaf.state,
                at: one.leaf.at,
                day: one.day,
            }),
            Err(problem) => problems.push(format!("decision {}: {problem}", one.leaf.number)),
        }
    }
    for shown in &document.decisions {
        let times = given.decisions.iter().filter(|one| one.leaf.number == shown.number).count();
        if times + given.waiting.iter().filter(|number| **number == shown.number).count() != 1 {
            let problem = "the receipt shows it, and it is not once among the proven and the waiting";
            problems.push(format!("decision {}: {problem}", shown.number));
        }
    }
    Ok(Outcome {
        proven: problems.is_empty() && !decisions.is_empty(),
        conversion_id: document.conversion.id,
        public_key: given.receipt.signature.public_key,
        decisions,
        waiting: given.waiting,
        problems,
    })
}

fn check_signatures(given: &Given, against: &Against, problems: &mut Vec<String>) {
    let text = &given.receipt.signature.public_key;
    if against.public_key.as_ref().is_some_and(|known| known != text) {
        problems.push("it is not signed with the key that it should be".to_owned());
    }
    let key = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let Some(key) = key.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()) else {
        problems.push("its public key is none".to_owned());
        return;
    };
    if !verifies(&given.receipt.document, &given.receipt.signature, &key) {
        problems.push("the signature of the receipt is not good".to_owned());
    }
    for root in &given.roots {
        if !verifies(&to_value(&root.record), &root.signature, &key) {
            problems.push(format!("the signature of the record of {} is not good", root.record.day));
        }
    }
}

/// The hashes of the stored texts, where they are given, are those that the receipt shows.
fn check_texts(document: &Document, problems: &mut Vec<String>) {
    let Some(texts) = &document.texts else { return };
    for (shown, text) in document.decisions.iter().zip(&texts.receipts) {
        if hex(&receipt_hash(&texts.report, text)) != shown.receipt_sha256 {
            problems.push(format!("decision {}: its stored text has another hash", shown.number));
        }
    }
}

/// The records by their day.
fn check_roots<'a>(
    roots: &'a [SignedRoot],
    network: &str,
    problems: &mut Vec<String>,
) -> BTreeMap<Day, &'a RootRecord> {
    let mut days = BTreeMap::new();
    for root in roots {
        let record = &root.record;
        if record.network_id.to_string() != network {
            problems.push(format!("the record of {} is of another network", record.day));
        }
        if hex(&record.sha256()) != root.record_sha256 {
            problems.push(format!("the record of {} has another hash", record.day));
        }
        days.insert(record.day, record);
    }
    days
}

/// Records that were kept elsewhere: the proof's are among them, and each holds the hash of the one before.
fn check_kept(roots: &[SignedRoot], kept: &[SignedRoot], problems: &mut Vec<String>) {
    if kept.is_empty() {
        return;
    }
    let mut chain: Vec<&RootRecord> = kept.iter().map(|root| &root.record).collect();
    chain.sort_by_key(|record| record.day);
    for pair in chain.windows(2) {
        if pair[1].previous != hex(&pair[0].sha256()) || pair[1].day != pair[0].day.next() {
            problems.push(format!("the kept record of {} does not follow the one before", pair[1].day));
        }
    }
    for root in roots {
        match chain.iter().find(|record| record.day == root.record.day) {
            Some(record) if **record == root.record => {}
            Some(_) => {
                problems.push(format!("the record of {} is not the one that was kept", root.record.day))
            }
            None => problems.push(format!("no record of {} was kept", root.record.day)),
        }
    }
}

fn check_decision(
    one: &ProvenDecision,
    document: &Document,
    days: &BTreeMap<Day, &RootRecord>,
) -> Result<(), String> {
    let leaf = &one.leaf;
    let shown = document.decisions.iter().find(|shown| shown.number == leaf.number);
    let shown = shown.ok_or("the receipt does not show it")?;
    let conversion = &document.conversion;
    let said = (leaf.conversion_id.to_string(), leaf.network_id.to_string());
    let same = said == (conversion.id.clone(), conversion.network_id.clone())
        && (&leaf.kind, leaf.state, leaf.at, &leaf.receipt_sha256)
            == (&shown.kind, shown.state, shown.at, &shown.receipt_sha256);
    if !same {
        return Err("its leaf does not say what the receipt says".to_owned());
    }
    let record = days.get(&one.day).ok_or("the record of its day is missing")?;
    let path: Option<Vec<_>> = one.path.iter().map(|hash| unhex(hash)).collect();
    let path = path.ok_or("its path holds something that is no hash")?;
    let root = merkle::root_from_path(leaf.hash(), one.place, record.leaves, &path);
    match root {
        Some(root) if hex(&root) == record.root => Ok(()),
        _ => Err("its path does not lead to the root of its day".to_owned()),
    }
}
