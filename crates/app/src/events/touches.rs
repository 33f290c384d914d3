//! Touches: the clicks, impressions and visits that an actor may see.

use model::{
    AdvertiserId, Code, LinkId, ProgramId, PublisherId, Timestamp, TouchId, VisitorId,
    touch::{Facts, LinkParameters, Touch, TouchKind},
};
use store::{Tx, touches};

use super::{merged, page_size, sights};
use crate::{
    access::{Actor, Eyes},
    errors::{ErrorCode, Refusal},
};

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct TouchFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
    /// The link.
    pub link_id: Option<LinkId>,
    /// The browser; the operator's to ask.
    pub visitor_id: Option<VisitorId>,
    /// The verdict.
    pub code: Option<Code>,
    /// The kind.
    pub kind: Option<TouchKind>,
    /// First moment.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
}

/// The touch, as the actor sees it.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: TouchId) -> Result<(Touch, Eyes), Refusal> {
    let missing = || Refusal::not_found(format!("touch {id}"));
    let touch = touches::by_ids(tx, &[id])?.pop().ok_or_else(missing)?;
    let eyes = actor.eyes(touch.network_id, Some(touch.advertiser_id), Some(touch.publisher_id));
    if eyes.open() { Ok((cut(touch, eyes), eyes)) } else { Err(missing()) }
}

/// Those of these touches that the actor may see.
///
/// # Errors
/// Storage errors.
pub fn among(tx: &mut Tx<'_>, actor: &Actor, ids: &[TouchId]) -> Result<Vec<(Touch, Eyes)>, Refusal> {
    let seen = |touch: Touch| {
        let eyes = actor.eyes(touch.network_id, Some(touch.advertiser_id), Some(touch.publisher_id));
        eyes.open().then(|| (cut(touch, eyes), eyes))
    };
    Ok(touches::by_ids(tx, ids)?.into_iter().filter_map(seen).collect())
}

/// A page of touches, newest first.
///
/// # Errors
/// `right_missing` (filtering by visitor); storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: TouchFilter,
    before: Option<TouchId>,
    limit: usize,
) -> Result<Vec<(Touch, Eyes)>, Refusal> {
    if filter.visitor_id.is_some() && !actor.is_operator() {
        let message = "only the operator of the network may look for a visitor";
        let field = Some("visitor_id".to_owned());
        return Err(Refusal { field, ..Refusal::new(ErrorCode::RightMissing, message) });
    }
    let mut pages = Vec::new();
    for sight in sights(actor, filter.advertiser_id, filter.publisher_id) {
        let stored = touches::TouchFilter {
            network: Some(actor.network()),
            programs: filter.program_id.map(|id| vec![id]),
            advertisers: sight.advertisers,
            publishers: sight.publishers,
            link: filter.link_id,
            visitor: filter.visitor_id,
            code: filter.code,
            kind: filter.kind,
            from: filter.from,
            to: filter.to,
        };
        pages.push(touches::list(tx, &stored, before, page_size(limit))?);
    }
    let seen = |touch: Touch| {
        let eyes = actor.eyes(touch.network_id, Some(touch.advertiser_id), Some(touch.publisher_id));
        (cut(touch, eyes), eyes)
    };
    Ok(merged(pages, limit, |touch: &Touch| touch.id).into_iter().map(seen).collect())
}

/// Removes what these eyes may not see: the advertiser reads no sub ids, only the operator reads what could tell who the
/// visitor is.
fn cut(mut touch: Touch, eyes: Eyes) -> Touch {
    let operator = eyes.advertiser && eyes.publisher;
    if !operator {
        touch.visitor_id = None;
        touch.facts = Facts { user_agent: None, address_prefix: None, address_hash: None, ..touch.facts };
    }
    if !eyes.publisher {
        touch.parameters = LinkParameters {
            to: touch.parameters.to,
            creative: touch.parameters.creative,
            ..LinkParameters::default()
        };
        // The address that was filled holds the sub ids too.
        touch.destination = None;
    }
    touch
}
