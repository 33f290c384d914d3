//! Quarantine and the daily totals of the intake: nothing that came in is discarded without a row that
//! says why, and what came in is counted apart from the rows so that a lost row shows (I9).

use model::{AdvertiserId, Code, NetworkId, QuarantineId, Timestamp};

use crate::{Error, Insert, Kind, Result, Row, Tx, Value, id, touches::code_from};

/// The longest request text that is kept, in bytes.
pub const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// A request that could not become a touch or a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Id.
    pub id: QuarantineId,
    /// Network, when it could be told.
    pub network_id: Option<NetworkId>,
    /// Advertiser, when it could be told.
    pub advertiser_id: Option<AdvertiserId>,
    /// When it came.
    pub received_at: Timestamp,
    /// `touch` or `conversion`.
    pub kind: String,
    /// Why, as a code.
    pub code: Code,
    /// Why, in words with the particulars.
    pub reason: String,
    /// The request: method, path, query or body, without secrets, cut to [`REQUEST_BYTES_MAX`].
    pub request: String,
}

const COLUMNS: &str = "id, network_id, advertiser_id, received_at, kind, code, reason, request";

/// Stores rows.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, rows: &[Quarantined]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "quarantine",
        columns: &[
            ("id", Kind::Bytes),
            ("network_id", Kind::Bytes),
            ("advertiser_id", Kind::Bytes),
            ("received_at", Kind::Int),
            ("kind", Kind::Text),
            ("code", Kind::Int),
            ("reason", Kind::Text),
            ("request", Kind::Text),
        ],
        conflict: "",
    };
    let mut values = Vec::with_capacity(rows.len() * 8);
    for row in rows {
        values.extend([
            id(row.id.bytes()),
            row.network_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            row.advertiser_id.as_ref().map_or(Value::Null, |it| id(it.bytes())),
            Value::Int(row.received_at.as_micros()),
            Value::from(row.kind.as_str()),
            Value::Int(i64::from(row.code.number())),
            Value::from(row.reason.as_str()),
            Value::from(row.request.as_str()),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Quarantined> {
    Ok(Quarantined {
        id: QuarantineId::from_bytes(row.id16(0)?),
        network_id: row.opt_id16(1)?.map(NetworkId::from_bytes),
        advertiser_id: row.opt_id16(2)?.map(AdvertiserId::from_bytes),
        received_at: Timestamp::from_micros(row.int(3)?),
        kind: row.text(4)?.to_owned(),
        code: code_from(row.int(5)?).ok_or_else(|| Error::Damaged("quarantine: unknown code".to_owned()))?,
        reason: row.text(6)?.to_owned(),
        request: row.text(7)?.to_owned(),
    })
}

/// One row.
///
/// # Errors
/// Storage errors.
pub fn by_id(tx: &mut Tx<'_>, row: QuarantineId) -> Result<Option<Quarantined>> {
    let sql = format!("SELECT {COLUMNS} FROM quarantine WHERE id = $1");
    tx.query_opt(&sql, &[id(row.bytes())])?.as_ref().map(from_row).transpose()
}

/// A page of rows, newest first, before the cursor `before`. `network` sees its own rows and those of no network.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    network: Option<NetworkId>,
    advertisers: Option<&[AdvertiserId]>,
    before: Option<QuarantineId>,
    limit: u32,
) -> Result<Vec<Quarantined>> {
    let mut search = crate::search::Search::new();
    if let Some(network) = &network {
        let place = search.parameter(id(network.bytes()));
        search.also(format!("(network_id = {place} OR network_id IS NULL)"));
    }
    search.among("advertiser_id", advertisers, |it| id(it.bytes()));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql =
        format!("SELECT {COLUMNS} FROM quarantine {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// What came in on one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Everything that was answered.
    pub received: i64,
    /// Stored and counted: touches with verdict `ok` or `duplicate_click`, conversions that earn or are tests.
    pub accepted: i64,
    /// Stored and not counted.
    pub rejected: i64,
    /// Put into quarantine.
    pub quarantined: i64,
    /// Repeated deliveries that got their first answer again.
    pub replayed: i64,
}

/// Network (zero when it could not be told), UTC day number, kind.
pub type TotalsKey = ([u8; 16], i64, &'static str);

/// Something of a network (zero for none), a UTC day and a kind.
pub type OfDay<T> = ([u8; 16], i64, String, T);

/// Adds to the totals.
///
/// # Errors
/// Storage errors.
pub fn add_totals(tx: &mut Tx<'_>, totals: &[(TotalsKey, Totals)]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "intake_totals",
        columns: &[
            ("network_id", Kind::Bytes),
            ("day", Kind::Int),
            ("kind", Kind::Text),
            ("received", Kind::Int),
            ("accepted", Kind::Int),
            ("rejected", Kind::Int),
            ("quarantined", Kind::Int),
            ("replayed", Kind::Int),
        ],
        conflict: "ON CONFLICT (network_id, day, kind) DO UPDATE SET received = intake_totals.received + excluded.received, \
                   accepted = intake_totals.accepted + excluded.accepted, rejected = intake_totals.rejected + excluded.rejected, \
                   quarantined = intake_totals.quarantined + excluded.quarantined, replayed = intake_totals.replayed + excluded.replayed",
    };
    let mut values = Vec::with_capacity(totals.len() * 8);
    for ((network, day, kind), total) in totals {
        values.extend([
            id(network),
            Value::Int(*day),
            Value::from(*kind),
            Value::Int(total.received),
            Value::Int(total.accepted),
            Value::Int(total.rejected),
            Value::Int(total.quarantined),
            Value::Int(total.replayed),
        ]);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// All daily totals: network, day, kind, totals.
///
/// # Errors
/// Storage errors.
pub fn all_totals(tx: &mut Tx<'_>) -> Result<Vec<OfDay<Totals>>> {
    let rows = tx.query(
        "SELECT network_id, day, kind, received, accepted, rejected, quarantined, replayed FROM intake_totals \
         ORDER BY network_id, day, kind",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            let totals = Totals {
                received: row.int(3)?,
                accepted: row.int(4)?,
                rejected: row.int(5)?,
                quarantined: row.int(6)?,
                replayed: row.int(7)?,
            };
            Ok((row.id16(0)?, row.int(1)?, row.text(2)?.to_owned(), totals))
        })
        .collect()
}

/// Rows of quarantine by network (zero for none), UTC day and kind.
///
/// # Errors
/// Storage errors.
pub fn count_by_day(tx: &mut Tx<'_>) -> Result<Vec<OfDay<i64>>> {
    let rows = tx.query(
        "SELECT network_id, received_at / 86400000000, kind, COUNT(*) FROM quarantine GROUP BY 1, 2, 3",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            Ok((row.opt_id16(0)?.unwrap_or_default(), row.int(1)?, row.text(2)?.to_owned(), row.int(3)?))
        })
        .collect()
}
