//! I7, I10: a result that no publisher is paid for stands once for each business event, for what it is worth, and with a channel that
//! its report tells or a campaign of its advertiser.

use engine::Receipt;
use model::{Channel, ConversionId, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{Result, Tx, conversions, own_results::OwnResult};

use super::{
    findings::{Findings, Invariant},
    first_decisions::{Case, First, Page as Cases},
    world::World,
};
use crate::own_results;

/// What is stored of a page of conversions and of the events that they tell of.
pub(super) struct Page {
    events: FxHashMap<ConversionId, [u8; 16]>,
    last: FxHashMap<ConversionId, OwnResult>,
    /// Which conversions stand for an event.
    standing: FxHashMap<[u8; 16], FxHashSet<ConversionId>>,
    /// Which conversions stood for an event and do no more, because it was returned, or earned.
    ended: FxHashMap<[u8; 16], FxHashSet<ConversionId>>,
    /// Which conversion earned by an event when it was decided.
    earners: FxHashMap<[u8; 16], ConversionId>,
    /// Since when results are told so; what came before stands nowhere.
    since: Option<Timestamp>,
}

impl Page {
    pub(super) fn read(tx: &mut Tx<'_>, cases: &Cases, findings: &mut Findings<'_>) -> Result<Self> {
        let events: FxHashMap<ConversionId, [u8; 16]> = cases
            .cases()
            .map(|case| (case.conversion.id, own_results::event_of_stored(case.conversion)))
            .collect();
        let ids: Vec<ConversionId> = events.keys().copied().collect();
        let rows = findings
            .read_all(&ids, Invariant::I7, "own result", &mut |ids| store::own_results::histories(tx, ids))?;
        let mut last: FxHashMap<ConversionId, OwnResult> = FxHashMap::default();
        for row in rows {
            let id = row.conversion_id;
            if last.insert(id, row).is_some_and(|before| before.holds) {
                findings.violate(Invariant::I7, id, "two rows of its own result hold");
            }
        }
        findings.count("own_results", last.len());
        let keys: Vec<[u8; 16]> = events.values().copied().collect();
        let mut standing: FxHashMap<[u8; 16], FxHashSet<ConversionId>> = FxHashMap::default();
        let mut ended: FxHashMap<[u8; 16], FxHashSet<ConversionId>> = FxHashMap::default();
        for row in store::own_results::of_events(tx, &keys)? {
            let of_event = if row.present { &mut standing } else { &mut ended };
            of_event.entry(row.event).or_default().insert(row.conversion_id);
        }
        let holders = conversions::dedup_find(tx, &keys)?;
        let holders: FxHashMap<[u8; 16], ConversionId> = holders.into_iter().collect();
        // Most hold the places of their own events.
        let others =
            events.iter().filter_map(|(id, event)| holders.get(event).filter(|holder| *holder != id));
        let others: FxHashSet<ConversionId> = others.copied().collect();
        let ids: Vec<ConversionId> = others.into_iter().collect();
        let held =
            findings.read_all(&ids, Invariant::I2, "conversion", &mut |ids| conversions::by_ids(tx, ids))?;
        // Whoever earned nothing at first never does, and has no currency to earn in.
        let earned: FxHashSet<ConversionId> =
            held.iter().filter(|one| one.commission_currency.is_some()).map(|one| one.id).collect();
        let earners = holders.into_iter().filter(|(_, holder)| earned.contains(holder)).collect();
        let since = store::own_results::first_at(tx)?;
        Ok(Self { events, last, standing, ended, earners, since })
    }
}

pub(super) fn check(
    world: &World<'_>,
    page: &Page,
    (case, first): (&Case<'_>, &First<'_>),
    findings: &mut Findings<'_>,
) {
    let id = case.conversion.id;
    let mut wrong = |invariant: Invariant, what: String| findings.violate(invariant, id, what);
    let stands = page.last.get(&id).filter(|row| row.present && row.holds);
    let (worth, by_person) = match expected(case, first.receipt) {
        Ok(expected) => expected,
        Err(error) => return wrong(Invariant::I2, error.to_string()),
    };
    let Some(event) = page.events.get(&id) else { return };
    let has_other = |of: &FxHashMap<[u8; 16], FxHashSet<ConversionId>>| {
        of.get(event).is_some_and(|ids| ids.iter().any(|one| *one != id))
    };
    let (others, was_there) = (has_other(&page.standing), has_other(&page.ended));
    let earned = page.earners.get(event).is_some_and(|holder| *holder != id);
    match (worth, stands) {
        (None, None) => {}
        (None, Some(_)) => wrong(Invariant::I7, "it stands without a publisher, but should not".to_owned()),
        (Some(_), None) if !by_person && (others || earned || was_there) => {}
        (Some(_), None) if page.since.is_none_or(|since| case.conversion.received_at < since) => {}
        (Some(_), None) => wrong(Invariant::I7, "nobody is paid for it, but it stands nowhere".to_owned()),
        (Some(worth), Some(row)) => {
            if row.amount != worth {
                let shown =
                    |amount: Option<model::Money>| amount.map_or("nothing".to_owned(), |it| it.to_string());
                wrong(
                    Invariant::I7,
                    format!("its own result is worth {}, not {}", shown(row.amount), shown(worth)),
                );
            }
            if others {
                wrong(Invariant::I7, "another report of its business event stands, too".to_owned());
            }
            if earned && !by_person {
                wrong(Invariant::I7, "it stands although another report of it earned".to_owned());
            }
            check_row(world, page, (case, first.receipt), row, &mut wrong);
        }
    }
}

fn check_row(
    world: &World<'_>,
    page: &Page,
    (case, receipt): (&Case<'_>, &Receipt),
    row: &OwnResult,
    wrong: &mut dyn FnMut(Invariant, String),
) {
    let conversion = case.conversion;
    let own = (conversion.network_id, conversion.advertiser_id, conversion.received_at);
    if (row.network_id, row.advertiser_id, row.received_at) != own
        || page.events.get(&conversion.id) != Some(&row.event)
    {
        wrong(Invariant::I10, "its own result is of somebody else".to_owned());
    }
    match row.campaign_id {
        Some(id) => {
            let campaign = world.snapshot.campaigns.get(&id);
            if campaign.is_none_or(|one| (one.advertiser_id, one.channel) != (row.advertiser_id, row.channel))
            {
                wrong(
                    Invariant::I10,
                    format!("it stands with {id}, which is no such campaign of its advertiser"),
                );
            }
        }
        None => {
            let told = own_results::channel_without_campaigns(row, &conversion.report, &receipt.facts);
            if told != Some(row.channel) {
                let told = told.map_or("something else", Channel::word);
                wrong(Invariant::I7, format!("it stands with {}, and its report tells {told}", row.channel));
            }
        }
    }
}

/// What its own result is worth if it has one, and whether a person's decision made it so.
#[allow(clippy::type_complexity, reason = "it is told in the line above")]
fn expected(case: &Case<'_>, receipt: &Receipt) -> Result<(Option<Option<model::Money>>, bool)> {
    let refused = own_results::Refused::by(case.decisions.iter())?;
    let conversion = case.conversion;
    let worth = own_results::unpaid(&conversion.report, &receipt.facts, conversion.state, refused);
    Ok((worth, refused.is_by_person()))
}
