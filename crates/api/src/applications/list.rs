//! `GET /api/v1/applications`

use app::configuration::applications::{self, ApplicationFilter};
use axum::Json;
use model::{ApplicationId, joining::Application};

use super::{ApplicationQuery, ApplicationView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Applications and invitations of yours, from either side, newest first.
#[utoipa::path(get, path = "/api/v1/applications", tag = "applications", params(ApplicationQuery),
    responses((status = 200, description = "A page of applications", body = Page<ApplicationView>)))]
pub async fn list_applications(
    caller: Caller,
    Filters(query): Filters<ApplicationQuery>,
) -> Result<Json<Page<ApplicationView>>, Problem> {
    let before = query.cursor.map(|cursor| ApplicationId::from_bytes(cursor.bytes()));
    let filter = ApplicationFilter {
        advertiser_id: query.advertiser_id,
        program_id: query.program_id,
        publisher_id: query.publisher_id,
        kind: query.kind,
        state: query.state,
    };
    let now = caller.api.app.clock.now();
    caller
        .read("application.list", move |tx, actor| {
            let found = applications::list(tx, actor, filter, now, before, asked(query.limit))?;
            let cursor = |one: &Application| one.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, |one| ApplicationView::at(one, now)))
        })
        .await
}
