//! Billing profiles: names, addresses and taxes as they stand on papers. Every change is a new version; papers that were
//! issued keep what they show.

use model::{
    AdvertiserId, NetworkId, PublisherId, Timestamp,
    billing::{BillingProfile, IssuerProfile, Numbering, Party, TaxRate},
    country,
    parties::{Network, Publisher},
    payout::PostalAddress,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use store::{
    Tx,
    billing::{self as rows, ProfileRow},
    configuration,
};

use super::internal;
use crate::{
    access::{Actor, BILLING_LOOK, ISSUER_CHANGE, PAYEE_CHANGE, PAYER_PROFILE_CHANGE},
    checks,
    command::Change,
    configuration::{advertisers, operator_only},
    errors::{ErrorCode, Refusal},
};

/// The most taxes that an invoice can have.
const TAXES_MAX: usize = 5;

/// A version of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile<T> {
    /// 1, 2, 3, ...
    pub version: i64,
    /// What it says.
    pub profile: T,
    /// When it was saved.
    pub created_at: Timestamp,
    /// By whom, as in the audit log.
    pub created_by: String,
}

fn newest<T: DeserializeOwned>(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<Option<Profile<T>>, Refusal> {
    let Some(row) = rows::newest_profile(tx, owner)? else { return Ok(None) };
    let ProfileRow { version, created_at, created_by, body, .. } = row;
    let profile = serde_json::from_str(&body).map_err(internal)?;
    Ok(Some(Profile { version, profile, created_at, created_by }))
}

/// Who writes a network's papers, for use cases that have checked who asks.
///
/// # Errors
/// Storage errors.
pub fn issuer(tx: &mut Tx<'_>, network: NetworkId) -> Result<Option<IssuerProfile>, Refusal> {
    Ok(newest(tx, network.bytes())?.map(|found| found.profile))
}

/// The same where papers need none: the network's name and the usual numbers.
pub(super) fn issuer_or_name(
    tx: &mut Tx<'_>,
    network: &Network,
) -> Result<(Party, Numbering, Option<String>), Refusal> {
    Ok(match issuer(tx, network.id)? {
        Some(issuer) => (issuer.party(), issuer.numbering.clone(), issuer.payment_instructions),
        None => (Party::named(&network.name), Numbering::default(), None),
    })
}

/// To whom papers of an advertiser or publisher are written, for use cases that have checked who asks.
///
/// # Errors
/// Storage errors.
pub fn of(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<Option<BillingProfile>, Refusal> {
    Ok(newest(tx, owner)?.map(|found| found.profile))
}

fn save<T: Serialize + DeserializeOwned + PartialEq + Clone>(
    change: &mut Change<'_, '_>,
    owner: &[u8; 16],
    shown: &dyn std::fmt::Display,
    before: Option<Profile<T>>,
    profile: T,
) -> Result<Profile<T>, Refusal> {
    if let Some(same) = before.as_ref().filter(|before| before.profile == profile) {
        return Ok(same.clone());
    }
    let version = before.map_or(1, |before| before.version + 1);
    let (created_at, created_by, network_id) = (change.now, change.actor.word(), change.actor.network());
    let body = serde_json::to_value(&profile).map_err(internal)?;
    let row = ProfileRow {
        owner: *owner,
        version,
        network_id,
        created_at,
        created_by: created_by.clone(),
        body: body.to_string(),
    };
    rows::insert_profile(change.tx, &row)?;
    change.audit(Some(network_id), shown, &json!({ "billing_profile": body, "version": version }))?;
    Ok(Profile { version, profile, created_at, created_by })
}

fn missing(what: &dyn std::fmt::Display) -> Refusal {
    Refusal::not_found(format!("billing profile of {what} yet"))
}

/// Who writes the papers of a network; its members' to see.
///
/// # Errors
/// `not_found`, also while nobody said it; storage errors.
pub fn get_issuer(tx: &mut Tx<'_>, actor: &Actor, id: NetworkId) -> Result<Profile<IssuerProfile>, Refusal> {
    if id != actor.network() {
        return Err(Refusal::not_found(format!("network {id}")));
    }
    newest(tx, id.bytes())?.ok_or_else(|| missing(&format!("network {id}")))
}

/// Says who writes the papers of a network, and how they are numbered.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn put_issuer(
    change: &mut Change<'_, '_>,
    id: NetworkId,
    profile: IssuerProfile,
) -> Result<Profile<IssuerProfile>, Refusal> {
    let eyes = change.actor.eyes(id, None, None);
    ISSUER_CHANGE.check(change.actor, eyes, &format!("network {id}"))?;
    check_party(&profile.party())?;
    checks::text::lines("payment_instructions", profile.payment_instructions.as_deref().unwrap_or(""))?;
    check_numbering(&profile.numbering)?;
    let before = newest(change.tx, id.bytes())?;
    save(change, id.bytes(), &id, before, profile)
}

/// To whom an advertiser's invoices are written.
///
/// # Errors
/// `not_found`, also while nobody said it; storage errors.
pub fn get_of_advertiser(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AdvertiserId,
) -> Result<Profile<BillingProfile>, Refusal> {
    let (_, eyes) = advertisers::get(tx, actor, id)?;
    BILLING_LOOK.check(actor, eyes, &format!("advertiser {id}"))?;
    newest(tx, id.bytes())?.ok_or_else(|| missing(&format!("advertiser {id}")))
}

/// Says to whom an advertiser's invoices are written. Taxes and days for payment are the operator's.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn put_of_advertiser(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
    profile: BillingProfile,
) -> Result<Profile<BillingProfile>, Refusal> {
    advertisers::get_to_change(change.tx, change.actor, id, PAYER_PROFILE_CHANGE)?;
    put_party(change, id.bytes(), &id, profile)
}

