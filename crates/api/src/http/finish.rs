//! The outermost layer: gives every request an id, writes refusals as problems, keeps a panic from closing the
//! connection, and sets the headers that every answer of the API carries.

use app::errors::{ErrorCode, Refusal};
use axum::{
    Json,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use model::RequestId;

use super::problem::Problem;
use crate::Api;

/// The header with the request's id.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// The id of the request, for handlers that want to log it.
#[derive(Debug, Clone, Copy)]
pub struct RequestIdOf(pub RequestId);

/// Wraps a request; see the head of this file.
pub async fn finish(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(api.app.clock.now(), &*api.app.entropy);
    request.extensions_mut().insert(RequestIdOf(id));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // A task of its own: a panic ends it alone, and a write whose client went away is not left half-asked.
    let answered = tokio::spawn(next.run(request)).await;
    let mut response = answered.unwrap_or_else(|error| {
        tracing::error!(request_id = %id, %method, path, %error, "a request could not be answered");
        Problem(Refusal::new(
            ErrorCode::Internal,
            "the server failed to answer; nothing is known to be changed",
        ))
        .into_response()
    });
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = written(&problem, &response, id);
        tracing::info!(request_id = %id, %method, path, code = problem.0.code.word(), message = problem.0.message, "refused");
    } else {
        tracing::debug!(request_id = %id, %method, path, status = response.status().as_u16(), "answered");
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

/// The response with the problem as its body; its own headers stay.
fn written(problem: &Problem, bare: &Response, id: RequestId) -> Response {
    let mut response = (problem.status(), Json(problem.body(id.to_string()))).into_response();
    for (name, value) in bare.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            response.headers_mut().append(name, value.clone());
        }
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
