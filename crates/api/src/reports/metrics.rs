//! `GET /api/v1/reports/metrics`

use axum::Json;
use report::{Viewer, metric::Metric};
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

/// Every metric.
#[derive(Debug, Serialize, ToSchema)]
pub struct Metrics {
    /// The metrics, by family.
    pub items: Vec<MetricView>,
}

/// What a number of a report means.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricView {
    /// The word in requests.
    #[schema(example = "cpo")]
    pub name: &'static str,
    /// `count`, `money`, `ratio`, `money_each` or `seconds`.
    pub unit: &'static str,
    /// The heading.
    pub heading: Words,
    /// What it means.
    pub description: Words,
    /// How it is computed from the sums of facts.
    #[schema(
        example = "(commission + fee + bonus + spend) / conversions [state: pending, held, approved; action_kind: order]"
    )]
    pub formula: String,
    /// Whether advertisers may ask for it.
    pub advertiser: bool,
    /// Whether publishers may ask for it.
    pub publisher: bool,
}

/// Every metric with its formula and its words in three languages. Needs no credentials.
#[utoipa::path(get, path = "/api/v1/reports/metrics", tag = "reports", security(()),
    responses((status = 200, description = "The metrics", body = Metrics)))]
pub async fn list_metrics() -> Json<Metrics> {
    let view = |metric: &'static Metric| MetricView {
        name: metric.word,
        unit: metric.unit.word(),
        heading: metric.names.into(),
        description: metric.descriptions.into(),
        formula: metric.formula_text(),
        advertiser: metric.seen_by(Viewer::Advertiser),
        publisher: metric.seen_by(Viewer::Publisher),
    };
    Json(Metrics { items: Metric::all().map(view).collect() })
}
