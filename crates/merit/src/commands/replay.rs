//! `merit replay`: decides a past period again and prints the difference in money for each publisher.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use app::replay::{Draft, Instead, Report, Request, replay};
use model::{
    ContractVersionId, NetworkId, ProgramId, PublisherGroupId, PublisherId, Timestamp,
    contract::{Audience, Terms},
};

use crate::{
    commands::{Usage, explain, terminal},
    open,
    settings::{Common, Settings},
};

/// How many changed conversions are named for a person.
const NAMED: usize = 20;

/// Arguments of `replay`.
#[derive(clap::Args)]
pub struct Arguments {
    /// First day of the period (midnight UTC), or its first moment.
    #[arg(long, value_name = "D", value_parser = moment)]
    from: Timestamp,
    /// First day after the period (midnight UTC), or the first moment after it.
    #[arg(long, value_name = "D", value_parser = moment)]
    to: Timestamp,
    /// Contract version (`cov_…`) that takes the place of what was in force, for those whom its contract is with.
    #[arg(long, value_name = "V", conflicts_with = "terms")]
    contract: Option<ContractVersionId>,
    /// Payout model that takes the place of the model of every contract, such as `linear`.
    #[arg(long, value_name = "M")]
    model: Option<String>,
    /// File with the JSON of terms that nobody has signed yet; needs --program.
    #[arg(long, value_name = "FILE", requires = "program")]
    terms: Option<PathBuf>,
    /// Program of the terms.
    #[arg(long, value_name = "ID", requires = "terms")]
    program: Option<ProgramId>,
    /// Publisher of the terms; with neither publisher nor group they are for everybody who has the default.
    #[arg(long, value_name = "ID", requires = "terms", conflicts_with = "group")]
    publisher: Option<PublisherId>,
    /// Group of publishers of the terms.
    #[arg(long, value_name = "ID", requires = "terms")]
    group: Option<PublisherGroupId>,
    /// Only conversions of this network.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// How the difference is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the difference is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Columns for a person.
    Table,
    /// One JSON object.
    Json,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let day = text.len() == 10 && text.as_bytes().get(4) == Some(&b'-');
    let read = if day { Timestamp::parse(&format!("{text}T00:00:00Z")) } else { Timestamp::parse(text) };
    read.map_err(|error| error.to_string())
}

/// Decides the period again; with nothing changed, exit code 1 when anything came out differently.
///
/// # Errors
/// What kept it from looking.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let format = arguments.format;
    let request = request(arguments)?;
    let nothing_changed = request.instead.is_nothing();
    let report = open::runtime()?.block_on(decide(&settings, request))?;
    match format {
        Format::Json => terminal::print_json(&report)?,
        Format::Table => print(&report, nothing_changed)?,
    }
    Ok(if nothing_changed && report.changed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn request(arguments: Arguments) -> anyhow::Result<Request> {
    let draft = match (&arguments.terms, arguments.program) {
        (Some(file), Some(program_id)) => {
            let text =
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let terms: Terms = serde_json::from_str(&text)
                .map_err(|error| Usage(format!("{} holds no terms: {error}", file.display())))?;
            let audience = match (arguments.publisher, arguments.group) {
                (Some(publisher), _) => Audience::Publisher(publisher),
                (None, Some(group)) => Audience::Group(group),
                (None, None) => Audience::Everybody,
            };
            Some(Draft { program_id, audience, terms })
        }
        _ => None,
    };
    Ok(Request {
        from: arguments.from,
        to: arguments.to,
        network_id: arguments.network,
        advertisers: None,
        instead: Instead { contract_version_id: arguments.contract, draft, payout_model: arguments.model },
        conversions_max: None,
    })
}

async fn decide(settings: &Settings, request: Request) -> anyhow::Result<Report> {
    let app = open::open_with(settings, open::long_reads(settings)).await?;
    let bar = terminal::bar("replay", None, false);
    let report = replay(&app, request, &|done| bar.set_position(done)).await;
    bar.finish_and_clear();
    report.map_err(explain)
}

fn print(report: &Report, nothing_changed: bool) -> anyhow::Result<()> {
    let plain = |money: model::Money| format!("{} {}", money.amount_text(), money.currency());
    let rows: Vec<Vec<String>> = report
        .publishers
        .iter()
        .map(|one| {
            vec![
                one.publisher.clone(),
                one.publisher_id.to_string(),
                plain(one.before),
                plain(one.after),
                plain(one.difference),
                one.changed.to_string(),
            ]
        })
        .collect();
    terminal::print_table(&["publisher", "id", "before", "after", "difference", "changed"], &rows)?;
    for total in &report.totals {
        eprintln!(
            "advertisers pay {} instead of {}: {} more",
            plain(total.charge_after),
            plain(total.charge_before),
            plain(total.charge_difference)
        );
    }
    eprintln!("{} conversions decided again, {} came out differently", report.conversions, report.changed);
    for change in &report.codes {
        eprintln!("  {} instead of {}: {}", change.after, change.before, change.conversions);
    }
    if nothing_changed {
        for one in report.changed_conversions.iter().take(NAMED) {
            eprintln!(
                "{}: {} {} instead of {} {}",
                one.conversion_id,
                one.state_after.word(),
                one.code_after,
                one.state_before.word(),
                one.code_before
            );
        }
    }
    Ok(())
}
