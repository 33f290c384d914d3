//! Decisions on conversions from a file: approvals, rejections, reversals and the like, row by row.
//!
//! A row names a conversion by its id or by its order. It is carried out once: its key is its own content and how many equal
//! rows stand before it in the file, so a file can be imported again after its bad rows were repaired, and two equal
//! partial refunds in one file are two.

use std::collections::BTreeMap;

use app::{
    App,
    access::Actor,
    command::{self, Answer, Command},
    errors::{ErrorCode, Refusal},
    events::{
        bulk,
        judgements::{self, Judgement, Part},
    },
    lifecycle::ItemPart,
};
use model::{
    ConversionId, Timestamp,
    conversion::{Reason, State},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    Source,
    over_api::{Api, Taken},
    rows::{self, BadRow, Columns, Row, Rows},
    tally::Tally,
};
use crate::{
    commands::{network, terminal},
    open,
    settings::{Common, Settings},
};

const COLUMNS: Columns = Columns {
    read: &[
        "conversion_id",
        "order_id",
        "action",
        "operation",
        "amount",
        "share",
        "items",
        "until",
        "reason",
        "note",
        "idempotency_key",
    ],
    passed_over: &["currency", "state"],
};

/// Arguments of `import decisions`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
}

/// A row that was read.
#[derive(Clone)]
struct Read {
    line: u64,
    conversion: Named,
    judgement: Judgement,
    reason: Reason,
    note: Option<String>,
    /// The body of the same decision over the API.
    body: Value,
    key: String,
}

#[derive(Clone)]
enum Named {
    Id(ConversionId),
    Order { order_id: String, action: Option<String> },
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
    let mut equal = BTreeMap::new();
    if let Some(api) = arguments.source.api()? {
        while let Some(row) = next(&mut rows, &mut equal, &mut tally)? {
            match through(&api, &row)? {
                Taken::Refused(reason) => tally.refuse(BadRow { line: row.line, reason }),
                Taken::Before => tally.duplicate(),
                Taken::New(_) => tally.import(Some(row.judgement.word())),
            }
        }
        return Ok(tally);
    }
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let runtime = open::runtime()?;
    let app = runtime.block_on(open::open(&settings))?;
    let network = network::choose(&app, arguments.source.network)?;
    let actor = Actor::system(network.id);
    while let Some(row) = next(&mut rows, &mut equal, &mut tally)? {
        match runtime.block_on(here(&app, &actor, &row, *dry_run)) {
            Ok(true) => tally.duplicate(),
            Ok(false) => tally.import(Some(row.judgement.word())),
            Err(refusal) => match refusal.code {
                ErrorCode::Busy | ErrorCode::OutcomeUnknown | ErrorCode::Internal => {
                    return Err(refusal.into());
                }
                _ => tally.refuse(BadRow { line: row.line, reason: words(&refusal) }),
            },
        }
    }
    Ok(tally)
}

fn words(refusal: &Refusal) -> String {
    match &refusal.field {
        Some(field) => format!("`{field}`: {}", refusal.message),
        None => refusal.message.clone(),
    }
}

/// The next good row; `None` at the end of the file.
fn next(
    rows: &mut Rows,
    equal: &mut BTreeMap<[u8; 32], u32>,
    tally: &mut Tally,
) -> anyhow::Result<Option<Read>> {
    while let Some(row) = rows.next()? {
        tally.count_read();
        match row.and_then(|row| read(row, equal)) {
            Ok(row) => return Ok(Some(row)),
            Err(bad) => tally.refuse(bad),
        }
    }
    Ok(None)
}

fn read(row: Row, equal: &mut BTreeMap<[u8; 32], u32>) -> Result<Read, BadRow> {
    let Row { line, members } = row;
    let bad = |reason: String| BadRow { line, reason };
    let hash: [u8; 32] = Sha256::digest(Value::Object(members.clone()).to_string()).into();
    let mut cells = Cells(members);
    let given_key = cells.text("idempotency_key").map_err(bad)?;
    let read = cells.read().map_err(bad)?;
    let key = given_key.unwrap_or_else(|| {
        let number = equal.entry(hash).and_modify(|number| *number += 1).or_insert(1);
        format!("decision-{}-{number}", app::hex(&hash))
    });
    Ok(Read { line, key, ..read })
}

/// The cells of a row that are not empty.
struct Cells(Map<String, Value>);

