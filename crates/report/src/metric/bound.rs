//! From the sums and sketches of a group to the values of its metrics.

use model::Currency;

use super::{Amounts, Formula, Metric, Part, RATIO_PLACES, Source, Unit};
use crate::{
    measure::{In, Measure},
    number::{Rounded, decimal},
    plan::{Group, Sum},
    sketch::{Error, SketchOf},
};

/// The value of a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// A whole number.
    Count(i128),
    /// Units of a currency.
    Money(i128, Currency),
    /// Millionths.
    Ratio(i128),
    /// There is nothing to divide by, or the currencies differ.
    None,
}

impl Value {
    /// By what rows are ordered; no value has none.
    pub const fn order(self) -> Option<i128> {
        match self {
            Self::Count(units) | Self::Money(units, _) | Self::Ratio(units) => Some(units),
            Self::None => None,
        }
    }

    /// Exact decimal text; none for no value.
    pub fn text(self) -> Option<String> {
        Some(match self {
            Self::Count(count) => count.to_string(),
            Self::Money(units, currency) => decimal(units, currency.scale(), currency.decimals()),
            Self::Ratio(units) => decimal(units, RATIO_PLACES, 0),
            Self::None => return None,
        })
    }
}

/// In which currencies a group's amounts are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Currencies {
    /// The network's.
    pub network: Currency,
    /// Of commission, fee, bonus and spend as booked.
    pub booked: Option<Currency>,
    /// Of orders as reported.
    pub order: Option<Currency>,
}

/// The sums and sketches that a table needs, each once.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The sums, for a plan.
    pub sums: Vec<Sum>,
    /// The sketches, for a plan.
    pub sketches: Vec<SketchOf>,
}

impl Needed {
    /// The place of a sum, which is added when it is new.
    pub fn sum(&mut self, sum: Sum) -> usize {
        place(&mut self.sums, sum)
    }

    fn sketch(&mut self, source: Source) -> usize {
        place(&mut self.sketches, source.sketch())
    }
}

fn place<T: PartialEq>(list: &mut Vec<T>, one: T) -> usize {
    list.iter().position(|known| *known == one).unwrap_or_else(|| {
        list.push(one);
        list.len() - 1
    })
}

/// One summand with the place of its sum.
#[derive(Clone, Copy, Debug)]
struct Summand {
    minus: bool,
    place: usize,
    currency: In,
}

/// A metric with the places of its sums in a plan.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The metric.
    pub metric: &'static Metric,
    over: Vec<Summand>,
    under: Vec<Summand>,
    /// The place of its sketch.
    sketch: Option<usize>,
}

impl Metric {
    /// Finds its sums and sketches among those of a plan, or adds them.
    pub fn bind(&'static self, amounts: Amounts, needed: &mut Needed) -> Bound {
        let mut summands = |parts: &'static [Part]| -> Vec<Summand> {
            let summand = |part: &'static Part| {
                let measure: Measure = match amounts {
                    Amounts::Network => part.measure.in_network().unwrap_or(part.measure),
                    Amounts::Booked => part.measure,
                };
                let place = needed.sum(Sum { measure, only: part.only.to_vec() });
                Summand { minus: part.minus, place, currency: measure.currency() }
            };
            parts.iter().map(summand).collect()
        };
        let (over, under, source) = match self.formula {
            Formula::Sum(parts) => (summands(parts), Vec::new(), None),
            Formula::Ratio { over, under, .. } => (summands(over), summands(under), None),
            Formula::Sketch(source) => (Vec::new(), Vec::new(), Some(source)),
            Formula::Each { over, under } => (summands(over), Vec::new(), Some(under)),
        };
        Bound { metric: self, over, under, sketch: source.map(|source| needed.sketch(source)) }
    }
}

/// A total with its currency, where it is money.
struct Total {
    units: i128,
    currency: Option<Currency>,
}

/// Adds up; none for amounts of several currencies, or more than fits.
fn total(summands: &[Summand], sums: &[i128], currencies: Currencies) -> Option<Total> {
    let mut total = Total { units: 0, currency: None };
    for summand in summands {
        let units = *sums.get(summand.place)?;
        let own = match summand.currency {
            In::Pieces => None,
            In::Network => Some(currencies.network),
            In::Booked => currencies.booked,
            In::Order => currencies.order,
        };
        // Nothing at all mixes with every currency.
        let mixes = units == 0 || total.units == 0 || total.currency == own;
        if !mixes {
            return None;
        }
        total.currency = if units == 0 { total.currency.or(own) } else { own };
        total.units = match summand.minus {
            true => total.units.checked_sub(units)?,
            false => total.units.checked_add(units)?,
        };
    }
    Some(total)
}

impl Bound {
    /// The value for the sums and sketches of a group.
    pub fn value(&self, group: &Group, currencies: Currencies) -> Value {
        self.known(group, currencies).unwrap_or(Value::None)
    }

    /// How far the value of a group may be from the truth; none where it is exact.
    pub fn error(&self, group: &Group) -> Option<Error> {
        group.sketches.get(self.sketch?)?.error()
    }

    fn known(&self, group: &Group, currencies: Currencies) -> Option<Value> {
        let sketched = match self.sketch {
            Some(place) => Some(group.sketches.get(place)?.value()?),
            None => None,
        };
        let over = total(&self.over, &group.sums, currencies)?;
        let money = |units| Value::Money(units, over.currency.unwrap_or(currencies.network));
        let times = match (self.metric.formula, sketched) {
            (Formula::Ratio { times, .. }, _) => times,
            (Formula::Each { .. }, Some(under)) => {
                let scaled = over.units.checked_mul(10_i128.pow(u32::from(RATIO_PLACES)))?;
                return scaled.over(under).map(Value::Ratio);
            }
            (_, Some(sketched)) => return Some(Value::Count(sketched)),
            (_, None) => {
                return Some(match self.metric.unit {
                    Unit::Count | Unit::Ratio | Unit::Seconds => Value::Count(over.units),
                    Unit::Money | Unit::MoneyEach => money(over.units),
                });
            }
        };
        let under = total(&self.under, &group.sums, currencies)?;
        let scaled = over.units.checked_mul(i128::from(times))?;
        if self.metric.unit != Unit::Ratio {
            return scaled.over(under.units).map(money);
        }
        if over.units != 0 && over.currency != under.currency {
            return None;
        }
        scaled.checked_mul(10_i128.pow(u32::from(RATIO_PLACES)))?.over(under.units).map(Value::Ratio)
    }
}
