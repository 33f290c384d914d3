//! A month is closed: what each advertiser was charged becomes an invoice, and what was taken back of earlier invoices
//! becomes credit notes, one for each invoice that is corrected.

use std::collections::BTreeMap;

use billing::{Closed, Corrected, Credited, Label, Sheet, Totals, credit_totals, invoice_totals};
use ledger::{AccountKey, AccountKind, TaxWay};
use model::{
    AdvertiserId, Currency, InvoiceId, Money,
    billing::{BillingProfile, Invoice, InvoiceLine, IssuerProfile, PaperKind, Reference, Span, TaxRate},
    calendar::Zone,
    parties::{Advertiser, Billing},
};
use serde_json::json;
use store::{
    Tx,
    billing::{entries, invoices as rows},
    configuration,
};

use super::{InvoiceFilter, Programs, charges, ended_month, internal, network_of, numbers, profiles};
use crate::{
    access::INVOICE_ISSUE,
    command::Change,
    errors::{ErrorCode, Refusal},
    posting,
};

/// Which month of whom.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The month, such as `2026-10`, in the network's zone.
    pub period: String,
    /// One advertiser; all of them without it.
    pub advertiser_id: Option<AdvertiserId>,
    /// One currency; all of them without it.
    pub currency: Option<Currency>,
}

/// Why an advertiser got no invoice although there was something to bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotInvoiced {
    /// Nobody said to whom invoices are written.
    NoBillingProfile,
    /// A later month is closed already, and holds what this one had.
    LaterPeriodClosed,
}

impl NotInvoiced {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoBillingProfile => "no_billing_profile",
            Self::LaterPeriodClosed => "later_period_closed",
        }
    }
}

/// An advertiser without an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Who.
    pub advertiser_id: AdvertiserId,
    /// In which currency.
    pub currency: Currency,
    /// Why.
    pub reason: NotInvoiced,
}

/// What closing a month did.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    /// The month.
    pub period: Span,
    /// Invoices and credit notes that were issued now.
    pub issued: Vec<Invoice>,
    /// Those that it had before.
    pub existing: Vec<Invoice>,
    /// Who got none although there was something to bill.
    pub left_out: Vec<LeftOut>,
}

/// The most papers of one advertiser, month and currency that are shown as existing.
const EXISTING_MAX: u32 = 1_000;

/// Closes a month. What is closed already is only shown.
///
/// # Errors
/// `right_missing`, `field_invalid`, `not_found`; `state_conflict` while nobody said who writes the invoices; storage errors.
pub fn issue(change: &mut Change<'_, '_>, wanted: &Wanted) -> Result<Issued, Refusal> {
    INVOICE_ISSUE.check_role(change.actor)?;
    let network = network_of(change.tx, change.actor.network())?;
    let period = ended_month(&network, &wanted.period, change.now)?;
    let issuer = profiles::issuer(change.tx, network.id)?.ok_or_else(|| {
        Refusal::state("say first who writes the invoices: PUT /api/v1/networks/{network_id}/billing_profile")
    })?;
    let mut done = Issued { period, issued: Vec::new(), existing: Vec::new(), left_out: Vec::new() };
    let mut desk = Desk { issuer, zone: network.zone, period, programs: Programs::default() };
    for (account, advertiser) in accounts(change, wanted)? {
        desk.close(change, account, &advertiser, &mut done)?;
    }
    Ok(done)
}

/// The accounts to look at, with their advertisers.
fn accounts(change: &mut Change<'_, '_>, wanted: &Wanted) -> Result<Vec<(AccountKey, Advertiser)>, Refusal> {
    let network = change.actor.network();
    let find = |tx: &mut Tx<'_>, id: AdvertiserId| -> Result<Advertiser, Refusal> {
        let found: Option<Advertiser> = configuration::get(tx, id)?;
        let missing = || Refusal::not_found(format!("advertiser {id}"));
        found.filter(|advertiser| advertiser.network_id == network).ok_or_else(missing)
    };
    if let Some(id) = wanted.advertiser_id {
        find(change.tx, id)?;
    }
    let mut accounts = Vec::new();
    for row in store::ledger::accounts(change.tx, Some(network))? {
        let (key, _) = posting::balance(&row)?;
        if let AccountKind::Advertiser(id) = key.kind
            && wanted.advertiser_id.is_none_or(|wanted| wanted == id)
            && wanted.currency.is_none_or(|wanted| wanted == key.currency)
        {
            accounts.push((key, find(change.tx, id)?));
        }
    }
    Ok(accounts)
}

/// What the papers of one run have in common.
struct Desk {
    issuer: IssuerProfile,
    zone: Zone,
    period: Span,
    programs: Programs,
}

/// To whom the papers of one account are written.
struct Addressee<'a> {
    account: AccountKey,
    advertiser: &'a Advertiser,
    profile: BillingProfile,
}

