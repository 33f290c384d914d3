//! The name of a counter: who is limited, what is counted, and over which stretch of the program's calendar.

use model::{Currency, Money, ProgramId, PublisherId, Timestamp, calendar::Period, contract::CapMetric};

const METRICS: [CapMetric; 4] =
    [CapMetric::Clicks, CapMetric::Conversions, CapMetric::Commission, CapMetric::Charge];
const PERIODS: [Period; 6] =
    [Period::Hour, Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Total];

/// Stands for "no currency" in a key: the cap counts pieces, not money.
const COUNT: u8 = 255;

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

pub(super) const fn metric_word(metric: CapMetric) -> &'static str {
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
