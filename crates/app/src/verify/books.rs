//! I3, I7: the ledger balances, and its accounts hold what conversions and touches earned.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{AccountKey, AccountKind, Balance, Checker, Leg, Source};
use model::{AdvertiserId, Currency, Money, NetworkId, PublisherId, touch::Touch};
use store::{Result, Tx};

use super::{
    findings::{Findings, Invariant, is_damage},
    first_decisions::{Case, First},
    later_decisions::Standing,
};
use crate::posting;

/// What every account must hold, promised and posted together.
#[derive(Default)]
pub(super) struct Earned(BTreeMap<AccountKey, i128>);

impl Earned {
    /// What is left of each line of a conversion.
    pub(super) fn add_conversion(&mut self, case: &Case<'_>, first: &First<'_>, standing: &Standing) {
        for (place, line) in standing.lines().iter().enumerate() {
            // Sums that do not fit were reported where the decision was checked.
            let Some((commission, fee)) = standing.left(place) else { continue };
            let network = first.receipt.facts.network_id;
            let currency = line.commission.currency();
            self.charge(
                network,
                case.conversion.advertiser_id,
                line.publisher_id,
                currency,
                (commission, fee),
            );
        }
    }

    /// What a touch earned.
    pub(super) fn add_touch(&mut self, touch: &Touch) {
        let Some(earning) = &touch.earning else { return };
        let money = (earning.commission.units(), earning.fee.units());
        let currency = earning.commission.currency();
        self.charge(touch.network_id, touch.advertiser_id, touch.publisher_id, currency, money);
    }

    fn charge(
        &mut self,
        network_id: NetworkId,
        advertiser: AdvertiserId,
        publisher: PublisherId,
        currency: Currency,
        (commission, fee): (i64, i64),
    ) {
        let (commission, fee) = (i128::from(commission), i128::from(fee));
        for (kind, amount) in [
            (AccountKind::Publisher(publisher), commission),
            (AccountKind::Fees, fee),
            (AccountKind::Advertiser(advertiser), -commission - fee),
        ] {
            *self.0.entry(AccountKey { network_id, kind, currency }).or_default() += amount;
        }
    }

    /// What payments to publishers or their bonuses moved.
    pub(super) fn add_moved(&mut self, moved: BTreeMap<AccountKey, i128>) {
        for (account, units) in moved {
            *self.0.entry(account).or_default() += units;
        }
    }

    /// What an advertiser paid in, or a publisher changed into another currency.
    fn add_movement(&mut self, from: AccountKey, to: AccountKey, amount: Money) {
        *self.0.entry(from).or_default() -= i128::from(amount.units());
        *self.0.entry(to).or_default() += i128::from(amount.units());
    }
}

/// Checks the ledger as a whole.
pub(super) fn check(tx: &mut Tx<'_>, mut earned: Earned, findings: &mut Findings<'_>) -> Result<()> {
    let stored = accounts(tx, findings)?;
    let mut checker = Checker::new();
    let mut transfers = 0_usize;
    store::ledger::for_each_transfer(tx, &mut |row| {
        transfers += 1;
        if transfers.is_multiple_of(10_000) {
            findings.count("transfers", 10_000);
        }
        let transfer = row.and_then(|row| {
            let transfer = posting::from_row(&row)?;
            if row.network_id != transfer.debit.network_id {
                let place = format!("{} transfer {}", transfer.source, transfer.sequence);
                findings.violate(
                    Invariant::I3,
                    place,
                    "it is kept under another network than that of its accounts",
                );
            }
            Ok(transfer)
        });
        match transfer {
            Ok(transfer) => {
                let funding = matches!(transfer.source, Source::Funding(_)) && transfer.leg == Leg::Funding;
                // What an exchange or a tax moved is compared with its own row.
                if funding || matches!(transfer.source, Source::Exchange(_) | Source::Invoice(_)) {
                    earned.add_movement(transfer.debit, transfer.credit, transfer.amount);
                }
                checker.push(transfer);
                Ok(())
            }
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I3, "transfers", error.to_string());
                Ok(())
            }
            Err(error) => Err(error),
        }
    })?;
    findings.count("transfers", transfers % 10_000);
    findings.take(checker.finish(&stored));
    compare(&earned.0, &stored, findings);
    orphans(tx, findings)
}

fn accounts(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<BTreeMap<AccountKey, Balance>> {
    let mut accounts = BTreeMap::new();
    let rows = store::ledger::accounts(tx, None)?;
    findings.count("accounts", rows.len());
    for row in rows {
        match posting::balance(&row) {
            Ok((key, balance)) => {
                if key.network_id != row.network_id {
                    findings.violate(Invariant::I3, key, "it is kept under another network than its own");
                }
                accounts.insert(key, balance);
            }
            Err(error) => findings.violate(Invariant::I3, "accounts", error.to_string()),
        }
    }
    Ok(accounts)
}

/// I7: promised and posted together, every account holds what events earned.
fn compare(
    earned: &BTreeMap<AccountKey, i128>,
    stored: &BTreeMap<AccountKey, Balance>,
    findings: &mut Findings<'_>,
) {
    let keys: BTreeSet<&AccountKey> = earned.keys().chain(stored.keys()).collect();
    for key in keys {
        let balance = stored.get(key).copied().unwrap_or_default();
        let holds = i128::from(balance.credits_pending) + i128::from(balance.credits_posted)
            - i128::from(balance.debits_pending)
            - i128::from(balance.debits_posted);
        let should = earned.get(key).copied().unwrap_or(0);
        if holds != should {
            let message = format!(
                "the account holds {holds} units, conversions, touches, bonuses and payouts come to {should}"
            );
            findings.violate(Invariant::I7, key, message);
        }
    }
}

fn orphans(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    for (kind, table) in [(1, "conversions"), (2, "touches"), (8, "exchanges"), (9, "invoices")] {
        for source in store::walk::transfers_without_source(tx, kind, table)? {
            let place = format!("source {}", engine::receipt::hex(&source));
            findings.violate(Invariant::I7, place, format!("it has transfers, but is not among the {table}"));
        }
    }
    Ok(())
}
