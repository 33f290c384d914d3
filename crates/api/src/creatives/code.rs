//! `GET /api/v1/creatives/{creative_id}/code`

use app::configuration::creatives::{self, Code};
use axum::Json;
use model::CreativeId;
use serde::Serialize;
use utoipa::ToSchema;

use super::CodeQuery;
use crate::http::{caller::Caller, path::Id, problem::Problem, query::Filters};

/// What a publisher puts on his page.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeView {
    /// The markup: the creative with the link, and a picture of one point that counts the view.
    pub html: String,
    /// Where a click leads.
    pub click_url: String,
    /// The picture of a banner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
    /// What counts a view.
    pub impression_url: String,
}

impl From<Code> for CodeView {
    fn from(code: Code) -> Self {
        let Code { html, click_url, picture_url, impression_url } = code;
        Self { html, click_url, picture_url, impression_url }
    }
}

/// The code that shows a creative on a page with a tracking link. Clicks and views carry the creative's id, for `{creative_id}` in landing pages and postbacks.
#[utoipa::path(get, path = "/api/v1/creatives/{creative_id}/code", tag = "creatives", params(CodeQuery),
    responses((status = 200, description = "The code", body = CodeView)))]
pub async fn get_creative_code(
    caller: Caller,
    Id(id): Id<CreativeId>,
    Filters(query): Filters<CodeQuery>,
) -> Result<Json<CodeView>, Problem> {
    let now = caller.api.app.clock.now();
    caller
        .read("creative.code", move |tx, actor| {
            Ok(creatives::code(tx, actor, (id, query.link_id), &query.origin, now)?.into())
        })
        .await
}
