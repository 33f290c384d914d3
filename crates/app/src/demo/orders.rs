//! What the shop reports: orders and leads of those who clicked, and the mistakes that shops make.

use model::{
    Currency, Money, Share, Timestamp,
    contract::CustomerKind,
    conversion::{ConversionReport, Intake, Item, Reason},
    touch::Touch,
};
use sha2::{Digest, Sha256};

use super::{
    draw::Draw,
    people::{DAY, Scene},
    terms::{COUPON, PARTIES},
};
use crate::{click_id::ClickIdKeys, lifecycle::Extent};

/// What the shop sells: article, category, price in cents.
const ARTICLES: &[((&str, &str, i64), u32)] = &[
    (("SOCK-MERINO", "clothing", 1_490), 22),
    (("BOTTLE-1L", "gear", 1_990), 18),
    (("LAMP-HEAD", "gear", 3_950), 14),
    (("SHIRT-TREK", "clothing", 4_490), 14),
    (("POLES-CARBON", "gear", 8_900), 9),
    (("BACKPACK-40", "gear", 12_900), 9),
    (("BOOTS-ALPIN", "shoes", 18_950), 7),
    (("JACKET-STORM", "clothing", 24_900), 4),
    (("TENT-2P", "tents", 34_900), 2),
    (("TENT-4P", "tents", 62_900), 1),
];

/// A report that the shop will send.
pub(super) struct Planned {
    pub(super) at: Timestamp,
    pub(super) report: ConversionReport,
    /// What people decide about it later, if it is accepted.
    pub(super) fate: Option<Fate>,
}

/// A later decision of the advertiser.
#[derive(Clone, Copy)]
pub(super) struct Fate {
    /// Seconds after the report.
    pub(super) after: i64,
    pub(super) reason: Reason,
    pub(super) kind: FateKind,
}

/// What is decided.
#[derive(Clone, Copy)]
pub(super) enum FateKind {
    /// Nothing is paid.
    Rejected,
    /// So much is taken back.
    Reversed(Extent),
}

/// The shop's books.
pub(super) struct Shop<'a> {
    pub(super) scene: &'a Scene,
    pub(super) click_ids: &'a ClickIdKeys,
    pub(super) orders: u64,
}

impl Shop<'_> {
    /// What comes of a counted click on the link at `place`.
    pub(super) fn visited(&mut self, draw: &Draw, touch: &Touch, place: usize) -> Vec<Planned> {
        let party = &PARTIES[place / 3];
        let mut planned = Vec::new();
        let click_id = self.click_ids.mint(touch.id, self.scene.links[place].slug.number());
        if draw.happens(party.leads) {
            self.lead(draw, touch.received_at, &click_id, &mut planned);
        }
        if draw.happens(party.orders) {
            let coupon = self.scene.links[place].coupon_code.as_deref() == Some(COUPON);
            self.order(draw, touch.received_at, &click_id, coupon, &mut planned);
        }
        planned
    }

    fn report(&self, action: &str, at: Timestamp, click_id: &str) -> ConversionReport {
        ConversionReport {
            advertiser_id: self.scene.advertiser_id,
            intake: Intake::Postback,
            action: action.to_owned(),
            received_at: at,
            occurred_at: None,
            program_id: Some(self.scene.program_id),
            click_id: Some(click_id.to_owned()),
            visitor_id: None,
            order_id: None,
            amount: None,
            currency: None,
            items: Vec::new(),
            coupon: None,
            checkout_started_at: None,
            paid_click_at: None,
            paid_click_channel: None,
            arrival: None,
            customer_id: None,
            customer: None,
            email_sha256: None,
            adv: std::collections::BTreeMap::new(),
            test: false,
            idempotency_key: None,
            dispute_id: None,
        }
    }

    /// A contact, of which some turn out promising days later.
    fn lead(&mut self, draw: &Draw, clicked_at: Timestamp, click_id: &str, planned: &mut Vec<Planned>) {
        let at = clicked_at.plus_seconds(draw.between(40, 1_800));
        let fate = draw.happens(90).then(|| Fate {
            after: draw.between(DAY, 6 * DAY),
            reason: Reason::NotCompliant,
            kind: FateKind::Rejected,
        });
        planned.push(Planned { at, report: self.report("lead", at, click_id), fate });
        if draw.happens(380) {
            let at = at.plus_seconds(draw.between(DAY / 2, 5 * DAY));
            planned.push(Planned { at, report: self.report("qualified_lead", at, click_id), fate: None });
        }
    }

    fn order(
        &mut self,
        draw: &Draw,
        clicked_at: Timestamp,
        click_id: &str,
        coupon: bool,
        planned: &mut Vec<Planned>,
    ) {
        const DELAYS: &[((i64, i64), u32)] = &[((60, 5_400), 60), ((5_400, DAY), 26), ((DAY, 20 * DAY), 14)];
        let (least, most) = draw.weighted(DELAYS);
        let at = clicked_at.plus_seconds(draw.between(least, most));
        self.orders += 1;
        let (items, cents) = basket(draw);
        // The coupon takes a tenth off.
        let cents = if coupon { cents - cents / 10 } else { cents };
        let customer = draw.below(40_000);
        let report = ConversionReport {
            occurred_at: Some(at.plus_seconds(-draw.between(0, 20))),
            order_id: Some(format!("A-{}", 100_000 + self.orders)),
            amount: Some(amount(cents)),
            currency: Some("USD".to_owned()),
            items,
            coupon: coupon.then(|| COUPON.to_owned()),
            customer_id: Some(format!("C-{customer}")),
            customer: Some(if draw.happens(460) { CustomerKind::New } else { CustomerKind::Returning }),
            email_sha256: Some(engine::receipt::hex(&Sha256::digest(format!(
                "customer{customer}@mail.example"
            )))),
            adv: [("adv1".to_owned(), draw.one_of(&["web", "app", "phone"]).to_owned())].into(),
            ..self.report("order", at, click_id)
        };
        let fate = fate(draw, cents);
        mistakes(draw, &report, fate, planned);
    }
}

