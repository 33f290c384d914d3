//! Retroactive tiers: a step that is reached raises what came before it, by adjusting lines.

use std::collections::BTreeMap;

use app::{
    lifecycle::{self, ChangeError, Extent, Raising},
    receipts::{self, Viewer},
};
use model::{Clock, ConversionId, Currency, Money, Share, Timestamp};
use serde_json::{Value, json};
use store::{Store, Tx};

use crate::{
    both::on_both,
    world::{Plan, World, usd},
};

const DAY: i64 = 86_400;

/// What a table begins with: percent or amount below the first step, what is counted over what, the steps, and the hold.
fn terms(text: &str) -> Value {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [kind, below, counted, steps @ .., hold] = words.as_slice() else { panic!("no terms: {text}") };
    let parameter = if *kind == "fixed" { "amount" } else { "percent" };
    let (by, per) = counted.split_once('/').unwrap();
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| {
            let (from, pays) = step.split_once(':').unwrap();
            json!({"from": from, parameter: pays})
        })
        .collect();
    let days: i64 = hold.strip_prefix("hold=").unwrap().parse().unwrap();
    json!({
        "currency": "USD", "payout_model": "linear", "fee": {"percent": "20", "fixed": "0.50"},
        "actions": [{"action": "order", "hold_seconds": days * DAY, "rates": [{
            "rule": "base", "kind": kind, parameter: below,
            "tiers": {"by": by, "per": per, "retroactive": true, "steps": steps},
        }]}],
    })
}

