//! Results that no publisher is paid for: with which channel and campaign they stand in reports.
//!
//! An order is the advertiser's whoever brought it. When a publisher is paid it stands with him. When nobody is, because no publisher
//! had a part in it or because his claim was refused, its revenue belongs to the way by which the visitor came: the last arrival that
//! the report tells ([`model::Arrival`]), by the campaigns' rules and else by what the addresses say. Without such an arrival it is a
//! publisher's who is not paid (`affiliate`), or it came directly.
//!
//! A shop may report one business event several times until a publisher is found (decision 0008), so the event is what counts: the first
//! report stands for it until one earns, and then none. What stands is a chain of rows for each conversion ([`store::own_results`]), the
//! last of which holds; facts are what holds now less what held before. So a campaign's rule that is saved later moves the results that
//! it tells, back to [`RESTATED_DAYS`], and a report as of an earlier moment shows what was told then.
//!
//! A return is taken back of such a result as of any other, by a later decision that changes nobody's commission: the claim stays refused, and the
//! next row is worth what is left.
//!
//! Only reports read any of this. What a browser says of its way here moves no money.

use std::collections::HashMap;

use engine::{Facts, Receipt};
use media::origin::{self, Origin};
use model::{
    AdvertiserId, Arrival, Channel, ConversionId, Day, Money, Share, Timestamp,
    calendar::{self, Zone},
    campaign::Campaign,
    conversion::{ConversionReport, Reason, State},
    parties::Network,
    touch::TouchKind,
};
use serde::{Deserialize, Serialize};
use store::{
    Error, Result, Tx,
    configuration::{self, Filter},
    conversions::Conversion,
    decisions::{self, DecisionKind, DecisionRow},
    outbox,
    own_results::{self as rows, OWN_RESULTS, OwnResult},
};

use crate::{
    command::Change,
    errors::Refusal,
    intake::{business_key, content_key},
    lifecycle::ChangeReceipt,
};

/// How many days back a change of campaigns moves results.
pub const RESTATED_DAYS: i64 = 100;
/// Rows that are read at a time.
const PAGE: u32 = 1_000;

pub use media::origin::{addresses, arrival};

/// The longest that anybody thinks about an order, in seconds.
const THOUGHT_ABOUT_SECONDS: i64 = 400 * 86_400;

/// When the visitor came, as claimed and bounded by when the result was received; then where nobody says.
pub(crate) fn arrived_at(report: &ConversionReport) -> Timestamp {
    let received_at = report.received_at;
    let claimed = report.arrival.as_ref().and_then(|arrival| arrival.at);
    claimed.unwrap_or(received_at).clamp(received_at.plus_seconds(-THOUGHT_ABOUT_SECONDS), received_at)
}

/// What channel and campaign of a result are told by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Way {
    /// The last arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arrival: Option<Arrival>,
    /// The code that came with the order and is no publisher's; a campaign may have told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Its day in the network's calendar.
    day: Day,
    /// The channel where the arrival tells none.
    otherwise: Channel,
}

impl Way {
    fn of(report: &ConversionReport, facts: &Facts, zone: &Zone) -> Self {
        let at = arrived_at(report);
        let mut otherwise = if facts.candidates.is_empty() { Channel::Direct } else { Channel::Affiliate };
        let mut arrival = report.arrival.clone();
        if let (None, Some(_), word) = (&arrival, report.paid_click_at, report.paid_click_channel.as_deref())
        {
            // All that is known is a click on paid media, and perhaps where.
            match word.unwrap_or_default().parse::<Channel>() {
                Ok(channel) if channel.has_campaigns() => otherwise = channel,
                _ => {
                    let source = word.map(|word| ("utm_source".to_owned(), word.to_owned()));
                    let medium = ("utm_medium".to_owned(), "cpc".to_owned());
                    let parameters = source.into_iter().chain([medium]).collect();
                    arrival = Some(Arrival { parameters, ..Arrival::default() });
                }
            }
        }
        let arrival = arrival.map(|arrival| Arrival { at: None, ..arrival });
        let day = calendar::date_text(zone, at).parse().unwrap_or_else(|_| Day::of(at));
        let is_publishers = facts.candidates.iter().any(|one| one.kind == TouchKind::Coupon);
        let code = report.coupon.clone().filter(|_| !is_publishers);
        Self { arrival, code, day, otherwise }
    }

