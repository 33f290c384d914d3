//! Second factors of people: the sealed secret, the newest step of time of which a code was taken, and the codes for
//! whoever lost it. Taking a code is one conditional statement, so that of two requests with the same code one gets it.

use model::{Timestamp, UserId};

use crate::{Insert, Kind, Result, Tx, Value, id};

/// A second factor, also one that is only being set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose.
    pub user_id: UserId,
    /// The key that seals the secret.
    pub key_number: i64,
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// When he began to set it up.
    pub begun_at: Timestamp,
    /// From when on it is asked for; none while it is being set up.
    pub confirmed_at: Option<Timestamp>,
    /// The newest step of time of which a code was taken.
    pub last_step: i64,
}

/// The second factor of a person.
///
/// # Errors
/// Storage errors.
pub fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<SecondFactor>> {
    let sql = "SELECT key_number, sealed, begun_at, confirmed_at, last_step FROM second_factors \
               WHERE user_id = $1";
    let row = tx.query_opt(sql, &[id(user.bytes())])?;
    row.map(|row| {
        Ok(SecondFactor {
            user_id: user,
            key_number: row.int(0)?,
            sealed: row.bytes(1)?.to_vec(),
            begun_at: Timestamp::from_micros(row.int(2)?),
            confirmed_at: row.opt_int(3)?.map(Timestamp::from_micros),
            last_step: row.int(4)?,
        })
    })
    .transpose()
}

/// Stores a second factor that is being set up, in place of one that was never confirmed. False when there is a
/// confirmed one, which stays.
///
/// # Errors
/// Storage errors.
pub fn begin(tx: &mut Tx<'_>, factor: &SecondFactor) -> Result<bool> {
    let sql = "INSERT INTO second_factors (user_id, key_number, sealed, begun_at, confirmed_at, last_step) \
               VALUES ($1, $2, $3, $4, NULL, $5) \
               ON CONFLICT (user_id) DO UPDATE SET key_number = excluded.key_number, sealed = excluded.sealed, \
               begun_at = excluded.begun_at, last_step = excluded.last_step \
               WHERE second_factors.confirmed_at IS NULL";
    let values = [
        id(factor.user_id.bytes()),
        Value::Int(factor.key_number),
        Value::from(factor.sealed.as_slice()),
        Value::Int(factor.begun_at.as_micros()),
        Value::Int(factor.last_step),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Makes it count. False when it counts already or is not there.
///
/// # Errors
/// Storage errors.
pub fn confirm(tx: &mut Tx<'_>, user: UserId, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE second_factors SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL";
    Ok(tx.execute(sql, &[id(user.bytes()), Value::Int(at.as_micros())])? == 1)
}

/// Takes the code of a step of time. False when one of this step or a later one was taken before.
///
/// # Errors
/// Storage errors.
pub fn take_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<bool> {
    let sql = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
    Ok(tx.execute(sql, &[id(user.bytes()), Value::Int(step)])? == 1)
}

/// Takes the factor and its recovery codes away. False when there was none.
///
/// # Errors
/// Storage errors.
pub fn remove(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[id(user.bytes())])?;
    Ok(tx.execute("DELETE FROM second_factors WHERE user_id = $1", &[id(user.bytes())])? == 1)
}

/// Stores recovery codes in place of those that were left.
///
/// # Errors
/// Storage errors.
pub fn set_recovery_codes(tx: &mut Tx<'_>, user: UserId, sha256: &[String]) -> Result<()> {
    const INSERT: Insert = Insert {
        table: "recovery_codes",
        columns: &[("user_id", Kind::Bytes), ("code_sha256", Kind::Text)],
        conflict: "",
    };
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[id(user.bytes())])?;
    let user = user.bytes();
    let values: Vec<Value<'_>> = sha256.iter().flat_map(|hash| [id(user), Value::from(hash)]).collect();
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// Takes a recovery code. False when it is not there, or was taken before.
///
/// # Errors
/// Storage errors.
pub fn take_recovery_code(tx: &mut Tx<'_>, user: UserId, sha256: &str) -> Result<bool> {
    let sql = "DELETE FROM recovery_codes WHERE user_id = $1 AND code_sha256 = $2";
    Ok(tx.execute(sql, &[id(user.bytes()), Value::from(sha256)])? == 1)
}

/// How many recovery codes are left.
///
/// # Errors
/// Storage errors.
pub fn recovery_codes_left(tx: &mut Tx<'_>, user: UserId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1";
    let row = tx.query_opt(sql, &[id(user.bytes())])?;
    row.map_or(Ok(0), |row| row.int(0))
}
