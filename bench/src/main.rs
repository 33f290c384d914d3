//! Benchmarks: what Merit does in a second, each beside a named peer measured in the same run.
//!
//! A benchmark is one file in `benchmarks` and one line in [`registry`]. It measures its two sides in turn (A, B, A, B,
//! ..) and prints medians, the spread of the runs and the ratio, because a figure without its peer says more about the
//! machine and its mood than about the program. Nothing is asserted: what is fast enough is for the reader to judge.
//! Everything runs on 127.0.0.1, and every server that was started ends with its benchmark.
//!
//! `rig` holds what the benchmarks measure with: servers, load generators, a network to work on, tables.

// Ratios of measurements, never money.
#![allow(clippy::float_arithmetic, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod benchmarks;
mod registry;
mod rig;

use clap::Parser;

use crate::rig::Effort;

// As the server itself: what runs in this process is measured with the same allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Merit against its peers.
#[derive(Parser)]
struct Arguments {
    /// Benchmarks to run; all when none is named.
    names: Vec<String>,
    /// Seconds of one run.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Runs of each side, in turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only this database: `sqlite` or `postgres`.
    #[arg(long)]
    database: Option<rig::DatabaseKind>,
    /// Facts of the lake that reports are asked of.
    #[arg(long, default_value_t = 5_000_000)]
    facts: u64,
    /// A folder that keeps this lake for another run; it is taken as it is when it is there.
    #[arg(long, value_name = "DIR")]
    lake: Option<std::path::PathBuf>,
    /// Also attributes so many touches of a tenth as many persons, by all models.
    #[arg(long, value_name = "N")]
    touches: Option<u64>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let chosen = registry::chosen(&arguments.names)?;
    let effort = Effort {
        seconds: arguments.seconds.max(1),
        rounds: arguments.rounds.max(1),
        only: arguments.database,
        facts: arguments.facts,
        lake: arguments.lake,
        touches: arguments.touches,
    };
    rig::machine::describe()?;
    for benchmark in chosen {
        println!("\n## {}: {}\n", benchmark.name, benchmark.what);
        (benchmark.run)(&effort)?;
    }
    Ok(())
}