    fn read(row: &OwnResult) -> Result<Self> {
        serde_json::from_str(&row.way)
            .map_err(|error| Error::Damaged(format!("own result {}: {error}", row.conversion_id)))
    }

    fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Usage(error.to_string()))
    }

    fn origin<'c>(&self, campaigns: impl Iterator<Item = &'c Campaign>) -> Origin {
        let told = origin::with_code(self.arrival.clone(), self.code.as_deref());
        let told = told.map(|arrival| origin::origin(&arrival, self.day, campaigns));
        let told = told.filter(|origin| *origin != Origin::DIRECT);
        told.unwrap_or(Origin { channel: self.otherwise, campaign_id: None })
    }
}

/// The channels that a row can have without a campaign: what it says that it was told by, which is what its conversion tells, unless only a
/// later report of the event told an arrival.
pub(crate) fn channel_without_campaigns(
    row: &OwnResult,
    report: &ConversionReport,
    facts: &Facts,
) -> Option<Channel> {
    let way = Way::read(row).ok()?;
    // Of which day it was, and with which code, matters for campaigns only; rows from before codes were read have none.
    let told = Way { day: way.day, code: way.code.clone(), ..Way::of(report, facts, &Zone::utc()) };
    (way == told || told.arrival.is_none() && row.sequence > 1)
        .then(|| way.origin(std::iter::empty()).channel)
}

/// The key that all reports of a business event have: of an order its number, else what was reported.
pub(crate) fn event_of(report: &ConversionReport, content: [u8; 16]) -> [u8; 16] {
    match &report.order_id {
        Some(order) => business_key(report.advertiser_id, &report.action, Ok(order)),
        None => content,
    }
}

/// The same for a stored conversion.
pub(crate) fn event_of_stored(conversion: &Conversion) -> [u8; 16] {
    event_of(&conversion.report, content_key(&mut conversion.report.clone()))
}

/// How a conversion came to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The reason that a person gave; none when the first decision refused it.
    reason: Option<Reason>,
    /// How much of the order was taken back before that, and returned since.
    taken_back: Share,
}

impl Refused {
    /// By the first decision.
    pub(crate) const AT_FIRST: Self = Self { reason: None, taken_back: Share::NONE };

    /// Whether a person's decision refused it.
    pub(crate) fn is_by_person(self) -> bool {
        self.reason.is_some()
    }

    /// By the last of these decisions that is no mere return of an order whose claim had been refused.
    pub(crate) fn by<'d>(decisions: impl DoubleEndedIterator<Item = &'d DecisionRow>) -> Result<Self> {
        let mut returned = None;
        for row in decisions.rev() {
            if row.kind == DecisionKind::Decided {
                break;
            }
            let receipt: ChangeReceipt = serde_json::from_str(&row.receipt)
                .map_err(|error| Error::Damaged(format!("conversion {}: {error}", row.conversion_id)))?;
            if is_return(row.kind, &receipt) {
                returned = returned.or(Some(receipt.reversed_after));
                continue;
            }
            // A decision without a reason of the list is no person's refusal.
            let reason = row.reason.as_deref().and_then(Reason::from_word).unwrap_or(Reason::Other);
            let taken_back = returned.unwrap_or(receipt.reversed_before);
            return Ok(Self { reason: Some(reason), taken_back });
        }
        Ok(Self { taken_back: returned.unwrap_or(Share::NONE), ..Self::AT_FIRST })
    }
}

/// Whether a decision takes back of an order whose claim had been refused before: it changes nobody's money.
fn is_return(kind: DecisionKind, receipt: &ChangeReceipt) -> bool {
    kind == DecisionKind::Reversed && receipt.state_before == State::Rejected
}

