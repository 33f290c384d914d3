//! I7: what is told of payments for conversions is what the payments say.
//!
//! What was told to be paid names a payment of its publisher that is confirmed, with its day; and what the payments pay was told, as soon
//! as no walk through the publisher's conversions is under way.

use std::collections::BTreeSet;

use model::{ConversionId, PublisherId, conversion::State};
use store::{
    Result, Tx,
    conversion_payments::{self, ConversionPayment},
    conversions, decisions,
};

use super::findings::{Findings, Invariant};
use crate::payouts::paid::Payments;

/// Checks a page of conversions.
pub(super) fn check(tx: &mut Tx<'_>, ids: &[ConversionId], findings: &mut Findings<'_>) -> Result<()> {
    let rows = findings.read_all(ids, Invariant::I7, "payment of a conversion", &mut |ids| {
        conversion_payments::of(tx, ids)
    })?;
    let lines = findings.read_all(ids, Invariant::I2, "line", &mut |ids| conversions::lines(tx, ids))?;
    let publishers: BTreeSet<PublisherId> = lines.iter().map(|(_, _, line)| line.publisher_id).collect();
    let publishers: Vec<PublisherId> = publishers.into_iter().collect();
    // A payment that cannot be read is found where payments are checked.
    let Ok(payments) = Payments::of(tx, &publishers) else { return Ok(()) };
    if payments.is_empty() && rows.is_empty() {
        return Ok(());
    }
    findings.count("conversion_payments", rows.len());
    let walking: BTreeSet<PublisherId> =
        conversion_payments::walks(tx)?.into_iter().map(|walk| walk.publisher_id).collect();
    let approved: Vec<ConversionId> = findings
        .read_all(ids, Invariant::I2, "conversion", &mut |ids| conversions::by_ids(tx, ids))?
        .into_iter()
        .filter(|conversion| conversion.state == State::Approved)
        .map(|conversion| conversion.id)
        .collect();
    let moments = decisions::approved_at(tx, &approved)?;
    let last = |id: ConversionId, publisher: PublisherId| -> Option<&ConversionPayment> {
        rows.iter().rev().find(|row| row.conversion_id == id && row.publisher_id == publisher)
    };
    for row in &rows {
        let holds = last(row.conversion_id, row.publisher_id) == Some(row) && row.paid_at.is_some();
        if !holds || walking.contains(&row.publisher_id) {
            continue;
        }
        let made = payments.made(row.payout_id).filter(|payout| payout.publisher_id == row.publisher_id);
        if made.is_none_or(|payout| payout.settled_at < row.paid_at) {
            let message = format!("it is told to be paid by {}, which is not so", row.payout_id);
            findings.violate(Invariant::I7, row.conversion_id, message);
        }
    }
    for (id, at) in moments {
        let mut own: Vec<_> = lines.iter().filter(|(of, _, _)| *of == id).map(|(_, _, line)| line).collect();
        own.dedup_by_key(|line| line.publisher_id);
        for line in own.into_iter().filter(|line| !walking.contains(&line.publisher_id)) {
            let paid = payments.of_line(at, line.publisher_id, line.commission.currency()).is_some();
            if paid && last(id, line.publisher_id).is_none_or(|row| row.paid_at.is_none()) {
                let message = format!("it is paid to {}, but reports were not told", line.publisher_id);
                findings.violate(Invariant::I7, id, message);
            }
        }
    }
    Ok(())
}
