//! Campaigns and the rules by which visits are told.

use model::{
    AdvertiserId, CampaignId, Channel,
    campaign::{Campaign, CampaignRule},
    parties::Advertiser,
    program::Program,
};
use store::{
    Tx, Value,
    configuration::{self, Filter},
};

use crate::{
    access::{Actor, CAMPAIGN_CHANGE, CAMPAIGN_LOOK, Eyes},
    checks,
    command::Change,
    configuration::{Edit, fixed, narrow, own_network},
    errors::Refusal,
    own_results,
};

/// Rules of one campaign.
const RULES_MAX: usize = 50;

fn missing(id: CampaignId) -> Refusal {
    Refusal::not_found(format!("campaign {id}"))
}

/// Campaigns are the advertiser's side's alone.
pub(super) fn eyes(actor: &Actor, network: model::NetworkId, advertiser: AdvertiserId) -> Eyes {
    Eyes { publisher: false, ..actor.eyes(network, Some(advertiser), None) }
}

/// One campaign, for its advertiser's side.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: CampaignId) -> Result<Campaign, Refusal> {
    let campaign: Campaign = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    if !eyes(actor, campaign.network_id, campaign.advertiser_id).open() {
        return Err(missing(id));
    }
    Ok(campaign)
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct CampaignFilter {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The channel.
    pub channel: Option<Channel>,
}

/// A page of campaigns, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: CampaignFilter,
    before: Option<CampaignId>,
    limit: usize,
) -> Result<Vec<Campaign>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    narrow(&mut filters, "advertiser_id", actor.advertisers(), AdvertiserId::bytes);
    if let Some(advertiser) = &filter.advertiser_id {
        filters.push(Filter::id("advertiser_id", advertiser.bytes()));
    }
    if let Some(channel) = filter.channel {
        filters.push(Filter { column: "channel", values: vec![Value::from(channel.word())] });
    }
    Ok(configuration::list(tx, &filters, before, limit, |_| true)?)
}

/// The advertiser whose campaigns or costs somebody is about to change.
pub(crate) fn advertiser(change: &mut Change<'_, '_>, id: AdvertiserId) -> Result<Advertiser, Refusal> {
    CAMPAIGN_CHANGE.check_role(change.actor)?;
    let advertiser: Option<Advertiser> = configuration::get(change.tx, id)?;
    let advertiser = advertiser.filter(|one| eyes(change.actor, one.network_id, one.id).open());
    advertiser.ok_or_else(|| Refusal::unknown("advertiser_id", format_args!("advertiser {id}")))
}

/// Makes a campaign, and tells by it the results of the last days that it brought.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken`; storage errors.
pub fn create(change: &mut Change<'_, '_>, campaign: Campaign) -> Result<Campaign, Refusal> {
    let made = make(change, campaign)?;
    own_results::restate(change, made.advertiser_id)?;
    Ok(made)
}

/// Makes a campaign; whoever makes several tells the results by them at the end.
pub(super) fn make(change: &mut Change<'_, '_>, campaign: Campaign) -> Result<Campaign, Refusal> {
    own_network(change.actor, campaign.network_id)?;
    advertiser(change, campaign.advertiser_id)?;
    check(change.tx, &campaign)?;
    not_taken(change.tx, &campaign)?;
    change.insert(&campaign, &campaign.id)?;
    Ok(campaign)
}

/// Changes a campaign, and tells the results of the last days by what it is now.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `taken`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: CampaignId,
    edit: Edit<'_, Campaign>,
) -> Result<Campaign, Refusal> {
    let after = edited(change, id, edit)?;
    own_results::restate(change, after.advertiser_id)?;
    Ok(after)
}

