//! The application on both databases: intake, lifecycle, receipts, and the checks that find what is wrong.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alerts;
mod billing;
mod bonuses;
mod both;
mod currencies;
mod customers;
mod damage;
mod demo;
mod disputes;
mod groups;
mod history;
mod identification;
mod intake;
mod joining;
mod journeys;
mod lifecycle;
mod orders;
mod outages;
mod own_results;
mod paid;
mod payout_exchanges;
mod payouts;
mod proofs;
mod rates;
mod receipts;
mod referrals;
mod refunds;
mod replay;
mod reports;
mod retroactive;
mod states;
mod world;
