//! Caps: limits that are never overshot.
//!
//! A cap counts in a row of the store that is found by its [`CapKey`]: who is limited, what is
//! counted, and over which stretch of the program's calendar. The engine reads the rows it needs,
//! asks [`admit`] whether an event still fits, and writes what `admit` answers in the transaction
//! that holds the event. Admitting is all or nothing: an event that one hard cap refuses counts
//! nowhere. Soft caps only count.
//!
//! A money cap counts amounts of its own currency; amounts of other currencies pass it by. The key
//! does not name the contract version, so a new version goes on counting where the last one stood.

use std::fmt;

use model::{
    Code, Currency, Money, ProgramId, PublisherId, Timestamp,
    calendar::{Period, Zone},
    contract::{Cap, CapMetric, WhenReached},
};
use serde::Serialize;

use crate::{rates::amount_not_negative, term_error::TermError};

const METRICS: [CapMetric; 4] =
    [CapMetric::Clicks, CapMetric::Conversions, CapMetric::Commission, CapMetric::Charge];
const PERIODS: [Period; 6] =
    [Period::Hour, Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Total];

/// Stands for "no currency" in a key: the cap counts pieces, not money.
const COUNT: u8 = 255;

/// Over whom a cap counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    /// All publishers of a program together.
    Program,
    /// Each publisher by himself.
    Publisher,
}

/// Over whom a key counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CapScope {
    /// All publishers of the program together.
    Program,
    /// This publisher within the program.
    Publisher(PublisherId),
}

/// The name of one counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CapKey {
    /// Over whom it counts.
    pub scope: CapScope,
    /// Within which program.
    pub program_id: ProgramId,
    /// What it counts.
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// Currency of a money cap.
    pub currency: Option<Currency>,
    /// When the stretch began.
    pub start: Timestamp,
}

impl CapKey {
    /// Length of the stored form.
    pub const LENGTH: usize = 44;

    /// The stored form: scope kind 1 | program 16 | publisher 16 (zeros for a program) | metric 1 |
    /// period 1 | currency 1 (255 for counts) | start of the period, microseconds, big-endian 8.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[0] = match self.scope {
            CapScope::Program => 1,
            CapScope::Publisher(_) => 2,
        };
        bytes[1..17].copy_from_slice(self.program_id.bytes());
        if let CapScope::Publisher(publisher_id) = &self.scope {
            bytes[17..33].copy_from_slice(publisher_id.bytes());
        }
        bytes[33] = self.metric.number();
        bytes[34] = self.period.number();
        bytes[35] = self.currency.map_or(COUNT, Currency::number);
        bytes[36..].copy_from_slice(&self.start.as_micros().to_be_bytes());
        bytes
    }

    /// Reads the stored form; `None` when these are not the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::LENGTH] = bytes.try_into().ok()?;
        let publisher: [u8; 16] = bytes[17..33].try_into().ok()?;
        let scope = match bytes[0] {
            1 if publisher == [0; 16] => CapScope::Program,
            2 => CapScope::Publisher(PublisherId::from_bytes(publisher)),
            _ => return None,
        };
        let metric = METRICS.into_iter().find(|metric| metric.number() == bytes[33])?;
        let currency = match bytes[35] {
            COUNT => None,
            number => Some(Currency::from_number(number)?),
        };
        if metric.is_money() != currency.is_some() {
            return None;
        }
        Some(Self {
            scope,
            program_id: ProgramId::from_bytes(bytes[1..17].try_into().ok()?),
            metric,
            period: PERIODS.into_iter().find(|period| period.number() == bytes[34])?,
            currency,
            start: Timestamp::from_micros(i64::from_be_bytes(bytes[36..].try_into().ok()?)),
        })
    }

    /// A number of this counter for people: `1000` or `12.50 USD`.
    pub fn show(&self, units: i64) -> String {
        match self.currency {
            Some(currency) => Money::from_units(units, currency).to_string(),
            None => units.to_string(),
        }
    }
}

/// A cap, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledCap {
    /// Over whom it counts.
    pub scope: ScopeKind,
    /// Within which program.
    pub program_id: ProgramId,
    /// What it counts.
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// Currency of a money cap.
    pub currency: Option<Currency>,
    /// The limit: pieces, or units of the currency.
    pub limit: i64,
    /// A soft cap only counts.
    pub soft: bool,
    /// What becomes of a conversion that does not fit any more.
    pub when_reached: WhenReached,
    /// Whether clicks are let in evenly over the period.
    pub even: bool,
}

