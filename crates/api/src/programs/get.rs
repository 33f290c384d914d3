//! `GET /api/v1/programs/{program_id}`

use app::configuration::{members::Whole, programs};
use axum::Json;
use model::ProgramId;

use super::ProgramView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One program.
#[utoipa::path(get, path = "/api/v1/programs/{program_id}", tag = "programs",
    responses((status = 200, description = "The program", body = ProgramView)))]
pub async fn get_program(caller: Caller, Id(id): Id<ProgramId>) -> Result<Json<ProgramView>, Problem> {
    let (snapshot, now) = (caller.api.app.snapshot.get(), caller.api.app.clock.now());
    caller
        .read("program.get", move |tx, actor| {
            let (program, eyes) = programs::get(tx, actor, id)?;
            let funded = snapshot.is_funded(program.advertiser_id);
            let whole = Whole::of(tx, actor, now)?.shows(&program, eyes);
            Ok(ProgramView::new(program, eyes, whole, funded))
        })
        .await
}
