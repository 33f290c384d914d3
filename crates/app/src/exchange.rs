//! Changes a publisher's balance from the currency of his contracts into the one that he is paid in.
//!
//! What he gives goes from his account to the network's exchange account of that currency; what he takes comes from
//! the exchange account of the other. So each currency balances by itself, and the two exchange accounts show what the
//! network owes to the market. The rate is that of the day on which it is done, found as for an order, and stored
//! with the amounts; what he takes is rounded once, towards zero.

use ledger::{AccountKey, AccountKind, PostingError};
use model::{Currency, Day, ExchangeId, Money, NetworkId, PublisherId, exchange::ExchangePath};
use store::{
    Tx,
    exchanges::{self, ExchangeRow},
};

use crate::{
    access::{Actor, EXCHANGE_CREATE},
    command::Change,
    configuration::publishers,
    errors::Refusal,
    posting,
    snapshot::Snapshot,
};

/// What is free to use on a publisher's account: what stands less what is promised away.
///
/// # Errors
/// Storage errors.
pub fn available(
    tx: &mut Tx<'_>,
    network_id: NetworkId,
    publisher: PublisherId,
    currency: Currency,
) -> store::Result<Money> {
    let key = AccountKey { network_id, kind: AccountKind::Publisher(publisher), currency };
    let rows = store::ledger::accounts_by_keys(tx, &[key.to_bytes().to_vec()])?;
    let units = rows.first().map(posting::balance).transpose()?.map_or(0, |(_, balance)| balance.available());
    Ok(Money::from_units(units, currency))
}

/// Changes `sold` of a publisher's balance into `to`, which is his own currency when none is said.
///
/// # Errors
/// `not_found`, `right_missing`; `field_invalid` for an amount that is not above zero or more than there is, for a missing
/// currency and a missing rate; storage errors.
pub fn exchange(
    change: &mut Change<'_, '_>,
    snapshot: &Snapshot,
    publisher_id: PublisherId,
    sold: Money,
    to: Option<Currency>,
) -> Result<ExchangeRow, Refusal> {
    let (publisher, eyes) = publishers::get(change.tx, change.actor, publisher_id)?;
    EXCHANGE_CREATE.check(change.actor, eyes, &format!("publisher {publisher_id}"))?;
    let to = to.or(publisher.currency).ok_or_else(|| {
        Refusal::field("to", "say the currency, or set the one that the publisher is paid in")
    })?;
    if to == sold.currency() {
        return Err(Refusal::field("to", "the amount is in that currency already"));
    }
    let free = available(change.tx, publisher.network_id, publisher_id, sold.currency())?;
    if sold.units() > free.units() {
        return Err(Refusal::field("amount", format!("{free} is available, {sold} is more")));
    }
    let day = Day::of(change.now);
    let path = snapshot.exchange(publisher.network_id, sold.currency(), to, day).ok_or_else(|| {
        Refusal::field("to", format!("a rate of {} in {to} for {day} is missing", sold.currency()))
    })?;
    let bought = path.convert(sold).ok().flatten();
    let bought = bought.ok_or_else(|| Refusal::field("amount", "it is too large"))?.to;
    carry_out(change, (publisher.network_id, publisher_id), sold, bought, path)
}

/// Books a change of currency whose amounts are known to be there, with its audit row.
pub(crate) fn carry_out(
    change: &mut Change<'_, '_>,
    (network_id, publisher_id): (NetworkId, PublisherId),
    sold: Money,
    bought: Money,
    path: ExchangePath,
) -> Result<ExchangeRow, Refusal> {
    let to = bought.currency();
    let row = ExchangeRow {
        id: ExchangeId::new(change.now, change.entropy),
        network_id,
        publisher_id,
        sold,
        bought,
        path,
        actor: change.actor.word(),
        at: change.now,
    };
    let transfers = ledger::exchange(row.network_id, publisher_id, sold, bought, row.id, row.at);
    let transfers = transfers.map_err(|error| match error {
        PostingError::NotPositive => Refusal::field("amount", format!("{sold} is nothing in {to}")),
        other => Refusal::field("amount", other.to_string()),
    })?;
    posting::append(change.tx, &[], &transfers)?;
    exchanges::insert(change.tx, &row)?;
    let effect =
        serde_json::json!({ "created": { "publisher_id": publisher_id, "sold": sold, "bought": bought } });
    change.audit(Some(row.network_id), &row.id, &effect)?;
    Ok(row)
}

/// A page of a publisher's changes of currency, newest first, for himself and the operator.
///
/// # Errors
/// `not_found`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    publisher: PublisherId,
    before: Option<ExchangeId>,
    limit: usize,
) -> Result<Vec<ExchangeRow>, Refusal> {
    let (_, eyes) = publishers::get(tx, actor, publisher)?;
    if !eyes.publisher {
        return Err(Refusal::not_found(format!("publisher {publisher}")));
    }
    Ok(exchanges::of_publisher(tx, publisher, before, limit)?)
}
