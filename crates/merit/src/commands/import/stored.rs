//! Rows that go into the database of this installation, a chunk in a transaction and each row in a savepoint of its own, so
//! that a bad one does not stop the good ones.

use app::{
    App,
    errors::{ErrorCode, Refusal},
};
use store::Tx;

use super::{rows::BadRow, tally::Tally};

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is stored now.
    New,
    /// It was there before.
    Before,
}

/// What became of a row, or what is wrong with it.
pub type Outcome = Result<Done, String>;

/// Why the transaction of a chunk ended without being stored.
enum Ended {
    DryRun(Vec<(u64, Outcome)>),
    Failed(store::Error),
}

impl From<store::Error> for Ended {
    fn from(error: store::Error) -> Self {
        Self::Failed(error)
    }
}

/// Stores rows with their lines in the file by `put`, whose inner error is about the row and whose outer about the storage.
///
/// # Errors
/// Storage errors.
pub async fn store_chunk<R: Clone + Send + Sync + 'static>(
    app: &App,
    name: &'static str,
    rows: Vec<(u64, R)>,
    dry_run: bool,
    put: impl Fn(&mut Tx<'_>, &R) -> store::Result<Outcome> + Clone + Send + Sync + 'static,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let stored = app.store.write(name, move |tx| {
        let mut done = Vec::with_capacity(rows.len());
        for (line, row) in &rows {
            done.push((*line, tx.attempt(|tx| put(tx, row))?));
        }
        if dry_run { Err(Ended::DryRun(done)) } else { Ok(done) }
    });
    let done = match stored.await {
        Ok(done) | Err(Ended::DryRun(done)) => done,
        Err(Ended::Failed(error)) => return Err(error.into()),
    };
    for (line, outcome) in done {
        match outcome {
            Ok(Done::New) => tally.import(None),
            Ok(Done::Before) => tally.duplicate(),
            Err(reason) => tally.refuse(BadRow { line, reason }),
        }
    }
    Ok(())
}

/// A refusal of the row is about the row; everything else ends the import.
///
/// # Errors
/// What ends the import.
pub fn refused(refusal: Refusal) -> store::Result<Outcome> {
    match refusal.code {
        ErrorCode::FieldInvalid | ErrorCode::FieldMissing | ErrorCode::Taken => {
            let field = refusal.field.map(|field| format!("`{field}`: ")).unwrap_or_default();
            Ok(Err(format!("{field}{}", refusal.message)))
        }
        _ => Err(store::Error::Unavailable(refusal.message)),
    }
}
