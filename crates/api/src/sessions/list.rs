//! `GET /api/v1/sessions`

use app::{errors::Refusal, people::sessions};
use axum::Json;

use super::OwnSessionView;
use crate::http::{caller::Caller, page::Page, problem::Problem};

/// Where you are signed in, newest first, all on one page. For sessions, not for keys.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session",
    responses((status = 200, description = "Your sessions", body = Page<OwnSessionView>)))]
pub async fn list_sessions(caller: Caller) -> Result<Json<Page<OwnSessionView>>, Problem> {
    let (user, current) = caller.person()?;
    let now = caller.api.app.clock.now();
    caller
        .read("session.list", move |tx, _| {
            let items = sessions::list(tx, user, now)?.into_iter().map(|session| OwnSessionView {
                id: session.id,
                user_agent: session.user_agent,
                current: session.id == current,
                created_at: session.created_at,
                expires_at: session.expires_at,
            });
            Ok::<_, Refusal>(Page { items: items.collect(), next_cursor: None })
        })
        .await
}
