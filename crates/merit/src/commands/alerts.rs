//! `merit alerts`: what was told of caps and prepaid money, newest first, whether a server runs or not.

use std::process::ExitCode;

use app::{
    access::Actor,
    alerts::{self, Wanted},
};
use model::{AdvertiserId, NetworkId, ProgramId, PublisherId, alert::AlertKind};
use serde_json::Value;

use crate::{
    commands::{explain, network, terminal},
    open,
    settings::{Common, Settings},
};

/// Arguments of `alerts`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only of this kind.
    #[arg(long, value_parser = ["cap", "funds_low", "funds_out", "funds_back"])]
    kind: Option<String>,
    /// Only about this advertiser.
    #[arg(long, value_name = "ID")]
    advertiser: Option<AdvertiserId>,
    /// Only about this program.
    #[arg(long, value_name = "ID")]
    program: Option<ProgramId>,
    /// Only about this publisher.
    #[arg(long, value_name = "ID")]
    publisher: Option<PublisherId>,
    /// The newest so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// The network, where there are several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// JSON, as the API answers, instead of a table.
    #[arg(long)]
    json: bool,
}

/// Shows alerts.
///
/// # Errors
/// What is wrong with the database, or which network is meant.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    open::runtime()?.block_on(show(&settings, arguments))?;
    Ok(ExitCode::SUCCESS)
}

async fn show(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let app = open::open(settings).await?;
    let actor = Actor::system(network::choose(&app, arguments.network)?.id);
    let kind: Option<AlertKind> = match &arguments.kind {
        Some(word) => Some(serde_json::from_value(Value::from(word.as_str()))?),
        None => None,
    };
    let wanted = Wanted {
        kind,
        advertiser_id: arguments.advertiser,
        program_id: arguments.program,
        publisher_id: arguments.publisher,
    };
    let limit = usize::from(arguments.limit);
    let found = app
        .store
        .read("list alerts", move |tx| Ok::<_, store::Error>(alerts::list(tx, &actor, wanted, None, limit)))
        .await?;
    let found = found.map_err(explain)?;
    if arguments.json {
        return terminal::print_json(&found.iter().map(alerts::shown).collect::<Vec<_>>());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|alert| {
            let [sentence, _, _] = alert.about.sentences();
            let program = alert.program_id.map_or_else(String::new, |id| id.to_string());
            vec![alert.at.to_string(), alert.about.kind().word().to_owned(), program, sentence]
        })
        .collect();
    terminal::print_table(&["at", "kind", "program", "what"], &rows)
}
