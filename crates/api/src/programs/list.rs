//! `GET /api/v1/programs`

use app::{
    access::Eyes,
    configuration::{
        members::Whole,
        programs::{self, ProgramFilter},
    },
};
use axum::Json;
use model::{ProgramId, program::Program};

use super::{ProgramQuery, ProgramView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Programs, newest first: your own, and for publishers every one that is or was open.
#[utoipa::path(get, path = "/api/v1/programs", tag = "programs", params(ProgramQuery),
    responses((status = 200, description = "A page of programs", body = Page<ProgramView>)))]
pub async fn list_programs(
    caller: Caller,
    Filters(query): Filters<ProgramQuery>,
) -> Result<Json<Page<ProgramView>>, Problem> {
    let before = query.cursor.map(|cursor| ProgramId::from_bytes(cursor.bytes()));
    let filter = ProgramFilter { advertiser_id: query.advertiser_id, status: query.status };
    let (snapshot, now) = (caller.api.app.snapshot.get(), caller.api.app.clock.now());
    caller
        .read("program.list", move |tx, actor| {
            let found = programs::list(tx, actor, filter, before, asked(query.limit))?;
            let whole = Whole::of(tx, actor, now)?;
            let view = |(program, eyes): (Program, Eyes)| {
                let funded = snapshot.is_funded(program.advertiser_id);
                let whole = whole.shows(&program, eyes);
                ProgramView::new(program, eyes, whole, funded)
            };
            Ok(Page::of(found, query.limit, |(it, _)| it.id.bytes().to_vec(), view))
        })
        .await
}
