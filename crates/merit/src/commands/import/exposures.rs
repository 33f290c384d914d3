//! Offline exposures from a file: when and where campaigns were seen or heard.
//!
//! The same file again changes nothing; a file also takes away what it does not name any more between its first and its last slot. A row that
//! cannot be taken refuses the file, unless the good ones are asked for.

use std::{fs, path::PathBuf, process::ExitCode, sync::Arc};

use app::{
    App,
    command::{self, Answer, Command},
    media::exposures::{self, NewExposures, Said},
};
use data_encoding::BASE64;
use model::{AdvertiserId, Channel, NetworkId};
use serde_json::{Value, json};

use super::{
    costs::advertiser,
    over_api::{Api, Taken},
};
use crate::{
    commands::{Usage, network, terminal},
    open,
    settings::{Common, Settings},
};

/// The largest file.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Arguments of `import exposures`.
#[derive(clap::Args)]
pub struct Arguments {
    /// File to read: CSV whose first line names campaign, from, and as far as it has them channel, name, to, seconds, country, region,
    /// impressions and code.
    file: PathBuf,
    /// The channel of its campaigns, such as tv or radio, where the file has no column for it.
    #[arg(long)]
    channel: Option<Channel>,
    /// Whose campaigns; needed when there are several advertisers.
    #[arg(long, value_name = "ID")]
    advertiser: Option<AdvertiserId>,
    /// Refuse rows of campaigns that are not there, instead of making them.
    #[arg(long)]
    known_campaigns: bool,
    /// Keep slots that the file does not name.
    #[arg(long)]
    keep: bool,
    /// Take the good rows though others are refused.
    #[arg(long)]
    skip_bad_rows: bool,
    /// Network, when there are several.
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// Show what would happen and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Import through the API of this running server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL", requires = "key", requires = "advertiser", conflicts_with = "network")]
    server: Option<String>,
    /// API key for `--server`.
    #[arg(long, value_name = "KEY", env = "MERIT_KEY", hide_env_values = true)]
    key: Option<String>,
}

/// Imports the file; exit code 1 when a row was refused.
///
/// # Errors
/// What kept the file from being imported.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let explain = |error: std::io::Error| Usage(format!("{}: {error}", arguments.file.display()));
    if fs::metadata(&arguments.file).map_err(explain)?.len() > FILE_BYTES_MAX {
        return Err(
            Usage(format!("{} has more than {FILE_BYTES_MAX} bytes", arguments.file.display())).into()
        );
    }
    let bytes = fs::read(&arguments.file).map_err(explain)?;
    let bar = terminal::bar("import", None, false);
    let done = match (&arguments.server, &arguments.key) {
        (Some(url), Some(key)) => send(arguments, url, key, &bytes),
        _ => {
            let settings = Settings::read(common)?;
            open::expect_database(&settings)?;
            open::runtime()?.block_on(async {
                let app = open::open(&settings).await?;
                store(&app, arguments, bytes).await
            })
        }
    };
    bar.finish_and_clear();
    finish(&done?)
}

async fn store(app: &App, arguments: &Arguments, bytes: Vec<u8>) -> anyhow::Result<Value> {
    let network = network::choose(app, arguments.network)?.id;
    let new = Arc::new(NewExposures {
        advertiser_id: advertiser(app, network, arguments.advertiser)?,
        channel: arguments.channel,
        make_campaigns: !arguments.known_campaigns,
        replace: !arguments.keep,
        skip_bad_rows: arguments.skip_bad_rows,
        said: Said::File(bytes),
    });
    let dry_run = arguments.dry_run;
    let effect = move |change: &mut command::Change<'_, '_>| exposures::tell(change, &new);
    let show = move |taken: exposures::TakenExposures| {
        let told = json!({
            "dry_run": dry_run, "added": taken.added, "changed": taken.changed, "removed": taken.removed,
            "unchanged": taken.unchanged, "campaigns_made": taken.campaigns_made, "refused": taken.refused,
            "refused_rows": taken.refused_rows,
        });
        Answer::new(201, told)
    };
    let command = Command { dry_run, ..Command::system("exposure.tell", network) };
    let answer = command::run(app, command, effect, show).await;
    Ok(answer.map_err(|refusal| Usage(refusal.message))?.body)
}

fn send(arguments: &Arguments, url: &str, key: &str, bytes: &[u8]) -> anyhow::Result<Value> {
    let api = Api::new(url, key.to_owned(), arguments.dry_run)?;
    let body = json!({
        "advertiser_id": arguments.advertiser, "channel": arguments.channel, "make_campaigns": !arguments.known_campaigns,
        "replace": !arguments.keep, "skip_bad_rows": arguments.skip_bad_rows, "content": BASE64.encode(bytes),
    });
    match api.take("exposures", None, &body)? {
        Taken::New(mut answer) => {
            answer["dry_run"] = json!(arguments.dry_run);
            Ok(answer)
        }
        Taken::Before => anyhow::bail!("the server took the same request before"),
        Taken::Refused(words) => Err(Usage(words).into()),
    }
}

fn finish(done: &Value) -> anyhow::Result<ExitCode> {
    for row in done["refused_rows"].as_array().into_iter().flatten() {
        let column = row["column"].as_str().map_or_else(String::new, |column| format!(", column `{column}`"));
        eprintln!("line {}{column}: {}", row["line"], row["reason"].as_str().unwrap_or_default());
    }
    let verb = if done["dry_run"] == true { "would be" } else { "were" };
    eprintln!(
        "{} exposures {verb} added, {} changed, {} removed; {} stood like that; {} campaigns are new; {} rows refused",
        done["added"],
        done["changed"],
        done["removed"],
        done["unchanged"],
        done["campaigns_made"],
        done["refused"],
    );
    terminal::print_json(done)?;
    Ok(if done["refused"] == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
