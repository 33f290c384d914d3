//! `POST /api/v1/users`

use app::{
    checks,
    command::Change,
    people::{password_links, passwords, users},
};
use model::{
    UserId,
    parties::{Status, User},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MembershipDraft, UserView};
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created_with_secret},
    },
    password_links::PasswordLinkView,
};

/// A new person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserDraft {
    /// E-mail address, with which the person signs in.
    #[schema(example = "ana@shop.example")]
    pub email: String,
    /// Shown name.
    #[schema(example = "Ana")]
    pub name: String,
    /// First password, 10 to 256 characters; the person can change it. Without one you get a link with which he chooses his own.
    #[schema(format = Password)]
    pub password: Option<String>,
    /// What the person may do in this network; never more than whoever lets him in.
    pub membership: MembershipDraft,
}

/// A new person.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewUserView {
    /// The person.
    #[serde(flatten)]
    pub user: UserView,
    /// Without a password: the link with which he chooses his own, for a week. Shown this once: `null` when the request is repeated
    /// with the same `Idempotency-Key`.
    pub link: Option<PasswordLinkView>,
}

/// Lets a person in: with a first password, or without one by a one-time link.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = UserDraft,
    responses((status = 201, description = "The new person", body = NewUserView)))]
pub async fn create_user(write: Write<UserDraft>) -> Result<Written, Problem> {
    let draft = &write.body;
    let password_hash = match &draft.password {
        None => String::new(),
        Some(password) => {
            checks::text::password("password", password, &draft.email)?;
            passwords::hash(password.clone(), &*write.caller.api.app.entropy).await?
        }
    };
    let actor = write.caller.actor.clone();
    let effect = move |draft: &UserDraft, change: &mut Change<'_, '_>| {
        let user = User {
            id: UserId::new(change.now, change.entropy),
            email: draft.email.to_lowercase(),
            name: draft.name.clone(),
            password_hash: password_hash.clone(),
            status: Status::Active,
            memberships: vec![draft.membership.clone().of(change.actor.network())],
            created_at: change.now,
        };
        let user = users::create(change, user)?;
        let invited = user.password_hash.is_empty();
        let made = invited.then(|| password_links::make(change, &user)).transpose()?;
        let link = made.map(|(link, token)| PasswordLinkView::new(&token, link.expires_at));
        Ok(NewUserView { user: UserView::new(user, &actor), link })
    };
    write.run("user.create", effect, |made| created_with_secret(&made, "link")).await
}
