//! Programs that are not open: what of a publisher's touches counts by when he was in.

use app::configuration::{
    applications::{self, NewInvitation},
    members::{self, Ending},
    programs,
};
use model::{
    Clock, Code, Timestamp,
    conversion::State,
    joining::{Joining, ProgramMember},
    link::{CouponPolicy, Link},
    touch::TouchKind,
};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms},
};

fn plan(publishers: usize) -> Plan {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({"hold_seconds": 0}));
    Plan::publishers(publishers).default_terms(terms)
}

impl World {
    /// Opens the program to everybody or to members only.
    async fn joining(&self, joining: Joining) -> Option<usize> {
        let program = self.program;
        self.configure(move |change| {
            programs::update(change, program, &mut |before| Ok(model::program::Program { joining, ..before }))
        })
        .await
        .1
    }

    async fn admit(&self, publisher: usize) {
        let (program_id, publisher_id) = (self.program, self.links[publisher].publisher_id);
        let snapshot = self.app.snapshot.get();
        self.configure(move |change| {
            let new = NewInvitation {
                program_id,
                publisher_id,
                message: String::new(),
                template_id: None,
                expires_at: None,
            };
            let invited = applications::invite(change, &snapshot, new)?;
            applications::accept(change, &snapshot, invited.id, "", None)
        })
        .await;
    }

    async fn end(&self, publisher: usize) -> ProgramMember {
        let (program, publisher) = (self.program, self.links[publisher].publisher_id);
        self.configure(move |change| {
            let ending = Ending { publisher_id: Some(publisher), reason: "Enough.".to_owned(), at: None };
            members::end(change, program, &ending)
        })
        .await
    }

    async fn give_coupon(&self, publisher: usize, code: &'static str) {
        let mut link: Link = self.links[publisher].clone();
        link.coupon_code = Some(code.to_owned());
        link.coupon_policy = CouponPolicy::Always;
        self.write(move |tx| store::configuration::update(tx, &link)).await;
        self.app.snapshot.refresh().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_that_counted_while_he_was_in_are_honoured_later() {
    on_both(|store| async move {
        let world = World::build(store, plan(1)).await;
        let before = world.click(0).await;
        assert_eq!(world.joining(Joining::Application).await, Some(1), "he has a link");
        let inside = world.click(0).await;
        let left = world.end(0).await.left_at.unwrap();
        for (order, click) in [("o-1", &before), ("o-2", &inside)] {
            let answer = world.decide(world.order(order, "100", &click.click_id)).await;
            assert_eq!((answer.state, answer.code), (State::Approved, Code::Ok), "{order}");
        }
        // His row was refused as it came; the same click without its row is judged by its own moment.
        let outside =
            model::touch::Touch { code: Code::NotAMember, ..world.touch(0, TouchKind::Click, None) };
        let outside = world.store_touch(outside).await;
        assert_eq!(outside.answer.code, Code::NotAMember);
        let answer = world.decide(world.order("o-3", "100", &outside.click_id)).await;
        assert_eq!((answer.state, answer.code), (State::Rejected, Code::NotCountedTouch));
        let lost = world.click_id(&world.touch(0, TouchKind::Click, None));
        let answer = world.decide(world.order("o-4", "100", &lost)).await;
        assert_eq!((answer.state, answer.code), (State::Rejected, Code::NotCountedTouch));
        assert!(left < world.clock.now());
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_earns_for_members_only() {
    on_both(|store| async move {
        let world = World::build(store, plan(1)).await;
        world.give_coupon(0, "SPRING").await;
        let coupon = |order: &str| model::conversion::ConversionReport {
            order_id: Some(order.to_owned()),
            amount: Some("100".to_owned()),
            coupon: Some("spring".to_owned()),
            ..world.report("order")
        };
        assert_eq!(world.decide(coupon("o-1")).await.code, Code::Ok);
        world.joining(Joining::Invitation).await;
        assert_eq!(world.decide(coupon("o-2")).await.code, Code::Ok);
        let before = world.clock.now();
        world.end(0).await;
        let refused = world.decide(coupon("o-3")).await;
        assert_ne!((refused.state, refused.code), (State::Approved, Code::Ok));
        let late = model::conversion::ConversionReport { occurred_at: Some(before), ..coupon("o-4") };
        assert_eq!(world.decide(late).await.code, Code::Ok, "bought while he was in");
        world.admit(0).await;
        assert_eq!(world.decide(coupon("o-5")).await.code, Code::Ok, "and back");
        world.joining(Joining::Open).await;
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_that_was_moved_is_found_by_what_was_refused() {
    on_both(|store| async move {
        let world = World::build(store, plan(1)).await;
        world.joining(Joining::Application).await;
        world.end(0).await;
        let touch = model::touch::Touch { code: Code::NotAMember, ..world.touch(0, TouchKind::Click, None) };
        world.store_touch(touch).await;
        let lost = world.click_id(&world.touch(0, TouchKind::Click, None));
        world.decide(world.order("o-1", "100", &lost)).await;
        world.clock.advance_seconds(3_600);
        world.assert_clean().await;
        world
            .write(|tx| {
                let stay: ProgramMember = store::configuration::list(tx, &[], None, 1, |_| true)?.remove(0);
                let joined_at = Timestamp::from_micros(0);
                store::configuration::update(tx, &ProgramMember { joined_at, left_at: None, ..stay })
            })
            .await;
        let summary = world.verify().await;
        let found = |what: &str| summary.violations.iter().any(|one| one.to_string().contains(what));
        assert!(found("its publisher was a member"), "{:#?}", summary.violations);
        assert!(found("was a member of the program"));
    })
    .await;
}
