//! Statements of publishers.

use model::billing::{Statement, StatementLine, StatementLineKind};

use crate::{
    DocumentError, Language, figures,
    invoice::period,
    parts::Paper,
    sheet::{Align, WIDTH},
    table::{self, Cell, Column, Table},
    typeset::Style,
    words::Word,
    write::About,
};

/// The statement as PDF.
///
/// # Errors
/// When a font cannot be read or the pages cannot be written: a mistake in the program.
pub fn statement_pdf(statement: &Statement, language: Language) -> Result<Vec<u8>, DocumentError> {
    let mut paper = Paper::new(language)?;
    paper.head(Word::Statement, &statement.number, &statement.issuer);
    let facts = [
        (Word::Number, statement.number.clone()),
        (Word::Issued, figures::date(&statement.zone, statement.issued_at, language)),
        (Word::Period, period(statement.period, &statement.zone, language)),
        (Word::CurrencyLabel, statement.currency.code().to_owned()),
    ];
    paper.parties(Word::StatementFor, &statement.recipient, &facts);
    lines(&mut paper, statement);
    let label = format!("{} ({})", Word::Closing.of(language), statement.currency.code());
    paper.sheet.y += 12.0;
    table::sum(
        &mut paper.sheet,
        &mut paper.typesetter,
        &label,
        &figures::amount(statement.closing, language),
        true,
    );
    paper.sheet.y += 10.0;
    let words = paper.word(Word::SelfBilling);
    paper.note(None, words);
    let about = About {
        title: format!("{} {}", paper.word(Word::Statement), statement.number),
        author: statement.issuer.legal_name.clone(),
        id: format!("{}-{}", statement.id, language.code()),
    };
    let foot = format!("{} · {}", statement.issuer.legal_name, statement.number);
    paper.finish(about, &foot)
}

fn lines(paper: &mut Paper, statement: &Statement) {
    const FIGURES: [f32; 2] = [76.0, table::AMOUNT];
    let language = paper.language;
    let columns = vec![
        Column {
            head: paper.word(Word::Description).to_owned(),
            width: WIDTH - FIGURES[0] - FIGURES[1],
            align: Align::Start,
        },
        Column { head: paper.word(Word::Count).to_owned(), width: FIGURES[0], align: Align::Figures },
        Column { head: paper.word(Word::Amount).to_owned(), width: FIGURES[1], align: Align::Figures },
    ];
    let table = Table::new(columns);
    table.head(&mut paper.sheet, &mut paper.typesetter);
    let plain = Style::plain(9.0);
    let opening = [
        Cell { text: paper.word(Word::Opening).to_owned(), style: plain.bold() },
        Cell { text: String::new(), style: plain },
        Cell { text: figures::amount(statement.opening, language), style: plain.bold().figures() },
    ];
    table.row(&mut paper.sheet, &mut paper.typesetter, &opening);
    for line in &statement.lines {
        let cells = [
            Cell { text: description(paper, line), style: plain },
            Cell { text: figures::count(line.count, language), style: plain.figures() },
            Cell { text: figures::amount(line.amount, language), style: plain.figures() },
        ];
        table.row(&mut paper.sheet, &mut paper.typesetter, &cells);
    }
}

fn description(paper: &Paper, line: &StatementLine) -> String {
    use StatementLineKind as Kind;
    let action = || {
        line.action.as_deref().map_or_else(|| paper.word(Word::Orders).to_owned(), |word| paper.action(word))
    };
    let what = match line.kind {
        Kind::Earned => action(),
        Kind::Reversed => format!("{}, {}", action(), paper.word(Word::Reversed)),
        Kind::Clicks => paper.word(Word::Clicks).to_owned(),
        Kind::Impressions => paper.word(Word::Impressions).to_owned(),
        Kind::Visits => paper.word(Word::Visits).to_owned(),
        Kind::Bonuses => paper.word(Word::Bonuses).to_owned(),
        Kind::BonusesReversed => paper.word(Word::BonusesReversed).to_owned(),
        Kind::Referrals => paper.word(Word::Referrals).to_owned(),
        Kind::ReferralsReversed => paper.word(Word::ReferralsReversed).to_owned(),
        Kind::Sold => paper.word(Word::Sold).to_owned(),
        Kind::Bought => paper.word(Word::Bought).to_owned(),
        Kind::PaidOut => paper.word(Word::PaidOut).to_owned(),
        Kind::Withheld => paper.word(Word::Withheld).to_owned(),
        Kind::PayoutReturned => paper.word(Word::PayoutReturned).to_owned(),
    };
    format!("{}{what}", Paper::program(line.program.as_ref()))
}
