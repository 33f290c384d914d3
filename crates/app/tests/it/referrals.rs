//! Referrals as text: each step with what everybody has after it, on both databases, with every invariant checked after each
//! step.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    access::Actor,
    awards::{self, referred},
    command::Change,
    configuration::{publishers, referral_terms},
    errors::Refusal,
    lifecycle::{self, Extent},
};
use ledger::{AccountKey, AccountKind};
use model::{
    ConversionId, Currency, Money, PublisherId,
    referral::{ReferralLevel, ReferralTerms},
};
use serde_json::{Value, json};
use store::{Store, Tx, configuration};

use crate::{
    both::on_both,
    world::{Plan, World, merged, order_terms, read},
};

impl World {
    /// Says who brought whom, by their places, as it would have been said when they were registered.
    pub(crate) async fn brought(&self, pairs: &[(usize, usize)]) {
        let ids: Vec<(PublisherId, PublisherId)> = pairs
            .iter()
            .map(|(by, whom)| (self.links[*by].publisher_id, self.links[*whom].publisher_id))
            .collect();
        self.write(move |tx| {
            for (by, whom) in &ids {
                let before: model::parties::Publisher = configuration::get(tx, *whom)?.unwrap();
                configuration::update(tx, &model::parties::Publisher { referred_by: Some(*by), ..before })?;
            }
            Ok(())
        })
        .await;
        self.app.snapshot.refresh().await.unwrap();
    }

    pub(crate) async fn referral_terms(&self, levels: &[Value]) -> Result<ReferralTerms, Refusal> {
        let (now, entropy) = (self.clock.advance_micros(1_000_000), Arc::clone(&self.entropy));
        let (actor, levels) = (Actor::system(self.network), read::<Vec<ReferralLevel>>(json!(levels)));
        let made = self.app.store.write("terms", move |tx| {
            let mut change = Change::new(tx, &actor, "test.terms", now, entropy.as_ref());
            referral_terms::create(&mut change, None, levels.clone())
        });
        let made = made.await;
        self.clock.advance_seconds(120);
        made
    }

    async fn holds(&self, kind: AccountKind, currency: Currency) -> String {
        let keys = vec![AccountKey { network_id: self.network, kind, currency }.to_bytes().to_vec()];
        let rows = self.write(move |tx: &mut Tx<'_>| store::ledger::accounts_by_keys(tx, &keys)).await;
        let units = rows.first().map_or(0, |row| app::posting::balance(row).unwrap().1.posted());
        Money::from_units(units, currency).amount_text()
    }
}

/// Runs a scenario. Publisher 1 brought publisher 2, and he publisher 3. Each line is a step and what stands then on the accounts
/// of the three, of the network and of the advertiser, in the currency of the contract.
///
/// Steps: `order NAME WHOM AMOUNT` (of which a tenth is commission and a fifth of that fee), `approve`, `reject` and `again NAME`,
/// `back NAME SHARE`, `raise` for what a tier adds to earlier orders, and `terms LEVEL...` with `5%` or `0.50` for each level.
async fn run(store: Store, contract: Value, scenario: &str) {
    let currency: Currency = contract["currency"].as_str().unwrap().parse().unwrap();
    let world = World::build(store, Plan::publishers(3).default_terms(contract)).await;
    world.brought(&[(0, 1), (1, 2)]).await;
    let mut orders: BTreeMap<&str, ConversionId> = BTreeMap::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()).skip(1) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let words: Vec<&str> = cells[0].split_whitespace().collect();
        match words[..] {
            ["terms", ref levels @ ..] => {
                let level = |text: &&str| match text.strip_suffix('%') {
                    Some(percent) => json!({"percent": percent}),
                    None => json!({"amount": text, "currency": currency}),
                };
                let levels: Vec<Value> = levels.iter().map(level).collect();
                world.referral_terms(&levels).await.unwrap();
            }
            ["order", name, whom, amount] => {
                let click = world.click(whom.parse::<usize>().unwrap() - 1).await;
                let report = model::conversion::ConversionReport {
                    currency: Some(currency.code().to_owned()),
                    ..world.order(name, amount, &click.click_id)
                };
                orders.insert(name, world.decide(report).await.conversion_id);
            }
            ["raise"] => drop(world.raise_all().await),
            ["approve", name] => drop(world.approve(orders[name]).await.unwrap()),
            ["reject", name] => drop(world.reject(orders[name]).await.unwrap()),
            ["again", name] => {
                let id = orders[name];
                drop(world.alter(move |tx, change| lifecycle::reinstate(tx, id, change)).await.unwrap());
            }
            ["back", name, share] => {
                drop(world.reverse(orders[name], Extent::Share(share.parse().unwrap())).await.unwrap());
            }
            _ => panic!("unknown step: {line}"),
        }
        // What is not followed yet is no mistake, and following it twice is none either.
        world.assert_clean().await;
        awards::follow(&world.app).await.unwrap();
        assert_eq!(awards::follow(&world.app).await.unwrap(), 0, "{line}");
        world.assert_clean().await;
        let mut shown = Vec::new();
        for link in &world.links {
            shown.push(world.holds(AccountKind::Publisher(link.publisher_id), currency).await);
        }
        shown.push(world.holds(AccountKind::Fees, currency).await);
        shown.push(world.holds(AccountKind::Advertiser(world.advertiser), currency).await);
        assert_eq!(shown, cells[1..], "{line}");
    }
}

