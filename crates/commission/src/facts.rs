//! The facts of a conversion that rates and their conditions look at.
//!
//! They are borrowed, so that a contract that asks for none of them costs nothing.

use std::collections::BTreeMap;

use model::{Money, Timestamp, contract::CustomerKind};

/// What came, as far as rates look at it. What is not known is left out, and no condition on it holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct RateFacts<'a> {
    /// Its value, when one was sent. Rates calculate with it only when it is in the currency of the terms.
    pub amount: Option<Money>,
    /// Whether the customer is new, when the advertiser knows.
    pub customer: Option<CustomerKind>,
    /// In which month of the customer it came, from 1 on, when the customer is known.
    pub month: Option<u32>,
    /// The moment at which promotions are judged.
    pub at: Timestamp,
    /// The coupon that was used.
    pub coupon: Option<&'a str>,
    /// What the touch that earns tells.
    pub touch: TouchFacts<'a>,
    /// The items of the order.
    pub items: OrderItems<'a>,
}

/// What a touch tells of its visitor and link.
#[derive(Clone, Copy, Debug, Default)]
pub struct TouchFacts<'a> {
    /// Country, two capital letters.
    pub country: Option<&'a str>,
    /// Device.
    pub device: Option<&'a str>,
    /// `sub1` to `sub10` and `source`, by their names.
    pub subs: Option<&'a BTreeMap<String, String>>,
}

/// The items of an order, priced in the currency that it was reported in.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderItems<'a> {
    /// One by one.
    pub list: &'a [OrderItem<'a>],
    /// The order's reported value in the same units; none when it was not sent, and then the items are the whole order.
    pub order_units: Option<i64>,
}

/// One item of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderItem<'a> {
    /// Stock keeping unit.
    pub sku: &'a str,
    /// Category.
    pub category: Option<&'a str>,
    /// Pieces.
    pub quantity: u32,
    /// Price of all pieces together, not below zero.
    pub units: i64,
}
