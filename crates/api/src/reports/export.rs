//! `POST /api/v1/reports/export`

use std::sync::Arc;

use app::{
    errors::Refusal,
    reporting::export::{Contents, Format, export},
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ReportDraft, facts::FactsDraft};
use crate::http::{problem::Problem, write::Write};

/// What is wanted as a file: a report or the facts behind one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportDraft {
    /// `csv`, `xlsx` or `parquet`.
    #[schema(value_type = String, example = "xlsx")]
    pub format: Format,
    /// The rows of a report, all of them. Ordered by its keys where no `order` is given; what concerns pages is not looked at.
    pub report: Option<ReportDraft>,
    /// The facts behind a report, in no order.
    pub facts: Option<FactsDraft>,
}

impl ExportDraft {
    fn contents(&self) -> Result<Contents, Refusal> {
        match (&self.report, &self.facts) {
            (Some(draft), None) => {
                Ok(Contents::Report { request: draft.request(), side: draft.side.map(Into::into) })
            }
            (None, Some(draft)) => Ok(Contents::Facts(draft.wanted())),
            (None, None) => Err(Refusal::missing("report", "say what is wanted: a `report`, or `facts`")),
            (Some(_), Some(_)) => {
                Err(Refusal::field("facts", "a file holds a report or facts; ask for each by itself"))
            }
        }
    }
}

/// A report, or the facts behind one, as a file of all rows, however many: sent while it is read. Ids stand with names, amounts are
/// exact, and text that a spreadsheet would take for a formula has a `'` before it. When reading fails on the way, the
/// connection ends before the file does. Writes nothing.
#[utoipa::path(post, path = "/api/v1/reports/export", tag = "reports", request_body = ExportDraft,
    responses((status = 200, description = "The file", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.apache.parquet"),
    ))))]
pub async fn export_report(write: Write<ExportDraft>) -> Result<Response, Problem> {
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let draft = write.body;
    let pieces = export(&app, &actor, &draft.contents()?, draft.format).await?;
    let body = futures::stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((piece.map_err(|refusal| std::io::Error::other(refusal.message)), pieces))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(draft.format.media_type()));
    let what = if draft.report.is_some() { "report" } else { "facts" };
    let name = format!("attachment; filename=\"{what}.{}\"", draft.format.word());
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}
