//! I2, I5, I7, I8, I10: every referral is what the commission that stands is worth by the terms that held, and its transfers
//! move exactly that from what the network earns.

use std::collections::BTreeMap;

use engine::referral::ReferralReceipt;
use ledger::{AccountKey, AccountKind, Source, Transfer};
use model::{ConversionId, NetworkId, ReferralId, referral::ReferralTerms};
use rustc_hash::FxHashMap;
use store::{
    Result, Tx,
    referrals::{self as rows, Referral, ReferralDecisionRow},
};

use super::{
    bonuses::Open,
    findings::{Findings, Invariant, is_damage},
    first_decisions::{Case, First},
    world::World,
};
use crate::{
    awards::{
        followed::Followed,
        referred::{self, Earner},
    },
    posting,
};

/// The terms of every network.
pub(super) struct Terms(FxHashMap<NetworkId, Vec<ReferralTerms>>);

impl Terms {
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Self> {
        let mut terms: FxHashMap<NetworkId, Vec<ReferralTerms>> = FxHashMap::default();
        store::walk::each_record(tx, &mut |one: ReferralTerms, _| {
            terms.entry(one.network_id).or_default().push(one);
            Ok(())
        })?;
        Ok(Self(terms))
    }
}

/// The referrals of a page of conversions with everything that belongs to them.
#[derive(Default)]
pub(super) struct Page {
    referrals: Vec<Referral>,
    decisions: Vec<ReferralDecisionRow>,
    histories: FxHashMap<ReferralId, Vec<Transfer>>,
}

