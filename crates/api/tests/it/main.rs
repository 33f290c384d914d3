//! The API as its users meet it: over HTTP requests to the router, on SQLite in a temporary folder, with a clock and a
//! randomness of the test. `personas` holds who asks, `world` what there is.

#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a helper of a test fails like the test itself"
)]

mod alerts;
mod attribution;
mod billing;
mod bonuses;
mod campaigns;
mod configuration;
mod contracts;
mod conversions;
mod creatives;
mod disputes;
mod document;
mod events;
mod exposures;
mod four_eyes;
mod idempotency;
mod incrementality;
mod input;
mod joining;
mod judgements;
mod ledger;
mod outputs;
mod own_results;
mod password_links;
mod password_resets;
mod payout_exchanges;
mod payout_tables;
mod payouts;
mod people;
mod permissions;
mod personas;
mod persons;
mod publisher_groups;
mod quarantine;
mod receivers;
mod referrals;
mod reports;
mod rights;
mod second_factor;
mod sessions;
mod shapes;
mod templates;
mod told;
mod visibility;
mod world;
