//! A long random history of everything that can happen, in which nothing is found wrong.

use app::{
    awards, funding,
    intake::{Answer, Event, identity_key},
    lifecycle::{self, Change, ChangeError, Extent, ItemPart},
    media::campaigns,
    own_results,
};
use model::{
    CampaignId, Clock, Code, ConversionId, Currency, FundingId, Money, QuarantineId, Share, VisitorId,
    campaign::{Campaign, CampaignRule},
    conversion::{ConversionReport, Intake, Reason, State},
    touch::{Touch, TouchKind},
};
use serde_json::json;
use store::{Tx, conversions::Conversion, quarantine::Quarantined};

use crate::{
    both::on_both,
    world::{Plan, World, merged, order_terms},
};

/// Six publishers with as many kinds of terms, below caps that are reached.
pub fn plan() -> Plan {
    let lead = |amount: &str| json!({"action": "lead", "rates": [{"rule": "lead", "kind": "fixed", "amount": amount}], "hold_seconds": 0});
    let order =
        |rates: serde_json::Value| json!({"action": "order", "rates": rates, "view_window_seconds": 86_400});
    let percent = |percent: &str| json!([{"rule": "base", "kind": "percent", "percent": percent}]);
    let terms = |actions: serde_json::Value, more: serde_json::Value| {
        merged(
            json!({"currency": "USD", "actions": actions, "fee": {"percent": "20", "fixed": "0.10"}}),
            more,
        )
    };
    Plan::publishers(6)
        .program(json!({"caps": [
            {"metric": "conversions", "period": "day", "limit": "14"},
            {"metric": "charge", "period": "week", "limit": "2500", "currency": "USD"},
            {"metric": "clicks", "period": "hour", "limit": "60"},
            {"metric": "commission", "period": "month", "limit": "100", "currency": "USD", "soft": true},
        ]}))
        .default_terms(terms(json!([lead("1.50"), order(json!([{"rule": "base", "kind": "percent", "percent": "7.333", "tiers": {
            "by": "conversions", "per": "day", "retroactive": true, "steps": [{"from": "2", "percent": "9.1"}, {"from": "4", "percent": "11"}],
        }}]))]), json!({"payout_model": "linear", "caps": [
            {"metric": "conversions", "period": "day", "limit": "14", "over": "together"},
            {"metric": "clicks", "period": "hour", "limit": "60", "over": "together"},
        ]})))
        .terms(1, terms(json!([lead("2"), order(percent("9"))]), json!({"touch_rates": [{"rule": "click", "kind": "per_click", "amount": "0.07"}]})))
        .terms(2, terms(json!([order(json!([
            {"rule": "base", "kind": "percent", "percent": "5"},
            {"rule": "red things", "kind": "percent", "percent": "13.7", "when": {"categories": ["red"]}},
        ]))]), json!({"touch_rates": [{"rule": "thousand", "kind": "per_mille", "amount": "1.333"}]})))
        .terms(3, terms(json!([lead("1"), order(percent("4"))]), json!({"caps": [{"metric": "conversions", "period": "day", "limit": "2"}, {"metric": "clicks", "period": "day", "limit": "9"}]})))
        .version(Some(3), 3, terms(json!([lead("3"), order(percent("12.5"))]), json!({"payout_model": "position", "caps": [{"metric": "conversions", "period": "day", "limit": "3"}]})))
        .terms(4, terms(json!([lead("1"), order(json!([
            {"rule": "both", "kind": "fixed_percent", "amount": "2", "percent": "3"},
            {"rule": "new", "kind": "fixed", "amount": "12", "when": {"customer": "new"}},
        ]))]), json!({"payout_model": "time_decay", "caps": [
            {"metric": "conversions", "period": "day", "limit": "2", "over": "sub1"},
            {"metric": "clicks", "period": "day", "limit": "6", "over": "sub1"},
            {"metric": "clicks", "period": "day", "limit": "12"},
        ]})))
        .terms(5, terms(json!([lead("1"), order(json!([
            {"rule": "stairs", "kind": "percent", "percent": "4", "tiers": {
                "by": "revenue", "per": "week", "retroactive": true,
                "steps": [{"from": "300", "percent": "7"}, {"from": "900", "percent": "8.125"}],
            }},
            {"rule": "vietnam", "kind": "percent", "percent": "6", "when": {"countries": ["VN"], "customer": "new"}},
        ]))]), json!({})))
}

