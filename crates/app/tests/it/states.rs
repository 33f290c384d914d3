//! The states of a conversion, as tables of what is done and where it stands afterwards.

use app::lifecycle::{self, Extent, ItemPart};
use model::{ConversionId, Currency, Money, Share, Timestamp, conversion::State};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, read, usd},
};

const DAY: i64 = 86_400;

/// An order of 100 USD (2 lamps of 30, 1 table of 40 for which the basket got 10 off, so 90 are paid), 10 % commission, held
/// for 30 days. Columns: what is done, then state, commission in USD, and the day after the order on which it is
/// approved by itself; or the beginning of the refusal.
const TABLES: &[(&str, &str)] = &[
    (
        "held for a review and released: it waits for its date",
        "hold              | held      9       30
         hold              | the conversion is held, so it cannot be held
         wait 31           | held      9       30
         release           | pending   9       30
         due               | approved  9       30
         release           | the conversion is approved, so it cannot be released",
    ),
    (
        "held and decided by a person",
        "hold              | held      9       30
         reverse lamp 1    | held      6.3     30
         approve           | approved  6.3     30",
    ),
    (
        "held and rejected, then earned after all",
        "reverse lamp 1    | pending   6.3     30
         hold              | held      6.3     30
         reject            | rejected  0       30
         reinstate         | approved  6.3     30
         reverse table 1   | approved  2.7     30
         reverse lamp 1    | reversed  0       30
         reinstate         | it was taken back in several steps",
    ),
    (
        "the hold is extended once, by no more than its own length",
        "extend 61         | an extension ends after
         extend 30         | an extension ends after
         extend 45         | pending   9       45
         extend 46         | its hold was extended before
         wait 31           | pending   9       45
         due               | pending   9       45
         wait 15           | pending   9       45
         due               | approved  9       45",
    ),
    (
        "items cannot be taken back twice, nor can others",
        "reverse chair 1   | the order has no item `chair`
         reverse lamp 3    | 2 of 2 pieces of `lamp` are left, so 3
         reverse lamp 0    | take back at least one piece
         reverse lamp 1    | pending   6.3     30
         reverse lamp 2    | 1 of 2 pieces of `lamp` are left, so 2
         reverse lamp 1    | pending   3.6     30
         reverse lamp 1    | 0 of 2 pieces of `lamp` are left, so 1
         approve           | approved  3.6     30
         reverse table 1   | reversed  0       30",
    ),
    (
        "items and shares together never exceed the order",
        "reverse share 1/2 | pending   4.5     30
         reverse lamp 1    | pending   1.8     30
         reverse lamp 1    | 4/5 of the order is taken back already
         reject            | rejected  0       30
         reinstate         | approved  1.8     30",
    ),
    (
        "what was taken back at once is earned after all, with its pieces",
        "approve           | approved  9       30
         reverse share 1/1 | reversed  0       30
         reinstate         | approved  9       30
         reverse lamp 2    | approved  3.6     30",
    ),
    (
        "what was taken back as a whole while it waited is earned after all",
        "reverse share 1/1 | rejected  0       30
         reinstate         | approved  9       30
         reinstate         | the conversion is approved, so it cannot be reinstated",
    ),
];

struct Case<'w> {
    world: &'w World,
    id: ConversionId,
    begun: Timestamp,
}

impl Case<'_> {
    async fn step(&self, step: &str) -> Result<(), lifecycle::ChangeError> {
        let words: Vec<&str> = step.split_whitespace().collect();
        let id = self.id;
        let begun = self.begun;
        let done = match words.as_slice() {
            ["hold"] => self.world.alter(move |tx, by| lifecycle::hold(tx, id, by)).await,
            ["release"] => self.world.alter(move |tx, by| lifecycle::release(tx, id, by)).await,
            ["approve"] => self.world.approve(id).await,
            ["reject"] => self.world.reject(id).await,
            ["reinstate"] => self.world.alter(move |tx, by| lifecycle::reinstate(tx, id, by)).await,
            ["extend", days] => {
                let until = begun.plus_seconds(days.parse::<i64>().unwrap() * DAY);
                self.world.alter(move |tx, by| lifecycle::extend(tx, id, Some(until), by)).await
            }
            ["reverse", "share", share] => {
                let share: Share = share.parse().unwrap();
                self.world.reverse(id, Extent::Share(share)).await
            }
            ["reverse", sku, quantity] => {
                let part = ItemPart { sku: (*sku).to_owned(), quantity: quantity.parse().unwrap() };
                self.world
                    .alter(move |tx, by| lifecycle::reverse_items(tx, id, std::slice::from_ref(&part), by))
                    .await
            }
            ["wait", days] => {
                self.world.clock.advance_seconds(days.parse::<i64>().unwrap() * DAY);
                return Ok(());
            }
            ["due"] => {
                self.world.approve_due().await;
                return Ok(());
            }
            other => panic!("no step: {other:?}"),
        };
        done.map(|_| ())
    }

    async fn stands(&self) -> String {
        let id = self.id;
        let conversion = self.world.write(move |tx| store::conversions::by_id(tx, id)).await.unwrap();
        let (posted, pending) = self.world.balance(0).await;
        let held = if conversion.state.is_open() { pending } else { posted };
        assert_eq!(conversion.commission, held, "the account holds what the conversion says");
        let commission = Money::from_units(conversion.commission, Currency::USD).amount_text();
        let days = conversion.approve_at.unwrap().micros_since(self.begun) / 1_000_000 / DAY;
        let commission = commission.trim_end_matches('0').trim_end_matches('.');
        let commission = if commission.is_empty() { "0" } else { commission };
        format!("{} {commission} {days}", conversion.state.word())
    }
}

