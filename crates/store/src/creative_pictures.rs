//! The bytes of creatives' pictures; what is known of them stands in the creative's record.

use model::CreativeId;

use crate::{Result, Tx, Value, id};

/// Stores the picture of a creative in place of the one before.
///
/// # Errors
/// Storage errors.
pub fn put(tx: &mut Tx<'_>, creative: CreativeId, content: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO creative_pictures (creative_id, content) VALUES ($1, $2) \
         ON CONFLICT (creative_id) DO UPDATE SET content = excluded.content",
        &[id(creative.bytes()), Value::Bytes(content.into())],
    )?;
    Ok(())
}

/// The picture of a creative.
///
/// # Errors
/// Storage errors.
pub fn get(tx: &mut Tx<'_>, creative: CreativeId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT content FROM creative_pictures WHERE creative_id = $1";
    let found = tx.query_opt(sql, &[id(creative.bytes())])?;
    found.map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
}
