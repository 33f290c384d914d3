//! Commission lines to balanced two-phase transfers: holds, approvals, reversals.
//!
//! A [`Transfer`] moves one amount from the account it debits to the account it credits and is never
//! changed. The transfers of one conversion, touch or funding are its *history*; each new event reads
//! the history and answers with the transfers to append ([`earn`], [`approve`], [`reject`],
//! [`reverse`], [`reinstate`], [`touch_earning`], [`fund`], [`exchange()`], [`tax()`]). Balances are the fold of all transfers
//! and nothing else;
//! [`changes`] says what an append adds to them.
//!
//! Who owes whom, seen from the network:
//!
//! | event | debit | credit |
//! |---|---|---|
//! | a commission is earned | advertiser | publisher |
//! | its fee | advertiser | fees |
//! | an advertiser pays in advance | clearing | advertiser |
//! | a publisher is paid out | publisher | clearing |
//! | tax kept back from it | publisher | withheld |
//! | a bonus | advertiser or fees | publisher |
//! | a referral | fees | publisher |
//! | a balance changes its currency | publisher, then exchange | exchange, then publisher |
//! | tax of an invoice | advertiser | tax |
//! | tax of a credit note | tax | advertiser |
//! | a reversal | the other way round | |
//!
//! So a publisher's balance is what he is owed, and an advertiser's what is left of his funds (below
//! zero: what he owes). What is earned but still held is *pending* on both sides: it is promised and
//! reserved, and counts in no balance before it is posted.
//!
//! [`Checker`] walks a whole ledger and names what breaks the invariants I3 to I6.

mod account;
mod check;
mod exchange;
mod history;
mod payouts;
mod postings;
mod tax;
mod transfer;

pub use account::{AccountKey, AccountKind, Balance, BalanceError, Change};
pub use check::{Checker, Folded, Invariant, Violation, check_history, check_lines, fold_balances};
pub use exchange::exchange;
pub use history::{Broken, Fold, LegFold, Problem, fold};
pub use payouts::{correct_payout, pay_out, reserve_payout, return_payout};
pub use postings::{
    PostingError, approve, award, award_more, award_taken_back, changes, earn, earn_more, fund, reinstate,
    reject, reverse, touch_earning,
};
pub use tax::{TaxWay, tax};
pub use transfer::{Leg, Phase, Source, Transfer, TransferReason};
