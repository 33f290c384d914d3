//! `GET /api/v1/programs/{program_id}/members`

use app::configuration::members;
use axum::Json;
use model::{ProgramId, ProgramMemberId, joining::ProgramMember};

use super::ProgramMemberView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// The stays in a program, newest first, ended ones too: all of them for the advertiser's side, else your own.
#[utoipa::path(get, path = "/api/v1/programs/{program_id}/members", tag = "programs", params(PageQuery),
    responses((status = 200, description = "A page of stays", body = Page<ProgramMemberView>)))]
pub async fn list_program_members(
    caller: Caller,
    Id(id): Id<ProgramId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ProgramMemberView>>, Problem> {
    let before = query.cursor.map(|cursor| ProgramMemberId::from_bytes(cursor.bytes()));
    caller
        .read("program.list_members", move |tx, actor| {
            let found = members::list(tx, actor, id, before, asked(query.limit))?;
            let cursor = |stay: &ProgramMember| stay.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ProgramMemberView::from))
        })
        .await
}
