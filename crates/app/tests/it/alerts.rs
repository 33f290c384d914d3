//! What the parties are told in time: caps that reach a percentage, and prepaid money that runs low, out, and comes back.
//! One step a line, in tables to check with a pencil: an order earns a tenth of it.

use app::{
    access::Actor,
    alerts::{self, Wanted},
    command::Change,
    configuration::advertisers,
    funding,
    lifecycle::{self, Extent},
};
use model::{
    AdvertiserId, ConversionId, Currency, FundingId, Money,
    alert::{Alert, AlertAbout},
    parties::Billing,
};
use serde_json::{Value, json};

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

const DAY: i64 = 86_400;

impl World {
    /// What was told so far, oldest first: the kind, and of a cap its percentage.
    pub async fn told(&self) -> Vec<String> {
        self.alerts().await.iter().map(|alert| shown(&alert.about)).collect()
    }

    async fn alerts(&self) -> Vec<Alert> {
        let actor = Actor::system(self.network);
        let found =
            self.app.store.read("alerts", move |tx| alerts::list(tx, &actor, Wanted::default(), None, 1_000));
        let mut found = found.await.unwrap();
        found.sort_by_key(|alert| (alert.at, percent(alert), alert.id));
        found
    }

    /// Changes the advertiser, as the operator.
    async fn set_advertiser(&self, billing: Billing, alert_below: &[&str]) {
        let (actor, id, now) = (Actor::system(self.network), self.advertiser, self.clock.advance_micros(1));
        let levels: Vec<Money> =
            alert_below.iter().map(|text| Money::parse(text, Currency::USD).unwrap()).collect();
        let entropy = std::sync::Arc::clone(&self.entropy);
        self.write(move |tx| {
            let mut change = Change::new(tx, &actor, "advertiser.update", now, entropy.as_ref());
            let edited = advertisers::update(&mut change, id, &mut |mut it| {
                (it.billing, it.alert_below) = (billing, levels.clone());
                Ok(it)
            });
            edited.unwrap();
            Ok(())
        })
        .await;
        self.app.snapshot.refresh().await.unwrap();
    }

    async fn pay_in(&self, amount: &str) {
        let now = self.clock.advance_micros(1_000);
        let (network, advertiser, id) =
            (self.network, self.advertiser, FundingId::new(now, self.entropy.as_ref()));
        let amount = Money::from_units(usd(amount), Currency::USD);
        self.write(move |tx| funding::fund(tx, network, advertiser, amount, id, now)).await;
    }

    /// What is free on the advertiser's account, in dollars.
    async fn left(&self) -> String {
        let key = ledger::AccountKey {
            network_id: self.network,
            kind: ledger::AccountKind::Advertiser(self.advertiser),
            currency: Currency::USD,
        };
        let keys = vec![key.to_bytes().to_vec()];
        let rows = self.write(move |tx| store::ledger::accounts_by_keys(tx, &keys)).await;
        let free = rows.first().map_or(0, |row| app::posting::balance(row).unwrap().1.available());
        Money::from_units(free, Currency::USD).amount_text()
    }

    fn runs(&self, advertiser: AdvertiserId) -> bool {
        self.app.snapshot.get().is_funded(advertiser)
    }
}

fn percent(alert: &Alert) -> u16 {
    match &alert.about {
        AlertAbout::Cap(cap) => cap.percent,
        _ => 0,
    }
}

fn shown(about: &AlertAbout) -> String {
    match about {
        AlertAbout::Cap(cap) => format!("cap {}", cap.percent),
        other => other.kind().word().to_owned(),
    }
}

fn plan(caps: &Value) -> Plan {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({"hold_seconds": 30 * DAY}));
    Plan::publishers(1).default_terms(terms).program(json!({ "caps": caps }))
}

/// A story: its steps one after the other.
struct Story {
    world: World,
    /// A click that came before everything.
    click: String,
    number: usize,
    orders: Vec<ConversionId>,
}

impl Story {
    async fn new(world: World) -> Self {
        let click = world.click(0).await.click_id;
        Self { world, click, number: 0, orders: Vec::new() }
    }

