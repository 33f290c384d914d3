//! `POST /api/v1/second_factor/turn_off`

use std::sync::Arc;

use app::{
    command::Change,
    people::{
        second_factor::{self, Standing},
        sessions,
    },
};
use axum::Extension;
use model::{Timestamp, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SecondFactorView;
use crate::{
    Api, ClientAddress,
    http::{
        problem::Problem,
        write::{Write, Written, changed},
    },
};

/// Who wants to do without a second factor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorEnd {
    /// Your present password.
    #[schema(format = Password)]
    pub password: String,
    /// What the authenticator app shows now, or a recovery code.
    #[schema(example = "287082")]
    pub code: String,
}

/// Turns your second factor off. Signing in takes the password alone then, and the recovery codes are gone.
#[utoipa::path(post, path = "/api/v1/second_factor/turn_off", tag = "session", request_body = SecondFactorEnd,
    responses((status = 200, description = "How it stands", body = SecondFactorView)))]
pub async fn turn_off_second_factor(
    address: Option<Extension<ClientAddress>>,
    write: Write<SecondFactorEnd>,
) -> Result<Written, Problem> {
    let user = write.caller.own_user().await?;
    let api = write.caller.api.clone();
    let (id, now) = (user.id, api.app.clock.now());
    let address = address.map(|Extension(ClientAddress(address))| address);
    api.attempts.check_codes(id, now)?;
    let password = write.body.password.clone();
    sessions::prove_password(&api.app, &api.attempts, address, &user, password).await?;
    let keys = Arc::clone(&api.app.seal_keys);
    let effect = move |end: &SecondFactorEnd, change: &mut Change<'_, '_>| {
        second_factor::turn_off(change, &keys, id, &end.code)
    };
    let show = |()| {
        let off = Standing { confirmed_at: None, recovery_codes_left: 0 };
        changed(&SecondFactorView::from(off))
    };
    let done = write.run("second_factor.turn_off", effect, show).await;
    count_wrong_code(&api, id, now, &done);
    done
}

/// Counts a wrong code, so that whoever found a session open cannot try them all.
pub(super) fn count_wrong_code(api: &Api, user: UserId, now: Timestamp, done: &Result<Written, Problem>) {
    if done.as_ref().is_err_and(|problem| problem.0.field.as_deref() == Some("code")) {
        api.attempts.note_wrong_code(user, now);
    }
}
