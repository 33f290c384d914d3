//! `GET /api/v1/exposures`

use app::media::exposures;
use axum::Json;
use model::ExposureId;

use super::{ExposureQuery, ExposureView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Offline exposures, those that were told last first.
#[utoipa::path(get, path = "/api/v1/exposures", tag = "campaigns", params(ExposureQuery),
    responses((status = 200, description = "A page of exposures", body = Page<ExposureView>)))]
pub async fn list_exposures(
    caller: Caller,
    Filters(query): Filters<ExposureQuery>,
) -> Result<Json<Page<ExposureView>>, Problem> {
    let before = query.cursor.map(|cursor| ExposureId::from_bytes(cursor.bytes()));
    let filter = query.filter();
    caller
        .read("exposure.list", move |tx, actor| {
            let found = exposures::list(tx, actor, &filter, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |slot| slot.id.bytes().to_vec(), ExposureView::from))
        })
        .await
}
