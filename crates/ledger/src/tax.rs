//! The transfers of the taxes that stand on an invoice or a credit note.

use model::{AdvertiserId, InvoiceId, Money, NetworkId, Timestamp};

use crate::{
    account::{AccountKey, AccountKind},
    postings::{Append, PostingError, Step},
    transfer::{Leg, Phase, Source, Transfer, TransferReason},
};

/// Which way tax goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaxWay {
    /// An invoice: the advertiser owes it.
    Owed,
    /// A credit note: he gets it back.
    Back,
}

/// One transfer for each tax that is not zero; its line is the place of the tax on the paper.
///
/// # Errors
/// An amount below zero, too many taxes.
pub fn tax(
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
    taxes: &[Money],
    way: TaxWay,
    invoice_id: InvoiceId,
    at: Timestamp,
) -> Result<Vec<Transfer>, PostingError> {
    let mut append = Append::new(Source::Invoice(invoice_id), None, at);
    for (line, amount) in (0_usize..).zip(taxes) {
        if amount.is_negative() {
            return Err(PostingError::NotPositive);
        }
        if amount.is_zero() {
            continue;
        }
        let line = u16::try_from(line).map_err(|_| PostingError::TooMany)?;
        let account = |kind| AccountKey { network_id, kind, currency: amount.currency() };
        let (advertiser, tax) = (account(AccountKind::Advertiser(advertiser_id)), account(AccountKind::Tax));
        let accounts = match way {
            TaxWay::Owed => (advertiser, tax),
            TaxWay::Back => (tax, advertiser),
        };
        let step = Step { line, phase: Phase::Posted, reason: TransferReason::Taxed };
        append.push(step, Leg::Tax, None, accounts, *amount)?;
    }
    Ok(append.transfers)
}
