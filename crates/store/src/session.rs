//! One connection of either database, and the rules of a transaction that both share.

use crate::error::{Error, Result};
use crate::tx::{Mode, Tx};
use crate::{postgres, sqlite};

/// A connection on which transactions run one after the other.
pub(crate) enum Session {
    Sqlite(sqlite::Session),
    Postgres(Box<postgres::Session>),
}

impl Session {
    /// Runs one transaction on this thread: commits what `f` did when it answers `Ok`, else rolls it back. After a commit
    /// has failed, the next write proves the database first.
    pub(crate) fn transaction<T, E: From<Error>>(
        &mut self,
        name: &'static str,
        mode: Mode,
        f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if mode == Mode::Write && self.health().in_doubt() {
            self.prove()?;
        }
        match self {
            Session::Sqlite(session) => session.transaction(name, mode, f),
            Session::Postgres(session) => session.transaction(name, mode, f),
        }
    }

    /// Writes and commits a probe on a fresh connection; success ends all doubt.
    pub(crate) fn prove(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.prove(),
            Session::Postgres(session) => session.prove(),
        }
        .map_err(|error| {
            Error::Unavailable(format!("the probe after a failed commit failed, too: {error}"))
        })?;
        self.health().proved();
        Ok(())
    }

    /// Makes sure that there is a connection and that its server keeps what it acknowledges.
    pub(crate) fn connect(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.connect(),
        }
    }

    /// Forgets the connection after something unforeseen happened on it.
    pub(crate) fn forget(&mut self) {
        if let Session::Postgres(session) = self {
            session.forget();
        }
    }

    fn health(&self) -> &crate::health::Health {
        match self {
            Session::Sqlite(session) => session.health(),
            Session::Postgres(session) => session.health(),
        }
    }
}

/// The words of a panic, as far as it has any.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
