//! `GET /api/v1/payout_runs/{payout_run_id}/file`

use std::sync::Arc;

use app::payouts::send;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use model::PayoutRunId;
use sha2::{Digest, Sha256};

use crate::http::{caller::Caller, path::Id, problem::Problem};

/// The file for the bank, with whole account numbers: the same bytes however often it is downloaded. Its `ETag` is their SHA-256.
#[utoipa::path(get, path = "/api/v1/payout_runs/{payout_run_id}/file", tag = "payouts",
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn get_payout_run_file(caller: Caller, Id(id): Id<PayoutRunId>) -> Result<Response, Problem> {
    let Caller { actor, api, .. } = caller;
    let app = Arc::clone(&api.app);
    let found = api.app.store.read("payout_run.file", move |tx| send::file(tx, &app.seal_keys, &actor, id));
    let (row, bytes) = found.await?;
    let etag = format!("\"{}\"", app::hex(&Sha256::digest(&bytes)));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_TYPE, value(&row.media_type));
    let disposition = format!("attachment; filename=\"{}\"", row.name);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition));
    headers.insert(header::ETAG, value(&etag));
    Ok(response)
}
