//! `DELETE /api/v1/cut_ties/{cut_tie_id}`

use app::{command::Change, journeys::persons};
use model::CutTieId;

use super::CutTieView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Lets a key tie again, as if it had never been cut.
#[utoipa::path(delete, path = "/api/v1/cut_ties/{cut_tie_id}", tag = "attribution",
    responses((status = 200, description = "What was removed", body = CutTieView)))]
pub async fn delete_cut_tie(Id(id): Id<CutTieId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| persons::mend(change, id);
    write.run("cut_tie.delete", effect, |removed| changed(&CutTieView::from(removed))).await
}
