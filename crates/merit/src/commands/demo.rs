//! `merit demo`: a network with a plausible past, to try everything out on.

use std::{path::Path, process::ExitCode};

use app::demo::{self, DemoOptions};
use parking_lot::Mutex;

use crate::{
    commands::{explain, terminal},
    open,
    settings::{Common, Settings},
};

/// Arguments of `demo`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Days of the past.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// Clicks over all days.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=50_000_000))]
    clicks: u32,
    /// What the past is drawn from: the same seed gives the same people, links, amounts and verdicts.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Fills an empty installation and prints what whoever tries it out needs to know, as one JSON object.
///
/// # Errors
/// When there is something already, or the database cannot be written.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    if settings.database.is_empty() {
        expect_room(&settings.data)?;
    }
    open::runtime()?.block_on(fill(&settings, arguments))
}

/// A demo goes into a folder of its own: one that is not there yet, is empty, or holds nothing but a database.
fn expect_room(folder: &Path) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let name = entry?.file_name();
        if !name.to_string_lossy().starts_with("merit.db") {
            anyhow::bail!(
                "{} is not empty; name a folder that does not exist yet, such as --data ./demo-data",
                folder.display()
            );
        }
    }
    Ok(())
}

async fn fill(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let app = open::open(settings).await?;
    if !app.store.read("setup state", store::configuration::is_empty).await? {
        anyhow::bail!(
            "there is a network in this database already; name an empty one, such as --data ./demo-data, or remove it first"
        );
    }
    let Arguments { days, clicks, seed } = *arguments;
    let options = DemoOptions { days, clicks, seed, until: app.clock.now() };
    let bar = terminal::bar("demo", None, false);
    let shown = Mutex::new(String::new());
    let progress = |what: &str, done| {
        let mut shown = shown.lock();
        if *shown != what {
            what.clone_into(&mut shown);
            bar.set_message(what.to_owned());
        }
        bar.set_position(done);
    };
    let summary = demo::fill(&app, options, &progress).await.map_err(explain)?;
    bar.finish_and_clear();
    terminal::print_json(&summary)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_without_other_things_has_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(expect_room(&folder.path().join("new")).is_ok());
        assert!(expect_room(folder.path()).is_ok());
        std::fs::write(folder.path().join("merit.db-wal"), "").unwrap();
        assert!(expect_room(folder.path()).is_ok());
        std::fs::write(folder.path().join("thesis.txt"), "").unwrap();
        assert!(expect_room(folder.path()).unwrap_err().to_string().contains("--data ./demo-data"));
    }
}
