//! How the application's storage is opened, for callers that have no business with the store itself.

pub use store::deliveries::{Attempt, Delivery, DeliveryState};
pub use store::exchanges::ExchangeRow;
pub use store::payout_exchanges::PayoutExchange;
pub use store::{Options, Store};
