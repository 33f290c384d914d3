//! `GET /api/v1/reports/dimensions`

use axum::Json;
use report::{Dimension, Viewer, period::Grain};
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

/// Everything that a report can be cut by.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dimensions {
    /// Lengths of time, the shortest first, then dimensions.
    pub items: Vec<DimensionView>,
}

/// Something that a report can be cut by.
#[derive(Debug, Serialize, ToSchema)]
pub struct DimensionView {
    /// The word in requests.
    #[schema(example = "country")]
    pub name: &'static str,
    /// The heading.
    pub heading: Words,
    /// What it holds.
    pub description: &'static str,
    /// Whether advertisers may cut and filter by it.
    pub advertiser: bool,
    /// Whether publishers may cut and filter by it.
    pub publisher: bool,
}

/// Everything that a report can be cut by, with headings in three languages. Needs no credentials.
#[utoipa::path(get, path = "/api/v1/reports/dimensions", tag = "reports", security(()),
    responses((status = 200, description = "The dimensions", body = Dimensions)))]
pub async fn list_dimensions() -> Json<Dimensions> {
    let grain = |grain: &Grain| DimensionView {
        name: grain.word(),
        heading: grain.headings().into(),
        description: "The period that holds the date that counts.",
        advertiser: true,
        publisher: true,
    };
    let dimension = |dimension: &Dimension| DimensionView {
        name: dimension.word(),
        heading: dimension.headings().into(),
        description: dimension.description(),
        advertiser: dimension.seen_by().contains(&Viewer::Advertiser),
        publisher: dimension.seen_by().contains(&Viewer::Publisher),
    };
    let items = Grain::ALL.iter().map(grain).chain(Dimension::ALL.iter().map(dimension)).collect();
    Json(Dimensions { items })
}
