//! `GET /api/v1/conversions/{conversion_id}`

use app::events::conversions;
use axum::Json;
use model::ConversionId;

use super::ConversionView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One conversion of yours: reported by you, or with a touch of yours in its journey.
#[utoipa::path(get, path = "/api/v1/conversions/{conversion_id}", tag = "conversions",
    responses((status = 200, description = "The conversion", body = ConversionView)))]
pub async fn get_conversion(
    caller: Caller,
    Id(id): Id<ConversionId>,
) -> Result<Json<ConversionView>, Problem> {
    let snapshot = caller.api.app.snapshot.get();
    caller
        .read("conversion.get", move |tx, actor| Ok(conversions::get(tx, &snapshot, actor, id)?.into()))
        .await
}
