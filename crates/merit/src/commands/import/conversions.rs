//! Conversions from a file, through the intake, in the order of the file.

use std::{future::Future, pin::Pin, task::Poll};

use anyhow::Context;
use app::events::fields::Fields;
use app::{
    App,
    access::Actor,
    errors::{ErrorCode, Refusal},
    events::report,
    intake::{ConversionAnswer, Decider, Limits},
};
use model::{
    AdvertiserId, Clock, Timestamp,
    conversion::{ConversionReport, Intake, State},
};
use serde_json::Value;

use super::{
    Source,
    over_api::{Api, Taken},
    rows::{self, BadRow, Columns, Row, Rows},
    tally::Tally,
};
use crate::{
    ambient::SystemClock,
    commands::{network, terminal},
    open,
    settings::{Common, Settings},
};

/// Rows that wait for one commit.
const CHUNK: usize = 500;

const COLUMNS: Columns = Columns {
    read: &[
        "advertiser_id",
        "program_id",
        "click_id",
        "action",
        "order_id",
        "amount",
        "currency",
        "items",
        "coupon",
        "checkout_started_at",
        "paid_click_at",
        "paid_click_channel",
        "landing_url",
        "referrer",
        "landed_at",
        "customer_id",
        "new_customer",
        "email",
        "email_sha256",
        "occurred_at",
        "idempotency_key",
        "test",
        "adv1",
        "adv2",
        "adv3",
        "adv4",
        "adv5",
        "adv6",
        "adv7",
        "adv8",
        "adv9",
        "adv10",
    ],
    passed_over: crate::commands::export::CONVERSION_OUTCOME,
};

/// Arguments of `import conversions`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// Who reports the rows that name neither advertiser nor program.
    #[arg(long, value_name = "ID")]
    advertiser: Option<AdvertiserId>,
}

/// A row that was read.
struct Read {
    line: u64,
    advertiser: Option<AdvertiserId>,
    report: ConversionReport,
}

/// What became of it: whether it was there before, and the verdict.
struct Verdict {
    before: bool,
    code: String,
}

/// Imports the file.
///
/// # Errors
/// What kept the rest of it from being imported.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Tally> {
    let Source { file, ignore, dry_run, .. } = &arguments.source;
    let bar = terminal::bar("import", Some(0), true);
    let mut rows = rows::open(file, arguments.source.format()?, COLUMNS, ignore, &bar)?;
    let mut tally = Tally::new(*dry_run, bar);
    if let Some(api) = arguments.source.api()? {
        while let Some(chunk) = next_chunk(&mut rows, arguments.advertiser, &mut tally)? {
            for row in chunk {
                let verdict = through(&api, &row).with_context(|| format!("stopped at line {}", row.line))?;
                note(&mut tally, row.line, verdict);
            }
        }
        return Ok(tally);
    }
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let runtime = open::runtime()?;
    let app = runtime.block_on(open::open(&settings))?;
    // Starting the decider connects, which blocks; it ends, and with it what waits, when this function does.
    let (app, _decider) = if *dry_run { (app, None) } else { start(app, settings.intake_limits())? };
    runtime.block_on(here(&app, &mut rows, arguments, &mut tally))?;
    Ok(tally)
}

fn start(mut app: App, limits: Limits) -> anyhow::Result<(App, Option<Decider>)> {
    match app.start_intake(limits) {
        Ok(decider) => Ok((app, Some(decider))),
        Err(store::Error::EngineTaken) => anyhow::bail!(
            "a server runs on this database and is the only one who decides: import through it with --server URL --key KEY, or stop it"
        ),
        Err(error) => Err(error.into()),
    }
}

/// Up to [`CHUNK`] good rows; `None` at the end of the file.
fn next_chunk(
    rows: &mut Rows,
    advertiser: Option<AdvertiserId>,
    tally: &mut Tally,
) -> anyhow::Result<Option<Vec<Read>>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    while chunk.len() < CHUNK {
        let Some(row) = rows.next()? else { break };
        tally.count_read();
        match row.and_then(|row| read(row, advertiser)) {
            Ok(row) => chunk.push(row),
            Err(bad) => tally.refuse(bad),
        }
    }
    Ok(if chunk.is_empty() { None } else { Some(chunk) })
}

fn read(row: Row, advertiser: Option<AdvertiserId>) -> Result<Read, BadRow> {
    let Row { line, mut members } = row;
    let bad = |reason: String| BadRow { line, reason };
    let named = match members.remove("advertiser_id") {
        None => None,
        Some(Value::String(text)) => {
            Some(text.trim().parse().map_err(|error| bad(format!("`advertiser_id`: {error}")))?)
        }
        Some(_) => return Err(bad("`advertiser_id`: must be text".to_owned())),
    };
    let mut fields = Fields::default();
    fields.add_members(members).map_err(|error| bad(error.to_string()))?;
    // Who reports is found out where the row goes; until then it is nobody.
    let nobody = AdvertiserId::from_bytes([0; 16]);
    let report = fields
        .report(nobody, Intake::Import, None, SystemClock.now())
        .map_err(|error| bad(error.to_string()))?;
    report::check(&report).map_err(|refusal| bad(words(&refusal)))?;
    let advertiser = named.or(advertiser.filter(|_| report.program_id.is_none()));
    Ok(Read { line, advertiser, report })
}

