//! `POST /api/v1/users/{user_id}/reset_password`

use app::{command::Change, people::password_links};
use model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{NoBody, Write, Written, created_with_secret},
    },
    password_links::PasswordLinkView,
};

/// A link for a person who is to choose a password.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordReset {
    /// `invitation` for somebody who never chose one (a week), `reset` else (a day).
    #[schema(example = "reset")]
    pub purpose: &'static str,
    /// The link. Shown this once: `null` when the request is repeated with the same `Idempotency-Key`.
    pub link: Option<PasswordLinkView>,
}

/// Makes a one-time link with which a person chooses a new password, in place of all such links before. The old password works until it is
/// used. Whoever makes it may have used it himself, so the two do not count as two people in payout runs.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/reset_password", tag = "users",
    responses((status = 201, description = "The link, shown this once", body = PasswordReset)))]
pub async fn reset_user_password(Id(id): Id<UserId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        let (link, token) = password_links::reset(change, id)?;
        let view = PasswordLinkView::new(&token, link.expires_at);
        Ok(PasswordReset { purpose: link.purpose.word(), link: Some(view) })
    };
    write.run("user.reset_password", effect, |reset| created_with_secret(&reset, "link")).await
}