/// Parts of a period over which an even cap spreads clicks: an hour of a day.
const PARTS: i64 = 24;

impl CompiledCap {
    /// The counter of this cap for an event of `publisher_id` at `at`.
    pub fn key(&self, publisher_id: PublisherId, zone: &Zone, at: Timestamp) -> CapKey {
        CapKey {
            scope: match self.scope {
                ScopeKind::Program => CapScope::Program,
                ScopeKind::Publisher => CapScope::Publisher(publisher_id),
            },
            program_id: self.program_id,
            metric: self.metric,
            period: self.period,
            currency: self.currency,
            start: self.period.start(zone, at),
        }
    }

    /// The limit that a click at `at` is judged by: for an even cap the share of the parts of the period that have begun,
    /// rounded up.
    pub fn click_limit(&self, zone: &Zone, at: Timestamp) -> i64 {
        let (true, Some(end)) = (self.even, self.period.end(zone, at)) else { return self.limit };
        let start = self.period.start(zone, at);
        let (whole, gone) = (i128::from(end.micros_since(start)), i128::from(at.micros_since(start)));
        if whole <= 0 {
            return self.limit;
        }
        let begun = (gone * i128::from(PARTS) / whole + 1).clamp(1, i128::from(PARTS));
        let share = (i128::from(self.limit) * begun + i128::from(PARTS) - 1) / i128::from(PARTS);
        i64::try_from(share).unwrap_or(self.limit)
    }
}

/// Checks the caps of one scope. `currency` is that of a contract's terms; a program has none.
///
/// # Errors
/// Everything that is wrong, each with its field (`caps[0].limit`).
pub fn compile_caps(
    caps: &[Cap],
    scope: ScopeKind,
    program_id: ProgramId,
    currency: Option<Currency>,
) -> Result<Vec<CompiledCap>, Vec<TermError>> {
    let mut compiled: Vec<CompiledCap> = Vec::with_capacity(caps.len());
    let mut errors = Vec::new();
    for (place, cap) in caps.iter().enumerate() {
        let checked = cap_currency(cap, currency).and_then(|currency| {
            let limit = cap_limit(cap, currency)?;
            let cap = CompiledCap {
                scope,
                program_id,
                metric: cap.metric,
                period: cap.period,
                currency,
                limit,
                soft: cap.soft,
                when_reached: cap.when_reached,
                even: cap.even,
            };
            refuse_contradiction(&cap)?;
            refuse_conflict(&compiled, &cap)?;
            Ok(cap)
        });
        match checked {
            Ok(cap) => compiled.push(cap),
            Err(error) => {
                let field = format!("caps[{place}].{}", error.field);
                errors.push(TermError::new(field, error.message));
            }
        }
    }
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}

fn cap_currency(cap: &Cap, terms: Option<Currency>) -> Result<Option<Currency>, TermError> {
    let refuse = |message: String| Err(TermError::new("currency", message));
    match (cap.metric.is_money(), cap.currency, terms) {
        (false, None, _) => Ok(None),
        (false, Some(_), _) => refuse("a cap on counts has no currency".to_owned()),
        (true, Some(given), Some(terms)) if given != terms => {
            refuse(format!("the contract is in {terms}, so its caps cannot be in {given}"))
        }
        (true, None, None) => refuse("a program's cap on money needs a currency".to_owned()),
        (true, given, terms) => Ok(given.or(terms)),
    }
}

fn cap_limit(cap: &Cap, currency: Option<Currency>) -> Result<i64, TermError> {
    let limit = match currency {
        Some(currency) => amount_not_negative(&cap.limit, currency).map(Money::units),
        None => count_not_negative(&cap.limit),
    };
    limit.map_err(|message| TermError::new("limit", message))
}

