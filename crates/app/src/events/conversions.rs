//! Conversions as the parties see them.

use std::collections::BTreeMap;

use model::{
    AdvertiserId, Code, ConversionId, Money, ProgramId, PublisherId, Timestamp,
    conversion::{CommissionLine, State},
};
use store::{
    Tx,
    conversions::{self, Conversion},
    decisions,
};

use super::{page_size, reads_of};
use crate::{
    App,
    access::{Actor, Eyes},
    awards::followed::standing_after,
    errors::{ErrorCode, Refusal},
    receipts,
    snapshot::Snapshot,
};

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct ConversionFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// A publisher that earns on it.
    pub publisher_id: Option<PublisherId>,
    /// The state.
    pub state: Option<State>,
    /// One of these states; an empty list does not narrow.
    pub states: Vec<State>,
    /// The verdict.
    pub code: Option<Code>,
    /// The action.
    pub action: Option<String>,
    /// The shop's number of the order; the advertiser's side's to ask.
    pub order_id: Option<String>,
    /// First moment of receipt.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
    /// Only what waits and is approved by itself before this moment.
    pub approve_before: Option<Timestamp>,
}

/// The newest decision on a conversion that was not the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// What was done: `approved`, `rejected`, `reversed`, `held`, `released`, `extended`, `reinstated` or `adjusted`.
    pub kind: &'static str,
    /// Why, a word of the closed list; none where nobody has to say why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A conversion with what the actor may see of it.
#[derive(Debug, Clone)]
pub struct ConversionSeen {
    /// The conversion; what is not to be seen is removed.
    pub conversion: Conversion,
    /// The commission lines that may be seen; fees are zero for publishers.
    pub lines: Vec<CommissionLine>,
    /// What the seen lines earn now.
    pub commission: Option<Money>,
    /// What the network earns now; none for publishers.
    pub fee: Option<Money>,
    /// Whether all of those lines are covered by a confirmed payment.
    pub paid: bool,
    /// What has changed it last since it was decided.
    pub last_change: Option<LastChange>,
    /// With whose eyes.
    pub eyes: Eyes,
}

pub(super) fn missing(id: ConversionId) -> Refusal {
    Refusal::not_found(format!("conversion {id}"))
}

/// The eyes on a conversion with these lines.
fn eyes_on(actor: &Actor, conversion: &Conversion, lines: &[CommissionLine]) -> Eyes {
    let eyes = actor.eyes(conversion.network_id, Some(conversion.advertiser_id), None);
    let here = conversion.network_id == actor.network();
    let earns = lines.iter().any(|line| actor.membership.serves_publisher(line.publisher_id));
    Eyes { publisher: eyes.publisher || (here && earns), ..eyes }
}

/// The conversion, as the actor sees it. A publisher whose touch was in the journey may look at it too, and sees that
/// he earns nothing.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    actor: &Actor,
    id: ConversionId,
) -> Result<ConversionSeen, Refusal> {
    let (conversion, lines, mut eyes) = read(tx, actor, id)?;
    let later = Later::of(tx, std::slice::from_ref(&conversion))?;
    // Which coupon somebody may read who earns nothing is decided in one place, for his receipt.
    let mut coupon = None;
    if !eyes.open() {
        let document = receipts::document_for(tx, snapshot, id, actor)?.ok_or_else(|| missing(id))?;
        eyes.publisher = true;
        coupon = document.report.coupon;
    }
    let mut seen = seen(actor, conversion, lines, eyes, &later)?;
    seen.conversion.report.coupon = seen.conversion.report.coupon.or(coupon);
    Ok(with_paid(tx, vec![seen])?.remove(0))
}

pub(super) fn read(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ConversionId,
) -> Result<(Conversion, Vec<CommissionLine>, Eyes), Refusal> {
    let conversion = conversions::by_id(tx, id)?.ok_or_else(|| missing(id))?;
    let lines: Vec<CommissionLine> =
        conversions::lines(tx, &[id])?.into_iter().map(|(_, _, line)| line).collect();
    let eyes = eyes_on(actor, &conversion, &lines);
    Ok((conversion, lines, eyes))
}