fn words(refusal: &Refusal) -> String {
    match &refusal.field {
        Some(field) => format!("`{field}`: {}", refusal.message),
        None => refusal.message.clone(),
    }
}

fn note(tally: &mut Tally, line: u64, verdict: Result<Verdict, String>) {
    match verdict {
        Err(reason) => tally.refuse(BadRow { line, reason }),
        Ok(Verdict { before: true, .. }) => tally.duplicate(),
        Ok(Verdict { code, .. }) => tally.import(Some(&code)),
    }
}

fn through(api: &Api, row: &Read) -> anyhow::Result<Result<Verdict, String>> {
    let mut body = serde_json::to_value(&row.report)?;
    if let Some(members) = body.as_object_mut() {
        if let Some(arrival) = &row.report.arrival {
            let (landing_url, referrer) = app::own_results::addresses(arrival);
            members.insert("landing_url".to_owned(), landing_url.into());
            members.insert("referrer".to_owned(), referrer.into());
            members.insert("landed_at".to_owned(), serde_json::to_value(arrival.at)?);
        }
        for own in ["intake", "received_at", "idempotency_key", "advertiser_id", "arrival"] {
            members.remove(own);
        }
        if let Some(advertiser) = row.advertiser {
            members.insert("advertiser_id".to_owned(), advertiser.to_string().into());
        }
    }
    let taken = api.take("conversions", row.report.idempotency_key.as_deref(), &body)?;
    Ok(match taken {
        Taken::Refused(reason) => Err(reason),
        Taken::Before => Ok(Verdict { before: true, code: String::new() }),
        Taken::New(answer) => {
            let word = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
            Ok(Verdict { before: word("decision") == State::Duplicate.word(), code: word("code") })
        }
    })
}

async fn here(app: &App, rows: &mut Rows, arguments: &Arguments, tally: &mut Tally) -> anyhow::Result<()> {
    let network = network::choose(app, arguments.source.network)?;
    let actor = Actor::system(network.id);
    let snapshot = app.snapshot.get();
    let mut advertisers = snapshot.advertisers.values().filter(|one| one.record.network_id == network.id);
    let only = match (advertisers.next(), advertisers.next()) {
        (Some(only), None) => Some(only.record.id),
        _ => None,
    };
    while let Some(chunk) = next_chunk(rows, arguments.advertiser, tally)? {
        let received_at = app.clock.now();
        let lines: Vec<u64> = chunk.iter().map(|row| row.line).collect();
        let decided = chunk
            .into_iter()
            .map(|row| decide(app, &actor, only, row, received_at, arguments.source.dry_run))
            .collect();
        for (line, verdict) in lines.into_iter().zip(all(decided).await) {
            let verdict = verdict.with_context(|| {
                format!("stopped at line {line}; import the file again, rows that went in are recognised")
            })?;
            note(tally, line, verdict);
        }
    }
    Ok(())
}

/// The verdict on a row, or why the row cannot have one; an error when nothing can go in at present.
async fn decide(
    app: &App,
    actor: &Actor,
    only: Option<AdvertiserId>,
    row: Read,
    received_at: Timestamp,
    dry_run: bool,
) -> anyhow::Result<Result<Verdict, String>> {
    let named = row.advertiser.or(only.filter(|_| row.report.program_id.is_none()));
    let advertiser_id = match report::advertiser_of(app, actor, named, row.report.program_id) {
        Ok(advertiser) => advertiser,
        Err(refusal) => return Ok(Err(words(&refusal))),
    };
    let report = ConversionReport { advertiser_id, received_at, ..row.report };
    match report::submit(app, report, dry_run).await {
        Ok(answer) => Ok(Ok(verdict(&answer))),
        Err(refusal) => match refusal.code {
            ErrorCode::Busy | ErrorCode::OutcomeUnknown | ErrorCode::Internal => Err(refusal.into()),
            _ => Ok(Err(words(&refusal))),
        },
    }
}

fn verdict(answer: &ConversionAnswer) -> Verdict {
    let before = answer.replayed || answer.state == State::Duplicate;
    Verdict { before, code: answer.code.word().to_owned() }
}

/// Waits for all of them; they begin in their order, so that the decider gets them in the order of the file.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<Result<F::Output, Pin<Box<F>>>> =
        futures.into_iter().map(|future| Err(Box::pin(future))).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for slot in &mut waiting {
            if let Err(future) = slot {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *slot = Ok(output),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(Result::ok).collect()
}