pub(crate) fn count_not_negative(text: &str) -> Result<i64, String> {
    let shown: String = text.chars().take(40).collect();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{shown}` is not a whole number such as 1000"));
    }
    text.parse().map_err(|_| format!("`{shown}` is not a number that fits"))
}

/// Switches that could never have an effect are mistakes of whoever wrote them.
fn refuse_contradiction(cap: &CompiledCap) -> Result<(), TermError> {
    let refuse = |field: &str, message: &str| Err(TermError::new(field, message));
    if cap.when_reached == WhenReached::Honour && cap.soft {
        return refuse("when_reached", "a soft cap is never reached, so there is nothing to honour");
    }
    if cap.when_reached == WhenReached::Honour && cap.metric == CapMetric::Clicks {
        return refuse("when_reached", "a cap on clicks refuses clicks, not conversions");
    }
    if cap.even && cap.soft {
        return refuse("even", "a soft cap lets every click in; only a hard one can spread them");
    }
    if cap.even && cap.period == Period::Total {
        return refuse("even", "a cap in total has no period to spread clicks over");
    }
    Ok(())
}

/// One hard and one soft cap may share a counter, and then the soft one must come first.
fn refuse_conflict(earlier: &[CompiledCap], cap: &CompiledCap) -> Result<(), TermError> {
    let same_counter = |other: &&CompiledCap| {
        (other.metric, other.period, other.currency) == (cap.metric, cap.period, cap.currency)
    };
    for other in earlier.iter().filter(same_counter) {
        if other.soft == cap.soft {
            let message = "another cap counts the same over the same period; keep one of them";
            return Err(TermError::new("metric", message));
        }
        let (soft, hard) = if cap.soft { (cap, other) } else { (other, cap) };
        if soft.limit > hard.limit {
            let message = "the soft cap is above the hard cap of the same period and never alerts";
            return Err(TermError::new("limit", message));
        }
    }
    Ok(())
}

/// The counter of each cap for an event of `publisher_id` at `at`, in the order of the caps.
pub fn keys_for<'a>(
    caps: &'a [CompiledCap],
    publisher_id: PublisherId,
    zone: &'a Zone,
    at: Timestamp,
) -> impl Iterator<Item = (CapKey, &'a CompiledCap)> {
    caps.iter().map(move |cap| (cap.key(publisher_id, zone, at), cap))
}

/// Something that caps count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    /// One counted click.
    Click,
    /// One accepted conversion.
    Conversion,
    /// A commission.
    Commission(Money),
    /// A commission with its fee.
    Charge(Money),
}

impl Want {
    /// How much this adds to a counter of this metric and currency.
    fn adds_to(self, key: &CapKey) -> i64 {
        match (key.metric, self) {
            (CapMetric::Clicks, Self::Click) | (CapMetric::Conversions, Self::Conversion) => 1,
            (CapMetric::Commission, Self::Commission(amount)) | (CapMetric::Charge, Self::Charge(amount))
                if key.currency == Some(amount.currency()) =>
            {
                amount.units()
            }
            _ => 0,
        }
    }
}

/// What an event asks of one cap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demand {
    /// The counter.
    pub key: CapKey,
    /// Its limit.
    pub limit: i64,
    /// How much the event adds to it.
    pub want: i64,
    /// A soft cap only counts.
    pub soft: bool,
    /// It may be overrun: the cap honours conversions of earlier clicks, and this event is one.
    pub honour: bool,
}

/// What an event of `publisher_id` at `at` that brings `wants` asks of `caps`. Caps that count none
/// of it are left out. Clicks are judged by [`CompiledCap::click_limit`]. `honour` says that the event is a conversion of a
/// counted click, which a cap may honour.
pub fn demands_for(
    caps: &[CompiledCap],
    publisher_id: PublisherId,
    zone: &Zone,
    at: Timestamp,
    wants: &[Want],
    honour: bool,
) -> Vec<Demand> {
    let is_click = wants.contains(&Want::Click);
    keys_for(caps, publisher_id, zone, at)
        .map(|(key, cap)| {
            // A sum that does not fit is above every limit, and so is the largest number.
            let sum = |total: i64, want: &Want| total.saturating_add(want.adds_to(&key));
            let want = wants.iter().fold(0, sum);
            let limit = if is_click { cap.click_limit(zone, at) } else { cap.limit };
            let honour = honour && cap.when_reached == WhenReached::Honour;
            Demand { key, limit, want, soft: cap.soft, honour }
        })
        .filter(|demand| demand.want > 0)
        .collect()
}

/// A hard cap that an event does not fit under.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CapReached {
    /// The counter.
    #[serde(skip)]
    pub key: CapKey,
    /// What it counts.
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// Its limit.
    pub limit: i64,
    /// How much was used before.
    pub used: i64,
    /// How much the event wanted.
    pub wanted: i64,
}

impl fmt::Display for CapReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.key.scope {
            CapScope::Program => "program",
            CapScope::Publisher(_) => "publisher",
        };
        let (metric, period) = (metric_word(self.metric), period_word(self.period));
        let show = |units| self.key.show(units);
        let (limit, used, wanted) = (show(self.limit), show(self.used), show(self.wanted));
        write!(
            f,
            "the {scope}'s cap on {metric} {period} is {limit}; {used} is used and {wanted} more was wanted"
        )
    }
}

impl std::error::Error for CapReached {}

const fn metric_word(metric: CapMetric) -> &'static str {
    match metric {
        CapMetric::Clicks => "clicks",
        CapMetric::Conversions => "conversions",
        CapMetric::Commission => "commission",
        CapMetric::Charge => "charge",
    }
}

pub(crate) const fn period_word(period: Period) -> &'static str {
    match period {
        Period::Hour => "per hour",
        Period::Day => "per day",
        Period::Week => "per week",
        Period::Month => "per month",
        Period::Quarter => "per quarter",
        Period::Total => "in total",
    }
}

/// Whether an event fits under all its caps: if so, what to add to each counter (each named once), if
/// not, the first hard cap that it would overshoot; then nothing must be added anywhere.
///
/// Demands of one counter are added up. A soft and a hard cap may share a counter: what the event
/// asks through the one it asks through the other too, so it is counted once.
///
/// # Errors
/// The first hard cap in the order of the demands that the event does not fit under.
pub fn admit(demands: &[Demand], used: &dyn Fn(&CapKey) -> i64) -> Result<Vec<(CapKey, i64)>, CapReached> {
    let mut counts: Vec<Count> = Vec::with_capacity(demands.len());
    for demand in demands.iter().filter(|demand| demand.want > 0) {
        let place = counts.iter().position(|count| count.key == demand.key);
        let place = place.unwrap_or_else(|| {
            counts.push(Count { key: demand.key, used: used(&demand.key), hard: 0, soft: 0 });
            counts.len() - 1
        });
        let count = &mut counts[place];
        if demand.soft {
            count.soft = count.soft.saturating_add(demand.want);
            continue;
        }
        count.hard = count.hard.saturating_add(demand.want);
        if !demand.honour && count.overshoots(demand.limit) {
            return Err(count.reached(demand.limit));
        }
    }
    Ok(counts.iter().map(|count| (count.key, count.hard.max(count.soft))).collect())
}

/// The first cap that an event overruns which [`admit`] has let in because its click came before the cap was reached.
pub fn overrun(demands: &[Demand], used: &dyn Fn(&CapKey) -> i64) -> Option<CapReached> {
    demands.iter().filter(|demand| demand.honour && demand.want > 0).find_map(|demand| {
        let count = Count { key: demand.key, used: used(&demand.key), hard: demand.want, soft: 0 };
        count.overshoots(demand.limit).then(|| count.reached(demand.limit))
    })
}

/// What the demands so far ask of one counter.
struct Count {
    key: CapKey,
    used: i64,
    hard: i64,
    soft: i64,
}

impl Count {
    /// A sum that does not fit is above every limit.
    fn overshoots(&self, limit: i64) -> bool {
        self.used.checked_add(self.hard).is_none_or(|sum| sum > limit)
    }

    fn reached(&self, limit: i64) -> CapReached {
        let (metric, period) = (self.key.metric, self.key.period);
        CapReached { key: self.key, metric, period, limit, used: self.used, wanted: self.hard }
    }
}

/// The verdict that a reached cap gives: touches say which cap, conversions say `cap_reached`.
pub const fn cap_code(metric: CapMetric, for_touch: bool) -> Code {
    match metric {
        _ if !for_touch => Code::CapReached,
        CapMetric::Clicks => Code::CapClick,
        CapMetric::Conversions => Code::CapConversion,
        CapMetric::Commission => Code::CapCommission,
        CapMetric::Charge => Code::CapCharge,
    }
}

/// Whether a click of `publisher_id` at `at` would be sent in vain, because a hard cap on what it
/// could bring (conversions, commission, charge) is used up. The cap on clicks itself is judged by
/// [`admit`].
pub fn exhausted(
    caps: &[CompiledCap],
    publisher_id: PublisherId,
    zone: &Zone,
    at: Timestamp,
    used: &dyn Fn(&CapKey) -> i64,
) -> Option<Code> {
    caps.iter()
        .filter(|cap| !cap.soft && cap.metric != CapMetric::Clicks)
        .find(|cap| used(&cap.key(publisher_id, zone, at)) >= cap.click_limit(zone, at))
        .map(|cap| cap_code(cap.metric, true))
}
