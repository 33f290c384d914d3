//! `GET /api/v1/applications/{application_id}`

use app::configuration::applications;
use axum::Json;
use model::ApplicationId;

use super::ApplicationView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One application or invitation of yours, from either side.
#[utoipa::path(get, path = "/api/v1/applications/{application_id}", tag = "applications",
    responses((status = 200, description = "The application", body = ApplicationView)))]
pub async fn get_application(
    caller: Caller,
    Id(id): Id<ApplicationId>,
) -> Result<Json<ApplicationView>, Problem> {
    let now = caller.api.app.clock.now();
    caller
        .read("application.get", move |tx, actor| {
            Ok(ApplicationView::at(applications::get(tx, actor, id)?, now))
        })
        .await
}
