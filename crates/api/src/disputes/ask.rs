//! `POST /api/v1/disputes/{dispute_id}/ask`

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

/// What the answering side wants to know.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The words; both sides read them.
    pub question: String,
}

/// Asks the publisher something; the dispute waits for his reply.
#[utoipa::path(post, path = "/api/v1/disputes/{dispute_id}/ask", tag = "disputes", request_body = Question,
    responses((status = 200, description = "The dispute", body = DisputeView)))]
pub async fn ask_dispute(Id(id): Id<DisputeId>, write: Write<Question>) -> Result<Written, Problem> {
    let effect =
        move |body: &Question, change: &mut Change<'_, '_>| disputes::ask(change, id, &body.question);
    write.run("dispute.ask", effect, |dispute| changed(&DisputeView::from(dispute))).await
}
