//! Requests to receivers and mails to relays that run here.

// Allowed in tests, but Clippy does not see that functions they share are of tests.
#![allow(clippy::unwrap_used)]

mod message;
mod relay;
mod smtp;
mod tls;
mod web;
