//! Sessions of people in the console. Only hashes of the cookie and of the CSRF token are stored.

use model::{SessionId, Timestamp, UserId};

use crate::{Result, Tx, Value, id};

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
}

/// Stores a new session.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (token_sha256, id, user_id, csrf_sha256, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            Value::from(&session.token_sha256),
            id(session.id.bytes()),
            id(session.user_id.bytes()),
            Value::from(&session.csrf_sha256),
            Value::Int(session.created_at.as_micros()),
            Value::Int(session.expires_at.as_micros()),
        ],
    )?;
    Ok(())
}

/// The session of this cookie, if it has not ended at `now`.
///
/// # Errors
/// Storage errors.
pub fn by_token(tx: &mut Tx<'_>, token_sha256: &str, now: Timestamp) -> Result<Option<Session>> {
    let sql = "SELECT id, user_id, csrf_sha256, created_at, expires_at FROM sessions \
               WHERE token_sha256 = $1 AND expires_at > $2";
    let row = tx.query_opt(sql, &[Value::from(token_sha256), Value::Int(now.as_micros())])?;
    row.map(|row| {
        Ok(Session {
            id: SessionId::from_bytes(row.id16(0)?),
            user_id: UserId::from_bytes(row.id16(1)?),
            token_sha256: token_sha256.to_owned(),
            csrf_sha256: row.text(2)?.to_owned(),
            created_at: Timestamp::from_micros(row.int(3)?),
            expires_at: Timestamp::from_micros(row.int(4)?),
        })
    })
    .transpose()
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

/// Forgets sessions that ended before `now`.
///
/// # Errors
/// Storage errors.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE expires_at <= $1", &[Value::Int(now.as_micros())])
}