    /// Takes a step; answers what became of an order.
    async fn step(&mut self, step: &str) -> String {
        let words: Vec<&str> = step.split_whitespace().collect();
        let world = &self.world;
        let last = self.orders.last().copied();
        match words.as_slice() {
            ["pay", amount] => world.pay_in(amount).await,
            ["order", amount] => {
                self.number += 1;
                let order = world.order(&format!("o-{}", self.number), amount, &self.click);
                let answer = world.decide(order).await;
                self.orders.push(answer.conversion_id);
                return format!("{} {}", answer.state.word(), answer.code);
            }
            ["again"] => {
                // The same delivery once more: the first answer, and nothing else.
                let report = world.order("twice", "10", &self.click);
                let first = world.decide(report.clone()).await;
                let told = world.told().await;
                let again = world.decide(report).await;
                assert!(again.replayed && again.conversion_id == first.conversion_id);
                assert_eq!(world.told().await, told);
            }
            ["approve"] => drop(world.approve(last.unwrap()).await.unwrap()),
            ["reject"] => drop(world.reject(last.unwrap()).await.unwrap()),
            ["reverse"] => drop(world.reverse(last.unwrap(), Extent::Whole).await.unwrap()),
            ["wait", days] => {
                world.clock.advance_seconds(days.parse::<i64>().unwrap() * DAY);
            }
            ["level", level] => world.set_advertiser(Billing::Prepaid, &[level]).await,
            ["postpaid"] => world.set_advertiser(Billing::Postpaid, &[]).await,
            other => panic!("no step: {other:?}"),
        }
        String::new()
    }
}

/// What is free on the account afterwards, and what was told by the step.
const FUNDS: &[&str] = &[
    "pay 50      | 50.00 | funds_back
     order 200   | 30.00 |
     order 200   | 10.00 | funds_low
     order 50    | 5.00  |
     order 50    | 0.00  | funds_out
     # a click that came before brings an order: it is honoured, and nothing is said twice
     order 50    | -5.00 |
     reject      | 0.00  |
     pay 5       | 5.00  | funds_back
     # an approval keeps what was promised, a reversal gives it back
     approve_first | 5.00 |
     pay 30      | 35.00 |
     # below the level for the second time on one day
     order 200   | 15.00 |
     wait 1      | 15.00 |
     pay 10      | 25.00 |
     order 100   | 15.00 | funds_low
     order 150   | 0.00  | funds_out
     reverse     | 15.00 | funds_back",
    "# a level above what is there is told at once, and the same level again is not
     pay 50      | 50.00 | funds_back
     level 60    | 50.00 | funds_low
     level 60    | 50.00 |
     level 40    | 50.00 |
     order 150   | 35.00 | funds_low
     # whoever pays afterwards is not told of money
     postpaid    | 35.00 |
     order 400   | -5.00 |
     # that it is low, too, was told today
     level 40    | -5.00 | funds_out
     pay 5       | 0.00  |
     pay 0.01    | 0.01  | funds_back",
];

#[tokio::test]
async fn prepaid_money_runs_low_out_and_comes_back() {
    on_both(|store| async move {
        // The stories follow each other in one database, each with an advertiser's account that stands at nothing.
        let world = World::build(store, plan(&json!([]))).await;
        let mut story = Story::new(world).await;
        for table in FUNDS {
            story.world.set_advertiser(Billing::Prepaid, &["20"]).await;
            story.world.clock.advance_seconds(2 * DAY);
            let mut told = story.world.told().await.len();
            for line in table.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                if cells[0] == "approve_first" {
                    let first = story.orders[0];
                    story.world.approve(first).await.unwrap();
                } else {
                    story.step(cells[0]).await;
                }
                let all = story.world.told().await;
                let new = all[told..].join(" ");
                assert_eq!((story.world.left().await.as_str(), new.as_str()), (cells[1], cells[2]), "{line}");
                told = all.len();
                let runs = cells[1].parse::<f64>().unwrap() > 0.0;
                story.world.app.snapshot.refresh().await.unwrap();
                let prepaid = cells[0] != "postpaid" && !line.starts_with("order 400");
                assert!(!prepaid || story.world.runs(story.world.advertiser) == runs, "{line}");
            }
            story.world.assert_clean().await;
            // Empty the account for the next story.
            for order in std::mem::take(&mut story.orders) {
                let _ = story.world.reverse(order, Extent::Whole).await;
            }
            let free = Money::parse(&story.world.left().await, Currency::USD).unwrap();
            let whole = Money::from_units(free.units() * 10, Currency::USD).amount_text();
            let rest = story.world.order(&format!("rest-{told}"), &whole, &story.click);
            story.world.decide(rest).await;
            assert_eq!(story.world.left().await, "0.00");
        }
    })
    .await;
}

