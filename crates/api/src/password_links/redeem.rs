//! `POST /api/v1/password_links/redeem`

use std::sync::Arc;

use app::{
    checks,
    command::Change,
    people::{password_links, passwords},
};
use model::parties::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{
    problem::Problem,
    write::{OpenWrite, Written, changed},
};

/// The password that a person chose.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordLinkUse {
    /// The token of the link.
    #[schema(example = "ml_uB0cPZ1yq2rT3sV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3")]
    pub token: String,
    /// The new password, 10 to 256 characters.
    #[schema(format = Password)]
    pub password: String,
}

/// A link that was used.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLinkUsed {
    /// With what the person signs in now.
    pub email: String,
}

/// Sets the password that a one-time link is for, ends the person's sessions, and uses the link up. Sign in with it then.
#[utoipa::path(post, path = "/api/v1/password_links/redeem", tag = "session", request_body = PasswordLinkUse,
    security(()), responses((status = 200, description = "The password is set", body = PasswordLinkUsed)))]
pub async fn redeem_password_link(write: OpenWrite<PasswordLinkUse>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.api.app);
    let (token, now) = (write.body.token.clone(), app.clock.now());
    // Asked first, so that nobody without a link can make an installation hash passwords for him.
    let seen = app.store.read("password_link.look", move |tx| password_links::look(tx, &token, now)).await?;
    checks::text::password("password", &write.body.password, &seen.email)?;
    let password_hash = passwords::hash(write.body.password.clone(), &*app.entropy).await?;
    let effect = move |used: &PasswordLinkUse, change: &mut Change<'_, '_>| {
        password_links::redeem(change, &used.token, &password_hash)
    };
    write
        .run("password_link.redeem", effect, |user: User| changed(&PasswordLinkUsed { email: user.email }))
        .await
}
