//! `POST /api/v1/programs/{program_id}/end_membership`

use app::{
    command::Change,
    configuration::members::{self, Ending},
};
use model::{ProgramId, PublisherId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProgramMemberView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Whose membership is ended, why and when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipEnding {
    /// The publisher; not needed when you act for one publisher.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Why, in words that both sides read.
    #[schema(example = "You bid on our brand.")]
    pub reason: String,
    /// When; now without it. The program's notice holds for its own side, but not for the operator.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// Ends a publisher's membership, from either side. Clicks that come later are refused; what counted before is honoured
/// within its window.
#[utoipa::path(post, path = "/api/v1/programs/{program_id}/end_membership", tag = "programs",
    request_body = MembershipEnding,
    responses((status = 200, description = "The stay with its end", body = ProgramMemberView)))]
pub async fn end_program_membership(
    Id(id): Id<ProgramId>,
    write: Write<MembershipEnding>,
) -> Result<Written, Problem> {
    let effect = move |body: &MembershipEnding, change: &mut Change<'_, '_>| {
        let MembershipEnding { publisher_id, reason, at } = body.clone();
        members::end(change, id, &Ending { publisher_id, reason, at })
    };
    write.run("program.end_membership", effect, |stay| changed(&ProgramMemberView::from(stay))).await
}
