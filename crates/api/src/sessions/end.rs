//! `POST /api/v1/sessions/{session_id}/end`

use app::{command::Change, people::sessions};
use model::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// What ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsEnded {
    /// How many sessions.
    pub ended: u64,
}

/// Ends one of your sessions: that browser has to sign in again.
#[utoipa::path(post, path = "/api/v1/sessions/{session_id}/end", tag = "session",
    responses((status = 200, description = "It has ended", body = SessionsEnded)))]
pub async fn end_session(Id(id): Id<SessionId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let (user, _) = write.caller.person()?;
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| sessions::end(change, user, id);
    write.run("session.end", effect, |()| changed(&SessionsEnded { ended: 1 })).await
}
