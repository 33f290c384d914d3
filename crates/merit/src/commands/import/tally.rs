//! What became of the rows of a file.

use std::{collections::BTreeMap, process::ExitCode};

use indicatif::ProgressBar;
use serde::Serialize;

use super::rows::BadRow;
use crate::commands::terminal;

/// Refused rows that the summary lists; stderr names all.
const LISTED_MAX: usize = 1_000;

/// The summary of an import.
#[derive(Serialize)]
pub struct Tally {
    /// True when nothing was stored.
    dry_run: bool,
    /// Rows that the file has.
    read: u64,
    /// Rows that are stored now and were not before.
    imported: u64,
    /// Rows that were stored before.
    duplicates: u64,
    /// Rows that were not taken.
    refused: u64,
    /// The first of them.
    refused_rows: Vec<BadRow>,
    /// Verdicts on the rows that were taken, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    codes: BTreeMap<String, u64>,
    #[serde(skip)]
    bar: ProgressBar,
}

impl Tally {
    /// Nothing yet.
    pub fn new(dry_run: bool, bar: ProgressBar) -> Self {
        Self {
            dry_run,
            read: 0,
            imported: 0,
            duplicates: 0,
            refused: 0,
            refused_rows: Vec::new(),
            codes: BTreeMap::new(),
            bar,
        }
    }

    /// A row was read.
    pub fn count_read(&mut self) {
        self.read += 1;
    }

    /// A row was taken in for the first time; with the verdict's code when it has one.
    pub fn import(&mut self, code: Option<&str>) {
        self.imported += 1;
        if let Some(code) = code {
            *self.codes.entry(code.to_owned()).or_default() += 1;
        }
    }

    /// A row was there before.
    pub fn duplicate(&mut self) {
        self.duplicates += 1;
    }

    /// A row was not taken.
    pub fn refuse(&mut self, row: BadRow) {
        self.refused += 1;
        self.bar.suspend(|| eprintln!("line {}: {}", row.line, row.reason));
        if self.refused_rows.len() < LISTED_MAX {
            self.refused_rows.push(row);
        }
    }

    /// Prints the summary.
    pub fn finish(self) -> anyhow::Result<ExitCode> {
        self.bar.finish_and_clear();
        let done = if self.dry_run { "would be imported" } else { "imported" };
        eprintln!(
            "{} rows: {} {done}, {} were there before, {} refused",
            self.read, self.imported, self.duplicates, self.refused
        );
        terminal::print_json(&self)?;
        Ok(if self.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
