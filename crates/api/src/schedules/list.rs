//! `GET /api/v1/schedules`

use app::outputs::{due, kept, reports::Schedule};
use axum::Json;
use model::Timestamp;

use super::ScheduleView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Schedules of your party, newest first.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "reports", params(PageQuery),
    responses((status = 200, description = "A page of schedules", body = Page<ScheduleView>)))]
pub async fn list_schedules(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ScheduleView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.bytes());
    caller
        .read("schedule.list", move |tx, actor| {
            let mut found: Vec<(Schedule, Option<Timestamp>)> = Vec::new();
            for schedule in kept::list::<Schedule>(tx, actor, before, asked(query.limit))? {
                let due_at = due::next_of(tx, &schedule)?;
                found.push((schedule, due_at));
            }
            let view = |(schedule, due_at)| ScheduleView::new(schedule, due_at);
            Ok(Page::of(found, query.limit, |(it, _)| it.id.bytes().to_vec(), view))
        })
        .await
}
