//! The transfers of a publisher's balance into another currency.

use model::{ExchangeId, Money, NetworkId, PublisherId, Timestamp};

use crate::{
    account::{AccountKey, AccountKind},
    postings::{Append, PostingError, Step},
    transfer::{Leg, Phase, Source, Transfer, TransferReason},
};

/// What the publisher gives goes to the exchange, what he takes comes from it, so each currency balances by itself. What
/// the one is worth in the other is for the caller to say.
///
/// # Errors
/// An amount that is not above zero, and two of one currency.
pub fn exchange(
    network_id: NetworkId,
    publisher_id: PublisherId,
    sold: Money,
    bought: Money,
    exchange_id: ExchangeId,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    if sold.units() <= 0 || bought.units() <= 0 {
        return Err(PostingError::NotPositive);
    }
    if sold.currency() == bought.currency() {
        return Err(PostingError::OneCurrency);
    }
    let account = |kind, amount: Money| AccountKey { network_id, kind, currency: amount.currency() };
    let (publisher, exchange) = (AccountKind::Publisher(publisher_id), AccountKind::Exchange);
    let mut append = Append::new(Source::Exchange(exchange_id), None, at);
    let step = Step { line: 0, phase: Phase::Posted, reason: TransferReason::Exchanged };
    append.push(step, Leg::Sold, None, (account(publisher, sold), account(exchange, sold)), sold)?;
    append.push(step, Leg::Bought, None, (account(exchange, bought), account(publisher, bought)), bought)?;
    Ok(append.transfers)
}
