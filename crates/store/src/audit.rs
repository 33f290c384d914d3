//! The audit log: who changed what. One row in the transaction of each change, never edited.

use model::{AuditId, NetworkId, Timestamp};

use crate::{Result, Row, Tx, Value, id, search::Search};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Id.
    pub id: AuditId,
    /// The network; none for what concerns the whole installation.
    pub network_id: Option<NetworkId>,
    /// When.
    pub at: Timestamp,
    /// Who: `user:usr_..`, `key:key_..`, `system`.
    pub actor: String,
    /// What was done, such as `program.create`.
    pub action: String,
    /// To what: the id of the object.
    pub object: String,
    /// The change as JSON, without secrets.
    pub change: String,
}

const COLUMNS: &str = "id, network_id, at, actor, action, object, change";

/// Stores a row.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, row: &AuditRow) -> Result<()> {
    let sql = format!("INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let values = [
        id(row.id.bytes()),
        row.network_id.as_ref().map_or(Value::Null, |network| id(network.bytes())),
        Value::Int(row.at.as_micros()),
        Value::from(&row.actor),
        Value::from(&row.action),
        Value::from(&row.object),
        Value::from(&row.change),
    ];
    tx.execute(&sql, &values)?;
    Ok(())
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// The id of the object.
    pub object: Option<String>,
    /// Who.
    pub actor: Option<String>,
    /// What was done.
    pub action: Option<String>,
}

/// A page of a network's rows, newest first, before the cursor.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: usize,
) -> Result<Vec<AuditRow>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("object", filter.object.as_deref().map(Value::from));
    search.equal("actor", filter.actor.as_deref().map(Value::from));
    search.equal("action", filter.action.as_deref().map(Value::from));
    search.compare("id", "<", before.as_ref().map(|before| id(before.bytes())));
    let sql = format!("SELECT {COLUMNS} FROM audit {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<AuditRow> {
    Ok(AuditRow {
        id: AuditId::from_bytes(row.id16(0)?),
        network_id: row.opt_id16(1)?.map(NetworkId::from_bytes),
        at: Timestamp::from_micros(row.int(2)?),
        actor: row.text(3)?.to_owned(),
        action: row.text(4)?.to_owned(),
        object: row.text(5)?.to_owned(),
        change: row.text(6)?.to_owned(),
    })
}