/// Changes a campaign; whoever changes several tells the results by them at the end.
pub(super) fn edited(
    change: &mut Change<'_, '_>,
    id: CampaignId,
    edit: Edit<'_, Campaign>,
) -> Result<Campaign, Refusal> {
    let before = get(change.tx, change.actor, id)?;
    let eyes = eyes(change.actor, before.network_id, before.advertiser_id);
    CAMPAIGN_CHANGE.check(change.actor, eyes, &format!("campaign {id}"))?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("advertiser_id", &before.advertiser_id, &after.advertiser_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    // Its facts stand with the channel and program, and what takes them back must find them there.
    fixed("channel", &before.channel, &after.channel)?;
    fixed("program_id", &before.program_id, &after.program_id)?;
    check(change.tx, &after)?;
    not_taken(change.tx, &after)?;
    change.update(&before, &after, &id)?;
    Ok(after)
}

fn check(tx: &mut Tx<'_>, campaign: &Campaign) -> Result<(), Refusal> {
    checks::text::name("name", &campaign.name)?;
    if let Some(external) = &campaign.external_id {
        checks::text::external_id("external_id", external)?;
    }
    if !campaign.channel.has_campaigns() {
        let message = "no campaigns run on this channel: publishers are paid by contracts, and nobody buys direct visits";
        return Err(Refusal::field("channel", message));
    }
    if let Some(id) = campaign.program_id {
        let program: Option<Program> = configuration::get(tx, id)?;
        if program.is_none_or(|program| program.advertiser_id != campaign.advertiser_id) {
            return Err(Refusal::field("program_id", format!("the advertiser has no program {id}")));
        }
    }
    if let (Some(starts), Some(ends)) = (campaign.starts_on, campaign.ends_on)
        && ends < starts
    {
        return Err(Refusal::field("ends_on", "a campaign does not end before it starts"));
    }
    checks::length("rules", &campaign.rules, RULES_MAX)?;
    for (place, rule) in campaign.rules.iter().enumerate() {
        check_rule(rule).map_err(|refusal| refusal.within(&format!("rules[{place}]")))?;
    }
    Ok(())
}

fn check_rule(rule: &CampaignRule) -> Result<(), Refusal> {
    if rule.conditions().next().is_none() {
        return Err(checks::bare("a rule names at least one parameter".to_owned()));
    }
    for (name, value) in rule.conditions() {
        match value {
            Some(code) if name == "code" => checks::text::coupon_code(name, code)?,
            Some(value) => checks::text::name(name, value)?,
            None if media::origin::is_click_id(name) => {}
            None => {
                let known: Vec<&str> = media::origin::click_ids().collect();
                return Err(Refusal::field("click_id", format!("known click ids are {}", known.join(", "))));
            }
        }
    }
    Ok(())
}

/// Says which member another campaign has already.
fn not_taken(tx: &mut Tx<'_>, campaign: &Campaign) -> Result<(), Refusal> {
    let taken = |found: Option<Campaign>, field: &str, what: &str| match found {
        Some(other) if other.id != campaign.id => {
            let message = format!("campaign {} of the same advertiser and channel has this {what}", other.id);
            Err(Refusal {
                field: Some(field.to_owned()),
                ..Refusal::new(crate::errors::ErrorCode::Taken, message)
            })
        }
        _ => Ok(()),
    };
    let of = (campaign.advertiser_id, campaign.channel);
    taken(by_name(tx, of, &campaign.name)?, "name", "name")?;
    match &campaign.external_id {
        Some(external) => taken(by_external_id(tx, of, external)?, "external_id", "id"),
        None => Ok(()),
    }
}

/// The campaign of this name, whatever its case.
pub(super) fn by_name(
    tx: &mut Tx<'_>,
    of: (AdvertiserId, Channel),
    name: &str,
) -> Result<Option<Campaign>, Refusal> {
    find(tx, of, "name", name.to_lowercase())
}

/// The campaign with this id at its ad system.
pub(super) fn by_external_id(
    tx: &mut Tx<'_>,
    of: (AdvertiserId, Channel),
    external: &str,
) -> Result<Option<Campaign>, Refusal> {
    find(tx, of, "external_id", external.to_owned())
}

fn find(
    tx: &mut Tx<'_>,
    (advertiser, channel): (AdvertiserId, Channel),
    column: &'static str,
    value: String,
) -> Result<Option<Campaign>, Refusal> {
    let filters = [
        Filter::id("advertiser_id", advertiser.bytes()),
        Filter { column: "channel", values: vec![Value::from(channel.word())] },
        Filter { column, values: vec![Value::from(value)] },
    ];
    Ok(configuration::list(tx, &filters, None, 1, |_| true)?.pop())
}
