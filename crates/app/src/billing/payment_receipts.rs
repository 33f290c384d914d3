//! Payments of advertisers, each with its receipt: for an invoice, whole or in part, or in advance.

use model::{
    FundingId, InvoiceId, Money,
    billing::{Invoice, PaperKind, Party, Reference},
    parties::Advertiser,
};
use store::billing::invoices as rows;

use super::{look, network_of, numbers, profiles};
use crate::{command::Change, errors::Refusal};

/// A payment that was booked.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The payment; the source of its transfer.
    pub funding_id: FundingId,
    /// How much.
    pub amount: Money,
    /// Words to it, such as the bank's reference.
    pub note: Option<String>,
    /// The invoice that it pays.
    pub invoice: Option<InvoiceId>,
}

/// Writes the receipt of a payment, in its transaction.
///
/// # Errors
/// `field_invalid` for an invoice of somebody else or another currency, one that was settled from prepaid funds, and more
/// than is open; storage errors.
pub(crate) fn write(
    change: &mut Change<'_, '_>,
    advertiser: &Advertiser,
    paid: &Paid,
) -> Result<Invoice, Refusal> {
    let network = network_of(change.tx, advertiser.network_id)?;
    let refers_to = match paid.invoice {
        None => None,
        Some(id) => Some(open_invoice(change, advertiser, id, paid.amount)?),
    };
    let (issuer, numbering, _) = profiles::issuer_or_name(change.tx, &network)?;
    let recipient = profiles::of(change.tx, advertiser.id.bytes())?;
    let kind = PaperKind::PaymentReceipt;
    let number = numbers::take(change.tx, network.id, &numbering, Some(kind), &network.zone, change.now)?;
    let nothing = Money::zero(paid.amount.currency());
    let paper = Invoice {
        id: InvoiceId::new(change.now, change.entropy),
        kind,
        number: number.text,
        network_id: network.id,
        advertiser_id: advertiser.id,
        currency: paid.amount.currency(),
        zone: network.zone,
        period: None,
        issued_at: change.now,
        due_at: None,
        prepaid: false,
        issuer,
        recipient: recipient.map_or_else(|| Party::named(&advertiser.name), |profile| profile.party()),
        payment_instructions: None,
        refers_to,
        funding_id: Some(paid.funding_id),
        lines: Vec::new(),
        net: paid.amount,
        rounding: nothing,
        billed: paid.amount,
        carried: nothing,
        taxes: Vec::new(),
        tax_note: None,
        gross: paid.amount,
        note: paid.note.clone(),
    };
    rows::insert(change.tx, &paper, number.place)?;
    Ok(paper)
}

/// The invoice that is paid, when that much of it is open.
fn open_invoice(
    change: &mut Change<'_, '_>,
    advertiser: &Advertiser,
    id: InvoiceId,
    amount: Money,
) -> Result<Reference, Refusal> {
    let refuse = |message: String| Refusal::field("invoice_id", message);
    let invoice = rows::by_id(change.tx, id)?
        .filter(|invoice| invoice.advertiser_id == advertiser.id && invoice.kind == PaperKind::Invoice)
        .ok_or_else(|| refuse(format!("there is no invoice {id} of this advertiser")))?;
    if invoice.currency != amount.currency() {
        return Err(refuse(format!("the invoice is in {}", invoice.currency)));
    }
    if invoice.prepaid {
        return Err(refuse(
            "the invoice was settled from prepaid funds; book the payment without it".to_owned(),
        ));
    }
    let open = look::settlement(change.tx, &invoice)?.open;
    if amount.units() > open.units() {
        let message = format!("{open} of invoice {} is open, {amount} is more", invoice.number);
        return Err(Refusal::field("amount", message));
    }
    Ok(Reference { id, number: invoice.number, issued_at: invoice.issued_at })
}
