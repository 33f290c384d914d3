//! Costs of campaigns from a file as an ad system exports it.
//!
//! What the file does not say is asked with its line and column, and the flag that answers it. Good rows go in and bad ones are
//! reported by line and reason. The same file again books nothing, another one about the same days replaces them.

use std::{fs, io::Read as _, path::PathBuf, process::ExitCode, sync::Arc};

use app::{
    App,
    command::{self, Answer, Command},
    errors::Refusal,
    media::{
        self, Column, Options, Question, Reading, Spread, Totals,
        imports::{self, Imported, NewFile},
    },
};
use data_encoding::BASE64;
use model::{AdvertiserId, Channel, Currency, Day, NetworkId, ProgramId};
use serde_json::{Value, json};

use super::over_api::{Api, Taken};
use crate::{
    commands::{Usage, network, terminal},
    open,
    settings::{Common, Settings},
};

/// The largest file.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Arguments of `import costs`.
#[derive(clap::Args)]
pub struct Arguments {
    /// File to read: CSV as Google Ads, Meta Ads Manager or a spreadsheet writes it.
    file: PathBuf,
    /// The channel of its campaigns, such as search or social.
    #[arg(long)]
    channel: Channel,
    /// Whose costs; needed when there are several advertisers.
    #[arg(long, value_name = "ID")]
    advertiser: Option<AdvertiserId>,
    /// The program of campaigns that are new.
    #[arg(long, value_name = "ID")]
    program: Option<ProgramId>,
    /// Refuse rows of campaigns that are not there, instead of making them.
    #[arg(long)]
    known_campaigns: bool,
    /// The order of days: day-first, month-first or year-first.
    #[arg(long, value_name = "ORDER")]
    dates: Option<String>,
    /// The mark before decimals: point or comma.
    #[arg(long, value_name = "MARK")]
    decimals: Option<String>,
    /// The currency of rows that name none.
    #[arg(long)]
    currency: Option<Currency>,
    /// The encoding of a file that is neither UTF-8 nor UTF-16, such as windows-1252.
    #[arg(long)]
    encoding: Option<String>,
    /// Spread amounts of several days over them; `even` gives each day the same.
    #[arg(long, value_parser = ["even"])]
    spread: Option<String>,
    /// What lines are that sound like totals and have a day.
    #[arg(long, value_parser = ["skip", "count"])]
    totals: Option<String>,
    /// The campaign of a file that names none.
    #[arg(long, value_name = "NAME")]
    campaign: Option<String>,
    /// The first day that a file without days is about.
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// The last one.
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<Day>,
    /// A column by its name in the file, such as `spend=Budget used`; may be given several times.
    #[arg(long = "column", value_name = "COLUMN=NAME", value_parser = column)]
    columns: Vec<(Column, String)>,
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

fn column(text: &str) -> Result<(Column, String), String> {
    let (column, name) = text.split_once('=').ok_or("write COLUMN=NAME, such as spend=Budget")?;
    Ok((column.parse()?, name.to_owned()))
}

impl Arguments {
    fn options(&self) -> anyhow::Result<Options> {
        fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
            text: Option<&String>,
        ) -> anyhow::Result<Option<T>> {
            let parsed = text.map(|text| text.parse().map_err(|error: T::Err| Usage(error.to_string())));
            Ok(parsed.transpose()?)
        }
        Ok(Options {
            encoding: read(self.encoding.as_ref())?,
            dates: read(self.dates.as_ref())?,
            decimals: read(self.decimals.as_ref())?,
            currency: self.currency,
            spread: self.spread.as_ref().map(|_| Spread::Even),
            totals: self
                .totals
                .as_deref()
                .map(|word| if word == "skip" { Totals::Skip } else { Totals::Count }),
            campaign: self.campaign.clone(),
            from: self.from,
            to: self.to,
            columns: self.columns.iter().cloned().collect(),
        })
    }

    fn name(&self) -> String {
        self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }
}

/// Imports the file; exit code 1 when a row was refused, 2 when something has to be answered first.
///
/// # Errors
/// What kept the file from being imported.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let options = arguments.options()?;
    let bytes = read_file(&arguments.file)?;
    let bar = terminal::bar("import", None, false);
    let done = match (&arguments.server, &arguments.key) {
        (Some(url), Some(key)) => send(arguments, url, key, &bytes, &options),
        _ => {
            let settings = Settings::read(common)?;
            open::expect_database(&settings)?;
            open::runtime()?.block_on(async {
                let app = open::open(&settings).await?;
                store(&app, arguments, bytes, options).await
            })
        }
    };
    bar.finish_and_clear();
    finish(&done?)
}

