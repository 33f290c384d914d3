//! `GET /api/v1/reasons`

use axum::Json;
use model::{codes::Language, conversion::Reason};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape;

/// Every reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reasons {
    /// The reasons, in the order of their introduction.
    pub items: Vec<ReasonView>,
}

/// Why somebody changed a conversion.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// The word that programs compare.
    #[schema(value_type = shape::Reason)]
    pub reason: Reason,
    /// What it means, in English.
    pub en: &'static str,
    /// The same in Vietnamese.
    pub vi: &'static str,
    /// The same in Persian.
    pub fa: &'static str,
}

/// The closed list of reasons with their sentence in three languages. Needs no credentials.
#[utoipa::path(get, path = "/api/v1/reasons", tag = "reasons", security(()),
    responses((status = 200, description = "The reasons", body = Reasons)))]
pub async fn list_reasons() -> Json<Reasons> {
    let view = |reason: &Reason| ReasonView {
        reason: *reason,
        en: reason.sentence(Language::En),
        vi: reason.sentence(Language::Vi),
        fa: reason.sentence(Language::Fa),
    };
    Json(Reasons { items: Reason::ALL.iter().map(view).collect() })
}
