//! The small network that is loaded: one advertiser with one program, two publishers with links, and terms under which
//! clicks and both kinds of conversion earn, so that every kind of posting is among the events.

use anyhow::Context;
use app::click_id::ClickIdKeys;
use data_encoding::HEXLOWER;
use model::{
    AdvertiserId, ContractId, ContractVersionId, Currency, Entropy, LinkId, NetworkId, ProgramId,
    PublisherId, Timestamp,
    calendar::{Period, Zone},
    contract::{
        ActionTerms, AttributionTerms, Cap, CapMetric, ContractVersion, Fee, RateTerm, Terms, WhenReached,
    },
    link::{CouponPolicy, Link, LinkCode},
    parties::{Advertiser, Billing, Network, PostbackAuth, Publisher, PublisherKind, Status, UnknownConsent},
    program::{Action, ActionKind, Fallbacks, LandingPage, Program},
    targeting::Targeting,
};
use sha2::{Digest, Sha256};
use store::{Options, Store, configuration::insert, secrets};
use testkit::SeededEntropy;

/// When the network is said to have been made: before every event.
const SINCE: Timestamp = Timestamp::from_seconds(1_735_689_600);
/// How many links are clicked.
const LINKS: usize = 6;
/// Days that an `order` waits for its approval; a `lead` is approved at once.
const ORDER_HOLD_SECONDS: u32 = 30 * 86_400;

/// What clients need to know of the network.
pub struct World {
    /// The links that are clicked.
    pub links: Vec<Link>,
    /// Token of the advertiser's postbacks.
    pub token: String,
    /// The program that conversions belong to.
    pub program: ProgramId,
    /// The keys that click ids must still verify with after every crash.
    pub click_ids: ClickIdKeys,
}

struct Records {
    network: Network,
    advertiser: Advertiser,
    publishers: [Publisher; 2],
    program: Program,
    contract: ContractVersion,
    links: Vec<Link>,
}

/// Brings the schema of an empty database up to date and writes the network into it.
///
/// # Errors
/// What the database refuses.
pub async fn create(options: Options, seed: u64) -> anyhow::Result<World> {
    let entropy = SeededEntropy::new(seed);
    let token = format!("soak-{:016x}", entropy.next_u64());
    let records = records(&entropy, &token);
    let links = records.links.clone();
    let program = records.program.id;

    let store = Store::open(options).await.context("open the database for the network")?;
    store.migrate().await?;
    let written = store.write("soak network", move |tx| {
        write(tx, &records)?;
        secrets::all_or_first(tx, "click_id", SINCE, &entropy)
    });
    let keys = written.await?;
    let numbered = keys.iter().rev().map(|key| Ok((u8::try_from(key.number)?, key.value)));
    let click_ids = ClickIdKeys::new(numbered.collect::<anyhow::Result<Vec<_>>>()?)?;
    Ok(World { links, token, program, click_ids })
}

fn write(tx: &mut store::Tx<'_>, records: &Records) -> store::Result<()> {
    insert(tx, &records.network)?;
    insert(tx, &records.advertiser)?;
    for publisher in &records.publishers {
        insert(tx, publisher)?;
    }
    insert(tx, &records.program)?;
    insert(tx, &records.contract)?;
    records.links.iter().try_for_each(|link| insert(tx, link))
}

fn records(entropy: &dyn Entropy, token: &str) -> Records {
    let network = Network {
        id: NetworkId::new(SINCE, entropy),
        name: "Soak".to_owned(),
        currency: Currency::USD,
        zone: Zone::utc(),
        fallback_url: None,
        unknown_consent: UnknownConsent::Permit,
        exchange_days_max: 7,
        dispute_days: model::parties::DISPUTE_DAYS,
        touch_detail_days: None,
        created_at: SINCE,
    };
    let postback = PostbackAuth {
        token_sha256: Some(HEXLOWER.encode(&Sha256::digest(token.as_bytes()))),
        ..PostbackAuth::default()
    };
    let advertiser = Advertiser {
        id: AdvertiserId::new(SINCE, entropy),
        network_id: network.id,
        name: "Shop".to_owned(),
        status: Status::Active,
        billing: Billing::Postpaid,
        postback,
        alert_below: Vec::new(),
        created_at: SINCE,
    };
    let publishers = ["Reviews", "Videos"].map(|name| publisher(network.id, name, entropy));
    let program = program(network.id, advertiser.id, entropy);
    let contract = ContractVersion {
        id: ContractVersionId::new(SINCE, entropy),
        contract_id: ContractId::new(SINCE, entropy),
        network_id: network.id,
        program_id: program.id,
        publisher_id: None,
        group_id: None,
        number: 1,
        valid_from: SINCE,
        terms: terms(),
        template: None,
        created_at: SINCE,
    };
    let links = (0..LINKS).map(|number| Link {
        id: LinkId::new(SINCE, entropy),
        slug: LinkCode::new(entropy),
        network_id: network.id,
        program_id: program.id,
        publisher_id: publishers[number % publishers.len()].id,
        name: format!("link {number}"),
        status: Status::Active,
        landing_pages: Vec::new(),
        coupon_code: None,
        coupon_policy: CouponPolicy::default(),
        created_at: SINCE,
    });
    let links = links.collect();
    Records { network, advertiser, publishers, program, contract, links }
}

