//! Bonuses that an operator gives with a reason, and the taking back of any bonus: whole or in part, with a reason too.

use ledger::Source;
use model::{
    AdvertiserId, BonusId, Money, PublisherId,
    parties::{Advertiser, Publisher},
};
use serde_json::json;
use store::{
    Tx,
    bonuses::{self as rows, Bonus, BonusFilter, BonusReturn},
    configuration, outbox,
};

use super::reached;
use crate::{
    access::{Actor, BONUS_GIVE, BONUS_TAKE_BACK},
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
    events::page_size,
    posting,
};

/// What an operator gives.
#[derive(Debug, Clone)]
pub struct NewBonus {
    /// To whom.
    pub publisher_id: PublisherId,
    /// Which advertiser pays; none for the network.
    pub advertiser_id: Option<AdvertiserId>,
    /// How much.
    pub amount: Money,
    /// Why; the publisher and whoever pays read it.
    pub reason: String,
}

/// A bonus with what was taken back of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BonusSeen {
    /// The bonus.
    pub bonus: Bonus,
    /// In the order of the decisions.
    pub returns: Vec<BonusReturn>,
}

/// Gives a bonus; it stands on the publisher's account at once.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn give(change: &mut Change<'_, '_>, new: NewBonus) -> Result<BonusSeen, Refusal> {
    BONUS_GIVE.check_role(change.actor)?;
    checks::text::name("reason", &new.reason)?;
    if new.amount.units() <= 0 {
        return Err(Refusal::field("amount", "a bonus is above zero"));
    }
    let network_id = change.actor.network();
    let publisher: Option<Publisher> = configuration::get(change.tx, new.publisher_id)?;
    if publisher.is_none_or(|publisher| publisher.network_id != network_id) {
        return Err(Refusal::unknown("publisher_id", format_args!("publisher {}", new.publisher_id)));
    }
    if let Some(id) = new.advertiser_id {
        let advertiser: Option<Advertiser> = configuration::get(change.tx, id)?;
        if advertiser.is_none_or(|advertiser| advertiser.network_id != network_id) {
            return Err(Refusal::unknown("advertiser_id", format_args!("advertiser {id}")));
        }
    }
    let bonus = Bonus {
        id: BonusId::new(change.now, change.entropy),
        network_id,
        publisher_id: new.publisher_id,
        advertiser_id: new.advertiser_id,
        amount: new.amount,
        taken_back: Money::zero(new.amount.currency()),
        reason: Some(new.reason),
        progress_key: None,
        receipt: None,
        actor: change.actor.word(),
        at: change.now,
    };
    reached::pay(change.tx, &bonus)?;
    let noted = json!({ "created": {
        "publisher_id": bonus.publisher_id, "advertiser_id": bonus.advertiser_id, "amount": bonus.amount,
        "reason": bonus.reason,
    } });
    change.audit(Some(network_id), &bonus.id, &noted)?;
    Ok(BonusSeen { bonus, returns: Vec::new() })
}

/// Takes a bonus back: `amount` of it, or all that is left. The balance may go below zero.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn take_back(
    change: &mut Change<'_, '_>,
    id: BonusId,
    amount: Option<&str>,
    reason: &str,
) -> Result<BonusSeen, Refusal> {
    let BonusSeen { mut bonus, mut returns } = get(change.tx, change.actor, id)?;
    BONUS_TAKE_BACK.check_role(change.actor)?;
    checks::text::name("reason", reason)?;
    let internal = |error: &dyn std::fmt::Display| Refusal::new(ErrorCode::Internal, error.to_string());
    let left = bonus.amount.sub(bonus.taken_back).map_err(|error| internal(&error))?;
    if left.is_zero() {
        return Err(Refusal::state("all of the bonus was taken back before"));
    }
    let wanted = match amount {
        None => left,
        Some(text) => Money::parse(text, left.currency())
            .map_err(|error| Refusal::field("amount", error.to_string()))?,
    };
    if wanted.units() <= 0 || wanted.units() > left.units() {
        return Err(Refusal::field("amount", format!("{left} is left of the bonus")));
    }
    let after = bonus.taken_back.add(wanted).map_err(|error| internal(&error))?;
    let history = posting::history(change.tx, Source::Bonus(id))?;
    let transfers = ledger::reverse(&history, &[(after, Money::zero(after.currency()))], change.now)
        .map_err(|error| internal(&error))?;
    posting::append(change.tx, &history, &transfers)?;
    let taken = BonusReturn {
        sequence: returns.last().map_or(1, |last| last.sequence + 1),
        taken_back: after,
        reason: reason.to_owned(),
        actor: change.actor.word(),
        at: change.now,
    };
    if !rows::take_back(change.tx, &bonus, &taken)? {
        return Err(Refusal::state("somebody else took from the bonus at the same moment; look at it again"));
    }
    outbox::append(change.tx, change.now, &[("bonuses", id.bytes().to_vec())])?;
    let noted = json!({ "taken_back": { "amount": wanted, "reason": reason } });
    change.audit(Some(bonus.network_id), &id, &noted)?;
    bonus.taken_back = after;
    returns.push(taken);
    Ok(BonusSeen { bonus, returns })
}

/// One bonus, for whoever earns or pays it.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: BonusId) -> Result<BonusSeen, Refusal> {
    let sees =
        |bonus: &Bonus| actor.eyes(bonus.network_id, bonus.advertiser_id, Some(bonus.publisher_id)).open();
    let found = rows::by_id(tx, id)?.filter(sees);
    let bonus = found.ok_or_else(|| Refusal::not_found(format!("bonus {id}")))?;
    let returns = rows::returns(tx, &bonus)?;
    Ok(BonusSeen { bonus, returns })
}

/// A page of bonuses that one earns or pays, newest first; all of the network for the operator.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    publisher_id: Option<PublisherId>,
    before: Option<BonusId>,
    limit: usize,
) -> Result<Vec<BonusSeen>, Refusal> {
    let parties = match (actor.publishers(), actor.advertisers()) {
        (Some(publishers), Some(advertisers)) => Some((publishers.to_vec(), advertisers.to_vec())),
        _ => None,
    };
    let filter = BonusFilter { parties, publisher_id };
    let found = rows::list(tx, actor.network(), &filter, before, page_size(limit))?;
    let seen = |bonus: Bonus| {
        // What nothing was taken back of has no rows to read.
        let returns = if bonus.taken_back.is_zero() { Vec::new() } else { rows::returns(tx, &bonus)? };
        Ok(BonusSeen { bonus, returns })
    };
    found.into_iter().map(seen).collect()
}
