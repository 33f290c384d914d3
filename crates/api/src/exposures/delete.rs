//! `DELETE /api/v1/exposures/{exposure_id}`

use app::{command::Change, media::exposures};
use model::ExposureId;

use super::ExposureView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Takes one exposure away. A code that it told stays a rule of its campaign.
#[utoipa::path(delete, path = "/api/v1/exposures/{exposure_id}", tag = "campaigns",
    responses((status = 200, description = "What was removed", body = ExposureView)))]
pub async fn delete_exposure(Id(id): Id<ExposureId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| exposures::delete(change, id);
    write.run("exposure.delete", effect, |removed| changed(&ExposureView::from(removed))).await
}