/// Reads the file with a bar for large ones.
fn read_file(path: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let explain = |error: std::io::Error| Usage(format!("{}: {error}", path.display()));
    let file = fs::File::open(path).map_err(explain)?;
    let length = file.metadata().map_err(explain)?.len();
    if length > FILE_BYTES_MAX {
        return Err(Usage(format!("{} has more than {FILE_BYTES_MAX} bytes", path.display())).into());
    }
    let bar = terminal::bar("read", Some(length), true);
    let mut bytes = Vec::new();
    bar.wrap_read(file).take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(explain)?;
    bar.finish_and_clear();
    Ok(bytes)
}

/// What the questions say, as a refusal of the arguments.
fn asked(questions: &[Question]) -> Usage {
    let words: Vec<String> = questions.iter().map(ToString::to_string).collect();
    Usage(format!("the file leaves something open; nothing was imported\n{}", words.join("\n")))
}

async fn store(app: &App, arguments: &Arguments, bytes: Vec<u8>, options: Options) -> anyhow::Result<Value> {
    let network = network::choose(app, arguments.network)?.id;
    let file = Arc::new(NewFile {
        advertiser_id: advertiser(app, network, arguments.advertiser)?,
        channel: arguments.channel,
        program_id: arguments.program,
        make_campaigns: !arguments.known_campaigns,
        name: arguments.name(),
        bytes,
        options,
    });
    // What has to be asked is found out before anything is written.
    if let Ok(Reading::Questions(questions)) = media::read(&file.bytes, &file.options) {
        return Err(asked(&questions).into());
    }
    let dry_run = arguments.dry_run;
    let effect = move |change: &mut command::Change<'_, '_>| match imports::import(change, &file)? {
        Imported::Taken(import) => Ok((import.id, imports::summary(&import)?)),
        Imported::Asked(questions) => Err(Refusal::field("file", asked(&questions).0)),
    };
    let show = move |(id, summary)| {
        let mut shown = json!({ "dry_run": dry_run, "id": id });
        if let (Some(shown), Ok(Value::Object(summary))) =
            (shown.as_object_mut(), serde_json::to_value(summary))
        {
            shown.extend(summary);
        }
        Answer::new(201, shown)
    };
    let command = Command { dry_run, ..Command::system("cost_import.create", network) };
    let answer = command::run(app, command, effect, show).await;
    Ok(answer.map_err(|refusal| Usage(refusal.message))?.body)
}

pub(super) fn advertiser(
    app: &App,
    network: NetworkId,
    named: Option<AdvertiserId>,
) -> anyhow::Result<AdvertiserId> {
    if let Some(named) = named {
        return Ok(named);
    }
    let snapshot = app.snapshot.get();
    let mut known: Vec<_> = snapshot
        .advertisers
        .values()
        .map(|entry| &entry.record)
        .filter(|one| one.network_id == network)
        .collect();
    known.sort_by_key(|advertiser| advertiser.id);
    match known.as_slice() {
        [only] => Ok(only.id),
        several => {
            let list: Vec<String> = several.iter().map(|one| format!("{} ({})", one.id, one.name)).collect();
            Err(Usage(format!("name one of the advertisers with --advertiser: {}", list.join(", "))).into())
        }
    }
}

fn send(
    arguments: &Arguments,
    url: &str,
    key: &str,
    bytes: &[u8],
    options: &Options,
) -> anyhow::Result<Value> {
    let api = Api::new(url, key.to_owned(), arguments.dry_run)?;
    let body = json!({
        "advertiser_id": arguments.advertiser, "channel": arguments.channel, "program_id": arguments.program,
        "make_campaigns": !arguments.known_campaigns, "file_name": arguments.name(), "content": BASE64.encode(bytes),
        "options": options,
    });
    match api.take("cost_imports", None, &body)? {
        Taken::New(answer) if answer["questions"].is_array() => {
            Err(Usage(format!("the file leaves something open: {}", answer["questions"])).into())
        }
        Taken::New(mut answer) => {
            answer["dry_run"] = json!(arguments.dry_run);
            answer["booked"] = answer["days"].take();
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
    let booked = &done["booked"];
    let verb = if done["dry_run"] == true { "would be" } else { "were" };
    eprintln!(
        "{} campaigns ({} new), {} to {}: {} days {verb} added, {} changed, {} removed; {} stood like that, {} wait for an exchange \
         rate; {} rows refused",
        done["campaigns"],
        done["campaigns_made"],
        done["from"].as_str().unwrap_or("-"),
        done["to"].as_str().unwrap_or("-"),
        booked["added"],
        booked["changed"],
        booked["removed"],
        booked["unchanged"],
        booked["waiting"],
        done["refused"],
    );
    terminal::print_json(done)?;
    Ok(if done["refused"] == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
