//! I3, I5, I7, I10: every payment's transfers are what its state says, and nobody was ever paid more than he had.
//!
//! A payment covers what was posted before the end of its period. So for each account, in the order of the approvals: all
//! payments so far that did not come back are at most what was credited before the period's end, less what was taken back by
//! then. What is taken back later may bring the balance below zero; that is no mistake. Neither is a payment that had come back, was
//! followed by another, and then turned out to have been paid: it is left out of what those are judged by that were approved
//! while it counted as back.

use std::collections::BTreeMap;

use ledger::{AccountKey, AccountKind, Leg, LegFold, Source, Transfer, TransferReason, fold};
use model::{
    NetworkId, Timestamp,
    payout::{Payout, PayoutState},
};
use store::{Result, Tx, payouts as rows};

use super::{
    findings::{Findings, Invariant, is_damage},
    payout_exchanges::{self, Bought},
    world::World,
};
use crate::posting;

/// How long a transaction may have waited between taking its time and its commit, in seconds: within that time it cannot be
/// told whether an approval saw it.
const WAIT_SECONDS: i64 = 60;

/// Accounts with their payments, in the order of their ids.
type ByAccount = BTreeMap<AccountKey, Vec<(Payout, Vec<Back>)>>;

/// From when to when a payment that counts now counted as not paid.
type Back = std::ops::Range<Timestamp>;

/// Checks every payment; answers what they moved on each account.
pub(super) fn check(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    findings: &mut Findings<'_>,
) -> Result<BTreeMap<AccountKey, i128>> {
    let mut payouts: Vec<(NetworkId, Payout)> = Vec::new();
    rows::for_each(tx, &mut |row| match row {
        Ok(found) => {
            payouts.push(found);
            Ok(())
        }
        Err(error) if is_damage(&error) => {
            findings.violate(Invariant::I7, "payouts", error.to_string());
            Ok(())
        }
        Err(error) => Err(error),
    })?;
    findings.count("payouts", payouts.len());
    let by_id = payouts.iter().map(|(_, payout)| (payout.id, payout)).collect();
    let bought = payout_exchanges::check(tx, &by_id, findings)?;
    let mut moved = BTreeMap::new();
    let mut by_account = ByAccount::new();
    for (network_id, payout) in payouts {
        belongs(tx, world, network_id, &payout, findings)?;
        let back = transfers_follow(tx, network_id, &payout, findings)?;
        let Some(effects) = effects(network_id, &payout) else {
            findings.violate(Invariant::I3, payout.id, "its amounts do not add up");
            continue;
        };
        for (account, units) in effects {
            *moved.entry(account).or_default() += units;
        }
        let account = publisher_account(network_id, &payout);
        by_account.entry(account).or_default().push((payout, back));
    }
    for (account, payouts) in by_account {
        never_more_than_there_was(tx, account, payouts, &bought, findings)?;
    }
    for source in store::walk::transfers_without_source(tx, 4, "payouts")? {
        let place = format!("source {}", engine::receipt::hex(&source));
        findings.violate(Invariant::I7, place, "it has transfers, but is not among the payouts");
    }
    Ok(moved)
}

