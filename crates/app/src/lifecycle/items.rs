//! Taking back pieces of an order: how much of it they are.
//!
//! A piece counts with its price over the sum of price times quantity of all items. That sum need not be the order's
//! value (a discount on the whole basket is in neither price), so a piece takes its exact share of the value. Pieces of one sku on
//! several lines of the order are taken in the order of the lines.

use std::collections::BTreeMap;

use model::{
    Money, Share,
    conversion::{Item, ORDER_UNITS_MAX},
};
use serde::{Deserialize, Serialize};
use store::conversions::Conversion;

/// Pieces of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemPart {
    /// Stock keeping unit, as reported.
    pub sku: String,
    /// How many pieces; above zero.
    pub quantity: u32,
}

/// Why pieces cannot be taken back; `place` is that of the part that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemsError {
    /// The order was reported without items.
    #[error("the order was reported without items; reverse an amount or a share of it")]
    NoItems,
    /// It has no such item.
    #[error("the order has no item `{sku}`")]
    Unknown {
        /// Place among the parts.
        place: usize,
        /// What was named.
        sku: String,
    },
    /// More pieces than are left.
    #[error("{left} of {ordered} pieces of `{sku}` are left, so {wanted} cannot be taken back")]
    TooMany {
        /// Place among the parts.
        place: usize,
        /// The item.
        sku: String,
        /// Pieces of the order.
        ordered: u64,
        /// Pieces that are left.
        left: u64,
        /// Pieces that were wanted.
        wanted: u32,
    },
    /// No pieces are no reversal.
    #[error("take back at least one piece")]
    Nothing {
        /// Place among the parts.
        place: usize,
    },
    /// A price cannot be read.
    #[error(
        "the price `{price}` of the item `{sku}` cannot be read; reverse an amount or a share of the order"
    )]
    Price {
        /// The item.
        sku: String,
        /// Its price as reported.
        price: String,
    },
    /// All prices are zero.
    #[error("the items are worth nothing; reverse a share of the order")]
    Worthless,
}

/// Pieces that were taken back, by sku.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Taken(BTreeMap<String, u64>);

impl Taken {
    /// Every piece is given back.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What pieces are worth, in units of the order's currency.
pub(super) struct Worth {
    /// By the places of the items in the report.
    pub(super) of_items: Vec<u128>,
    /// All pieces of the order.
    pub(super) whole: u128,
}

impl Worth {
    /// The share of the order.
    pub(super) fn share(&self) -> Result<Share, ItemsError> {
        Share::new(self.of_items.iter().sum(), self.whole).ok_or(ItemsError::Worthless)
    }
}

/// What each item of the order is worth: price times quantity.
pub(super) fn values(conversion: &Conversion) -> Result<Vec<u128>, ItemsError> {
    Ok(priced(conversion)?.iter().map(|(item, price)| price * u128::from(item.quantity)).collect())
}

fn priced(conversion: &Conversion) -> Result<Vec<(&Item, u128)>, ItemsError> {
    let items = &conversion.report.items;
    let Some(currency) = conversion.amount.map(Money::currency) else { return Err(ItemsError::NoItems) };
    if items.is_empty() {
        return Err(ItemsError::NoItems);
    }
    items.iter().map(|item| Ok((item, units(item, currency)?))).collect()
}

/// What these pieces are worth, after what was `taken` before; they are added to it.
///
/// # Errors
/// Every [`ItemsError`].
pub(super) fn take(
    conversion: &Conversion,
    parts: &[ItemPart],
    taken: &mut Taken,
) -> Result<Worth, ItemsError> {
    let priced = priced(conversion)?;
    let whole: u128 = priced.iter().map(|(item, price)| price * u128::from(item.quantity)).sum();
    if whole == 0 {
        return Err(ItemsError::Worthless);
    }
    let mut of_items = vec![0; priced.len()];
    for (place, part) in parts.iter().enumerate() {
        let of_sku: Vec<(usize, u64, u128)> = priced
            .iter()
            .enumerate()
            .filter(|(_, (item, _))| item.sku == part.sku)
            .map(|(at, (item, price))| (at, u64::from(item.quantity), *price))
            .collect();
        let ordered: u64 = of_sku.iter().map(|(_, quantity, _)| quantity).sum();
        let before = taken.0.get(&part.sku).copied().unwrap_or_default();
        let left = ordered.saturating_sub(before);
        if of_sku.is_empty() {
            return Err(ItemsError::Unknown { place, sku: part.sku.clone() });
        }
        if part.quantity == 0 {
            return Err(ItemsError::Nothing { place });
        }
        if u64::from(part.quantity) > left {
            let (sku, wanted) = (part.sku.clone(), part.quantity);
            return Err(ItemsError::TooMany { place, sku, ordered, left, wanted });
        }
        let after = before + u64::from(part.quantity);
        let (mut skipped, mut counted) = (before, after);
        for (at, quantity, price) in of_sku {
            let pieces = counted.min(quantity) - skipped.min(quantity);
            of_items[at] += price * u128::from(pieces);
            (skipped, counted) = (skipped.saturating_sub(quantity), counted.saturating_sub(quantity));
        }
        taken.0.insert(part.sku.clone(), after);
    }
    Ok(Worth { of_items, whole })
}

fn units(item: &Item, currency: model::Currency) -> Result<u128, ItemsError> {
    let refuse = || ItemsError::Price { sku: item.sku.clone(), price: item.price.clone() };
    let price = Money::parse(&item.price, currency).map_err(|_| refuse())?;
    if price.units() > ORDER_UNITS_MAX {
        return Err(refuse());
    }
    u128::try_from(price.units()).map_err(|_| refuse())
}
