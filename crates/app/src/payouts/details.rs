//! Payment details of publishers, and the account that the network pays from.
//!
//! Every change is a new version. When the money would go elsewhere than before, nothing is paid for a week: whoever took
//! over somebody's account cannot be paid before the owner has seen it. Account numbers are shown by their last four characters.

use model::{
    NetworkId, PublisherId, Timestamp,
    parties::Publisher,
    payout::{PayerDetails, PaymentDetails, PaymentMethod},
};
use serde_json::json;
use store::{Tx, configuration, payment_details as rows, payment_details::SealedDetails};

use super::{
    internal, refused,
    seal::{SealKeys, Sealed},
};
use crate::{
    access::{Actor, Eyes, PAYER_CHANGE, PAYER_LOOK, PAYMENT_DETAILS_CHANGE, PAYOUT_ASK, PAYOUT_LOOK},
    command::Change,
    configuration::operator_only,
    errors::Refusal,
};

/// How long nothing is paid after the money's way was changed, in seconds.
pub const COOL_DOWN_SECONDS: i64 = 7 * 86_400;

/// A version of payment details, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<T> {
    /// 1, 2, 3, ...
    pub version: i64,
    /// What it says.
    pub details: T,
    /// Until when nothing is paid to it; in the past when it may be paid to.
    pub held_until: Timestamp,
    /// When it was saved.
    pub created_at: Timestamp,
    /// By whom, as in the audit log.
    pub created_by: String,
}

/// What a seal is bound to.
fn place(owner: &[u8; 16], version: i64) -> String {
    format!("payment details of {} version {version}", crate::hex(owner))
}

fn open<T: serde::de::DeserializeOwned>(keys: &SealKeys, row: SealedDetails) -> Result<Opened<T>, Refusal> {
    let SealedDetails { owner, version, key_number, sealed, held_until, created_at, created_by, .. } = row;
    let plain = keys.open(&Sealed { key_number, bytes: sealed }, &place(&owner, version))?;
    let details = serde_json::from_slice(&plain).map_err(internal)?;
    Ok(Opened { version, details, held_until, created_at, created_by })
}

/// Stores the next version of an owner's details.
fn save<T: serde::Serialize>(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    owner: &[u8; 16],
    details: T,
    (version, held_until): (i64, Timestamp),
) -> Result<Opened<T>, Refusal> {
    let plain = serde_json::to_vec(&details).map_err(internal)?;
    let Sealed { key_number, bytes } = keys.seal(&plain, &place(owner, version), change.entropy)?;
    let (created_at, created_by) = (change.now, change.actor.word());
    let row = SealedDetails {
        owner: *owner,
        version,
        network_id: change.actor.network(),
        key_number,
        sealed: bytes,
        held_until,
        created_at,
        created_by: created_by.clone(),
    };
    rows::insert(change.tx, &row)?;
    Ok(Opened { version, details, held_until, created_at, created_by })
}

/// The newest payment details of a publisher, for jobs and use cases that have checked who asks.
///
/// # Errors
/// Storage errors.
pub fn newest(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    publisher: PublisherId,
) -> Result<Option<Opened<PaymentDetails>>, Refusal> {
    rows::newest(tx, publisher.bytes())?.map(|row| open(keys, row)).transpose()
}

/// One version of a publisher's payment details, alike.
///
/// # Errors
/// Storage errors.
pub fn version(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    publisher: PublisherId,
    version: i64,
) -> Result<Opened<PaymentDetails>, Refusal> {
    open(keys, rows::version(tx, publisher.bytes(), version)?)
}

/// The account that a network pays from, alike.
///
/// # Errors
/// Storage errors.
pub fn payer(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    network: NetworkId,
) -> Result<Option<Opened<PayerDetails>>, Refusal> {
    rows::newest(tx, network.bytes())?.map(|row| open(keys, row)).transpose()
}

/// A publisher that the actor may know of, with his eyes; the advertisers' side never sees where money goes.
fn publisher_of(tx: &mut Tx<'_>, actor: &Actor, id: PublisherId) -> Result<Eyes, Refusal> {
    let missing = || Refusal::not_found(format!("publisher {id}"));
    let publisher: Publisher = configuration::get(tx, id)?.ok_or_else(missing)?;
    let eyes = actor.eyes(publisher.network_id, None, Some(id));
    if eyes.publisher { Ok(eyes) } else { Err(missing()) }
}

