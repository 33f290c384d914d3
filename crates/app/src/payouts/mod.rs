//! Payments to publishers, from the bank details to the bank's answer.
//!
//! | file | what |
//! |---|---|
//! | `seal` | what is kept sealed in the database, and the keys for it |
//! | `details` | payment details of publishers and of the network, in versions, with a cool-down after a change |
//! | `eligible` | whether a publisher is paid, how much, and else why not: a pure function |
//! | `exchanging` | what of his balances in other currencies is changed into the one that he is paid in |
//! | `schedule` | whether a publisher's day has come |
//! | `propose` | a run is proposed: who would be paid, and who not |
//! | `approve` | a second person approves it; the amounts are promised away in the ledger |
//! | `send` | the file for the bank, made once |
//! | `settle` | the bank's answer: confirmed, failed, or back |
//! | `look` | runs and payments as the parties see them |
//! | `paid` | which conversions are paid, by which payment, and since when |
//!
//! ```text
//! run:      proposed -> approved -> sent -> settled          proposed|approved -> cancelled
//! payment:  proposed -> approved -> sent -> confirmed <-> returned
//!                    -> left_out         -> failed -> confirmed    proposed|approved -> cancelled
//! ```
//!
//! Nothing is paid twice: a state moves only from the one that was read, an amount is promised away in the transaction of the
//! approval, the database knows one open payment for a publisher and currency, and the file's message id is the run's.

pub mod approve;
pub mod details;
mod eligible;
mod exchanging;
pub mod look;
pub mod paid;
pub mod propose;
mod schedule;
pub mod seal;
pub mod send;
pub mod settle;

use bank::details::Invalid;
use model::{PayoutRunId, payout::PayoutRunState};
use store::{Tx, payouts as rows};

pub use bank::text::Replacement;
pub use store::payouts::{FileRow, PayoutFilter, PayoutRun};

use crate::{
    access::Actor,
    errors::{ErrorCode, Refusal},
};

fn refused(invalid: Invalid) -> Refusal {
    let code = if invalid.missing { ErrorCode::FieldMissing } else { ErrorCode::FieldInvalid };
    Refusal { field: Some(invalid.field), ..Refusal::new(code, invalid.message) }
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

fn missing_run(id: PayoutRunId) -> Refusal {
    Refusal::not_found(format!("payout run {id}"))
}

/// The run, for the operator of its network.
fn run_of(tx: &mut Tx<'_>, actor: &Actor, id: PayoutRunId) -> Result<PayoutRun, Refusal> {
    let run = rows::run(tx, id)?.filter(|run| run.network_id == actor.network() && actor.is_operator());
    run.ok_or_else(|| missing_run(id))
}

/// Moves a run on, or says that somebody else was faster.
fn move_run(
    tx: &mut Tx<'_>,
    id: PayoutRunId,
    from: PayoutRunState,
    to: PayoutRunState,
) -> Result<(), Refusal> {
    if rows::move_run(tx, id, from, to)? {
        return Ok(());
    }
    Err(Refusal::state("somebody else changed the run at the same moment; look at it again"))
}
