//! `GET /api/v1/publishers/{publisher_id}/programs`

use app::configuration::standings::{self, ProgramStanding, StandingFilter};
use axum::Json;
use model::{ProgramId, PublisherId, codes::Language};

use super::standing::{ProgramStandingView, StandingQuery};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// Programs that the publisher can join, asked to join, or is in, newest first, each with its terms in words and where he
/// stands.
#[utoipa::path(get, path = "/api/v1/publishers/{publisher_id}/programs", tag = "applications",
    params(StandingQuery),
    responses((status = 200, description = "A page of programs", body = Page<ProgramStandingView>)))]
pub async fn list_publisher_programs(
    caller: Caller,
    Id(id): Id<PublisherId>,
    Filters(query): Filters<StandingQuery>,
) -> Result<Json<Page<ProgramStandingView>>, Problem> {
    let before = query.cursor.map(|cursor| ProgramId::from_bytes(cursor.bytes()));
    let filter = StandingFilter { program_id: query.program_id, standing: query.standing };
    let language = query.language.map_or(Language::En, Language::from);
    let (snapshot, now) = (caller.api.app.snapshot.get(), caller.api.app.clock.now());
    caller
        .read("publisher.list_programs", move |tx, actor| {
            let limit = asked(query.limit);
            let found = standings::list(tx, actor, &snapshot, (id, now), filter, before, limit)?;
            let cursor = |one: &ProgramStanding| one.program.id.bytes().to_vec();
            let view = |one| ProgramStandingView::of(&snapshot, one, language, now);
            Ok(Page::of(found, query.limit, cursor, view))
        })
        .await
}
