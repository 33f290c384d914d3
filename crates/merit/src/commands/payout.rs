//! `merit payout`: payout runs of a running server, from the shell. Answers are the API's JSON on stdout.

use std::{fs, io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::Context;
use http::{Method, header};
use serde_json::{Value, json};

use crate::{
    commands::{
        Usage,
        http_client::{Answer, DEFAULT_SERVER, Server},
    },
    settings::Common,
};

/// Arguments of `payout`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    step: Step,
    /// Address of the running server.
    #[arg(long, global = true, value_name = "URL", default_value = DEFAULT_SERVER)]
    server: String,
    /// API key of an operator with the right to pay.
    #[arg(long, global = true, value_name = "KEY", env = "MERIT_KEY", hide_env_values = true)]
    key: Option<String>,
}

#[derive(clap::Subcommand)]
enum Step {
    /// Lists who is paid and who is not, and why, and proposes it.
    Propose {
        /// How: sepa, iso20022, ach or other.
        #[arg(long)]
        method: String,
        /// In which currency.
        #[arg(long)]
        currency: String,
        /// Everything posted before this moment is paid; now without it.
        #[arg(long, value_name = "TIME")]
        period_end: Option<String>,
        /// Only show it.
        #[arg(long)]
        dry_run: bool,
    },
    /// Approves what somebody else proposed.
    Approve {
        /// The run.
        run: String,
    },
    /// Gives up a run that was not sent.
    Cancel {
        /// The run.
        run: String,
    },
    /// Makes the file for the bank, or finds the one that was made, and saves it.
    File {
        /// The run.
        run: String,
        /// Where to; nothing that exists is overwritten.
        file: PathBuf,
    },
    /// Takes in what the bank answered: a pain.002, or CSV when the name ends in .csv.
    Report {
        /// The run.
        run: String,
        /// The bank's file.
        file: PathBuf,
    },
    /// Shows a run with its payments.
    Status {
        /// The run.
        run: String,
    },
}

/// Takes one step of a payout run; exit code 1 when it is refused.
///
/// # Errors
/// When the server does not answer, or a file cannot be read or written.
pub fn run(_: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let key = arguments
        .key
        .ok_or_else(|| Usage("give the key of an operator with --key or MERIT_KEY".to_owned()))?;
    let desk = Desk { server: Server::at(&arguments.server)?, key };
    let answer = match arguments.step {
        Step::Propose { method, currency, period_end, dry_run } => {
            let path = if dry_run { "/api/v1/payout_runs?dry_run=true" } else { "/api/v1/payout_runs" };
            let body = json!({ "method": method, "currency": currency, "period_end": period_end });
            desk.server.post_json(path, &desk.key, &[], &body)?
        }
        Step::Approve { run } => desk.step(&run, "approve", &json!({}))?,
        Step::Cancel { run } => desk.step(&run, "cancel", &json!({}))?,
        Step::Report { run, file } => {
            let csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
            let content =
                fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let format = if csv { "csv" } else { "pain.002" };
            desk.step(&run, "report", &json!({ "format": format, "content": content }))?
        }
        Step::Status { run } => desk.get(&format!("/api/v1/payout_runs/{run}"))?,
        Step::File { run, file } => {
            let made = desk.step(&run, "send", &json!({}))?;
            if made.status == 200 {
                let download = desk.get(&format!("/api/v1/payout_runs/{run}/file"))?;
                anyhow::ensure!(download.status == 200, "{}", download.words());
                let mut place = fs::File::create_new(&file)
                    .with_context(|| format!("{} cannot be written", file.display()))?;
                place.write_all(&download.body)?;
                place.sync_all()?;
            }
            made
        }
    };
    answer.tell()
}

struct Desk {
    server: Server,
    key: String,
}

impl Desk {
    fn step(&self, run: &str, step: &str, body: &Value) -> anyhow::Result<Answer> {
        self.server.post_json(&format!("/api/v1/payout_runs/{run}/{step}"), &self.key, &[], body)
    }

    fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let authorization = format!("Bearer {}", self.key);
        self.server.send(&Method::GET, path, &[(header::AUTHORIZATION.as_str(), &authorization)], &[])
    }
}
