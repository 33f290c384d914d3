//! Orders in other currencies, from the stored rate to the receipt and the ledger, on both databases.

use app::{
    access::Actor,
    command::Change,
    configuration::exchange_rates::{self, Entered, NewRate},
    errors::Refusal,
    exchange,
    lifecycle::Extent,
    receipts,
    storage::ExchangeRow,
};
use model::{
    Clock, Code, ConversionId, Currency, Day, Money,
    conversion::{ConversionReport, State},
};
use serde_json::json;
use store::{Store, conversions, decisions};

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

impl World {
    /// Enters rates written as `USD/VND 25400`, dated `ago` days before today.
    pub async fn rates(&self, ago: i64, rates: &[&str]) -> Vec<Entered> {
        let (now, network) = (self.clock.now(), self.network);
        let day = Day::from_number(Day::of(now).number() - ago).unwrap();
        let rate = |text: &&str| {
            let (pair, rate) = text.split_once(' ').unwrap();
            let (base, quote) = pair.split_once('/').unwrap();
            let [base, quote]: [Currency; 2] = [base, quote].map(|code| code.parse().unwrap());
            NewRate { base, quote, day, rate: rate.parse().unwrap(), source: "central bank".to_owned() }
        };
        let rates: Vec<NewRate> = rates.iter().map(rate).collect();
        let entropy = std::sync::Arc::clone(&self.entropy);
        let entered = self
            .write(move |tx| {
                let actor = Actor::system(network);
                let mut change = Change::new(tx, &actor, "exchange_rate.create", now, entropy.as_ref());
                Ok(exchange_rates::enter(&mut change, &rates).unwrap())
            })
            .await;
        self.app.snapshot.refresh().await.unwrap();
        entered
    }

    fn order_in(&self, order: &str, amount: &str, currency: &str, click_id: &str) -> ConversionReport {
        ConversionReport { currency: Some(currency.to_owned()), ..self.order(order, amount, click_id) }
    }

    async fn lines(&self, id: ConversionId) -> Vec<model::conversion::CommissionLine> {
        self.write(move |tx| conversions::lines(tx, &[id]))
            .await
            .into_iter()
            .map(|(_, _, line)| line)
            .collect()
    }
}

