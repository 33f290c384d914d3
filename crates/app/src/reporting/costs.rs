//! Media spend as facts: what holds of a campaign's day, less what held before.

use std::collections::{BTreeSet, HashMap};

use model::{CampaignId, Timestamp, calendar, campaign::Campaign};
use report::{Dimension, Fact, FactKind, Measure};
use store::{
    Error, Result, Tx, configuration,
    costs::{self, CostDay, CostKey},
};

use super::touches::{Describe, Texts};
use crate::snapshot::Snapshot;

/// The facts of these rows.
pub(super) fn facts(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    texts: &mut Texts,
    keys: &[CostKey],
) -> Result<Vec<Fact>> {
    let days: BTreeSet<(CampaignId, model::Day)> =
        keys.iter().map(|key| (key.campaign_id, key.day)).collect();
    let mut histories: HashMap<(CampaignId, model::Day), Vec<CostDay>> = HashMap::with_capacity(days.len());
    for (campaign, day) in days {
        histories.insert((campaign, day), costs::history(tx, campaign, day)?);
    }
    let campaigns = campaigns_of(tx, keys)?;
    let mut facts = Vec::with_capacity(keys.len());
    for key in keys {
        let campaign = campaigns.get(&key.campaign_id);
        let campaign = campaign.ok_or_else(|| damaged(key, "is of a campaign that does not exist"))?;
        let history = histories.get(&(key.campaign_id, key.day)).map_or(&[][..], Vec::as_slice);
        let place = history.iter().position(|row| row.sequence == key.sequence);
        let place = place.ok_or_else(|| damaged(key, "is in the outbox only"))?;
        let (row, before) = (&history[place], place.checked_sub(1).map(|before| &history[before]));
        let mut fact = stands(snapshot, texts, campaign, row, row.at)?;
        if let Some(before) = before {
            let was = stands(snapshot, texts, campaign, before, row.at)?;
            if was.dimensions == fact.dimensions {
                for (measure, was) in fact.measures.iter_mut().zip(was.measures) {
                    *measure = measure.checked_sub(was).ok_or_else(|| damaged(key, "amounts do not fit"))?;
                }
            } else {
                // In another currency: out of the one and into the other.
                facts.push(taken_out(was));
            }
        }
        facts.push(fact);
    }
    facts.retain(|fact| !fact.is_nothing());
    Ok(facts)
}

/// The campaigns of these rows. They are read, since somebody else may have made one a moment ago.
fn campaigns_of(tx: &mut Tx<'_>, keys: &[CostKey]) -> Result<HashMap<CampaignId, Campaign>> {
    let ids: BTreeSet<CampaignId> = keys.iter().map(|key| key.campaign_id).collect();
    let mut campaigns = HashMap::with_capacity(ids.len());
    for id in ids {
        campaigns.extend(configuration::get::<Campaign>(tx, id)?.map(|campaign| (id, campaign)));
    }
    Ok(campaigns)
}

fn taken_out(mut fact: Fact) -> Fact {
    for measure in &mut fact.measures {
        *measure = -*measure;
    }
    fact
}

/// What a row says when it holds, as a fact that is booked at a moment. Its day counts as a day of the network: the moment is
/// noon there, so that it is the same day in every zone that people look from.
fn stands(
    snapshot: &Snapshot,
    texts: &mut Texts,
    campaign: &Campaign,
    row: &CostDay,
    booked_at: Timestamp,
) -> Result<Fact> {
    let key = row.key();
    let network = snapshot.networks.get(&row.network_id);
    let network = network.ok_or_else(|| damaged(&key, "is of a network that does not exist"))?;
    let (begins, ends) = calendar::date(&network.zone, &row.day.to_string())
        .ok_or_else(|| damaged(&key, "is no day of the calendar"))?;
    let noon = begins.plus_micros(ends.micros_since(begins) / 2);
    let mut fact = Fact::new(row.network_id, FactKind::Spend, noon);
    fact.recorded_at = booked_at;
    let mut describe = Describe { fact: &mut fact, texts };
    describe.parties(campaign.advertiser_id, campaign.program_id);
    describe.say(Dimension::Channel, campaign.channel.word());
    describe.say(Dimension::Campaign, &campaign.id.to_string());
    describe.say(Dimension::Currency, row.spend.currency().code());
    let mut count = |measure: Measure, number: i64| fact.measures[measure.index()] = number;
    if row.present {
        count(Measure::Spend, row.spend.units());
        count(Measure::Impressions, row.impressions.unwrap_or(0));
        count(Measure::Clicks, row.clicks.unwrap_or(0));
        count(Measure::UniqueClicks, row.clicks.unwrap_or(0));
        count(Measure::SpendNetwork, row.converted.unwrap_or(0));
        count(Measure::Unconverted, i64::from(row.converted.is_none()));
    }
    Ok(fact)
}

fn damaged(key: &CostKey, what: &str) -> Error {
    Error::Damaged(format!("the cost of {} on {} {what}", key.campaign_id, key.day))
}
