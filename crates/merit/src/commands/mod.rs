//! The commands, one file each.

mod alerts;
mod attribute;
mod backup;
mod copy_file;
mod demo;
mod doctor;
mod export;
mod http_client;
mod identify;
mod import;
mod incrementality;
mod key;
mod membership;
mod network;
mod papers;
mod password;
mod payout;
mod proof;
mod replay;
mod report;
mod restore;
mod rows;
mod serve;
mod simulate;
mod sql;
mod terminal;
mod user;
mod verify;

use std::process::ExitCode;

use crate::settings::Common;

/// What to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Runs the server.
    Serve(serve::Arguments),
    /// Fills an empty installation with a demo network and prints its keys and links as JSON.
    Demo(demo::Arguments),
    /// Walks one event through a running server and shows each step.
    Simulate(simulate::Arguments),
    /// Recomputes the invariants from what is stored; exit code 1 when something is wrong.
    Verify(verify::Arguments),
    /// Checks a proof of what was decided, without a server.
    Proof(proof::Arguments),
    /// Decides a past period again and prints the difference in money; exit code 1 when the unchanged past differs.
    Replay(replay::Arguments),
    /// Any metric by any dimension, as a table, CSV or JSON.
    Report(report::Arguments),
    /// Shares conversions out among channels by insight models, from a file of paths.
    Attribute(attribute::Arguments),
    /// What a treatment of some regions or publishers added, against those that were not treated.
    Incrementality(incrementality::Arguments),
    /// Which rows of a file of customers are one person, and why.
    Identify(identify::Arguments),
    /// What was told of caps and prepaid money, newest first.
    Alerts(alerts::Arguments),
    /// Answers a query in SQL over the facts.
    Sql(sql::Arguments),
    /// Takes rows from a file; bad ones are reported and do not stop the good ones.
    Import(import::Arguments),
    /// Writes everything of a kind to a file.
    Export(export::Arguments),
    /// Copies the whole database into one file, while a server runs.
    Backup(backup::Arguments),
    /// Restores a copy into an empty database, SQLite or PostgreSQL.
    Restore(restore::Arguments),
    /// Proposes, approves and settles payout runs of a running server.
    Payout(payout::Arguments),
    /// Closes months for advertisers, and shows invoices, credit notes and payment receipts of a running server.
    Invoice(papers::Arguments),
    /// Closes months for publishers, and shows statements of a running server.
    Statement(papers::Arguments),
    /// Shows and changes who can sign in.
    User(user::Arguments),
    /// Shows and changes API keys.
    Key(key::Arguments),
    /// Looks whether this installation is in order.
    Doctor(doctor::Arguments),
}

/// An error of usage: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A refusal in words, with its field.
fn explain(refusal: app::errors::Refusal) -> anyhow::Error {
    match refusal.field {
        Some(field) => anyhow::anyhow!("`{field}`: {}", refusal.message),
        None => anyhow::anyhow!("{}", refusal.message),
    }
}

/// Runs a command.
///
/// # Errors
/// What went wrong, for a person.
pub fn run(common: &Common, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::run(common, arguments),
        Command::Demo(arguments) => demo::run(common, &arguments),
        Command::Simulate(arguments) => simulate::run(common, arguments),
        Command::Verify(arguments) => verify::run(common, arguments),
        Command::Proof(arguments) => proof::run(arguments),
        Command::Replay(arguments) => replay::run(common, arguments),
        Command::Report(arguments) => report::run(common, &arguments),
        Command::Attribute(arguments) => attribute::run(common, &arguments),
        Command::Incrementality(arguments) => incrementality::run(common, &arguments),
        Command::Identify(arguments) => identify::run(&arguments),
        Command::Alerts(arguments) => alerts::run(common, &arguments),
        Command::Sql(arguments) => sql::run(common, arguments),
        Command::Import(arguments) => import::run(common, arguments),
        Command::Export(arguments) => export::run(common, &arguments),
        Command::Backup(arguments) => backup::run(common, arguments),
        Command::Restore(arguments) => restore::run(common, arguments),
        Command::Payout(arguments) => payout::run(common, arguments),
        Command::Invoice(arguments) => papers::run(common, papers::Kind::Invoices, arguments),
        Command::Statement(arguments) => papers::run(common, papers::Kind::Statements, arguments),
        Command::User(arguments) => user::run(common, arguments),
        Command::Key(arguments) => key::run(common, arguments),
        Command::Doctor(arguments) => doctor::run(common, &arguments),
    }
}
