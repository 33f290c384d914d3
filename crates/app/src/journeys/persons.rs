//! Why browsers are one person: asked for a customer, and undone where the key that ties them is shared.
//!
//! A key that is cut ties nothing in journeys from then on, also in those of the past, since they are made when they are asked for; letting it tie
//! again brings back what was. Decisions about money recognise customers by themselves and do not look here.

use std::{collections::BTreeMap, sync::Arc};

use model::{AdvertiserId, ConversionId, CutTieId, Timestamp, VisitorId, conversion::State};
use serde_json::json;
use store::{Tx, cut_ties};

use super::{
    Limits,
    gather::{CUT_MAX, first_id, read_cut, read_endings},
    people::{Account, BROWSERS_MAX, Ties, Why},
};
use crate::{
    App,
    access::{ATTRIBUTE, Actor, CAMPAIGN_CHANGE, CAMPAIGN_LOOK, Eyes},
    checks,
    command::Change,
    errors::Refusal,
    events::page_size,
    intake::identity_key,
};

pub use store::cut_ties::CutTie;

/// A customer by one of his keys.
#[derive(Debug, Clone)]
pub struct CustomerKey {
    /// Whose customer.
    pub advertiser_id: AdvertiserId,
    /// The advertiser's own id of him.
    pub customer_id: Option<String>,
    /// The hash of his e-mail address, hex.
    pub email_sha256: Option<String>,
}

impl CustomerKey {
    /// What it is called, and the mark under which the customer is remembered.
    fn account(&self) -> Result<(&'static str, Account), Refusal> {
        match (&self.customer_id, &self.email_sha256) {
            (Some(customer), None) => {
                checks::text::name("customer_id", customer)?;
                Ok(("customer", identity_key(self.advertiser_id, "customer", customer)))
            }
            (None, Some(hash)) => {
                checks::text::sha256_hex(hash)
                    .map_err(|refusal| Refusal::field("email_sha256", refusal.message))?;
                Ok(("email", identity_key(self.advertiser_id, "email", hash)))
            }
            _ => Err(Refusal::missing("customer_id", "name one of `customer_id` and `email_sha256`")),
        }
    }
}

/// What makes browsers a person, or keeps them apart.
#[derive(Debug, Clone)]
pub struct PersonTold {
    /// Why.
    pub why: Why,
    /// The browsers that the key was seen with.
    pub browsers: Vec<BrowserTold>,
    /// More browsers than these are no person.
    pub browsers_max: usize,
}

/// A browser of a customer.
#[derive(Debug, Clone)]
pub struct BrowserTold {
    /// The browser.
    pub visitor_id: VisitorId,
    /// Whether it is counted as his.
    pub is_his: bool,
    /// Other customers that it was seen with.
    pub other_customers: usize,
    /// The first conversion with this key that was made by it, and when it came; none where another key of his, or `identify`, tied it.
    pub first: Option<(ConversionId, Timestamp)>,
    /// When the last one came.
    pub last_at: Option<Timestamp>,
    /// How many there are.
    pub conversions: u64,
}

