//! Invoices, credit notes and payment receipts.

use model::billing::{Invoice, InvoiceLine, LineKind, PaperKind, Span};

use crate::{
    DocumentError, Language, figures,
    parts::Paper,
    sheet::{Align, WIDTH},
    table::{self, Cell, Column, Table},
    typeset::Style,
    words::Word,
    write::About,
};

/// The paper as PDF.
///
/// # Errors
/// When a font cannot be read or the pages cannot be written: a mistake in the program.
pub fn invoice_pdf(invoice: &Invoice, language: Language) -> Result<Vec<u8>, DocumentError> {
    let mut paper = Paper::new(language)?;
    let (title, recipient) = match invoice.kind {
        PaperKind::Invoice => (Word::Invoice, Word::BilledTo),
        PaperKind::CreditNote => (Word::CreditNote, Word::CreditedTo),
        PaperKind::PaymentReceipt => (Word::PaymentReceipt, Word::ReceivedFrom),
    };
    paper.head(title, &invoice.number, &invoice.issuer);
    let facts = facts(invoice, &paper);
    paper.parties(recipient, &invoice.recipient, &facts);
    if invoice.kind == PaperKind::PaymentReceipt {
        received(&mut paper, invoice);
    } else {
        lines(&mut paper, invoice);
        totals(&mut paper, invoice);
    }
    notes(&mut paper, invoice);
    let heading = format!("{} {}", paper.word(title), invoice.number);
    let about = About {
        title: heading,
        author: invoice.issuer.legal_name.clone(),
        id: format!("{}-{}", invoice.id, language.code()),
    };
    let foot = format!("{} · {}", invoice.issuer.legal_name, invoice.number);
    paper.finish(about, &foot)
}

/// The days of a period: the first and the last.
pub(crate) fn period(span: Span, zone: &model::calendar::Zone, language: Language) -> String {
    let first = figures::date(zone, span.start, language);
    let last = figures::date(zone, span.end.plus_micros(-1), language);
    format!("{first} – {last}")
}

fn facts(invoice: &Invoice, paper: &Paper) -> Vec<(Word, String)> {
    let language = paper.language;
    let date = |at| figures::date(&invoice.zone, at, language);
    let mut facts = vec![(Word::Number, invoice.number.clone()), (Word::Issued, date(invoice.issued_at))];
    if let Some(span) = invoice.period {
        facts.push((Word::Period, period(span, &invoice.zone, language)));
    }
    if let Some(due) = invoice.due_at {
        facts.push((Word::Due, date(due)));
    }
    if let Some(other) = &invoice.refers_to {
        let word = if invoice.kind == PaperKind::CreditNote { Word::Corrects } else { Word::Pays };
        facts.push((word, paper.beside(&other.number, " · ", &date(other.issued_at))));
    } else if invoice.kind == PaperKind::PaymentReceipt {
        facts.push((Word::Pays, paper.word(Word::InAdvance).to_owned()));
    }
    facts.push((Word::CurrencyLabel, invoice.currency.code().to_owned()));
    facts
}

fn lines(paper: &mut Paper, invoice: &Invoice) {
    const FIGURES: [f32; 4] = [52.0, 84.0, 76.0, table::AMOUNT];
    let described = WIDTH - FIGURES.iter().sum::<f32>();
    let mut columns = vec![Column {
        head: paper.word(Word::Description).to_owned(),
        width: described,
        align: Align::Start,
    }];
    let heads = [Word::Count, Word::Commission, Word::Fee, Word::Amount];
    for (word, width) in heads.into_iter().zip(FIGURES) {
        columns.push(Column { head: paper.word(word).to_owned(), width, align: Align::Figures });
    }
    let table = Table::new(columns);
    table.head(&mut paper.sheet, &mut paper.typesetter);
    let figure = |text: String| Cell { text, style: Style::plain(9.0).figures() };
    for line in &invoice.lines {
        let language = paper.language;
        let cells = [
            Cell { text: description(paper, line), style: Style::plain(9.0) },
            figure(figures::count(line.count, language)),
            figure(figures::amount(line.commission, language)),
            figure(figures::amount(line.fee, language)),
            figure(figures::amount(line.amount, language)),
        ];
        table.row(&mut paper.sheet, &mut paper.typesetter, &cells);
    }
    paper.sheet.y += 12.0;
}

fn description(paper: &Paper, line: &InvoiceLine) -> String {
    let what = match (line.kind, &line.action) {
        (LineKind::Action, Some(action)) => paper.action(action),
        (LineKind::Action, None) => paper.word(Word::Orders).to_owned(),
        (LineKind::Clicks, _) => paper.word(Word::Clicks).to_owned(),
        (LineKind::Impressions, _) => paper.word(Word::Impressions).to_owned(),
        (LineKind::Visits, _) => paper.word(Word::Visits).to_owned(),
        (LineKind::Bonuses, _) => paper.word(Word::Bonuses).to_owned(),
    };
    format!("{}{what}", Paper::program(line.program.as_ref()))
}

fn totals(paper: &mut Paper, invoice: &Invoice) {
    let language = paper.language;
    let mut sums = vec![(Word::Net.of(language).to_owned(), invoice.net)];
    if !invoice.rounding.is_zero() {
        sums.push((Word::Rounding.of(language).to_owned(), invoice.rounding));
    }
    for tax in &invoice.taxes {
        let label = paper.beside(&tax.name, " ", &figures::percent(&tax.percent, language));
        sums.push((label, tax.amount));
    }
    for (label, amount) in sums {
        let amount = figures::amount(amount, language);
        table::sum(&mut paper.sheet, &mut paper.typesetter, &label, &amount, false);
    }
    let credit = invoice.kind == PaperKind::CreditNote;
    let word = if credit { Word::TotalCredited } else { Word::Total };
    let label = format!("{} ({})", word.of(language), invoice.currency.code());
    paper.sheet.y += 4.0;
    table::sum(
        &mut paper.sheet,
        &mut paper.typesetter,
        &label,
        &figures::amount(invoice.gross, language),
        true,
    );
    paper.sheet.y += 10.0;
}

fn received(paper: &mut Paper, invoice: &Invoice) {
    let language = paper.language;
    let label = format!("{} ({})", Word::AmountReceived.of(language), invoice.currency.code());
    table::sum(
        &mut paper.sheet,
        &mut paper.typesetter,
        &label,
        &figures::amount(invoice.gross, language),
        true,
    );
    paper.sheet.y += 10.0;
}

fn notes(paper: &mut Paper, invoice: &Invoice) {
    if invoice.prepaid {
        let words = paper.word(Word::Prepaid);
        paper.note(None, words);
    }
    if let Some(note) = &invoice.tax_note {
        paper.note(Some(Word::Remark), note);
    }
    if let Some(note) = &invoice.note {
        paper.note(Some(Word::Remark), note);
    }
    if let Some(instructions) = &invoice.payment_instructions {
        paper.note(Some(Word::HowToPay), instructions);
    }
    if !invoice.rounding.is_zero() || !invoice.taxes.is_empty() {
        let words = paper.word(Word::RoundingNote);
        paper.note(None, words);
    }
}
