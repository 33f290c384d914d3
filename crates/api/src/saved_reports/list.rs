//! `GET /api/v1/saved_reports`

use app::outputs::{kept, reports::SavedReport};
use axum::Json;

use super::SavedReportView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Your saved reports, and those that others of your party share, newest first.
#[utoipa::path(get, path = "/api/v1/saved_reports", tag = "reports", params(PageQuery),
    responses((status = 200, description = "A page of saved reports", body = Page<SavedReportView>)))]
pub async fn list_saved_reports(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<SavedReportView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.bytes());
    caller
        .read("saved_report.list", move |tx, actor| {
            let found = kept::list::<SavedReport>(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), SavedReportView::from))
        })
        .await
}
