//! Exchange rates from a file. A rate that holds already for its pair and day, or that the same source said before, is
//! left as it is; another one corrects it for what is decided from now on.

use std::sync::Arc;

use app::{
    App,
    access::Actor,
    command::Change,
    configuration::exchange_rates::{self, NewRate},
    media::booking,
};
use model::NetworkId;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use store::Tx;

use super::{
    Source,
    over_api::{Api, Taken},
    rows::{self, BadRow, Columns, Row, Rows},
    stored::{self, Done},
    tally::Tally,
};
use crate::{
    commands::{network, terminal},
    open,
    settings::{Common, Settings},
};

/// Rows of one transaction.
const CHUNK: usize = 500;

const COLUMNS: Columns = Columns {
    read: &["day", "base", "quote", "rate", "source"],
    passed_over: &["exchange_rate_id", "network_id", "created_at"],
};

/// Arguments of `import exchange_rates`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
}

/// A row that was read.
#[derive(Clone)]
struct Read {
    line: u64,
    rate: NewRate,
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
        while let Some(chunk) = next_chunk(&mut rows, &mut tally)? {
            for row in chunk {
                send(&api, &row, &mut tally)?;
            }
        }
        return Ok(tally);
    }
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    open::runtime()?.block_on(async {
        let app = open::open(&settings).await?;
        let network = network::choose(&app, arguments.source.network)?.id;
        while let Some(chunk) = next_chunk(&mut rows, &mut tally)? {
            store_chunk(&app, network, chunk, *dry_run, &mut tally).await?;
        }
        if !dry_run {
            convert_waiting(&app, network).await?;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(tally)
}

fn send(api: &Api, row: &Read, tally: &mut Tally) -> anyhow::Result<()> {
    let NewRate { base, quote, day, rate, source } = &row.rate;
    let rate = json!({ "base": base, "quote": quote, "day": day, "rate": rate, "source": source });
    match api.take("exchange_rates", None, &json!({ "rates": [rate] }))? {
        Taken::New(answer) if answer["items"][0]["repeated"] == true => tally.duplicate(),
        Taken::New(_) => tally.import(None),
        Taken::Before => tally.duplicate(),
        Taken::Refused(reason) => tally.refuse(BadRow { line: row.line, reason }),
    }
    Ok(())
}

fn next_chunk(rows: &mut Rows, tally: &mut Tally) -> anyhow::Result<Option<Vec<Read>>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    while chunk.len() < CHUNK {
        let Some(row) = rows.next()? else { break };
        tally.count_read();
        let read = row.and_then(|Row { line, members }| {
            read(members).map(|rate| Read { line, rate }).map_err(|reason| BadRow { line, reason })
        });
        match read {
            Ok(row) => chunk.push(row),
            Err(bad) => tally.refuse(bad),
        }
    }
    Ok(if chunk.is_empty() { None } else { Some(chunk) })
}

fn read(mut members: Map<String, Value>) -> Result<NewRate, String> {
    Ok(NewRate {
        base: needed(&mut members, "base")?,
        quote: needed(&mut members, "quote")?,
        day: needed(&mut members, "day")?,
        rate: needed(&mut members, "rate")?,
        source: typed("source", members.remove("source"))?.unwrap_or_default(),
    })
}

fn needed<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> Result<T, String> {
    typed(name, members.remove(name))?.ok_or_else(|| format!("`{name}` is missing"))
}

fn typed<T: DeserializeOwned>(name: &str, value: Option<Value>) -> Result<Option<T>, String> {
    let value = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => Value::from(text.trim()),
        // In JSON lines a rate may be a number, whose digits are taken as they stand.
        Some(Value::Number(number)) => Value::from(number.to_string()),
        Some(other) => other,
    };
    serde_json::from_value(value).map(Some).map_err(|error| format!("`{name}`: {error}"))
}

/// Stores a chunk in this installation.
async fn store_chunk(
    app: &App,
    network: NetworkId,
    chunk: Vec<Read>,
    dry_run: bool,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let entropy = Arc::clone(&app.entropy);
    let rows = chunk.into_iter().map(|row| (row.line, row.rate)).collect();
    let put = move |tx: &mut Tx<'_>, rate: &NewRate| {
        let actor = Actor::system(network);
        let mut change = Change::new(tx, &actor, "exchange_rate.import", now, &*entropy);
        match exchange_rates::enter_one(&mut change, rate) {
            Ok(entered) => Ok(Ok(if entered.repeated { Done::Before } else { Done::New })),
            Err(refusal) => stored::refused(refusal),
        }
    };
    stored::store_chunk(app, "exchange_rate.import", rows, dry_run, put, tally).await
}

/// Converts the costs of campaigns that waited for these rates.
async fn convert_waiting(app: &App, network: NetworkId) -> anyhow::Result<()> {
    let (now, entropy) = (app.clock.now(), Arc::clone(&app.entropy));
    let convert = move |tx: &mut Tx<'_>| {
        let actor = Actor::system(network);
        booking::convert_waiting(&mut Change::new(tx, &actor, "exchange_rate.import", now, &*entropy))
    };
    let converted = app.store.write("convert waiting costs", convert).await;
    let converted = converted.map_err(|refusal| anyhow::anyhow!(refusal.message))?;
    if converted > 0 {
        eprintln!("{converted} days of costs that waited for a rate are converted now");
    }
    Ok(())
}
