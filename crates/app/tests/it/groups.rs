//! Contracts with groups: which one holds for whom at which moment, and that the past stays as it was judged.

use app::configuration::{
    contracts::{self, NewContract, NewVersion},
    groups,
};
use model::{Clock, PublisherGroupId, contract::Audience};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, read},
};

fn percent(percent: &str) -> serde_json::Value {
    order_terms(json!({"kind": "percent", "percent": percent}), json!({"hold_seconds": 0}))
}

impl World {
    pub async fn group(&self, name: &'static str) -> PublisherGroupId {
        self.configure(move |change| groups::create(change, name.to_owned())).await.id
    }

    async fn agree(&self, audience: Audience, rate: &'static str) {
        let program_id = self.program;
        self.configure(move |change| {
            let version = NewVersion { valid_from: None, terms: read(percent(rate)) };
            contracts::create(change, NewContract { program_id, audience, version })
        })
        .await;
    }

    pub async fn join(&self, group: PublisherGroupId, publisher: usize) {
        let publisher = self.links[publisher].publisher_id;
        self.configure(move |change| groups::join(change, group, publisher)).await;
    }

    pub async fn leave(&self, group: PublisherGroupId, publisher: usize) {
        let publisher = self.links[publisher].publisher_id;
        self.configure(move |change| groups::leave(change, group, publisher)).await;
    }

    /// What an order of a hundred dollars earns the publisher, which is his percentage.
    async fn percent_of(&self, publisher: usize) -> String {
        let click = self.click(publisher).await;
        let order = self.clock.now().to_string();
        let answer = self.decide(self.order(&order, "100", &click.click_id)).await;
        answer.commission.unwrap().amount_text().trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_contract_holds_and_membership_counts_from_its_moment() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(3).default_terms(percent("5"))).await;
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        world.agree(Audience::Group(gold), "9").await;
        assert_eq!(world.percent_of(0).await, "5", "no member yet");
        world.join(gold, 0).await;
        assert_eq!(world.percent_of(0).await, "9", "his group's");
        assert_eq!(world.percent_of(1).await, "5", "the other is in no group");
        world.join(silver, 0).await;
        assert_eq!(world.percent_of(0).await, "9", "the second group has no contract");
        world.agree(Audience::Group(silver), "7").await;
        assert_eq!(world.percent_of(0).await, "7", "of two groups the contract that began last");
        world.agree(Audience::Publisher(world.links[0].publisher_id), "3").await;
        assert_eq!(world.percent_of(0).await, "3", "his own before any group's");
        world.join(gold, 1).await;
        assert_eq!(world.percent_of(1).await, "9");
        world.leave(gold, 1).await;
        assert_eq!(world.percent_of(1).await, "5", "after leaving the default again");
        world.join(gold, 1).await;
        assert_eq!(world.percent_of(1).await, "9", "and back");
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_report_is_judged_by_the_membership_of_its_moment() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(1).default_terms(percent("5"))).await;
        let gold = world.group("Gold").await;
        world.agree(Audience::Group(gold), "9").await;
        let click = world.click(0).await;
        let before = world.clock.now();
        world.join(gold, 0).await;
        let mut late = world.order("late", "100", &click.click_id);
        late.occurred_at = Some(before);
        let answer = world.decide(late).await;
        assert_eq!(answer.commission.unwrap().amount_text(), "5.00", "bought before he joined");
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_that_was_moved_is_found() {
    on_both(|store| async move {
        let world = World::build(store, Plan::publishers(1).default_terms(percent("5"))).await;
        let gold = world.group("Gold").await;
        world.agree(Audience::Group(gold), "9").await;
        world.join(gold, 0).await;
        assert_eq!(world.percent_of(0).await, "9");
        world.leave(gold, 0).await;
        world.assert_clean().await;
        let moved = world.clock.now().as_micros();
        world
            .write(move |tx| {
                let stay: model::group::GroupMember =
                    store::configuration::list(tx, &[], None, 1, |_| true)?.remove(0);
                let at = model::Timestamp::from_micros(moved);
                let stay = model::group::GroupMember { joined_at: at, left_at: Some(at), ..stay };
                store::configuration::update(tx, &stay)
            })
            .await;
        let summary = world.verify().await;
        assert!(summary.violations.iter().any(|one| one.to_string().contains("contract in force")));
    })
    .await;
}
