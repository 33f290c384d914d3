//! Invoices and statements of a running server, from the shell. Answers are the API's JSON on stdout.

use std::{fs, io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::Context;
use http::{Method, header};
use serde_json::json;

use crate::{
    commands::{
        Usage,
        http_client::{DEFAULT_SERVER, Server},
    },
    settings::Common,
};

/// Which papers.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Invoices, credit notes and payment receipts of advertisers.
    Invoices,
    /// Statements of publishers.
    Statements,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::Invoices => "/api/v1/invoices",
            Self::Statements => "/api/v1/statements",
        }
    }
    /// The field that names whom a paper is for.
    const fn party(self) -> &'static str {
        match self {
            Self::Invoices => "advertiser_id",
            Self::Statements => "publisher_id",
        }
    }
}

/// Arguments of `invoice` and `statement`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    step: Step,
    /// Address of the running server.
    #[arg(long, global = true, value_name = "URL", default_value = DEFAULT_SERVER)]
    server: String,
    /// API key; to issue papers, that of an operator with the right to approve.
    #[arg(long, global = true, value_name = "KEY", env = "MERIT_KEY", hide_env_values = true)]
    key: Option<String>,
}

#[derive(clap::Subcommand)]
enum Step {
    /// Closes a month that has ended; asking again shows what was issued.
    Issue {
        /// The month in the network's zone, such as 2026-10.
        #[arg(long, value_name = "MONTH")]
        period: String,
        /// One advertiser, or one publisher; all of them without it.
        #[arg(long, value_name = "ID")]
        of: Option<String>,
        /// One currency; all of them without it.
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// Only show the drafts; no number is taken.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists papers, newest first.
    List {
        /// Only of this month.
        #[arg(long, value_name = "MONTH")]
        period: Option<String>,
        /// Only of this advertiser or publisher.
        #[arg(long, value_name = "ID")]
        of: Option<String>,
    },
    /// Shows one paper.
    Show {
        /// The paper.
        id: String,
    },
    /// Saves a paper as PDF.
    Pdf {
        /// The paper.
        id: String,
        /// Where to; nothing that exists is overwritten.
        file: PathBuf,
        /// In which language: en, vi or fa.
        #[arg(long, default_value = "en")]
        language: String,
    },
}

/// Takes one step; exit code 1 when it is refused.
///
/// # Errors
/// When the server does not answer, or the file cannot be written.
pub fn run(_: &Common, kind: Kind, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let key = arguments.key.ok_or_else(|| Usage("give an API key with --key or MERIT_KEY".to_owned()))?;
    let server = Server::at(&arguments.server)?;
    let authorization = format!("Bearer {key}");
    let get = |path: &str| {
        server.send(&Method::GET, path, &[(header::AUTHORIZATION.as_str(), &authorization)], &[])
    };
    let path = kind.path();
    let answer = match arguments.step {
        Step::Issue { period, of, currency, dry_run } => {
            let path = if dry_run { format!("{path}?dry_run=true") } else { path.to_owned() };
            let body = json!({ "period": period, kind.party(): of, "currency": currency });
            server.post_json(&path, &key, &[], &body)?
        }
        Step::List { period, of } => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(period.map(|period| ("period", period)));
            query.extend_pairs(of.map(|of| (kind.party(), of)));
            get(&format!("{path}?{}", query.finish()))?
        }
        Step::Show { id } => get(&format!("{path}/{}", encoded(&id)))?,
        Step::Pdf { id, file, language } => {
            let download = get(&format!("{path}/{}/pdf?language={}", encoded(&id), encoded(&language)))?;
            if download.status != 200 {
                return download.tell();
            }
            let mut place = fs::File::create_new(&file)
                .with_context(|| format!("{} cannot be written", file.display()))?;
            place.write_all(&download.body)?;
            place.sync_all()?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    answer.tell()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