/// A page of conversions, newest first.
///
/// # Errors
/// `right_missing` (filtering by order); storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &ConversionFilter,
    before: Option<ConversionId>,
    limit: usize,
) -> Result<Vec<ConversionSeen>, Refusal> {
    if filter.order_id.is_some() && actor.advertisers().is_some_and(<[_]>::is_empty) {
        let message = "order numbers are between the advertiser and the operator";
        let field = Some("order_id".to_owned());
        return Err(Refusal { field, ..Refusal::new(ErrorCode::RightMissing, message) });
    }
    let mut pages = Vec::new();
    for sight in super::sights(actor, filter.advertiser_id, filter.publisher_id) {
        // From the publishers' side orders cannot be asked for, also by somebody who stands on both and names an advertiser
        // that he does not serve.
        let own = |ids: &Vec<_>| ids.iter().all(|id| actor.membership.serves_advertiser(*id));
        let of_advertiser = actor.is_operator() || sight.advertisers.as_ref().is_some_and(own);
        if filter.order_id.is_some() && !of_advertiser {
            continue;
        }
        let stored = conversions::ConversionFilter {
            network: Some(actor.network()),
            advertisers: sight.advertisers,
            publishers: sight.publishers,
            either_side: false,
            program: filter.program_id,
            state: filter.state,
            states: filter.states.clone(),
            code: filter.code,
            action: filter.action.clone(),
            order_id: filter.order_id.clone(),
            from: filter.from,
            to: filter.to,
            approve_before: filter.approve_before,
        };
        pages.push(conversions::list(tx, &stored, before, page_size(limit))?);
    }
    all_seen(tx, actor, super::merged(pages, limit, |conversion: &Conversion| conversion.id))
}

/// Those of these conversions that the actor may see.
///
/// # Errors
/// Storage errors.
pub fn among(tx: &mut Tx<'_>, actor: &Actor, ids: &[ConversionId]) -> Result<Vec<ConversionSeen>, Refusal> {
    let found = conversions::by_ids(tx, ids)?;
    all_seen(tx, actor, found)
}

/// Conversions as the actor sees them, without those that he does not.
fn all_seen(tx: &mut Tx<'_>, actor: &Actor, found: Vec<Conversion>) -> Result<Vec<ConversionSeen>, Refusal> {
    let ids: Vec<ConversionId> = found.iter().map(|conversion| conversion.id).collect();
    let mut lines = conversions::lines(tx, &ids)?;
    let later = Later::of(tx, &found)?;
    let mut all = Vec::with_capacity(found.len());
    for conversion in found {
        let of_this = lines.extract_if(.., |(id, _, _)| *id == conversion.id);
        let own: Vec<CommissionLine> = of_this.map(|(_, _, line)| line).collect();
        let eyes = eyes_on(actor, &conversion, &own);
        if eyes.open() {
            all.push(seen(actor, conversion, own, eyes, &later)?);
        }
    }
    with_paid(tx, all)
}

/// What was decided on conversions after their first decisions.
pub(super) struct Later(BTreeMap<ConversionId, (LastChange, Vec<(Money, Money)>)>);

impl Later {
    pub(super) fn of(tx: &mut Tx<'_>, conversions: &[Conversion]) -> Result<Self, Refusal> {
        let changed = conversions.iter().filter(|conversion| conversion.decision > 1);
        let rows = decisions::of(tx, &changed.map(|conversion| conversion.id).collect::<Vec<_>>())?;
        let mut later = BTreeMap::new();
        for of_one in rows.chunk_by(|row, next| row.conversion_id == next.conversion_id) {
            let Some(newest) = of_one.last() else { continue };
            let change =
                LastChange { kind: newest.kind.word(), reason: newest.reason.clone(), at: newest.at };
            let standing = standing_after(&of_one.iter().collect::<Vec<_>>(), newest.sequence)
                .map_err(|error| internal(&error))?;
            later.insert(newest.conversion_id, (change, standing.taken_back));
        }
        Ok(Self(later))
    }

