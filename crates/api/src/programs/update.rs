//! `PATCH /api/v1/programs/{program_id}`

use app::{access::Eyes, command::Change, configuration::programs, funding};
use model::ProgramId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ProgramDraft, ProgramView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// A changed program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedProgram {
    /// The program.
    #[serde(flatten)]
    pub program: ProgramView,
    /// How many publishers became members because they worked in the program when it stopped being open; only in that case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_kept: Option<usize>,
}

/// Changes a program; members that are left out stay, a list or record that is given replaces the old one.
#[utoipa::path(patch, path = "/api/v1/programs/{program_id}", tag = "programs", request_body = ProgramDraft,
    responses((status = 200, description = "The changed program", body = ChangedProgram)))]
pub async fn update_program(Id(id): Id<ProgramId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        let (program, members_kept) = programs::update(change, id, &mut |before| {
            let (network_id, created_at) = (before.network_id, before.created_at);
            let draft = merged(&ProgramDraft::of(before), members)?;
            Ok(draft.onto(id, network_id, created_at))
        })?;
        let funded = funding::runs(change.tx, program.advertiser_id)?;
        Ok((program, members_kept, funded))
    };
    // Only the advertiser's side gets here.
    let eyes = Eyes { advertiser: true, publisher: false };
    let view = move |(program, members_kept, funded)| {
        changed(&ChangedProgram { program: ProgramView::new(program, eyes, true, funded), members_kept })
    };
    write.run("program.update", effect, view).await
}
