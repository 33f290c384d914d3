//! `POST /api/v1/applications/{application_id}/accept`

use std::sync::Arc;

use app::{command::Change, configuration::applications};
use model::ApplicationId;

use super::{ApplicationAcceptance, ApplicationView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Accepts: an application for the program's side, an invitation or an offer of other terms for the publisher's. From then
/// on he is a member. When the terms are others by now than the publisher was shown, nobody is in yet: the application is
/// `offered`, and he accepts once more.
#[utoipa::path(post, path = "/api/v1/applications/{application_id}/accept", tag = "applications",
    request_body = ApplicationAcceptance,
    responses((status = 200, description = "The accepted or offered application", body = ApplicationView)))]
pub async fn accept_application(
    Id(id): Id<ApplicationId>,
    write: Write<ApplicationAcceptance>,
) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &ApplicationAcceptance, change: &mut Change<'_, '_>| {
        let snapshot = app.snapshot.get();
        let accepted = applications::accept(change, &snapshot, id, &body.answer, body.template_id)?;
        Ok(ApplicationView::at(accepted, change.now))
    };
    write.run("application.accept", effect, |view| changed(&view)).await
}
