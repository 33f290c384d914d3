//! Reports over ninety days of facts, beside DuckDB and ClickHouse on the same Parquet files.
//!
//! `--facts` says how many are generated. All sides have two threads and answer in turn; an answer that differs ends the
//! benchmark. Merit uses sums that it made beforehand where they say the same, and the table tells where. `--lake` names a folder that
//! keeps the facts for the next run.

mod dashboard;
mod filled;
mod generate;
mod memory;
mod peer;
mod questions;

use std::path::Path;

use anyhow::{Result, ensure};
use lake::Lake;
use sha2::{Digest as _, Sha256};

use crate::{
    registry::Benchmark,
    rig::{
        Effort,
        ambient::Stopwatch,
        data_folder,
        samples::{Samples, number},
        table::Table,
    },
};
use peer::{Engine, Peer, Python};
use questions::Question;

/// The line of the registry.
pub const BENCHMARK: Benchmark = Benchmark {
    name: "reports",
    what: "reports over ninety days of facts against DuckDB and ClickHouse on the same files",
    run,
};

fn run(effort: &Effort) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = data_folder()?;
    let place = effort.lake.clone().unwrap_or_else(|| folder.path().join("facts"));
    runtime.block_on(measure(effort, folder.path(), &place))
}

async fn measure(effort: &Effort, folder: &Path, place: &Path) -> Result<()> {
    let python = match Python::install(folder) {
        Ok(python) => Some(python),
        Err(error) => {
            println!("NOT RUN: DuckDB and ClickHouse: {error:#}");
            None
        }
    };
    let lake = filled::lake(place, effort.facts).await?;
    let mut peers = Vec::new();
    for engine in python.iter().flat_map(|python| Engine::ALL.map(|engine| (python, engine))) {
        peers.push((engine.1, Peer::start(engine.0, engine.1, filled::THREADS, &place.join("lake"))?));
    }
    let before = memory::now_mb()?;
    memory::forget_peak()?;
    dashboard::measure(&lake, effort.rounds).await?;
    let mut table = Table::new(&[
        "report",
        "rows",
        "facts",
        "sums",
        "Merit, ms",
        "DuckDB, ms",
        "ClickHouse, ms",
        "of the better",
        "mark",
    ]);
    for question in questions::all() {
        table.row(beside(effort, &lake, &mut peers, &question).await?);
    }
    table.print();
    println!(
        "\nmemory, MB: Merit {} before and at most {} while asked",
        number(before),
        number(memory::peak_mb()?)
    );
    for (engine, peer) in &mut peers {
        println!("            {} at most {}", engine.name(), number(peer.ask("SELECT 1")?.peak_mb));
    }
    Ok(())
}

/// A report on all sides, in turn; the first round warms up.
async fn beside(
    effort: &Effort,
    lake: &Lake,
    peers: &mut [(Engine, Peer)],
    question: &Question,
) -> Result<Vec<String>> {
    let mut ours = Samples::new();
    let mut theirs = vec![Samples::new(); peers.len()];
    let (mut rows, mut read) = (0, report::plan::Read::default());
    for round in 0..=effort.rounds {
        let watch = Stopwatch::start();
        let answer = lake.query(&question.plan).await?;
        let passed = watch.seconds() * 1e3;
        (rows, read) = (answer.groups.len(), answer.read);
        let digest = digest(&question.lines(&answer));
        for ((engine, peer), samples) in peers.iter_mut().zip(&mut theirs) {
            let sql = question.sql(*engine);
            let other = peer.ask(&sql)?;
            ensure!(
                other.digest == digest,
                "{}: {rows} rows here, {} rows of {} say something else\n{sql}",
                question.name,
                other.rows,
                engine.name()
            );
            if round > 0 {
                samples.add(other.milliseconds);
            }
        }
        if round > 0 {
            ours.add(passed);
        }
    }
    let better = theirs.iter().map(Samples::median).fold(f64::INFINITY, f64::min);
    let mut cells = vec![question.name.to_owned()];
    cells.extend([rows as f64, read.facts as f64, read.rollup_rows as f64].map(number));
    cells.push(ours.shown());
    cells.extend(theirs.iter().map(Samples::shown));
    cells.resize(7, "-".to_owned());
    let times = ours.median() / better;
    cells.push(if better.is_finite() { number(times) } else { "-".to_owned() });
    let mark = question.mark.times();
    cells.push(format!(
        "{}{}",
        number(mark),
        if times > mark && better.is_finite() { " missed" } else { "" }
    ));
    Ok(cells)
}

fn digest(lines: &[String]) -> String {
    Sha256::digest(lines.join("\n")).iter().map(|byte| format!("{byte:02x}")).collect()
}
