//! The touches and conversions of a question, read page after page and kept as narrow as possible.

use std::{collections::HashSet, sync::Arc};

use model::{
    AdvertiserId, Arrival, Code, ConversionId, Currency, Money, NetworkId, ProgramId, Timestamp, TouchId,
    calendar::Zone,
    conversion::{ConversionReport, State},
    touch::TouchKind,
};
use store::{
    cut_ties,
    exposures::{self, ExposureFilter},
    journeys::{self, Contact, Ending, Landing},
    touches,
};

use super::{
    Limits, Question, Split, currency_of,
    people::{Account, People, Person, Ties, Told},
    slots::{SLOTS_MAX, Slots},
    ways::{LinkOf, Way, Ways},
};
use crate::{
    App,
    access::Actor,
    click_id::ClickIdKeys,
    errors::Refusal,
    intake::{ClickReference, identity_key},
    replay::off_the_servers,
    snapshot::Snapshot,
};

/// Rows that are read at a time.
const PAGE: u32 = 5_000;
/// Most ties that a network can cut.
pub(super) const CUT_MAX: u32 = 100_000;

/// A touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Touched {
    pub(super) person: Person,
    pub(super) way: Way,
    pub(super) at: Timestamp,
}

/// A conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) person: Person,
    pub(super) at: Timestamp,
    /// Whether it came in the period; one before it only ends a journey.
    pub(super) counts: bool,
    /// What is left of its value.
    pub(super) units: u64,
}

/// Everything of a question.
pub(super) struct Gathered {
    pub(super) ways: Ways,
    pub(super) touched: Vec<Touched>,
    pub(super) converted: Vec<Converted>,
    /// Conversions whose value is in a currency without a rate; they count without their value.
    pub(super) without_rate: u64,
    /// Direct visits that were explained by an offline exposure.
    pub(super) inferred: u64,
}

/// A conversion before it is known who made it.
struct Reported {
    advertiser: AdvertiserId,
    told: Told,
    at: Timestamp,
    received_at: Timestamp,
    units: u64,
    /// The link of a publisher's coupon that came with it.
    coupon: Option<LinkOf>,
    /// How its visitor came last, as the report tells it, and when.
    arrival: Option<(Arrival, Timestamp)>,
    /// The way of the campaign whose code came with it.
    code: Option<Way>,
    program: Option<ProgramId>,
}

/// Whose rows are looked at.
struct Wanted {
    network: NetworkId,
    advertisers: Option<Vec<AdvertiserId>>,
    program: Option<ProgramId>,
}

impl Wanted {
    fn of(actor: &Actor, question: &Question) -> Self {
        let own = actor.advertisers().map(<[AdvertiserId]>::to_vec);
        let advertisers = match question.advertiser_id {
            Some(one) => Some(own.map_or(vec![one], |own| own.into_iter().filter(|it| *it == one).collect())),
            None => own,
        };
        Self { network: actor.network(), advertisers, program: question.program_id }
    }

    fn has(&self, network: NetworkId, advertiser: AdvertiserId, program: Option<ProgramId>) -> bool {
        network == self.network
            && self.advertisers.as_ref().is_none_or(|list| list.contains(&advertiser))
            && self.program.is_none_or(|wanted| program == Some(wanted))
    }
}

/// Work under way.
struct Gathering {
    snapshot: Arc<Snapshot>,
    question: Question,
    wanted: Wanted,
    limits: Limits,
    currency: Currency,
    ways: Ways,
    ties: Ties,
    told: Vec<Reported>,
    people: People,
    gathered: Vec<Touched>,
    without_rate: u64,
    slots: Slots,
    inferred: u64,
}

