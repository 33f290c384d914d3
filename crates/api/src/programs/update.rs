//! `PATCH /api/v1/programs/{program_id}`

use app::{access::Eyes, command::Change, configuration::programs, funding};
use model::ProgramId;

use super::{ProgramDraft, ProgramView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a program; members that are left out stay, a list or record that is given replaces the old one.
#[utoipa::path(patch, path = "/api/v1/programs/{program_id}", tag = "programs", request_body = ProgramDraft,
    responses((status = 200, description = "The changed program", body = ProgramView)))]
pub async fn update_program(Id(id): Id<ProgramId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        let program = programs::update(change, id, &mut |before| {
            let (network_id, created_at) = (before.network_id, before.created_at);
            let draft = merged(&ProgramDraft::of(before), members)?;
            Ok(draft.onto(id, network_id, created_at))
        })?;
        let funded = funding::runs(change.tx, program.advertiser_id)?;
        Ok((program, funded))
    };
    // Only the advertiser's side gets here.
    let eyes = Eyes { advertiser: true, publisher: false };
    let view = move |(program, funded)| changed(&ProgramView::new(program, eyes, funded));
    write.run("program.update", effect, view).await
}