#[tokio::test]
async fn every_table_on_both_databases() {
    on_both(|store| async move {
        let rate = json!({"kind": "percent", "percent": "10"});
        let plan = Plan::publishers(1).default_terms(order_terms(
            rate,
            json!({"hold_seconds": 30 * DAY, "click_window_seconds": 365 * DAY}),
        ));
        let world = World::build(store, plan).await;
        for (number, (title, table)) in TABLES.iter().enumerate() {
            let click = world.click(0).await;
            let mut report = world.order(&format!("o-{number}"), "90", &click.click_id);
            report.items = read(json!([
                {"sku": "lamp", "quantity": 1, "price": "30"},
                {"sku": "table", "quantity": 1, "price": "40"},
                {"sku": "lamp", "quantity": 1, "price": "30"},
            ]));
            let begun = report.received_at;
            let id = world.decide(report).await.conversion_id;
            let case = Case { world: &world, id, begun };
            for line in table.lines() {
                let (step, wanted) = line.split_once('|').unwrap();
                let done = case.step(step.trim()).await;
                let is = match done {
                    Ok(()) => case.stands().await,
                    Err(error) => error.to_string(),
                };
                let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(is.starts_with(&wanted), "{title}: {step}: {is} instead of {wanted}");
            }
            // The next table begins with an empty account.
            let left = world.write(move |tx| store::conversions::by_id(tx, id)).await.unwrap();
            if left.state != State::Reversed && left.state != State::Rejected {
                world.reverse(id, Extent::Whole).await.unwrap();
            }
            assert_eq!(world.balance(0).await, (0, 0));
        }
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn both_parties_are_warned_once_for_each_date() {
    on_both(|store| async move {
        let rate = json!({"kind": "percent", "percent": "10"});
        let plan = Plan::publishers(1).default_terms(order_terms(rate, json!({"hold_seconds": 30 * DAY})));
        let world = World::build(store, plan).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        let held = world.decide(world.order("o-2", "100", &click.click_id)).await.conversion_id;
        world.alter(move |tx, by| lifecycle::hold(tx, held, by)).await.unwrap();
        world.clock.advance_seconds(27 * DAY);
        assert_eq!(world.warn_due().await, 0);
        world.clock.advance_seconds(DAY);
        assert_eq!((world.warn_due().await, world.warn_due().await), (1, 0));
        world.alter(move |tx, by| lifecycle::extend(tx, id, None, by)).await.unwrap();
        assert_eq!(world.warn_due().await, 0);
        world.clock.advance_seconds(30 * DAY);
        assert_eq!((world.warn_due().await, world.warn_due().await), (1, 0));
        let entries = world.write(|tx| store::outbox::after(tx, 0, 1_000)).await;
        let warnings: Vec<_> =
            entries.into_iter().filter(|entry| entry.kind == lifecycle::APPROVAL_DUE).collect();
        assert!(warnings.len() == 2 && warnings.iter().all(|entry| entry.body == id.bytes()));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_conversion_that_earned_nobody_anything_is_not_reinstated() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(1)).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        let refused = world.alter(move |tx, by| lifecycle::reinstate(tx, id, by)).await;
        assert!(matches!(refused, Err(lifecycle::ChangeError::NeverEarned)), "{refused:?}");
        assert_eq!(world.balance(0).await, (usd("0"), 0));
        world.assert_clean().await;
    })
    .await;
}