/// Title, terms, and a table: what is done, then what the accounts of the publishers A and B hold in USD, posted and
/// promised. Orders are numbered from 1 in the order of the table; the program's zone is Tehran, 3:30 before UTC.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "ten orders at 5 %: the tenth reaches the step, and all ten are raised to 7 %",
        "percent 5 conversions/month 10:7 12:10 hold=0",
        "9 orders A 100     | 45 0    | 0 0
         raise              | 45 0    | 0 0
         1 orders A 100     | 50 0    | 0 0
         raise              | 70 0    | 0 0
         raise              | 70 0    | 0 0
         # what comes afterwards is decided by the step
         1 orders A 100     | 77 0    | 0 0
         # the twelfth reaches the next one
         1 orders A 100     | 84 0    | 0 0
         raise              | 120 0   | 0 0
         1 orders A 100     | 130 0   | 0 0
         # each publisher has a counter of his own
         1 orders B 100     | 130 0   | 5 0
         raise              | 130 0   | 5 0",
    ),
    (
        "two steps are reached before anything is raised",
        "percent 5 conversions/month 2:7 4:10 hold=0",
        "4 orders A 100     | 24 0    | 0 0
         raise              | 40 0    | 0 0",
    ),
    (
        "fixed rates",
        "fixed 1 conversions/total 3:2.50 hold=0",
        "3 orders A 7       | 3 0     | 0 0
         raise              | 7.5 0   | 0 0
         reverse 1 1/2      | 7.5 0   | 0 0
         reverse 1 1/2      | 5 0     | 0 0",
    ),
    (
        "a step of revenue is reached when the amounts come to it, to the cent",
        "percent 5 revenue/quarter 250:10 hold=0",
        "2 orders A 100     | 10 0      | 0 0
         1 orders A 49.99   | 12.4995 0 | 0 0
         raise              | 12.4995 0 | 0 0
         1 orders A 0.01    | 12.5 0    | 0 0
         raise              | 25 0      | 0 0",
    ),
    (
        "commission: what is raised does not count in its own tiers",
        "percent 5 commission/total 10:10 30:20 hold=0",
        "2 orders A 100     | 10 0    | 0 0
         raise              | 20 0    | 0 0
         # the counter holds 10 and not 20, and 20 after this order
         1 orders A 100     | 30 0    | 0 0
         raise              | 30 0    | 0 0
         1 orders A 100     | 40 0    | 0 0
         raise              | 80 0    | 0 0",
    ),
    (
        "a step that pays less lowers nothing that came before",
        "percent 5 conversions/total 2:3 hold=0",
        "2 orders A 100     | 10 0    | 0 0
         raise              | 10 0    | 0 0
         1 orders A 100     | 13 0    | 0 0",
    ),
    (
        "the month ends by the program's calendar: at 20:30 UTC",
        "percent 5 conversions/month 3:10 hold=0",
        "at 2030-04-30T20:27:00Z | 0 0   | 0 0
         2 orders A 100     | 10 0    | 0 0
         at 2030-04-30T20:30:00Z | 10 0  | 0 0
         2 orders A 100     | 20 0    | 0 0
         raise              | 20 0    | 0 0
         1 orders A 100     | 25 0    | 0 0
         raise              | 40 0    | 0 0",
    ),
    (
        "what was taken back before is not raised, what is taken back later goes with its raise",
        "percent 5 conversions/total 3:10 hold=30",
        "3 orders A 100     | 0 15    | 0 0
         reverse 1 1/2      | 0 12.5  | 0 0
         raise              | 0 25    | 0 0
         reverse 1 1/4      | 0 22.5  | 0 0
         approve 1          | 2.5 20  | 0 0
         reverse 1 1/8      | 1.25 20 | 0 0
         reject 2           | 1.25 10 | 0 0
         wait 31            | 1.25 10 | 0 0
         due                | 11.25 0 | 0 0
         reverse 3 1/1      | 1.25 0  | 0 0
         reinstate 3        | 11.25 0 | 0 0
         reinstate 2        | 21.25 0 | 0 0
         raise              | 21.25 0 | 0 0",
    ),
    (
        "held and approved ones are raised where they are",
        "percent 5 conversions/total 3:10 hold=30",
        "3 orders A 100     | 0 15    | 0 0
         approve 1          | 5 10    | 0 0
         hold 2             | 5 10    | 0 0
         raise              | 10 20   | 0 0
         approve 2          | 20 10   | 0 0",
    ),
    (
        "what is rejected when the step is reached is passed by, and raised when it is earned after all",
        "percent 5 conversions/total 3:10 hold=30",
        "3 orders A 100     | 0 15    | 0 0
         reject 1           | 0 10    | 0 0
         raise              | 0 20    | 0 0
         raise              | 0 20    | 0 0
         reinstate 1        | 5 20    | 0 0
         raise              | 10 20   | 0 0
         raise              | 10 20   | 0 0",
    ),
    (
        "of a shared conversion only the part of the publisher who reached the step is raised",
        "percent 5 conversions/total 3:10 hold=0",
        "2 orders A 100     | 10 0    | 0 0
         1 orders AB 100    | 12.5 0  | 2.5 0
         raise              | 25 0    | 2.5 0
         1 orders AB 100    | 30 0    | 5 0
         raise              | 30 0    | 5 0
         1 orders B 100     | 30 0    | 10 0
         raise              | 30 0    | 20 0",
    ),
    (
        "a crash between two pages repeats nothing and forgets nothing",
        "percent 5 conversions/total 5:10 hold=0",
        "5 orders A 100     | 25 0    | 0 0
         crash 2            | 25 0    | 0 0
         page 2             | 35 0    | 0 0
         crash 2            | 35 0    | 0 0
         reverse 1 1/1      | 25 0    | 0 0
         page 2             | 35 0    | 0 0
         crash 2            | 35 0    | 0 0
         raise              | 40 0    | 0 0
         raise              | 40 0    | 0 0",
    ),
];

/// A world in which a table is done.
struct Scene {
    world: World,
    orders: Vec<ConversionId>,
    clicks: BTreeMap<char, String>,
}

/// How a transaction ends that a crash undoes.
enum Crash {
    Crashed,
    Failed(String),
}

impl From<store::Error> for Crash {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Scene {
    async fn build(store: Store, text: &str) -> Self {
        let world = World::build(store, Plan::publishers(2).default_terms(terms(text))).await;
        Self { world, orders: Vec::new(), clicks: BTreeMap::new() }
    }

    /// An order that came by a click of each of these publishers.
    async fn order(&mut self, who: &str, amount: &str) {
        let number = format!("o-{}", self.orders.len() + 1);
        let place = |letter: char| usize::from(letter == 'B');
        let report = if who.len() > 1 {
            let visitor = self.world.visitor();
            for letter in who.chars() {
                self.world.click_by(place(letter), Some(visitor)).await;
            }
            let mut report = self.world.order(&number, amount, "");
            (report.click_id, report.visitor_id) = (None, Some(visitor));
            report
        } else {
            let letter = who.chars().next().unwrap();
            if !self.clicks.contains_key(&letter) {
                self.clicks.insert(letter, self.world.click(place(letter)).await.click_id);
            }
            self.world.order(&number, amount, &self.clicks[&letter])
        };
        self.orders.push(self.world.decide(report).await.conversion_id);
    }