fn plan() -> Plan {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
    let terms = crate::world::merged(terms, json!({"fee": {"percent": "20"}}));
    Plan::publishers(1).default_terms(terms)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_dong_under_a_contract_in_dollars() {
    on_both(a_million_dong).await;
}

async fn a_million_dong(store: Store) {
    let world = World::build(store, plan()).await;
    let click = world.click(0).await.click_id;
    let refused = world.decide(world.order_in("o-1", "1000000", "VND", &click)).await;
    assert_eq!((refused.state, refused.code), (State::Rejected, Code::CurrencyMismatch));
    assert!(refused.reason.contains("a rate of VND in USD for "), "{}", refused.reason);

    world.rates(1, &["USD/VND 25400"]).await;
    let taken = world.decide(world.order_in("o-1", "1000000", "VND", &click)).await;
    assert_eq!((taken.state, taken.code), (State::Pending, Code::Ok), "{}", taken.reason);
    // 10 % of 39.370078, rounded down.
    assert_eq!(taken.commission, Some(Money::from_units(usd("3.937007"), Currency::USD)));
    let lines = world.lines(taken.conversion_id).await;
    let order = lines[0].exchange.as_ref().unwrap().order.unwrap();
    assert_eq!(
        (order.from.to_string(), order.to.to_string()),
        ("1000000 VND".into(), "39.370078 USD".into())
    );

    // A correction holds for what is decided later, and changes nothing of what was decided before.
    world.rates(1, &["USD/VND 25000"]).await;
    let click = world.click(0).await.click_id;
    let later = world.decide(world.order_in("o-2", "1000000", "VND", &click)).await;
    assert_eq!(later.commission, Some(Money::from_units(usd("4"), Currency::USD)));
    world.assert_clean().await;

    // A third of the order back, then all: exact in the line's currency, by the rate of the first decision.
    world.approve(taken.conversion_id).await.unwrap();
    world.reverse(taken.conversion_id, Extent::Share("1/3".parse().unwrap())).await.unwrap();
    world.reverse(later.conversion_id, Extent::Whole).await.unwrap();
    let (posted, promised) = world.balance(0).await;
    assert_eq!((posted, promised), (usd("3.937007") - usd("1.312335"), 0));
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_on_the_receipt() {
    on_both(steps_on_the_receipt).await;
}

async fn steps_on_the_receipt(store: Store) {
    let world = World::build(store, plan()).await;
    world.rates(0, &["EUR/USD 1.08"]).await;
    let click = world.click(0).await.click_id;
    let taken = world.decide(world.order_in("o-1", "100", "EUR", &click)).await;
    let (id, snapshot, network) = (taken.conversion_id, world.app.snapshot.get(), world.network);
    let document = world
        .write(move |tx| Ok(receipts::document_for(tx, &snapshot, id, &Actor::system(network)).unwrap()))
        .await
        .unwrap();
    let exchange = &document.lines[0].exchange;
    assert_eq!(exchange.len(), 1, "contract and network share a currency");
    assert_eq!(
        exchange[0].words.en,
        format!(
            "100.00 EUR × 27/25 = 108.00 USD, rounded down to 0.000001 USD. One EUR was 27/25 USD on {day}, as stored: \
             1 EUR = 1.08 USD ({day}).",
            day = Day::of(world.clock.now()),
        )
    );
    assert!(exchange[0].words.vi.contains("làm tròn xuống") && exchange[0].words.fa.contains("گرد شد"));
    assert_eq!(document.lines[0].rule_words.as_deref(), Some("10 % of the amount"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rate_twice_is_one_row() {
    on_both(same_rate_twice).await;
}

async fn same_rate_twice(store: Store) {
    let world = World::build(store, plan()).await;
    let repeated = |entered: Vec<Entered>| entered.iter().map(|one| one.repeated).collect::<Vec<_>>();
    assert_eq!(
        repeated(world.rates(0, &["EUR/USD 1.08", "EUR/USD 1.0800", "EUR/USD 1.09"]).await),
        [false, true, false]
    );
    // A file taken in again does not undo the correction.
    assert_eq!(repeated(world.rates(0, &["EUR/USD 1.08"]).await), [true]);
    let (network, today) = (world.network, Day::of(world.clock.now()));
    let holds = world.app.snapshot.get().exchange(network, Currency::EUR, Currency::USD, today).unwrap();
    assert_eq!(holds.steps[0].rate.to_string(), "1.09");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_was_changed_behind_our_back_is_found() {
    on_both(changed_rate).await;
}

async fn changed_rate(store: Store) {
    let world = World::build(store, plan()).await;
    world.rates(0, &["EUR/USD 1.08"]).await;
    let click = world.click(0).await.click_id;
    let taken = world.decide(world.order_in("o-1", "100", "EUR", &click)).await;
    let first = world.write(move |tx| decisions::of(tx, &[taken.conversion_id])).await;
    assert!(first[0].receipt.contains(r#""rate":"1.08""#), "{}", first[0].receipt);
    world
        .write(|tx| {
            tx.execute("UPDATE exchange_rates SET body = replace(body, '1.08', '1.18')", &[]).map(|_| ())
        })
        .await;
    let summary = world.verify().await;
    assert!(summary.violations.iter().any(|one| one.message.contains("it says")), "{summary:?}");
}

impl World {
    /// Changes a part of the first publisher's balance, as the operator.
    async fn exchange(&self, sold: &str, to: Option<Currency>) -> Result<ExchangeRow, Refusal> {
        let (snapshot, network) = (self.app.snapshot.get(), self.network);
        let (publisher, now) = (self.links[0].publisher_id, self.clock.advance_micros(1));
        let sold = Money::parse(sold, Currency::USD).unwrap();
        let entropy = std::sync::Arc::clone(&self.entropy);
        self.write(move |tx| {
            let actor = Actor::system(network);
            let mut change = Change::new(tx, &actor, "exchange.create", now, entropy.as_ref());
            Ok(exchange::exchange(&mut change, &snapshot, publisher, sold, to))
        })
        .await
    }

    /// What is free on the first publisher's account.
    async fn free(&self, currency: Currency) -> String {
        let (network, publisher) = (self.network, self.links[0].publisher_id);
        self.write(move |tx| exchange::available(tx, network, publisher, currency)).await.to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_in_euros_is_paid_for_dong_under_a_contract_in_dollars() {
    on_both(dong_to_dollars_to_euros).await;
}

async fn dong_to_dollars_to_euros(store: Store) {
    let world = World::build(store, plan()).await;
    world.rates(0, &["USD/VND 25400", "EUR/USD 1.08"]).await;
    let click = world.click(0).await.click_id;
    let taken = world.decide(world.order_in("o-1", "1000000", "VND", &click)).await;
    let refused = world.exchange("1", Some(Currency::EUR)).await.unwrap_err();
    assert_eq!(refused.message, "0.00 USD is available, 1.00 USD is more", "it is still held");
    world.approve(taken.conversion_id).await.unwrap();

    // 3.937007 x 25/27 = 3.64537685..., rounded down.
    let done = world.exchange("3.937007", Some(Currency::EUR)).await.unwrap();
    assert_eq!(
        (done.sold.to_string(), done.bought.to_string()),
        ("3.937007 USD".into(), "3.645376 EUR".into())
    );
    assert_eq!(done.path.applied().unwrap().fraction.to_string(), "25/27");
    assert_eq!(
        (world.free(Currency::USD).await, world.free(Currency::EUR).await),
        ("0.00 USD".into(), "3.645376 EUR".into())
    );
    world.assert_clean().await;

    // A refund afterwards is in the currency of the line: the balance there goes below zero and nothing more can be changed.
    world.reverse(taken.conversion_id, Extent::Whole).await.unwrap();
    assert_eq!(world.free(Currency::USD).await, "-3.937007 USD");
    assert_eq!(
        world.exchange("0.01", Some(Currency::EUR)).await.unwrap_err().field.as_deref(),
        Some("amount")
    );
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_is_changed_only_by_a_stored_rate() {
    on_both(only_by_a_stored_rate).await;
}

async fn only_by_a_stored_rate(store: Store) {
    let world = World::build(store, plan()).await;
    let click = world.click(0).await.click_id;
    let taken = world.decide(world.order("o-1", "100", &click)).await;
    world.approve(taken.conversion_id).await.unwrap();
    for (amount, to, field, words) in [
        ("1", Some(Currency::EUR), "to", "a rate of USD in EUR for "),
        ("1", None, "to", "say the currency"),
        ("1", Some(Currency::USD), "to", "is in that currency already"),
        ("10.000001", Some(Currency::EUR), "amount", "10.00 USD is available"),
    ] {
        let refused = world.exchange(amount, to).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field), "{amount} {to:?}: {refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
    world.rates(0, &["EUR/USD 1.08"]).await;
    for amount in ["0", "-1", "0.000001"] {
        let refused = world.exchange(amount, Some(Currency::EUR)).await.unwrap_err();
        assert!(refused.message.ends_with("is nothing in EUR"), "{amount}: {refused}");
    }
    let first = world.exchange("9", Some(Currency::EUR)).await.unwrap();
    assert_eq!(first.bought.to_string(), "8.333333 EUR");
    assert!(world.exchange("1.000001", Some(Currency::EUR)).await.is_err());
    world.assert_clean().await;
    for (what, sql) in [
        ("more was bought", "UPDATE exchanges SET bought = bought + 1"),
        ("nothing was bought", "DELETE FROM exchanges"),
        ("somebody else's", "UPDATE exchanges SET publisher_id = network_id"),
    ] {
        let found = world.damaged(sql).await;
        assert!(!found.is_clean(), "{what}");
    }
    world.assert_clean().await;
}
