//! Receipts as the parties read them.
//!
//! A receipt is assembled from what is stored, when somebody asks: the report, the first decision with everything that
//! it rested on, the later decisions, the commission lines and the transfers. Everybody reads the same facts, less what
//! belongs to somebody else:
//!
//! | | operator | advertiser | publisher |
//! |---|---|---|---|
//! | report | all | all but the browser's cookie | no customer, order, items, `adv1`..; no way by which the visitor came otherwise; who earns nothing no coupon but his own, and no paid click |
//! | journey | all | no sub ids, no `ref_id` | his own touches; of others time and verdict |
//! | lines, transfers | all | all | his own commission; no fee, no charge |
//! | caps | all | all | those that count him alone |
//! | stored texts | yes | no | no |
//!
//! The hash of each stored receipt is in every document, so two parties can tell that they read of one decision. A document
//! is signed when it is given out ([`Signed`]).

mod canonical;
mod document;
mod exchange;
mod parts;

use ledger::Source;
use model::{
    AdvertiserId, ConversionId, NetworkId, PublisherId, TouchId, conversion::CommissionLine, touch::Touch,
};
use rustc_hash::FxHashMap;
use store::{
    Error, Result, Tx,
    conversions::{self, Conversion},
    decisions::{self, DecisionRow},
    touches,
};

pub use canonical::{Signature, Signed, canonical_text, verifies};
pub use document::{
    Amounts, CapPart, ContractPart, ConversionPart, DecisionPart, Document, ExchangePart, ExchangeWords,
    FORMAT, LinePart, RaisePart, Texts, TouchPart, TouchParticulars, TransferPart, Verdict,
};

use crate::{access::Actor, lifecycle::ChangeReceipt, posting, snapshot::Snapshot};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Whoever runs this network.
    Operator(NetworkId),
    /// This advertiser.
    Advertiser(AdvertiserId),
    /// This publisher.
    Publisher(PublisherId),
}

impl Viewer {
    /// The word in the document.
    const fn word(self) -> &'static str {
        match self {
            Self::Operator(_) => "operator",
            Self::Advertiser(_) => "advertiser",
            Self::Publisher(_) => "publisher",
        }
    }
    /// True for a publisher, who reads only of his own part.
    const fn is_publisher(self) -> bool {
        matches!(self, Self::Publisher(_))
    }
    /// True when what belongs to `publisher` may be read.
    fn reads_of(self, publisher: PublisherId) -> bool {
        match self {
            Self::Publisher(own) => own == publisher,
            Self::Operator(_) | Self::Advertiser(_) => true,
        }
    }
}

/// The receipt of a conversion as `viewer` may read it; `None` when there is no such conversion for him. A publisher has
/// one when he earns on the conversion, or a touch of his was in its journey.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn document(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    conversion_id: ConversionId,
    viewer: Viewer,
) -> Result<Option<Document>> {
    let Some(stored) = Stored::read(tx, conversion_id)? else { return Ok(None) };
    if !stored.is_open_to(viewer) {
        return Ok(None);
    }
    stored.document(snapshot, viewer).map(Some)
}

/// As [`document`], for somebody who acts: the operator, else for the advertiser, else for the first of his publishers that
/// has a part in it.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn document_for(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    conversion_id: ConversionId,
    actor: &Actor,
) -> Result<Option<Document>> {
    let Some(stored) = Stored::read(tx, conversion_id)? else { return Ok(None) };
    let network = actor.network();
    if stored.conversion.network_id != network {
        return Ok(None);
    }
    let operator = actor.is_operator().then_some(Viewer::Operator(network));
    let advertisers = actor.membership.advertisers.iter().map(|one| Viewer::Advertiser(*one));
    let publishers = actor.membership.publishers.iter().map(|one| Viewer::Publisher(*one));
    let mut viewers = operator.into_iter().chain(advertisers).chain(publishers);
    match viewers.find(|viewer| stored.is_open_to(*viewer)) {
        Some(viewer) => stored.document(snapshot, viewer).map(Some),
        None => Ok(None),
    }
}

/// Everything that is stored of a conversion.
struct Stored {
    conversion: Conversion,
    decisions: Vec<DecisionRow>,
    receipt: engine::Receipt,
    /// Receipts of the later decisions.
    changes: Vec<ChangeReceipt>,
    /// The lines of the first decision, then those that later ones added.
    lines: Vec<CommissionLine>,
    transfers: Vec<ledger::Transfer>,
    touches: FxHashMap<TouchId, Touch>,
}

impl Stored {
    fn read(tx: &mut Tx<'_>, id: ConversionId) -> Result<Option<Self>> {
        let Some(conversion) = conversions::by_id(tx, id)? else { return Ok(None) };
        let damaged = |what: String| Error::Damaged(format!("conversion {id}: {what}"));
        let decisions = decisions::of(tx, &[id])?;
        let (first, later) = decisions.split_first().ok_or_else(|| damaged("has no decision".to_owned()))?;
        let unreadable = |error: serde_json::Error| damaged(format!("receipt: {error}"));
        let receipt: engine::Receipt = serde_json::from_str(&first.receipt).map_err(unreadable)?;
        let changes: Vec<ChangeReceipt> = later
            .iter()
            .map(|row| serde_json::from_str(&row.receipt).map_err(unreadable))
            .collect::<Result<_>>()?;
        let added = changes.iter().filter_map(|change| change.adjustment.as_ref()).flat_map(|it| &it.lines);
        let lines = receipt.decision.lines.iter().chain(added).cloned().collect();
        let candidates: Vec<TouchId> = receipt.facts.candidates.iter().map(|one| one.touch_id).collect();
        let touches = touches::by_ids(tx, &candidates)?.into_iter().map(|touch| (touch.id, touch)).collect();
        let transfers = posting::history(tx, Source::Conversion(id))?;
        Ok(Some(Self { conversion, decisions, receipt, changes, lines, transfers, touches }))
    }

    fn is_open_to(&self, viewer: Viewer) -> bool {
        match viewer {
            Viewer::Operator(network) => self.conversion.network_id == network,
            Viewer::Advertiser(advertiser) => self.conversion.advertiser_id == advertiser,
            Viewer::Publisher(publisher) => {
                let mut lines = self.receipt.decision.lines.iter();
                let mut candidates = self.receipt.facts.candidates.iter();
                lines.any(|line| line.publisher_id == publisher)
                    || candidates.any(|candidate| candidate.publisher_id == publisher)
            }
        }
    }
}
