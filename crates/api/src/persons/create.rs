//! `POST /api/v1/persons`

use std::sync::Arc;

use app::journeys::persons::explain;

use super::{PersonDraft, PersonView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, changed},
};

/// Tells why the browsers of a customer are one person in journeys: by which key, since when, and which of them are not his. Writes nothing. While
/// one question about journeys is answered, another of the same network is refused.
#[utoipa::path(post, path = "/api/v1/persons", tag = "attribution", request_body = PersonDraft,
    responses((status = 200, description = "Why they are one, or are not", body = PersonView)))]
pub async fn explain_person(write: Write<PersonDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let period = (write.body.from, write.body.to);
    let told = explain(&app, &actor, &write.body.key(), period).await?;
    Ok(Written::new(changed(&PersonView::from(told)), dry_run))
}
