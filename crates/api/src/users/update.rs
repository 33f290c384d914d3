//! `PATCH /api/v1/users/{user_id}`

use app::{
    checks,
    command::Change,
    errors::Refusal,
    people::{passwords, users},
};
use model::{
    UserId,
    parties::{Status, User},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MembershipDraft, UserView};
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// What of a person is to be changed; members that are left out stay.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// E-mail address; the operator's to set.
    pub email: Option<String>,
    /// Shown name.
    pub name: Option<String>,
    /// New password. Ends every session of the person.
    #[schema(format = Password)]
    pub password: Option<String>,
    /// Your present password: needed when you set a new one for yourself.
    #[schema(format = Password)]
    pub current_password: Option<String>,
    /// Whether the person may sign in; the operator's to set.
    #[schema(value_type = Option<shape::Status>)]
    pub status: Option<Status>,
    /// What the person may do in this network; the operator's to set.
    pub membership: Option<MembershipDraft>,
}

/// Changes a person: everybody his own name and password, the operator the rest.
#[utoipa::path(patch, path = "/api/v1/users/{user_id}", tag = "users", request_body = UserChange,
    responses((status = 200, description = "The changed person", body = UserView)))]
pub async fn update_user(Id(id): Id<UserId>, write: Write<UserChange>) -> Result<Written, Problem> {
    let password_hash = new_password(id, &write).await?;
    let actor = write.caller.actor.clone();
    let effect = move |wanted: &UserChange, change: &mut Change<'_, '_>| {
        let network = change.actor.network();
        users::update(change, id, &mut |before| {
            let UserChange { email, name, status, membership, .. } = wanted.clone();
            let mut memberships = before.memberships;
            if let Some(membership) = membership {
                memberships.retain(|membership| membership.network_id != network);
                memberships.push(membership.of(network));
            }
            Ok(User {
                email: email.map_or(before.email, |email| email.to_lowercase()),
                name: name.unwrap_or(before.name),
                password_hash: password_hash.clone().unwrap_or(before.password_hash),
                status: status.unwrap_or(before.status),
                memberships,
                ..before
            })
        })
    };
    write.run("user.update", effect, move |user| changed(&UserView::new(user, &actor))).await
}

/// The hash of the new password, after the present one was proven by whoever sets his own.
async fn new_password(id: UserId, write: &Write<UserChange>) -> Result<Option<String>, Problem> {
    let Some(password) = write.body.password.clone() else { return Ok(None) };
    let app = &write.caller.api.app;
    let actor = write.caller.actor.clone();
    let user = app.store.read("user.get", move |tx| users::get(tx, &actor, id)).await?;
    checks::text::password("password", &password, &user.email)?;
    if write.caller.actor.user_id() == Some(id) {
        let current = write.body.current_password.clone().unwrap_or_default();
        if !passwords::verify(current, Some(user.password_hash)).await? {
            return Err(Refusal::field("current_password", "give your present password").into());
        }
    }
    Ok(Some(passwords::hash(password, &*app.entropy).await?))
}
