//! `POST /api/v1/quarantine/{quarantine_id}/dismiss`

use app::{command::Change, events::quarantine};
use model::QuarantineId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::QuarantineView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Why nothing is to be done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineDismissal {
    /// In words, for whoever reads it later.
    #[schema(example = "A test of the shop")]
    pub reason: String,
}

/// Says that nothing is to be done about a request.
#[utoipa::path(post, path = "/api/v1/quarantine/{quarantine_id}/dismiss", tag = "quarantine",
    request_body = QuarantineDismissal,
    responses((status = 200, description = "The request", body = QuarantineView)))]
pub async fn dismiss_quarantine(
    Id(id): Id<QuarantineId>,
    write: Write<QuarantineDismissal>,
) -> Result<Written, Problem> {
    let effect = move |dismissal: &QuarantineDismissal, change: &mut Change<'_, '_>| {
        quarantine::dismiss(change, id, &dismissal.reason)
    };
    write.run("quarantine.dismiss", effect, |entry| changed(&QuarantineView::from(entry))).await
}
