//! When and where campaigns of offline channels were seen or heard.
//!
//! A slot is known again by its campaign, first moment, place and name, so whoever says the same again changes nothing and doubles nothing. A
//! whole file also replaces: slots of its campaigns between its first and its last that it does not name are gone. A file with rows that cannot be
//! taken takes nothing away.
//!
//! A code that a slot tells becomes a rule of its campaign, so that orders with it are the campaign's exactly. The slot itself proves nothing: see
//! `journeys` for what may follow from it where somebody asks for that.

use std::collections::{BTreeMap, BTreeSet};

use ::media::exposures::{check_slot, place, read};
use model::{
    AdvertiserId, CampaignId, Channel, ExposureId, Timestamp,
    calendar::Zone,
    campaign::{Campaign, CampaignRule},
    exposure::Exposure,
    parties::{Network, Status},
};
use serde_json::json;
use store::{Tx, configuration, exposures};

use super::{ExposureFilter, campaigns, imports::RefusedRow};
use crate::{
    access::{Actor, CAMPAIGN_CHANGE, CAMPAIGN_LOOK},
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
    events::page_size,
    own_results,
};

/// The most slots that are told at once.
pub const EXPOSURES_MAX: usize = ::media::exposures::ROWS_MAX;
/// Rows that were not taken and are told one by one; the others are counted.
const REFUSED_TOLD: usize = 1_000;

/// A slot as somebody tells it.
#[derive(Debug, Clone)]
pub struct SaidExposure {
    /// Where it was told: the line of a file, or the place in a list from 0.
    pub at: u64,
    /// The campaign's id or name.
    pub campaign: String,
    /// The channel of a campaign that is named; that of the whole list without it.
    pub channel: Option<Channel>,
    /// What tells several of the same moment and place apart.
    pub name: String,
    /// First moment.
    pub starts_at: Timestamp,
    /// Last moment.
    pub ends_at: Timestamp,
    /// Country; empty for every one.
    pub country: String,
    /// Region; empty for every one.
    pub region: String,
    /// How many saw it.
    pub impressions: Option<i64>,
    /// The code that it told.
    pub code: Option<String>,
}

/// Slots that somebody tells.
#[derive(Debug, Clone)]
pub struct NewExposures {
    /// Whose campaigns.
    pub advertiser_id: AdvertiserId,
    /// The channel of campaigns that are named, where a slot says none.
    pub channel: Option<Channel>,
    /// Whether campaigns that are not there are made; else their slots are refused.
    pub make_campaigns: bool,
    /// Whether slots of the same campaigns between the first and the last that are not told are taken away.
    pub replace: bool,
    /// Whether good rows are taken though others are refused; else one that is refused refuses all.
    pub skip_bad_rows: bool,
    /// The slots.
    pub said: Said,
}

/// How slots are told.
#[derive(Debug, Clone)]
pub enum Said {
    /// As a file.
    File(Vec<u8>),
    /// One by one.
    Rows(Vec<SaidExposure>),
}

/// What became of slots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenExposures {
    /// Slots that were not told before.
    pub added: u64,
    /// Slots that stand differently now.
    pub changed: u64,
    /// Slots that are gone.
    pub removed: u64,
    /// Slots that stood like that.
    pub unchanged: u64,
    /// Campaigns that were made.
    pub campaigns_made: u64,
    /// Rows that could not be taken.
    pub refused: u64,
    /// The first thousand of them.
    pub refused_rows: Vec<RefusedRow>,
}

/// The member of a row that is wrong, and why.
type Wrong = (String, String);

/// What a slot is known by among those of its campaign.
type Key = (Timestamp, String, String, String);

fn key(slot: &Exposure) -> Key {
    (slot.starts_at, slot.country.clone(), slot.region.clone(), slot.name.clone())
}

