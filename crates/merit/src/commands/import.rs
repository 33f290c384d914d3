//! `merit import`: files into the network.
//!
//! Good rows go in, bad rows are reported with their line and reason, and both are counted. Rows that went in before are
//! recognised, so a file can be imported again after its bad rows were repaired.

mod conversions;
mod costs;
mod decisions;
mod exchange_rates;
mod exposures;
mod lines;
mod over_api;
mod publishers;
pub mod rows;
mod stored;
mod tally;

use std::{path::PathBuf, process::ExitCode};

use model::NetworkId;

use crate::{commands::Usage, settings::Common};
use rows::Format;

/// Arguments of `import`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// Conversions, decided one after the other as if they had just been reported.
    Conversions(conversions::Arguments),
    /// What campaigns cost, from a file as Google Ads, Meta Ads Manager or a spreadsheet exports it.
    Costs(costs::Arguments),
    /// Decisions on conversions: approvals, rejections, reversals and the like.
    Decisions(decisions::Arguments),
    /// Exchange rates, day by day; the newest of a pair and day holds.
    #[command(name = "exchange_rates", alias = "exchange-rates")]
    ExchangeRates(exchange_rates::Arguments),
    /// When and where campaigns of offline channels were seen or heard.
    Exposures(exposures::Arguments),
    /// Publishers, matched by `publisher_id` and `external_id`.
    Publishers(publishers::Arguments),
}

/// Arguments of every kind of file.
#[derive(clap::Args)]
struct Source {
    /// File to read.
    file: PathBuf,
    /// The form of the file, when its name does not end in .csv or .jsonl.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Column that is not looked at; may be given several times.
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,
    /// Network, when there are several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// Decide every row and store none.
    #[arg(long)]
    dry_run: bool,
    /// Import through the API of this running server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL", requires = "key")]
    server: Option<String>,
    /// API key for `--server`.
    #[arg(long, value_name = "KEY", env = "MERIT_KEY", hide_env_values = true)]
    key: Option<String>,
}

impl Source {
    fn format(&self) -> anyhow::Result<Format> {
        Format::of(self.format, Some(&self.file))
    }

    /// The server and key, when the import goes through an API.
    fn api(&self) -> anyhow::Result<Option<over_api::Api>> {
        let Some(url) = &self.server else { return Ok(None) };
        if self.network.is_some() {
            return Err(
                Usage("--network has no meaning with --server: the key says the network".to_owned()).into()
            );
        }
        let key = self.key.clone().unwrap_or_default();
        Ok(Some(over_api::Api::new(url, key, self.dry_run)?))
    }
}

/// Imports a file; exit code 1 when a row was refused.
///
/// # Errors
/// What kept the rest of the file from being imported.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let tally = match arguments.kind {
        Kind::Costs(arguments) => return costs::run(common, &arguments),
        Kind::Exposures(arguments) => return exposures::run(common, &arguments),
        Kind::Conversions(arguments) => conversions::run(common, &arguments)?,
        Kind::Decisions(arguments) => decisions::run(common, &arguments)?,
        Kind::ExchangeRates(arguments) => exchange_rates::run(common, &arguments)?,
        Kind::Publishers(arguments) => publishers::run(common, &arguments)?,
    };
    tally.finish()
}
