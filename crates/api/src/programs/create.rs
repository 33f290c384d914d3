//! `POST /api/v1/programs`

use app::{access::Eyes, command::Change, configuration::programs, funding};
use model::ProgramId;

use super::{ProgramDraft, ProgramView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Opens a program.
#[utoipa::path(post, path = "/api/v1/programs", tag = "programs", request_body = ProgramDraft,
    responses((status = 201, description = "The new program", body = ProgramView)))]
pub async fn create_program(write: Write<ProgramDraft>) -> Result<Written, Problem> {
    let effect = |draft: &ProgramDraft, change: &mut Change<'_, '_>| {
        let id = ProgramId::new(change.now, change.entropy);
        let program = programs::create(change, draft.clone().onto(id, change.actor.network(), change.now))?;
        let funded = funding::runs(change.tx, program.advertiser_id)?;
        Ok((program, funded))
    };
    // Only the advertiser's side gets here.
    let eyes = Eyes { advertiser: true, publisher: false };
    let view = move |(program, funded)| created(&ProgramView::new(program, eyes, true, funded));
    write.run("program.create", effect, view).await
}
