//! `POST /api/v1/disputes/{dispute_id}/decline`

use app::{command::Change, events::disputes};
use model::DisputeId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::DisputeView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Why the dispute is declined.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    /// The words; both sides read them.
    pub answer: String,
}

/// Answers that the publisher is not right.
#[utoipa::path(post, path = "/api/v1/disputes/{dispute_id}/decline", tag = "disputes", request_body = Denial,
    responses((status = 200, description = "The dispute", body = DisputeView)))]
pub async fn decline_dispute(Id(id): Id<DisputeId>, write: Write<Denial>) -> Result<Written, Problem> {
    let effect =
        move |body: &Denial, change: &mut Change<'_, '_>| disputes::decline(change, id, &body.answer);
    write.run("dispute.decline", effect, |dispute| changed(&DisputeView::from(dispute))).await
}
