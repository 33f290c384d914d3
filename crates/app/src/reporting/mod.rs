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
//! | `groups` | in which group a publisher was |
//! | `items` | what stands of an order, cut by its products |
//! | `awards` | bonuses and referrals |
//! | `costs` | media spend of campaigns |
//! | `own_results` | results that no publisher is paid for, with the channel and campaign that brought them |
//! | `rates` | amounts in the network's currency, by the rate that was known when the fact began |
//! | `sql` | a question in SQL for an actor: rights, the engine |
//! | `run` | a request for an actor: rights, the plan, the engine, names |
//! | `behind` | the facts behind a number of a report |
//! | `export`, `cells` | reports and facts as files of any length |
//!
//! A fact's amounts are those of the ledger, since both come of the same lines and decisions: `merit verify` compares their sums (I7).

mod awards;
pub mod behind;
pub mod cells;
mod conversions;
mod costs;
pub mod export;
mod feed;
mod groups;
mod items;
mod own_results;
mod rates;
pub mod run;
pub mod sql;
mod touches;

use std::{future::Future, pin::Pin};

use model::Timestamp;
use report::{
    Answer, Fact, FactPage, Plan,
    plan::Group,
    sql::{Question, Rows},
};
use sheets::{Column, Sheet};
use tokio::sync::mpsc;

use crate::errors::{ErrorCode, Refusal};

pub use feed::Feed;

/// Why an engine did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The report is larger than the limits allow; the message says which.
    #[error("{0}")]
    TooLarge(String),
    /// A question in SQL is wrong; the message says where.
    #[error("{0}")]
    Question(String),
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
            EngineError::Question(message) => Self::field("sql", message),
            EngineError::Busy => Self {
                retry_after_seconds: Some(1),
                ..Self::new(ErrorCode::Busy, EngineError::Busy.to_string())
            },
            EngineError::Failed(message) => Self::new(ErrorCode::Internal, message),
        }
    }
}

/// Something under way.
pub type Working<'a, T> = Pin<Box<dyn Future<Output = Result<T, EngineError>> + Send + 'a>>;

/// An answer under way.
pub type Answering<'a> = Working<'a, Answer>;

/// Batches of an answer of any length; an error ends it. Dropping it stops the work.
pub type Streaming<T> = mpsc::Receiver<Result<Vec<T>, EngineError>>;

/// Rows under way.
pub type AnsweringSql<'a> = Pin<Box<dyn Future<Output = Result<Rows, EngineError>> + Send + 'a>>;

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

    /// The facts behind what a plan adds up, newest first: a page of them.
    fn facts(&self, plan: Plan, page: FactPage) -> Working<'_, Vec<Fact>>;

    /// Every group that a plan asks for, by its key, however many there are.
    fn stream_groups(&self, plan: Plan) -> Streaming<Group>;

    /// Every fact behind what a plan adds up, in no order.
    fn stream_facts(&self, plan: Plan) -> Streaming<Fact>;

    /// A Parquet file with these columns.
    ///
    /// # Errors
    /// When it cannot write such files.
    fn parquet(&self, columns: &[Column]) -> Result<Box<dyn Sheet>, EngineError>;

    /// Answers a question in SQL.
    fn sql(&self, question: Question) -> AnsweringSql<'_>;
}
