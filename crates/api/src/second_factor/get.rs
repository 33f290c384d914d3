//! `GET /api/v1/second_factor`

use app::{errors::Refusal, people::second_factor};
use axum::Json;

use super::SecondFactorView;
use crate::http::{caller::Caller, problem::Problem};

/// Whether you sign in with a second factor. For sessions, not for keys.
#[utoipa::path(get, path = "/api/v1/second_factor", tag = "session",
    responses((status = 200, description = "How it stands", body = SecondFactorView)))]
pub async fn get_second_factor(caller: Caller) -> Result<Json<SecondFactorView>, Problem> {
    let (user, _) = caller.person()?;
    caller
        .read("second_factor.get", move |tx, _| Ok::<_, Refusal>(second_factor::standing(tx, user)?.into()))
        .await
}
