//! `POST /api/v1/second_factor/confirm`

use std::sync::Arc;

use app::{command::Change, people::second_factor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{
    problem::Problem,
    write::{Write, Written, created_with_secret},
};

/// A first code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorProof {
    /// What the authenticator app shows now.
    #[schema(example = "287082")]
    pub code: String,
}

/// A second factor that counts from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorConfirmed {
    /// Each of them signs you in once in place of a code. Shown this once: `null` when the request is repeated with the same
    /// `Idempotency-Key`.
    pub recovery_codes: Option<Vec<String>>,
}

/// Confirms the second factor with a first code. From now on signing in takes a code; your other sessions end.
#[utoipa::path(post, path = "/api/v1/second_factor/confirm", tag = "session", request_body = SecondFactorProof,
    responses((status = 201, description = "Ten recovery codes, shown this once", body = SecondFactorConfirmed)))]
pub async fn confirm_second_factor(write: Write<SecondFactorProof>) -> Result<Written, Problem> {
    let (user, session) = write.caller.person()?;
    let api = write.caller.api.clone();
    let now = api.app.clock.now();
    api.attempts.check_codes(user, now)?;
    let keys = Arc::clone(&api.app.seal_keys);
    let effect = move |proof: &SecondFactorProof, change: &mut Change<'_, '_>| {
        second_factor::confirm(change, &keys, user, session, &proof.code)
    };
    let show = |codes: Vec<String>| {
        created_with_secret(&SecondFactorConfirmed { recovery_codes: Some(codes) }, "recovery_codes")
    };
    let done = write.run("second_factor.confirm", effect, show).await;
    super::turn_off::count_wrong_code(&api, user, now, &done);
    done
}
