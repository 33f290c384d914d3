//! A publisher earns in dollars and is paid in euros: payouts, exchanges and refunds in one history, on both databases, with
//! every invariant checked after each step. The table can be checked with a pencil; one euro costs 1.08 dollars.

use std::sync::Arc;

use app::{
    errors::{ErrorCode, Refusal},
    lifecycle::Extent,
    payouts::{approve, look::RunSeen, settle},
};
use model::{ConversionId, Currency, Money, payout::NotPaid};
use serde_json::json;

use crate::{both::on_both, payouts::Office};

/// What stands on the publisher's accounts afterwards, and what the run did: what it exchanged and paid, or why not.
const HISTORY: &str = "
    step            | dollars | euros    | run
    earn a 100      | 10      | 0        |
    run             | 10      | 0        | no_exchange_rate 10 USD
    rate EUR/USD 1.08 | 10    | 0        |
    run             | 0       | 0.009259 | 10 USD = 9.259259 EUR, pays 9.25
    paid a yes      | 0       | 0.009259 |
    # the customer sends everything back: what was paid is owed in dollars, and later earnings work it off
    refund a        | -10     | 0.009259 |
    earn b 60       | -4      | 0.009259 |
    run             | -4      | 0.009259 | below_minimum 0.009259 EUR
    earn c 200      | 16      | 0.009259 |
    # 16 / 1.08 = 14.814814, and what was left over
    run             | 0       | 0.004073 | 16 USD = 14.814814 EUR, pays 14.82
    paid b yes      | 0       | 0.004073 |
    # the bank refuses: the euros are back, and the next run pays them without exchanging again
    earn d 100      | 10      | 0.004073 |
    fail            | 0       | 9.263332 | 10 USD = 9.259259 EUR, pays 9.26
    paid d no       | 0       | 9.263332 |
    run             | 0       | 0.003332 | pays 9.26
    paid d yes      | 0       | 0.003332 |
    # given up after the approval: the same
    earn e 54       | 5.4     | 0.003332 |
    cancel          | 0       | 5.003332 | 5.4 USD = 5 EUR, pays 5
    # a part of what is paid comes back before the next run, which pays only the rest
    refund e 1/2    | -2.7    | 5.003332 |
    earn f 37.8     | 1.08    | 5.003332 |
    run             | 0       | 0.003332 | 1.08 USD = 1 EUR, pays 6
    # a correction of the rate holds for what is proposed after it
    rate EUR/USD 1.2  | 0     | 0.003332 |
    earn g 12       | 1.2     | 0.003332 |
    run             | 0       | 0.003332 | 1.2 USD = 1 EUR, pays 1
";

struct Story {
    office: Office,
    orders: Vec<(String, ConversionId)>,
}

fn short(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, part)) if part.trim_end_matches('0').is_empty() => whole.to_owned(),
        Some((whole, part)) => format!("{whole}.{}", part.trim_end_matches('0')),
        None => text.to_owned(),
    }
}

fn shown(money: Money) -> String {
    format!("{} {}", short(&money.amount_text()), money.currency())
}

fn told(run: &RunSeen) -> String {
    let exchanges = run.exchanges.iter().map(|one| format!("{} = {}", shown(one.sold), shown(one.bought)));
    let pays = run.payouts.iter().map(|seen| format!("pays {}", short(&seen.amount.amount_text())));
    let not = run.not_paid.iter().map(|left| format!("{} {}", left.reason.word(), shown(left.balance)));
    exchanges.chain(pays).chain(not).collect::<Vec<_>>().join(", ")
}

impl Story {
    async fn new(store: store::Store) -> Self {
        let office = Office::new(store, 1).await;
        office.details(0, json!({"currency": "EUR"})).await;
        Self { office, orders: Vec::new() }
    }

    fn order(&self, name: &str) -> ConversionId {
        self.orders.iter().find(|(known, _)| known == name).expect("an order").1
    }

    /// A run as far as the approval, when it has somebody to pay.
    async fn approved(&self) -> RunSeen {
        self.office.details(0, json!({"currency": "EUR"})).await;
        let run = self.office.propose_in(Currency::EUR).await;
        if !run.payouts.is_empty() {
            self.office.approve(2, run.run.id).await.unwrap();
        }
        run
    }

    async fn step(&mut self, step: &str) -> String {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words.as_slice() {
            ["earn", name, amount] => {
                let id = self.office.earn(0, name, amount).await;
                self.orders.push(((*name).to_owned(), id));
            }
            ["rate", pair, rate] => {
                drop(self.office.world.rates(0, &[&format!("{pair} {rate}")]).await);
            }
            ["refund", name] => {
                self.office.world.reverse(self.order(name), Extent::Whole).await.unwrap();
            }
            ["refund", name, share] => {
                let extent = Extent::Share(share.parse().unwrap());
                self.office.world.reverse(self.order(name), extent).await.unwrap();
            }
            ["paid", name, wanted] => {
                assert_eq!(self.office.is_paid(self.order(name)).await, *wanted == "yes", "{step}");
            }
            ["run"] => {
                let run = self.approved().await;
                let id = run.run.id;
                if !run.payouts.is_empty() {
                    self.office.send(id).await;
                    let confirm = move |change: &mut app::command::Change<'_, '_>, _: &_| {
                        settle::confirm_run(change, id)
                    };
                    self.office.act(2, confirm).await.unwrap();
                }
                return told(&run);
            }
            ["fail"] => {
                let run = self.approved().await;
                self.office.send(run.run.id).await;
                let payout = run.payouts[0].payout.id;
                self.office.report(run.run.id, format!("{payout},failed,closed\n")).await;
                return told(&run);
            }
            ["cancel"] => {
                let run = self.approved().await;
                let id = run.run.id;
                self.office.act(2, move |change, keys| approve::cancel(change, keys, id)).await.unwrap();
                return told(&run);
            }
            other => panic!("no step: {other:?}"),
        }
        String::new()
    }