impl Page {
    pub(super) fn read(tx: &mut Tx<'_>, ids: &[ConversionId], findings: &mut Findings<'_>) -> Result<Self> {
        let referrals =
            findings.read_all(ids, Invariant::I2, "referral", &mut |ids| rows::of_conversions(tx, ids))?;
        if referrals.is_empty() {
            return Ok(Self::default());
        }
        let ids: Vec<ReferralId> = referrals.iter().map(|one| one.id).collect();
        let decisions = rows::decisions(tx, &ids)?;
        let mut histories = FxHashMap::default();
        for id in &ids {
            match posting::history(tx, Source::Referral(*id)) {
                Ok(history) => drop(histories.insert(*id, history)),
                Err(error) if is_damage(&error) => {
                    findings.violate(Invariant::I3, id, error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        findings.count("referrals", ids.len());
        Ok(Self { referrals, decisions, histories })
    }
}

/// What referrals moved on each account.
#[derive(Default)]
pub(super) struct Moved(pub(super) BTreeMap<AccountKey, i128>);

impl Moved {
    fn add(&mut self, referral: &Referral) {
        let left = i128::from(referral.earned.units()) - i128::from(referral.taken_back.units());
        let account =
            |kind| AccountKey { network_id: referral.network_id, kind, currency: referral.earned.currency() };
        *self.0.entry(account(AccountKind::Fees)).or_default() -= left;
        *self.0.entry(account(AccountKind::Publisher(referral.publisher_id))).or_default() += left;
    }
}

/// Checks the referrals of one conversion.
pub(super) fn check_conversion(
    world: &World<'_>,
    terms: &Terms,
    page: &Page,
    (case, first): (&Case<'_>, &First<'_>),
    open: &Open,
    moved: &mut Moved,
    findings: &mut Findings<'_>,
) {
    let id = case.conversion.id;
    let mut stored: Vec<&Referral> = page.referrals.iter().filter(|one| one.conversion_id == id).collect();
    stored.iter().for_each(|referral| moved.add(referral));
    let publishers = &world.snapshot.publishers;
    let brought = |publisher| publishers.get(publisher).is_some_and(|one| one.referred_by.is_some());
    if stored.is_empty() && !first.lines.iter().any(|line| brought(&line.publisher_id)) {
        return;
    }
    let followed = Followed {
        conversion: case.conversion,
        receipt: first.receipt.clone(),
        lines: case.lines.iter().map(|(_, line)| line.clone()).collect(),
        decisions: case.decisions.iter().collect(),
    };
    let terms = terms.0.get(&case.conversion.network_id).map_or(&[][..], Vec::as_slice);
    for earner in referred::earners(&followed, &world.snapshot, terms) {
        let same = |one: &&Referral| {
            (one.publisher_id, one.from_publisher_id, one.level)
                == (earner.publisher_id, earner.from_publisher_id, i64::from(earner.level))
        };
        let found = stored.iter().position(same).map(|place| stored.swap_remove(place));
        let receipts = match receipts(&followed, &earner, open) {
            Ok(receipts) => receipts,
            Err(error) => {
                findings.violate(Invariant::I8, id, error.to_string());
                continue;
            }
        };
        match (found, receipts.is_empty()) {
            (None, true) => {}
            (None, false) => findings.violate(Invariant::I8, id, "it earned a referral that was not paid"),
            (Some(referral), _) => {
                if let Some((invariant, message)) = wrong(page, referral, &receipts) {
                    findings.violate(invariant, referral.id, message);
                }
            }
        }
    }
    for referral in stored {
        findings.violate(Invariant::I8, referral.id, "nobody earned it");
    }
}

/// The receipts that the decisions that were followed must have made, in their order.
fn receipts(followed: &Followed<'_>, earner: &Earner, open: &Open) -> Result<Vec<ReferralReceipt>> {
    let mut receipts: Vec<ReferralReceipt> = Vec::new();
    for row in &followed.decisions {
        if open.has(followed.conversion.id, row.sequence) {
            break;
        }
        let Some(receipt) = referred::receipt_after(followed, earner, row.sequence)? else { continue };
        let changes = match receipts.last() {
            Some(last) => last.decision != receipt.decision,
            None => receipt.decision.earned != receipt.decision.taken_back,
        };
        if changes {
            receipts.push(receipt);
        }
    }
    Ok(receipts)
}

/// What is wrong with a referral whose decisions should be these.
fn wrong(page: &Page, referral: &Referral, receipts: &[ReferralReceipt]) -> Option<(Invariant, String)> {
    let decisions: Vec<&ReferralDecisionRow> =
        page.decisions.iter().filter(|row| row.referral_id == referral.id).collect();
    let texts: Vec<String> = receipts.iter().map(ReferralReceipt::text).collect();
    let said: Vec<(i64, &str)> = decisions.iter().map(|row| (row.sequence, row.receipt.as_str())).collect();
    let wanted: Vec<(i64, &str)> = (1_i64..).zip(texts.iter().map(String::as_str)).collect();
    if said != wanted {
        return Some((Invariant::I8, "taken again its decisions are others".to_owned()));
    }
    let last = receipts.last()?.decision;
    if (referral.earned, referral.taken_back) != (last.earned, last.taken_back) {
        return Some((Invariant::I2, "its row is not what its newest receipt says".to_owned()));
    }
    let mut expected: Vec<Transfer> = Vec::new();
    let mut before = referral.clone();
    for (row, receipt) in decisions.iter().zip(receipts) {
        if row.taken_back != receipt.decision.taken_back.units() {
            return Some((Invariant::I2, "a decision's row is not what its receipt says".to_owned()));
        }
        match referred::transfers(&before, &expected, receipt.decision, row.at) {
            Ok(more) => expected.extend(more),
            Err(error) => return Some((Invariant::I5, error.to_string())),
        }
        (before.earned, before.taken_back) = (receipt.decision.earned, receipt.decision.taken_back);
    }
    let stored = page.histories.get(&referral.id);
    (stored.is_some_and(|stored| *stored != expected))
        .then(|| (Invariant::I7, "its transfers are not what it says".to_owned()))
}

/// Finds what has lost its conversion or its row.
pub(super) fn check_orphans(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    for source in store::walk::transfers_without_source(tx, 6, "referrals")? {
        let place = format!("source {}", engine::receipt::hex(&source));
        findings.violate(Invariant::I7, place, "it has transfers, but is not among the referrals");
    }
    for conversion in rows::without_conversion(tx)? {
        findings.violate(Invariant::I2, conversion, "it earned a referral but does not exist");
    }
    Ok(())
}
