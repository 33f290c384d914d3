//! The audit log, for the operator. Rows are written by [`crate::command::Change`] in the transaction of each change.

use model::AuditId;
use store::{Tx, audit};

pub use store::audit::{AuditFilter, AuditRow};

use crate::{
    access::{Actor, OVERSEE},
    errors::Refusal,
};

/// A page of rows, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: usize,
) -> Result<Vec<AuditRow>, Refusal> {
    OVERSEE.check_role(actor)?;
    Ok(audit::list(tx, actor.network(), filter, before, limit)?)
}