    async fn stands(&self, currency: Currency) -> String {
        let (network, publisher) = (self.office.world.network, self.office.publisher(0));
        let read = move |tx: &mut store::Tx<'_>| app::exchange::available(tx, network, publisher, currency);
        short(&self.office.world.app.store.read("balance", read).await.unwrap().amount_text())
    }

    async fn exchanges(&self) -> usize {
        let publisher = self.office.publisher(0);
        let read = move |tx: &mut store::Tx<'_>| store::exchanges::of_publisher(tx, publisher, None, 100);
        self.office.world.app.store.read("exchanges", read).await.unwrap().len()
    }
}

#[tokio::test]
async fn payouts_exchanges_and_refunds_in_one_history() {
    on_both(|store| async move {
        let mut story = Story::new(store).await;
        for line in
            HISTORY.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
        {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let said = story.step(cells[0]).await;
            let stands = [story.stands(Currency::USD).await, story.stands(Currency::EUR).await];
            assert_eq!(
                [stands[0].as_str(), stands[1].as_str(), said.as_str()],
                [cells[1], cells[2], cells[3]],
                "{line}"
            );
            story.office.world.assert_clean().await;
        }
        assert_eq!(story.exchanges().await, 6, "each balance was exchanged once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_and_two_runs_at_once_exchange_once() {
    on_both(|store| async move {
        let mut story = Story::new(store).await;
        story.step("rate EUR/USD 1.08").await;
        story.step("earn a 100").await;
        story.office.details(0, json!({"currency": "EUR"})).await;
        let runs =
            [story.office.propose_in(Currency::EUR).await, story.office.propose_in(Currency::EUR).await];
        let [first, second] = runs.map(|run| run.run.id);
        let crashed = story.office.act(2, move |change, keys| {
            approve::approve(change, keys, first)?;
            Err::<(), _>(Refusal::new(ErrorCode::Internal, "the power went"))
        });
        assert!(crashed.await.is_err());
        assert_eq!((story.exchanges().await, story.stands(Currency::USD).await.as_str()), (0, "10"));
        story.office.world.assert_clean().await;
        let story = Arc::new(story);
        let hands = [(2, first), (3, second)].map(|(operator, run)| {
            let story = Arc::clone(&story);
            tokio::spawn(async move { story.office.approve(operator, run).await.is_ok() })
        });
        let mut approved = 0;
        for hand in hands {
            approved += usize::from(hand.await.unwrap());
        }
        assert_eq!((approved, story.exchanges().await), (1, 1));
        assert_eq!(story.stands(Currency::USD).await, "0");
        story.office.world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_refunded_after_the_proposal_is_not_exchanged() {
    on_both(|store| async move {
        let mut story = Story::new(store).await;
        story.step("rate EUR/USD 1.08").await;
        story.step("earn a 100").await;
        story.office.details(0, json!({"currency": "EUR"})).await;
        let run = story.office.propose_in(Currency::EUR).await;
        story.step("refund a 1/10").await;
        let refused = story.office.approve(2, run.run.id).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::StateConflict, "nobody of the run can be paid now");
        assert_eq!((story.exchanges().await, story.stands(Currency::USD).await.as_str()), (0, "9"));
        // In a run of dollars he is not paid: he asked for euros.
        let dollars = story.office.propose_in(Currency::USD).await;
        assert_eq!(dollars.not_paid[0].reason, NotPaid::OtherCurrency);
        story.office.world.assert_clean().await;
    })
    .await;
}

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    ("another amount", "I7", "UPDATE payout_exchanges SET bought = bought + 1"),
    ("not carried out", "I7", "UPDATE payout_exchanges SET exchange_id = NULL"),
    ("another publisher's", "I7", "UPDATE payout_exchanges SET publisher_id = run_id"),
    ("a lost one", "I5", "DELETE FROM payout_exchanges"),
    ("its exchange is lost", "I7", "DELETE FROM exchanges"),
    ("its payment is lost", "I7", "DELETE FROM payouts"),
];

#[tokio::test]
async fn every_damage_of_an_exchange_is_found() {
    on_both(|store| async move {
        let mut story = Story::new(store).await;
        story.step("rate EUR/USD 1.08").await;
        story.step("earn a 100").await;
        story.step("run").await;
        story.office.world.assert_clean().await;
        for (what, invariant, sql) in DAMAGES {
            let found = story.office.world.damaged(sql).await;
            let names: Vec<String> =
                found.violations.iter().map(|one| format!("{:?}", one.invariant)).collect();
            assert!(names.iter().any(|name| name == invariant), "{what}: {:?}", found.violations);
        }
    })
    .await;
}
