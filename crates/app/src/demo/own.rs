//! Orders that no publisher brought: of the advertiser's campaigns, of search engines and newsletters, and of people who know the shop.

use std::collections::BTreeMap;

use media::origin;
use model::{
    ConversionId, Timestamp,
    contract::CustomerKind,
    conversion::{ConversionReport, Intake},
};

use super::{
    campaigns::CAMPAIGNS,
    draw::Draw,
    orders::{amount, basket},
    people::{DAY, Scene},
    visitors::moment,
};

/// Randomness of its own, so that everything else of a seed stays as it is.
const STREAM: u64 = 3;

/// A way to the shop, and about how many orders come by it in a hundred days.
struct Way {
    query: String,
    referrer: Option<&'static str>,
    orders: u64,
}

/// Who comes without a publisher.
pub(super) struct Own {
    draw: Draw,
    ways: Vec<Way>,
    orders: u64,
}

impl Own {
    pub(super) fn new(seed: u64) -> Self {
        let of_campaigns = CAMPAIGNS.iter().map(|media| {
            let query = format!("utm_source={}&utm_medium=cpc&utm_id={}", media.channel, media.id);
            Way { query, referrer: None, orders: media.orders }
        });
        let way = |query: &str, referrer, orders| Way { query: query.to_owned(), referrer, orders };
        let others = [
            way("utm_source=letter&utm_medium=email&utm_campaign=weekly", None, 40),
            way("", Some("https://www.google.com/"), 80),
            way("", Some("https://hiking.example/the-best-tents"), 15),
            way("", None, 80),
        ];
        Self { draw: Draw::new(seed, STREAM), ways: of_campaigns.chain(others).collect(), orders: 0 }
    }

    /// The orders of the 24 hours after `start`.
    pub(super) fn day(
        &mut self,
        start: Timestamp,
        scene: &Scene,
    ) -> Vec<(Timestamp, ConversionId, ConversionReport)> {
        let mut orders = Vec::new();
        for way in &self.ways {
            // Up to two a day, as many on average as were said.
            for _ in 0..2 {
                if self.draw.happens(way.orders * 5) {
                    self.orders += 1;
                    let at = moment(&self.draw, start);
                    let report = report(&self.draw, scene, way, at, self.orders);
                    orders.push((at, ConversionId::new(at, &self.draw), report));
                }
            }
        }
        orders
    }
}

fn report(draw: &Draw, scene: &Scene, way: &Way, at: Timestamp, number: u64) -> ConversionReport {
    let (items, cents) = basket(draw);
    let landed_at = at.plus_seconds(-draw.between(120, 2 * DAY));
    let landing = format!("https://shop.aurora.example/?{}", way.query);
    ConversionReport {
        advertiser_id: scene.advertiser_id,
        intake: Intake::Postback,
        action: "order".to_owned(),
        received_at: at,
        occurred_at: None,
        program_id: Some(scene.program_id),
        click_id: None,
        visitor_id: None,
        order_id: Some(format!("B-{}", 100_000 + number)),
        amount: Some(amount(cents)),
        currency: Some("USD".to_owned()),
        items,
        coupon: None,
        checkout_started_at: None,
        paid_click_at: None,
        paid_click_channel: None,
        arrival: origin::arrival(Some(&landing), way.referrer, Some(landed_at)),
        customer_id: None,
        customer: Some(if draw.happens(380) { CustomerKind::New } else { CustomerKind::Returning }),
        email_sha256: None,
        adv: BTreeMap::new(),
        test: false,
        idempotency_key: None,
        dispute_id: None,
    }
}
