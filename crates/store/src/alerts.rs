//! Alerts: one row each, found by what they are about. A row is never changed.

use model::{
    AdvertiserId, AlertId, NetworkId, ProgramId, PublisherId,
    alert::{Alert, AlertKind},
};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, search::Search};

/// Those of these keys that were told before.
///
/// # Errors
/// Storage errors.
pub fn told(tx: &mut Tx<'_>, keys: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
    let values: Vec<Value<'_>> = keys.iter().map(|key| Value::from(key.as_slice())).collect();
    let rows = tx.query_keys("SELECT key FROM alerts WHERE key = $key", Kind::Bytes, &values, &[])?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

/// Stores alerts with their keys, none of which was told before.
///
/// # Errors
/// Storage errors; [`Error::Unique`] for a key that was told.
pub fn insert(tx: &mut Tx<'_>, alerts: &[(Vec<u8>, Alert)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "alerts",
        columns: &[
            ("id", Kind::Bytes),
            ("key", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("advertiser_id", Kind::Bytes),
            ("program_id", Kind::Bytes),
            ("publisher_id", Kind::Bytes),
            ("kind", Kind::Text),
            ("for_publishers", Kind::Int),
            ("at", Kind::Int),
            ("body", Kind::Text),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(alerts.len() * INSERT.columns.len());
    for (key, alert) in alerts {
        let body = serde_json::to_string(alert)
            .map_err(|error| Error::Usage(format!("alert {}: {error}", alert.id)))?;
        values.extend([
            id(alert.id.bytes()),
            Value::from(key.as_slice()),
            id(alert.network_id.bytes()),
            id(alert.advertiser_id.bytes()),
            alert.program_id.as_ref().map_or(Value::Null, |program| id(program.bytes())),
            alert.publisher_id.as_ref().map_or(Value::Null, |publisher| id(publisher.bytes())),
            Value::from(alert.about.kind().word()),
            Value::Int(i64::from(alert.is_for_publishers())),
            Value::Int(alert.at.as_micros()),
            Value::from(body),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// From which side a list is asked.
#[derive(Debug, Clone)]
pub enum AlertSide {
    /// The network's: everything.
    Network,
    /// These advertisers'.
    Advertisers(Vec<AdvertiserId>),
    /// These publishers': what is about one of them, and the money of advertisers in whose programs they have links.
    Publishers(Vec<PublisherId>),
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlertFilter {
    /// The alert itself.
    pub id: Option<AlertId>,
    /// Kind.
    pub kind: Option<AlertKind>,
    /// Advertiser.
    pub advertiser: Option<AdvertiserId>,
    /// Program.
    pub program: Option<ProgramId>,
    /// Publisher.
    pub publisher: Option<PublisherId>,
}

/// A page of a network's alerts as one side reads them, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    side: &AlertSide,
    filter: &AlertFilter,
    before: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    match side {
        AlertSide::Network => {}
        AlertSide::Advertisers(own) => {
            search.among("advertiser_id", Some(own.as_slice()), |it| id(it.bytes()));
        }
        AlertSide::Publishers(own) => for_publishers(&mut search, own),
    }
    search.equal("id", filter.id.as_ref().map(|it| id(it.bytes())));
    search.equal("kind", filter.kind.map(|kind| Value::from(kind.word())));
    search.equal("advertiser_id", filter.advertiser.as_ref().map(|it| id(it.bytes())));
    search.equal("program_id", filter.program.as_ref().map(|it| id(it.bytes())));
    search.equal("publisher_id", filter.publisher.as_ref().map(|it| id(it.bytes())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT body FROM alerts {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(|row| from_body(row, 0)).collect()
}

/// The alert with this id, whoever may read it.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, alert: AlertId) -> Result<Option<Alert>> {
    let row = tx.query_opt("SELECT body FROM alerts WHERE id = $1", &[id(alert.bytes())])?;
    row.map(|row| from_body(&row, 0)).transpose()
}

fn for_publishers<'a>(search: &mut Search<'a>, own: &'a [PublisherId]) {
    if own.is_empty() {
        return search.also("1 = 0".to_owned());
    }
    let places: Vec<String> = own.iter().map(|it| search.parameter(id(it.bytes()))).collect();
    let own = places.join(", ");
    search.also(format!(
        "for_publishers = 1 AND (publisher_id IN ({own}) OR publisher_id IS NULL AND advertiser_id IN \
         (SELECT programs.advertiser_id FROM links JOIN programs ON programs.id = links.program_id \
         WHERE links.publisher_id IN ({own})))"
    ));
}

/// The newest alert of an advertiser that says whether there is money.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn newest_of_funds(tx: &mut Tx<'_>, advertiser: AdvertiserId) -> Result<Option<Alert>> {
    let sql = "SELECT body FROM alerts WHERE advertiser_id = $1 AND kind IN ('funds_out', 'funds_back') \
               ORDER BY at DESC, id DESC LIMIT 1";
    tx.query_opt(sql, &[id(advertiser.bytes())])?.map(|row| from_body(&row, 0)).transpose()
}

fn from_body(row: &Row, column: usize) -> Result<Alert> {
    serde_json::from_str(row.text(column)?).map_err(|error| Error::Damaged(format!("alerts: {error}")))
}

/// Calls `each` with every alert, its key, and whether its columns say what it says.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Vec<u8>, Alert, bool) -> Result<()>) -> Result<()> {
    let sql = "SELECT key, body, id, network_id, advertiser_id, program_id, publisher_id, kind, for_publishers, at \
               FROM alerts ORDER BY id";
    tx.query_each(sql, &[], &mut |row| {
        let it = from_body(row, 1)?;
        let same = row.id16(2)? == *it.id.bytes()
            && row.id16(3)? == *it.network_id.bytes()
            && row.id16(4)? == *it.advertiser_id.bytes()
            && row.opt_id16(5)? == it.program_id.map(|program| *program.bytes())
            && row.opt_id16(6)? == it.publisher_id.map(|publisher| *publisher.bytes())
            && row.text(7)? == it.about.kind().word()
            && row.int(8)? == i64::from(it.is_for_publishers())
            && row.int(9)? == it.at.as_micros();
        each(row.bytes(0)?.to_vec(), it, same)
    })
}
