//! Bonuses of contracts: counting approved conversions, and paying when a threshold is reached.

use engine::bonus::{BonusFacts, BonusReceipt, FORMAT, decide};
use ledger::{AccountKind, Source};
use model::{BonusId, Money, bonus::BonusPayer};
use store::{
    Error, Result, Tx,
    bonuses::{self, Bonus, Progress},
    outbox,
};

use super::{Work, followed::Followed};
use crate::posting;

/// Who gave a bonus of a contract.
pub(crate) const ACTOR: &str = "contract";

/// Counts the conversion if this is the decision that approved it.
pub(super) fn follow(work: &mut Work<'_>, tx: &mut Tx<'_>, case: &Followed<'_>, number: i64) -> Result<()> {
    let Some((approved, adds)) = case.bonus_adds(&work.snapshot.versions)? else { return Ok(()) };
    if approved != number {
        return Ok(());
    }
    for add in adds {
        let key = add.key.to_bytes();
        let last = bonuses::last_progress(tx, &key)?;
        let counted_before = last.as_ref().map_or(0, |last| last.counted);
        let facts = BonusFacts {
            conversion_id: case.conversion.id,
            decision: u32::try_from(number).unwrap_or(u32::MAX),
            publisher_id: add.key.publisher_id,
            contract_version_id: add.contract_version_id,
            bonus: add.key.bonus.clone(),
            since: add.key.start,
            counted_before,
            adds: add.adds,
            paid_before: bonuses::is_paid(tx, &key)?,
        };
        let decision = decide(&facts, &work.snapshot.versions).ok_or_else(|| {
            Error::Damaged(format!("bonus of {}: it cannot be decided", facts.conversion_id))
        })?;
        let progress = Progress {
            key,
            ordinal: last.map_or(1, |last| last.ordinal + 1),
            conversion_id: case.conversion.id,
            decision: number,
            contract_version_id: add.contract_version_id,
            adds: add.adds,
            counted: decision.counted,
        };
        bonuses::insert_progress(tx, &progress)?;
        if decision.amount.is_some() {
            award(work, tx, case, progress.key, &BonusReceipt { format: FORMAT, facts, decision })?;
        }
    }
    Ok(())
}

fn award(
    work: &mut Work<'_>,
    tx: &mut Tx<'_>,
    case: &Followed<'_>,
    key: Vec<u8>,
    receipt: &BonusReceipt,
) -> Result<()> {
    let Some(amount) = receipt.decision.amount else { return Ok(()) };
    let payer = (receipt.decision.paid_by == BonusPayer::Advertiser).then_some(case.conversion.advertiser_id);
    let bonus = Bonus {
        id: BonusId::new(work.now, work.entropy),
        network_id: case.conversion.network_id,
        publisher_id: receipt.facts.publisher_id,
        advertiser_id: payer,
        amount,
        taken_back: Money::zero(amount.currency()),
        reason: None,
        progress_key: Some(key),
        receipt: Some(receipt.text()),
        actor: ACTOR.to_owned(),
        at: work.now,
    };
    pay(tx, &bonus)?;
    work.awards += 1;
    if let Some(advertiser) = payer {
        work.paid_by(advertiser);
    }
    Ok(())
}

/// The account that pays a bonus.
pub(crate) fn payer(bonus: &Bonus) -> AccountKind {
    bonus.advertiser_id.map_or(AccountKind::Fees, AccountKind::Advertiser)
}

/// Stores a bonus with its transfer.
pub(super) fn pay(tx: &mut Tx<'_>, bonus: &Bonus) -> Result<()> {
    let source = Source::Bonus(bonus.id);
    let transfers = ledger::award(
        bonus.network_id,
        payer(bonus),
        bonus.publisher_id,
        bonus.amount,
        false,
        source,
        bonus.at,
    );
    let transfers = transfers.map_err(|error| Error::Damaged(error.to_string()))?;
    posting::append(tx, &[], &transfers)?;
    bonuses::insert(tx, bonus)?;
    outbox::append(tx, bonus.at, &[("bonuses", bonus.id.bytes().to_vec())]).map(drop)
}
