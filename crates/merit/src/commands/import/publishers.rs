//! Publishers from a file. A publisher who is there already, by `publisher_id` or `external_id`, is left as he is; a row
//! that says something else about him is refused, because an import must not change what people agreed on elsewhere.

use std::sync::Arc;

use app::{App, access::Actor, command::Change, configuration::publishers};
use model::{
    Currency, Entropy, NetworkId, PublisherId, Timestamp,
    parties::{Publisher, PublisherKind, Status},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{
    Source,
    over_api::Taken,
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

const COLUMNS: Columns =
    Columns { read: crate::commands::export::PUBLISHER_COLUMNS, passed_over: &["network_id"] };

/// Arguments of `import publishers`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
}

/// A row that was read.
#[derive(Clone)]
struct Read {
    line: u64,
    id: Option<PublisherId>,
    created_at: Option<Timestamp>,
    name: String,
    status: Status,
    kind: PublisherKind,
    external_id: Option<String>,
    own_customers_sha256: Vec<String>,
    currency: Option<Currency>,
    referred_by: Option<PublisherId>,
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
                match api.take("publishers", None, &row.body())? {
                    Taken::New(_) => tally.import(None),
                    Taken::Before => tally.duplicate(),
                    Taken::Refused(reason) => tally.refuse(BadRow { line: row.line, reason }),
                }
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
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(tally)
}

fn next_chunk(rows: &mut Rows, tally: &mut Tally) -> anyhow::Result<Option<Vec<Read>>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    while chunk.len() < CHUNK {
        let Some(row) = rows.next()? else { break };
        tally.count_read();
        let read = row.and_then(|Row { line, members }| {
            Read::of(line, members).map_err(|reason| BadRow { line, reason })
        });
        match read {
            Ok(row) => chunk.push(row),
            Err(bad) => tally.refuse(bad),
        }
    }
    Ok(if chunk.is_empty() { None } else { Some(chunk) })
}

impl Read {
    fn of(line: u64, mut members: Map<String, Value>) -> Result<Self, String> {
        let mut take = |name: &str| members.remove(name);
        let own = match take("own_customers_sha256") {
            // In CSV a list is written with spaces between.
            Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
            other => typed("own_customers_sha256", other)?.unwrap_or_default(),
        };
        Ok(Self {
            line,
            id: typed("publisher_id", take("publisher_id"))?,
            created_at: typed("created_at", take("created_at"))?,
            name: typed("name", take("name"))?.ok_or("`name` is missing")?,
            status: typed("status", take("status"))?.unwrap_or_default(),
            kind: typed("kind", take("kind"))?.unwrap_or_default(),
            external_id: typed("external_id", take("external_id"))?,
            own_customers_sha256: own,
            currency: typed("currency", take("currency"))?,
            referred_by: typed("referred_by", take("referred_by"))?,
        })
    }

    /// What the API takes of it.
    fn body(&self) -> Value {
        json!({
            "name": self.name,
            "status": self.status,
            "kind": self.kind,
            "external_id": self.external_id,
            "own_customers_sha256": self.own_customers_sha256,
            "currency": self.currency,
            "referred_by": self.referred_by,
        })
    }

    fn publisher(&self, network_id: NetworkId, now: Timestamp, entropy: &dyn Entropy) -> Publisher {
        Publisher {
            id: self.id.unwrap_or_else(|| PublisherId::new(now, entropy)),
            network_id,
            name: self.name.clone(),
            status: self.status,
            kind: self.kind,
            external_id: self.external_id.clone(),
            own_customers_sha256: self.own_customers_sha256.clone(),
            currency: self.currency,
            referred_by: self.referred_by,
            created_at: self.created_at.unwrap_or(now),
        }
    }

    /// Whether the row says the same as the stored publisher, as far as it says anything.
    fn agrees_with(&self, stored: &Publisher) -> bool {
        stored.name == self.name
            && stored.status == self.status
            && stored.kind == self.kind
            && stored.external_id == self.external_id
            && stored.own_customers_sha256 == self.own_customers_sha256
            && stored.currency == self.currency
            && stored.referred_by == self.referred_by
            && self.id.is_none_or(|id| id == stored.id)
    }
}

fn typed<T: DeserializeOwned>(name: &str, value: Option<Value>) -> Result<Option<T>, String> {
    let value = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => Value::from(text.trim()),
        // An external id may be a number in the system it comes from.
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
    let rows = chunk.into_iter().map(|row| (row.line, row)).collect();
    let put = move |tx: &mut Tx<'_>, row: &Read| put(tx, network, row, now, &*entropy);
    stored::store_chunk(app, "publisher.import", rows, dry_run, put, tally).await
}

/// Stores one row; the inner error is about the row, the outer about the storage.
fn put(
    tx: &mut Tx<'_>,
    network: NetworkId,
    row: &Read,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> store::Result<stored::Outcome> {
    if let Some(stored) = find(tx, network, row)? {
        return Ok(match stored.network_id == network && row.agrees_with(&stored) {
            true => Ok(Done::Before),
            false => Err(differs(&stored, row, network)),
        });
    }
    let actor = Actor::system(network);
    let mut change = Change::new(tx, &actor, "publisher.import", now, entropy);
    match publishers::create(&mut change, row.publisher(network, now, entropy)) {
        Ok(_) => Ok(Ok(Done::New)),
        Err(refusal) => stored::refused(refusal),
    }
}

fn differs(stored: &Publisher, row: &Read, network: NetworkId) -> String {
    if stored.network_id != network {
        return format!("`publisher_id`: {} is there already in another network", stored.id);
    }
    let by = if row.id == Some(stored.id) { "publisher_id" } else { "external_id" };
    format!(
        "`{by}`: {} ({}) has it and is described otherwise; an import changes nobody, use the console or the API",
        stored.id, stored.name
    )
}

fn find(tx: &mut Tx<'_>, network: NetworkId, row: &Read) -> store::Result<Option<Publisher>> {
    if let Some(id) = row.id
        && let Some(found) = configuration::get(tx, id)?
    {
        return Ok(Some(found));
    }
    let Some(external_id) = &row.external_id else { return Ok(None) };
    let external = Filter { column: "external_id", values: vec![store::Value::from(external_id)] };
    let filters = [Filter::id("network_id", network.bytes()), external];
    Ok(configuration::list(tx, &filters, None, 1, |_: &Publisher| true)?.pop())
}
