//! I4, I7: what payout runs changed into their currency is what was proposed, once, in the transaction of the approval.

use std::collections::BTreeMap;

use model::{
    ExchangeId, PayoutId, Timestamp,
    payout::{Payout, PayoutState},
};
use store::{
    Result, Tx, exchanges,
    payout_exchanges::{self, PayoutExchange},
};

use super::findings::{Findings, Invariant, is_damage};

/// What the exchanges of a payment put on its account, in units, and when.
pub(super) type Bought = BTreeMap<PayoutId, Vec<(i64, Timestamp)>>;

/// Checks every exchange of a run against its payment and its exchange.
pub(super) fn check(
    tx: &mut Tx<'_>,
    payouts: &BTreeMap<PayoutId, &Payout>,
    findings: &mut Findings<'_>,
) -> Result<Bought> {
    let mut rows = Vec::new();
    payout_exchanges::for_each(tx, &mut |row| {
        match row {
            Ok(row) => rows.push(row),
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I7, "exchanges of payouts", error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    let mut bought = Bought::new();
    let mut seen: BTreeMap<ExchangeId, PayoutId> = BTreeMap::new();
    for row in &rows {
        if let Some(message) = of_its_payout(payouts.get(&row.payout_id).copied(), row) {
            findings.violate(Invariant::I7, row.payout_id, message);
        }
        let Some(id) = row.exchange_id else { continue };
        if let Some(other) = seen.insert(id, row.payout_id) {
            findings.violate(Invariant::I4, row.payout_id, format!("{id} is an exchange of {other}, too"));
        }
        let exchange = match exchanges::by_id(tx, id) {
            // It was reported where the exchanges are calculated again.
            Err(error) if is_damage(&error) => continue,
            other => other?,
        };
        let said = (row.publisher_id, row.sold, row.bought, &row.path);
        match exchange.filter(|it| (it.publisher_id, it.sold, it.bought, &it.path) == said) {
            Some(exchange) => {
                bought.entry(row.payout_id).or_default().push((row.bought.units(), exchange.at));
            }
            None => {
                let message = format!("its exchange {id} does not exist, or is another than was proposed");
                findings.violate(Invariant::I7, row.payout_id, message);
            }
        }
    }
    findings.count("payout_exchanges", rows.len());
    Ok(bought)
}

fn of_its_payout(payout: Option<&Payout>, row: &PayoutExchange) -> Option<String> {
    let Some(payout) = payout else { return Some("it has exchanges, but does not exist".to_owned()) };
    let said = (row.run_id, row.publisher_id, row.bought.currency());
    if said != (payout.run_id, payout.publisher_id, payout.gross.currency()) {
        return Some("its exchange is of another run, publisher or currency".to_owned());
    }
    let approved = payout.approved_at.is_some() && payout.state != PayoutState::LeftOut;
    (approved != row.exchange_id.is_some()).then(|| {
        let did = if approved { "was not carried out" } else { "was carried out before it was approved" };
        format!("its exchange of {} {did}", row.sold)
    })
}
