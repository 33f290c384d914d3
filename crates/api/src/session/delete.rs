//! `DELETE /api/v1/session`

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::http::{
    problem::Problem,
    write::{NoBody, Write},
};

/// Signs out: ends the session and takes its cookie away.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204, description = "The session has ended")))]
pub async fn delete_session(write: Write<NoBody>) -> Result<Response, Problem> {
    let dry_run = write.is_dry_run();
    let caller = write.caller;
    let (_, session_id) = caller.person()?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if !dry_run {
        app::people::sessions::sign_out(&caller.api.app, session_id).await?;
        super::set_cookie(&mut response, &caller.api, None, 0);
    }
    Ok(response)
}
