//! What stands of a conversion, cut by the items of its order.
//!
//! Each row becomes one for each product, whose amounts sum to those of the row to the last unit. An item's part is what it cost of what all
//! items cost; so an order's value and revenue by product are what was paid, while its commission is shared out alike, whichever rule
//! paid for which item (the receipt tells that). The conversion itself counts once, with the item that cost most.

use std::{cmp::Reverse, collections::BTreeMap};

use model::{Currency, Money, conversion::Item};
use report::{Dimension, Fact, Measure};

use super::touches::{Describe, Texts};

/// Most products of an order that are told apart; the others stand together without a name.
const PRODUCTS_MAX: usize = 100;

/// The products of an order, the one that cost most first.
pub(super) struct Products {
    list: Vec<Product>,
    /// What all cost.
    cost: i128,
}

struct Product {
    sku: String,
    category: String,
    cost: i128,
    pieces: i64,
}

impl Products {
    /// The products of these items, priced in this currency; none where there are no items, or a price cannot be read, so that no
    /// conversion was made of them.
    pub(super) fn of(items: &[Item], currency: Currency) -> Option<Self> {
        let mut products: BTreeMap<(&str, &str), (i128, i64)> = BTreeMap::new();
        for item in items {
            let price = Money::parse(&item.price, currency).ok().filter(|price| !price.is_negative())?;
            let key = (item.sku.as_str(), item.category.as_deref().unwrap_or_default());
            let (cost, pieces) = products.entry(key).or_default();
            *cost += i128::from(price.units()) * i128::from(item.quantity);
            *pieces += i64::from(item.quantity);
        }
        let product = |((sku, category), (cost, pieces)): ((&str, &str), (i128, i64))| Product {
            sku: sku.to_owned(),
            category: category.to_owned(),
            cost,
            pieces,
        };
        let mut list: Vec<Product> = products.into_iter().map(product).collect();
        list.sort_by_key(|product| Reverse(product.cost));
        for beyond in list.split_off(PRODUCTS_MAX.min(list.len())) {
            match list.get_mut(PRODUCTS_MAX) {
                Some(others) => {
                    others.cost += beyond.cost;
                    others.pieces += beyond.pieces;
                }
                None => list.push(Product { sku: String::new(), category: String::new(), ..beyond }),
            }
        }
        let cost = list.iter().map(|product| product.cost).sum();
        (!list.is_empty()).then_some(Self { list, cost })
    }

    /// The row cut by products.
    pub(super) fn cut(&self, row: &Fact, texts: &mut Texts) -> Vec<Fact> {
        let mut parts = Vec::with_capacity(self.list.len());
        let (mut through, mut before) = (0, [0_i64; Measure::ALL.len()]);
        for (place, product) in self.list.iter().enumerate() {
            let mut part = row.clone();
            let mut describe = Describe { fact: &mut part, texts };
            describe.say(Dimension::Product, &product.sku);
            describe.say(Dimension::Category, &product.category);
            through += product.cost;
            for (measure, value) in Measure::ALL.iter().zip(row.measures) {
                let index = measure.index();
                part.measures[index] = if is_whole(*measure) {
                    if place == 0 { value } else { 0 }
                } else {
                    let up_to = self.up_to(value, through);
                    up_to - std::mem::replace(&mut before[index], up_to)
                };
            }
            // Pieces are counted once, as the conversion is.
            part.measures[Measure::Pieces.index()] =
                row.measures[Measure::Conversions.index()].signum() * product.pieces;
            parts.push(part);
        }
        parts
    }

    /// The part of an amount that belongs to what cost this much; of items for nothing the first has all.
    fn up_to(&self, value: i64, cost: i128) -> i64 {
        if self.cost == 0 {
            return value;
        }
        let (whole, rest) = (cost / self.cost, cost % self.cost);
        // Within 128 bits: an amount has 63, an order's cost 50 and its pieces 20.
        let part = i128::from(value) * whole + (i128::from(value) * rest).div_euclid(self.cost);
        i64::try_from(part).unwrap_or(value)
    }
}

/// Whether it counts a conversion, which is not cut.
const fn is_whole(measure: Measure) -> bool {
    matches!(measure, Measure::Conversions | Measure::Unconverted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{NetworkId, Timestamp};
    use proptest::prelude::*;
    use report::FactKind;

    fn items() -> impl Strategy<Value = Vec<Item>> {
        let price = prop_oneof![
            Just("0".to_owned()),
            (0_u32..1_000_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100))
        ];
        let item = (0_u8..4, prop::option::of(0_u8..2), 1_u32..50, price).prop_map(
            |(sku, category, quantity, price)| Item {
                sku: format!("sku-{sku}"),
                category: category.map(|number| format!("category-{number}")),
                quantity,
                price,
            },
        );
        prop::collection::vec(item, 1..150)
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_row(items in items(), values in prop::collection::vec(-1_000_000_000_000_000_i64..1_000_000_000_000_000, Measure::ALL.len())) {
            let products = Products::of(&items, Currency::USD).unwrap();
            let mut row = Fact::new(NetworkId::from_bytes([1; 16]), FactKind::Conversion, Timestamp::from_micros(0));
            row.measures.copy_from_slice(&values);
            row.measures[Measure::Conversions.index()] = 1;
            let parts = products.cut(&row, &mut Texts::default());
            for measure in Measure::ALL.iter().filter(|measure| **measure != Measure::Pieces) {
                let sum: i64 = parts.iter().map(|part| part.measure(*measure)).sum();
                prop_assert_eq!(sum, row.measure(*measure), "{}", measure);
            }
            let pieces: i64 = parts.iter().map(|part| part.measure(Measure::Pieces)).sum();
            prop_assert_eq!(pieces, items.iter().map(|item| i64::from(item.quantity)).sum::<i64>());
            // No two parts have the same name.
            let names: std::collections::BTreeSet<_> = parts
                .iter()
                .map(|part| (part.dimension(Dimension::Product), part.dimension(Dimension::Category)))
                .collect();
            prop_assert_eq!(names.len(), parts.len());
        }
    }

    #[test]
    fn an_order_of_shoes_and_a_card() {
        let item = |sku: &str, price: &str, quantity| Item {
            sku: sku.to_owned(),
            category: None,
            quantity,
            price: price.to_owned(),
        };
        let items = [item("card", "10.00", 1), item("shoes", "45.00", 2)];
        let products = Products::of(&items, Currency::USD).unwrap();
        let mut row =
            Fact::new(NetworkId::from_bytes([1; 16]), FactKind::Conversion, Timestamp::from_micros(0));
        row.measures[Measure::Conversions.index()] = 1;
        row.measures[Measure::Revenue.index()] = 99;
        let parts = products.cut(&row, &mut Texts::default());
        let told = |part: &Fact| {
            let of = |measure| part.measure(measure);
            (
                part.dimension(Dimension::Product).unwrap().to_owned(),
                [of(Measure::Conversions), of(Measure::Revenue), of(Measure::Pieces)],
            )
        };
        let told: Vec<_> = parts.iter().map(told).collect();
        assert_eq!(told, [("shoes".to_owned(), [1, 89, 2]), ("card".to_owned(), [0, 10, 1])]);
        assert!(Products::of(&[item("x", "many", 1)], Currency::USD).is_none());
        assert!(Products::of(&[], Currency::USD).is_none());
    }
}