    /// Does a page of a raise and loses it.
    async fn crash(&self, limit: u32) {
        let (now, snapshot) = (self.world.clock.now(), self.world.app.snapshot.get());
        let lost = move |tx: &mut Tx<'_>| -> Result<(), Crash> {
            match lifecycle::raise_due(tx, &snapshot.versions, now, limit) {
                Ok(Raising { worked: true, .. }) => Err(Crash::Crashed),
                Ok(_) => Err(Crash::Failed("there was nothing to raise".to_owned())),
                Err(error) => Err(Crash::Failed(error.to_string())),
            }
        };
        match self.world.app.store.write("crash", lost).await {
            Err(Crash::Crashed) => {}
            Err(Crash::Failed(message)) => panic!("{message}"),
            Ok(()) => panic!("it was not undone"),
        }
    }

    async fn step(&mut self, step: &str) {
        let words: Vec<&str> = step.split_whitespace().collect();
        let order = |number: &str| self.orders[number.parse::<usize>().unwrap() - 1];
        let done: Result<_, ChangeError> = match words.as_slice() {
            [count, "orders", who, amount] => {
                for _ in 0..count.parse::<usize>().unwrap() {
                    self.order(who, amount).await;
                }
                return;
            }
            ["raise"] => {
                self.world.raise_all().await;
                return;
            }
            ["page", limit] => {
                assert!(self.world.raise_page(limit.parse().unwrap()).await.worked);
                return;
            }
            ["crash", limit] => return self.crash(limit.parse().unwrap()).await,
            ["at", moment] => {
                self.clicks.clear();
                let moment = Timestamp::parse(moment).unwrap();
                assert!(self.world.clock.now() < moment, "the clock does not go back");
                return self.world.clock.set(moment);
            }
            ["wait", days] => {
                self.world.clock.advance_seconds(days.parse::<i64>().unwrap() * DAY);
                return;
            }
            ["due"] => {
                self.world.approve_due().await;
                return;
            }
            ["approve", number] => self.world.approve(order(number)).await,
            ["reject", number] => self.world.reject(order(number)).await,
            ["hold", number] => {
                let id = order(number);
                self.world.alter(move |tx, by| lifecycle::hold(tx, id, by)).await
            }
            ["reinstate", number] => {
                let id = order(number);
                self.world.alter(move |tx, by| lifecycle::reinstate(tx, id, by)).await
            }
            ["reverse", number, "1/1"] => self.world.reverse(order(number), Extent::Whole).await,
            ["reverse", number, share] => {
                let share: Share = share.parse().unwrap();
                self.world.reverse(order(number), Extent::Share(share)).await
            }
            other => panic!("no step: {other:?}"),
        };
        done.unwrap();
    }

    async fn accounts(&self) -> String {
        let mut shown = Vec::new();
        for publisher in [0, 1] {
            let (posted, pending) = self.world.balance(publisher).await;
            shown.push(format!("{} {}", plain(posted), plain(pending)));
        }
        shown.join(" | ")
    }
}

