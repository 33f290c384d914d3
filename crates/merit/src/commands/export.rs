//! `merit export`: everything of a kind as a file, oldest first, as one transaction sees it.

mod conversions;
mod exchange_rates;
mod publishers;
mod sink;

use std::{path::PathBuf, process::ExitCode};

use model::NetworkId;

use crate::{
    commands::{import::rows::Format, network, terminal},
    open,
    settings::{Common, Settings},
};

pub use conversions::OUTCOME as CONVERSION_OUTCOME;
pub use publishers::COLUMNS as PUBLISHER_COLUMNS;

/// Arguments of `export`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// Conversions as they were reported, with what was decided on them.
    Conversions(conversions::Arguments),
    /// Exchange rates, in the order in which they were entered.
    #[command(name = "exchange_rates", alias = "exchange-rates")]
    ExchangeRates(exchange_rates::Arguments),
    /// Publishers.
    Publishers(publishers::Arguments),
}

/// Arguments of every kind of file.
#[derive(clap::Args)]
struct Target {
    /// The form of the file; csv when its name does not say otherwise.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write, which must not exist; stdout when it is not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Network, when there are several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
}

/// Exports a kind.
///
/// # Errors
/// When it cannot be read or written.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let target = match &arguments.kind {
        Kind::Conversions(arguments) => &arguments.target,
        Kind::ExchangeRates(arguments) => &arguments.target,
        Kind::Publishers(arguments) => &arguments.target,
    };
    let format = Format::of(target.format, target.output.as_deref()).unwrap_or(Format::Csv);
    let sink = sink::Sink::open(target.output.as_deref(), format)?;
    let bar = terminal::bar("export", None, false);
    let shown = bar.clone();
    let exported = open::runtime()?.block_on(async {
        let app = open::open_with(&settings, open::long_reads(&settings)).await?;
        let network = network::choose(&app, target.network)?.id;
        let exported = match &arguments.kind {
            Kind::Conversions(arguments) => conversions::write(&app, network, arguments, sink, shown).await?,
            Kind::ExchangeRates(_) => exchange_rates::write(&app, network, sink, shown).await?,
            Kind::Publishers(_) => publishers::write(&app, network, sink, shown).await?,
        };
        Ok::<_, anyhow::Error>(exported)
    })?;
    bar.finish_and_clear();
    eprintln!("{exported} rows exported");
    Ok(ExitCode::SUCCESS)
}
