//! One damaged row at a time, each named by the invariant that it breaks.

use std::sync::Arc;

use app::verify::{self, Invariant, Summary};
use model::{
    ApiKeyId, Clock, NetworkId, UserId,
    parties::{ApiKey, User},
};
use serde_json::json;
use store::{Error, configuration};

use crate::{
    both::on_both,
    history::{eight_days, plan},
    world::{World, read},
};

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    (
        "a conversion's state",
        "I2",
        "UPDATE conversions SET state = 'approved' WHERE id = (SELECT id FROM conversions WHERE state = 'rejected' ORDER BY id LIMIT 1)",
    ),
    (
        "a conversion's code",
        "I2",
        "UPDATE conversions SET code = code + 1 WHERE id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a conversion's commission",
        "I2",
        "UPDATE conversions SET commission = commission + 1 WHERE id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a conversion's order",
        "I2",
        "UPDATE conversions SET order_id = 'other' WHERE id = (SELECT id FROM conversions WHERE order_id IS NOT NULL ORDER BY id LIMIT 1)",
    ),
    (
        "what was taken back",
        "I2",
        "UPDATE conversions SET reversed = '1/7' WHERE id = (SELECT id FROM conversions WHERE reversed = '0/1' AND state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a word for a state that does not exist",
        "I2",
        "UPDATE conversions SET state = 'lost' WHERE id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a report",
        "I2",
        "UPDATE conversions SET report = replace(report, '\"action\":\"order\"', '\"action\":\"lead\"') WHERE id = (SELECT id FROM conversions WHERE action = 'order' AND state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "an own result that is told no more",
        "I7",
        "DELETE FROM own_results WHERE conversion_id = (SELECT conversion_id FROM own_results WHERE holds = 1 AND present = 1 AND sequence = 1 ORDER BY conversion_id DESC LIMIT 1)",
    ),
    (
        "an own result's worth",
        "I7",
        "UPDATE own_results SET amount = amount + 1 WHERE holds = 1 AND present = 1 AND amount IS NOT NULL",
    ),
    (
        "an own result's channel",
        "I7",
        "UPDATE own_results SET channel = 'radio' WHERE holds = 1 AND present = 1 AND campaign_id IS NULL",
    ),
    (
        "an own result's campaign",
        "I10",
        "UPDATE own_results SET campaign_id = conversion_id WHERE holds = 1 AND present = 1 AND campaign_id IS NOT NULL",
    ),
    (
        "an own result that stands beside what was paid",
        "I7",
        "UPDATE own_results SET present = 1 WHERE holds = 1 AND present = 0",
    ),
    (
        "a lost conversion",
        "I2",
        "DELETE FROM conversions WHERE id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a lost first decision",
        "I2",
        "DELETE FROM decisions WHERE sequence = 1 AND conversion_id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    (
        "a lost later decision",
        "I2",
        "DELETE FROM decisions WHERE kind = 'reversed' AND conversion_id = (SELECT conversion_id FROM decisions WHERE kind = 'reversed' ORDER BY conversion_id LIMIT 1)",
    ),
    (
        "a decision's delta",
        "I2",
        "UPDATE decisions SET commission_delta = commission_delta - 1 WHERE kind = 'reversed' AND conversion_id = (SELECT conversion_id FROM decisions WHERE kind = 'reversed' ORDER BY conversion_id LIMIT 1)",
    ),
    (
        "the hash of a receipt",
        "I2",
        "UPDATE decisions SET receipt_sha256 = (SELECT receipt_sha256 FROM decisions ORDER BY receipt_sha256 DESC LIMIT 1) WHERE conversion_id = (SELECT conversion_id FROM decisions ORDER BY conversion_id LIMIT 1)",
    ),
    (
        "a line of a conversion without one",
        "I2",
        "UPDATE commission_lines SET conversion_id = publisher_id WHERE conversion_id = (SELECT conversion_id FROM commission_lines ORDER BY conversion_id LIMIT 1)",
    ),
    (
        "an account",
        "I3",
        "UPDATE accounts SET credits_posted = credits_posted + 1 WHERE key = (SELECT key FROM accounts WHERE credits_posted > 0 ORDER BY key LIMIT 1)",
    ),
    (
        "an account with an unreadable key",
        "I3",
        "UPDATE accounts SET key = network_id WHERE key = (SELECT key FROM accounts ORDER BY key LIMIT 1)",
    ),
    (
        "the amount of a transfer",
        "I3",
        "UPDATE transfers SET amount = amount + 1 WHERE sequence = 0 AND source = (SELECT source FROM transfers WHERE reason = 'touch_earned' ORDER BY source LIMIT 1)",
    ),
    (
        "a lost transfer",
        "I3",
        "DELETE FROM transfers WHERE sequence = 0 AND source = (SELECT source FROM transfers WHERE reason = 'touch_earned' ORDER BY source LIMIT 1)",
    ),
    (
        "the network of a transfer",
        "I3",
        "UPDATE transfers SET network_id = (SELECT id FROM programs) WHERE sequence = 0 AND source = (SELECT source FROM transfers ORDER BY source LIMIT 1)",
    ),
    (
        "a lost key",
        "I4",
        "DELETE FROM dedup_keys WHERE key = (SELECT key FROM dedup_keys ORDER BY key LIMIT 1)",
    ),
    (
        "a key of another conversion",
        "I4",
        "UPDATE dedup_keys SET conversion_id = (SELECT conversion_id FROM dedup_keys ORDER BY conversion_id DESC LIMIT 1) WHERE key = (SELECT key FROM dedup_keys ORDER BY conversion_id, key LIMIT 1)",
    ),
    (
        "a key too many",
        "I4",
        "INSERT INTO dedup_keys (key, conversion_id) SELECT id, id FROM conversions ORDER BY id LIMIT 1",
    ),
    (
        "a line twice",
        "I4",
        "INSERT INTO commission_lines SELECT conversion_id, 900, publisher_id, touch_id, link_id, contract_version_id, rule, credit, commission, fixed, fee, currency, exchange FROM commission_lines WHERE conversion_id NOT IN (SELECT conversion_id FROM decisions WHERE kind = 'adjusted') ORDER BY conversion_id LIMIT 1",
    ),
    (
        "a counter too high",
        "I5",
        "UPDATE counters SET used = used + 1 WHERE key = (SELECT key FROM counters WHERE length(key) = 44 ORDER BY key LIMIT 1)",
    ),
    (
        "a counter too low",
        "I5",
        "UPDATE counters SET used = used - 1 WHERE key = (SELECT key FROM counters WHERE length(key) = 44 ORDER BY key DESC LIMIT 1)",
    ),
    (
        "a lost counter",
        "I5",
        "DELETE FROM counters WHERE key = (SELECT key FROM counters WHERE length(key) = 44 ORDER BY key DESC LIMIT 1)",
    ),
    ("the counter of paid impressions", "I5", "UPDATE counters SET used = used + 1 WHERE length(key) = 33"),
    (
        "the ordinal of a paid impression",
        "I5",
        "UPDATE touches SET details = replace(details, '\"ordinal\":3,', '\"ordinal\":4,') WHERE details LIKE '%\"ordinal\":3,%'",
    ),
    (
        "more taken back than there was",
        "I5",
        "UPDATE transfers SET amount = amount * 1000 WHERE phase = 2 AND reason = 'reversed'",
    ),
    (
        "the amount of a line",
        "I6",
        "UPDATE commission_lines SET commission = commission + 1 WHERE conversion_id = (SELECT conversion_id FROM commission_lines ORDER BY conversion_id LIMIT 1) AND line = 0",
    ),
    (
        "the credit of a line",
        "I6",
        "UPDATE commission_lines SET credit = '1/9' WHERE conversion_id = (SELECT conversion_id FROM commission_lines ORDER BY conversion_id LIMIT 1) AND line = 0",
    ),
    (
        "a lost line",
        "I6",
        "DELETE FROM commission_lines WHERE conversion_id = (SELECT conversion_id FROM commission_lines ORDER BY conversion_id LIMIT 1) AND line = 0",
    ),
    (
        "transfers of a lost touch",
        "I7",
        "DELETE FROM touches WHERE id = (SELECT id FROM touches WHERE details LIKE '%\"earning\"%' ORDER BY id LIMIT 1)",
    ),
    (
        "money that nobody earned",
        "I7",
        "UPDATE accounts SET credits_posted = credits_posted + 5, debits_posted = debits_posted + 7",
    ),
    (
        "the amount in a receipt",
        "I8",
        "UPDATE decisions SET receipt = replace(receipt, '\"commission\":{\"amount\":\"', '\"commission\":{\"amount\":\"1') WHERE conversion_id = (SELECT id FROM conversions WHERE state = 'approved' ORDER BY id LIMIT 1)",
    ),
    ("the rate of a contract", "I8", "UPDATE contract_versions SET body = replace(body, '7.333', '7.334')"),
    (
        "the time of a touch that earned",
        "I8",
        "UPDATE touches SET received_at = received_at + 1 WHERE id = (SELECT touch_id FROM conversions WHERE state = 'approved' AND publisher_id IS NOT NULL ORDER BY id LIMIT 1)",
    ),
    (
        "the time of a decision",
        "I8",
        "UPDATE decisions SET at = at + 1 WHERE kind = 'approved' AND conversion_id = (SELECT conversion_id FROM decisions WHERE kind = 'approved' ORDER BY conversion_id LIMIT 1)",
    ),
    (
        "the verdict of a touch",
        "I8",
        "UPDATE touches SET code = 1 WHERE id = (SELECT touch_id FROM conversions WHERE state = 'approved' AND publisher_id IS NOT NULL ORDER BY id LIMIT 1)",
    ),
    (
        "what a click earned",
        "I8",
        "UPDATE touches SET details = replace(details, '0.07', '0.08') WHERE id = (SELECT id FROM touches WHERE details LIKE '%0.07%' ORDER BY id LIMIT 1)",
    ),
    ("a lost touch", "I9", "DELETE FROM touches WHERE id = (SELECT id FROM touches ORDER BY id LIMIT 1)"),
    (
        "an unreadable touch",
        "I9",
        "UPDATE touches SET details = '{}' WHERE id = (SELECT id FROM touches ORDER BY id LIMIT 1)",
    ),
    (
        "a total of the intake",
        "I9",
        "UPDATE intake_totals SET rejected = rejected - 1, accepted = accepted + 1 WHERE kind = 'conversion' AND day = (SELECT day FROM intake_totals ORDER BY day LIMIT 1)",
    ),
    (
        "an event without outcome",
        "I9",
        "UPDATE intake_totals SET received = received + 1 WHERE kind = 'touch' AND day = (SELECT day FROM intake_totals WHERE kind = 'touch' ORDER BY day LIMIT 1)",
    ),
    (
        "a lost row of the quarantine",
        "I9",
        "DELETE FROM quarantine WHERE id = (SELECT id FROM quarantine ORDER BY id LIMIT 1)",
    ),
    (
        "a lost entry of the outbox",
        "I9",
        "DELETE FROM outbox WHERE sequence = (SELECT sequence FROM outbox ORDER BY sequence LIMIT 1)",
    ),
    (
        "an entry of the outbox twice",
        "I9",
        "INSERT INTO outbox (sequence, part, kind, at, body) SELECT 1000000 + sequence, part, kind, at, body FROM outbox ORDER BY sequence LIMIT 1",
    ),
    (
        "the publisher of a touch",
        "I10",
        "UPDATE touches SET publisher_id = (SELECT id FROM publishers ORDER BY id DESC LIMIT 1) WHERE id = (SELECT touch.id FROM touches touch WHERE touch.publisher_id <> (SELECT id FROM publishers ORDER BY id DESC LIMIT 1) ORDER BY touch.id LIMIT 1)",
    ),
    (
        "the link of a touch",
        "I10",
        "UPDATE touches SET link_id = network_id WHERE id = (SELECT id FROM touches ORDER BY id LIMIT 1)",
    ),
    (
        "the column of a link",
        "I10",
        "UPDATE links SET program_id = network_id WHERE id = (SELECT id FROM links ORDER BY id LIMIT 1)",
    ),
    (
        "an unreadable record",
        "I10",
        "UPDATE publishers SET body = '{}' WHERE id = (SELECT id FROM publishers ORDER BY id LIMIT 1)",
    ),
];

