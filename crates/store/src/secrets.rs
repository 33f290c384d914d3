//! Keys of the installation: click ids, receipts, address hashes. The highest number of a name is in use; older ones stay
//! so that what they signed can still be checked.

use model::{Entropy, Timestamp};

use crate::{Error, Result, Tx, Value};

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;

/// One key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// 1, 2, 3, ... within the name.
    pub number: i64,
    /// The key.
    pub value: [u8; SECRET_BYTES],
    /// When it was drawn.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Secret {
    /// Hides the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({})", self.number)
    }
}

/// Every key of a name, the one in use first.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn all(tx: &mut Tx<'_>, name: &str) -> Result<Vec<Secret>> {
    let sql = "SELECT number, value, created_at FROM secrets WHERE name = $1 ORDER BY number DESC";
    let rows = tx.query(sql, &[Value::from(name)])?;
    rows.iter()
        .map(|row| {
            let value = row.bytes(1)?.try_into();
            Ok(Secret {
                number: row.int(0)?,
                value: value
                    .map_err(|_| Error::Damaged(format!("the secret `{name}` has a wrong length")))?,
                created_at: Timestamp::from_micros(row.int(2)?),
            })
        })
        .collect()
}

/// Draws the next key of a name, which is in use from the commit on.
///
/// # Errors
/// [`Error::Unique`] when two transactions rotate at once; other storage errors.
pub fn rotate(tx: &mut Tx<'_>, name: &str, at: Timestamp, entropy: &dyn Entropy) -> Result<Secret> {
    let number = all(tx, name)?.first().map_or(1, |newest| newest.number + 1);
    let mut value = [0_u8; SECRET_BYTES];
    entropy.fill(&mut value);
    let sql = "INSERT INTO secrets (name, number, value, created_at) VALUES ($1, $2, $3, $4)";
    let values = [Value::from(name), Value::Int(number), Value::from(&value), Value::Int(at.as_micros())];
    tx.execute(sql, &values)?;
    Ok(Secret { number, value, created_at: at })
}

/// Every key of a name, the one in use first; draws the first one when there is none.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn all_or_first(
    tx: &mut Tx<'_>,
    name: &str,
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Vec<Secret>> {
    let known = all(tx, name)?;
    if known.is_empty() { Ok(vec![rotate(tx, name, at, entropy)?]) } else { Ok(known) }
}
