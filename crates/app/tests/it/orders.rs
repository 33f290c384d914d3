//! Conversions found by the number of their order, among rows of others with the same number.

use app::{
    access::{Actor, Who},
    command::Change,
    errors::Refusal,
    events::{
        bulk::{self, Which},
        judgements::{Judgement, Part},
    },
};
use model::{
    AdvertiserId, Clock, ConversionId,
    access::{Membership, Right, Role},
    conversion::{Reason, State},
};
use serde_json::json;
use store::conversions::{self, Conversion};

use crate::{
    both::on_both,
    world::{Plan, World, order_terms},
};

/// Newer rows like this conversion's, of this advertiser and in this state.
async fn copy(world: &World, id: ConversionId, advertiser: AdvertiserId, state: State, number: u32) {
    let now = world.clock.advance_micros(1_000_000);
    let ids: Vec<_> = (0..number).map(|_| ConversionId::new(now, world.entropy.as_ref())).collect();
    world
        .write(move |tx| {
            let one = conversions::by_id(tx, id)?.unwrap();
            let report = conversions::report_json(&one.report);
            let like =
                |id: &ConversionId| Conversion { id: *id, advertiser_id: advertiser, state, ..one.clone() };
            let rows: Vec<Conversion> = ids.iter().map(like).collect();
            conversions::insert(tx, rows.iter().map(|row| (row, report.as_str())))
        })
        .await;
}

#[tokio::test]
async fn rows_of_others_and_refused_reports_do_not_hide_an_order() {
    on_both(|store| async move {
        let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let click_id = world.click(0).await.click_id;
        let id = world.decide(world.order("o-1", "90", &click_id)).await.conversion_id;
        let rival = AdvertiserId::from_bytes([9; 16]);
        copy(&world, id, rival, State::Pending, 4_100).await;
        copy(&world, id, world.advertiser, State::Rejected, 1_100).await;
        copy(&world, id, world.advertiser, State::Duplicate, 50).await;

        let membership = Membership {
            network_id: world.network,
            role: Role::Advertiser,
            right: Right::Approve,
            advertisers: vec![world.advertiser],
            publishers: Vec::new(),
        };
        let actor = Actor { who: Who::System, membership };
        let (now, entropy) = (world.clock.now(), world.entropy.clone());
        let ended = world.app.store.write("judge", move |tx| -> Result<_, Refusal> {
            let reverse = Judgement::Reverse(Part::Whole);
            let found = bulk::only_of_order(tx, &actor, "o-1", None, &reverse)?;
            let none = bulk::only_of_order(tx, &actor, "o-1", Some("lead"), &reverse).is_err();
            // Nothing of it is held, so what there is tells why not.
            let why = bulk::only_of_order(tx, &actor, "o-1", None, &Judgement::Release)?;
            let which = Which::Orders(vec!["o-1".to_owned(), "o-2".to_owned()]);
            let mut change = Change::new(tx, &actor, "test", now, entropy.as_ref());
            let report = bulk::judge(&mut change, &which, &reverse, Reason::Returned, None)?;
            let outcomes: Vec<_> =
                report.outcomes.into_iter().map(|one| (one.named, one.refusal.is_none())).collect();
            Ok((found, none, why, outcomes))
        });
        let (found, none, why, outcomes) = ended.await.unwrap();
        assert_eq!((found, none), (id, true));
        assert_ne!(why, id, "the newest of the others");
        assert_eq!(outcomes, [(id.to_string(), true), ("o-2".to_owned(), false)]);
    })
    .await;
}
