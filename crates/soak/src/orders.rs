//! The shop's side: which orders were reported, and what their answers said about each.
//!
//! An order is reported again when its answer was lost in a crash, and sometimes although it was answered: by the same
//! delivery, or by one with another amount. Whatever comes of that, one order has one conversion that is paid. The book
//! holds what the answers have said so far and finds any that contradicts another.

use model::{Code, ConversionId, Money, conversion::State};
use serde::Deserialize;
use testkit::SeededEntropy;

/// One order in four is a `lead`, whose commission is approved at once.
const LEAD_EVERY: usize = 4;
/// One order in three is reported with an idempotency key.
const IDEMPOTENCY_KEY_EVERY: usize = 3;

/// What a postback answers.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Verdict {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// The state it was given.
    pub decision: State,
    /// The verdict's code.
    pub code: Code,
    /// What is earned.
    pub commission: Option<Money>,
    /// For a duplicate: the conversion that counts.
    pub duplicate_of: Option<ConversionId>,
}

/// An answer that cannot be true together with an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub enum Contradiction {
    /// Two conversions of one order are paid.
    Doubled(String),
    /// Anything else that an answer must not say.
    Wrong(String),
}

/// Whether a delivery repeats the first one or differs from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it was sent first.
    Same,
    /// The same order with another amount.
    Altered,
}

struct Order {
    click_id: String,
    /// The conversion that counts, and what it earns; the latter is not known where only a duplicate named it.
    counted: Option<(ConversionId, Option<Money>)>,
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Postback {
    /// The order's place in the book.
    pub order: usize,
    /// The fields, form-encoded, without the token.
    pub fields: String,
    /// An `Idempotency-Key`, when it is sent with one.
    pub idempotency_key: Option<String>,
}

/// Every order so far.
#[derive(Default)]
pub struct OrderBook {
    orders: Vec<Order>,
    /// Orders that had no answer when the last server died.
    unanswered: Vec<usize>,
}

/// The action of an order.
pub fn action(order: usize) -> &'static str {
    if order.is_multiple_of(LEAD_EVERY) { "lead" } else { "order" }
}

/// The shop's number of an order.
pub fn order_id(order: usize) -> String {
    format!("S-{order}")
}

impl OrderBook {
    /// Enters a new order that came from a click.
    pub fn new_order(&mut self, click_id: &str) -> Postback {
        self.orders.push(Order { click_id: click_id.to_owned(), counted: None });
        self.postback(self.orders.len() - 1, Delivery::Same)
    }

    /// An order whose answer a crash has swallowed, to be reported again.
    pub fn unanswered(&self, chance: &SeededEntropy) -> Option<Postback> {
        let order = *pick(&self.unanswered, chance)?;
        Some(self.postback(order, either(chance)))
    }

    /// An answered order, reported once more for no good reason.
    pub fn answered(&self, chance: &SeededEntropy) -> Option<Postback> {
        let place = below(self.orders.len(), chance)?;
        self.orders[place].counted.is_some().then(|| self.postback(place, either(chance)))
    }

    fn postback(&self, order: usize, delivery: Delivery) -> Postback {
        let (action, order_id) = (action(order), order_id(order));
        let cents = 1_000 + order % 50_000 + if delivery == Delivery::Altered { 1 } else { 0 };
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let click_id = &self.orders[order].click_id;
        let fields =
            format!("action={action}&order_id={order_id}&amount={amount}&currency=USD&click_id={click_id}");
        let keyed = order.is_multiple_of(IDEMPOTENCY_KEY_EVERY);
        Postback { order, fields, idempotency_key: keyed.then(|| format!("key-{order_id}")) }
    }

    /// Takes note of an answer; tells whether the order had one before.
    ///
    /// # Errors
    /// What it contradicts.
    pub fn learn(&mut self, order: usize, verdict: &Verdict) -> Result<bool, Contradiction> {
        let of_order = |what: String| format!("{} {}: {what}", action(order), order_id(order));
        let id = verdict.conversion_id;
        let (counted, earned) = match (verdict.decision, verdict.duplicate_of) {
            (State::Pending | State::Approved, None) if verdict.commission.is_some() => {
                (id, verdict.commission)
            }
            (State::Duplicate, Some(first)) if verdict.code == Code::DuplicateOf => (first, None),
            _ => return Err(Contradiction::Wrong(of_order(format!("answered with {verdict:?}")))),
        };
        let known = &mut self.orders[order].counted;
        match known {
            Some((first, _)) if *first != counted => {
                let what = format!("{first} counts by one answer and {counted} by another");
                Err(Contradiction::Doubled(of_order(what)))
            }
            Some((_, Some(before))) if earned.is_some_and(|now| now != *before) => Err(Contradiction::Wrong(
                of_order(format!("earns {before} by one answer and {earned:?} by another")),
            )),
            Some((_, Some(_))) => Ok(true),
            _ => Ok(known.replace((counted, earned)).is_some()),
        }
    }

