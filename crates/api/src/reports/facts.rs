//! `POST /api/v1/reports/facts`

use std::{collections::BTreeMap, sync::Arc};

use app::{
    errors::Refusal,
    reporting::behind::{self, FactSight, Wanted},
};
use data_encoding::BASE64URL_NOPAD;
use model::{Timestamp, calendar::Zone};
use report::{DateBasis, Fact, FactPage, FactPlace, Filter, metric::Amounts, request::Request};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{KeyView, Side, ValueView};
use crate::http::{
    page::Cursor,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Facts of a page when nobody says.
const PAGE_FACTS: usize = 100;
/// Most facts of a page.
const PAGE_FACTS_MAX: usize = 5_000;

/// Which facts are asked for: those behind a row of a report, or behind one of its numbers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsDraft {
    /// Only what these metrics count; with one, the facts behind its number. All facts of the row without.
    #[serde(default)]
    #[schema(example = json!(["commission"]))]
    pub metrics: Vec<String>,
    /// The row: what the report is cut by, with the values that stand in its keys. Everything in the range without.
    #[serde(default)]
    #[schema(example = json!({"day": "2026-01-31", "country": null}))]
    pub row: BTreeMap<String, Option<String>>,
    /// The report's `period`.
    pub period: Option<String>,
    /// The report's `from`.
    pub from: Option<String>,
    /// The report's `to`.
    pub to: Option<String>,
    /// The report's `zone`.
    #[schema(value_type = Option<String>)]
    pub zone: Option<Zone>,
    /// The report's `basis`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub basis: DateBasis,
    /// The report's `filter`.
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Filter>,
    /// The report's `amounts`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amounts: Amounts,
    /// The report's `as_of`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<Timestamp>,
    /// For a manager who serves both sides: for which he looks.
    pub side: Option<Side>,
    /// Facts of one answer, up to 5,000; 100 when absent.
    pub page_size: Option<usize>,
    /// `next_cursor` of the answer before.
    #[schema(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

impl FactsDraft {
    /// What the use case understands of it.
    pub fn wanted(&self) -> Wanted {
        let request = Request {
            metrics: self.metrics.clone(),
            period: self.period.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            zone: self.zone.clone(),
            basis: self.basis,
            filter: self.filter.clone(),
            amounts: self.amounts,
            as_of: self.as_of,
            ..Request::default()
        };
        Wanted { request, row: self.row.clone(), side: self.side.map(Into::into) }
    }
}

/// A page of facts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactsView {
    /// The facts.
    pub items: Vec<FactView>,
    /// Give this as `cursor` for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// One fact: what was booked at one moment. What takes something back has negative measures.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactView {
    /// `touch`, `conversion`, `bonus`, `referral` or `spend`.
    pub kind: &'static str,
    /// When it was booked.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// When the touch was that earned it; of a conversion that none earned, the conversion itself.
    #[schema(value_type = String, format = DateTime)]
    pub clicked_at: Timestamp,
    /// When the conversion was received.
    #[schema(value_type = String, format = DateTime)]
    pub converted_at: Timestamp,
    /// When it was approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// The touch: `GET /api/v1/touches/{touch_id}`.
    pub touch_id: Option<String>,
    /// The conversion: `GET /api/v1/conversions/{conversion_id}`, and its receipt.
    pub conversion_id: Option<String>,
    /// What is known of it, by the words of dimensions.
    #[schema(value_type = Object)]
    pub dimensions: BTreeMap<&'static str, KeyView>,
    /// What it adds, by the words of measures; without those that are zero. Each amount is in the currency that stands beside it.
    #[schema(value_type = Object)]
    pub measures: BTreeMap<&'static str, ValueView>,
}

impl FactView {
    fn new(sight: &FactSight, fact: &Fact) -> Self {
        let known = sight.dimensions().filter_map(|dimension| {
            let value = fact.dimension(dimension)?;
            let name = sight.name(dimension, value);
            Some((dimension.word(), KeyView { value: Some(value.to_owned()), name }))
        });
        let measures = sight.measures().filter(|measure| fact.measure(*measure) != 0);
        Self {
            kind: fact.kind.word(),
            recorded_at: fact.recorded_at,
            clicked_at: fact.clicked_at,
            converted_at: fact.converted_at,
            approved_at: fact.approved_at,
            touch_id: fact.touch_id.map(|id| id.to_string()),
            conversion_id: fact.conversion_id.map(|id| id.to_string()),
            dimensions: known.collect(),
            measures: measures.map(|measure| (measure.word(), sight.value(fact, measure).into())).collect(),
        }
    }
}

/// The facts behind a row of a report, or behind one of its numbers: every touch, and every decision on a conversion with what it
/// changed. The measures of all of them add up to the numbers of the row. Only what the caller may see; writes nothing. Further pages
/// tell what the first one's moment tells.
#[utoipa::path(post, path = "/api/v1/reports/facts", tag = "reports", request_body = FactsDraft,
    responses((status = 200, description = "A page of facts", body = FactsView)))]
pub async fn list_facts(write: Write<FactsDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let draft = write.body;
    let take = draft.page_size.unwrap_or(PAGE_FACTS);
    if take == 0 || take > PAGE_FACTS_MAX {
        let message = format!("a page has between 1 and {PAGE_FACTS_MAX} facts");
        return Err(Refusal::field("page_size", message).into());
    }
    let mut wanted = draft.wanted();
    let mut after = None;
    if let Some(cursor) = &draft.cursor {
        let place = Place::read(cursor)
            .ok_or_else(|| Refusal::field("cursor", "this is no cursor; take `next_cursor` of an answer"))?;
        (after, wanted.request.as_of) = (Some(place.after), Some(place.as_of));
    }
    let as_of = *wanted.request.as_of.get_or_insert_with(|| app.clock.now());
    let behind = behind::prepare(&app, &actor, &wanted)?;
    let (facts, next) = behind.page(FactPage { after, take }).await?;
    let view = FactsView {
        items: facts.iter().map(|fact| FactView::new(&behind.sight, fact)).collect(),
        next_cursor: next.map(|after| Place { after, as_of }.text()),
    };
    Ok(Written::new(changed(&view), dry_run))
}

/// Where the next page begins, and the moment that its facts are of.
struct Place {
    after: FactPlace,
    as_of: Timestamp,
}

impl Place {
    fn text(&self) -> String {
        let FactPlace { recorded_at, seen } = self.after;
        let parts = [recorded_at.as_micros(), self.as_of.as_micros()].map(|micros| micros.to_string());
        BASE64URL_NOPAD.encode(format!("{} {} {seen}", parts[0], parts[1]).as_bytes())
    }

    fn read(cursor: &Cursor) -> Option<Self> {
        let mut parts = std::str::from_utf8(&cursor.0).ok()?.split(' ');
        let mut moment = || Some(Timestamp::from_micros(parts.next()?.parse().ok()?));
        let (recorded_at, as_of) = (moment()?, moment()?);
        let seen = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { after: FactPlace { recorded_at, seen }, as_of })
    }
}
