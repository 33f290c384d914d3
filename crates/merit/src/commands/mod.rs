//! The commands, one file each.

mod serve;

use std::process::ExitCode;

use crate::settings::Common;

/// What to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Runs the server.
    Serve(serve::Arguments),
}

/// An error of usage: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Runs a command.
///
/// # Errors
/// What went wrong, for a person.
pub fn run(common: &Common, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::run(common, arguments),
    }
}