    /// After a crash: whoever has no answer is asked for again from now on.
    pub fn after_crash(&mut self) {
        let unanswered = self.orders.iter().enumerate().filter(|(_, order)| order.counted.is_none());
        self.unanswered = unanswered.map(|(place, _)| place).collect();
    }

    /// Each order whose answers named a conversion that counts, with that conversion.
    pub fn counted(&self) -> impl Iterator<Item = (usize, ConversionId)> {
        let counted = |(place, order): (usize, &Order)| Some((place, order.counted?.0));
        self.orders.iter().enumerate().filter_map(counted)
    }
}

fn either(chance: &SeededEntropy) -> Delivery {
    if chance.next_u64().is_multiple_of(2) { Delivery::Same } else { Delivery::Altered }
}

/// A number below `end`.
pub fn below(end: usize, chance: &SeededEntropy) -> Option<usize> {
    let end = u64::try_from(end).ok()?;
    usize::try_from(chance.next_u64().checked_rem(end)?).ok()
}

/// One of several.
pub fn pick<'a, T>(all: &'a [T], chance: &SeededEntropy) -> Option<&'a T> {
    all.get(below(all.len(), chance)?)
}

#[cfg(test)]
mod tests {
    use model::Currency;

    use super::*;

    fn id(number: u8) -> ConversionId {
        ConversionId::from_bytes([number; 16])
    }

    fn live(number: u8, units: i64) -> Verdict {
        Verdict {
            conversion_id: id(number),
            decision: State::Pending,
            code: Code::Ok,
            commission: Some(Money::from_units(units, Currency::USD)),
            duplicate_of: None,
        }
    }

    fn duplicate(number: u8, of: u8) -> Verdict {
        Verdict {
            decision: State::Duplicate,
            code: Code::DuplicateOf,
            commission: None,
            duplicate_of: Some(id(of)),
            ..live(number, 0)
        }
    }

    fn book() -> OrderBook {
        let mut book = OrderBook::default();
        book.new_order("clk_1");
        book
    }

    #[test]
    fn answers_that_agree_are_taken() {
        let mut book = book();
        for (verdict, known) in
            [(duplicate(2, 1), false), (live(1, 70), true), (live(1, 70), true), (duplicate(3, 1), true)]
        {
            assert_eq!(book.learn(0, &verdict), Ok(known));
        }
        assert_eq!(book.counted().collect::<Vec<_>>(), [(0, id(1))]);
    }

    #[test]
    fn a_second_paid_conversion_is_found() {
        for (first, second) in
            [(live(1, 7), live(2, 7)), (live(1, 7), duplicate(3, 2)), (duplicate(3, 2), live(1, 7))]
        {
            let mut book = book();
            assert_eq!(book.learn(0, &first), Ok(false));
            assert!(matches!(book.learn(0, &second), Err(Contradiction::Doubled(_))), "{first:?} {second:?}");
        }
    }

    #[test]
    fn an_answer_that_changes_or_refuses_is_found() {
        let mut book = book();
        assert_eq!(book.learn(0, &live(1, 7)), Ok(false));
        let rejected =
            Verdict { decision: State::Rejected, code: Code::ClickForged, commission: None, ..live(1, 7) };
        for verdict in [live(1, 8), rejected, Verdict { commission: None, ..live(1, 7) }] {
            assert!(matches!(book.learn(0, &verdict), Err(Contradiction::Wrong(_))), "{verdict:?}");
        }
    }

    #[test]
    fn only_orders_without_an_answer_are_asked_for_again() {
        let mut book = book();
        book.new_order("clk_2");
        let chance = SeededEntropy::new(1);
        assert!(book.unanswered(&chance).is_none(), "nothing has crashed yet");
        assert_eq!(book.learn(0, &live(1, 7)), Ok(false));
        book.after_crash();
        for _ in 0..20 {
            assert_eq!(book.unanswered(&chance).map(|postback| postback.order), Some(1));
        }
    }
}