/// Takes slots.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn tell(change: &mut Change<'_, '_>, new: &NewExposures) -> Result<TakenExposures, Refusal> {
    let advertiser = campaigns::advertiser(change, new.advertiser_id)?;
    let network: Option<Network> = configuration::get(change.tx, change.actor.network())?;
    let zone = network.map_or_else(Zone::utc, |network| network.zone);
    let (said, refused) = rows(&new.said, &zone)?;
    let is_file = matches!(new.said, Said::File(_));
    let mut taking = Taking { change, new, refused, found: BTreeMap::new(), made: 0, edited: false };
    let slots = taking.slots(said)?;
    if !new.skip_bad_rows
        && let Some(first) = taking.refused.first()
    {
        return Err(refusal_of(first, taking.refused.len(), is_file));
    }
    if slots.is_empty() {
        let field = if is_file { "content" } else { "rows" };
        return Err(Refusal::field(field, "no row can be taken"));
    }
    let mut taken = taking.store(slots)?;
    let Taking { mut refused, made, edited, .. } = taking;
    if made > 0 || edited {
        own_results::restate(change, advertiser.id)?;
    }
    refused.sort_by_key(|row| row.line);
    taken.campaigns_made = made;
    taken.refused = refused.len() as u64;
    refused.truncate(REFUSED_TOLD);
    taken.refused_rows = refused;
    let noted = json!({ "exposures": {
        "added": taken.added, "changed": taken.changed, "removed": taken.removed, "unchanged": taken.unchanged,
        "refused": taken.refused,
    } });
    change.audit(Some(advertiser.network_id), &advertiser.id, &noted)?;
    Ok(taken)
}

/// The first row that is refused, as a refusal of everything.
fn refusal_of(first: &RefusedRow, count: usize, is_file: bool) -> Refusal {
    let column = first.column.as_deref().unwrap_or_default();
    let more = if count > 1 { format!(" ({} further rows are refused)", count - 1) } else { String::new() };
    if is_file {
        let column = if column.is_empty() { String::new() } else { format!(", column `{column}`") };
        return Refusal::field("content", format!("line {}{column}: {}{more}", first.line, first.reason));
    }
    let member = if column.is_empty() { String::new() } else { format!(".{column}") };
    Refusal::field(format!("rows[{}]{member}", first.line), format!("{}{more}", first.reason))
}

fn rows(said: &Said, zone: &Zone) -> Result<(Vec<SaidExposure>, Vec<RefusedRow>), Refusal> {
    match said {
        Said::Rows(rows) => {
            checks::length("rows", rows, EXPOSURES_MAX)?;
            Ok((rows.clone(), Vec::new()))
        }
        Said::File(bytes) => {
            let file = read(bytes, zone).map_err(|error| Refusal::field("content", error.to_string()))?;
            let rows = file.rows.into_iter().map(|row| SaidExposure {
                at: row.line,
                campaign: row.campaign,
                channel: row.channel,
                name: row.name,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                country: row.country,
                region: row.region,
                impressions: row.impressions,
                code: row.code,
            });
            Ok((rows.collect(), file.bad.into_iter().map(RefusedRow::from).collect()))
        }
    }
}

/// The taking of slots.
struct Taking<'a, 't, 'c> {
    change: &'a mut Change<'t, 'c>,
    new: &'a NewExposures,
    refused: Vec<RefusedRow>,
    /// Campaigns by how they were named.
    found: BTreeMap<(String, Option<Channel>), Result<Campaign, Wrong>>,
    made: u64,
    /// Whether rules were added.
    edited: bool,
}

