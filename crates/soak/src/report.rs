//! What a part of a run came to, in one line, and the file in which runs add up.

use std::{fmt::Write as _, fs::OpenOptions, io::Write as _, path::Path, time::Duration};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::{compare::Findings, load::Journal};

/// What a part of a run came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// What was done, such as `kill -9, SQLite`.
    pub part: String,
    /// Crashes.
    pub crashes: u64,
    /// Acknowledged clicks.
    pub clicks: u64,
    /// Acknowledged conversions; like clicks, only those that were so before the database or the power went.
    pub conversions: u64,
    /// Of these, repeats of an order that was answered before.
    pub repeats: u64,
    /// Requests whose answer never came.
    pub unanswered: u64,
    /// Requests refused with a 503.
    pub refused: u64,
    /// Stored events whose sender was never told.
    pub untold: u64,
    /// Milliseconds from the start of a server after a crash until it was ready: all together, and the longest.
    pub restarts_ms: (u64, u64),
    /// How many restarts that were.
    pub restarts: u64,
    /// Milliseconds that it took, comparison included.
    pub took_ms: u64,
    /// What is wrong.
    pub findings: Findings,
}

impl Outcome {
    /// An outcome before anything has happened.
    pub fn new(part: impl Into<String>) -> Self {
        Self { part: part.into(), ..Self::default() }
    }

    /// Adds what clients have seen.
    pub fn saw(&mut self, journal: &Journal) {
        self.clicks += journal.clicks.iter().filter(|click| !click.may_be_unlogged).count() as u64;
        self.conversions += journal.conversions.iter().filter(|one| !one.after_cut).count() as u64;
        self.repeats += journal.repeats;
        self.unanswered += journal.unanswered;
        self.refused += journal.refused;
    }

    /// Adds a restart.
    pub fn restarted(&mut self, took: Duration) {
        let took = millis(took);
        self.restarts += 1;
        self.restarts_ms = (self.restarts_ms.0.saturating_add(took), self.restarts_ms.1.max(took));
    }

    fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.clicks += other.clicks;
        self.conversions += other.conversions;
        self.repeats += other.repeats;
        self.unanswered += other.unanswered;
        self.refused += other.refused;
        self.untold += other.untold;
        self.restarts += other.restarts;
        self.took_ms += other.took_ms;
        self.restarts_ms =
            (self.restarts_ms.0 + other.restarts_ms.0, self.restarts_ms.1.max(other.restarts_ms.1));
        self.findings.add(other.findings.clone());
    }

    /// The outcome for people.
    pub fn text(&self) -> String {
        let Findings { doubled, wrong, unlogged, in_flight, .. } = self.findings;
        let mut text = format!(
            "{}: {} crashes, {} acknowledged ({} clicks, {} conversions, {} of them repeats), {} lost, {doubled} doubled, {wrong} wrong",
            self.part,
            self.crashes,
            self.clicks + self.conversions,
            self.clicks,
            self.conversions,
            self.repeats,
            self.findings.lost(),
        );
        let further = [
            (self.unanswered, "unanswered"),
            (self.untold, "stored untold"),
            (self.refused, "refused with 503"),
            (unlogged, "redirects unlogged"),
            (in_flight, "conversions in flight at the cut"),
        ];
        for (count, what) in further.into_iter().filter(|(count, _)| *count > 0) {
            // Writing into a string cannot fail.
            let _ = write!(text, ", {count} {what}");
        }
        if let Some(mean) = self.restarts_ms.0.checked_div(self.restarts) {
            let _ = write!(text, "; ready again after {mean} ms, at most {} ms", self.restarts_ms.1);
        }
        let _ = write!(text, " ({}.{} s)", self.took_ms / 1_000, self.took_ms % 1_000 / 100);
        text
    }

    /// The outcome of a control for people, which only has to have lost something.
    pub fn control_text(&self) -> String {
        let (acknowledged, lost) = (self.clicks + self.conversions, self.findings.lost());
        let verdict = if lost > 0 { "found, as it must be" } else { "FAILED: this harness is blind" };
        format!(
            "{}: {} crashes, {acknowledged} acknowledged, {lost} lost: {verdict}",
            self.part, self.crashes
        )
    }

    /// The findings in words, each on a line.
    pub fn told(&self) -> String {
        self.findings.told.iter().map(|what| format!("  {what}\n")).collect()
    }
}

/// A duration as a whole number of milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Adds an outcome to the file of all runs.
///
/// # Errors
/// When the file cannot be written.
pub fn append(file: &Path, outcome: &Outcome) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let line = format!("{}\n", serde_json::to_string(outcome)?);
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .with_context(|| format!("write {}", file.display()))
}

/// The sums of the file of all runs, a line a part.
///
/// # Errors
/// When the file is not one of ours.
pub fn totals(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let mut sums: Vec<Outcome> = Vec::new();
    for line in text.lines() {
        let outcome: Outcome =
            serde_json::from_str(line).with_context(|| format!("in {}", file.display()))?;
        match sums.iter_mut().find(|sum| sum.part == outcome.part) {
            Some(sum) => sum.add(&outcome),
            None => sums.push(outcome),
        }
    }
    Ok(sums.iter().map(|sum| format!("  {}\n", sum.text())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_add_up_by_part() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/report.jsonl");
        let mut outcome = Outcome { crashes: 3, clicks: 10, ..Outcome::new("kill") };
        outcome.restarted(Duration::from_millis(30));
        outcome.findings.doubled("x");
        for outcome in [&outcome, &Outcome::new("cut"), &outcome] {
            append(&file, outcome).unwrap();
        }
        let totals = totals(&file).unwrap();
        let lines: Vec<&str> = totals.lines().collect();
        assert!(lines[0].contains("kill: 6 crashes, 20 acknowledged"), "{totals}");
        assert!(lines[0].contains("0 lost, 2 doubled, 0 wrong; ready again after 30 ms"), "{totals}");
        assert!(lines[1].contains("cut: 0 crashes"), "{totals}");
        assert_eq!(lines.len(), 2);
    }
}
