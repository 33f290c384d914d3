//! What the bank answers about a file: pain.002, or CSV written by hand.

use crate::{file::read_id, pain002};

/// What became of one payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The payee has the money.
    Confirmed,
    /// The bank refused it, or sent it back.
    Failed {
        /// The bank's code and words.
        reason: String,
    },
    /// Not decided yet: received, accepted, under way.
    UnderWay {
        /// The bank's word.
        word: String,
    },
}

/// What a report says of one payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The payment's id as text, such as `pyt_…`.
    pub payout: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// A report of a bank.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The run that it is about, when it says so.
    pub run: Option<String>,
    /// What holds for every payment that has no line.
    pub of_all: Option<Outcome>,
    /// Single payments, in the order of the report.
    pub lines: Vec<Line>,
}

/// In which format a report is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportFormat {
    /// ISO 20022 pain.002, version 3 and later.
    Pain002,
    /// CSV with the columns `payout_id`, `status` (`confirmed` or `failed`) and `reason`.
    Csv,
}

/// Why a report cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ReportError {
    /// The line of the text, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// Reads a report.
///
/// # Errors
/// The first place that cannot be read; nothing of a damaged report counts.
pub fn read(format: ReportFormat, text: &str) -> Result<Report, ReportError> {
    match format {
        ReportFormat::Pain002 => pain002::read(text),
        ReportFormat::Csv => read_csv(text),
    }
}

fn read_csv(text: &str) -> Result<Report, ReportError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let refuse = |line: u64, message: &str| ReportError { line, message: message.to_owned() };
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        ReportError { line, message: error.to_string() }
    };
    let head = reader.headers().map_err(unreadable)?.clone();
    let column = |name: &str| head.iter().position(|column| column == name);
    let payout = column("payout_id").ok_or_else(|| refuse(1, "the column `payout_id` is missing"))?;
    let status = column("status").ok_or_else(|| refuse(1, "the column `status` is missing"))?;
    let reason = column("reason");
    let mut report = Report::default();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(1, csv::Position::line);
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let outcome = match cell(status) {
            "confirmed" => Outcome::Confirmed,
            "failed" => {
                let given = reason.map_or("", cell);
                Outcome::Failed { reason: if given.is_empty() { "failed" } else { given }.to_owned() }
            }
            _ => return Err(refuse(line, "`status` is `confirmed` or `failed`")),
        };
        if cell(payout).is_empty() {
            return Err(refuse(line, "`payout_id` is empty"));
        }
        report.lines.push(Line { payout: read_id(cell(payout)), outcome });
    }
    Ok(report)
}