/// To whom a publisher's statements are written; the advertisers' side does not see it.
///
/// # Errors
/// `not_found`, also while nobody said it; storage errors.
pub fn get_of_publisher(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: PublisherId,
) -> Result<Profile<BillingProfile>, Refusal> {
    publisher_eyes(tx, actor, id)?;
    newest(tx, id.bytes())?.ok_or_else(|| missing(&format!("publisher {id}")))
}

/// Says to whom a publisher's statements are written.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn put_of_publisher(
    change: &mut Change<'_, '_>,
    id: PublisherId,
    profile: BillingProfile,
) -> Result<Profile<BillingProfile>, Refusal> {
    publisher_eyes(change.tx, change.actor, id)?;
    let eyes = change.actor.eyes(change.actor.network(), None, Some(id));
    PAYEE_CHANGE.check(change.actor, eyes, &format!("publisher {id}"))?;
    if !profile.tax_rates.is_empty() {
        return Err(Refusal::field(
            "tax_rates",
            "taxes are for invoices; a statement shows what was kept back",
        ));
    }
    put_party(change, id.bytes(), &id, profile)
}

fn publisher_eyes(tx: &mut Tx<'_>, actor: &Actor, id: PublisherId) -> Result<(), Refusal> {
    let missing = || Refusal::not_found(format!("publisher {id}"));
    let publisher: Publisher = configuration::get(tx, id)?.ok_or_else(missing)?;
    let eyes = actor.eyes(publisher.network_id, None, Some(id));
    if eyes.publisher { Ok(()) } else { Err(missing()) }
}

fn put_party(
    change: &mut Change<'_, '_>,
    owner: &[u8; 16],
    shown: &dyn std::fmt::Display,
    profile: BillingProfile,
) -> Result<Profile<BillingProfile>, Refusal> {
    check_party(&profile.party())?;
    let before: Option<Profile<BillingProfile>> = newest(change.tx, owner)?;
    let set = before.as_ref().map(|before| &before.profile);
    let rates = set.map(|set| set.tax_rates.clone()).unwrap_or_default();
    operator_only(change.actor, "tax_rates", &rates, &profile.tax_rates)?;
    let note = set.and_then(|set| set.tax_note.clone());
    operator_only(change.actor, "tax_note", &note, &profile.tax_note)?;
    let days = set.map_or(model::billing::PAYMENT_DAYS, |set| set.payment_days);
    operator_only(change.actor, "payment_days", &days, &profile.payment_days)?;
    check_rates(&profile.tax_rates)?;
    checks::text::optional_name("tax_note", profile.tax_note.as_deref().unwrap_or(""))?;
    if profile.payment_days > 365 {
        return Err(Refusal::field("payment_days", "0 to 365 days"));
    }
    save(change, owner, shown, before, profile)
}

fn check_party(party: &Party) -> Result<(), Refusal> {
    checks::text::name("legal_name", &party.legal_name)?;
    if let Some(address) = &party.address {
        check_address(address).map_err(|refusal| refusal.within("address"))?;
    }
    for (field, text) in [("tax_id", &party.tax_id), ("registration", &party.registration)] {
        if let Some(text) = text {
            checks::text::name(field, text)?;
        }
    }
    match &party.email {
        Some(email) => checks::text::email("email", email).map(drop),
        None => Ok(()),
    }
}

fn check_address(address: &PostalAddress) -> Result<(), Refusal> {
    for (field, text) in [
        ("street", &address.street),
        ("building_number", &address.building_number),
        ("post_code", &address.post_code),
    ] {
        if let Some(text) = text {
            checks::text::name(field, text)?;
        }
    }
    checks::text::name("town", &address.town)?;
    if country::is_known(&address.country) {
        return Ok(());
    }
    Err(Refusal::field("country", "two capital letters of ISO 3166, such as VN"))
}

fn check_rates(rates: &[TaxRate]) -> Result<(), Refusal> {
    checks::length("tax_rates", rates, TAXES_MAX)?;
    checks::each("tax_rates", rates, |rate| {
        checks::text::name("name", &rate.name)?;
        match billing::thousandths(&rate.percent) {
            Some(_) => Ok(()),
            None => Err(Refusal::field("percent", "0 to 100 with up to three decimal places, such as 8.5")),
        }
    })
}

fn check_numbering(numbering: &Numbering) -> Result<(), Refusal> {
    let fields = [
        ("numbering.invoice", &numbering.invoice),
        ("numbering.credit_note", &numbering.credit_note),
        ("numbering.payment_receipt", &numbering.payment_receipt),
        ("numbering.statement", &numbering.statement),
    ];
    for (place, (field, prefix)) in fields.iter().enumerate() {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b'_');
        if prefix.len() > 20 || !prefix.bytes().all(legal) {
            let message = "up to 20 Latin letters, digits, and - / . _";
            return Err(Refusal::field(*field, message));
        }
        if fields[..place].iter().any(|(_, other)| other == prefix) {
            let message = "each kind of paper needs another beginning, or their numbers would meet";
            return Err(Refusal {
                field: Some((*field).to_owned()),
                ..Refusal::new(ErrorCode::FieldInvalid, message)
            });
        }
    }
    Ok(())
}
