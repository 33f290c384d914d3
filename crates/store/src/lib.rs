//! One SQL text, two drivers: SQLite and PostgreSQL.
//!
//! [`Store`] is an open database. [`Store::write`] and [`Store::read`] run a closure in one transaction; the closure gets a
//! [`Tx`] and speaks SQL with it that is written once for both databases. [`EngineConnection`] does the same on the
//! engine's own thread. Everything above (touches, conversions, ledger, ..) is functions over `&mut Tx`; no repository
//! traits, no object mapper.
//!
//! - `tx`, `bulk`, `value`: what a transaction can do, and with which values.
//! - `dialect`: the true differences between the databases, and the portable subset of SQL.
//! - `sqlite`, `postgres`: the drivers.
//! - `pool`, `session`, `engine`, `health`: the threads and connections, and what is known about their condition.
//! - `migrations`: the schema.

mod bulk;
pub mod dialect;
mod engine;
mod error;
mod health;
mod migrations;
mod options;
mod pool;
mod postgres;
mod session;
mod sqlite;
mod store;
mod tx;
mod value;

pub mod alerts;
pub mod audit;
pub mod billing;
pub mod bonuses;
pub mod condition;
pub mod configuration;
pub mod conversion_payments;
pub mod conversions;
pub mod costs;
pub mod counters;
pub mod creative_pictures;
pub mod customers;
pub mod cut_ties;
pub mod decisions;
pub mod deliveries;
pub mod disputes;
pub mod exchanges;
pub mod exposures;
pub mod idempotency;
pub mod journeys;
pub mod ledger;
pub mod outbox;
pub mod outputs;
pub mod own_results;
pub mod password_links;
pub mod payment_details;
pub mod payout_exchanges;
pub mod payouts;
pub mod portable;
pub mod proofs;
pub mod quarantine;
pub mod quarantine_solutions;
pub mod referrals;
mod search;
pub mod second_factors;
pub mod secrets;
pub mod sessions;
pub mod tier_raises;
pub mod touches;
pub mod user_hands;
pub mod visits;
pub mod walk;

pub use bulk::{Assign, Insert, Update};
pub use dialect::{Claim, Dialect};
pub use engine::EngineConnection;
pub use error::{Error, Result};
pub use health::Stats;
pub use options::{Database, Durability, Options};
pub use store::Store;
pub use tx::Tx;
pub use value::{Kind, OwnedValue, Row, Value};

/// An id, or another key of 16 bytes, as a value that borrows it.
pub fn id(bytes: &[u8; 16]) -> Value<'_> {
    Value::from(bytes.as_slice())
}
