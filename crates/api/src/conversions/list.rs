//! `GET /api/v1/conversions`

use app::events::conversions::{self, ConversionFilter, ConversionSeen};
use axum::Json;
use model::ConversionId;

use super::{ConversionQuery, ConversionView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Conversions, newest first: reported by you, or earned by you.
#[utoipa::path(get, path = "/api/v1/conversions", tag = "conversions", params(ConversionQuery),
    responses((status = 200, description = "A page of conversions", body = Page<ConversionView>)))]
pub async fn list_conversions(
    caller: Caller,
    Filters(query): Filters<ConversionQuery>,
) -> Result<Json<Page<ConversionView>>, Problem> {
    let before = query.cursor.map(|cursor| ConversionId::from_bytes(cursor.bytes()));
    let filter = ConversionFilter {
        program_id: query.program_id,
        advertiser_id: query.advertiser_id,
        publisher_id: query.publisher_id,
        state: query.state,
        states: Vec::new(),
        code: query.code,
        action: query.action,
        order_id: query.order_id,
        from: query.from,
        to: query.to,
        approve_before: query.approve_before,
    };
    caller
        .read("conversion.list", move |tx, actor| {
            let found = conversions::list(tx, actor, &filter, before, asked(query.limit))?;
            let cursor = |seen: &ConversionSeen| seen.conversion.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ConversionView::from))
        })
        .await
}
