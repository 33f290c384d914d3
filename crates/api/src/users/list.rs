//! `GET /api/v1/users`

use app::people::users;
use axum::Json;
use model::UserId;

use super::UserView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// The people of the network, newest first; for the operator.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(PageQuery),
    responses((status = 200, description = "A page of people", body = Page<UserView>)))]
pub async fn list_users(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<UserView>>, Problem> {
    let before = query.cursor.map(|cursor| UserId::from_bytes(cursor.bytes()));
    caller
        .read("user.list", move |tx, actor| {
            let found = users::list(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), |user| UserView::new(user, actor)))
        })
        .await
}