/// Some articles and what they cost together, in cents.
pub(super) fn basket(draw: &Draw) -> (Vec<Item>, i64) {
    let lines = draw.weighted(&[(1_u32, 60), (2, 28), (3, 12)]);
    let mut items: Vec<Item> = Vec::new();
    let mut cents = 0;
    for _ in 0..lines {
        let (sku, category, price) = draw.weighted(ARTICLES);
        let quantity = draw.weighted(&[(1_u32, 85), (2, 12), (3, 3)]);
        cents += price * i64::from(quantity);
        let (sku, category) = (sku.to_owned(), Some(category.to_owned()));
        items.push(Item { sku, category, quantity, price: amount(price) });
    }
    (items, cents)
}

pub(super) fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Most orders stand; some are cancelled while they are held, some come back when they are paid.
fn fate(draw: &Draw, cents: i64) -> Option<Fate> {
    let returned = |kind| Fate { after: draw.between(16 * DAY, 28 * DAY), reason: Reason::Returned, kind };
    match draw.below(1_000) {
        0..45 => {
            const REASONS: [Reason; 4] =
                [Reason::Cancelled, Reason::PaymentFailed, Reason::OutOfStock, Reason::Fraud];
            let after = draw.between(3_600, 12 * DAY);
            Some(Fate { after, reason: draw.one_of(&REASONS), kind: FateKind::Rejected })
        }
        45..70 => Some(returned(FateKind::Reversed(Extent::Whole))),
        70..100 => {
            let part = Money::parse(&amount((cents / 3).max(1)), Currency::USD).ok()?;
            Some(returned(FateKind::Reversed(Extent::Amount(part))))
        }
        100..120 => Some(returned(FateKind::Reversed(Extent::Share(Share::new(1, 2)?)))),
        _ => None,
    }
}

/// Sends the report, and what shops send beside it or in its place.
fn mistakes(draw: &Draw, report: &ConversionReport, fate: Option<Fate>, planned: &mut Vec<Planned>) {
    let at = report.received_at;
    let mut send = |seconds: i64, fate: Option<Fate>, change: &dyn Fn(&mut ConversionReport)| {
        let at = at.plus_seconds(seconds);
        let mut report = ConversionReport { received_at: at, ..report.clone() };
        change(&mut report);
        planned.push(Planned { at, report, fate });
    };
    match draw.below(1_000) {
        // The same delivery twice.
        0..30 => {
            send(0, fate, &|_| {});
            send(draw.between(1, 90), None, &|_| {});
        }
        // The same order again with another amount.
        30..48 => {
            send(0, fate, &|_| {});
            send(draw.between(600, 2 * DAY), None, &|report| report.amount = Some("1.00".to_owned()));
        }
        // The click id was lost on the way; the customer may still be known.
        48..58 => send(0, fate, &|report| report.click_id = None),
        // Something else stands in its place, and is corrected later.
        58..64 => {
            send(0, None, &|report| report.click_id = Some("undefined".to_owned()));
            send(draw.between(300, 7_200), fate, &|_| {});
        }
        // A click id that was tampered with.
        64..67 => send(0, None, &|report| report.click_id = report.click_id.as_deref().map(tampered)),
        // A comma for a point, corrected later.
        67..75 => {
            send(0, None, &|report| {
                report.amount = report.amount.as_deref().map(|text| text.replace('.', ","))
            });
            send(draw.between(300, 7_200), fate, &|_| {});
        }
        75..79 => send(0, None, &|report| report.test = true),
        _ => send(0, fate, &|_| {}),
    }
}

/// The same click id with another last character.
fn tampered(click_id: &str) -> String {
    let (head, last) = click_id.split_at(click_id.len().saturating_sub(1));
    format!("{head}{}", if last == "0" { '1' } else { '0' })
}