/// A currency, and what becomes of orders in it.
const SCENARIOS: &[(&str, &str, &str)] = &[
    (
        "two levels: five percent, then two, paid by the network; the publisher keeps all of his",
        "USD",
        "
        step              | one  | two   | three | network | advertiser
        terms 5% 2%       | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order a 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve a         | 0.20 | 0.50  | 10.00 | 1.30    | -12.00
        order b 2 100     | 0.20 | 0.50  | 10.00 | 1.30    | -12.00
        approve b         | 0.70 | 10.50 | 10.00 | 2.80    | -24.00
        order c 1 100     | 0.70 | 10.50 | 10.00 | 2.80    | -24.00
        approve c         | 10.70| 10.50 | 10.00 | 4.80    | -36.00
        ",
    ),
    (
        "a part that is taken back takes back exactly its share, and the whole the whole",
        "USD",
        "
        step              | one  | two   | three | network | advertiser
        terms 5% 2%       | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order a 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve a         | 0.20 | 0.50  | 10.00 | 1.30    | -12.00
        back a 1/4        | 0.15 | 0.375 | 7.50  | 0.975   | -9.00
        back a 1/4        | 0.10 | 0.25  | 5.00  | 0.65    | -6.00
        back a 1/2        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        ",
    ),
    (
        "taken back before the approval, rejected, and earned after all",
        "USD",
        "
        step              | one  | two   | three | network | advertiser
        terms 10%         | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order a 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        back a 1/2        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve a         | 0.00 | 0.50  | 5.00  | 0.50    | -6.00
        back a 1/2        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order b 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        reject b          | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        again b           | 0.00 | 1.00  | 10.00 | 1.00    | -12.00
        back b 1/1        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        again b           | 0.00 | 1.00  | 10.00 | 1.00    | -12.00
        ",
    ),
    (
        "a fixed sum for each order stays until nothing of the commission stands; later terms hold for later orders",
        "USD",
        "
        step              | one  | two   | three | network | advertiser
        order z 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        terms 0.50        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve z         | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        order a 3 100     | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        approve a         | 0.00 | 0.50  | 20.00 | 3.50    | -24.00
        back a 1/2        | 0.00 | 0.50  | 15.00 | 2.50    | -18.00
        back a 1/2        | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        terms 1%          | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        order b 3 100     | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        terms             | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        order c 3 100     | 0.00 | 0.00  | 10.00 | 2.00    | -12.00
        approve b         | 0.00 | 0.10  | 20.00 | 3.90    | -24.00
        approve c         | 0.00 | 0.10  | 30.00 | 5.90    | -36.00
        ",
    ),
    (
        "a contract in another currency than the network's needs no rate: a share of a commission in dong is dong",
        "VND",
        "
        step              | one  | two   | three  | network | advertiser
        terms 5% 2%       | 0    | 0     | 0      | 0       | 0
        order a 3 1000000 | 0    | 0     | 0      | 0       | 0
        approve a         | 2000 | 5000  | 100000 | 13000   | -120000
        back a 1/3        | 1333.333 | 3333.333 | 66666.667 | 8666.668 | -80000.001
        ",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn scenarios() {
    for (what, currency, scenario) in SCENARIOS {
        println!("{what}");
        let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let terms = merged(terms, json!({"currency": currency, "fee": {"percent": "20"}}));
        on_both(|store| run(store, terms.clone(), scenario)).await;
    }
}

/// The second order of the month raises all to a fifth.
const RAISED: &[(&str, &str)] = &[
    (
        "what a tier raises later is shared like what was earned at once",
        "
        step              | one  | two   | three | network | advertiser
        terms 5% 2%       | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order a 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve a         | 0.20 | 0.50  | 10.00 | 1.30    | -12.00
        order b 3 100     | 0.20 | 0.50  | 10.00 | 1.30    | -12.00
        raise             | 0.40 | 1.00  | 20.00 | 2.60    | -24.00
        approve b         | 0.80 | 2.00  | 40.00 | 5.20    | -48.00
        back b 1/4        | 0.70 | 1.75  | 35.00 | 4.55    | -42.00
        back a 1/1        | 0.30 | 0.75  | 15.00 | 1.95    | -18.00
        again a           | 0.70 | 1.75  | 35.00 | 4.55    | -42.00
        ",
    ),
    (
        "a part was taken back before the raise; a fixed sum is paid once for an order",
        "
        step              | one  | two   | three | network | advertiser
        terms 5% 0.50     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        order a 3 100     | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        approve a         | 0.50 | 0.50  | 10.00 | 1.00    | -12.00
        back a 1/2        | 0.50 | 0.25  | 5.00  | 0.25    | -6.00
        order b 3 100     | 0.50 | 0.25  | 5.00  | 0.25    | -6.00
        raise             | 0.50 | 0.50  | 10.00 | 1.00    | -12.00
        back a 1/2        | 0.00 | 0.00  | 0.00  | 0.00    | 0.00
        ",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tier_raises_is_shared() {
    for (what, scenario) in RAISED {
        println!("{what}");
        let tiers = json!({
            "by": "conversions", "per": "month", "retroactive": true, "steps": [{"from": "2", "percent": "20"}],
        });
        let terms = order_terms(json!({"kind": "percent", "percent": "10", "tiers": tiers}), json!({}));
        let terms = merged(terms, json!({"fee": {"percent": "20"}}));
        on_both(|store| run(store, terms.clone(), scenario)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brought_whom_is_said_at_the_beginning_and_never_changes() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(2)).await;
        let (one, two) = (world.links[0].publisher_id, world.links[1].publisher_id);
        let (actor, entropy) = (Actor::system(world.network), Arc::clone(&world.entropy));
        let now = world.clock.advance_micros(1_000_000);
        let changed = world.app.store.write("change", move |tx| {
            let mut change = Change::new(tx, &actor, "test", now, entropy.as_ref());
            let brought = |publisher| Ok(model::parties::Publisher { referred_by: Some(two), ..publisher });
            publishers::update(&mut change, one, &mut { brought })
        });
        assert_eq!(changed.await.unwrap_err().field.as_deref(), Some("referred_by"));
        for levels in [
            json!([{"percent": "0"}]),
            json!([{"percent": "5", "amount": "1", "currency": "USD"}]),
            json!([{"amount": "1"}]),
            json!([{}]),
            json!([{"percent": "1"}, {"percent": "1"}, {"percent": "1"}]),
        ] {
            let refused = world.referral_terms(levels.as_array().unwrap()).await.unwrap_err();
            assert!(refused.field.unwrap().starts_with("levels"), "{levels}");
        }
        world.assert_clean().await;
    })
    .await;
}

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    ("what it is worth", "I2", "UPDATE referrals SET earned = earned + 1"),
    ("what is taken back", "I2", "UPDATE referrals SET taken_back = taken_back + 1"),
    ("who earns it", "I8", "UPDATE referrals SET publisher_id = from_publisher_id"),
    ("a lost referral", "I8", "DELETE FROM referrals WHERE level = 1"),
    ("a lost decision", "I8", "DELETE FROM referral_decisions WHERE sequence = 2"),
    (
        "a receipt of more",
        "I8",
        "UPDATE referral_decisions SET receipt = REPLACE(receipt, '\"percent\":\"5\"', '\"percent\":\"6\"')",
    ),
    (
        "terms of more",
        "I8",
        "UPDATE referral_terms SET body = REPLACE(body, '\"percent\":\"5\"', '\"percent\":\"6\"')",
    ),
    (
        "a lost transfer",
        "I7",
        "DELETE FROM transfers WHERE reason = 'reversed' AND leg = 1 AND amount < 1000000",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_of_a_referral_is_found() {
    on_both(|store| async move {
        let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let world = World::build(store, Plan::publishers(3).default_terms(terms)).await;
        world.brought(&[(0, 1), (1, 2)]).await;
        world.referral_terms(&[json!({"percent": "5"}), json!({"percent": "2"})]).await.unwrap();
        let click = world.click(2).await;
        let id = world.decide(world.order("a", "100", &click.click_id)).await.conversion_id;
        world.approve(id).await.unwrap();
        awards::follow(&world.app).await.unwrap();
        world.reverse(id, Extent::Share("1/4".parse().unwrap())).await.unwrap();
        awards::follow(&world.app).await.unwrap();
        world.assert_clean().await;
        let actor = Actor::system(world.network);
        let seen =
            world.app.store.read("list", move |tx| referred::list(tx, &actor, None, 10)).await.unwrap();
        assert_eq!(seen.len(), 2);
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
