//! `POST /api/v1/cost_imports/{cost_import_id}/undo`

use app::{command::Change, media::imports};
use model::CostImportId;

use super::CostImportView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, created},
};

/// Undoes an import: its days stand again as they did before. What was said about them since stays.
#[utoipa::path(post, path = "/api/v1/cost_imports/{cost_import_id}/undo", tag = "campaigns",
    responses((status = 201, description = "The undoing", body = CostImportView)))]
pub async fn undo_cost_import(Id(id): Id<CostImportId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect =
        move |_: &NoBody, change: &mut Change<'_, '_>| CostImportView::of(&imports::undo(change, id)?);
    write.run("cost_import.undo", effect, |view| created(&view)).await
}
