//! `POST /api/v1/invitations`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::applications::{self, NewInvitation},
};
use model::{ContractTemplateId, ProgramId, PublisherId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    applications::ApplicationView,
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
};

/// Whom a program invites.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationDraft {
    /// The program.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// The publisher.
    #[schema(value_type = String, example = "pub_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub publisher_id: PublisherId,
    /// What he is told.
    #[serde(default)]
    #[schema(example = "We like your reviews.")]
    pub message: String,
    /// The template that a contract of his own begins with; without it, the terms are those of whoever joins.
    #[schema(value_type = Option<String>)]
    pub template_id: Option<ContractTemplateId>,
    /// Until when he can answer; none for ever.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// Invites a publisher to a program. The invitation stands among the applications, with the kind `invitation`; when the
/// publisher accepts it there, it is a yes to the terms that it names.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "applications", request_body = InvitationDraft,
    responses((status = 201, description = "The invitation", body = ApplicationView)))]
pub async fn create_invitation(write: Write<InvitationDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |draft: &InvitationDraft, change: &mut Change<'_, '_>| {
        let InvitationDraft { program_id, publisher_id, message, template_id, expires_at } = draft.clone();
        let new = NewInvitation { program_id, publisher_id, message, template_id, expires_at };
        Ok(ApplicationView::at(applications::invite(change, &app.snapshot.get(), new)?, change.now))
    };
    write.run("invitation.create", effect, |view| created(&view)).await
}
