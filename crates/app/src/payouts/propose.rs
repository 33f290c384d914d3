//! A run is proposed: who would be paid, and who not and why.

use std::collections::BTreeMap;

use ledger::{AccountKey, AccountKind, Balance};
use model::{
    Currency, Money, NetworkId, PayoutId, PayoutRunId, PublisherId, Timestamp,
    parties::{Network, Publisher},
    payout::{NotPaid, PaymentMethod, Payout, PayoutRunState, PayoutState},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, configuration, payment_details, payout_exchanges, payouts as rows};

use super::{
    PayoutRun, details,
    eligible::{Candidate, Due, Terms, judge},
    exchanging::Plan,
    internal,
    look::{RunSeen, seen},
    seal::SealKeys,
};
use crate::{access::PAYOUT_PROPOSE, command::Change, errors::Refusal, posting, snapshot::Snapshot};

/// What somebody proposes.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// How everybody in the run is paid.
    pub method: PaymentMethod,
    /// In which currency.
    pub currency: Currency,
    /// Everything posted before this moment is paid; now without it.
    pub period_end: Option<Timestamp>,
}

/// Somebody with a balance who is not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Who.
    pub publisher_id: PublisherId,
    /// Why.
    pub reason: NotPaid,
    /// What stands on his account.
    pub balance: Money,
}

/// Proposes a run. Nothing is promised yet: balances may change until it is approved.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn propose(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    snapshot: &Snapshot,
    proposal: &Proposal,
) -> Result<RunSeen, Refusal> {
    PAYOUT_PROPOSE.check_role(change.actor)?;
    let (now, network_id) = (change.now, change.actor.network());
    let period_end = proposal.period_end.unwrap_or(now);
    if period_end > now {
        return Err(Refusal::field("period_end", "a period that has not ended cannot be paid"));
    }
    let id = PayoutRunId::new(now, change.entropy);
    let terms = terms(change.tx, network_id, proposal.method, proposal.currency, now)?;
    let known = Known { network_id, period_end, keys };
    let (mut payouts, mut exchanges, mut not_paid) = (Vec::new(), Vec::new(), Vec::new());
    for (publisher_id, balances) in balances(change.tx, network_id)? {
        let own = balances.get(&proposal.currency).copied().unwrap_or_default();
        // Whoever has nothing here is asked only whether the rest of what he has is to be paid here.
        if own.posted() == 0 && !known.asks_for(change.tx, publisher_id, proposal.currency)? {
            continue;
        }
        let mut candidate = known.candidate(change.tx, publisher_id, own, &terms)?;
        let payout_id = PayoutId::new(now, change.entropy);
        let mut plan = Plan::default();
        if candidate.is_paid_in(proposal.currency) {
            plan = known.plan(change.tx, snapshot, publisher_id, &balances, &terms)?;
            candidate.exchanged = plan.bought(proposal.currency)?;
        }
        if own.posted() == 0 && plan.is_empty() {
            continue;
        }
        let without_rate = plan.without_rate.iter().map(|balance| LeftOut {
            publisher_id,
            reason: NotPaid::NoExchangeRate,
            balance: *balance,
        });
        not_paid.extend(without_rate);
        match judge(&candidate, &terms) {
            Ok(due) => {
                payouts.push(proposed(payout_id, id, publisher_id, due, period_end));
                exchanges.extend(plan.rows(payout_id, id, publisher_id));
            }
            Err(reason) => {
                // What would have been changed stays as it is.
                let foreign = plan.changes.iter().map(|change| change.sold);
                let own = Money::from_units(own.posted(), proposal.currency);
                let stays = foreign.chain((!own.is_zero()).then_some(own));
                not_paid.extend(stays.map(|balance| LeftOut { publisher_id, reason, balance }));
            }
        }
    }
    payouts.sort_unstable_by_key(|payout| payout.id);
    let run = PayoutRun {
        id,
        network_id,
        state: PayoutRunState::Proposed,
        method: proposal.method,
        currency: proposal.currency,
        period_end,
        not_paid: serde_json::to_string(&not_paid).map_err(internal)?,
        proposed_at: now,
        proposed_by: change.actor.word(),
        proposer: change.actor.user_id(),
        approved_at: None,
        approved_by: None,
        sent_at: None,
        file: None,
    };
    rows::insert_run(change.tx, &run)?;
    rows::insert(change.tx, network_id, &payouts)?;
    payout_exchanges::insert(change.tx, &exchanges)?;
    let noted = json!({
        "method": run.method, "currency": run.currency, "period_end": period_end,
        "payouts": payouts.len(), "exchanges": exchanges.len(), "not_paid": not_paid.len(),
    });
    change.audit(Some(network_id), &id, &noted)?;
    seen(change.tx, keys, run)
}

