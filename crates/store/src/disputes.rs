//! Disputes: one row each, with the whole record as JSON and the columns that are searched.

use model::{
    AdvertiserId, ConversionId, DisputeId, NetworkId, PublisherId, Timestamp,
    dispute::{Dispute, DisputeState},
};

use crate::{Error, Result, Row, Tx, Value, id, search::Search};

fn body(dispute: &Dispute) -> Result<String> {
    serde_json::to_string(dispute).map_err(|error| Error::Usage(format!("dispute {}: {error}", dispute.id)))
}

/// Whether its conversion is still to be made.
fn is_unsettled(dispute: &Dispute) -> bool {
    dispute.state == DisputeState::Accepted && dispute.report.is_some() && dispute.settled_at.is_none()
}

fn micros(at: Option<Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, |at| Value::Int(at.as_micros()))
}

/// Stores a new dispute.
///
/// # Errors
/// Storage errors; [`Error::Unique`] when the publisher has an open one about the same conversion.
pub fn insert(tx: &mut Tx<'_>, dispute: &Dispute) -> Result<()> {
    let text = body(dispute)?;
    let conversion = dispute.conversion_id.as_ref().map_or(Value::Null, |it| id(it.bytes()));
    tx.execute(
        "INSERT INTO disputes (id, network_id, advertiser_id, program_id, publisher_id, conversion_id, kind, state, \
         deadline, overdue_at, unsettled, changes, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            id(dispute.id.bytes()),
            id(dispute.network_id.bytes()),
            id(dispute.advertiser_id.bytes()),
            id(dispute.program_id.bytes()),
            id(dispute.publisher_id.bytes()),
            conversion,
            Value::from(dispute.kind.word()),
            Value::from(dispute.state.word()),
            Value::Int(dispute.deadline.as_micros()),
            micros(dispute.overdue_at),
            Value::Int(0),
            Value::Int(i64::from(dispute.changes)),
            Value::from(text),
        ],
    )?;
    Ok(())
}

/// Replaces a dispute that was read with one change less; `unsettled` says that its conversion is still to be made.
/// Returns whether nobody else changed it in between.
///
/// # Errors
/// Storage errors.
pub fn update(tx: &mut Tx<'_>, dispute: &Dispute, unsettled: bool) -> Result<bool> {
    let text = body(dispute)?;
    let changed = tx.execute(
        "UPDATE disputes SET state = $1, deadline = $2, overdue_at = $3, unsettled = $4, changes = $5, body = $6 \
         WHERE id = $7 AND changes = $8",
        &[
            Value::from(dispute.state.word()),
            Value::Int(dispute.deadline.as_micros()),
            micros(dispute.overdue_at),
            Value::Int(i64::from(unsettled)),
            Value::Int(i64::from(dispute.changes)),
            Value::from(text),
            id(dispute.id.bytes()),
            Value::Int(i64::from(dispute.changes) - 1),
        ],
    )?;
    Ok(changed == 1)
}

fn from_row(row: &Row) -> Result<Dispute> {
    serde_json::from_str(row.text(0)?).map_err(|error| Error::Damaged(format!("disputes: {error}")))
}

/// The dispute with this id.
///
/// # Errors
/// Storage errors and a damaged row.
pub fn by_id(tx: &mut Tx<'_>, dispute: DisputeId) -> Result<Option<Dispute>> {
    let row = tx.query_opt("SELECT body FROM disputes WHERE id = $1", &[id(dispute.bytes())])?;
    row.map(|row| from_row(&row)).transpose()
}

/// What a list of disputes is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct DisputeFilter {
    /// Network.
    pub network: Option<NetworkId>,
    /// Advertisers; an empty list finds nothing.
    pub advertisers: Option<Vec<AdvertiserId>>,
    /// Publishers; an empty list finds nothing.
    pub publishers: Option<Vec<PublisherId>>,
    /// State.
    pub state: Option<DisputeState>,
    /// The conversion that it is about.
    pub conversion: Option<ConversionId>,
    /// Only those whose deadline was missed, or only the others.
    pub overdue: Option<bool>,
}

/// A page of disputes, newest first, before the cursor `before`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &DisputeFilter,
    before: Option<DisputeId>,
    limit: u32,
) -> Result<Vec<Dispute>> {
    let mut search = Search::new();
    search.equal("network_id", filter.network.as_ref().map(|it| id(it.bytes())));
    search.among("advertiser_id", filter.advertisers.as_deref(), |it| id(it.bytes()));
    search.among("publisher_id", filter.publishers.as_deref(), |it| id(it.bytes()));
    search.equal("state", filter.state.map(|state| Value::from(state.word())));
    search.equal("conversion_id", filter.conversion.as_ref().map(|it| id(it.bytes())));
    match filter.overdue {
        Some(true) => search.also("overdue_at IS NOT NULL".to_owned()),
        Some(false) => search.also("overdue_at IS NULL".to_owned()),
        None => {}
    }
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    let sql = format!("SELECT body FROM disputes {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// Disputes that are not answered, whose deadline has passed and that are not marked so.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn newly_overdue(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<Dispute>> {
    let sql = format!(
        "SELECT body FROM disputes WHERE overdue_at IS NULL AND state IN ('open', 'needs_info') AND deadline <= $1 \
         ORDER BY deadline LIMIT {limit}"
    );
    tx.query(&sql, &[Value::Int(now.as_micros())])?.iter().map(from_row).collect()
}

/// Accepted disputes whose conversion is still to be made.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn unsettled(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Dispute>> {
    let sql = format!("SELECT body FROM disputes WHERE unsettled = 1 ORDER BY id LIMIT {limit}");
    tx.query(&sql, &[])?.iter().map(from_row).collect()
}

/// Calls `each` with every dispute, and with whether its columns say what it says.
///
/// # Errors
/// Storage errors, damaged rows and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Dispute, bool) -> Result<()>) -> Result<()> {
    let sql = "SELECT body, id, network_id, advertiser_id, program_id, publisher_id, conversion_id, kind, state, \
               deadline, overdue_at, changes, unsettled FROM disputes ORDER BY id";
    tx.query_each(sql, &[], &mut |row| {
        let it = from_row(row)?;
        let same = row.id16(1)? == *it.id.bytes()
            && row.id16(2)? == *it.network_id.bytes()
            && row.id16(3)? == *it.advertiser_id.bytes()
            && row.id16(4)? == *it.program_id.bytes()
            && row.id16(5)? == *it.publisher_id.bytes()
            && row.opt_id16(6)? == it.conversion_id.map(|conversion| *conversion.bytes())
            && row.text(7)? == it.kind.word()
            && row.text(8)? == it.state.word()
            && row.int(9)? == it.deadline.as_micros()
            && row.opt_int(10)? == it.overdue_at.map(Timestamp::as_micros)
            && row.int(11)? == i64::from(it.changes)
            && row.int(12)? == i64::from(is_unsettled(&it));
        each(it, same)
    })
}
