//! `merit doctor`: whether this installation is in order. It changes nothing but a file of its own, which it removes.

mod database;
mod machine;

use std::process::ExitCode;

use serde::Serialize;

use crate::{
    commands::terminal,
    open,
    settings::{Common, Settings},
};

/// Arguments of `doctor`.
#[derive(clap::Args)]
pub struct Arguments {
    /// JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// In order.
    Good,
    /// Works, but somebody should look at it.
    Warning,
    /// Wrong.
    Wrong,
}

/// One check.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    outcome: Outcome,
    detail: String,
}

impl Check {
    fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Good, detail: detail.into() }
    }
    fn warning(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Warning, detail: detail.into() }
    }
    fn wrong(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Wrong, detail: detail.into() }
    }
    /// Good with this detail, or wrong with the error's words.
    fn of<E: std::fmt::Display>(name: &'static str, result: Result<String, E>) -> Self {
        match result {
            Ok(detail) => Self::good(name, detail),
            Err(error) => Self::wrong(name, format!("{error:#}")),
        }
    }
}

/// Looks at everything; exit code 1 when something is wrong.
///
/// # Errors
/// When stdout is closed or the system gives no threads.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut checks = Vec::new();
    match Settings::read(common) {
        Err(error) => checks.push(Check::wrong("settings", format!("{error:#}"))),
        Ok(settings) => {
            let place = common.config.as_ref().map(|path| path.display().to_string());
            checks
                .push(Check::good("settings", place.unwrap_or_else(|| "defaults and arguments".to_owned())));
            machine::look(&settings, &mut checks);
            open::runtime()?.block_on(database::look(&settings, &mut checks));
        }
    }
    let wrong = checks.iter().any(|check| check.outcome == Outcome::Wrong);
    if arguments.json {
        terminal::print_json(&serde_json::json!({ "ok": !wrong, "checks": checks }))?;
    } else {
        let rows = checks.iter().map(|check| {
            let outcome = match check.outcome {
                Outcome::Good => "ok",
                Outcome::Warning => "look",
                Outcome::Wrong => "WRONG",
            };
            vec![outcome.to_owned(), check.name.to_owned(), check.detail.clone()]
        });
        terminal::print_table(&["", "check", ""], &rows.collect::<Vec<_>>())?;
    }
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
