//! What a network pays for referrals: dated terms, of which later ones take over. They are never changed.

use model::{
    ReferralTermsId, Timestamp,
    referral::{ReferralLevel, ReferralTerms},
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::programs;
use crate::{
    access::{Actor, REFERRAL_TERMS_CREATE, REFERRAL_TERMS_LOOK},
    awards::referred,
    command::Change,
    errors::Refusal,
};

/// How long after they are made terms hold at the earliest, in seconds: what was received before is followed by then.
pub const NOTICE_SECONDS: i64 = 60;

/// Makes terms that hold from `valid_from` on, or as soon as possible.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(
    change: &mut Change<'_, '_>,
    valid_from: Option<Timestamp>,
    levels: Vec<ReferralLevel>,
) -> Result<ReferralTerms, Refusal> {
    REFERRAL_TERMS_CREATE.check_role(change.actor)?;
    commission::compile_referrals(&levels).map_err(|errors| programs::first_term_error(errors, ""))?;
    let earliest = change.now.plus_seconds(NOTICE_SECONDS);
    let valid_from = valid_from.unwrap_or(earliest);
    if valid_from < earliest {
        let message = format!("terms begin a minute after they are made, at {earliest}, or later");
        return Err(Refusal::field("valid_from", message));
    }
    let network_id = change.actor.network();
    let last = referred::terms_of(change.tx, network_id)?.into_iter().map(|terms| terms.valid_from).max();
    if last.is_some_and(|last| valid_from <= last) {
        let last = last.unwrap_or(valid_from);
        return Err(Refusal::field("valid_from", format!("other terms begin at {last}; begin after them")));
    }
    let id = ReferralTermsId::new(change.now, change.entropy);
    let terms = ReferralTerms { id, network_id, valid_from, levels, created_at: change.now };
    change.insert(&terms, &terms.id)?;
    Ok(terms)
}

/// A page of the network's terms, newest first, for the operator and the publishers' side.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<ReferralTermsId>,
    limit: usize,
) -> Result<Vec<ReferralTerms>, Refusal> {
    REFERRAL_TERMS_LOOK.check_role(actor)?;
    let network = actor.network();
    let filters = [Filter::id("network_id", network.bytes())];
    Ok(configuration::list(tx, &filters, before, limit, |_| true)?)
}
