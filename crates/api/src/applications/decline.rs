//! `POST /api/v1/applications/{application_id}/decline`

use app::{command::Change, configuration::applications};
use model::ApplicationId;

use super::{ApplicationRefusal, ApplicationView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Declines: an application for the program's side, an invitation or an offer of other terms for the publisher's.
#[utoipa::path(post, path = "/api/v1/applications/{application_id}/decline", tag = "applications",
    request_body = ApplicationRefusal,
    responses((status = 200, description = "The declined application", body = ApplicationView)))]
pub async fn decline_application(
    Id(id): Id<ApplicationId>,
    write: Write<ApplicationRefusal>,
) -> Result<Written, Problem> {
    let effect = move |body: &ApplicationRefusal, change: &mut Change<'_, '_>| {
        let declined = applications::decline(change, id, &body.answer, body.again_after_days)?;
        Ok(ApplicationView::at(declined, change.now))
    };
    write.run("application.decline", effect, |view| changed(&view)).await
}
