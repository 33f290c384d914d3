//! `POST /api/v1/applications/{application_id}/accept`

use app::{command::Change, configuration::applications};
use model::ApplicationId;

use super::{ApplicationAcceptance, ApplicationView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Accepts: an application for the program's side, an invitation or an offer of other terms for the publisher's. From then
/// on he is a member.
#[utoipa::path(post, path = "/api/v1/applications/{application_id}/accept", tag = "applications",
    request_body = ApplicationAcceptance,
    responses((status = 200, description = "The accepted or offered application", body = ApplicationView)))]
pub async fn accept_application(
    Id(id): Id<ApplicationId>,
    write: Write<ApplicationAcceptance>,
) -> Result<Written, Problem> {
    let effect = move |body: &ApplicationAcceptance, change: &mut Change<'_, '_>| {
        let accepted = applications::accept(change, id, &body.answer, body.template_id)?;
        Ok(ApplicationView::at(accepted, change.now))
    };
    write.run("application.accept", effect, |view| changed(&view)).await
}
