//! `POST /api/v1/users`

use app::{
    checks,
    command::Change,
    people::{passwords, users},
};
use model::{
    UserId,
    parties::{Status, User},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MembershipDraft, UserView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
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
    /// First password, 10 to 256 characters; the person can change it.
    #[schema(format = Password)]
    pub password: String,
    /// What the person may do in this network; never more than whoever lets him in.
    pub membership: MembershipDraft,
}

/// Lets a person in.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = UserDraft,
    responses((status = 201, description = "The new person", body = UserView)))]
pub async fn create_user(write: Write<UserDraft>) -> Result<Written, Problem> {
    let draft = &write.body;
    checks::text::password("password", &draft.password, &draft.email)?;
    let password_hash = passwords::hash(draft.password.clone(), &*write.caller.api.app.entropy).await?;
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
        users::create(change, user)
    };
    write.run("user.create", effect, move |user| created(&UserView::new(user, &actor))).await
}