/// A publisher's payment details.
///
/// # Errors
/// `not_found`, also while there are none; storage errors.
pub fn get(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    actor: &Actor,
    id: PublisherId,
) -> Result<Opened<PaymentDetails>, Refusal> {
    let eyes = publisher_of(tx, actor, id)?;
    PAYOUT_LOOK.check(actor, eyes, &format!("publisher {id}"))?;
    let found = newest(tx, keys, id)?;
    found.ok_or_else(|| Refusal::not_found(format!("payment details of publisher {id} yet")))
}

/// Saves a publisher's payment details as a new version; what says the same as before is none.
///
/// # Errors
/// `not_found`, `right_missing`, `field_missing`, `field_invalid`; storage errors.
pub fn put(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    id: PublisherId,
    details: PaymentDetails,
) -> Result<Opened<PaymentDetails>, Refusal> {
    let eyes = publisher_of(change.tx, change.actor, id)?;
    PAYMENT_DETAILS_CHANGE.check(change.actor, eyes, &format!("publisher {id}"))?;
    let details = bank::details::checked(details).map_err(refused)?;
    let before = newest(change.tx, keys, id)?;
    let taxed = before.as_ref().and_then(|before| before.details.withholding_percent.clone());
    operator_only(change.actor, "withholding_percent", &taxed, &details.withholding_percent)?;
    let (version, held_until) = match &before {
        None => (1, change.now),
        Some(before) if before.details == details => return Ok(before.clone()),
        Some(before) => {
            let elsewhere = !before.details.same_destination(&details);
            let held = if elsewhere { change.now.plus_seconds(COOL_DOWN_SECONDS) } else { before.held_until };
            (before.version + 1, held.max(before.held_until))
        }
    };
    let saved = save(change, keys, id.bytes(), details, (version, held_until))?;
    let network = Some(change.actor.network());
    let noted = json!({
        "version": version, "method": saved.details.method, "holder": saved.details.holder,
        "account": last_four(account(&saved.details)), "held_until": held_until,
    });
    change.audit(network, &id, &noted)?;
    Ok(saved)
}

/// The account that the network pays from.
///
/// # Errors
/// `not_found`, also while there is none, `right_missing`; storage errors.
pub fn get_payer(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    actor: &Actor,
    id: NetworkId,
) -> Result<Opened<PayerDetails>, Refusal> {
    let eyes = actor.eyes(id, None, None);
    PAYER_LOOK.check(actor, eyes, &format!("network {id}"))?;
    let found = payer(tx, keys, id)?;
    found.ok_or_else(|| Refusal::not_found(format!("payment details of network {id} yet")))
}

/// Saves the account that the network pays from.
///
/// # Errors
/// `not_found`, `right_missing`, `field_missing`, `field_invalid`; storage errors.
pub fn put_payer(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    id: NetworkId,
    details: PayerDetails,
) -> Result<Opened<PayerDetails>, Refusal> {
    PAYER_CHANGE.check(change.actor, change.actor.eyes(id, None, None), &format!("network {id}"))?;
    let details = bank::details::checked_payer(details).map_err(refused)?;
    let before = payer(change.tx, keys, id)?;
    if let Some(before) = before.as_ref().filter(|before| before.details == details) {
        return Ok(before.clone());
    }
    let version = before.map_or(1, |before| before.version + 1);
    let now = change.now;
    let saved = save(change, keys, id.bytes(), details, (version, now))?;
    let account = saved.details.iban.as_deref().or(saved.details.account_number.as_deref());
    let noted = json!({ "version": version, "name": saved.details.name, "account": last_four(account) });
    change.audit(Some(id), &id, &noted)?;
    Ok(saved)
}

/// Notes that a publisher who is paid on request asks for it.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn request(change: &mut Change<'_, '_>, id: PublisherId) -> Result<Timestamp, Refusal> {
    let eyes = publisher_of(change.tx, change.actor, id)?;
    PAYOUT_ASK.check(change.actor, eyes, &format!("publisher {id}"))?;
    let (network, actor, now) = (change.actor.network(), change.actor.word(), change.now);
    rows::request(change.tx, id, network, now, &actor)?;
    change.audit(Some(network), &id, &json!({ "requested_at": now }))?;
    Ok(now)
}

/// The number that the money goes to.
pub fn account(details: &PaymentDetails) -> Option<&str> {
    match details.method {
        PaymentMethod::Other => None,
        _ => details.iban.as_deref().or(details.account_number.as_deref()),
    }
}

/// The last four characters of a number, and dots for the rest.
pub fn last_four(number: Option<&str>) -> Option<String> {
    let number = number?;
    let count = number.chars().count();
    // Of a short number even four characters would be most of it.
    let shown = if count >= 8 { 4 } else { 1 };
    let tail: String = number.chars().skip(count.saturating_sub(shown)).collect();
    Some(format!("••••{tail}"))
}
