//! `merit simulate`: walks one event through a running server and shows each step.

mod click;
mod conversion;
mod steps;

use std::process::ExitCode;

use crate::{commands::http_client::DEFAULT_SERVER, settings::Common};

/// Arguments of `simulate`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    event: Event,
}

#[derive(clap::Subcommand)]
enum Event {
    /// Follows a link as a browser would, up to where the visitor is sent.
    Click(click::Arguments),
    /// Reports a conversion as a shop would.
    Conversion(conversion::Arguments),
}

/// The server that is asked.
#[derive(clap::Args)]
struct Asked {
    /// Address of the running server.
    #[arg(long, value_name = "URL", default_value = DEFAULT_SERVER)]
    server: String,
    /// API key, to read back what was stored.
    #[arg(long, value_name = "KEY", env = "MERIT_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The steps as JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// Walks one event; exit code 1 when it was refused.
///
/// # Errors
/// When the server does not answer.
pub fn run(_: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.event {
        Event::Click(arguments) => click::run(&arguments),
        Event::Conversion(arguments) => conversion::run(&arguments),
    }
}