impl Taking<'_, '_, '_> {
    /// The slots that can be taken, by campaign.
    fn slots(
        &mut self,
        said: Vec<SaidExposure>,
    ) -> Result<BTreeMap<CampaignId, BTreeMap<Key, Exposure>>, Refusal> {
        let mut slots: BTreeMap<CampaignId, BTreeMap<Key, Exposure>> = BTreeMap::new();
        let mut codes: BTreeMap<CampaignId, BTreeSet<String>> = BTreeMap::new();
        for row in said {
            let at = row.at;
            let slot = match self.slot(row)? {
                Ok(slot) => slot,
                Err((column, reason)) => {
                    self.refused.push(RefusedRow { line: at, column: Some(column), reason });
                    continue;
                }
            };
            if let Some(code) = &slot.code {
                codes.entry(slot.campaign_id).or_default().insert(code.clone());
            }
            let of_campaign = slots.entry(slot.campaign_id).or_default();
            if of_campaign.contains_key(&key(&slot)) {
                let reason = "another row tells the same slot: the same campaign, moment, place and name";
                self.refused.push(RefusedRow {
                    line: at,
                    column: Some("name".to_owned()),
                    reason: reason.to_owned(),
                });
                continue;
            }
            of_campaign.insert(key(&slot), slot);
        }
        for (campaign, codes) in codes {
            self.add_rules(campaign, &codes)?;
        }
        Ok(slots)
    }

    /// The slot of a row; the inner error is about the row.
    fn slot(&mut self, row: SaidExposure) -> Result<Result<Exposure, Wrong>, Refusal> {
        let checked = self.check(&row);
        let (country, region) = match checked {
            Ok(place) => place,
            Err(refusal) => return Ok(Err((refusal.field.unwrap_or_default(), refusal.message))),
        };
        let campaign = match self.campaign(&row.campaign, row.channel.or(self.new.channel))? {
            Ok(campaign) => campaign,
            Err(wrong) => return Ok(Err(wrong)),
        };
        Ok(Ok(Exposure {
            id: ExposureId::new(self.change.now, self.change.entropy),
            network_id: campaign.network_id,
            advertiser_id: campaign.advertiser_id,
            campaign_id: campaign.id,
            name: row.name,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            country,
            region,
            impressions: row.impressions,
            code: row.code,
            created_at: self.change.now,
        }))
    }

    fn check(&self, row: &SaidExposure) -> Result<(String, String), Refusal> {
        checks::text::optional_name("name", &row.name)?;
        check_slot(row.starts_at, row.ends_at).map_err(|reason| Refusal::field("ends_at", reason))?;
        if row.impressions.is_some_and(|impressions| impressions < 0) {
            return Err(Refusal::field("impressions", "nobody is seen less than never"));
        }
        if let Some(code) = &row.code {
            checks::text::coupon_code("code", code)?;
        }
        place(&row.country, &row.region).map_err(|(is_country, reason)| {
            Refusal::field(if is_country { "country" } else { "region" }, reason)
        })
    }

    fn campaign(
        &mut self,
        named: &str,
        channel: Option<Channel>,
    ) -> Result<Result<Campaign, Wrong>, Refusal> {
        let known = (named.to_owned(), channel);
        if let Some(found) = self.found.get(&known) {
            return Ok(found.clone());
        }
        let found = match self.find_or_make(named, channel) {
            Ok(campaign) => Ok(campaign),
            Err(refusal)
                if matches!(
                    refusal.code,
                    ErrorCode::FieldInvalid | ErrorCode::FieldMissing | ErrorCode::Taken
                ) =>
            {
                let field = refusal.field.filter(|field| field == "channel");
                Err((field.unwrap_or_else(|| "campaign".to_owned()), refusal.message))
            }
            Err(refusal) => return Err(refusal),
        };
        self.found.insert(known, found.clone());
        Ok(found)
    }

    fn find_or_make(&mut self, named: &str, channel: Option<Channel>) -> Result<Campaign, Refusal> {
        let none = || Refusal::field("campaign", format!("there is no campaign `{}`", named.escape_debug()));
        if let Ok(id) = named.parse::<CampaignId>() {
            let found: Option<Campaign> = configuration::get(self.change.tx, id)?;
            return found.filter(|one| one.advertiser_id == self.new.advertiser_id).ok_or_else(none);
        }
        let Some(channel) = channel else {
            return Err(Refusal::field("channel", "a campaign that is named needs its channel, such as tv"));
        };
        let of = (self.new.advertiser_id, channel);
        if let Some(campaign) = campaigns::by_name(self.change.tx, of, named)? {
            return Ok(campaign);
        }
        if !self.new.make_campaigns {
            return Err(none());
        }
        let campaign = Campaign {
            id: CampaignId::new(self.change.now, self.change.entropy),
            network_id: self.change.actor.network(),
            advertiser_id: self.new.advertiser_id,
            program_id: None,
            channel,
            name: named.to_owned(),
            external_id: None,
            rules: Vec::new(),
            starts_on: None,
            ends_on: None,
            status: Status::Active,
            created_at: self.change.now,
        };
        let campaign = campaigns::make(self.change, campaign)?;
        self.made += 1;
        Ok(campaign)
    }

    /// Lets a campaign be told by these codes of orders.
    fn add_rules(&mut self, campaign: CampaignId, codes: &BTreeSet<String>) -> Result<(), Refusal> {
        let before = campaigns::get(self.change.tx, self.change.actor, campaign)?;
        let is_there = |code: &String| {
            let of_it = |rule: &&CampaignRule| {
                rule.is_of_code() && rule.code.as_ref().is_some_and(|one| one.eq_ignore_ascii_case(code))
            };
            before.rules.iter().any(|rule| of_it(&rule))
        };
        let new: Vec<CampaignRule> =
            codes.iter().filter(|code| !is_there(code)).map(|code| CampaignRule::of_code(code)).collect();
        if new.is_empty() {
            return Ok(());
        }
        self.edited = true;
        let edit = &mut |before: Campaign| {
            Ok(Campaign {
                rules: before.rules.iter().cloned().chain(new.iter().cloned()).collect(),
                ..before
            })
        };
        campaigns::edited(self.change, campaign, edit).map(drop)
    }

    fn store(
        &mut self,
        slots: BTreeMap<CampaignId, BTreeMap<Key, Exposure>>,
    ) -> Result<TakenExposures, Refusal> {
        let mut taken = TakenExposures::default();
        let begins = || slots.values().flat_map(BTreeMap::values).map(|slot| slot.starts_at);
        let (Some(first), Some(last)) = (begins().min(), begins().max()) else { return Ok(taken) };
        let replace = self.new.replace && self.refused.is_empty();
        let mut added = Vec::new();
        for (campaign, mut of_campaign) in slots {
            for stood in exposures::of_campaign(self.change.tx, campaign, first, last)? {
                let Some(said) = of_campaign.remove(&key(&stood)) else {
                    if replace && exposures::delete(self.change.tx, stood.id)? {
                        taken.removed += 1;
                    }
                    continue;
                };
                let told = Exposure { id: stood.id, created_at: stood.created_at, ..said };
                if told == stood {
                    taken.unchanged += 1;
                    continue;
                }
                exposures::update(self.change.tx, &Exposure { created_at: self.change.now, ..told })?;
                taken.changed += 1;
            }
            added.extend(of_campaign.into_values());
        }
        taken.added = added.len() as u64;
        exposures::insert(self.change.tx, &added)?;
        Ok(taken)
    }
}

/// Takes one slot away. A code that it told stays with its campaign.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn delete(change: &mut Change<'_, '_>, id: ExposureId) -> Result<Exposure, Refusal> {
    let found = exposures::by_id(change.tx, id)?;
    let missing = || Refusal::not_found(format!("exposure {id}"));
    let slot = found.ok_or_else(missing)?;
    let eyes = campaigns::eyes(change.actor, slot.network_id, slot.advertiser_id);
    CAMPAIGN_CHANGE.check(change.actor, eyes, &format!("exposure {id}"))?;
    exposures::delete(change.tx, id)?;
    let noted = json!({ "deleted": { "campaign_id": slot.campaign_id, "name": slot.name, "starts_at": slot.starts_at } });
    change.audit(Some(slot.network_id), &id, &noted)?;
    Ok(slot)
}

/// A page of slots, those that were told last first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &ExposureFilter,
    before: Option<ExposureId>,
    limit: usize,
) -> Result<Vec<Exposure>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    Ok(exposures::list(tx, actor.network(), actor.advertisers(), filter, before, page_size(limit))?)
}
