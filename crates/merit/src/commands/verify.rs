//! `merit verify`: recomputes the invariants from what is stored.

use std::process::ExitCode;

use app::{
    App,
    reporting::Feed,
    verify::{Invariant, Summary, Violation},
};
use parking_lot::Mutex;

use crate::{
    commands::{explain, terminal},
    facts::Facts,
    open,
    settings::{Common, Settings},
};

/// Arguments of `verify`.
#[derive(clap::Args)]
pub struct Arguments {}

/// Checks everything that is stored; exit code 1 when something is wrong.
///
/// # Errors
/// What kept it from looking.
pub fn run(common: &Common, _: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    open::runtime()?.block_on(verify(&settings))
}

async fn verify(settings: &Settings) -> anyhow::Result<ExitCode> {
    let app = open::open_with(settings, open::long_reads(settings)).await?;
    let bar = terminal::bar("verify", None, false);
    let shown = Mutex::new(String::new());
    let mut summary = app::verify::verify(&app, &|what, done| {
        bar.set_position(done);
        let mut shown = shown.lock();
        if *shown != what {
            what.clone_into(&mut shown);
            bar.set_message(what.to_owned());
            if bar.is_hidden() {
                eprintln!("checking {what}");
            }
        }
    })
    .await?;
    bar.set_message("reports");
    if let Err(error) = look_at_facts(settings, &app, &mut summary).await {
        let (invariant, place) = (Invariant::I7, "reports".to_owned());
        summary.note(Violation { invariant, place, message: format!("they cannot be made: {error:#}") });
    }
    bar.finish_and_clear();
    for violation in &summary.violations {
        eprintln!("{violation}");
    }
    eprintln!(
        "{}",
        match summary.violations_total {
            0 => "nothing is wrong".to_owned(),
            1 => "1 violation".to_owned(),
            many => format!("{many} violations"),
        }
    );
    terminal::print_json(&summary)?;
    Ok(if summary.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compares the files of facts with what is said of them, and what reports add up to with the ledger.
async fn look_at_facts(settings: &Settings, app: &App, summary: &mut Summary) -> anyhow::Result<()> {
    let facts = Facts::open_for_command(settings, app).await?;
    for finding in facts.opened().lake.verify().await? {
        summary.note(Violation { invariant: Invariant::I7, place: finding.path, message: finding.problem });
    }
    app::verify::facts::compare(app, &*facts, &Feed::default(), summary).await.map_err(explain)
}
