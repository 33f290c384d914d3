//! Tiers: a rate that grows with what its publisher brings.
//!
//! A rate with tiers counts for each publisher over a stretch of the program's calendar. While the counter stands below the
//! first step, the rate pays by its own parameters; from a step's threshold on by those of the step. The step is told by
//! what stood in the counter **before** the conversion, so the one that reaches a threshold is still paid by the old
//! rate and the next one by the new. Each stretch of the calendar begins at nothing.
//!
//! The counter is named by the contract and the rule, not by the version: a new version that keeps the rule's name
//! goes on counting where the last one stood. It counts what was accepted; what is rejected or taken back later stays
//! counted, so that nothing that was paid has to be paid otherwise afterwards.
//!
//! Retroactive tiers change nothing in how a conversion is decided: the one that reaches a step is paid by the old rate
//! like all before it. But its decision names the step, and all of them are raised to it by adjusting lines.

use model::{
    ContractId, Currency, Money, PublisherId, Timestamp,
    calendar::{Period, Zone},
    contract::{TierMetric, Tiers},
};

use crate::{
    caps::{count_not_negative, period_word},
    rates::{self, RateKind, amount_not_negative},
    term_error::TermError,
};

/// The first byte of the stored key; those of caps begin with 1 and 2, those of impressions with 3.
const KIND: u8 = 4;
/// Stands for "no currency" in a key: the tiers count pieces, not money.
pub(crate) const COUNT: u8 = 255;
/// The most steps.
const STEPS_MAX: usize = 50;

pub(crate) const METRICS: [TierMetric; 3] =
    [TierMetric::Conversions, TierMetric::Revenue, TierMetric::Commission];
/// The stretches of the calendar that tiers and bonuses count over.
pub(crate) const PERIODS: [Period; 5] =
    [Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Total];

/// The name of the counter of one rule and publisher.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TierKey {
    /// The contract, whatever its version.
    pub contract_id: ContractId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// What is counted.
    pub by: TierMetric,
    /// Currency of what is counted, when it is money.
    pub currency: Option<Currency>,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// When that began.
    pub start: Timestamp,
    /// The rule.
    pub rule: String,
}

impl TierKey {
    /// The stored form: 4 | contract 16 | publisher 16 | metric 1 | currency 1 (255 for counts) | period 1 | start of
    /// the period, microseconds, big-endian 8 | name of the rule.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(44 + self.rule.len());
        bytes.push(KIND);
        bytes.extend_from_slice(self.contract_id.bytes());
        bytes.extend_from_slice(self.publisher_id.bytes());
        bytes.push(self.by.number());
        bytes.push(self.currency.map_or(COUNT, Currency::number));
        bytes.push(self.period.number());
        bytes.extend_from_slice(&self.start.as_micros().to_be_bytes());
        bytes.extend_from_slice(self.rule.as_bytes());
        bytes
    }

    /// Reads the stored form; `None` when these are not the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rule) = bytes.split_at_checked(44)?;
        let by = METRICS.into_iter().find(|metric| metric.number() == head[33])?;
        let currency = match head[34] {
            COUNT => None,
            number => Some(Currency::from_number(number)?),
        };
        if head[0] != KIND || by.is_money() != currency.is_some() {
            return None;
        }
        Some(Self {
            contract_id: ContractId::from_bytes(head[1..17].try_into().ok()?),
            publisher_id: PublisherId::from_bytes(head[17..33].try_into().ok()?),
            by,
            currency,
            period: PERIODS.into_iter().find(|period| period.number() == head[35])?,
            start: Timestamp::from_micros(i64::from_be_bytes(head[36..44].try_into().ok()?)),
            rule: std::str::from_utf8(rule).ok()?.to_owned(),
        })
    }

    /// A number of this counter for people: `100` or `12.50 USD`.
    pub fn show(&self, units: i64) -> String {
        show(self.currency, units)
    }
}

pub(crate) fn show(currency: Option<Currency>, units: i64) -> String {
    currency.map_or_else(|| units.to_string(), |currency| Money::from_units(units, currency).to_string())
}