/// Whether anything was returned of an order since its claim was refused last.
pub(crate) fn was_returned(decisions: &[DecisionRow]) -> Result<bool> {
    let Some(last) = decisions.last().filter(|row| row.kind == DecisionKind::Reversed) else {
        return Ok(false);
    };
    let receipt: ChangeReceipt = serde_json::from_str(&last.receipt)
        .map_err(|error| Error::Damaged(format!("conversion {}: {error}", last.conversion_id)))?;
    Ok(is_return(last.kind, &receipt))
}

/// What a result is worth that no publisher is paid for; `None` when there is no such result: what was reported is none, somebody
/// earns, it was rejected or taken back because the order itself does not stand, or all of it was returned.
pub(crate) fn unpaid(
    report: &ConversionReport,
    facts: &Facts,
    state: State,
    refused: Refused,
) -> Option<Option<Money>> {
    if !matches!(state, State::Rejected | State::Reversed)
        || !matches!(refused.reason, None | Some(Reason::OtherChannel | Reason::NotCompliant))
        || refused.taken_back.is_whole()
    {
        return None;
    }
    let left = |amount: Money| {
        let back = refused.taken_back.floor_of(amount.units())?;
        Some(Money::from_units(amount.units().checked_sub(back)?, amount.currency()))
    };
    Some(engine::result_of(report, facts)?.and_then(left))
}

/// What a row of a conversion says beside its number.
pub(crate) struct Telling<'a, I> {
    pub(crate) zone: &'a Zone,
    pub(crate) campaigns: I,
    pub(crate) event: [u8; 16],
}

/// The row with which a conversion that no publisher is paid for begins to stand.
pub(crate) fn begins<'c>(
    conversion: &Conversion,
    facts: &Facts,
    amount: Option<Money>,
    telling: Telling<'_, impl Iterator<Item = &'c Campaign>>,
) -> Result<OwnResult> {
    let way = Way::of(&conversion.report, facts, telling.zone);
    let origin = way.origin(telling.campaigns);
    Ok(OwnResult {
        conversion_id: conversion.id,
        sequence: 1,
        holds: true,
        present: true,
        event: telling.event,
        network_id: conversion.network_id,
        advertiser_id: conversion.advertiser_id,
        received_at: conversion.received_at,
        channel: origin.channel,
        campaign_id: origin.campaign_id,
        amount,
        way: way.text()?,
        at: conversion.received_at,
    })
}

/// The row after this one where a further report of the event tells an arrival and none did before.
pub(crate) fn told_better<'c>(
    row: &OwnResult,
    report: &ConversionReport,
    facts: &Facts,
    telling: Telling<'_, impl Iterator<Item = &'c Campaign>>,
) -> Result<Option<OwnResult>> {
    let way = Way::read(row)?;
    if way.arrival.is_some() || report.arrival.is_none() {
        return Ok(None);
    }
    let told = Way::of(report, facts, telling.zone);
    let better = Way { otherwise: way.otherwise, code: way.code.or(told.code), ..told };
    let Origin { channel, campaign_id } = better.origin(telling.campaigns);
    let (sequence, at) = (row.sequence + 1, report.received_at);
    Ok(Some(OwnResult { sequence, channel, campaign_id, way: better.text()?, at, ..row.clone() }))
}

/// The row after this one that says that it stands no more.
pub(crate) fn ends(row: &OwnResult, at: Timestamp) -> OwnResult {
    OwnResult { sequence: row.sequence + 1, present: false, at, ..row.clone() }
}

fn store_rows(tx: &mut Tx<'_>, changed: &[OwnResult], at: Timestamp) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let keys = rows::append(tx, changed)?;
    outbox::append(tx, at, &[(OWN_RESULTS, keys)])?;
    Ok(())
}

/// Whether a conversion stands without a paid publisher.
///
/// # Errors
/// Storage errors and damaged rows.
pub(crate) fn stands(tx: &mut Tx<'_>, id: ConversionId) -> Result<bool> {
    Ok(rows::histories(tx, &[id])?.last().is_some_and(|row| row.present))
}