/// Reads everything.
///
/// # Errors
/// More than the limits allow; storage errors and damaged rows.
pub(super) async fn gather(
    app: &App,
    actor: &Actor,
    snapshot: &Arc<Snapshot>,
    question: &Question,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Gathered, Refusal> {
    let wanted = Wanted::of(actor, question);
    let zone = snapshot.networks.get(&wanted.network).map_or_else(Zone::utc, |network| network.zone.clone());
    let slots = read_slots(app, &wanted, question).await?;
    let mut gathering = Gathering {
        currency: currency_of(snapshot, wanted.network),
        snapshot: Arc::clone(snapshot),
        ways: Ways::new(&question.by, zone),
        question: question.clone(),
        wanted,
        limits,
        ties: Ties::default(),
        told: Vec::new(),
        people: Ties::default().people(),
        gathered: Vec::new(),
        without_rate: 0,
        slots,
        inferred: 0,
    };
    let cut = Arc::new(read_cut(app, gathering.wanted.network).await?);
    let (first, to) = (first_id(question.reaches_to()), question.to);
    let mut looked_at = 0;

    let mut after = ConversionId::from_bytes(first);
    loop {
        let click_ids = Arc::clone(&app.click_ids);
        let cut = Arc::clone(&cut);
        let page = app.store.read("journeys", move |tx| read_endings(tx, after, &click_ids, &cut)).await?;
        let Some(last) = page.last().map(|(ending, _)| ending.id) else { break };
        after = last;
        looked_at += page.len() as u64;
        progress(looked_at);
        gathering = off_the_servers(move || gathering.endings(page)).await??;
        if last.drawn_at() >= to {
            break;
        }
    }
    gathering = off_the_servers(move || gathering.know_people()).await?;

    let with_place = question.slot_minutes.is_some();
    let mut after = TouchId::from_bytes(first);
    loop {
        let page =
            app.store.read("journeys", move |tx| journeys::landings(tx, after, PAGE, with_place)).await?;
        let Some(last) = page.last().map(|landing| landing.id) else { break };
        after = last;
        looked_at += page.len() as u64;
        progress(looked_at);
        gathering = off_the_servers(move || gathering.landings(page)).await??;
        if last.drawn_at() >= to {
            break;
        }
    }

    let with_source = question.by.contains(&Split::Source);
    let mut after = TouchId::from_bytes(first);
    loop {
        let page =
            app.store.read("journeys", move |tx| journeys::contacts(tx, after, PAGE, with_source)).await?;
        let Some(last) = page.last().map(|contact| contact.id) else { break };
        after = last;
        looked_at += page.len() as u64;
        progress(looked_at);
        gathering = off_the_servers(move || gathering.contacts(page)).await??;
        if last.drawn_at() >= to {
            break;
        }
    }
    off_the_servers(move || gathering.finish()).await?
}

/// The slots that may explain visits, where that is asked for.
async fn read_slots(app: &App, wanted: &Wanted, question: &Question) -> Result<Slots, Refusal> {
    let Some(minutes) = question.slot_minutes else { return Ok(Slots::default()) };
    let (network, advertisers) = (wanted.network, wanted.advertisers.clone());
    // One that began a day before may still have been seen.
    let from = question.reaches_to().plus_micros(-model::time::DAY_US);
    let filter = ExposureFilter { from: Some(from), to: Some(question.to), ..ExposureFilter::default() };
    let read = move |tx: &mut store::Tx<'_>| {
        exposures::list(tx, network, advertisers.as_deref(), &filter, None, SLOTS_MAX + 1)
    };
    let found = app.store.read("journeys", read).await?;
    if found.len() > SLOTS_MAX as usize {
        let message =
            format!("there are more than {SLOTS_MAX} exposures; take a shorter period or an advertiser");
        return Err(Refusal::field("exposures", message));
    }
    Ok(Slots::new(found, i64::from(minutes) * 60_000_000))
}

/// The id before those that were drawn at `at`.
pub(super) fn first_id(at: Timestamp) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.as_millis_clamped().to_be_bytes()[2..]);
    bytes
}

/// The customers' marks that tie nothing in this network.
pub(super) async fn read_cut(app: &App, network: NetworkId) -> Result<HashSet<Account>, Refusal> {
    let read = move |tx: &mut store::Tx<'_>| cut_ties::list(tx, network, None, None, CUT_MAX);
    let rows = app.store.read("journeys", read).await?;
    Ok(rows.into_iter().map(|row| row.account).collect())
}