/// Tiers, checked.
#[derive(Debug)]
pub(crate) struct CompiledTiers {
    by: TierMetric,
    currency: Option<Currency>,
    period: Period,
    retroactive: bool,
    /// Thresholds with what pays from them on, the lowest first.
    steps: Vec<(i64, Box<dyn RateKind>)>,
}

impl CompiledTiers {
    /// Checks the tiers of a rate of this kind. The fields of the errors are relative to the rate.
    pub(crate) fn compile(kind: &str, tiers: &Tiers, currency: Currency) -> Result<Self, Vec<TermError>> {
        let mut errors = Vec::new();
        if !PERIODS.contains(&tiers.per) {
            let message = "tiers count per day, week, month, quarter or in total";
            errors.push(TermError::new("tiers.per", message));
        }
        if tiers.steps.is_empty() || tiers.steps.len() > STEPS_MAX {
            errors.push(TermError::new("tiers.steps", format!("tiers have 1 to {STEPS_MAX} steps")));
        }
        let currency_of_metric = tiers.by.is_money().then_some(currency);
        let mut steps: Vec<(i64, Box<dyn RateKind>)> = Vec::with_capacity(tiers.steps.len());
        for (place, step) in tiers.steps.iter().enumerate() {
            let field = format!("tiers.steps[{place}]");
            let from = match currency_of_metric {
                Some(currency) => amount_not_negative(&step.from, currency).map(Money::units),
                None => count_not_negative(&step.from),
            };
            let last = steps.last().map_or(0, |(last, _)| *last);
            let from = from.and_then(|from| {
                let shown = show(currency_of_metric, last);
                if from > last {
                    Ok(from)
                } else {
                    Err(format!("a step begins above the one before, {shown}"))
                }
            });
            match (from, rates::parse(kind, &step.parameters, currency)) {
                (Ok(from), Ok(kind)) => steps.push((from, kind)),
                (from, kind) => {
                    errors.extend(from.err().map(|message| TermError::new(format!("{field}.from"), message)));
                    let of_kind = kind.err().into_iter().flatten();
                    errors.extend(
                        of_kind
                            .map(|error| TermError::new(format!("{field}.{}", error.field), error.message)),
                    );
                }
            }
        }
        let compiled = Self {
            by: tiers.by,
            currency: currency_of_metric,
            period: tiers.per,
            retroactive: tiers.retroactive,
            steps,
        };
        if errors.is_empty() { Ok(compiled) } else { Err(errors) }
    }

    /// What pays once the counter stands at `used`; `None` below the first step.
    pub(crate) fn kind_at(&self, used: i64) -> Option<&dyn RateKind> {
        let reached = self.steps.partition_point(|(from, _)| *from <= used);
        let (_, kind) = self.steps.get(reached.checked_sub(1)?)?;
        Some(kind.as_ref())
    }

    /// Whether a step also raises what came before it.
    pub(crate) const fn retroactive(&self) -> bool {
        self.retroactive
    }

    /// The highest threshold that a counter reaches which goes from `before` to `after`.
    pub(crate) fn reached(&self, before: i64, after: i64) -> Option<i64> {
        let mut steps = self.steps.iter().rev().map(|(from, _)| *from);
        steps.find(|from| before < *from && *from <= after)
    }

    /// The counter of this publisher at this moment.
    pub(crate) fn key(
        &self,
        contract_id: ContractId,
        rule: &str,
        publisher_id: PublisherId,
        zone: &Zone,
        at: Timestamp,
    ) -> TierKey {
        TierKey {
            contract_id,
            publisher_id,
            by: self.by,
            currency: self.currency,
            period: self.period,
            start: self.period.start(zone, at),
            rule: rule.to_owned(),
        }
    }

    /// The steps in words: `; from 10 conversions per month 7 % of the amount`.
    pub(crate) fn describe(&self) -> String {
        let (by, per) = (self.by.word(), period_word(self.period));
        let step = |(from, kind): &(i64, Box<dyn RateKind>)| {
            format!("; from {} {by} {per} {}", show(self.currency, *from), kind.describe())
        };
        let steps: String = self.steps.iter().map(step).collect();
        if self.retroactive { steps + ", also for what came before" } else { steps }
    }
}
