//! `DELETE /api/v1/schedules/{schedule_id}`

use app::{
    command::Change,
    outputs::{kept, reports::Schedule},
};
use model::ScheduleId;

use super::ScheduleView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Removes a schedule. What was due before is sent all the same.
#[utoipa::path(delete, path = "/api/v1/schedules/{schedule_id}", tag = "reports",
    responses((status = 200, description = "What was removed", body = ScheduleView)))]
pub async fn delete_schedule(Id(id): Id<ScheduleId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect =
        move |_: &NoBody, change: &mut Change<'_, '_>| kept::delete::<Schedule>(change, id.bytes(), &id);
    write.run("schedule.delete", effect, |removed| changed(&ScheduleView::new(removed, None))).await
}
