//! Sessions of people in the console. Only hashes of the cookie and of the CSRF token are stored.

use model::{SessionId, Timestamp, UserId};

use crate::{Result, Row, Tx, Value, id};

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// SHA-256 of the cookie, hex.
    pub token_sha256: String,
    /// SHA-256 of the CSRF token, hex.
    pub csrf_sha256: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// With what he signed in, as the browser names itself.
    pub user_agent: Option<String>,
}

/// Stores a new session.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (token_sha256, id, user_id, csrf_sha256, created_at, expires_at, user_agent) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            Value::from(&session.token_sha256),
            id(session.id.bytes()),
            id(session.user_id.bytes()),
            Value::from(&session.csrf_sha256),
            Value::Int(session.created_at.as_micros()),
            Value::Int(session.expires_at.as_micros()),
            session.user_agent.as_deref().map_or(Value::Null, Value::from),
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "token_sha256, id, user_id, csrf_sha256, created_at, expires_at, user_agent";

fn from_row(row: &Row) -> Result<Session> {
    Ok(Session {
        token_sha256: row.text(0)?.to_owned(),
        id: SessionId::from_bytes(row.id16(1)?),
        user_id: UserId::from_bytes(row.id16(2)?),
        csrf_sha256: row.text(3)?.to_owned(),
        created_at: Timestamp::from_micros(row.int(4)?),
        expires_at: Timestamp::from_micros(row.int(5)?),
        user_agent: row.opt_text(6)?.map(str::to_owned),
    })
}

/// The session of this cookie, if it has not ended at `now`.
///
/// # Errors
/// Storage errors.
pub fn by_token(tx: &mut Tx<'_>, token_sha256: &str, now: Timestamp) -> Result<Option<Session>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE token_sha256 = $1 AND expires_at > $2");
    let row = tx.query_opt(&sql, &[Value::from(token_sha256), Value::Int(now.as_micros())])?;
    row.as_ref().map(from_row).transpose()
}

/// The sessions of a person that have not ended at `now`, newest first.
///
/// # Errors
/// Storage errors.
pub fn of(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Vec<Session>> {
    let sql =
        format!("SELECT {COLUMNS} FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC");
    tx.query(&sql, &[id(user.bytes()), Value::Int(now.as_micros())])?.iter().map(from_row).collect()
}

/// Ends one session.
///
/// # Errors
/// Storage errors.
pub fn end(tx: &mut Tx<'_>, session: SessionId) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE id = $1", &[id(session.bytes())])
}

/// Ends every session of a person: after a new password, or when he may not sign in any more.
///
/// # Errors
/// Storage errors.
pub fn end_all_of(tx: &mut Tx<'_>, user: UserId) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1", &[id(user.bytes())])
}

/// Ends the sessions of a person but one.
///
/// # Errors
/// Storage errors.
pub fn end_others_of(tx: &mut Tx<'_>, user: UserId, kept: SessionId) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    tx.execute(sql, &[id(user.bytes()), id(kept.bytes())])
}

/// Forgets sessions that ended before `now`.
///
/// # Errors
/// Storage errors.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE expires_at <= $1", &[Value::Int(now.as_micros())])
}
