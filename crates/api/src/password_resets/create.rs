//! `POST /api/v1/password_resets`

use app::{
    command::{Answer, Change},
    errors::Refusal,
    outputs::{Language, password_resets},
    people::password_links::MAILED_SECONDS,
};
use axum::Extension;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ClientAddress,
    http::{
        problem::Problem,
        write::{OpenWrite, Written, accepted},
    },
};

/// Who forgot his password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetDraft {
    /// The e-mail address that he signs in with.
    #[schema(example = "ana@partners.example")]
    pub email: String,
    /// The language of the mail: `en`, `vi` or `fa`.
    #[serde(default)]
    #[schema(value_type = String, example = "vi", default = "en")]
    pub language: Language,
}

/// What everybody is told, whether or not anybody signs in with the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordResetAsked {
    /// How long the link works, in seconds from when it is mailed.
    #[schema(example = 3600)]
    pub link_seconds: i64,
}

/// Has a one-time link mailed to whoever signs in with this address; it sets his password with `POST /api/v1/password_links/redeem`, within
/// an hour. The answer is the same when nobody does. One address is mailed once in a quarter of an hour at most. Refused with
/// `state_conflict` where the installation sends no such mails (`password_mails` of `GET /api/v1/setup`): an operator makes the link then.
#[utoipa::path(post, path = "/api/v1/password_resets", tag = "session", request_body = PasswordResetDraft,
    security(()), responses((status = 202, description = "It was noted", body = PasswordResetAsked)))]
pub async fn create_password_reset(
    address: Option<Extension<ClientAddress>>,
    write: OpenWrite<PasswordResetDraft>,
) -> Result<Written, Problem> {
    let Some(console) = write.api.settings.console_address.clone() else {
        let message = "this installation sends no mails; ask an operator of your network for a link";
        return Err(Refusal::state(message).into());
    };
    let address = address.map(|Extension(ClientAddress(address))| address);
    write.api.attempts.ask_for_link(address, &write.body.email, write.api.app.clock.now())?;
    let effect = move |draft: &PasswordResetDraft, change: &mut Change<'_, '_>| {
        password_resets::want(change, &draft.email, draft.language, &console)
    };
    let told = |()| -> Answer { accepted(&PasswordResetAsked { link_seconds: MAILED_SECONDS }) };
    write.run("password_reset.create", effect, told).await
}