/// A page of conversions with what each tells of who made it.
pub(super) fn read_endings(
    tx: &mut store::Tx<'_>,
    after: ConversionId,
    click_ids: &ClickIdKeys,
    cut: &HashSet<Account>,
) -> store::Result<Vec<(Ending, Told)>> {
    let mut page: Vec<(Ending, Told)> = Vec::new();
    for ending in journeys::endings(tx, after, PAGE)? {
        let mut told = told_by(&ending.report, click_ids);
        told.customer = told.customer.filter(|account| !cut.contains(account));
        told.email = told.email.filter(|account| !cut.contains(account));
        page.push((ending, told));
    }
    let clicks: Vec<TouchId> = page.iter().filter_map(|(_, told)| told.click).collect();
    let browsers: std::collections::HashMap<_, _> = journeys::browsers(tx, &clicks)?.into_iter().collect();
    let mut accounts: Vec<[u8; 16]> =
        page.iter().flat_map(|(_, told)| told.customer.into_iter().chain(told.email)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let identified: std::collections::HashMap<_, _> =
        touches::identities(tx, &accounts)?.into_iter().collect();
    for (_, told) in &mut page {
        // The click leads to its browser, as it does when the conversion is decided; what is known of the customer comes last.
        let by_click = told.click.and_then(|click| browsers.get(&click).copied());
        let of = |account: Option<[u8; 16]>| account.and_then(|account| identified.get(&account).copied());
        told.identified = of(told.customer).or_else(|| of(told.email));
        told.browser = by_click.or(told.browser).or(told.identified);
    }
    Ok(page)
}

fn told_by(report: &ConversionReport, click_ids: &ClickIdKeys) -> Told {
    let key = |kind: &str, value: &Option<String>| {
        value.as_deref().map(|value| identity_key(report.advertiser_id, kind, value))
    };
    let click = match ClickReference::read(click_ids, report.click_id.as_deref()) {
        ClickReference::Genuine { touch_id, .. } => Some(touch_id),
        _ => None,
    };
    Told {
        browser: report.visitor_id,
        customer: key("customer", &report.customer_id),
        email: key("email", &report.email_sha256),
        click,
        identified: None,
    }
}

impl Gathering {
    fn endings(mut self, page: Vec<(Ending, Told)>) -> Result<Self, Refusal> {
        let period = self.question.reaches_to()..self.question.to;
        for (ending, told) in page {
            if !self.wanted.has(ending.network_id, ending.advertiser_id, ending.program_id)
                || !period.contains(&ending.received_at)
            {
                continue;
            }
            let stands = ending.own || matches!(ending.state, State::Pending | State::Approved | State::Held);
            // Whom a report names is told by every one, what it brought by those that stand.
            if ending.state != State::Test {
                self.ties.add(ending.advertiser_id, &told);
            }
            let action = &ending.report.action;
            if !stands || self.question.action.as_ref().is_some_and(|wanted| wanted != action) {
                continue;
            }
            if self.told.len() >= self.limits.conversions {
                return Err(too_many("conversions", self.limits.conversions));
            }
            let units = self.units(&ending);
            let coupon =
                ending.report.coupon.as_deref().and_then(|code| self.coupon(code, ending.advertiser_id));
            let code = match (&coupon, ending.report.coupon.as_deref()) {
                (None, Some(code)) => {
                    let whose = (ending.advertiser_id, ending.program_id);
                    self.ways.of_code(&self.snapshot, code, ending.occurred_at, whose)
                }
                _ => None,
            };
            let arrived_at = crate::own_results::arrived_at(&ending.report);
            let arrival = ending.report.arrival.clone().map(|arrival| (arrival, arrived_at));
            self.told.push(Reported {
                advertiser: ending.advertiser_id,
                told,
                at: ending.occurred_at,
                received_at: ending.received_at,
                units,
                coupon,
                arrival,
                code,
                program: ending.program_id,
            });
        }
        Ok(self)
    }

    /// The value in the network's currency, by the rate of its day.
    fn units(&mut self, ending: &Ending) -> u64 {
        let Some(value) = ending.value else { return 0 };
        let exchanged = if value.currency() == self.currency {
            Some(value)
        } else {
            let day = model::Day::of(ending.occurred_at);
            let path = self.snapshot.exchange(ending.network_id, value.currency(), self.currency, day);
            let found = path.and_then(|path| path.convert(value).ok().flatten());
            found.map(|exchanged| exchanged.to)
        };
        if exchanged.is_none() && ending.received_at >= self.question.from {
            self.without_rate += 1;
        }
        exchanged.map(Money::units).and_then(|units| u64::try_from(units).ok()).unwrap_or(0)
    }

    /// The link of a publisher's coupon.
    fn coupon(&self, code: &str, advertiser: AdvertiserId) -> Option<LinkOf> {
        let link = &self.snapshot.coupon(code.trim())?.record;
        let program = self.snapshot.programs.get(&link.program_id)?;
        let own = program.record.advertiser_id == advertiser;
        own.then_some(LinkOf { link: link.id, publisher: link.publisher_id, program: link.program_id })
    }

    /// Everything was told of who made conversions.
    fn know_people(mut self) -> Self {
        self.people = std::mem::take(&mut self.ties).people();
        // Conversions with a click of nobody are made known before clicks are met.
        for one in &self.told {
            self.people.of_conversion(one.advertiser, &one.told);
        }
        self
    }

    fn landings(mut self, page: Vec<Landing>) -> Result<Self, Refusal> {
        let period = self.question.reaches_to()..self.question.to;
        for landing in page {
            let (advertiser, at) = (landing.advertiser_id, landing.received_at);
            if !self.wanted.has(landing.network_id, advertiser, Some(landing.program_id))
                || landing.code != Code::Ok
                || !period.contains(&at)
            {
                continue;
            }
            let Some(browser) = landing.visitor_id else { continue };
            let (way, is_direct) = self.ways.of_landing(&self.snapshot, &landing)?;
            if let Some(person) = self.people.of_visit(advertiser, browser, way, at) {
                let way = if is_direct { self.explained(&landing, way) } else { way };
                self.keep(Touched { person, way, at })?;
            }
        }
        Ok(self)
    }

    /// The way of the slot that explains a direct visit, else its own.
    fn explained(&mut self, landing: &Landing, way: Way) -> Way {
        let explained = self.slots.explain(landing.advertiser_id, landing.received_at, &landing.place);
        let campaign = explained.and_then(|id| self.snapshot.campaigns.get(&id));
        let Some(campaign) = campaign else { return way };
        self.inferred += 1;
        self.ways.of_slot(campaign, landing.program_id)
    }

    fn contacts(mut self, page: Vec<Contact>) -> Result<Self, Refusal> {
        let period = self.question.reaches_to()..self.question.to;
        for contact in page {
            let (advertiser, at) = (contact.advertiser_id, contact.received_at);
            let is_kind = contact.kind != TouchKind::Impression || self.question.impressions;
            if !self.wanted.has(contact.network_id, advertiser, Some(contact.program_id))
                || !matches!(contact.code, Code::Ok | Code::DuplicateClick)
                || !is_kind
                || !period.contains(&at)
            {
                continue;
            }
            let person = match contact.visitor_id {
                Some(browser) => Some(self.people.of_browser(advertiser, browser)),
                None => self.people.of_click(contact.id),
            };
            if let Some(person) = person {
                let way = self.ways.of_contact(contact);
                self.keep(Touched { person, way, at })?;
            }
        }
        Ok(self)
    }

    fn keep(&mut self, touched: Touched) -> Result<(), Refusal> {
        if self.gathered.len() >= self.limits.touches {
            return Err(too_many("touches", self.limits.touches));
        }
        if self.ways.names().len() > self.limits.channels {
            let message = format!(
                "that makes more than {} channels; choose dimensions with fewer values, or a shorter period",
                self.limits.channels
            );
            return Err(Refusal::field("by", message));
        }
        self.gathered.push(touched);
        Ok(())
    }

    fn finish(mut self) -> Result<Gathered, Refusal> {
        let mut converted = Vec::with_capacity(self.told.len());
        let told = std::mem::take(&mut self.told);
        let seen: HashSet<Person> = self.gathered.iter().map(|touched| touched.person).collect();
        for one in told {
            let person = self.people.of_conversion(one.advertiser, &one.told);
            // Of whom nothing else is known, it is known how he came.
            if let Some((arrival, at)) = one.arrival.filter(|_| !seen.contains(&person)) {
                let whose = (one.advertiser, one.program);
                let snapshot = Arc::clone(&self.snapshot);
                let way = self.ways.of_arrival(&snapshot, &arrival, at, whose);
                self.keep(Touched { person, way, at: at.min(one.at) })?;
            }
            if let Some(way) = one.code {
                self.keep(Touched { person, way, at: one.at })?;
            }
            if let Some(link) = one.coupon {
                let way = self.ways.of_link(&link, None);
                self.keep(Touched { person, way, at: one.at })?;
            }
            let counts = one.received_at >= self.question.from;
            converted.push(Converted { person, at: one.at, counts, units: one.units });
        }
        let Self { ways, gathered: touched, without_rate, inferred, .. } = self;
        Ok(Gathered { ways, touched, converted, without_rate, inferred })
    }
}

fn too_many(what: &str, most: usize) -> Refusal {
    let message = format!(
        "there are more than {most} {what} in the period and the window before it; take a shorter one, an advertiser \
         or a program, or the command `merit attribute`"
    );
    Refusal::field("to", message)
}
