//! Tracking HTTP: clicks, impressions, pixels, postbacks and the browser script.
//!
//! A request is judged here from memory, by pure functions of its parts: who asks ([`client_address`]), from where ([`geo`]),
//! with what ([`user_agent`]), with which permission ([`consent`]), for which page ([`deep_link`], [`link_parameters`]), remembered how
//! ([`cookies`]). What needs history or storage is handed to the intake of `app`. [`listener`] accepts the connections and
//! keeps them within limits; [`fallback_page`] is what a visitor sees when he cannot be sent on.

mod answers;
mod click;
pub mod client_address;
pub mod consent;
pub mod cookies;
pub mod crawlers;
mod creative;
pub mod deep_link;
pub mod destination;
pub mod device;
mod edge;
pub mod fallback_page;
pub mod geo;
pub mod link_parameters;
pub mod listener;
mod own_visit;
mod postback;
mod qr;
mod quarantined;
pub mod request_body;
pub mod screening;
mod script;
mod service;
mod touch_request;
pub mod user_agent;

pub use answers::{Answered, conversion_value};
pub use edge::{Edge, EdgeSettings};
pub use service::{Route, route};
