//! Both parties are warned before a conversion is approved by itself.
//!
//! The warning is an entry of the outbox with the ids of conversions, and a row that keeps it from being written again
//! for the same date. A conversion whose hold is extended is warned of its new date too.

use model::Timestamp;
use store::{Error, Tx, conversions, outbox};

/// How long before the approval.
pub const WARNED_BEFORE_SECONDS: i64 = 2 * 86_400;
/// The kind of the outbox entry.
pub const APPROVAL_DUE: &str = "conversion.approval_due";

/// Warns of what will be approved by itself within two days and was not warned of, up to `limit`; answers how many.
///
/// # Errors
/// Storage errors.
pub fn warn_due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<usize, Error> {
    let due = conversions::unwarned(tx, now.plus_seconds(WARNED_BEFORE_SECONDS), limit)?;
    if due.is_empty() {
        return Ok(0);
    }
    conversions::insert_warnings(tx, now, &due)?;
    let ids: Vec<u8> = due.iter().flat_map(|(id, _)| *id.bytes()).collect();
    outbox::append(tx, now, &[(APPROVAL_DUE, ids)])?;
    Ok(due.len())
}
