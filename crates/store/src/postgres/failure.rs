//! What the errors of PostgreSQL and of its driver mean to the caller.

use std::error::Error as _;

use tokio_postgres::error::DbError;

use crate::error::Error;

/// Sorts an error of the driver.
#[expect(clippy::needless_pass_by_value, reason = "so that it fits map_err")]
pub(crate) fn map(error: tokio_postgres::Error) -> Error {
    if let Some(refused) = error.as_db_error() {
        return sort(refused);
    }
    let cause = error.source().map(ToString::to_string);
    let text = cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
    let of_connection =
        error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>());
    // The driver tells the kinds apart only by their words.
    let kind = error.to_string();
    if of_connection || kind.starts_with("error connecting") || kind.starts_with("timeout") {
        Error::Unavailable(text)
    } else {
        Error::Sql(text)
    }
}

/// Whether a transaction that met this error is worth another attempt.
pub(crate) fn passes(error: &Error) -> bool {
    matches!(error, Error::Conflict(_) | Error::Unavailable(_))
}

fn sort(refused: &DbError) -> Error {
    let code = refused.code().code();
    let text = format!("{} ({code})", refused.message());
    match code {
        "23505" => unique(refused),
        // Serialization failure, deadlock.
        "40001" | "40P01" => Error::Conflict(text),
        // Statements that were prepared before the schema changed: a new connection has none.
        "26000" => Error::Unavailable(text),
        "0A000" if refused.routine() == Some("RevalidateCachedQuery") => Error::Unavailable(text),
        // A lock or a connection slot that was not free in time.
        "55P03" | "53300" => Error::Busy(text),
        "57014" => Error::Timeout,
        "53100" => Error::Full(text),
        "25006" => Error::ReadOnly(text),
        _ => match code.get(..2) {
            Some("23") => Error::Constraint(text),
            // Connection, resources, intervention of an operator, system, damage.
            Some("08" | "53" | "57" | "58" | "XX") => Error::Unavailable(text),
            // Access, unknown database: an operator has to act.
            Some("28" | "3D") => Error::NotAllowed(text),
            _ => Error::Sql(text),
        },
    }
}

/// The server names the constraint; its columns stand in the detail, `Key (network_id, name)=(..) already exists.`
fn unique(refused: &DbError) -> Error {
    let detail = refused.detail().unwrap_or_default();
    let columns =
        detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")).map(|(columns, _)| columns);
    let columns = columns.or(refused.constraint()).unwrap_or("key");
    Error::Unique { table: refused.table().unwrap_or("the table").to_owned(), columns: columns.to_owned() }
}
