//! `DELETE /api/v1/session`

use app::{access::Who, errors::ErrorCode};
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
    let Who::Person { session_id, .. } = caller.actor.who else {
        return Err(Problem::new(
            ErrorCode::StateConflict,
            "an API key has no session; revoke the key instead",
        ));
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    if !dry_run {
        app::people::sessions::sign_out(&caller.api.app, session_id).await?;
        super::set_cookie(&mut response, &caller.api, None, 0);
    }
    Ok(response)
}
