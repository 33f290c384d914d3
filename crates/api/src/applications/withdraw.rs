//! `POST /api/v1/applications/{application_id}/withdraw`

use app::{command::Change, configuration::applications};
use model::ApplicationId;

use super::ApplicationView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Takes an application or invitation back, for the side that made it.
#[utoipa::path(post, path = "/api/v1/applications/{application_id}/withdraw", tag = "applications",
    responses((status = 200, description = "The withdrawn application", body = ApplicationView)))]
pub async fn withdraw_application(
    Id(id): Id<ApplicationId>,
    write: Write<NoBody>,
) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        Ok(ApplicationView::at(applications::withdraw(change, id)?, change.now))
    };
    write.run("application.withdraw", effect, |view| changed(&view)).await
}
