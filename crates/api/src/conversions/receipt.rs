//! `GET /api/v1/conversions/{conversion_id}/receipt`

use app::events::conversions;
use axum::Json;
use model::ConversionId;
use serde_json::Value;

use crate::{
    http::{caller::Caller, path::Id, problem::Problem},
    shape,
};

/// The full explanation of a conversion's decisions, as you may read it, signed by the installation.
#[utoipa::path(get, path = "/api/v1/conversions/{conversion_id}/receipt", tag = "conversions",
    responses((status = 200, description = "The signed receipt", body = shape::conversion::SignedReceipt)))]
pub async fn get_conversion_receipt(
    caller: Caller,
    Id(id): Id<ConversionId>,
) -> Result<Json<Value>, Problem> {
    let app = std::sync::Arc::clone(&caller.api.app);
    caller
        .read("conversion.receipt", move |tx, actor| {
            let signed = conversions::receipt(tx, &app, actor, id)?;
            Ok(serde_json::to_value(signed)
                .expect("a receipt holds only strings, numbers and maps with string keys"))
        })
        .await
}