/// Draws numbers and keeps what came of them.
pub struct Historian<'w> {
    world: &'w World,
    visitors: Vec<VisitorId>,
    touches: Vec<Touch>,
    reports: Vec<ConversionReport>,
    campaigns: Vec<CampaignId>,
    pub conversions: Vec<ConversionId>,
}

impl<'w> Historian<'w> {
    pub fn new(world: &'w World) -> Self {
        let visitors = (0..25).map(|_| world.visitor()).collect();
        Self {
            world,
            visitors,
            touches: Vec::new(),
            reports: Vec::new(),
            campaigns: Vec::new(),
            conversions: Vec::new(),
        }
    }

    fn draw(&self, below: usize) -> usize {
        usize::try_from(self.world.entropy.next_u64() % below as u64).unwrap()
    }

    fn one_of<T: Clone>(&self, list: &[T]) -> Option<T> {
        (!list.is_empty()).then(|| list[self.draw(list.len())].clone())
    }

    fn random_touch(&mut self) -> Event {
        let kinds = [TouchKind::Click, TouchKind::Click, TouchKind::Visit, TouchKind::Impression];
        let visitor = self.one_of(&self.visitors).filter(|_| self.draw(5) > 0);
        let mut touch = self.world.touch(self.draw(6), kinds[self.draw(4)], visitor);
        if self.draw(8) == 0 {
            touch.code = [Code::Crawler, Code::Country, Code::Prefetch][self.draw(3)];
        }
        match self.draw(3) {
            0 => drop(touch.parameters.subs.remove("sub1")),
            1 => drop(touch.parameters.subs.insert("sub1".to_owned(), "blau ü".to_owned())),
            _ => {}
        }
        self.touches.push(touch.clone());
        self.world.touch_event(&touch)
    }

    fn random_report(&mut self) -> Event {
        if self.draw(8) == 0
            && let Some(again) = self.one_of(&self.reports)
        {
            return self.world.event(again);
        }
        let mut report = self.world.report(["order", "order", "order", "lead", "unheard_of"][self.draw(5)]);
        match self.draw(10) {
            0 => report.click_id = Some("clk_nonsense".to_owned()),
            1 => {
                let forged = self.one_of(&self.touches).map(|touch| self.world.click_id(&touch));
                report.click_id =
                    forged.map(|id| format!("{}{}", &id[..59], if id.ends_with('0') { '1' } else { '0' }));
            }
            2..=4 => report.visitor_id = self.one_of(&self.visitors),
            _ => report.click_id = self.one_of(&self.touches).map(|touch| self.world.click_id(&touch)),
        }
        report.order_id = (self.draw(4) > 0).then(|| format!("o-{}", self.draw(120)));
        let amount = format!("{}.{:02}", self.draw(300), self.draw(100));
        report.amount = (self.draw(10) > 0).then_some(amount);
        report.currency = [None, None, None, Some("EUR"), Some("shells")][self.draw(5)].map(str::to_owned);
        report.customer_id = (self.draw(3) == 0).then(|| format!("customer {}", self.draw(9)));
        report.customer = [None, Some(model::contract::CustomerKind::New)][self.draw(2)];
        report.idempotency_key = (self.draw(6) == 0).then(|| format!("key {}", self.draw(40)));
        report.program_id = (self.draw(5) == 0).then_some(self.world.program);
        report.test = self.draw(15) == 0;
        if self.draw(2) == 0 {
            let things = [("red", self.draw(3), "17.10"), ("green", self.draw(4), "3.99"), ("blue", 1, "1")];
            let pieces = things.into_iter().filter(|(_, pieces, _)| *pieces > 0);
            let item = |(name, pieces, price)| json!({"sku": name, "category": name, "quantity": pieces, "price": price});
            report.items = serde_json::from_value(pieces.map(item).collect()).unwrap();
        }
        let ways =
            ["", "?utm_campaign=one", "?utm_campaign=TWO&gclid=x", "?utm_source=news", "?utm_medium=email"];
        let way = format!("https://shop.example/{}", ways[self.draw(ways.len())]);
        let from = [None, Some("https://www.google.com/"), Some("https://blog.example/")][self.draw(3)];
        report.arrival = own_results::arrival(Some(&way), from, None);
        report.intake = Intake::Api;
        self.reports.push(report.clone());
        self.world.event(report)
    }

