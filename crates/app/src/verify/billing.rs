//! I3, I7, I10: papers are what the ledger charged.
//!
//! Each paper is made again from the entries that it holds, in the order of issue, so that what is carried from paper to
//! paper is checked too: lines, net amount, rounding, taxes. Every entry stands on papers with its whole amount, so all invoices
//! less all credit notes come to what the ledger charged and was billed, to the unit. Numbers have no gap.

use std::collections::BTreeMap;

use billing::{Corrected, Label, Part, Portion, Sheet, Target, Totals, credit_totals, invoice_totals};
use ledger::{AccountKey, AccountKind, Source};
use model::{
    AdvertiserId, Currency, InvoiceId, Money,
    billing::{Invoice, InvoiceLine, PaperKind, TaxRate},
};
use store::{
    Result, Tx,
    billing::{self as papers, entries, invoices as rows},
};

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};
use crate::{
    billing::{charges, issue},
    posting,
};

/// What papers before left, by advertiser and currency.
type Carried = BTreeMap<(AdvertiserId, Currency), i64>;

/// Checks every invoice, credit note and payment receipt, and the numbers of all papers.
pub(super) fn check(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut stored = Vec::new();
    rows::for_each(tx, &mut |row| {
        match row {
            Ok(row) if row.same => stored.push(row.paper),
            Ok(row) => {
                findings.violate(Invariant::I7, row.paper.id, "its row does not say what the paper says");
                stored.push(row.paper);
            }
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I7, "invoices", error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    findings.count("invoices", stored.len());
    let by_id: BTreeMap<InvoiceId, &Invoice> = stored.iter().map(|paper| (paper.id, paper)).collect();
    let mut carried = Carried::new();
    let mut corrections: BTreeMap<InvoiceId, Corrected> = BTreeMap::new();
    for paper in &stored {
        belongs(world, &by_id, paper, findings);
        match paper.kind {
            PaperKind::PaymentReceipt => receipt(tx, paper, findings)?,
            PaperKind::Invoice | PaperKind::CreditNote => {
                if paper.kind == PaperKind::Invoice {
                    corrections.insert(paper.id, issue::uncorrected(paper));
                }
                again(tx, paper, &mut carried, &mut corrections, findings)?;
                tax(tx, paper, findings)?;
            }
        }
    }
    for (source, sequence) in entries::not_whole(tx)? {
        let place = format!("source {} transfer {sequence}", engine::receipt::hex(&source));
        findings.violate(Invariant::I7, place, "what papers hold of it is not its amount");
    }
    numbers(tx, findings)
}

/// I10: the advertiser is of its network, and so is what it refers to.
fn belongs(
    world: &World<'_>,
    by_id: &BTreeMap<InvoiceId, &Invoice>,
    paper: &Invoice,
    findings: &mut Findings<'_>,
) {
    let advertiser = world.snapshot.advertisers.get(&paper.advertiser_id);
    if advertiser.is_none_or(|advertiser| advertiser.record.network_id != paper.network_id) {
        findings.violate(Invariant::I10, paper.id, "its advertiser is none of its network");
    }
    if let Some(reference) = &paper.refers_to {
        let fits = |other: &&&Invoice| {
            other.kind == PaperKind::Invoice
                && (other.advertiser_id, other.currency) == (paper.advertiser_id, paper.currency)
                && other.number == reference.number
        };
        if by_id.get(&reference.id).filter(fits).is_none() {
            findings.violate(Invariant::I10, paper.id, "it refers to no invoice of its advertiser");
        }
    } else if paper.kind == PaperKind::CreditNote {
        findings.violate(Invariant::I10, paper.id, "it corrects no invoice");
    }
}

/// I7: the payment that a payment receipt confirms was booked.
fn receipt(tx: &mut Tx<'_>, paper: &Invoice, findings: &mut Findings<'_>) -> Result<()> {
    let history = match paper.funding_id {
        Some(funding) => posting::history(tx, Source::Funding(funding)),
        None => Ok(Vec::new()),
    };
    let transfers = match history {
        Ok(transfers) => transfers,
        Err(error) if is_damage(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let booked = transfers.iter().any(|transfer| {
        transfer.amount == paper.gross && transfer.credit.kind == AccountKind::Advertiser(paper.advertiser_id)
    });
    if !booked {
        findings.violate(Invariant::I7, paper.id, "the payment it confirms was not booked so");
    }
    Ok(())
}

/// I7: the paper, made again from what it holds.
fn again(
    tx: &mut Tx<'_>,
    paper: &Invoice,
    carried: &mut Carried,
    corrections: &mut BTreeMap<InvoiceId, Corrected>,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let sheet = sheet(tx, paper)?;
    let before = carried.entry((paper.advertiser_id, paper.currency)).or_default();
    let rates: Vec<TaxRate> = paper
        .taxes
        .iter()
        .map(|tax| TaxRate { name: tax.name.clone(), percent: tax.percent.clone() })
        .collect();
    let sign = if paper.kind == PaperKind::CreditNote { -1 } else { 1 };
    let net = sheet.net().map(|net| Money::from_units(sign * net, paper.currency));
    let wanted = net.and_then(|net| match &paper.refers_to {
        Some(reference) if paper.kind == PaperKind::CreditNote => {
            // Without its invoice, which is reported where it is looked for, nothing can be credited.
            let corrected = corrections.entry(reference.id).or_default();
            let totals = credit_totals(net, *before, &rates, corrected);
            issue::add_credit_note(corrected, paper);
            totals
        }
        _ => invoice_totals(net, *before, &rates),
    });
    *before = paper.carried.units();
    let found = Totals {
        net: paper.net,
        rounding: paper.rounding,
        billed: paper.billed,
        carried: paper.carried,
        taxes: paper.taxes.clone(),
        gross: paper.gross,
    };
    match wanted {
        Ok(wanted) if wanted == found => {}
        Ok(wanted) => {
            let message = format!("what it holds comes to {wanted:?}, it says {found:?}");
            findings.violate(Invariant::I7, paper.id, message);
        }
        Err(error) => findings.violate(Invariant::I7, paper.id, error.to_string()),
    }
    if !same_lines(&sheet, &paper.lines, i128::from(sign)) {
        findings.violate(Invariant::I7, paper.id, "its lines are not what it holds");
    }
    Ok(())
}

/// The lines of a paper, from the entries that it holds.
fn sheet(tx: &mut Tx<'_>, paper: &Invoice) -> Result<Sheet> {
    let kind = AccountKind::Advertiser(paper.advertiser_id);
    let account = AccountKey { network_id: paper.network_id, kind, currency: paper.currency };
    let mut sheet = Sheet::default();
    let mut last: Option<(charges::SourceKey, Label)> = None;
    let mut portions: Vec<Portion> = Vec::new();
    entries::for_each_of_invoice(tx, &account.to_bytes(), paper.id, &mut |row, units| {
        if let Some((_, label)) = last.take_if(|(source, _)| *source != row.source) {
            sheet.add(&label, portions.iter());
            portions.clear();
        }
        let part: Part = charges::part(row.leg);
        portions.push(Portion { sequence: row.sequence, target: Target::Invoice, part, units });
        last.get_or_insert_with(|| (row.source, charges::label(&row)));
        Ok(())
    })?;
    if let Some((_, label)) = last {
        sheet.add(&label, portions.iter());
    }
    Ok(sheet)
}

fn same_lines(sheet: &Sheet, lines: &[InvoiceLine], sign: i128) -> bool {
    let wanted = sheet.lines.iter().filter(|(_, sums)| sums.count > 0).map(|(label, sums)| {
        let label = (label.program, label.kind, label.action.as_deref());
        (label, sums.count, sign * sums.commission, sign * sums.fee, sign * sums.amount())
    });
    let found = lines.iter().map(|line| {
        let label = (line.program.as_ref().map(|program| program.id), line.kind, line.action.as_deref());
        let units = |money: Money| i128::from(money.units());
        (label, line.count, units(line.commission), units(line.fee), units(line.amount))
    });
    wanted.eq(found)
}

/// I3: the tax that was booked is the tax on the paper.
fn tax(tx: &mut Tx<'_>, paper: &Invoice, findings: &mut Findings<'_>) -> Result<()> {
    let stored = match posting::history(tx, Source::Invoice(paper.id)) {
        Ok(stored) => Some(stored),
        Err(error) if is_damage(&error) => None,
        Err(error) => return Err(error),
    };
    if stored != issue::tax_transfers(paper).ok() {
        findings.violate(Invariant::I3, paper.id, "its tax in the ledger is not what it says");
    }
    Ok(())
}

/// I7: every number of a series is on one paper.
fn numbers(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    for series in papers::series(tx)? {
        let whole = series.papers == series.last && series.range == (1.min(series.last), series.last);
        if !whole {
            let place = format!("{} of {} in {}", series.series, series.network_id, series.year);
            let message = format!(
                "{} numbers were given out, {} papers have them, from {} to {}",
                series.last, series.papers, series.range.0, series.range.1
            );
            findings.violate(Invariant::I7, place, message);
        }
    }
    Ok(())
}
