//! What accepted disputes report, and what verification says when it was never decided.

use model::{
    Clock, ConversionId, DisputeId,
    conversion::{ConversionReport, Intake},
    dispute::{Dispute, DisputeKind, DisputeState, Evidence},
};
use serde_json::json;
use store::disputes;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms},
};

async fn world(store: store::Store) -> World {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
    World::build(store, Plan::publishers(1).default_terms(terms)).await
}

/// An accepted dispute, stored, whose conversion is still to be made.
async fn accepted(world: &World) -> Dispute {
    let click_id = world.click(0).await.click_id;
    let order = world.order("o-7", "200", &click_id);
    let now = world.clock.now();
    let id = DisputeId::new(now, world.entropy.as_ref());
    let report = ConversionReport { intake: Intake::Dispute, dispute_id: Some(id), ..order };
    let dispute = Dispute {
        id,
        network_id: world.network,
        advertiser_id: world.advertiser,
        program_id: world.program,
        publisher_id: world.links[0].publisher_id,
        conversion_id: None,
        kind: DisputeKind::Untracked,
        state: DisputeState::Accepted,
        evidence: Evidence::default(),
        messages: Vec::new(),
        opened_at: now,
        deadline: now.plus_seconds(86_400),
        overdue_at: None,
        answered_at: Some(now),
        outcome_conversion_id: Some(ConversionId::new(now, world.entropy.as_ref())),
        report: Some(Box::new(report)),
        settled_at: None,
        commission_change: None,
        changes: 1,
    };
    let stored = dispute.clone();
    world.write(move |tx| disputes::insert(tx, &stored)).await;
    change(world, dispute, true).await
}

async fn change(world: &World, dispute: Dispute, unsettled: bool) -> Dispute {
    let changed = Dispute { changes: dispute.changes + 1, ..dispute };
    let stored = changed.clone();
    assert!(world.write(move |tx| disputes::update(tx, &stored, unsettled)).await);
    changed
}

async fn violations(world: &World) -> Vec<String> {
    world.verify().await.violations.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_conversion_that_was_never_made_is_a_violation() {
    on_both(|store| async move {
        let world = world(store).await;
        let dispute = accepted(&world).await;
        let click_id = world.click(0).await.click_id;
        world.decide(world.order("o-8", "5", &click_id)).await;
        world.assert_clean().await;
        world.clock.advance_seconds(3_600);
        world.decide(world.order("o-9", "5", &click_id)).await;
        let never = format!("I2: {}: it was accepted, but its conversion was never made", dispute.id);
        assert_eq!(violations(&world).await, [never]);

        let report = dispute.report.clone().unwrap();
        let made = world.decide(*report).await;
        let settled = Dispute {
            outcome_conversion_id: Some(made.conversion_id),
            settled_at: Some(world.clock.now()),
            ..dispute
        };
        let settled = change(&world, settled, false).await;
        world.assert_clean().await;
        // One that is marked wrongly would be settled again, or never.
        let marked = change(&world, settled, true).await;
        let columns = format!("I10: {}: its columns do not say what the dispute says", marked.id);
        assert_eq!(violations(&world).await, [columns]);
    })
    .await;
}

#[tokio::test]
async fn no_key_of_the_advertiser_stands_for_a_dispute() {
    on_both(|store| async move {
        let world = world(store).await;
        let dispute = accepted(&world).await;
        let click_id = world.click(0).await.click_id;
        let key = Some(dispute.id.to_string());
        let order = ConversionReport { idempotency_key: key, ..world.order("o-1", "1", &click_id) };
        let first = world.decide(order).await;
        let report = dispute.report.clone().unwrap();
        let made = world.decide((*report).clone()).await;
        assert!(!made.replayed && made.conversion_id != first.conversion_id, "{made:?}");
        let again = world.decide(*report).await;
        assert!(again.replayed && again.conversion_id == made.conversion_id, "{again:?}");
    })
    .await;
}
