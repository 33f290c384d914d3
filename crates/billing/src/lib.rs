//! What an advertiser was charged, as invoices and credit notes that come to exactly that.
//!
//! An invoice is a closed set of ledger entries: everything charged on the advertiser's account by the end of a period
//! that no earlier paper holds. What is taken back of a charge goes where the charge stands: onto the same invoice
//! while that is still being written ([`Target::Invoice`]), else onto a credit note for the invoice that holds it
//! ([`Target::Correction`]). So at every moment, to the unit:
//!
//! ```text
//! net of all invoices - net of all credit notes + what is on no paper yet = what the ledger charged
//! ```
//!
//! Amounts are exact until the total. There the net amount becomes whole coins once, and the rest is carried to the next
//! paper of the advertiser and currency. An invoice that is credited whole is credited to the coin. Each tax is
//! rounded once, on the net amount in coins, half a coin upwards ([`invoice_totals`], [`credit_totals`]).

mod allot;
mod batch;
mod numbers;
mod totals;

pub use allot::{Movement, Origin, Part, Portion, Standing, Target, allot};
pub use batch::{Batch, Closed, Entry, Label, Sheet, Sums};
pub use numbers::number_text;
pub use totals::{Corrected, Credited, Totals, credit_totals, invoice_totals, thousandths};

/// Why amounts cannot be billed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BillingError {
    /// A sum does not fit.
    #[error("the sums are too large for one paper")]
    TooLarge,
    /// A percent of a tax that is none.
    #[error("`{0}` is no percent of a tax")]
    Percent(String),
}