    fn random_event(&mut self) -> Event {
        let now = self.world.clock.now();
        match self.draw(40) {
            0 => Event::Quarantine(Box::new(Quarantined {
                id: QuarantineId::new(now, self.world.entropy.as_ref()),
                network_id: (self.draw(2) == 0).then_some(self.world.network),
                advertiser_id: None,
                received_at: now,
                kind: ["touch", "conversion"][self.draw(2)].to_owned(),
                code: Code::TokenInvalid,
                reason: "the token is wrong".to_owned(),
                request: "GET /postback".to_owned(),
            })),
            1 => Event::Identify {
                keys: vec![identity_key(
                    self.world.advertiser,
                    "customer",
                    &format!("customer {}", self.draw(9)),
                )],
                visitor_id: self.one_of(&self.visitors),
                touch_id: None,
                received_at: now,
            },
            2..=17 => self.random_report(),
            _ => self.random_touch(),
        }
    }

    /// One batch of random events.
    pub async fn random_batch(&mut self) {
        let events = (0..=self.draw(20)).map(|_| self.random_event()).collect();
        for answer in self.world.batch(events).await {
            if let Answer::Conversion(answer) = answer
                && !answer.replayed
            {
                self.conversions.push(answer.conversion_id);
            }
        }
    }

    /// Somebody changes some conversion; that is refused where its state does not allow it.
    pub async fn random_change(&mut self) {
        let Some(id) = self.one_of(&self.conversions) else { return };
        let _refused = match self.draw(13) {
            9 | 10 => self.refuse(id, lifecycle::reject).await,
            11 => {
                let whole = |tx: &mut Tx<'_>, id, by: &Change| lifecycle::reverse(tx, id, Extent::Whole, by);
                self.refuse(id, whole).await
            }
            12 => self.refuse(id, lifecycle::reinstate).await,
            6 | 7 => {
                let sku = ["red", "green", "blue"][self.draw(3)].to_owned();
                let parts = [ItemPart { sku, quantity: 1 }];
                self.world.alter(move |tx, by| lifecycle::reverse_items(tx, id, &parts, by)).await
            }
            0 => self.world.approve(id).await,
            1 => self.world.reject(id).await,
            2 => self.world.reverse(id, Extent::Whole).await,
            3 => self.world.reverse(id, Extent::Amount(dollars("3.21"))).await,
            _ => {
                self.world.reverse(id, Extent::Share(Share::new(1, 3 + self.draw(4) as u128).unwrap())).await
            }
        };
    }
}

impl Historian<'_> {
    /// A decision for a reason after which an order still stands.
    async fn refuse(
        &self,
        id: ConversionId,
        work: impl Fn(&mut Tx<'_>, ConversionId, &Change) -> Result<Conversion, ChangeError> + Send + 'static,
    ) -> Result<Conversion, ChangeError> {
        let reason = [Reason::OtherChannel, Reason::NotCompliant][self.draw(2)];
        self.world.alter(move |tx, by| work(tx, id, &Change { reason, ..by.clone() })).await
    }

    /// A campaign is made or gets other rules, so that results are told anew.
    async fn random_campaign(&mut self, number: usize) {
        let name = ["One", "Two"].get(number).map_or_else(|| format!("Other {number}"), ToString::to_string);
        let channel = ["search", "video"][self.draw(2)];
        let rules = [
            json!([]),
            json!([{"utm_source": "news"}]),
            json!([{"utm_medium": "email"}]),
            json!([{"click_id": "gclid"}]),
        ];
        let id = CampaignId::new(self.world.clock.now(), self.world.entropy.as_ref());
        let of_new = &rules[self.draw(4)];
        let campaign: Campaign = serde_json::from_value(json!({
            "id": id, "network_id": self.world.network, "advertiser_id": self.world.advertiser,
            "channel": channel, "name": name, "rules": of_new, "created_at": self.world.clock.now(),
        }))
        .unwrap();
        self.world.configure(move |change| campaigns::create(change, campaign.clone())).await;
        if let Some(other) = self.one_of(&self.campaigns) {
            let rules: Vec<CampaignRule> = serde_json::from_value(rules[self.draw(4)].clone()).unwrap();
            self.world
                .configure(move |change| {
                    campaigns::update(change, other, &mut |one| Ok(Campaign { rules: rules.clone(), ..one }))
                })
                .await;
        }
        self.campaigns.push(id);
    }
}

