//! What the demo program is and what is agreed about it.

use model::{
    AdvertiserId, Currency, NetworkId, ProgramId, Timestamp,
    calendar::{Period, Zone},
    contract::{
        ActionTerms, AttributionTerms, Cap, CapMetric, Conditions, CustomerKind, Fee, RateTerm, Terms,
        WhenReached,
    },
    parties::{PublisherKind, Status},
    program::{Action, ActionKind, Fallbacks, LandingPage, Program},
    targeting::Targeting,
};

/// The zone of the network and of the program.
pub(super) const ZONE: &str = "Asia/Ho_Chi_Minh";
/// Hours that the zone is ahead of UTC; it has no daylight saving.
pub(super) const ZONE_HOURS: i64 = 7;
/// The host of the example shop.
const SHOP: &str = "shop.aurora.example";
/// Seconds of a day.
const DAY: u32 = 86_400;

/// A publisher of the demo.
pub(super) struct Party {
    pub(super) name: &'static str,
    pub(super) kind: PublisherKind,
    /// Names of its links.
    pub(super) links: [&'static str; 3],
    /// Values of `sub1` that it sends.
    pub(super) subs: [&'static str; 3],
    /// Host that its visitors come from.
    pub(super) host: &'static str,
    /// Share of all clicks.
    pub(super) weight: u32,
    /// Orders of a thousand clicks.
    pub(super) orders: u64,
    /// Leads of a thousand clicks.
    pub(super) leads: u64,
    /// What is agreed with it alone.
    pub(super) terms: OwnTerms,
}

/// What a publisher has agreed beside the default.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnTerms {
    /// Nothing: the default holds.
    Default,
    /// Nine percent, twelve in the second half of the past.
    Raised,
    /// Paid clicks and a smaller percentage.
    PerClick,
    /// Paid impressions and a smaller percentage.
    PerThousand,
    /// Shares every order with whoever helped.
    Shared,
}

/// The coupon that the second publisher gives out.
pub(super) const COUPON: &str = "AURORA10";

/// Who brings visitors.
pub(super) const PARTIES: [Party; 8] = [
    Party {
        name: "Trail & Summit Blog",
        kind: PublisherKind::Content,
        links: ["Boot review", "Packing list", "Homepage"],
        subs: ["review", "list", "footer"],
        host: "trailsummit.example",
        weight: 20,
        orders: 32,
        leads: 14,
        terms: OwnTerms::Raised,
    },
    Party {
        name: "SaveSmart Coupons",
        kind: PublisherKind::Coupon,
        links: ["Coupon AURORA10", "Sale page", "Newsletter deal"],
        subs: ["coupon", "sale", "deal"],
        host: "savesmart.example",
        weight: 18,
        orders: 44,
        leads: 4,
        terms: OwnTerms::Default,
    },
    Party {
        name: "CashBee",
        kind: PublisherKind::Cashback,
        links: ["Shop page", "Double cashback", "App"],
        subs: ["web", "promo", "app"],
        host: "cashbee.example",
        weight: 14,
        orders: 40,
        leads: 6,
        terms: OwnTerms::Default,
    },
    Party {
        name: "Mountain Mina",
        kind: PublisherKind::Influencer,
        links: ["Video: three days alone", "Story", "Bio"],
        subs: ["video", "story", "bio"],
        host: "social.example",
        weight: 16,
        orders: 18,
        leads: 16,
        terms: OwnTerms::Default,
    },
    Party {
        name: "FindFast Ads",
        kind: PublisherKind::Search,
        links: ["Tents", "Jackets", "Generic"],
        subs: ["tents", "jackets", "generic"],
        host: "search.example",
        weight: 12,
        orders: 22,
        leads: 8,
        terms: OwnTerms::PerClick,
    },
    Party {
        name: "Weekend Letter",
        kind: PublisherKind::Email,
        links: ["Friday mail", "Gear guide", "Archive"],
        subs: ["friday", "guide", "archive"],
        host: "weekendletter.example",
        weight: 8,
        orders: 30,
        leads: 20,
        terms: OwnTerms::Shared,
    },
    Party {
        name: "PocketGear App",
        kind: PublisherKind::App,
        links: ["Banner", "Wish list", "Push"],
        subs: ["banner", "wishlist", "push"],
        host: "pocketgear.example",
        weight: 7,
        orders: 14,
        leads: 10,
        terms: OwnTerms::PerThousand,
    },
    Party {
        name: "Partner Hub",
        kind: PublisherKind::SubNetwork,
        links: ["Feed", "Deep links", "Widget"],
        subs: ["feed", "deep", "widget"],
        host: "partnerhub.example",
        weight: 5,
        orders: 12,
        leads: 4,
        terms: OwnTerms::Default,
    },
];

/// The program.
pub(super) fn program(
    id: ProgramId,
    network_id: NetworkId,
    advertiser_id: AdvertiserId,
    zone: Zone,
    created_at: Timestamp,
) -> Program {
    let action = |name: &str, kind, order: bool| Action {
        name: name.to_owned(),
        kind,
        order_id_required: order,
        repeats: false,
        amount_required: order,
    };
    let page = |path: &str, weight| LandingPage {
        url: format!("https://{SHOP}/{path}?click_id={{click_id}}&source={{publisher_id}}"),
        weight,
    };
    let home = format!("https://{SHOP}/");
    Program {
        id,
        network_id,
        advertiser_id,
        name: "Aurora Outdoor".to_owned(),
        status: Status::Active,
        starts_at: None,
        ends_at: None,
        zone,
        actions: vec![
            action("lead", ActionKind::Lead, false),
            action("qualified_lead", ActionKind::QualifiedLead, false),
            action("order", ActionKind::Order, true),
        ],
        landing_pages: vec![page("", 3), page("season", 1)],
        verified_hosts: vec![SHOP.to_owned(), format!("*.{SHOP}")],
        app_schemes: Vec::new(),
        fallbacks: Fallbacks { other: Some(home), ..Fallbacks::default() },
        targeting: Targeting::default(),
        caps: vec![
            cap(CapMetric::Conversions, Period::Day, "100000", None, false),
            cap(CapMetric::Charge, Period::Month, "25000", Some(Currency::USD), true),
        ],
        blocked_addresses: Vec::new(),
        refuse_data_centers: true,
        https_only: false,
        unique_window_seconds: DAY,
        public_terms: "Eight percent of every order, more for those who bring more. No brand bidding."
            .to_owned(),
        public_page: true,
        notice_days: 14,
        requires_acceptance: false,
        joining: model::joining::Joining::Open,
        default_template_id: None,
        created_at,
    }
}

fn cap(metric: CapMetric, period: Period, limit: &str, currency: Option<Currency>, soft: bool) -> Cap {
    let when_reached = WhenReached::Reject;
    let alert_at = vec![80, 100];
    let over = None;
    Cap { metric, period, limit: limit.to_owned(), currency, over, soft, when_reached, even: false, alert_at }
}

/// The agreement that holds for everybody without one of his own.
pub(super) fn default_terms() -> Terms {
    terms("8", "10", Vec::new())
}

/// The versions of a publisher's own agreement: the first from the beginning, a second one from the middle.
pub(super) fn own_terms(own: OwnTerms) -> Vec<Terms> {
    match own {
        OwnTerms::Default => Vec::new(),
        OwnTerms::Raised => vec![terms("9", "11", Vec::new()), terms("12", "15", Vec::new())],
        OwnTerms::PerClick => vec![terms("3", "4", vec![rate("click", "per_click", "amount", "0.06")])],
        OwnTerms::PerThousand => vec![terms("5", "6", vec![rate("thousand", "per_mille", "amount", "2.40")])],
        OwnTerms::Shared => vec![Terms { payout_model: "linear".to_owned(), ..terms("8", "10", Vec::new()) }],
    }
}

/// Orders by percentage, more for new customers; leads at a price.
fn terms(percent: &str, percent_of_new: &str, touch_rates: Vec<RateTerm>) -> Terms {
    let new = RateTerm {
        when: Conditions { customer: Some(CustomerKind::New), ..Conditions::default() },
        ..rate("order_new_customer", "percent", "percent", percent_of_new)
    };
    let lead = |action: &str, amount: &str| {
        action_terms(action, vec![rate(action, "fixed", "amount", amount)], 0, 7 * DAY)
    };
    let orders = vec![rate("order", "percent", "percent", percent), new];
    Terms {
        currency: Currency::USD,
        payout_model: "last".to_owned(),
        actions: vec![
            lead("lead", "1.20"),
            lead("qualified_lead", "6.00"),
            action_terms("order", orders, 5, 14 * DAY),
        ],
        touch_rates,
        fee: Fee { percent: Some("20".to_owned()), fixed: None },
        caps: Vec::new(),
        own_purchases: false,
        reject_too_fast: false,
        attribution: AttributionTerms::default(),
        bonuses: Vec::new(),
        ended: false,
    }
}

fn action_terms(
    action: &str,
    rates: Vec<RateTerm>,
    delay_seconds_min: u32,
    hold_seconds: u32,
) -> ActionTerms {
    ActionTerms {
        action: action.to_owned(),
        rates,
        click_window_seconds: 30 * DAY,
        view_window_seconds: DAY,
        delay_seconds_min,
        hold_seconds,
        recurring: None,
    }
}

fn rate(rule: &str, kind: &str, parameter: &str, value: &str) -> RateTerm {
    let mut parameters = serde_json::Map::new();
    parameters.insert(parameter.to_owned(), value.into());
    RateTerm {
        rule: rule.to_owned(),
        kind: kind.to_owned(),
        when: Conditions::default(),
        tiers: None,
        parameters,
    }
}
