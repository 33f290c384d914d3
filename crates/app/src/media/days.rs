//! Days that are sent one by one, and the looking at days.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use model::{AdvertiserId, CampaignId, CostImportId, Day, campaign::Campaign};
use store::{
    Tx,
    costs::{self, CostDay, CostDayFilter, CostImport},
};

use super::{
    booking::{self, Booked, Converter, SaidDay},
    campaigns::{self, CampaignFilter},
    imports::Summary,
};
use crate::{
    access::{Actor, CAMPAIGN_CHANGE, CAMPAIGN_LOOK},
    checks,
    command::Change,
    errors::Refusal,
    events::page_size,
};

/// The most days of one request.
pub const DAYS_MAX: usize = 5_000;

/// Books days that are said over the API, all or none; each replaces what held of its campaign and day. They are of one
/// advertiser.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn say(change: &mut Change<'_, '_>, said: &[SaidDay]) -> Result<CostImport, Refusal> {
    CAMPAIGN_CHANGE.check_role(change.actor)?;
    if said.is_empty() {
        return Err(Refusal::field("days", "there is no day in it"));
    }
    checks::length("days", said, DAYS_MAX)?;
    let mut known: BTreeMap<CampaignId, (Campaign, Vec<SaidDay>)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (place, day) in said.iter().enumerate() {
        let within = |refusal: Refusal| refusal.within(&format!("days[{place}]"));
        let (_, days) = match known.entry(day.campaign_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let campaign = campaigns::get(change.tx, change.actor, day.campaign_id);
                let campaign =
                    campaign.map_err(|refusal| within(Refusal::field("campaign_id", refusal.message)))?;
                unknown.insert((campaign, Vec::new()))
            }
        };
        check(day, Day::of(change.now)).map_err(within)?;
        if !seen.insert((day.campaign_id, day.day)) {
            return Err(within(Refusal::field(
                "day",
                "this campaign and day came before in the same request",
            )));
        }
        days.push(*day);
    }
    let advertisers: BTreeSet<AdvertiserId> =
        known.values().map(|(campaign, _)| campaign.advertiser_id).collect();
    let [advertiser_id] = advertisers.into_iter().collect::<Vec<_>>()[..] else {
        return Err(Refusal::field("days", "send the days of each advertiser by themselves"));
    };
    let id = CostImportId::new(change.now, change.entropy);
    let mut converter = Converter::new(change.tx, change.actor.network())?;
    let mut booked = Booked::default();
    for (campaign, days) in known.values() {
        booked.add(booking::book(change, &mut converter, id, campaign, days)?);
    }
    let summary = Summary { booked: booked.into(), campaigns: known.len() as u64, ..Summary::default() };
    super::imports::keep(change, id, advertiser_id, "api", &summary)
}

/// What no calendar and no ad system tells.
pub(super) fn check(day: &SaidDay, today: Day) -> Result<(), Refusal> {
    // Where the sun rises first it is tomorrow already.
    if day.day > today.next() {
        return Err(Refusal::field("day", "a cost cannot be dated later than tomorrow"));
    }
    if day.spend.is_some_and(model::Money::is_negative) {
        return Err(Refusal::field("spend", "a cost is not below zero"));
    }
    for (field, count) in [("impressions", day.impressions), ("clicks", day.clicks)] {
        if count.is_some_and(|count| !(0..=1_000_000_000_000).contains(&count)) {
            return Err(Refusal::field(field, "a count is between 0 and 1000000000000"));
        }
    }
    Ok(())
}

/// What a list of days is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct DaysFilter {
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
    /// Only what waits for a rate.
    pub waiting: bool,
}

/// A page of days, by campaign and day.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: DaysFilter,
    after: Option<(CampaignId, Day)>,
    limit: usize,
) -> Result<Vec<CostDay>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    let of = CampaignFilter { advertiser_id: filter.advertiser_id, channel: None };
    let seen = campaigns::list(tx, actor, of, None, usize::MAX)?;
    let wanted = |id: &CampaignId| filter.campaign_id.is_none_or(|campaign| campaign == *id);
    let campaigns = seen.iter().map(|campaign| campaign.id).filter(wanted).collect();
    let filter = CostDayFilter { campaigns, from: filter.from, to: filter.to, waiting: filter.waiting };
    Ok(costs::list(tx, actor.network(), &filter, after, page_size(limit))?)
}
