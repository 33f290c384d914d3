//! Query strings: read strictly, so that a filter with a slip in its name is refused and not ignored.

use app::errors::{ErrorCode, Refusal};
use axum::{extract::FromRequestParts, http::request::Parts};
use http::Uri;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value};

use super::{problem::Problem, read_json::read_json};

/// The query string as `T`, whose fields read strings.
pub struct Filters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut members = pairs(&parts.uri)?;
        members.remove("dry_run");
        // Reads of a filter that is left empty, as forms send it, do not narrow.
        members.retain(|_, value| value.as_str() != Some(""));
        read_json(&Value::Object(members).to_string()).map(Self).map_err(|refusal| {
            let message = if refusal.code == ErrorCode::FieldUnknown {
                "this query parameter is not known here".to_owned()
            } else {
                refusal.message
            };
            Problem(Refusal { field: refusal.field, ..Refusal::new(ErrorCode::ParameterInvalid, message) })
        })
    }
}

/// The parameters of an address.
///
/// # Errors
/// `parameter_invalid` when one comes twice.
pub fn pairs(uri: &Uri) -> Result<Map<String, Value>, Problem> {
    let axum::extract::Query(read): axum::extract::Query<Vec<(String, String)>> =
        axum::extract::Query::try_from_uri(uri)
            .map_err(|rejection| Problem::new(ErrorCode::ParameterInvalid, rejection.body_text()))?;
    let mut members = Map::new();
    for (name, value) in read {
        if members.contains_key(&name) {
            let refusal = Refusal::new(ErrorCode::ParameterInvalid, "this query parameter comes twice");
            return Err(Problem(Refusal { field: Some(name), ..refusal }));
        }
        members.insert(name, Value::String(value));
    }
    Ok(members)
}

/// How many objects a page holds: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The most.
    pub const MAX: u16 = 200;

    /// As a number of objects.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit @ 1..=Self::MAX) => Ok(Self(limit)),
            _ => Err(D::Error::custom("a page holds 1 to 200 objects")),
        }
    }
}
