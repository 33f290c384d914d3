//! Links with which a person chooses his password: invitations, and links for whoever forgot his. Only hashes are stored, and a
//! row goes with its use, so that of two requests with one link one gets it, and a used link looks like one that never was.

use model::{Timestamp, UserId};

use crate::{Error, Result, Tx, Value, id};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new person chooses his first password.
    Invitation,
    /// A person who forgot his password chooses another.
    Reset,
}

impl Purpose {
    /// The word, in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    /// SHA-256 of the token, hex.
    pub token_sha256: String,
    /// Whose password it sets.
    pub user_id: UserId,
    /// What for.
    pub purpose: Purpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Stores a link in place of all others of its person.
///
/// # Errors
/// Storage errors.
pub fn replace(tx: &mut Tx<'_>, link: &PasswordLink) -> Result<()> {
    end_all_of(tx, link.user_id)?;
    insert(tx, link)
}

/// Stores a link beside what others its person has.
///
/// # Errors
/// Storage errors.
pub fn insert(tx: &mut Tx<'_>, link: &PasswordLink) -> Result<()> {
    let sql = "INSERT INTO password_links (token_sha256, user_id, purpose, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = [
        Value::from(&link.token_sha256),
        id(link.user_id.bytes()),
        Value::from(link.purpose.word()),
        Value::Int(link.created_at.as_micros()),
        Value::Int(link.expires_at.as_micros()),
    ];
    tx.execute(sql, &values).map(drop)
}

/// The link of this token, if it works at `now`.
///
/// # Errors
/// Storage errors.
pub fn by_token(tx: &mut Tx<'_>, token_sha256: &str, now: Timestamp) -> Result<Option<PasswordLink>> {
    let sql = "SELECT user_id, purpose, created_at, expires_at FROM password_links \
               WHERE token_sha256 = $1 AND expires_at > $2";
    let row = tx.query_opt(sql, &[Value::from(token_sha256), Value::Int(now.as_micros())])?;
    row.map(|row| {
        let purpose = match row.text(1)? {
            "invitation" => Purpose::Invitation,
            "reset" => Purpose::Reset,
            _ => return Err(Error::Damaged("password_links: unknown purpose".to_owned())),
        };
        Ok(PasswordLink {
            token_sha256: token_sha256.to_owned(),
            user_id: UserId::from_bytes(row.id16(0)?),
            purpose,
            created_at: Timestamp::from_micros(row.int(2)?),
            expires_at: Timestamp::from_micros(row.int(3)?),
        })
    })
    .transpose()
}

/// Uses a link up. False when somebody else has.
///
/// # Errors
/// Storage errors.
pub fn take(tx: &mut Tx<'_>, token_sha256: &str) -> Result<bool> {
    let sql = "DELETE FROM password_links WHERE token_sha256 = $1";
    Ok(tx.execute(sql, &[Value::from(token_sha256)])? == 1)
}

/// Ends every link of a person.
///
/// # Errors
/// Storage errors.
pub fn end_all_of(tx: &mut Tx<'_>, user: UserId) -> Result<u64> {
    tx.execute("DELETE FROM password_links WHERE user_id = $1", &[id(user.bytes())])
}

/// Forgets links that stopped working before `now`.
///
/// # Errors
/// Storage errors.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM password_links WHERE expires_at <= $1", &[Value::Int(now.as_micros())])
}
