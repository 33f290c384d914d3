//! What SQLite's error codes mean to the caller.

use rusqlite::ffi;

use crate::error::Error;

/// Sorts an error of the driver.
#[expect(clippy::needless_pass_by_value, reason = "so that it fits map_err")]
pub(crate) fn map(error: rusqlite::Error) -> Error {
    let text = error.to_string();
    let Some(failure) = error.sqlite_error() else {
        return Error::Sql(text);
    };
    match failure.code {
        ffi::ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID => unique(&text),
            _ => Error::Constraint(text),
        },
        ffi::ErrorCode::DatabaseBusy
        | ffi::ErrorCode::DatabaseLocked
        | ffi::ErrorCode::FileLockingProtocolFailed => Error::Busy(text),
        ffi::ErrorCode::OperationInterrupted => Error::Timeout,
        ffi::ErrorCode::DiskFull => Error::Full(text),
        ffi::ErrorCode::ReadOnly => Error::ReadOnly(text),
        ffi::ErrorCode::SystemIoFailure
        | ffi::ErrorCode::DatabaseCorrupt
        | ffi::ErrorCode::NotADatabase
        | ffi::ErrorCode::CannotOpen
        | ffi::ErrorCode::PermissionDenied
        | ffi::ErrorCode::OutOfMemory => Error::Unavailable(text),
        _ => Error::Sql(text),
    }
}

/// `UNIQUE constraint failed: touches.id, touches.day` names table and columns; an index over an expression only itself.
fn unique(text: &str) -> Error {
    let named = text.split_once("constraint failed: ").map_or(text, |(_, named)| named);
    let pairs: Option<Vec<(&str, &str)>> = named.split(", ").map(|column| column.split_once('.')).collect();
    match pairs.as_deref() {
        Some([(table, first), rest @ ..]) => {
            let columns = rest.iter().fold((*first).to_owned(), |list, (_, column)| list + ", " + column);
            Error::Unique { table: (*table).to_owned(), columns }
        }
        _ => Error::Unique { table: "the table".to_owned(), columns: named.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_violation_names_table_and_columns() {
        let expected = Error::Unique { table: "touches".to_owned(), columns: "id, day".to_owned() };
        assert_eq!(unique("UNIQUE constraint failed: touches.id, touches.day"), expected);
        let expected =
            Error::Unique { table: "the table".to_owned(), columns: "index 'by_lower'".to_owned() };
        assert_eq!(unique("UNIQUE constraint failed: index 'by_lower'"), expected);
    }
}
