//! `POST /api/v1/sessions/end_others`

use app::{command::Change, people::sessions};

use super::end::SessionsEnded;
use crate::http::{
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Ends all your sessions but the one that asks.
#[utoipa::path(post, path = "/api/v1/sessions/end_others", tag = "session",
    responses((status = 200, description = "They have ended", body = SessionsEnded)))]
pub async fn end_other_sessions(write: Write<NoBody>) -> Result<Written, Problem> {
    let (user, kept) = write.caller.person()?;
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| sessions::end_others(change, user, kept);
    write.run("session.end_others", effect, |ended| changed(&SessionsEnded { ended })).await
}