fn plain(units: i64) -> String {
    let text = Money::from_units(units, Currency::USD).amount_text();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_on_both_databases() {
    for (title, words, table) in TABLES {
        on_both(|store| async move {
            let mut scene = Scene::build(store, words).await;
            for line in table.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
                let (step, wanted) = line.split_once('|').unwrap();
                scene.step(step.trim()).await;
                let wanted: Vec<&str> = wanted.split_whitespace().collect();
                assert_eq!(scene.accounts().await, wanted.join(" "), "{title}: {step}");
                if step.trim() == "raise" || step.contains("page") {
                    scene.world.assert_clean().await;
                }
            }
            scene.world.assert_clean().await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_tells_of_the_step_and_of_what_was_added() {
    on_both(|store| async move {
        let mut scene = Scene::build(store, "percent 5 conversions/month 2:7 hold=30").await;
        scene.order("A", "100").await;
        scene.order("AB", "100").await;
        scene.world.raise_all().await;
        let world = &scene.world;
        let snapshot = world.app.snapshot.get();
        let read = |id: ConversionId, viewer: Viewer| {
            let snapshot = std::sync::Arc::clone(&snapshot);
            world.write(move |tx| receipts::document(tx, &snapshot, id, viewer))
        };
        let [one, other] = [0, 1].map(|place: usize| world.links[place].publisher_id);

        let document = read(scene.orders[0], Viewer::Publisher(one)).await.unwrap();
        let lines: Vec<_> = document
            .lines
            .iter()
            .map(|line| (line.line, line.adjusted_by, plain(line.decided.commission.units())))
            .collect();
        assert_eq!(lines, [(0, None, "5".to_owned()), (1, Some(2), "2".to_owned())]);
        let [first, adjusted] = document.decisions.as_slice() else { panic!("{:?}", document.decisions) };
        assert!(first.raised.is_none() && first.kind == "decided");
        assert_eq!((adjusted.kind.as_str(), adjusted.actor.as_str()), ("adjusted", "tiers"));
        assert_eq!(adjusted.reason.as_deref(), Some("tier_reached"));
        assert_eq!(adjusted.delta.map(|delta| delta.commission.units()), Some(usd("2")));
        let raised = adjusted.raised.as_ref().unwrap();
        assert_eq!((raised.rule.as_str(), raised.from.as_str()), ("base", "2"));
        assert_eq!(raised.rate_words.as_deref(), Some("7 % of the amount"));
        assert_eq!(raised.lines, [1]);
        assert_eq!(document.transfers.iter().filter(|transfer| transfer.line == 1).count(), 1);

        // The second one reached the step; the other publisher reads nothing of that.
        let mine = read(scene.orders[1], Viewer::Publisher(one)).await.unwrap();
        assert_eq!(mine.tiers[0].reached.as_deref(), Some("2"));
        let his = read(scene.orders[1], Viewer::Publisher(other)).await.unwrap();
        assert!(his.tiers.iter().all(|tier| tier.reached.is_none()));
        assert!(his.decisions.iter().all(|decision| decision.raised.is_none()));
        assert!(his.lines.len() == 1 && his.transfers.iter().all(|transfer| transfer.line == 1));

        // The network's fee of the raised order: 20 % of 7 and the fixed 0.50, as if it had been decided so.
        let seen = read(scene.orders[0], Viewer::Advertiser(world.advertiser)).await.unwrap();
        let stands = seen.conversion.stands.unwrap();
        assert_eq!((stands.fee.map(Money::units), stands.commission.units()), (Some(usd("1.90")), usd("7")));
    })
    .await;
}

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    ("a raise that is not queued", "I8", "DELETE FROM tier_raises"),
    ("a raise to a step that nobody reached", "I8", "UPDATE tier_raises SET step = 9"),
    (
        "a conversion that no walk finds",
        "I8",
        "DELETE FROM tier_conversions WHERE conversion_id = (SELECT id FROM conversions WHERE order_id = 'o-1')",
    ),
    (
        "an adjusting line of another amount",
        "I2",
        "UPDATE commission_lines SET commission = commission + 1 WHERE line = 1",
    ),
    ("an adjusting line that is lost", "I2", "DELETE FROM commission_lines WHERE line = 1"),
    (
        "an adjustment without its decision",
        "I2",
        "DELETE FROM decisions WHERE kind = 'adjusted' AND conversion_id = (SELECT id FROM conversions WHERE order_id = 'o-1')",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn damage_to_raises_is_found() {
    on_both(|store| async move {
        let mut scene = Scene::build(store, "percent 5 conversions/month 2:7 hold=30").await;
        scene.order("A", "100").await;
        scene.order("A", "100").await;
        assert_eq!(scene.world.raise_all().await, 2);
        scene.world.assert_clean().await;
        for (what, invariant, sql) in DAMAGES {
            let found = scene.world.damaged(sql).await;
            let named =
                |violation: &app::verify::Violation| format!("{:?}", violation.invariant) == *invariant;
            let shown: Vec<String> = found.violations.iter().map(ToString::to_string).collect();
            assert!(found.violations.iter().any(named), "{what}: {shown:?}");
        }

        // A walk that is said to have passed what it did not raise.
        scene.order("B", "100").await;
        scene.order("B", "100").await;
        scene.world.assert_clean().await;
        let passed =
            "UPDATE tier_raises SET walked_to = (SELECT id FROM conversions ORDER BY id DESC LIMIT 1)";
        let found = scene.world.damaged(passed).await;
        let left_out = found.violations.iter().filter(|one| one.message.contains("left out")).count();
        assert_eq!((left_out, found.violations_total), (2, 2), "{:?}", found.violations);
    })
    .await;
}
