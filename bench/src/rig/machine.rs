//! What the figures depend on most: cores and what it costs to wait for the disk.

use std::{
    fs::{File, OpenOptions},
    io::Write,
};

use super::{ambient::Stopwatch, data_folder, samples};

/// Prints the class of the machine.
pub fn describe() -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism()?;
    println!(
        "cores {cores}, one durable append of 4 KiB {} us (median of 200)",
        samples::number(sync_micros()?)
    );
    Ok(())
}

fn sync_micros() -> anyhow::Result<f64> {
    let folder = data_folder()?;
    let mut file: File = OpenOptions::new().create(true).append(true).open(folder.path().join("appended"))?;
    let mut times = samples::Samples::default();
    for _ in 0..200 {
        let begun = Stopwatch::start();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.add(begun.seconds() * 1e6);
    }
    Ok(times.median())
}
