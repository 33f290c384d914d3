//! What happens to a conversion after its first decision.

use app::lifecycle::{ChangeError, Extent};
use model::{Currency, Money, Share, conversion::State};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, usd},
};

fn plan(rate: serde_json::Value) -> Plan {
    Plan::publishers(1).default_terms(order_terms(rate, json!({"hold_seconds": 86_400})))
}

fn percent() -> Plan {
    plan(json!({"kind": "percent", "percent": "7.7"}))
}

#[tokio::test]
async fn three_thirds_leave_nothing_before_and_after_the_approval() {
    on_both(|store| async move {
        let world = World::build(store, percent()).await;
        let third = Extent::Share(Share::new(1, 3).unwrap());
        for (order, approved) in [("o-1", false), ("o-2", true)] {
            let click = world.click(0).await;
            // 7.7 % of 0.10 USD are 7700 units, which three does not divide.
            let answer = world.decide(world.order(order, "0.10", &click.click_id)).await;
            if approved {
                world.approve(answer.conversion_id).await.unwrap();
            }
            let mut left = Vec::new();
            for _ in 0..3 {
                let conversion = world.reverse(answer.conversion_id, third).await.unwrap();
                let (posted, pending) = world.balance(0).await;
                assert_eq!(conversion.commission, posted + pending);
                left.push(conversion.commission);
            }
            assert_eq!(left, [7_700 - 2_566, 7_700 - 5_133, 0]);
            let more = world.reverse(answer.conversion_id, third).await;
            assert!(matches!(more, Err(ChangeError::WrongState { .. })), "{more:?}");
        }
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn amounts_are_taken_back_to_the_smallest_unit_and_never_beyond() {
    on_both(|store| async move {
        let world = World::build(store, percent()).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        world.approve(id).await.unwrap();
        let amount = |text: &str| Extent::Amount(Money::parse(text, Currency::USD).unwrap());
        let conversion = world.reverse(id, amount("33.33")).await.unwrap();
        assert_eq!(conversion.commission, usd("7.70") - usd("2.56641"));
        let too_much = world.reverse(id, amount("66.68")).await;
        assert!(matches!(too_much, Err(ChangeError::ExceedsOriginal { .. })), "{too_much:?}");
        let conversion = world.reverse(id, amount("66.67")).await.unwrap();
        assert_eq!((conversion.state, conversion.commission), (State::Reversed, 0));
        assert_eq!(world.balance(0).await, (0, 0));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_fixed_commission_stays_until_nothing_of_the_order_remains() {
    on_both(|store| async move {
        let world =
            World::build(store, plan(json!({"kind": "fixed_percent", "amount": "2", "percent": "10"}))).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        let half = Extent::Share(Share::new(1, 2).unwrap());
        assert_eq!(world.reverse(id, half).await.unwrap().commission, usd("7"));
        let rest = world.reverse(id, Extent::Whole).await.unwrap();
        assert_eq!((rest.state, rest.commission), (State::Rejected, 0));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn the_end_of_the_hold_approves() {
    on_both(|store| async move {
        let world = World::build(store, percent()).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        let rejected = world.decide(world.order("o-2", "100", &click.click_id)).await.conversion_id;
        world.reject(rejected).await.unwrap();
        assert!(world.approve_due().await.is_empty());
        world.clock.advance_seconds(86_400);
        let approved = world.approve_due().await;
        assert_eq!(
            approved.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(),
            [(id, State::Approved)]
        );
        assert!(world.approve_due().await.is_empty());
        assert_eq!(world.balance(0).await, (usd("7.70"), 0));
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_state_allows_only_what_follows_from_it() {
    on_both(|store| async move {
        let world = World::build(store, percent()).await;
        let click = world.click(0).await;
        let id = world.decide(world.order("o-1", "100", &click.click_id)).await.conversion_id;
        world.approve(id).await.unwrap();
        for refused in [world.approve(id).await, world.reject(id).await] {
            assert!(
                matches!(refused, Err(ChangeError::WrongState { state: State::Approved, .. })),
                "{refused:?}"
            );
        }
        let unknown = model::ConversionId::from_bytes([9; 16]);
        assert!(matches!(world.approve(unknown).await, Err(ChangeError::NotFound)));
        world.assert_clean().await;
    })
    .await;
}
