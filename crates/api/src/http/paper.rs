//! Papers as PDF.

use app::errors::{ErrorCode, Refusal};
use axum::response::{IntoResponse, Response};
use documents::{DocumentError, Language};
use http::{HeaderValue, header};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

use super::problem::Problem;

/// In which language a paper is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    /// `en`, `vi` or `fa`; English without it.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "vi")]
    pub language: PaperLanguage,
}

/// A language of papers.
#[derive(Debug, Clone, Copy)]
pub struct PaperLanguage(Language);

impl Default for PaperLanguage {
    fn default() -> Self {
        Self(Language::English)
    }
}

impl<'de> Deserialize<'de> for PaperLanguage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        let language = Language::from_code(&code);
        language.map(Self).ok_or_else(|| D::Error::custom("papers are written in en, vi and fa"))
    }
}

/// Draws a paper, on a thread that may take its time, and answers it under its number.
///
/// # Errors
/// `internal` when it cannot be drawn: a mistake in the program.
pub async fn drawn(
    number: &str,
    PaperLanguage(language): PaperLanguage,
    draw: impl FnOnce(Language) -> Result<Vec<u8>, DocumentError> + Send + 'static,
) -> Result<Response, Problem> {
    let internal = |message: String| Problem(Refusal::new(ErrorCode::Internal, message));
    let bytes = tokio::task::spawn_blocking(move || draw(language))
        .await
        .map_err(|error| internal(error.to_string()))?
        .map_err(|error| internal(error.to_string()))?;
    // A prefix of numbers may hold a slash, which no file name can.
    let name: String = number
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
        .collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let disposition = format!("inline; filename=\"{name}-{}.pdf\"", language.code());
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("inline"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    Ok(response)
}