/// Follows a later decision on a conversion: a result that nobody is paid for any more begins to stand by itself, one that is paid
/// for again ends to, and one that was returned is worth less.
///
/// # Errors
/// Storage errors and damaged rows.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    conversion: &Conversion,
    state_before: State,
    at: Timestamp,
) -> Result<()> {
    let is_refused = |state: State| matches!(state, State::Rejected | State::Reversed);
    if !is_refused(conversion.state) && !is_refused(state_before) {
        return Ok(());
    }
    let history = rows::histories(tx, &[conversion.id])?;
    let last = history.last();
    let decisions = decisions::of(tx, &[conversion.id])?;
    let first = decisions.first();
    let first =
        first.ok_or_else(|| Error::Damaged(format!("conversion {} has no decision", conversion.id)))?;
    let receipt: Receipt = serde_json::from_str(&first.receipt)
        .map_err(|error| Error::Damaged(format!("conversion {}: {error}", conversion.id)))?;
    let refused = Refused::by(decisions.iter())?;
    let changed = match (unpaid(&conversion.report, &receipt.facts, conversion.state, refused), last) {
        (None, last) => last.filter(|row| row.present).map(|row| ends(row, at)),
        // It stands where it stood.
        (Some(amount), Some(row)) if row.present => {
            Some(OwnResult { sequence: row.sequence + 1, amount, at, ..row.clone() })
        }
        // A later report of its event earns or stands in its place.
        (Some(_), _) if state_before == State::Rejected => None,
        (Some(amount), last) => {
            let network: Option<Network> = configuration::get(tx, conversion.network_id)?;
            let zone = network.map_or_else(Zone::utc, |network| network.zone);
            let campaigns = campaigns_of(tx, conversion.advertiser_id)?;
            let event = event_of_stored(conversion);
            let telling = Telling { zone: &zone, campaigns: campaigns.iter(), event };
            let begins = begins(conversion, &receipt.facts, amount, telling)?;
            let sequence = last.map_or(1, |row| row.sequence + 1);
            Some(OwnResult { sequence, at, ..begins })
        }
    };
    store_rows(tx, changed.as_slice(), at)
}

fn campaigns_of(tx: &mut Tx<'_>, advertiser: AdvertiserId) -> Result<Vec<Campaign>> {
    let filters = [Filter::id("advertiser_id", advertiser.bytes())];
    configuration::list(tx, &filters, None, usize::MAX, |_| true)
}

/// Tells the results of the last days anew, by the campaigns as they are now.
///
/// # Errors
/// Storage errors and damaged rows.
pub(crate) fn restate(change: &mut Change<'_, '_>, advertiser: AdvertiserId) -> Result<u64, Refusal> {
    let since = change.now.plus_seconds(-RESTATED_DAYS * 86_400);
    let mut campaigns = None;
    // Many came by the same way.
    let mut told: HashMap<String, Origin> = HashMap::new();
    let (mut after, mut moved) = (None, Vec::new());
    loop {
        let page = rows::standing(change.tx, advertiser, since, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.received_at, last.conversion_id));
        let campaigns: &Vec<Campaign> = match &mut campaigns {
            Some(campaigns) => campaigns,
            empty => empty.insert(campaigns_of(change.tx, advertiser)?),
        };
        for row in page {
            let origin = match told.get(&row.way) {
                Some(origin) => *origin,
                None => {
                    let origin = Way::read(&row)?.origin(campaigns.iter());
                    told.insert(row.way.clone(), origin);
                    origin
                }
            };
            let Origin { channel, campaign_id } = origin;
            if (row.channel, row.campaign_id) != (channel, campaign_id) {
                moved.push(OwnResult {
                    sequence: row.sequence + 1,
                    channel,
                    campaign_id,
                    at: change.now,
                    ..row
                });
            }
        }
    }
    store_rows(change.tx, &moved, change.now)?;
    Ok(moved.len() as u64)
}
