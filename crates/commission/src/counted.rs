//! The stored form of the counters of tiers and bonuses: kind 1 | contract 16 | publisher 16 | metric 1 | currency 1 (255 for
//! counts) | period 1 | start of the period, microseconds, big-endian 8 | name of the rule or bonus.

use model::{ContractId, Currency, PublisherId, Timestamp, calendar::Period, contract::TierMetric};

/// Stands for "no currency": pieces are counted, not money.
const COUNT: u8 = 255;
/// Bytes before the name.
const HEAD: usize = 44;

const METRICS: [TierMetric; 3] = [TierMetric::Conversions, TierMetric::Revenue, TierMetric::Commission];
/// The stretches of the calendar that tiers and bonuses count over.
pub(crate) const PERIODS: [Period; 5] =
    [Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Total];

/// What a counter counts, for whom, over which stretch of the calendar.
pub(crate) struct Counted {
    pub(crate) contract_id: ContractId,
    pub(crate) publisher_id: PublisherId,
    pub(crate) by: TierMetric,
    pub(crate) currency: Option<Currency>,
    pub(crate) period: Period,
    pub(crate) start: Timestamp,
}

impl Counted {
    /// The stored form.
    pub(crate) fn to_bytes(&self, kind: u8, name: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + name.len());
        bytes.push(kind);
        bytes.extend_from_slice(self.contract_id.bytes());
        bytes.extend_from_slice(self.publisher_id.bytes());
        bytes.push(self.by.number());
        bytes.push(self.currency.map_or(COUNT, Currency::number));
        bytes.push(self.period.number());
        bytes.extend_from_slice(&self.start.as_micros().to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes
    }

    /// Reads the stored form with its name; `None` when these are not the bytes of a counter of this kind.
    pub(crate) fn from_bytes(kind: u8, bytes: &[u8]) -> Option<(Self, String)> {
        let (head, name) = bytes.split_at_checked(HEAD)?;
        let by = METRICS.into_iter().find(|metric| metric.number() == head[33])?;
        let currency = match head[34] {
            COUNT => None,
            number => Some(Currency::from_number(number)?),
        };
        if head[0] != kind || by.is_money() != currency.is_some() {
            return None;
        }
        let counted = Self {
            contract_id: ContractId::from_bytes(head[1..17].try_into().ok()?),
            publisher_id: PublisherId::from_bytes(head[17..33].try_into().ok()?),
            by,
            currency,
            period: PERIODS.into_iter().find(|period| period.number() == head[35])?,
            start: Timestamp::from_micros(i64::from_be_bytes(head[36..].try_into().ok()?)),
        };
        Some((counted, std::str::from_utf8(name).ok()?.to_owned()))
    }
}
