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
    caps::count_not_negative,
    counted::{Counted, PERIODS},
    rates::{self, RateKind, amount_not_negative},
    term_error::TermError,
};

/// The first byte of the stored key; those of caps begin with 1 and 2, those of impressions with 3.
const KIND: u8 = 4;
/// The most steps.
const STEPS_MAX: usize = 50;

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
    /// The stored form, as [`crate::counted`] describes it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { contract_id, publisher_id, by, currency, period, start, rule } = self;
        let (by, currency, period, start) = (*by, *currency, *period, *start);
        let counted =
            Counted { contract_id: *contract_id, publisher_id: *publisher_id, by, currency, period, start };
        counted.to_bytes(KIND, rule)
    }

    /// Reads the stored form; `None` when these are not the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (counted, rule) = Counted::from_bytes(KIND, bytes)?;
        let Counted { contract_id, publisher_id, by, currency, period, start } = counted;
        Some(Self { contract_id, publisher_id, by, currency, period, start, rule })
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

    /// The step that pays once the counter stands at `used`; `None` below the first.
    pub(crate) fn step_at(&self, used: i64) -> Option<usize> {
        self.steps.partition_point(|(from, _)| *from <= used).checked_sub(1)
    }

    /// What that step pays.
    pub(crate) fn kind_at(&self, used: i64) -> Option<&dyn RateKind> {
        let (_, kind) = self.steps.get(self.step_at(used)?)?;
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
}
