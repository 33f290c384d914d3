//! Bonuses and referrals as facts: what they were worth at a moment, less what they were worth just before.

use engine::referral::ReferralReceipt;
use model::{AdvertiserId, BonusId, Currency, NetworkId, PublisherId, ReferralId, Timestamp};
use report::{Dimension, Fact, FactKind, Measure};
use store::{Error, Result, Tx, bonuses, referrals};

use super::{
    rates::{Currencies, Rates},
    touches::{Describe, Texts},
};
use crate::snapshot::Snapshot;

/// An award as far as facts tell of it.
struct Award {
    network_id: NetworkId,
    kind: FactKind,
    publisher_id: PublisherId,
    /// Who pays; the network when absent.
    advertiser_id: Option<AdvertiserId>,
    began: Timestamp,
    currency: Currency,
    /// What it was worth from each moment on, in units, ascending.
    worth: Vec<(Timestamp, i64)>,
}

impl Award {
    /// What it is worth up to and with this moment, in units.
    fn worth(&self, at: Timestamp) -> i64 {
        self.worth.iter().rfind(|(since, _)| *since <= at).map_or(0, |(_, units)| *units)
    }
}

/// The facts of what changed on these bonuses and referrals at this moment.
pub(super) fn facts(
    tx: &mut Tx<'_>,
    (snapshot, rates, texts): (&Snapshot, &mut Rates, &mut Texts),
    bonuses: &[BonusId],
    referrals: &[ReferralId],
    at: Timestamp,
) -> Result<Vec<Fact>> {
    let mut awards = Vec::with_capacity(bonuses.len() + referrals.len());
    for bonus in bonuses {
        awards.push(of_bonus(tx, *bonus)?);
    }
    of_referrals(tx, referrals, &mut awards)?;
    let mut facts = Vec::with_capacity(awards.len());
    for award in &awards {
        let mut fact = stands(award, at, at, (snapshot, rates, texts))?;
        let before = stands(award, at.plus_micros(-1), at, (snapshot, rates, texts))?;
        for (measure, before) in fact.measures.iter_mut().zip(before.measures) {
            *measure -= before;
        }
        if !fact.is_nothing() {
            facts.push(fact);
        }
    }
    Ok(facts)
}

/// What an award is worth up to and with a moment, as a fact that is booked at another.
fn stands(
    award: &Award,
    at: Timestamp,
    booked_at: Timestamp,
    (snapshot, rates, texts): (&Snapshot, &mut Rates, &mut Texts),
) -> Result<Fact> {
    let mut fact = Fact::new(award.network_id, award.kind, booked_at);
    let mut describe = Describe { fact: &mut fact, texts };
    describe.say(Dimension::Publisher, &award.publisher_id.to_string());
    describe.say(Dimension::Currency, award.currency.code());
    describe.say(Dimension::Channel, "affiliate");
    if let Some(advertiser) = award.advertiser_id {
        describe.parties(advertiser, None);
    }
    let measure = if award.advertiser_id.is_some() { Measure::Bonus } else { Measure::NetworkBonus };
    fact.measures[measure.index()] = award.worth(at);
    let currencies = Currencies { booked: Some(award.currency), order: None };
    rates.convert(snapshot, &mut fact, currencies, award.began)?;
    Ok(fact)
}

fn of_bonus(tx: &mut Tx<'_>, id: BonusId) -> Result<Award> {
    let bonus = bonuses::by_id(tx, id)?;
    let bonus = bonus.ok_or_else(|| Error::Damaged(format!("bonus {id} is in the outbox only")))?;
    let returns = bonuses::returns(tx, &bonus)?;
    let amount = bonus.amount.units();
    let after = returns.iter().map(|back| (back.at, amount - back.taken_back.units()));
    Ok(Award {
        network_id: bonus.network_id,
        kind: FactKind::Bonus,
        publisher_id: bonus.publisher_id,
        advertiser_id: bonus.advertiser_id,
        began: bonus.at,
        currency: bonus.amount.currency(),
        worth: std::iter::once((bonus.at, amount)).chain(after).collect(),
    })
}

fn of_referrals(tx: &mut Tx<'_>, ids: &[ReferralId], awards: &mut Vec<Award>) -> Result<()> {
    let decisions = referrals::decisions(tx, ids)?;
    for referral in referrals::by_ids(tx, ids)? {
        let mut worth = Vec::new();
        for row in decisions.iter().filter(|row| row.referral_id == referral.id) {
            let receipt: ReferralReceipt = serde_json::from_str(&row.receipt)
                .map_err(|error| Error::Damaged(format!("referral {}: {error}", referral.id)))?;
            let decision = receipt.decision;
            worth.push((row.at, decision.earned.units() - decision.taken_back.units()));
        }
        awards.push(Award {
            network_id: referral.network_id,
            kind: FactKind::Referral,
            publisher_id: referral.publisher_id,
            advertiser_id: None,
            began: referral.at,
            currency: referral.earned.currency(),
            worth,
        });
    }
    Ok(())
}
