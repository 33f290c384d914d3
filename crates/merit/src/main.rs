//! The binary: arguments, settings, roles, wiring, shutdown and the commands.
//!
//! One file a command in `commands`; a new one is a file, a variant of [`Command`] and a line in `run`. Output for
//! machines goes to stdout, words for people to stderr. Exit codes: 0 done, 1 checked and found wrong (or failed),
//! 2 bad usage.

mod ambient;
mod commands;
mod facts;
mod open;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::{commands::Command, settings::Common};

// Requests are many small allocations on several threads; the system's allocator holds on to more and gives less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The open performance-marketing platform: tracks, decides, pays and explains.
#[derive(Parser)]
#[command(name = "merit", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(&arguments.common, arguments.command) {
        Ok(code) => code,
        // Whoever read the output has seen enough, as `head` does: silence, and the code of a program that the pipe ended.
        Err(error) if is_closed_pipe(&error) => ExitCode::from(141),
        Err(error) => {
            eprintln!("merit: {error:#}");
            if error.is::<commands::Usage>() { ExitCode::from(2) } else { ExitCode::from(1) }
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| match cause.downcast_ref::<std::io::Error>() {
        Some(io) => Some(io.kind()),
        None => cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
    });
    kinds.into_iter().any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}