fn proposed(
    id: PayoutId,
    run_id: PayoutRunId,
    publisher_id: PublisherId,
    due: Due,
    period_end: Timestamp,
) -> Payout {
    Payout {
        id,
        run_id,
        publisher_id,
        state: PayoutState::Proposed,
        payable: due.payable,
        gross: due.gross,
        withheld: due.withheld,
        details_version: due.details_version,
        period_end,
        covered_from: Timestamp::from_micros(0),
        reason: None,
        approved_at: None,
        settled_at: None,
    }
}

/// What a run is judged by.
pub(super) fn terms(
    tx: &mut Tx<'_>,
    network_id: NetworkId,
    method: PaymentMethod,
    currency: Currency,
    now: Timestamp,
) -> Result<Terms, Refusal> {
    let network: Network = configuration::get(tx, network_id)?
        .ok_or_else(|| Refusal::not_found(format!("network {network_id}")))?;
    Ok(Terms { method, currency, now, zone: network.zone })
}

/// Publishers with something, or less than nothing, on an account, and what it is by currency.
fn balances(
    tx: &mut Tx<'_>,
    network_id: NetworkId,
) -> Result<BTreeMap<PublisherId, BTreeMap<Currency, Balance>>, Refusal> {
    let mut found: BTreeMap<PublisherId, BTreeMap<Currency, Balance>> = BTreeMap::new();
    for row in store::ledger::accounts(tx, Some(network_id))? {
        let (key, balance) = posting::balance(&row)?;
        if let AccountKind::Publisher(id) = key.kind
            && balance.posted() != 0
        {
            found.entry(id).or_default().insert(key.currency, balance);
        }
    }
    Ok(found)
}

/// The balance of a publisher now.
pub(super) fn balance_of(
    tx: &mut Tx<'_>,
    network_id: NetworkId,
    publisher: PublisherId,
    currency: Currency,
) -> Result<Balance, Refusal> {
    let key = account(network_id, publisher, currency).to_bytes().to_vec();
    let row = store::ledger::accounts_by_keys(tx, &[key])?.pop();
    Ok(row.map(|row| posting::balance(&row)).transpose()?.map(|(_, balance)| balance).unwrap_or_default())
}

pub(super) fn account(network_id: NetworkId, publisher: PublisherId, currency: Currency) -> AccountKey {
    AccountKey { network_id, kind: AccountKind::Publisher(publisher), currency }
}

/// What the candidates of a run have in common.
pub(super) struct Known<'k> {
    pub(super) network_id: NetworkId,
    pub(super) period_end: Timestamp,
    pub(super) keys: &'k SealKeys,
}

impl Known<'_> {
    /// Whether a publisher's payment details ask for this currency.
    fn asks_for(
        &self,
        tx: &mut Tx<'_>,
        publisher_id: PublisherId,
        currency: Currency,
    ) -> Result<bool, Refusal> {
        let details = details::newest(tx, self.keys, publisher_id)?;
        Ok(details.is_some_and(|opened| opened.details.currency == currency))
    }

    /// Everything that is known of a publisher at this moment.
    pub(super) fn candidate(
        &self,
        tx: &mut Tx<'_>,
        publisher_id: PublisherId,
        balance: Balance,
        terms: &Terms,
    ) -> Result<Candidate, Refusal> {
        let publisher: Option<Publisher> = configuration::get(tx, publisher_id)?;
        let status = publisher.map_or(model::parties::Status::Closed, |publisher| publisher.status);
        let key = account(self.network_id, publisher_id, terms.currency).to_bytes().to_vec();
        let credited: BTreeMap<Vec<u8>, i64> =
            rows::credited_since(tx, std::slice::from_ref(&key), self.period_end)?.into_iter().collect();
        let payouts = rows::of_publishers(tx, &[publisher_id])?;
        let in_currency = |payout: &&Payout| payout.gross.currency() == terms.currency;
        let paid = payouts.iter().filter(in_currency);
        let last_paid = paid.filter_map(|payout| payout.approved_at.filter(|_| was_paid(payout.state))).max();
        let first_saved = payment_details::first_saved_at(tx, publisher_id.bytes())?;
        Ok(Candidate {
            status,
            details: details::newest(tx, self.keys, publisher_id)?,
            balance,
            credited_since: credited.get(&key).copied().unwrap_or(0),
            exchanged: 0,
            has_open: payouts.iter().filter(in_currency).any(|payout| payout.state.is_open()),
            since: last_paid.or(first_saved).unwrap_or(Timestamp::from_micros(0)),
            requested_at: payment_details::requested_at(tx, publisher_id)?,
        })
    }
}

/// A payment that failed or was given up does not use up the publisher's day.
const fn was_paid(state: PayoutState) -> bool {
    matches!(state, PayoutState::Approved | PayoutState::Sent | PayoutState::Confirmed)
}
