//! `POST /api/v1/disputes/{dispute_id}/reply`

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

/// What the publisher says.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The words; both sides read them.
    pub text: String,
}

/// Replies to a question, or adds to what was said; the dispute waits for the other side again.
#[utoipa::path(post, path = "/api/v1/disputes/{dispute_id}/reply", tag = "disputes", request_body = Reply,
    responses((status = 200, description = "The dispute", body = DisputeView)))]
pub async fn reply_dispute(Id(id): Id<DisputeId>, write: Write<Reply>) -> Result<Written, Problem> {
    let effect = move |body: &Reply, change: &mut Change<'_, '_>| disputes::reply(change, id, &body.text);
    write.run("dispute.reply", effect, |dispute| changed(&DisputeView::from(dispute))).await
}