/// I10: the run and the publisher are of the payment's network.
fn belongs(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    network_id: NetworkId,
    payout: &Payout,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let publisher = world.snapshot.publishers.get(&payout.publisher_id);
    if publisher.is_none_or(|publisher| publisher.network_id != network_id) {
        findings.violate(Invariant::I10, payout.id, "its publisher is not of its network");
    }
    match rows::run(tx, payout.run_id) {
        Ok(run) if run.as_ref().is_some_and(|run| run.network_id == network_id) => {}
        Ok(_) => findings.violate(Invariant::I10, payout.id, "its run is not of its network"),
        Err(error) if is_damage(&error) => {
            findings.violate(Invariant::I7, payout.run_id, error.to_string());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// I3, I7: what its transfers amount to is what its state says. Answers when it counted as back.
fn transfers_follow(
    tx: &mut Tx<'_>,
    network_id: NetworkId,
    payout: &Payout,
    findings: &mut Findings<'_>,
) -> Result<Vec<Back>> {
    let history = match posting::history(tx, Source::Payout(payout.id)) {
        Ok(history) => history,
        Err(error) if is_damage(&error) => {
            findings.violate(Invariant::I3, payout.id, error.to_string());
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    // A history that cannot stand is reported where the ledger is checked.
    let Ok(fold) = fold(&history) else { return Ok(Vec::new()) };
    let wanted = wanted_legs(payout);
    let found: Vec<(Leg, [i64; 4])> = fold.legs.iter().map(|leg| (leg.leg, standing(leg))).collect();
    if found != wanted {
        let message = format!("it is {}, but its transfers are {found:?}", payout.state.word());
        findings.violate(Invariant::I7, payout.id, message);
    }
    let account = publisher_account(network_id, payout);
    if fold.legs.iter().any(|leg| leg.debit != account) {
        findings.violate(Invariant::I7, payout.id, "another account than its publisher's paid for it");
    }
    Ok(counted_as_back(&history))
}

/// From each return to the correction that followed it.
fn counted_as_back(history: &[Transfer]) -> Vec<Back> {
    let mut found = Vec::new();
    let mut since = None;
    for transfer in history {
        match transfer.reason {
            TransferReason::PayoutReturned => since = Some(transfer.at),
            TransferReason::PayoutCorrected => {
                found.extend(since.take().map(|since| since..transfer.at));
            }
            _ => {}
        }
    }
    found
}

fn standing(leg: &LegFold) -> [i64; 4] {
    [leg.pending, leg.posted, leg.reversed, leg.released].map(model::Money::units)
}

/// Pending, posted, reversed and released of each leg, as the state says.
fn wanted_legs(payout: &Payout) -> Vec<(Leg, [i64; 4])> {
    let place = match payout.state {
        PayoutState::Proposed | PayoutState::LeftOut => return Vec::new(),
        PayoutState::Cancelled if payout.approved_at.is_none() => return Vec::new(),
        PayoutState::Approved | PayoutState::Sent => 0,
        PayoutState::Confirmed => 1,
        PayoutState::Returned => 2,
        PayoutState::Failed | PayoutState::Cancelled => 3,
    };
    let net = payout.gross.units().saturating_sub(payout.withheld.units());
    [(Leg::Payout, net), (Leg::Withholding, payout.withheld.units())]
        .into_iter()
        .filter(|(_, units)| *units != 0)
        .map(|(leg, units)| {
            let mut sums = [0; 4];
            sums[place] = units;
            (leg, sums)
        })
        .collect()
}

fn publisher_account(network_id: NetworkId, payout: &Payout) -> AccountKey {
    let kind = AccountKind::Publisher(payout.publisher_id);
    AccountKey { network_id, kind, currency: payout.gross.currency() }
}

/// Whether the amount is gone from the publisher's balance, for now or for good.
const fn is_taken(state: PayoutState) -> bool {
    matches!(state, PayoutState::Approved | PayoutState::Sent | PayoutState::Confirmed)
}

/// What it moves on each account, promised and posted together.
fn effects(network_id: NetworkId, payout: &Payout) -> Option<Vec<(AccountKey, i128)>> {
    let amount = payout.amount().ok().filter(|amount| amount.units() > 0)?;
    if payout.withheld.is_negative() || payout.gross.units() > payout.payable.units() {
        return None;
    }
    if !is_taken(payout.state) {
        return Some(Vec::new());
    }
    let account = |kind| AccountKey { network_id, kind, currency: amount.currency() };
    Some(vec![
        (publisher_account(network_id, payout), -i128::from(payout.gross.units())),
        (account(AccountKind::Clearing), i128::from(amount.units())),
        (account(AccountKind::Withheld), i128::from(payout.withheld.units())),
    ])
}

/// I5: payments never exceed the balance that had been approved.
fn never_more_than_there_was(
    tx: &mut Tx<'_>,
    account: AccountKey,
    mut payouts: Vec<(Payout, Vec<Back>)>,
    bought: &Bought,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let exchanged: Vec<(Option<Timestamp>, i64, Timestamp)> = payouts
        .iter()
        .flat_map(|(payout, _)| {
            let of_payout = bought.get(&payout.id).into_iter().flatten();
            of_payout.map(|(units, at)| (payout.approved_at, *units, *at))
        })
        .collect();
    payouts.retain(|(payout, _)| is_taken(payout.state));
    payouts.sort_unstable_by_key(|(payout, _)| (payout.period_end, payout.id));
    let key = account.to_bytes();
    let (mut paid, mut came_back): (i128, Vec<(i64, Back)>) = (0, Vec::new());
    for (payout, back) in payouts {
        let units = payout.gross.units();
        paid += i128::from(units);
        let counted_back = |(_, back): &&(i64, Back)| payout.approved_at.is_some_and(|at| back.contains(&at));
        let uncounted: i128 =
            came_back.iter().filter(counted_back).map(|(units, _)| i128::from(*units)).sum();
        let paid = paid - uncounted;
        came_back.extend(back.into_iter().map(|back| (units, back)));
        let sure = payout.period_end.plus_seconds(-WAIT_SECONDS);
        let posted = rows::posted_before(tx, &key, payout.period_end, sure)?;
        // What the approvals so far changed into this currency came after the end of the period and is paid with it.
        let by_runs = exchanged
            .iter()
            .filter(|(approved, _, at)| *approved <= payout.approved_at && *at >= payout.period_end);
        let earned = by_runs.fold(i128::from(posted), |sum, (_, units, _)| sum + i128::from(*units));
        if paid > earned {
            let message =
                format!("{paid} units were paid of {earned} that stood there by {}", payout.period_end);
            findings.violate(Invariant::I5, payout.id, message);
        }
    }
    Ok(())
}