    /// What is taken back of the lines of a conversion.
    fn taken_back(&self, id: ConversionId) -> &[(Money, Money)] {
        self.0.get(&id).map_or(&[], |(_, taken_back)| taken_back.as_slice())
    }

    fn last_change(&self, id: ConversionId) -> Option<LastChange> {
        self.0.get(&id).map(|(change, _)| change.clone())
    }
}

fn internal(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

/// Notes which of them are paid.
pub(super) fn with_paid(
    tx: &mut Tx<'_>,
    mut page: Vec<ConversionSeen>,
) -> Result<Vec<ConversionSeen>, Refusal> {
    let seen: Vec<(&Conversion, &[CommissionLine])> =
        page.iter().map(|seen| (&seen.conversion, seen.lines.as_slice())).collect();
    let paid = crate::payouts::paid::paid(tx, &seen)?;
    for seen in &mut page {
        seen.paid = paid.get(&seen.conversion.id).copied().unwrap_or(false);
    }
    Ok(page)
}

/// Cuts a conversion to what these eyes may see.
pub(super) fn seen(
    actor: &Actor,
    mut conversion: Conversion,
    lines: Vec<CommissionLine>,
    eyes: Eyes,
    later: &Later,
) -> Result<ConversionSeen, Refusal> {
    let last_change = later.last_change(conversion.id);
    if !(eyes.advertiser && eyes.publisher) {
        conversion.report.visitor_id = None;
        conversion.report.idempotency_key = None;
    }
    if eyes.advertiser {
        let (commission, fee) = (conversion.commission_money(), conversion.fee_money());
        return Ok(ConversionSeen { conversion, lines, commission, fee, paid: false, last_change, eyes });
    }
    let taken_back = later.taken_back(conversion.id);
    let mut own = Vec::new();
    let mut left = Vec::new();
    for (place, line) in
        lines.into_iter().enumerate().filter(|(_, line)| reads_of(eyes, actor, line.publisher_id))
    {
        let back = taken_back.get(place).map_or(Money::zero(line.commission.currency()), |(back, _)| *back);
        left.push(line.commission.sub(back).map_err(|error| internal(&error))?);
        own.push(line);
    }
    let commission = standing(&conversion, &left)?;
    for line in &mut own {
        line.fee = Money::zero(line.fee.currency());
    }
    conversion.publisher_id = own.first().map(|line| line.publisher_id);
    conversion.touch_id = own.first().map(|line| line.touch_id);
    conversion.order_id = None;
    let report = &mut conversion.report;
    report.order_id = None;
    report.items = Vec::new();
    report.customer_id = None;
    report.email_sha256 = None;
    report.adv = Default::default();
    report.arrival = None;
    if own.is_empty() {
        report.coupon = None;
        report.paid_click_at = None;
        report.paid_click_channel = None;
    }
    Ok(ConversionSeen { conversion, lines: own, commission, fee: None, paid: false, last_change, eyes })
}

/// What lines earn now of which this is left: nothing of a rejected conversion.
fn standing(conversion: &Conversion, left: &[Money]) -> Result<Option<Money>, Refusal> {
    let Some(first) = left.first() else { return Ok(None) };
    let nothing = Money::zero(first.currency());
    if !(conversion.state.is_live() || conversion.state == State::Reversed) {
        return Ok(Some(nothing));
    }
    let sum = left.iter().try_fold(nothing, |sum, left| sum.add(*left));
    sum.map(Some).map_err(|error| internal(&error))
}

/// The receipt of a conversion as the actor reads it, signed.
///
/// # Errors
/// `not_found`; storage errors.
pub fn receipt(
    tx: &mut Tx<'_>,
    app: &App,
    actor: &Actor,
    id: ConversionId,
) -> Result<receipts::Signed, Refusal> {
    let document = receipts::document_for(tx, &app.snapshot.get(), id, actor)?.ok_or_else(|| missing(id))?;
    Ok(receipts::Signed::new(document, &app.receipt_key))
}