fn dollars(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

/// Eight days in which everything happens.
pub async fn eight_days(world: &World) {
    let mut historian = Historian::new(world);
    let (network, advertiser, now) = (world.network, world.advertiser, world.clock.now());
    let id = FundingId::new(now, world.entropy.as_ref());
    world.write(move |tx| funding::fund(tx, network, advertiser, dollars("500"), id, now)).await;
    world.brought(&[(5, 0), (0, 1), (2, 3)]).await;
    world.referral_terms(&[json!({"percent": "7.77"}), json!({"percent": "1.9"})]).await.unwrap();
    for day in 0..8 {
        historian.random_campaign(day).await;
        for _ in 0..10 {
            historian.random_batch().await;
            historian.random_change().await;
        }
        world.raise_page(5).await;
        awards::follow(&world.app).await.unwrap();
        world.clock.advance_seconds(20 * 3600);
    }
    world.clock.advance_seconds(25 * 86_400);
    let due = world.approve_due().await;
    assert!(!due.is_empty(), "some holds have ended");
    for number in 0..120 {
        historian.random_change().await;
        if number % 10 == 0 {
            world.raise_page(2).await;
        }
    }
}

/// What must have become of results that no publisher is paid for, and its rows.
const OWN_RESULTS: [(&str, &str); 4] = [
    ("stands with a campaign", "present = 1 AND campaign_id IS NOT NULL"),
    ("stands without one", "present = 1 AND campaign_id IS NULL"),
    ("stands no more", "present = 0"),
    ("was told anew", "present = 1 AND sequence > 2"),
];

#[tokio::test]
async fn a_random_history_keeps_every_invariant() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        eight_days(&world).await;
        world.assert_clean().await;
        world.raise_all().await;
        awards::follow(&world.app).await.unwrap();
        let summary = world.verify().await;
        world.assert_clean().await;
        // The history is worth checking only if everything occurred in it.
        let mut found = world
            .write(|tx| {
                let mut found = std::collections::BTreeMap::<String, u32>::new();
                for (word, rows) in OWN_RESULTS {
                    let rows = tx.query(&format!("SELECT 1 FROM own_results WHERE {rows}"), &[])?;
                    found.insert(word.to_owned(), u32::try_from(rows.len()).unwrap());
                }
                let adjusted = "SELECT 1 FROM decisions WHERE kind = 'adjusted'";
                found.insert("adjusted".to_owned(), u32::try_from(tx.query(adjusted, &[])?.len()).unwrap());
                store::conversions::for_each(tx, &mut |row| {
                    let row = row?;
                    *found.entry(format!("{} {}", row.state.word(), row.code)).or_default() += 1;
                    Ok(())
                })?;
                Ok(found)
            })
            .await;
        for wanted in [
            "approved ok",
            "pending ok",
            "rejected ok",
            "reversed ok",
            "duplicate duplicate_of",
            "rejected click_forged",
            "rejected click_unknown",
            "rejected cap_reached",
            "rejected action_unknown",
            "test test",
        ] {
            assert!(found.contains_key(wanted), "no conversion is {wanted}: {found:?}");
        }
        for told in OWN_RESULTS {
            assert!(found.remove(told.0) > Some(0), "no result {}: {found:?}", told.0);
        }
        assert!(found["adjusted"] > 4, "hardly anything was raised: {found:?}");
        found.remove("adjusted");
        assert!(found.keys().all(|key| State::from_word(key.split(' ').next().unwrap()).is_some()));
        for what in [
            "touches",
            "conversions",
            "transfers",
            "accounts",
            "counters",
            "outbox",
            "dedup_keys",
            "days",
            "raises",
            "referrals",
        ] {
            assert!(summary.checked.get(what).is_some_and(|number| *number > 0), "{what}: {summary:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_untouched_store_is_clean() {
    on_both(|store| async move {
        let world = World::build(
            store,
            Plan::publishers(1)
                .default_terms(order_terms(json!({"kind": "percent", "percent": "5"}), json!({}))),
        )
        .await;
        world.assert_clean().await;
    })
    .await;
}
