//! Bonuses of contracts and by hand as text: each step with what was paid and the balances after it, on both databases,
//! with every invariant checked after each step.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    access::Actor,
    awards::{self, by_hand},
    command::Change,
    errors::{ErrorCode, Refusal},
    lifecycle::{self, Extent},
};
use model::{BonusId, ConversionId, Money};
use serde_json::{Value, json};
use store::Store;

use crate::{
    both::on_both,
    world::{Plan, World, merged, order_terms, usd},
};

/// Terms that pay a tenth of an order after a hold, with this bonus.
fn terms(bonus: Value) -> Value {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
    merged(terms, json!({"bonuses": [merged(json!({"bonus": "b", "amount": "50"}), bonus)]}))
}

impl World {
    /// A change by an operator.
    async fn by_hand<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Change<'_, '_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (now, entropy) = (self.clock.advance_micros(1_000_000), Arc::clone(&self.entropy));
        let actor = Actor::system(self.network);
        let done = self.app.store.write("by hand", move |tx| {
            work(&mut Change::new(tx, &actor, "test.by_hand", now, entropy.as_ref()))
        });
        done.await
    }

    /// The bonuses, oldest first.
    async fn bonuses(&self) -> Vec<awards::Bonus> {
        let actor = Actor::system(self.network);
        let found = self.app.store.read("bonuses", move |tx| by_hand::list(tx, &actor, None, None, 1000));
        let mut found: Vec<awards::Bonus> = found.await.unwrap().into_iter().map(|seen| seen.bonus).collect();
        found.reverse();
        found
    }

    async fn account(&self, kind: ledger::AccountKind) -> i64 {
        let key = ledger::AccountKey { network_id: self.network, kind, currency: model::Currency::USD };
        let keys = vec![key.to_bytes().to_vec()];
        let rows = self.write(move |tx| store::ledger::accounts_by_keys(tx, &keys)).await;
        rows.first().map_or(0, |row| app::posting::balance(row).unwrap().1.posted())
    }
}

fn text(units: i64) -> String {
    Money::from_units(units, model::Currency::USD).amount_text()
}

/// Runs a scenario. Each line is a step, how many bonuses were paid so far, and what stands then on the accounts of the
/// publisher, the network and the advertiser.
///
/// Steps: `order NAME AMOUNT` is reported, `approve`, `reject` and `again NAME` (reinstated) judge it, `back NAME SHARE` takes a share
/// of it back, `wait DAYS`, `take AMOUNT` takes that much of the last bonus back.
async fn run(store: Store, bonus: Value, scenario: &str) {
    let world = World::build(store, Plan::publishers(1).default_terms(terms(bonus))).await;
    let mut orders: BTreeMap<&str, ConversionId> = BTreeMap::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()).skip(1) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let words: Vec<&str> = cells[0].split_whitespace().collect();
        match words[..] {
            ["order", name, amount] => {
                let click = world.click(0).await;
                orders.insert(
                    name,
                    world.decide(world.order(name, amount, &click.click_id)).await.conversion_id,
                );
            }
            ["approve", name] => drop(world.approve(orders[name]).await.unwrap()),
            ["reject", name] => drop(world.reject(orders[name]).await.unwrap()),
            ["again", name] => {
                let id = orders[name];
                drop(world.alter(move |tx, change| lifecycle::reinstate(tx, id, change)).await.unwrap());
            }
            ["back", name, share] => {
                let extent = Extent::Share(share.parse().unwrap());
                drop(world.reverse(orders[name], extent).await.unwrap());
            }
            ["wait", days] => drop(world.clock.advance_seconds(days.parse::<i64>().unwrap() * 86_400)),
            ["take", amount] => {
                let (id, amount) = (world.bonuses().await.last().unwrap().id, amount.to_owned());
                let taken =
                    world.by_hand(move |change| by_hand::take_back(change, id, Some(&amount), "late"));
                taken.await.unwrap();
            }
            _ => panic!("unknown step: {line}"),
        }
        // What is not followed yet is no mistake, and following it twice is none either.
        world.assert_clean().await;
        awards::follow(&world.app).await.unwrap();
        assert_eq!(awards::follow(&world.app).await.unwrap(), 0, "{line}");
        world.assert_clean().await;
        let publisher = ledger::AccountKind::Publisher(world.links[0].publisher_id);
        let mut shown = vec![world.bonuses().await.len().to_string()];
        for kind in [publisher, ledger::AccountKind::Fees, ledger::AccountKind::Advertiser(world.advertiser)]
        {
            shown.push(text(world.account(kind).await));
        }
        assert_eq!(shown, cells[1..], "{line}");
    }
}

