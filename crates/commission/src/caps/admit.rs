//! Whether an event fits under its caps, and what becomes of it when it does not.

use std::fmt;

use model::{
    Money, Timestamp,
    calendar::{Period, Zone},
    contract::{CapMetric, WhenReached},
};
use serde::Serialize;

use super::{
    CapKey, CapScope, CapSubject, CompiledCap,
    key::{metric_word, period_word},
    keys_for,
};

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
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Demand<'a> {
    /// The counter.
    pub key: CapKey,
    /// Its limit.
    pub limit: i64,
    /// How much the event adds to it.
    pub want: i64,
    /// A soft cap only counts.
    pub soft: bool,
    /// What becomes of the event when it does not fit.
    pub over: Over,
    /// The limit of the whole period, which for a click of an even cap is more than `limit`.
    pub whole: i64,
    /// Percentages of the whole limit at which the parties are told.
    pub alert_at: &'a [u16],
}

/// What becomes of an event that does not fit under a hard cap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// It is refused.
    Refused,
    /// It is let in: its click was counted before the cap was reached.
    Honoured,
    /// It is let in to wait for a person.
    Held,
}

/// What asks to be let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asker {
    /// A touch; it cannot wait for a person.
    Touch,
    /// A conversion.
    Conversion {
        /// Whether its click was counted, and so came before the cap was reached.
        of_counted_click: bool,
    },
}

impl Asker {
    const fn over(self, cap: &CompiledCap) -> Over {
        match (cap.when_reached, self) {
            (WhenReached::Honour, Self::Conversion { of_counted_click: true }) => Over::Honoured,
            (WhenReached::Hold, Self::Conversion { .. }) => Over::Held,
            _ => Over::Refused,
        }
    }
}

/// What an event of `who` at `at` that brings `wants` asks of `caps`. Caps that count none
/// of it are left out. Clicks are judged by [`CompiledCap::click_limit`].
pub fn demands_for<'a>(
    caps: &'a [CompiledCap],
    who: impl Into<CapSubject<'a>>,
    zone: &'a Zone,
    at: Timestamp,
    wants: &[Want],
    asker: Asker,
) -> Vec<Demand<'a>> {
    let is_click = wants.contains(&Want::Click);
    keys_for(caps, who.into(), zone, at)
        .map(|(key, cap)| {
            // A sum that does not fit is above every limit, and so is the largest number.
            let sum = |total: i64, want: &Want| total.saturating_add(want.adds_to(&key));
            let want = wants.iter().fold(0, sum);
            let limit = if is_click { cap.click_limit(zone, at) } else { cap.limit };
            let (over, whole, alert_at) = (asker.over(cap), cap.limit, cap.alert_at.as_slice());
            Demand { key, limit, want, soft: cap.soft, over, whole, alert_at }
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
        let whose = match &self.key.scope {
            CapScope::Program => "the program's cap".to_owned(),
            CapScope::Publisher(_) => "the publisher's cap".to_owned(),
            // How much others brought is theirs.
            CapScope::Together(_) => {
                return write!(f, "the cap of all publishers of this contract together is reached");
            }
            CapScope::Sub(..) => format!("the publisher's cap for {}", self.key.scope.show()),
        };
        let (metric, period) = (metric_word(self.metric), period_word(self.period));
        let show = |units| self.key.show(units);
        let (limit, used, wanted) = (show(self.limit), show(self.used), show(self.wanted));
        write!(f, "{whose} on {metric} {period} is {limit}; {used} is used and {wanted} more was wanted")
    }
}

impl std::error::Error for CapReached {}

/// Whether an event fits under all its caps: if so, what to add to each counter (each named once), if
/// not, the first hard cap that it would overshoot; then nothing must be added anywhere.
///
/// Demands of one counter are added up. A soft and a hard cap may share a counter: what the event
/// asks through the one it asks through the other too, so it is counted once.
///
/// # Errors
/// The first hard cap in the order of the demands that the event does not fit under.
pub fn admit(
    demands: &[Demand<'_>],
    used: &dyn Fn(&CapKey) -> i64,
) -> Result<Vec<(CapKey, i64)>, CapReached> {
    let mut counts: Vec<Count> = Vec::with_capacity(demands.len());
    for demand in demands.iter().filter(|demand| demand.want > 0) {
        let place = counts.iter().position(|count| count.key == demand.key);
        let place = place.unwrap_or_else(|| {
            counts.push(Count { key: demand.key.clone(), used: used(&demand.key), hard: 0, soft: 0 });
            counts.len() - 1
        });
        let count = &mut counts[place];
        if demand.soft {
            count.soft = count.soft.saturating_add(demand.want);
            continue;
        }
        count.hard = count.hard.saturating_add(demand.want);
        if demand.over == Over::Refused && count.overshoots(demand.limit) {
            return Err(count.reached(demand.limit));
        }
    }
    Ok(counts.into_iter().map(|Count { key, hard, soft, .. }| (key, hard.max(soft))).collect())
}

/// The first cap that an event overruns which [`admit`] has let in because its click came before the cap was reached.
pub fn overrun(demands: &[Demand<'_>], used: &dyn Fn(&CapKey) -> i64) -> Option<CapReached> {
    let_in_above(demands, Over::Honoured, used)
}

/// The first cap above which [`admit`] has let an event in that must wait for a person.
pub fn held(demands: &[Demand<'_>], used: &dyn Fn(&CapKey) -> i64) -> Option<CapReached> {
    let_in_above(demands, Over::Held, used)
}

fn let_in_above(demands: &[Demand<'_>], over: Over, used: &dyn Fn(&CapKey) -> i64) -> Option<CapReached> {
    let asking = demands.iter().filter(|demand| demand.over == over && !demand.soft && demand.want > 0);
    asking.clone().find_map(|demand| {
        // Several lines of one conversion may ask the same counter.
        let same = asking.clone().filter(|other| other.key == demand.key);
        let hard = same.fold(0, |sum: i64, other| sum.saturating_add(other.want));
        let count = Count { key: demand.key.clone(), used: used(&demand.key), hard, soft: 0 };
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
        CapReached { key: self.key.clone(), metric, period, limit, used: self.used, wanted: self.hard }
    }
}
