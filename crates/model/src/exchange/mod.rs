//! Exchange rates: what one currency cost in another on a day, and amounts converted by them.
//!
//! A stored rate is a decimal number: how many of its quote currency one of its base currency buys. Everything that is
//! calculated from it is an exact fraction: the inverse of 25400 is 1/25400, and a way over a third currency is the
//! product of its two steps. An amount is rounded exactly once, at the end and towards zero, to the scale of the currency
//! it is converted into (a millionth of a dollar, a thousandth of a dong), so a commission is never more than the rate
//! allows. Which rate holds on a day says [`RateBook`].

mod book;
mod fraction;
mod rate;

pub use book::RateBook;
pub use fraction::Fraction;
pub use rate::{Rate, RateError};

use serde::{Deserialize, Serialize};

use crate::{
    currency::Currency,
    day::Day,
    ids::{ExchangeRateId, NetworkId},
    money::{Money, MoneyError},
    time::Timestamp,
};

/// A stored rate. It is never changed: a correction is a further row for the same day, and the newest one of a day
/// holds for whatever is decided after it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExchangeRate {
    /// Id.
    pub id: ExchangeRateId,
    /// Its network.
    pub network_id: NetworkId,
    /// The currency that is priced.
    pub base: Currency,
    /// The currency that it is priced in.
    pub quote: Currency,
    /// The UTC day that it is dated.
    pub day: Day,
    /// How many of `quote` one of `base` buys.
    pub rate: Rate,
    /// Where it comes from, in words.
    pub source: String,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// How a rate between two currencies was found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A stored rate of the pair.
    Direct,
    /// A stored rate of the pair the other way round.
    Inverse,
    /// Two stored rates, over the network's currency.
    Cross,
}

/// One stored rate, as one step of a way from currency to currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExchangeStep {
    /// The stored rate.
    pub rate_id: ExchangeRateId,
    /// Its base currency.
    pub base: Currency,
    /// Its quote currency.
    pub quote: Currency,
    /// Its day.
    pub day: Day,
    /// The rate itself.
    pub rate: Rate,
    /// True when the step goes from quote to base.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inverted: bool,
}

impl ExchangeStep {
    /// The currency it comes from.
    pub const fn from(&self) -> Currency {
        if self.inverted { self.quote } else { self.base }
    }
    /// The currency it leads to.
    pub const fn to(&self) -> Currency {
        if self.inverted { self.base } else { self.quote }
    }
    fn fraction(&self) -> Fraction {
        let rate = self.rate.fraction();
        if self.inverted { rate.inverse() } else { rate }
    }
}

/// A way from one currency to another: one stored rate, or two over a third currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExchangePath {
    /// The currency it begins with.
    pub from: Currency,
    /// The currency it leads to.
    pub to: Currency,
    /// The stored rates.
    pub steps: Vec<ExchangeStep>,
}

impl ExchangePath {
    /// What an amount of `from` is worth in `to`, rounded once, towards zero; with the rate that was applied. `None` when
    /// the steps do not lead from one currency to the other.
    ///
    /// # Errors
    /// An amount of another currency than `from`; overflow.
    pub fn convert(&self, amount: Money) -> Result<Option<Exchanged>, MoneyError> {
        if amount.currency() != self.from {
            return Err(MoneyError::Mixed(amount.currency(), self.from));
        }
        let Some(rate) = self.applied() else { return Ok(None) };
        Ok(Some(Exchanged { from: amount, to: rate.fraction.convert(amount, self.to)?, rate }))
    }

    /// The rate that the steps come to.
    pub fn applied(&self) -> Option<AppliedRate> {
        let leads = |from: Currency, step: &ExchangeStep| (step.from() == from).then(|| step.to());
        if self.steps.iter().try_fold(self.from, leads) != Some(self.to) {
            return None;
        }
        let (fraction, day, found) = match self.steps.as_slice() {
            [one] => (one.fraction(), one.day, if one.inverted { Found::Inverse } else { Found::Direct }),
            [one, two] => (one.fraction().times(two.fraction())?, one.day.min(two.day), Found::Cross),
            _ => return None,
        };
        Some(AppliedRate { fraction, day, found })
    }
}

/// A rate as it was applied: how many of one currency one of another was worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppliedRate {
    /// The exact rate.
    pub fraction: Fraction,
    /// The day that it is dated; of a way over a third currency the older of the two days.
    pub day: Day,
    /// How it was found.
    pub found: Found,
}

/// An amount and what it came to in another currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exchanged {
    /// The original amount.
    pub from: Money,
    /// What it came to, rounded towards zero.
    pub to: Money,
    /// The rate between them.
    pub rate: AppliedRate,
}

/// The conversions of currency that belong to one commission line.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LineExchange {
    /// The order's value in the currency of the contract, when it came in another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Exchanged>,
    /// The line's charge in the currency of the network, for reports, when that is another and a rate is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Exchanged>,
}

impl LineExchange {
    /// None when there is nothing in it.
    pub fn boxed(self) -> Option<Box<Self>> {
        (self.order.is_some() || self.charge.is_some()).then(|| Box::new(self))
    }
}
