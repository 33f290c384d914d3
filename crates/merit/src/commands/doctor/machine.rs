//! The machine: folder, disk, clock, limits, and the files that the settings name.

use std::{fs, io, path::Path};

use model::{Clock, Timestamp};
use rustix::process::Resource;

use super::Check;
use crate::{ambient::SystemClock, settings::Settings};

/// Below this the disk is as good as full: the write-ahead log alone may take a quarter of it.
const FREE_BYTES_MIN: u64 = 1 << 30;
/// No clock of a machine that runs this program shows less: the start of 2026.
const CLOCK_MIN: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// How far the clocks of disk and processor may differ, in microseconds: coarse file times, network disks.
const CLOCK_SKEW_MAX_US: i64 = 2_000_000;
/// File descriptors beside the connections: databases, logs, the terminal.
const DESCRIPTORS_OWN: u64 = 200;

pub fn look(settings: &Settings, checks: &mut Vec<Check>) {
    let folder = existing(&settings.data);
    match probe(folder) {
        Err(error) => {
            let detail = format!("{} cannot be written: {error}", folder.display());
            checks.push(Check::wrong("data folder", detail));
        }
        Ok(written_at) => {
            let detail = match folder == settings.data {
                true => format!("{} can be written", folder.display()),
                false => format!("{} will be made in {}", settings.data.display(), folder.display()),
            };
            checks.push(Check::good("data folder", detail));
            checks.push(clock(written_at, SystemClock.now()));
        }
    }
    checks.push(free_space(folder));
    checks.push(limits(settings));
    checks.push(geo(settings));
}

/// The folder, or the nearest one above it that exists.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|one| one.is_dir()).unwrap_or(Path::new("."))
}

/// Writes and removes a file, and gives the moment that the disk wrote on it.
fn probe(folder: &Path) -> io::Result<Timestamp> {
    let path = folder.join(format!(".merit-doctor-{}", std::process::id()));
    let written = fs::write(&path, b"merit doctor").and_then(|()| fs::File::open(&path)?.sync_all());
    let modified = written.and_then(|()| fs::metadata(&path)?.modified());
    let removed = fs::remove_file(&path);
    let modified = modified?;
    removed?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}

fn clock(disk: Timestamp, now: Timestamp) -> Check {
    const NAME: &str = "clock";
    if now < CLOCK_MIN {
        return Check::wrong(NAME, format!("the clock shows {now}, which is long ago; set it"));
    }
    let skew = now.micros_since(disk);
    if skew.abs() > CLOCK_SKEW_MAX_US {
        let seconds = skew / 1_000_000;
        return Check::warning(NAME, format!("files are written with a time {seconds} s from the clock"));
    }
    Check::good(NAME, now.to_string())
}

fn free_space(folder: &Path) -> Check {
    const NAME: &str = "free space";
    let disk = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk,
        Err(error) => return Check::wrong(NAME, error.to_string()),
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let detail = format!("{} MiB free at {}", free >> 20, folder.display());
    match free {
        0..FREE_BYTES_MIN => {
            Check::wrong(NAME, format!("{detail}; keep at least {} MiB", FREE_BYTES_MIN >> 20))
        }
        _ => Check::good(NAME, detail),
    }
}

fn limits(settings: &Settings) -> Check {
    const NAME: &str = "limits";
    let Settings { queue_max, batch_max, connections_max, .. } = settings;
    if *queue_max == 0 || *batch_max == 0 || *connections_max == 0 {
        return Check::wrong(NAME, "queue_max, batch_max and connections_max must be above 0");
    }
    // A server takes all that the system allows.
    let descriptors = rustix::process::getrlimit(Resource::Nofile).maximum;
    let needed = *connections_max as u64 + DESCRIPTORS_OWN;
    let detail = format!("queue {queue_max}, batch {batch_max}, connections {connections_max}");
    if queue_max < batch_max {
        return Check::warning(NAME, format!("{detail}; a batch can never be larger than the queue"));
    }
    match descriptors {
        Some(most) if most < needed => {
            let advice = format!(
                "only {most} files may be open; raise the hard limit (ulimit -Hn {needed}) or lower connections_max"
            );
            Check::warning(NAME, format!("{detail}; {advice}"))
        }
        _ => Check::good(NAME, detail),
    }
}

fn geo(settings: &Settings) -> Check {
    let read = settings.edge_settings().map(|edge| match edge.geo.is_configured() {
        true => format!("{} geo files can be read", settings.geo_files.len()),
        false => "no geo file: countries of visitors are unknown".to_owned(),
    });
    Check::of("proxies, cookie and geo files", read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Outcome;

    #[test]
    fn a_clock_that_is_wrong_is_found() {
        let now = Timestamp::from_seconds(1_800_000_000);
        assert_eq!(clock(now, now).outcome, Outcome::Good);
        assert_eq!(clock(now, now.plus_seconds(5)).outcome, Outcome::Warning);
        assert_eq!(clock(now, now.plus_seconds(-5)).outcome, Outcome::Warning);
        assert_eq!(clock(Timestamp::default(), Timestamp::default()).outcome, Outcome::Wrong);
    }

    #[test]
    fn the_probe_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        probe(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(probe(&folder.path().join("missing")).is_err());
        assert_eq!(existing(&folder.path().join("a/b")), folder.path());
    }

    #[test]
    fn a_queue_that_is_too_small_is_found() {
        let settings = Settings { queue_max: 10, ..Settings::default() };
        assert_eq!(limits(&settings).outcome, Outcome::Warning);
        let settings = Settings { queue_max: 0, ..Settings::default() };
        assert_eq!(limits(&settings).outcome, Outcome::Wrong);
    }
}
