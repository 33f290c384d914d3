//! The next number of a series.

use billing::number_text;
use model::{
    NetworkId, Timestamp,
    billing::{Numbering, PaperKind},
    calendar::{self, Zone},
};
use store::{Result, Tx, billing as rows};

/// A number that was taken.
pub(super) struct Taken {
    pub(super) text: String,
    /// Year of the series, 0 where the years do not begin anew, and the place in it.
    pub(super) place: (i64, i64),
}

/// The word of the series of statements; the others have the words of their kinds.
const STATEMENTS: &str = "statement";

/// Takes the next number for a paper of this kind; none stands for a statement.
pub(super) fn take(
    tx: &mut Tx<'_>,
    network: NetworkId,
    numbering: &Numbering,
    kind: Option<PaperKind>,
    zone: &Zone,
    now: Timestamp,
) -> Result<Taken> {
    let (series, prefix) = match kind {
        Some(PaperKind::Invoice) => (PaperKind::Invoice.word(), &numbering.invoice),
        Some(PaperKind::CreditNote) => (PaperKind::CreditNote.word(), &numbering.credit_note),
        Some(PaperKind::PaymentReceipt) => (PaperKind::PaymentReceipt.word(), &numbering.payment_receipt),
        None => (STATEMENTS, &numbering.statement),
    };
    let year = numbering.yearly.then(|| i64::from(calendar::date_parts(zone, now).0));
    let ordinal = rows::next_number(tx, network, series, year.unwrap_or(0))?;
    Ok(Taken { text: number_text(prefix, year, ordinal), place: (year.unwrap_or(0), ordinal) })
}
