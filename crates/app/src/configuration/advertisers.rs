//! Advertisers: who pays, and how their postbacks are proven.

use model::{
    AdvertiserId, Currency, Entropy, FundingId, InvoiceId, Money,
    parties::{Advertiser, PostbackAuth},
};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{Edit, fixed, operator_only};
use crate::{
    App,
    access::{ADVERTISER_CHANGE, ADVERTISER_SECRETS, Actor, Eyes, FUNDING_CREATE, Need, PARTY_CREATE},
    billing::payment_receipts::{self, Paid},
    checks,
    command::Change,
    errors::{Reason, Refusal},
    funding,
    secrets_shown::{self, Shown},
};

/// The longest age that a signed postback may have: a day.
pub const SIGNATURE_AGE_SECONDS_MAX: u32 = 86_400;

fn missing(id: AdvertiserId) -> Refusal {
    Refusal::not_found(format!("advertiser {id}"))
}

/// The advertiser, for the operator and those who act for it.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: AdvertiserId) -> Result<(Advertiser, Eyes), Refusal> {
    let advertiser: Advertiser = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let eyes = actor.eyes(advertiser.network_id, Some(id), None);
    // The operator's eyes are the publishers' too; nobody else sees an advertiser from that side.
    if eyes.advertiser { Ok((advertiser, eyes)) } else { Err(missing(id)) }
}

/// The advertiser, for a change that takes `need`.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn get_to_change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AdvertiserId,
    need: Need,
) -> Result<Advertiser, Refusal> {
    let (advertiser, eyes) = get(tx, actor, id)?;
    need.check(actor, eyes, &format!("advertiser {id}"))?;
    Ok(advertiser)
}

/// A page of advertisers, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<AdvertiserId>,
    limit: usize,
) -> Result<Vec<Advertiser>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    super::narrow(&mut filters, "id", actor.advertisers(), AdvertiserId::bytes);
    Ok(configuration::list(tx, &filters, before, limit, |_| true)?)
}

/// Registers an advertiser.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, advertiser: Advertiser) -> Result<Advertiser, Refusal> {
    PARTY_CREATE.check_role(change.actor)?;
    super::own_network(change.actor, advertiser.network_id)?;
    check(&advertiser)?;
    change.insert(&advertiser, &advertiser.id)?;
    Ok(advertiser)
}

/// Changes an advertiser. Status and billing are the operator's; secrets have calls of their own.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
    edit: Edit<'_, Advertiser>,
) -> Result<Advertiser, Refusal> {
    let before = get_to_change(change.tx, change.actor, id, ADVERTISER_CHANGE)?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    operator_only(change.actor, "status", &before.status, &after.status)?;
    operator_only(change.actor, "billing", &before.billing, &after.billing)?;
    check(&after)?;
    change.update(&before, &after, &id)?;
    funding::settings_changed(change.tx, &before, &after, change.now)?;
    Ok(after)
}

/// Gives out a new token for postbacks; the old one stops working at once.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn rotate_postback_token(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
) -> Result<(Advertiser, Shown), Refusal> {
    let token = secrets_shown::draw("mt_", change.entropy);
    let sha256 = token.sha256_hex();
    let after = with_auth(change, id, |auth| auth.token_sha256 = Some(sha256))?;
    Ok((after, token))
}

/// Gives out a new secret for signed postbacks; signatures with the old one stop working at once.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn rotate_signing_secret(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
) -> Result<(Advertiser, Shown), Refusal> {
    let secret = signing_secret(change.entropy);
    let stored = secret.text().to_owned();
    let after = with_auth(change, id, |auth| auth.signing_secret = Some(stored))?;
    Ok((after, secret))
}

/// A new secret of the signature mode: 32 bytes in hex.
fn signing_secret(entropy: &dyn Entropy) -> Shown {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    Shown::from_text(data_encoding::HEXLOWER.encode(&bytes))
}

fn with_auth(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
    set: impl FnOnce(&mut PostbackAuth),
) -> Result<Advertiser, Refusal> {
    let before = get_to_change(change.tx, change.actor, id, ADVERTISER_SECRETS)?;
    let mut after = before.clone();
    set(&mut after.postback);
    change.update(&before, &after, &id)?;
    Ok(after)
}

/// A payment that was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Funded {
    /// Its id.
    pub id: FundingId,
    /// How much.
    pub amount: Money,
    /// The payment receipt that was written for it.
    pub payment_receipt: InvoiceId,
}

/// Books what an advertiser paid in, for one of his invoices or in advance, and writes the payment receipt. [`publish_funds`] tells the edge afterwards.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn fund(
    change: &mut Change<'_, '_>,
    id: AdvertiserId,
    amount: &str,
    currency: Currency,
    note: Option<&str>,
    invoice: Option<InvoiceId>,
) -> Result<Funded, Refusal> {
    let advertiser = get_to_change(change.tx, change.actor, id, FUNDING_CREATE)?;
    let amount =
        Money::parse(amount, currency).map_err(|error| Refusal::field("amount", error.to_string()))?;
    if amount.is_zero() || amount.is_negative() {
        return Err(Refusal::field("amount", "an amount above zero").because(Reason::NotPositive));
    }
    checks::text::lines("note", note.unwrap_or_default())?;
    let funding_id = FundingId::new(change.now, change.entropy);
    funding::fund(change.tx, advertiser.network_id, id, amount, funding_id, change.now)?;
    let paid = Paid { funding_id, amount, note: note.map(str::to_owned), invoice };
    let receipt = payment_receipts::write(change, &advertiser, &paid)?;
    let funded = Funded { id: funding_id, amount, payment_receipt: receipt.id };
    let noted = serde_json::json!({
        "funding": funded.id, "amount": amount, "note": note, "payment_receipt": receipt.number, "invoice_id": invoice,
    });
    change.audit(Some(advertiser.network_id), &id, &noted)?;
    Ok(funded)
}

/// Tells the edge whether a prepaid advertiser has anything left, from what is stored.
///
/// # Errors
/// Storage errors.
pub async fn publish_funds(app: &App, id: AdvertiserId) -> Result<(), Refusal> {
    let funded = app
        .store
        .read("advertiser.funds", move |tx| {
            let advertiser: Option<Advertiser> = configuration::get(tx, id)?;
            advertiser.map(|advertiser| funding::is_funded(tx, advertiser.network_id, id)).transpose()
        })
        .await?;
    app.snapshot.set_funded(id, funded.unwrap_or(false));
    Ok(())
}

fn check(advertiser: &Advertiser) -> Result<(), Refusal> {
    checks::text::name("name", &advertiser.name)?;
    for (place, level) in advertiser.alert_below.iter().enumerate() {
        let field = format!("alert_below[{place}]");
        if level.is_zero() || level.is_negative() {
            return Err(Refusal::field(field, "an amount above zero").because(Reason::NotPositive));
        }
        let earlier = &advertiser.alert_below[..place];
        if earlier.iter().any(|other| other.currency() == level.currency()) {
            return Err(Refusal::field(field, "one level for a currency"));
        }
    }
    let auth = &advertiser.postback;
    checks::addresses::networks("postback.allowed_addresses", &auth.allowed_addresses)?;
    if !(1..=SIGNATURE_AGE_SECONDS_MAX).contains(&auth.signature_age_seconds_max) {
        let message = format!("1 to {SIGNATURE_AGE_SECONDS_MAX} seconds");
        return Err(Refusal::field("postback.signature_age_seconds_max", message));
    }
    Ok(())
}
