//! Which conversions are paid, by which payment, and since when.
//!
//! A payment pays a balance. What it pays of a balance is everything that was earned for good before the end of its period and that no
//! payment before it paid. So whether a conversion is paid follows from its approval and the payments of its publisher ([`paid`]).
//!
//! Reports need the day of the payment as well, and must not change their mind when a payment comes back. So each payment that is confirmed
//! or comes back lets its publisher's conversions be walked through ([`walk`], a page a transaction): where one is paid now that was
//! not, or is paid no more, a row says so and the outbox names it. A conversion that was raised or taken back after its payment keeps the
//! day; the difference is worked off with a later payment.

use std::collections::HashMap;

use model::{
    ConversionId, Currency, PayoutId, PublisherId, Timestamp,
    conversion::{CommissionLine, State},
    payout::{Payout, PayoutState, paid_by},
};
use store::{
    Tx,
    conversion_payments::{self as rows, CONVERSION_PAYMENTS, ConversionPayment},
    conversions::{self, Conversion},
    decisions, outbox,
    payout_exchanges::{self, PayoutExchange},
    payouts,
};

use crate::errors::Refusal;

/// Payments to publishers, with what their runs changed into other currencies.
pub(crate) struct Payments {
    payouts: Vec<Payout>,
    exchanged: Vec<PayoutExchange>,
}

impl Payments {
    /// Those of these publishers.
    pub(crate) fn of(tx: &mut Tx<'_>, publishers: &[PublisherId]) -> store::Result<Self> {
        let payouts = payouts::of_publishers(tx, publishers)?;
        let exchanged =
            if payouts.is_empty() { Vec::new() } else { payout_exchanges::of_publishers(tx, publishers)? };
        Ok(Self { payouts, exchanged })
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.payouts.is_empty()
    }

    /// What paid a line that was earned for good at this moment.
    pub(crate) fn of_line(
        &self,
        at: Timestamp,
        publisher: PublisherId,
        currency: Currency,
    ) -> Option<&Payout> {
        let his = self.payouts.iter().filter(|payout| payout.publisher_id == publisher);
        let sells = |payout: &Payout| {
            self.exchanged.iter().any(|one| one.payout_id == payout.id && one.sold.currency() == currency)
        };
        // The payment whose run changed it into another currency, and those in that currency after it.
        let through = his.clone().filter(|payout| at < payout.period_end && sells(payout));
        let through = through.min_by_key(|payout| payout.approved_at);
        let of_line = |payout: &&Payout| {
            let of = payout.gross.currency();
            of == currency
                || through.is_some_and(|it| it.gross.currency() == of && payout.approved_at >= it.approved_at)
        };
        let own: Vec<&Payout> = his.filter(of_line).collect();
        paid_by(at, &own)
    }

    /// The payment, while it counts as made.
    pub(crate) fn made(&self, id: PayoutId) -> Option<&Payout> {
        self.payouts.iter().find(|payout| payout.id == id && payout.state == PayoutState::Confirmed)
    }
}

/// Which of these conversions are paid, given their commission lines as the actor sees them: approved, earned by somebody,
/// and covered by a confirmed payment to each of those publishers.
///
/// # Errors
/// Storage errors.
pub fn paid(
    tx: &mut Tx<'_>,
    conversions: &[(&Conversion, &[CommissionLine])],
) -> Result<HashMap<ConversionId, bool>, Refusal> {
    let earning = |(conversion, lines): &&(&Conversion, &[CommissionLine])| {
        conversion.state == State::Approved && !lines.is_empty()
    };
    let approved: Vec<&(&Conversion, &[CommissionLine])> = conversions.iter().filter(earning).collect();
    let ids: Vec<ConversionId> = approved.iter().map(|(conversion, _)| conversion.id).collect();
    let mut publishers: Vec<PublisherId> =
        approved.iter().flat_map(|(_, lines)| lines.iter().map(|line| line.publisher_id)).collect();
    publishers.sort_unstable();
    publishers.dedup();
    let payments = Payments::of(tx, &publishers)?;
    if payments.is_empty() {
        return Ok(HashMap::new());
    }
    let moments: HashMap<ConversionId, Timestamp> = decisions::approved_at(tx, &ids)?.into_iter().collect();
    let line_is_paid = |at: Timestamp, line: &CommissionLine| {
        payments.of_line(at, line.publisher_id, line.commission.currency()).is_some()
    };
    Ok(approved
        .into_iter()
        .map(|(conversion, lines)| {
            let at = moments.get(&conversion.id);
            let paid = at.is_some_and(|at| lines.iter().all(|line| line_is_paid(*at, line)));
            (conversion.id, paid)
        })
        .collect())
}

/// What a page of a walk did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Walked {
    /// Conversions that were looked at.
    pub looked_at: usize,
    /// How many of them are paid now and were not, or the other way round.
    pub told: usize,
    /// Whether there was a walk to go on with, so that another call may find more.
    pub worked: bool,
}

/// Goes on with the walk that has waited longest: looks at up to `limit` conversions.
///
/// # Errors
/// Storage errors.
pub fn walk(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> store::Result<Walked> {
    let Some(walk) = rows::next(tx)? else { return Ok(Walked::default()) };
    let ids = rows::conversions(tx, &walk, limit)?;
    let publisher = walk.publisher_id;
    let payments = Payments::of(tx, &[publisher])?;
    let known = rows::of(tx, &ids)?;
    let moments: HashMap<ConversionId, Timestamp> = decisions::approved_at(tx, &ids)?.into_iter().collect();
    let last_decisions: HashMap<ConversionId, i64> = decisions::last_numbers(tx, &ids)?.into_iter().collect();
    let lines = conversions::lines(tx, &ids)?;
    let mut told = Vec::new();
    for conversion in conversions::by_ids(tx, &ids)? {
        let id = conversion.id;
        let own = || known.iter().filter(|row| row.conversion_id == id);
        let before = own().rev().find(|row| row.publisher_id == publisher);
        let holds = before.filter(|row| row.paid_at.is_some());
        let line = lines.iter().find(|(of, _, line)| *of == id && line.publisher_id == publisher);
        let (Some((_, _, line)), Some(decision)) = (line, last_decisions.get(&id)) else { continue };
        let payment = match holds {
            Some(row) if payments.made(row.payout_id).is_some() => continue,
            _ if conversion.state != State::Approved => None,
            _ => moments.get(&id).and_then(|at| payments.of_line(*at, publisher, line.commission.currency())),
        };
        // What comes back names the payment that came back.
        let (payout_id, paid_at) = match (payment, holds) {
            (Some(payment), _) => (payment.id, Some(payment.settled_at.unwrap_or(now))),
            (None, Some(row)) => (row.payout_id, None),
            (None, None) => continue,
        };
        let sequence = own().map(|row| row.sequence).max().unwrap_or(0) + 1;
        let (decision, at) = (*decision, now);
        told.push(ConversionPayment {
            conversion_id: id,
            sequence,
            publisher_id: publisher,
            payout_id,
            paid_at,
            decision,
            at,
        });
    }
    if !told.is_empty() {
        let keys = rows::append(tx, &told)?;
        outbox::append(tx, now, &[(CONVERSION_PAYMENTS, keys)])?;
    }
    let end = ids.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    rows::advance(tx, &walk, ids.last().copied().filter(|_| !end))?;
    Ok(Walked { looked_at: ids.len(), told: told.len(), worked: true })
}
