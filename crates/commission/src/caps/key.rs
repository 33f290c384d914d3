//! The name of a counter: who is limited, what is counted, and over which stretch of the program's calendar.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Currency, Money, ProgramId, PublisherGroupId, PublisherId, Timestamp,
    calendar::Period,
    contract::{CapMetric, CapOver},
};

const METRICS: [CapMetric; 4] =
    [CapMetric::Clicks, CapMetric::Conversions, CapMetric::Commission, CapMetric::Charge];
const PERIODS: [Period; 6] =
    [Period::Hour, Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Total];

/// Stands for "no currency" in a key: the cap counts pieces, not money.
const COUNT: u8 = 255;

/// Whose event it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CapSubject<'a> {
    /// Who brought it.
    pub publisher_id: PublisherId,
    /// The sub ids and source of the touch, by their names.
    pub subs: Option<&'a BTreeMap<String, String>>,
}

impl CapSubject<'_> {
    /// The value of a parameter; empty without one.
    pub(super) fn value_of(self, name: CapOver) -> Arc<str> {
        self.subs
            .and_then(|subs| subs.get(name.word()))
            .map_or_else(|| "".into(), |value| value.as_str().into())
    }
}

impl From<PublisherId> for CapSubject<'_> {
    fn from(publisher_id: PublisherId) -> Self {
        Self { publisher_id, subs: None }
    }
}

/// Over whom a key counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CapScope {
    /// All publishers of the program together.
    Program,
    /// This publisher within the program.
    Publisher(PublisherId),
    /// All publishers of this group within the program, or everybody with whom it has no closer contract.
    Together(Option<PublisherGroupId>),
    /// What this publisher brings with this value of this parameter.
    Sub(PublisherId, CapOver, Arc<str>),
}

impl CapScope {
    /// For people: `program`, `publisher`, `together`, `sub1=summer`.
    pub fn show(&self) -> String {
        match self {
            Self::Program => "program".to_owned(),
            Self::Publisher(_) => CapOver::Publisher.word().to_owned(),
            Self::Together(_) => CapOver::Together.word().to_owned(),
            Self::Sub(_, name, value) => format!("{}={value}", name.word()),
        }
    }
}

/// The name of one counter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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

// The first byte of a counter's key; 3, 4 and 5 are those of paid impressions, tiers and bonuses.
const PROGRAM: u8 = 1;
const PUBLISHER: u8 = 2;
const GROUP: u8 = 6;
const EVERYBODY: u8 = 7;
const SUB: u8 = 8;

impl CapKey {
    /// Length of the stored form, without the parameter.
    const LENGTH: usize = 44;

    /// The stored form: scope kind 1 | program 16 | publisher or group 16 (zeros for neither) | metric 1 |
    /// period 1 | currency 1 (255 for counts) | start of the period, microseconds, big-endian 8; for a parameter also its number 1 | its
    /// value.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; Self::LENGTH];
        let (kind, whose) = match &self.scope {
            CapScope::Program => (PROGRAM, None),
            CapScope::Publisher(publisher) => (PUBLISHER, Some(publisher.bytes())),
            CapScope::Together(None) => (EVERYBODY, None),
            CapScope::Together(Some(group)) => (GROUP, Some(group.bytes())),
            CapScope::Sub(publisher, ..) => (SUB, Some(publisher.bytes())),
        };
        bytes[0] = kind;
        bytes[1..17].copy_from_slice(self.program_id.bytes());
        if let Some(id) = whose {
            bytes[17..33].copy_from_slice(id);
        }
        bytes[33] = self.metric.number();
        bytes[34] = self.period.number();
        bytes[35] = self.currency.map_or(COUNT, Currency::number);
        bytes[36..].copy_from_slice(&self.start.as_micros().to_be_bytes());
        if let CapScope::Sub(_, name, value) = &self.scope {
            bytes.push(name.number());
            bytes.extend_from_slice(value.as_bytes());
        }
        bytes
    }

    /// Reads the stored form; `None` when these are not the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bytes, parameter) = bytes.split_at_checked(Self::LENGTH)?;
        let whose: [u8; 16] = bytes[17..33].try_into().ok()?;
        let nobody = whose == [0; 16] && parameter.is_empty();
        let scope = match bytes[0] {
            PROGRAM if nobody => CapScope::Program,
            EVERYBODY if nobody => CapScope::Together(None),
            PUBLISHER if parameter.is_empty() => CapScope::Publisher(PublisherId::from_bytes(whose)),
            GROUP if parameter.is_empty() => CapScope::Together(Some(PublisherGroupId::from_bytes(whose))),
            SUB => {
                let (number, value) = parameter.split_first()?;
                let name = CapOver::ALL.into_iter().find(|name| name.number() == *number)?;
                let named = !matches!(name, CapOver::Publisher | CapOver::Together);
                let value = std::str::from_utf8(value).ok().filter(|_| named)?;
                CapScope::Sub(PublisherId::from_bytes(whose), name, value.into())
            }
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