/// Tells why the browsers of a customer are one person, by what came in the period.
///
/// # Errors
/// `right_missing`, `not_found`, `field_invalid`; `too_many_attempts` while another question about journeys is answered; storage errors.
pub async fn explain(
    app: &App,
    actor: &Actor,
    key: &CustomerKey,
    (from, to): (Timestamp, Timestamp),
) -> Result<PersonTold, Refusal> {
    ATTRIBUTE.check_role(actor)?;
    let advertiser = key.advertiser_id;
    let snapshot = app.snapshot.get();
    let owner = snapshot.advertisers.get(&advertiser).map(|owner| owner.record.network_id);
    if !owner.is_some_and(|network| eyes(actor, network, advertiser).open()) {
        return Err(Refusal::not_found(format!("advertiser {advertiser}")));
    }
    if to <= from {
        return Err(Refusal::field("to", "a period ends after it begins"));
    }
    let (_, account) = key.account()?;
    let cut = Arc::new(read_cut(app, actor.network()).await?);
    if cut.contains(&account) {
        return Ok(PersonTold { why: Why::Cut, browsers: Vec::new(), browsers_max: BROWSERS_MAX });
    }
    let _turn = app.attributions.take(actor.network(), "a question about a person")?;
    let (mut ties, mut seen, mut read) = (Ties::default(), BTreeMap::<VisitorId, Seen>::new(), 0);
    let mut after = ConversionId::from_bytes(first_id(from));
    loop {
        let (click_ids, cut) = (Arc::clone(&app.click_ids), Arc::clone(&cut));
        let page = app.store.read("persons", move |tx| read_endings(tx, after, &click_ids, &cut)).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.id;
        for (ending, told) in page {
            let is_of = ending.advertiser_id == advertiser && (from..to).contains(&ending.received_at);
            if !is_of || ending.state == State::Test {
                continue;
            }
            read += 1;
            if read > Limits::ASKED.conversions {
                let message = format!("there are more than {} conversions; take a shorter period", read - 1);
                return Err(Refusal::field("to", message));
            }
            ties.add(advertiser, &told);
            let names_him = told.customer == Some(account) || told.email == Some(account);
            if let Some(browser) = told.browser.filter(|_| names_him) {
                let one = seen.entry(browser).or_insert_with(|| Seen::first(ending.id, ending.received_at));
                (one.last_at, one.conversions) = (ending.received_at, one.conversions + 1);
            }
        }
        if after.drawn_at() >= to {
            break;
        }
    }
    let explained = ties.explain(account);
    let is_person = explained.why == Why::OneCustomer;
    let told = |(visitor_id, other_customers): (VisitorId, usize)| {
        let seen = seen.get(&visitor_id);
        BrowserTold {
            visitor_id,
            is_his: is_person && other_customers == 0,
            other_customers,
            first: seen.map(|seen| seen.first),
            last_at: seen.map(|seen| seen.last_at),
            conversions: seen.map_or(0, |seen| seen.conversions),
        }
    };
    let browsers = explained.browsers.into_iter().map(told).collect();
    Ok(PersonTold { why: explained.why, browsers, browsers_max: BROWSERS_MAX })
}

/// When a browser was seen with a key.
struct Seen {
    first: (ConversionId, Timestamp),
    last_at: Timestamp,
    conversions: u64,
}

impl Seen {
    const fn first(id: ConversionId, at: Timestamp) -> Self {
        Self { first: (id, at), last_at: at, conversions: 0 }
    }
}

/// The advertiser's side knows his customers, publishers do not.
fn eyes(actor: &Actor, network: model::NetworkId, advertiser: AdvertiserId) -> Eyes {
    Eyes { publisher: false, ..actor.eyes(network, Some(advertiser), None) }
}

/// Lets a key tie nothing any more.
///
/// # Errors
/// `right_missing`, `field_invalid`, `taken`; storage errors.
pub fn cut(change: &mut Change<'_, '_>, key: &CustomerKey, reason: &str) -> Result<CutTie, Refusal> {
    let advertiser = crate::media::campaigns::advertiser(change, key.advertiser_id)?;
    let (kind, account) = key.account()?;
    checks::text::name("reason", reason)?;
    if let Some(known) = cut_ties::of_account(change.tx, &account)? {
        return Err(Refusal::taken("customer_id", format!("this tie was cut before: {}", known.id)));
    }
    let all = cut_ties::list(change.tx, advertiser.network_id, None, None, CUT_MAX)?;
    if all.len() >= CUT_MAX as usize {
        return Err(Refusal::state(format!("a network cuts at most {CUT_MAX} ties")));
    }
    let row = CutTie {
        id: CutTieId::new(change.now, change.entropy),
        network_id: advertiser.network_id,
        advertiser_id: advertiser.id,
        account,
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        actor: change.actor.word(),
        at: change.now,
    };
    cut_ties::insert(change.tx, &row)?;
    change.audit(Some(row.network_id), &row.id, &json!({ "created": { "kind": kind, "reason": reason } }))?;
    Ok(row)
}

/// Lets a key tie again.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn mend(change: &mut Change<'_, '_>, id: CutTieId) -> Result<CutTie, Refusal> {
    let found = cut_ties::by_id(change.tx, id)?;
    let row = found.ok_or_else(|| Refusal::not_found(format!("cut tie {id}")))?;
    let eyes = eyes(change.actor, row.network_id, row.advertiser_id);
    CAMPAIGN_CHANGE.check(change.actor, eyes, &format!("cut tie {id}"))?;
    cut_ties::delete(change.tx, id)?;
    change.audit(
        Some(row.network_id),
        &id,
        &json!({ "deleted": { "kind": row.kind, "reason": row.reason } }),
    )?;
    Ok(row)
}

/// A page of keys that tie nothing, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<CutTieId>,
    limit: usize,
) -> Result<Vec<CutTie>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    Ok(cut_ties::list(tx, actor.network(), actor.advertisers(), before, page_size(limit))?)
}
