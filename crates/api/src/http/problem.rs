//! Refusals on the wire: `application/problem+json` (RFC 9457) with a stable code.

use app::errors::{ErrorCode, Reason, Refusal};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// A refused request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Where the code is explained.
    #[schema(example = "/api/docs#error-field_invalid")]
    pub r#type: String,
    /// A summary that is the same for every occurrence of the code.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The stable word that programs compare; `docs/ERRORS.md` lists all.
    #[schema(example = "field_invalid")]
    pub code: &'static str,
    /// What happened and what would help, for a person.
    pub message: String,
    /// The field or query parameter that it is about.
    #[schema(example = "landing_pages[0].url")]
    pub field: Option<String>,
    /// Why the field's value cannot be accepted, where that has a word: `empty`, `too_long`, `too_short`, `blanks`, `letter`, `no_email`,
    /// `not_positive`, `unknown`, `fixed`, `guessable`. There may be more of them some day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "too_long")]
    pub reason: Option<&'static str>,
    /// Finds the request in the server's log.
    #[schema(example = "req_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub request_id: String,
}

/// A refusal on its way to the wire. The outermost layer writes the body, since it knows the request's id.
#[derive(Debug, Clone)]
pub struct Problem(pub Refusal);

impl Problem {
    /// A problem with this code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Refusal::new(code, message))
    }

    /// The body for the request with this id.
    pub fn body(&self, request_id: String) -> ProblemBody {
        let info = self.0.code.info();
        ProblemBody {
            r#type: format!("/api/docs#error-{}", info.word),
            title: info.title,
            status: info.status,
            code: info.word,
            message: self.0.message.clone(),
            field: self.0.field.clone(),
            reason: self.0.reason.map(Reason::word),
            request_id,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.info().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.0.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
