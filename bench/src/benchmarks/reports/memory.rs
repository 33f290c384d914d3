//! How much memory this process has had at the most.

use anyhow::{Context as _, Result};

/// Forgets the peak so far.
pub fn forget_peak() -> Result<()> {
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}

/// The most since then, in MB.
pub fn peak_mb() -> Result<f64> {
    status_mb("VmHWM:")
}

/// What it has now, in MB.
pub fn now_mb() -> Result<f64> {
    status_mb("VmRSS:")
}

fn status_mb(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}