/// A bonus, and what becomes of it.
const SCENARIOS: &[(&str, &str, &str)] = &[
    (
        "two approved orders in a month, once a month, paid by the advertiser",
        r#"{"by": "conversions", "per": "month", "reach": "2"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 100  | 0       | 0.00      | 0.00    | 0.00
        order b 100  | 0       | 0.00      | 0.00    | 0.00
        approve a    | 0       | 10.00     | 0.00    | -10.00
        approve b    | 1       | 70.00     | 0.00    | -70.00
        order c 100  | 1       | 70.00     | 0.00    | -70.00
        order d 100  | 1       | 70.00     | 0.00    | -70.00
        approve c    | 1       | 80.00     | 0.00    | -80.00
        approve d    | 1       | 90.00     | 0.00    | -90.00
        wait 32      | 1       | 90.00     | 0.00    | -90.00
        order e 100  | 1       | 90.00     | 0.00    | -90.00
        order f 100  | 1       | 90.00     | 0.00    | -90.00
        approve e    | 1       | 100.00    | 0.00    | -100.00
        approve f    | 2       | 160.00    | 0.00    | -160.00
        ",
    ),
    (
        "the month is that of the order, not of its approval",
        r#"{"by": "conversions", "per": "month", "reach": "2"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 100  | 0       | 0.00      | 0.00    | 0.00
        wait 32      | 0       | 0.00      | 0.00    | 0.00
        order b 100  | 0       | 0.00      | 0.00    | 0.00
        approve a    | 0       | 10.00     | 0.00    | -10.00
        approve b    | 0       | 20.00     | 0.00    | -20.00
        ",
    ),
    (
        "what was rejected does not count, what is earned after all does, and nothing counts twice",
        r#"{"by": "conversions", "per": "total", "reach": "2"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 100  | 0       | 0.00      | 0.00    | 0.00
        order b 100  | 0       | 0.00      | 0.00    | 0.00
        reject a     | 0       | 0.00      | 0.00    | 0.00
        approve b    | 0       | 10.00     | 0.00    | -10.00
        back b 1/1   | 0       | 0.00      | 0.00    | 0.00
        again b      | 0       | 10.00     | 0.00    | -10.00
        again a      | 1       | 70.00     | 0.00    | -70.00
        ",
    ),
    (
        "revenue that stands at the approval; paid by the network; a bonus stays until somebody takes it back",
        r#"{"by": "revenue", "per": "quarter", "reach": "150", "paid_by": "network"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 100  | 0       | 0.00      | 0.00    | 0.00
        order b 100  | 0       | 0.00      | 0.00    | 0.00
        back a 1/2   | 0       | 0.00      | 0.00    | 0.00
        approve a    | 0       | 5.00      | 0.00    | -5.00
        back a 1/4   | 0       | 2.50      | 0.00    | -2.50
        approve b    | 1       | 62.50     | -50.00  | -12.50
        back b 1/1   | 1       | 52.50     | -50.00  | -2.50
        take 20      | 1       | 32.50     | -30.00  | -2.50
        take 30      | 1       | 2.50      | 0.00    | -2.50
        ",
    ),
    (
        "commission; an order that is not paid by this action does not count",
        r#"{"by": "commission", "per": "day", "reach": "10.00", "action": "lead"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 100  | 0       | 0.00      | 0.00    | 0.00
        approve a    | 0       | 10.00     | 0.00    | -10.00
        ",
    ),
    (
        "commission, reached to the cent",
        r#"{"by": "commission", "per": "week", "reach": "10.00", "action": "order"}"#,
        "
        step         | bonuses | publisher | network | advertiser
        order a 99.99| 0       | 0.00      | 0.00    | 0.00
        approve a    | 0       | 9.999     | 0.00    | -9.999
        order b 0.01 | 0       | 9.999     | 0.00    | -9.999
        approve b    | 1       | 60.00     | 0.00    | -60.00
        ",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn scenarios() {
    for (what, bonus, scenario) in SCENARIOS {
        println!("{what}");
        let bonus: Value = serde_json::from_str(bonus).unwrap();
        on_both(|store| run(store, bonus.clone(), scenario)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_goes_on_counting_under_the_same_name() {
    on_both(|store| async move {
        let bonus = |reach: &str| terms(json!({"by": "conversions", "per": "total", "reach": reach}));
        let plan = Plan::publishers(1).default_terms(bonus("100")).version(None, 1, bonus("2"));
        let world = World::build(store, plan).await;
        for (order, paid) in [("a", 0), ("b", 1)] {
            let click = world.click(0).await;
            let id = world.decide(world.order(order, "100", &click.click_id)).await.conversion_id;
            world.approve(id).await.unwrap();
            awards::follow(&world.app).await.unwrap();
            assert_eq!(world.bonuses().await.len(), paid, "{order}");
            world.clock.advance_seconds(2 * 86_400);
        }
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_follow_at_once_and_a_crash_pay_once() {
    on_both(|store| async move {
        let plan = Plan::publishers(1)
            .default_terms(terms(json!({"by": "conversions", "per": "total", "reach": "1"})));
        let world = Arc::new(World::build(store, plan).await);
        let click = world.click(0).await;
        let id = world.decide(world.order("a", "100", &click.click_id)).await.conversion_id;
        world.approve(id).await.unwrap();
        // Everything is written, then the transaction dies before its commit.
        let (snapshot, entropy, now) =
            (world.app.snapshot.get(), Arc::clone(&world.app.entropy), world.app.clock.now());
        let crashed = world.app.store.write("crash", move |tx| -> Result<(), store::Error> {
            awards::step(tx, &snapshot, now, &*entropy)?;
            Err(store::Error::Usage("the power went".to_owned()))
        });
        assert!(crashed.await.is_err() && world.bonuses().await.is_empty());
        let follow = |world: Arc<World>| tokio::spawn(async move { awards::follow(&world.app).await });
        let (one, other) = (follow(Arc::clone(&world)), follow(Arc::clone(&world)));
        // One of them may find the other in its way and is called again later.
        let made: u64 = [one.await.unwrap(), other.await.unwrap()].into_iter().flatten().sum();
        assert_eq!((made, world.bonuses().await.len()), (1, 1));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_hand_with_a_reason_and_never_taken_back_twice() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(1)).await;
        let (publisher, advertiser) = (world.links[0].publisher_id, world.advertiser);
        let give = |amount: &'static str, reason: &'static str| {
            world.by_hand(move |change| {
                let amount = Money::parse(amount, model::Currency::USD).unwrap();
                let advertiser_id = Some(advertiser);
                by_hand::give(
                    change,
                    by_hand::NewBonus {
                        publisher_id: publisher,
                        advertiser_id,
                        amount,
                        reason: reason.to_owned(),
                    },
                )
            })
        };
        let take = |id: BonusId, amount: Option<&'static str>| {
            world.by_hand(move |change| by_hand::take_back(change, id, amount, "late"))
        };
        for (amount, reason, field) in
            [("0", "Spring", "amount"), ("-1", "Spring", "amount"), ("1", "", "reason")]
        {
            assert_eq!(give(amount, reason).await.unwrap_err().field.as_deref(), Some(field));
        }
        let bonus = give("30", "Spring").await.unwrap().bonus;
        assert_eq!(world.balance(0).await, (usd("30"), 0));
        for amount in ["30.01", "0", "-1", "x"] {
            assert_eq!(take(bonus.id, Some(amount)).await.unwrap_err().field.as_deref(), Some("amount"));
        }
        assert_eq!(take(bonus.id, Some("10")).await.unwrap().bonus.taken_back.units(), usd("10"));
        let taken = take(bonus.id, None).await.unwrap();
        assert_eq!((taken.returns.len(), world.balance(0).await), (2, (0, 0)));
        assert_eq!(take(bonus.id, None).await.unwrap_err().code, ErrorCode::StateConflict);
        world.assert_clean().await;
    })
    .await;
}

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    ("a bonus's amount", "I2", "UPDATE bonuses SET amount = amount + 1"),
    ("what was taken back", "I7", "UPDATE bonuses SET taken_back = taken_back + 1"),
    ("who earned it", "I2", "UPDATE bonuses SET publisher_id = advertiser_id"),
    ("who paid it", "I2", "UPDATE bonuses SET advertiser_id = NULL"),
    ("a lost bonus", "I8", "DELETE FROM bonuses"),
    (
        "a receipt that counted more",
        "I8",
        "UPDATE bonuses SET receipt = REPLACE(receipt, '\"adds\":1', '\"adds\":2')",
    ),
    ("a receipt that is none", "I2", "UPDATE bonuses SET receipt = '{}'"),
    (
        "a conversion that counts more",
        "I8",
        "UPDATE bonus_progress SET adds = 2, counted = counted + 1 WHERE ordinal = 1",
    ),
    ("a counter that skips", "I3", "UPDATE bonus_progress SET counted = 5 WHERE ordinal = 1"),
    ("a conversion that does not count", "I8", "DELETE FROM bonus_progress WHERE ordinal = 1"),
    (
        "a lost transfer",
        "I7",
        "DELETE FROM transfers WHERE substr(source, 1, 1) = (SELECT substr(key, 1, 1) FROM bonus_progress LIMIT 1)",
    ),
    ("a lost return", "I7", "DELETE FROM bonus_returns"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_of_a_bonus_is_found() {
    on_both(|store| async move {
        let plan = Plan::publishers(1)
            .default_terms(terms(json!({"by": "conversions", "per": "total", "reach": "2"})));
        let world = World::build(store, plan).await;
        for order in ["a", "b"] {
            let click = world.click(0).await;
            let id = world.decide(world.order(order, "100", &click.click_id)).await.conversion_id;
            world.approve(id).await.unwrap();
        }
        awards::follow(&world.app).await.unwrap();
        let id = world.bonuses().await[0].id;
        world.by_hand(move |change| by_hand::take_back(change, id, Some("1"), "late")).await.unwrap();
        world.assert_clean().await;
        for (what, invariant, sql) in DAMAGES {
            let found: Vec<String> = world
                .damaged(sql)
                .await
                .violations
                .iter()
                .map(|one| format!("{:?}", one.invariant))
                .collect();
            assert!(found.iter().any(|name| name == invariant), "{what}: {found:?}");
        }
        world.assert_clean().await;
    })
    .await;
}
