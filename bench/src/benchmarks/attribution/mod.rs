//! From a file of paths to the table of a model, beside PyPI's ChannelAttribution.
//!
//! Both read the same generated files in turn: 10,000 and 200,000 paths over twelve channels. Ours is timed as a process, its start
//! included; the peer from opening the file on, with its libraries loaded. It simulates its Markov chains until they settle, ours are solved.

mod generate;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{
    registry::Benchmark,
    rig::{
        Effort,
        ambient::Stopwatch,
        build_folder, data_folder,
        samples::{Samples, number},
        table::Table,
    },
};

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "attribution",
    what: "models over a file of paths against PyPI's ChannelAttribution",
    run,
};

const PEER: &str = include_str!("peer.py");
/// What it takes to build the peer, and the peer itself, which is built from source.
const BEFORE: [&str; 5] = ["setuptools==84.2.1", "wheel", "numpy==2.4.6", "pandas==3.1.1", "cython==3.3.1"];
const PACKAGE: &str = "ChannelAttribution==2.2.5";
/// What is asked: its name, our models, the peer's order.
const QUESTIONS: [(&str, &str, &str); 4] = [
    ("first, last, linear", "first,last,linear", "0"),
    ("Markov, order 1", "markov_1", "1"),
    ("Markov, order 2", "markov_2", "2"),
    ("Markov, order 3", "markov_3", "3"),
];
/// Touches of the longest path.
const LONGEST: u64 = 10;
/// Touches of the longest journey of many persons: on average they have ten.
const LONGEST_OF_PERSONS: u64 = 19;
/// Every model that a file can be asked.
const ALL: &str =
    "last,first,last_non_direct,linear,position,participation,shapley,markov_1,markov_2,markov_3";
/// How many times faster it should be.
const MARK: f64 = 5.0;

/// One run.
struct Run {
    milliseconds: f64,
    peak_mb: f64,
    rows: usize,
}

fn run(effort: &Effort) -> Result<()> {
    let folder = data_folder()?;
    let binary = build_folder()?.join("merit");
    ensure!(binary.is_file(), "{} is missing: cargo build --release --workspace --bins", binary.display());
    let python = match install(folder.path()) {
        Ok(python) => Some(python),
        Err(error) => {
            println!("NOT RUN: {PACKAGE}: {error:#}");
            None
        }
    };
    let mut table = Table::new(&[
        "model",
        "paths",
        "Merit, ms",
        "peer, ms",
        "times faster",
        "mark",
        "Merit, MB",
        "peer, MB",
    ]);
    for paths in [10_000, 200_000] {
        let file = folder.path().join(format!("{paths}.csv"));
        generate::write(&file, paths, LONGEST)?;
        for (name, models, order) in QUESTIONS {
            let (mut ours, mut theirs) = (Samples::new(), Samples::new());
            let (mut our_mb, mut their_mb) = (0.0_f64, 0.0_f64);
            for round in 0..=effort.rounds {
                let own = of_merit(&binary, &file, models)?;
                let other = python.as_ref().map(|python| of_peer(python, &file, order)).transpose()?;
                if let Some(other) = &other {
                    ensure!(
                        other.rows == own.rows,
                        "{name}: {} channels here, {} there",
                        own.rows,
                        other.rows
                    );
                }
                if round > 0 {
                    ours.add(own.milliseconds);
                    our_mb = our_mb.max(own.peak_mb);
                }
                if let (Some(other), true) = (other, round > 0) {
                    theirs.add(other.milliseconds);
                    their_mb = their_mb.max(other.peak_mb);
                }
            }
            let mut cells = vec![name.to_owned(), number(paths as f64), ours.shown()];
            if python.is_some() {
                let times = theirs.median() / ours.median();
                let missed = if times < MARK { " missed" } else { "" };
                cells.extend([theirs.shown(), number(times), format!("{}{missed}", number(MARK))]);
                cells.extend([number(our_mb), number(their_mb)]);
            } else {
                cells.extend(["-", "-", "-"].map(str::to_owned));
                cells.extend([number(our_mb), "-".to_owned()]);
            }
            table.row(cells);
        }
    }
    table.print();
    match effort.touches {
        Some(touches) => many(&binary, folder.path(), touches),
        None => Ok(()),
    }
}

/// All models over the journeys of many persons: how long it takes, and how much memory.
fn many(binary: &Path, folder: &Path, touches: u64) -> Result<()> {
    let (file, persons) = (folder.join("persons.csv"), touches / 10);
    generate::write(&file, persons, LONGEST_OF_PERSONS)?;
    let own = of_merit(binary, &file, ALL)?;
    let mut table = Table::new(&["touches", "persons", "models", "seconds", "MB"]);
    let models = number(ALL.split(',').count() as f64);
    let numbers = [touches as f64, persons as f64].map(number);
    table.row(numbers.into_iter().chain([models, number(own.milliseconds / 1e3), number(own.peak_mb)]));
    println!();
    table.print();
    Ok(())
}

/// An environment with the peer in the folder, or the one that `MERIT_BENCH_PYTHON` names.
fn install(folder: &Path) -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("MERIT_BENCH_PYTHON") {
        return Ok(given.into());
    }
    let environment = folder.join("venv");
    let run = |command: &mut Command| -> Result<()> {
        let status =
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().context("python3 is missing")?;
        ensure!(status.success(), "{command:?} failed");
        Ok(())
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--upgrade"]).args(BEFORE))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-build-isolation", PACKAGE]))?;
    run(Command::new(&python).args(["-c", "import ChannelAttribution"]))?;
    Ok(python)
}

fn of_merit(binary: &Path, file: &Path, models: &str) -> Result<Run> {
    let out = file.with_extension("out");
    let mut command = Command::new(binary);
    command.env_clear().arg("attribute").arg(file).args(["--models", models, "--format", "csv"]);
    command.stdin(Stdio::null()).stdout(std::fs::File::create(&out)?).stderr(Stdio::null());
    let watch = Stopwatch::start();
    let mut process = command.spawn()?;
    let (status, mut peak_kb) = (format!("/proc/{}/status", process.id()), 0.0_f64);
    let ended = loop {
        if let Some(ended) = process.try_wait()? {
            break ended;
        }
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kb = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            peak_kb = peak_kb.max(kb.unwrap_or(0.0));
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let milliseconds = watch.seconds() * 1e3;
    ensure!(ended.success(), "{command:?} ended with {ended}");
    let rows = std::fs::read_to_string(&out)?.lines().count().saturating_sub(1);
    Ok(Run { milliseconds, peak_mb: peak_kb / 1024.0, rows })
}

fn of_peer(python: &Path, file: &Path, order: &str) -> Result<Run> {
    let mut command = Command::new(python);
    command.args(["-c", PEER]).arg(file).arg(order).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output()?;
    ensure!(output.status.success(), "{PACKAGE} ended with {}", output.status);
    let answer: Value = serde_json::from_slice(&output.stdout).context("no answer")?;
    let of = |name: &str| answer[name].as_f64().with_context(|| format!("no {name} in {answer}"));
    let rows = usize::try_from(answer["rows"].as_u64().unwrap_or_default())?;
    Ok(Run { milliseconds: of("milliseconds")?, peak_mb: of("peak_kb")? / 1024.0, rows })
}
