//! PostgreSQL: sessions that each own a connection and drive it on the thread that uses it.
//!
//! A session has a small runtime of its own, so one thread both speaks to the socket and waits for the answer; nothing
//! depends on the runtime of the caller. The price is that a connection which dies while it is idle is noticed at its next
//! use; that use then connects again.

mod codec;
mod failure;
mod session;
mod transaction;

pub(crate) use session::{Session, Settings};
pub(crate) use transaction::Transaction;
