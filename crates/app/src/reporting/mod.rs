//! Reports: the facts of what is stored, and the running of a report for whoever may see it.
//!
//! The outbox names what each transaction changed, in commit order. The feed follows it and makes facts of the
//! rows that it names; an engine keeps them and knows up to which entry it has them. So a report is never asked of the tables
//! that decide, facts come once and in order, and after a crash the feed goes on from the engine's own place.
//!
//! | file | what |
//! |---|---|
//! | `feed` | entries of the outbox to facts |
//! | `touches` | a touch as a fact, and what facts tell of a touch |
//! | `conversions` | what stands of a conversion after each decision, and the facts of a decision: what stands now less what stood before |
//! | `awards` | bonuses and referrals |
//! | `rates` | amounts in the network's currency, by the rate that was known when the fact began |
//! | `run` | a request for an actor: rights, the plan, the engine, names |
//!
//! A fact's amounts are those of the ledger, since both come of the same lines and decisions: `merit verify` compares their sums (I7).

mod awards;
mod conversions;
mod feed;
mod rates;
pub mod run;
mod touches;

use std::{future::Future, pin::Pin};

use model::Timestamp;
use report::{Answer, Fact, Plan};

use crate::errors::{ErrorCode, Refusal};

pub use feed::Feed;

/// Why an engine did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The report is larger than the limits allow; the message says which.
    #[error("{0}")]
    TooLarge(String),
    /// Too many reports run at once.
    #[error("too many reports run at this moment")]
    Busy,
    /// The engine's files cannot be read or written.
    #[error("{0}")]
    Failed(String),
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::TooLarge(message) => Self::field("by", message),
            EngineError::Busy => Self {
                retry_after_seconds: Some(1),
                ..Self::new(ErrorCode::Busy, EngineError::Busy.to_string())
            },
            EngineError::Failed(message) => Self::new(ErrorCode::Internal, message),
        }
    }
}

/// An answer under way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, EngineError>> + Send + 'a>>;

/// Keeps facts and adds them up. The binary wires one; commands that only read wire one that never writes.
pub trait ReportEngine: Send + Sync {
    /// The number of the last entry of the outbox whose facts it has.
    fn position(&self) -> i64;

    /// Takes the facts of the entries up to `through`; everything booked before `complete_to` is then in it.
    ///
    /// # Errors
    /// When it cannot take them; nothing of them is kept.
    fn append(&self, facts: Vec<Fact>, through: i64, complete_to: Timestamp) -> Result<(), EngineError>;

    /// Adds up what a plan asks for.
    fn query(&self, plan: Plan) -> Answering<'_>;
}
