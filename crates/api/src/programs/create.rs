//! `POST /api/v1/programs`

use app::{access::Eyes, command::Change, configuration::programs};
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
        programs::create(change, draft.clone().onto(id, change.actor.network(), change.now))
    };
    // Only the advertiser's side gets here.
    let eyes = Eyes { advertiser: true, publisher: false };
    write.run("program.create", effect, move |program| created(&ProgramView::new(program, eyes))).await
}
