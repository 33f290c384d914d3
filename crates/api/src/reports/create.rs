//! `POST /api/v1/reports`

use std::sync::Arc;

use app::{errors::Refusal, reporting::run::run};
use data_encoding::BASE64URL_NOPAD;
use model::Timestamp;
use report::table::Page;

use super::{ReportDraft, ReportView};
use crate::http::{
    page::Cursor,
    problem::Problem,
    write::{Write, Written, changed},
};

/// Rows of a page when nobody says.
const PAGE_ROWS: usize = 1_000;
/// Most rows of a page.
const PAGE_ROWS_MAX: usize = 50_000;

/// Adds up what was asked for, over the facts that the caller may see: a publisher's report is only of his own touches and
/// conversions, an advertiser's of its own programs. Writes nothing. Further pages tell what the first one's facts tell.
#[utoipa::path(post, path = "/api/v1/reports", tag = "reports", request_body = ReportDraft,
    responses((status = 200, description = "The report", body = ReportView)))]
pub async fn create_report(write: Write<ReportDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let draft = write.body;
    let take = draft.page_size.unwrap_or(PAGE_ROWS);
    if take == 0 || take > PAGE_ROWS_MAX {
        let message = format!("a page has between 1 and {PAGE_ROWS_MAX} rows");
        return Err(Refusal::field("page_size", message).into());
    }
    let mut request = draft.request();
    let mut skip = 0;
    if let Some(cursor) = &draft.cursor {
        let place = Place::read(cursor)
            .ok_or_else(|| Refusal::field("cursor", "this is no cursor; take `next_cursor` of an answer"))?;
        skip = place.skip;
        request.as_of = Some(place.as_of);
    }
    let as_of = request.as_of.unwrap_or_else(|| app.clock.now());
    let page = Page { skip, take: Some(take) };
    let report = run(&app, &actor, &request, draft.side.map(Into::into), page).await?;
    let next = report.table.next.map(|skip| Place { skip, as_of }.text());
    Ok(Written::new(changed(&ReportView::new(&report, next)), dry_run))
}

/// Where the next page begins, and the moment that its facts are of.
struct Place {
    skip: usize,
    as_of: Timestamp,
}

impl Place {
    fn text(&self) -> String {
        BASE64URL_NOPAD.encode(format!("{}-{}", self.skip, self.as_of.as_micros()).as_bytes())
    }

    fn read(cursor: &Cursor) -> Option<Self> {
        let (skip, as_of) = std::str::from_utf8(&cursor.0).ok()?.split_once('-')?;
        Some(Self { skip: skip.parse().ok()?, as_of: Timestamp::from_micros(as_of.parse().ok()?) })
    }
}
