//! Payment details that can be paid to, and the files that banks read and write.
//!
//! - [`details`] says whether payment details can be paid to, and names the member that cannot; [`numbers`] holds
//!   the check digits of account numbers.
//! - [`text`] writes names in the few letters that banks take, and tells what it replaced.
//! - [`file`] makes the file of a payout run: `pain001` (ISO 20022), `nacha`, or `list` (CSV). The same run always gives
//!   the same bytes, and its message id is the run's.
//! - [`status`] reads what the bank answers: pain.002, or CSV.
//!
//! Functions from data to data: nothing here knows an account's balance or talks to a bank.

pub mod details;
pub mod file;
mod list;
mod nacha;
pub mod numbers;
mod pain001;
mod pain002;
pub mod status;
pub mod text;
