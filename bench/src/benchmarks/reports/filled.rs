//! The lake that is asked: made of generated facts by the same steps as in a server, with what they took.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::{Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use lake::{Access, Files, Lake, Limits, Options};
use model::{NetworkId, calendar::Zone};
use testkit::{FakeClock, SeededEntropy};

use super::generate::{self, Generator};
use crate::rig::{ambient::Stopwatch, samples::number};

/// Threads of every side.
pub const THREADS: usize = 2;
/// Names the facts of a finished lake, so that it can be asked again.
const DONE: &str = "made-of.txt";

/// Opens the lake, its clock in the last minute of the last day.
async fn open(place: &Path, clock: &FakeClock) -> Result<Lake> {
    let options = Options::new(Access::Write, Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)));
    let limits = Limits { threads: THREADS, time: std::time::Duration::from_secs(600), ..options.limits };
    let files = Files { flush_after: std::time::Duration::from_secs(3_600), ..options.files };
    Ok(Lake::open(&place.to_string_lossy(), Options { limits, files, ..options }).await?)
}

/// The lake of so many facts in this folder; made if it is not there.
pub async fn lake(folder: &Path, facts: u64) -> Result<Lake> {
    let (done, place) = (folder.join(DONE), folder.join("lake"));
    let clock = FakeClock::at(generate::end());
    if let Ok(made_of) = std::fs::read_to_string(&done) {
        ensure!(made_of == facts.to_string(), "{} holds {made_of} facts", folder.display());
        println!("the lake of {made_of} facts that is there is taken");
        let lake = open(&place, &clock).await?;
        lake.compact(&zones()).await?;
        return Ok(lake);
    }
    std::fs::create_dir_all(folder)?;
    let mut lake = open(&place, &clock).await?;
    make(&lake, &clock, facts).await?;
    // Only the newest files are to lie in the folder, because a peer takes all that it finds there. They are as old as this run.
    clock.set(model::Timestamp::from_micros(i64::MAX / 2));
    lake.clean().await?;
    std::fs::write(done, facts.to_string())?;
    clock.set(generate::end());
    lake = open(&place, &clock).await?;
    Ok(lake)
}

fn zones() -> BTreeMap<NetworkId, Zone> {
    BTreeMap::from([(generate::network(), generate::zone())])
}

/// Appends, flushes and compacts day by day, as a server does, and tells what it took.
async fn make(lake: &Lake, clock: &FakeClock, facts: u64) -> Result<()> {
    let bar = ProgressBar::new(facts);
    bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len} facts, {eta}")?);
    bar.set_message("making the lake");
    let zones = zones();
    let mut generator = Generator::new(facts);
    let (mut generating, mut writing, mut merging) = (0.0, 0.0, 0.0);
    let mut through = 0;
    for day in 0..generate::DAYS {
        let mut watch = Stopwatch::start();
        for part in generator.day(day) {
            generating += watch.seconds();
            through += 1;
            let complete_to = part.last().map_or(generate::start(), |fact| fact.recorded_at);
            clock.set(complete_to);
            let write = Stopwatch::start();
            lake.append(&part, through, complete_to)?;
            if lake.is_flush_due() {
                lake.flush().await?;
            }
            writing += write.seconds();
            bar.inc(part.len() as u64);
            watch = Stopwatch::start();
        }
        let write = Stopwatch::start();
        lake.flush().await?;
        writing += write.seconds();
        // A few hours later the day before has ended for good.
        let merge = Stopwatch::start();
        lake.compact(&zones).await?;
        merging += merge.seconds();
    }
    bar.finish_and_clear();
    clock.set(generate::end());
    let now = lake.statistics();
    let (count, each) = (now.facts as f64, |bytes: u64| number(bytes as f64 / now.facts as f64));
    println!("{} facts in {} files and {} rollups", number(count), now.files, now.rollups);
    println!(
        "a second: {} taken in and written to files, {} merged with their rollups, {} together; generating them took {} s",
        number(count / writing),
        number(count / merging),
        number(count / (writing + merging)),
        number(generating),
    );
    println!("bytes a fact: {}, and {} of rollups\n", each(now.bytes), each(now.rollup_bytes));
    Ok(())
}
