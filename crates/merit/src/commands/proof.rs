//! `merit proof`: checks what somebody was given as proof, without a server and without a database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use app::proof::{SignedRoot, check};
use serde_json::Value;

use crate::commands::terminal;

/// Arguments of `proof`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Checks a proof that `GET /api/v1/conversions/{id}/proof` gave; exit code 1 when it proves nothing.
    Verify(Verify),
}

#[derive(clap::Args)]
struct Verify {
    /// The proof.
    file: PathBuf,
    /// The public key that the operator published, in base64; without it only the proof's own is looked at.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Records that were kept elsewhere, as `GET /api/v1/proof_roots` gave them: the proof must agree with them.
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
}

/// Checks a proof.
///
/// # Errors
/// When a file cannot be read or is nothing of the kind.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let What::Verify(verify) = arguments.what;
    let roots = verify.roots.as_deref().map(kept_roots).transpose()?.unwrap_or_default();
    let against = check::Against { public_key: verify.key, roots };
    let outcome = check::check(&read_json(&verify.file)?, &against).map_err(anyhow::Error::msg)?;
    for shown in &outcome.decisions {
        eprintln!(
            "decision {}: {} at {}, under the root of {}",
            shown.number, shown.kind, shown.at, shown.day
        );
    }
    for number in &outcome.waiting {
        eprintln!("decision {number}: its day is not finished");
    }
    for problem in &outcome.problems {
        eprintln!("{problem}");
    }
    eprintln!("{}", if outcome.proven { "proven" } else { "not proven" });
    terminal::print_json(&outcome)?;
    Ok(if outcome.proven { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_json(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// A page of the API, or a list of records.
fn kept_roots(path: &Path) -> anyhow::Result<Vec<SignedRoot>> {
    let mut json = read_json(path)?;
    let list = if json["items"].is_array() { json["items"].take() } else { json };
    serde_json::from_value(list).with_context(|| format!("{} holds no root records", path.display()))
}