fn publisher(network_id: NetworkId, name: &str, entropy: &dyn Entropy) -> Publisher {
    Publisher {
        id: PublisherId::new(SINCE, entropy),
        network_id,
        name: name.to_owned(),
        status: Status::Active,
        kind: PublisherKind::Content,
        external_id: None,
        own_customers_sha256: Vec::new(),
        currency: None,
        referred_by: None,
        created_at: SINCE,
    }
}

/// Its caps are far away: they make every event count, and count in rows that all of them share.
fn program(network_id: NetworkId, advertiser_id: AdvertiserId, entropy: &dyn Entropy) -> Program {
    let action = |name: &str, kind, amount_required| Action {
        name: name.to_owned(),
        kind,
        order_id_required: true,
        repeats: false,
        amount_required,
    };
    let cap = |metric, period| Cap {
        over: None,
        metric,
        period,
        limit: "1000000000".to_owned(),
        currency: None,
        soft: false,
        when_reached: WhenReached::Reject,
        even: false,
        alert_at: model::contract::at_the_limit(),
    };
    let page = "https://shop.example/welcome?from={link_id}";
    Program {
        id: ProgramId::new(SINCE, entropy),
        network_id,
        advertiser_id,
        name: "Everything".to_owned(),
        status: Status::Active,
        starts_at: None,
        ends_at: None,
        zone: Zone::utc(),
        actions: vec![action("order", ActionKind::Order, true), action("lead", ActionKind::Lead, false)],
        landing_pages: vec![LandingPage { url: page.to_owned(), weight: 1 }],
        verified_hosts: vec!["shop.example".to_owned()],
        app_schemes: Vec::new(),
        fallbacks: Fallbacks::default(),
        targeting: Targeting::default(),
        caps: vec![cap(CapMetric::Clicks, Period::Day), cap(CapMetric::Conversions, Period::Total)],
        blocked_addresses: Vec::new(),
        refuse_data_centers: false,
        https_only: false,
        unique_window_seconds: 86_400,
        public_terms: String::new(),
        public_page: false,
        notice_days: 0,
        requires_acceptance: false,
        joining: model::joining::Joining::Open,
        default_template_id: None,
        created_at: SINCE,
    }
}

fn terms() -> Terms {
    let rate = |rule: &str, kind: &str, parameter: &str, value: &str| RateTerm {
        rule: rule.to_owned(),
        kind: kind.to_owned(),
        when: model::contract::Conditions::default(),
        tiers: None,
        parameters: [(parameter.to_owned(), value.into())].into_iter().collect(),
    };
    let action = |action: &str, rate, hold_seconds| ActionTerms {
        action: action.to_owned(),
        rates: vec![rate],
        click_window_seconds: ORDER_HOLD_SECONDS,
        view_window_seconds: 0,
        delay_seconds_min: 0,
        hold_seconds,
        recurring: None,
    };
    Terms {
        currency: Currency::USD,
        payout_model: "last".to_owned(),
        actions: vec![
            action("order", rate("orders", "percent", "percent", "7.5"), ORDER_HOLD_SECONDS),
            action("lead", rate("leads", "fixed", "amount", "3.00"), 0),
        ],
        touch_rates: vec![rate("clicks", "per_click", "amount", "0.02")],
        fee: Fee { percent: Some("20".to_owned()), fixed: None },
        caps: Vec::new(),
        own_purchases: false,
        reject_too_fast: false,
        attribution: AttributionTerms::default(),
        bonuses: Vec::new(),
        ended: false,
    }
}
