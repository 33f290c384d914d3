//! Ids in paths. What is no id of the wanted kind names nothing: not found.

use std::{fmt::Display, str::FromStr};

use app::errors::{ErrorCode, Refusal};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::problem::Problem;

/// The one id in the path.
pub struct Id<T>(pub T);

/// The id in the path and the number after it.
pub struct IdAndNumber<T>(pub T, pub u32);

impl<S, T> FromRequestParts<S> for IdAndNumber<T>
where
    S: Send + Sync,
    T: FromStr<Err: Display>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let no_id = |message: String| Problem(Refusal::new(ErrorCode::NotFound, message));
        let Path((id, number)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| no_id(rejection.body_text()))?;
        let id = id.parse().map_err(|error: T::Err| no_id(error.to_string()))?;
        let number =
            number.parse().map_err(|_| no_id(format!("`{number}` is not the number of a version")))?;
        Ok(Self(id, number))
    }
}

impl<S, T> FromRequestParts<S> for Id<T>
where
    S: Send + Sync,
    T: FromStr<Err: Display>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let no_id = |message: String| Problem(Refusal::new(ErrorCode::NotFound, message));
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| no_id(rejection.body_text()))?;
        text.parse().map(Self).map_err(|error: T::Err| no_id(error.to_string()))
    }
}