impl Desk {
    /// Closes the month on one account.
    fn close(
        &mut self,
        change: &mut Change<'_, '_>,
        account: AccountKey,
        advertiser: &Advertiser,
        done: &mut Issued,
    ) -> Result<(), Refusal> {
        let (id, currency) = (advertiser.id, account.currency);
        let closed_before = InvoiceFilter {
            network: Some(account.network_id),
            advertisers: Some(vec![id]),
            period_start: Some(self.period.start),
            currency: Some(currency),
            ..InvoiceFilter::default()
        };
        let existing = rows::list(change.tx, &closed_before, None, EXISTING_MAX)?;
        if !existing.is_empty() {
            done.existing.extend(existing);
            return Ok(());
        }
        let standing = rows::standing(change.tx, id, currency)?;
        let batch = charges::unbilled(change.tx, &account.to_bytes(), self.period.end)?;
        let closed = batch.close(standing.carried, currency.coin_units())?;
        if closed.invoice.is_none() && closed.corrections.is_empty() {
            return Ok(());
        }
        let left_out = |reason| LeftOut { advertiser_id: id, currency, reason };
        if standing.newest_period.is_some_and(|newest| newest > self.period.start) {
            done.left_out.push(left_out(NotInvoiced::LaterPeriodClosed));
            return Ok(());
        }
        let Some(profile) = profiles::of(change.tx, id.bytes())? else {
            done.left_out.push(left_out(NotInvoiced::NoBillingProfile));
            return Ok(());
        };
        let addressee = Addressee { account, advertiser, profile };
        self.write(change, &addressee, closed, standing.carried, done)
    }

    /// Writes the invoice and the credit notes of one account.
    fn write(
        &mut self,
        change: &mut Change<'_, '_>,
        to: &Addressee<'_>,
        closed: Closed<charges::SourceKey>,
        mut carried: i64,
        done: &mut Issued,
    ) -> Result<(), Refusal> {
        let currency = to.account.currency;
        let mut papers: BTreeMap<billing::Target, InvoiceId> = BTreeMap::new();
        if let Some(sheet) = &closed.invoice {
            let net = Money::from_units(sheet.net()?, currency);
            let totals = invoice_totals(net, carried, &to.profile.tax_rates)?;
            carried = totals.carried.units();
            let paper = self.paper(change, to, PaperKind::Invoice, sheet, totals, None)?;
            papers.insert(billing::Target::Invoice, paper.id);
            done.issued.push(paper);
        }
        for (corrected, sheet) in &closed.corrections {
            let corrected = rows::by_id(change.tx, *corrected)?
                .ok_or_else(|| internal(format!("invoice {corrected} is lost")))?;
            let taken_back = sheet.net()?.checked_neg().ok_or_else(|| internal("the sum is too large"))?;
            let rates: Vec<TaxRate> = corrected
                .taxes
                .iter()
                .map(|tax| TaxRate { name: tax.name.clone(), percent: tax.percent.clone() })
                .collect();
            let before = corrected_before(change.tx, &corrected)?;
            let totals = credit_totals(Money::from_units(taken_back, currency), carried, &rates, &before)?;
            carried = totals.carried.units();
            let target = billing::Target::Correction(corrected.id);
            let paper = self.paper(change, to, PaperKind::CreditNote, sheet, totals, Some(corrected))?;
            papers.insert(target, paper.id);
            done.issued.push(paper);
        }
        let mut held = Vec::with_capacity(closed.entries.len());
        for entry in closed.entries {
            let paper = papers.get(&entry.target).ok_or_else(|| internal("an entry without its paper"))?;
            held.push((entry.source, entry.sequence, *paper, entry.units));
        }
        Ok(entries::insert(change.tx, &held)?)
    }

