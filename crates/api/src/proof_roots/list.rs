//! `GET /api/v1/proof_roots`

use app::proof;
use axum::Json;
use model::Day;

use super::{ProofRootQuery, SignedRootView};
use crate::http::{
    caller::Caller,
    page::{Cursor, Page, asked},
    problem::Problem,
    query::Filters,
};

/// The record of each finished day of the network, the newest first. Every member may read and keep them.
#[utoipa::path(get, path = "/api/v1/proof_roots", tag = "proofs", params(ProofRootQuery),
    responses((status = 200, description = "A page of records", body = Page<SignedRootView>)))]
pub async fn list_proof_roots(
    caller: Caller,
    Filters(query): Filters<ProofRootQuery>,
) -> Result<Json<Page<SignedRootView>>, Problem> {
    let app = std::sync::Arc::clone(&caller.api.app);
    let before = query.cursor.map(day_of).transpose()?;
    caller
        .read("proof_root.list", move |tx, actor| {
            let found = proof::list_roots(tx, &app, actor, before, asked(query.limit))?;
            let cursor = |root: &proof::SignedRoot| root.record.day.number().to_be_bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, SignedRootView::from))
        })
        .await
}

/// The day that a page ended with.
fn day_of(cursor: Cursor) -> Result<Day, Problem> {
    let bytes: Option<[u8; 8]> = cursor.0.try_into().ok();
    bytes.and_then(|bytes| Day::from_number(i64::from_be_bytes(bytes))).ok_or_else(|| {
        let refusal = app::errors::Refusal::new(
            app::errors::ErrorCode::ParameterInvalid,
            "this cursor is of another list",
        );
        Problem(app::errors::Refusal { field: Some("cursor".to_owned()), ..refusal })
    })
}