/// Ends a transaction without keeping what it did.
enum Undone {
    Found(u64, Box<Summary>),
    Failed(Error),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Damages, checks and undoes.
async fn found_after(world: &World, sql: &'static str) -> (u64, Summary) {
    let click_ids = Arc::clone(&world.app.click_ids);
    let undone = world
        .app
        .store
        .write("damage", move |tx| -> Result<(), Undone> {
            let changed = tx.execute(sql, &[])?;
            let summary = verify::check(tx, &click_ids, &mut |_, _| {})?;
            Err(Undone::Found(changed, Box::new(summary)))
        })
        .await;
    match undone {
        Err(Undone::Found(changed, summary)) => (changed, *summary),
        Err(Undone::Failed(error)) => panic!("{error}: {sql}"),
        Ok(()) => unreachable!("the closure always ends with an error"),
    }
}

#[tokio::test]
async fn every_damage_is_named_by_its_invariant() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        eight_days(&world).await;
        world.assert_clean().await;
        for (what, invariant, sql) in DAMAGES {
            let (changed, summary) = found_after(&world, sql).await;
            assert!(changed > 0, "{what}: no row was damaged by {sql}");
            let named = |found: &verify::Violation| format!("{:?}", found.invariant) == *invariant;
            let shown: Vec<String> = summary.violations.iter().map(ToString::to_string).collect();
            assert!(
                summary.violations.iter().any(named),
                "{what}: {invariant} was not named in\n{}",
                shown.join("\n")
            );
        }
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_outside_its_owners_networks_is_named() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let (now, stranger) = (world.clock.now(), NetworkId::from_bytes([9; 16]));
        let membership = |network: NetworkId| json!({"network_id": network, "role": "operator", "right": "read"});
        let user: User = read(json!({
            "id": UserId::new(now, world.entropy.as_ref()), "email": "a@shop.example", "name": "A", "password_hash": "x",
            "memberships": [membership(world.network)], "created_at": now,
        }));
        let key = |secret: &str, network: NetworkId| -> ApiKey {
            read(json!({
                "id": ApiKeyId::new(now, world.entropy.as_ref()), "user_id": user.id, "name": "k", "secret_sha256": secret,
                "membership": membership(network), "created_at": now,
            }))
        };
        let (owner, good, bad) = (user.clone(), key("a", world.network), key("b", stranger));
        world
            .write(move |tx| {
                configuration::insert(tx, &owner)?;
                configuration::insert(tx, &good)
            })
            .await;
        world.assert_clean().await;
        let place = bad.id.to_string();
        world.write(move |tx| configuration::insert(tx, &bad)).await;
        let summary = world.verify().await;
        assert!(summary.violations.iter().all(|found| found.invariant == Invariant::I10 && found.place == place));
        assert_eq!(summary.violations_total, 1);
    })
    .await;
}