    /// Writes one paper, with its number, its tax in the ledger and its row in the audit log.
    fn paper(
        &mut self,
        change: &mut Change<'_, '_>,
        to: &Addressee<'_>,
        kind: PaperKind,
        sheet: &Sheet,
        totals: Totals,
        corrected: Option<Invoice>,
    ) -> Result<Invoice, Refusal> {
        let (network_id, now) = (to.account.network_id, change.now);
        let number =
            numbers::take(change.tx, network_id, &self.issuer.numbering, Some(kind), &self.zone, now)?;
        let lines = lines(change.tx, &mut self.programs, sheet, kind, to.account.currency)?;
        let is_invoice = kind == PaperKind::Invoice;
        let prepaid = to.advertiser.billing == Billing::Prepaid;
        let due = now.plus_seconds(i64::from(to.profile.payment_days) * 86_400);
        let Totals { net, rounding, billed, carried, taxes, gross } = totals;
        let tax_note = match &corrected {
            Some(corrected) => corrected.tax_note.clone(),
            None => to.profile.tax_note.clone(),
        };
        let paper = Invoice {
            id: InvoiceId::new(now, change.entropy),
            kind,
            number: number.text,
            network_id,
            advertiser_id: to.advertiser.id,
            currency: to.account.currency,
            zone: self.zone.clone(),
            period: Some(self.period),
            issued_at: now,
            due_at: (is_invoice && !prepaid).then_some(due),
            prepaid: is_invoice && prepaid,
            issuer: self.issuer.party(),
            recipient: to.profile.party(),
            payment_instructions: self.issuer.payment_instructions.clone().filter(|_| is_invoice && !prepaid),
            refers_to: corrected.map(|other| Reference {
                id: other.id,
                number: other.number,
                issued_at: other.issued_at,
            }),
            funding_id: None,
            lines,
            net,
            rounding,
            billed,
            carried,
            taxes,
            tax_note,
            gross,
            note: None,
        };
        rows::insert(change.tx, &paper, number.place).map_err(|error| match error {
            store::Error::Unique { .. } => Refusal {
                field: Some("numbering".to_owned()),
                ..Refusal::new(
                    ErrorCode::Taken,
                    format!(
                        "the number {} or the month is taken; change what numbers begin with",
                        paper.number
                    ),
                )
            },
            other => other.into(),
        })?;
        post_tax(change, &paper)?;
        let noted = json!({ "issued": { "kind": kind, "number": paper.number, "gross": gross } });
        change.audit(Some(network_id), &paper.id, &noted)?;
        Ok(paper)
    }
}

fn post_tax(change: &mut Change<'_, '_>, paper: &Invoice) -> Result<(), Refusal> {
    let transfers = tax_transfers(paper).map_err(internal)?;
    Ok(posting::append(change.tx, &[], &transfers)?)
}

/// The transfers of a paper's taxes.
pub(crate) fn tax_transfers(paper: &Invoice) -> Result<Vec<ledger::Transfer>, ledger::PostingError> {
    let way = if paper.kind == PaperKind::CreditNote { TaxWay::Back } else { TaxWay::Owed };
    let taxes: Vec<Money> = paper.taxes.iter().map(|tax| tax.amount).collect();
    ledger::tax(paper.network_id, paper.advertiser_id, &taxes, way, paper.id, paper.issued_at)
}

/// An invoice, with what earlier credit notes took off it.
fn corrected_before(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<Corrected, Refusal> {
    let filter = InvoiceFilter {
        refers_to: Some(invoice.id),
        kind: Some(PaperKind::CreditNote),
        ..InvoiceFilter::default()
    };
    let mut earlier = uncorrected(invoice);
    let mut before = None;
    loop {
        let page = rows::list(tx, &filter, before, EXISTING_MAX)?;
        before = page.last().map(|paper| paper.id);
        for paper in &page {
            add_credit_note(&mut earlier, paper);
        }
        if page.len() < EXISTING_MAX as usize {
            return Ok(earlier);
        }
    }
}

/// An invoice before its first credit note.
pub(crate) fn uncorrected(invoice: &Invoice) -> Corrected {
    let credited = Credited { net: 0, billed: 0, taxes: vec![0; invoice.taxes.len()] };
    Corrected { net: invoice.net.units(), billed: invoice.billed.units(), credited }
}

/// Adds a credit note to what was credited of its invoice.
pub(crate) fn add_credit_note(invoice: &mut Corrected, paper: &Invoice) {
    let credited = &mut invoice.credited;
    // Sums that do not fit would not have been stored.
    credited.net = credited.net.saturating_add(paper.net.units());
    credited.billed = credited.billed.saturating_add(paper.billed.units());
    for (sum, tax) in credited.taxes.iter_mut().zip(&paper.taxes) {
        *sum = sum.saturating_add(tax.amount.units());
    }
}

/// The lines of a paper; a credit note shows what it takes back above zero.
fn lines(
    tx: &mut Tx<'_>,
    programs: &mut Programs,
    sheet: &Sheet,
    kind: PaperKind,
    currency: Currency,
) -> Result<Vec<InvoiceLine>, Refusal> {
    let mut lines = Vec::with_capacity(sheet.lines.len());
    for (label, sums) in sheet.lines.iter().filter(|(_, sums)| sums.count > 0) {
        let Label { program, kind: about, action } = label.clone();
        let sign = if kind == PaperKind::CreditNote { -1 } else { 1 };
        let money = |units: i128| {
            i64::try_from(sign * units).map(|units| Money::from_units(units, currency)).map_err(internal)
        };
        lines.push(InvoiceLine {
            kind: about,
            program: program.map(|id| programs.named(tx, id)).transpose()?,
            action,
            count: sums.count,
            commission: money(sums.commission)?,
            fee: money(sums.fee)?,
            amount: money(sums.amount())?,
        });
    }
    Ok(lines)
}