/// What becomes of the order, and what was told by the step. The cap: five conversions a day, told at 60 and 100 %.
const CAPS: &str = "
    order 10 | pending ok    |
    again    |               |
    order 10 | pending ok    | cap 60
    order 10 | pending ok    |
    order 10 | pending ok    | cap 100
    # what comes above it waits for a person
    order 10 | held cap_held |
    approve  |               |
    order 10 | held cap_held |
    reject   |               |
    order 10 | held cap_held |
    wait 1   |               |
    order 10 | pending ok    |
    order 10 | pending ok    |
    order 10 | pending ok    | cap 60
";

#[tokio::test]
async fn a_cap_tells_once_a_day_and_holds_what_comes_above_it() {
    on_both(|store| async move {
        let cap = json!([{
            "metric": "conversions", "period": "day", "limit": "5", "when_reached": "hold", "alert_at": [60, 100],
        }]);
        let mut story = Story::new(World::build(store, plan(&cap)).await).await;
        let mut told = 0;
        for line in CAPS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let became = story.step(cells[0]).await;
            let all = story.world.told().await;
            assert_eq!((became.as_str(), all[told..].join(" ").as_str()), (cells[1], cells[2]), "{line}");
            told = all.len();
            story.world.assert_clean().await;
        }
        // A held one is released to wait for its date again, and is approved then.
        let held = story.orders[6];
        let stands = story.world.write(move |tx| store::conversions::by_id(tx, held)).await.unwrap();
        assert_eq!((stands.state.word(), stands.code.word()), ("held", "cap_held"));
        story.world.alter(move |tx, by| lifecycle::release(tx, held, by)).await.unwrap();
        story.world.clock.advance_seconds(31 * DAY);
        assert!(story.world.approve_due().await.iter().any(|one| one.id == held));
        story.world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_back_by_many_hands_at_once_is_told_once() {
    on_both(|store| async move {
        let world = World::build(store, plan(&json!([]))).await;
        world.set_advertiser(Billing::Prepaid, &["20"]).await;
        world.pay_in("40").await;
        let mut orders = Vec::new();
        for number in 0..8 {
            let click = world.click(0).await;
            let order = world.order(&format!("o-{number}"), "50", &click.click_id);
            orders.push(world.decide(order).await.conversion_id);
        }
        world.app.snapshot.refresh().await.unwrap();
        assert_eq!((world.left().await.as_str(), world.runs(world.advertiser)), ("0.00", false));
        let world = std::sync::Arc::new(world);
        let hands: Vec<_> = orders
            .into_iter()
            .map(|id| {
                let world = std::sync::Arc::clone(&world);
                tokio::spawn(async move { world.reject(id).await.map(drop).unwrap() })
            })
            .collect();
        for hand in hands {
            hand.await.unwrap();
        }
        assert_eq!(world.left().await, "40.00");
        let mut told = world.told().await;
        told.sort_unstable();
        assert_eq!(told, ["funds_back", "funds_back", "funds_low", "funds_out", "funds_out"]);
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn every_damage_of_an_alert_is_found() {
    on_both(|store| async move {
        let cap = json!([{"metric": "conversions", "period": "day", "limit": "2", "alert_at": [50]}]);
        let world = World::build(store, plan(&cap)).await;
        world.set_advertiser(Billing::Prepaid, &[]).await;
        world.pay_in("40").await;
        let click = world.click(0).await;
        world.decide(world.order("o-1", "50", &click.click_id)).await;
        assert_eq!(world.told().await, ["funds_out", "funds_back", "cap 50"]);
        world.assert_clean().await;
        for (invariant, sql) in [
            ("I9", "DELETE FROM alerts WHERE kind = 'cap'"),
            ("I9", "DELETE FROM outbox WHERE kind = 'alerts'"),
            ("I10", "UPDATE alerts SET for_publishers = 1 WHERE kind = 'cap'"),
            ("I10", "UPDATE alerts SET advertiser_id = network_id"),
            ("I10", "UPDATE alerts SET body = 'x' WHERE kind = 'cap'"),
            ("I5", "UPDATE counters SET used = 0"),
            ("I5", "UPDATE alerts SET body = replace(body, '\"percent\":50', '\"percent\":40')"),
            (
                "I7",
                "UPDATE alerts SET kind = 'funds_out', body = replace(body, 'funds_back', 'funds_out') WHERE kind <> 'cap'",
            ),
        ] {
            let found = world.damaged(sql).await;
            let names: Vec<String> = found.violations.iter().map(|one| format!("{:?}", one.invariant)).collect();
            assert!(names.iter().any(|name| name == invariant), "{sql}: {:?}", found.violations);
        }
        world.assert_clean().await;
    })
    .await;
}