impl Cells {
    fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(format!("`{name}`: must be text")),
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str) -> Result<Option<T>, String>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(name)?;
        text.map(|text| text.parse().map_err(|error: T::Err| format!("`{name}`: {error}"))).transpose()
    }

    fn items(&mut self) -> Result<Option<Vec<ItemPart>>, String> {
        let wanted = "write JSON such as [{\"sku\": \"A-1\", \"quantity\": 2}]";
        let value = match self.0.remove("items") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
            Some(Value::String(text)) => {
                serde_json::from_str(&text).map_err(|_| format!("`items`: {wanted}"))?
            }
            Some(value) => value,
        };
        serde_json::from_value(value).map(Some).map_err(|_| format!("`items`: {wanted}"))
    }

    fn read(mut self) -> Result<Read, String> {
        let id: Option<ConversionId> = self.parsed("conversion_id")?;
        let (order_id, action) = (self.text("order_id")?, self.text("action")?);
        let operation = self.text("operation")?.unwrap_or_default();
        let (amount, share, items) = (self.text("amount")?, self.text("share")?, self.items()?);
        let until = self.text("until")?;
        let reason = self.text("reason")?;
        let note = self.text("note")?;
        let conversion = match (id, order_id) {
            (Some(id), _) => Named::Id(id),
            (None, Some(order_id)) => Named::Order { order_id, action },
            (None, None) => return Err("`conversion_id`: name the conversion or its order".to_owned()),
        };
        if operation != "reverse" && (share.is_some() || items.is_some()) {
            return Err("`share`: only `reverse` takes a share or items".to_owned());
        }
        let moment = |text: &String| Timestamp::parse(text).map_err(|error| format!("`until`: {error}"));
        let judgement = match operation.as_str() {
            "approve" => Judgement::Approve,
            "reject" => Judgement::Reject,
            "hold" => Judgement::Hold,
            "release" => Judgement::Release,
            "extend" => Judgement::Extend(until.as_ref().map(moment).transpose()?),
            "reverse" => Judgement::Reverse(
                Part::read(amount.as_ref(), share.as_ref(), items.as_ref())
                    .map_err(|refusal| words(&refusal))?,
            ),
            other => {
                return Err(format!(
                    "`operation`: `{other}` is none; write approve, reject, reverse, hold, release or extend"
                ));
            }
        };
        let confirms = matches!(judgement, Judgement::Approve | Judgement::Release);
        let reason = match reason {
            None if confirms => Reason::Confirmed,
            None => return Err("`reason`: say why".to_owned()),
            Some(word) => Reason::from_word(&word).ok_or_else(|| {
                let known: Vec<_> = Reason::ALL.iter().map(|reason| reason.word()).collect();
                format!("`reason`: `{word}` is none; write one of {}", known.join(", "))
            })?,
        };
        let mut body = json!({ "note": note });
        if !confirms {
            body["reason"] = json!(reason);
        }
        if let Judgement::Reverse(_) = judgement {
            body["amount"] = json!(amount);
            body["share"] = json!(share);
            body["items"] = json!(items);
        }
        if let Judgement::Extend(until) = judgement {
            body["until"] = json!(until);
        }
        Ok(Read { line: 0, conversion, judgement, reason, note, body, key: String::new() })
    }
}

fn through(api: &Api, row: &Read) -> anyhow::Result<Taken> {
    let id = match &row.conversion {
        Named::Id(id) => id.to_string(),
        Named::Order { order_id, action } => {
            match of_order(api, order_id, action.as_deref(), row.judgement.changes())? {
                Ok(id) => id,
                Err(refused) => return Ok(Taken::Refused(refused)),
            }
        }
    };
    api.take(&format!("conversions/{id}/{}", row.judgement.word()), Some(&row.key), &row.body)
}

/// The one conversion of an order in one of these states. It is looked for state by state, so that refused reports of the
/// order neither hide it behind the end of a page nor make it ambiguous. Where there is none it is the newest of the others.
fn of_order(
    api: &Api,
    order_id: &str,
    action: Option<&str>,
    states: &[State],
) -> anyhow::Result<Result<String, String>> {
    let mut found = Vec::new();
    for state in states.iter().map(Some).chain([None]) {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("order_id", order_id).append_pair("limit", "200");
        query.extend_pairs(action.map(|action| ("action", action)));
        query.extend_pairs(state.map(|state| ("state", state.word())));
        if state.is_none() && !found.is_empty() {
            break;
        }
        let page = match api.look(&format!("conversions?{}", query.finish()))? {
            Ok(page) => page,
            Err(refused) => return Ok(Err(refused)),
        };
        let page = page["items"].as_array().cloned().unwrap_or_default();
        let judged = page.iter().filter(|one| one["state"] != "duplicate" && one["state"] != "test");
        let ids = judged.filter_map(|one| one["id"].as_str()).map(str::to_owned);
        found.extend(ids.take(if state.is_some() { usize::MAX } else { 1 }));
    }
    match found.as_slice() {
        [id] => Ok(Ok(id.clone())),
        several => Ok(Err(bulk::not_one(order_id, several.len()).message)),
    }
}

/// Carries a row out; answers whether it had been carried out before.
async fn here(app: &App, actor: &Actor, row: &Read, dry_run: bool) -> Result<bool, Refusal> {
    let command = Command {
        name: "conversion.import_decision",
        actor: Some(actor.clone()),
        idempotency_key: Some(row.key.clone()),
        input_sha256: [0; 32],
        dry_run,
    };
    let row = row.clone();
    let answer = command::run(
        app,
        command,
        move |change| {
            let id = match &row.conversion {
                Named::Id(id) => *id,
                Named::Order { order_id, action } => {
                    bulk::only_of_order(change.tx, change.actor, order_id, action.as_deref(), &row.judgement)?
                }
            };
            judgements::judge(change, id, &row.judgement, row.reason, row.note.as_deref())
        },
        |seen| Answer::new(200, json!({ "conversion_id": seen.conversion.id })),
    );
    Ok(answer.await?.replayed)
}
