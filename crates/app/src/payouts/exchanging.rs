//! Balances in other currencies than the one that a publisher is paid in: a run changes them, too.
//!
//! The proposal says what would be changed by the stored rate of its day, and what not for want of one. The approval carries out
//! exactly that, in the transaction that promises the payment away; a balance that no longer holds it leaves the payment
//! out. What was changed stays changed, also when the payment fails or is given up: it is then paid by the next run.

use std::collections::BTreeMap;

use ledger::Balance;
use model::{Currency, Day, Money, PayoutId, PayoutRunId, PublisherId, exchange::ExchangePath};
use store::{
    Tx,
    payout_exchanges::{self, PayoutExchange},
    payouts as rows,
};

use super::{
    eligible::Terms,
    internal,
    propose::{Known, account, balance_of},
};
use crate::{command::Change, errors::Refusal, exchange, snapshot::Snapshot};

/// A balance that is changed into the currency of the run.
pub(super) struct Planned {
    pub(super) sold: Money,
    bought: Money,
    path: ExchangePath,
}

/// What of a publisher's other balances is changed.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) changes: Vec<Planned>,
    /// What stays because no rate is stored.
    pub(super) without_rate: Vec<Money>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.without_rate.is_empty()
    }

    /// What is taken in all, in units of the run's currency.
    pub(super) fn bought(&self, currency: Currency) -> Result<i64, Refusal> {
        let all = self.changes.iter().map(|change| change.bought);
        sum(all, currency).map(Money::units)
    }

    pub(super) fn rows(
        self,
        payout_id: PayoutId,
        run_id: PayoutRunId,
        publisher_id: PublisherId,
    ) -> impl Iterator<Item = PayoutExchange> {
        self.changes.into_iter().map(move |Planned { sold, bought, path }| PayoutExchange {
            payout_id,
            run_id,
            publisher_id,
            sold,
            bought,
            path,
            exchange_id: None,
        })
    }
}

fn sum(mut amounts: impl Iterator<Item = Money>, currency: Currency) -> Result<Money, Refusal> {
    amounts.try_fold(Money::zero(currency), |sum, amount| sum.add(amount).map_err(internal))
}

impl Known<'_> {
    /// What of these balances would be changed into the currency of the run.
    pub(super) fn plan(
        &self,
        tx: &mut Tx<'_>,
        snapshot: &Snapshot,
        publisher_id: PublisherId,
        balances: &BTreeMap<Currency, Balance>,
        terms: &Terms,
    ) -> Result<Plan, Refusal> {
        let mut plan = Plan::default();
        for (currency, balance) in balances.iter().filter(|(currency, _)| **currency != terms.currency) {
            let sold = self.free(tx, publisher_id, *currency, *balance)?;
            if sold.units() <= 0 {
                continue;
            }
            let day = Day::of(terms.now);
            let Some(path) = snapshot.exchange(self.network_id, *currency, terms.currency, day) else {
                plan.without_rate.push(sold);
                continue;
            };
            let bought = path.convert(sold).map_err(internal)?.map(|exchanged| exchanged.to);
            // What is less than the smallest unit of the other currency waits until it is more.
            if let Some(bought) = bought.filter(|bought| bought.units() > 0) {
                plan.changes.push(Planned { sold, bought, path });
            }
        }
        Ok(plan)
    }

    /// What of a balance was posted before the period's end and is still there.
    fn free(
        &self,
        tx: &mut Tx<'_>,
        publisher_id: PublisherId,
        currency: Currency,
        balance: Balance,
    ) -> Result<Money, Refusal> {
        let key = account(self.network_id, publisher_id, currency).to_bytes().to_vec();
        let since = rows::credited_since(tx, std::slice::from_ref(&key), self.period_end)?;
        let since = since.first().map_or(0, |(_, units)| *units);
        Ok(Money::from_units(balance.available().saturating_sub(since), currency))
    }

    /// What was proposed for a payment, and its sum in units of the run's currency; none when a balance no longer holds it.
    pub(super) fn still_there(
        &self,
        tx: &mut Tx<'_>,
        payout_id: PayoutId,
        currency: Currency,
    ) -> Result<Option<(Vec<PayoutExchange>, i64)>, Refusal> {
        let planned = payout_exchanges::of_payout(tx, payout_id)?;
        for one in &planned {
            let sold = one.sold.currency();
            let balance = balance_of(tx, self.network_id, one.publisher_id, sold)?;
            if self.free(tx, one.publisher_id, sold, balance)?.units() < one.sold.units() {
                return Ok(None);
            }
        }
        let bought = sum(planned.iter().map(|one| one.bought), currency)?.units();
        Ok(Some((planned, bought)))
    }

    /// Carries out what was proposed for a payment.
    pub(super) fn carry_out(
        &self,
        change: &mut Change<'_, '_>,
        planned: &[PayoutExchange],
    ) -> Result<(), Refusal> {
        for one in planned {
            let whose = (self.network_id, one.publisher_id);
            let row = exchange::carry_out(change, whose, one.sold, one.bought, one.path.clone())?;
            if !payout_exchanges::done(change.tx, one, row.id)? {
                return Err(Refusal::state("what the run exchanges was exchanged before; look at it again"));
            }
        }
        Ok(())
    }
}
