//! `POST /api/v1/users/{user_id}/disable`

use app::{command::Change, people::users};
use model::{
    UserId,
    parties::{Status, User},
};

use super::UserView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Ends a person's sessions and stops his keys, until the status is `active` again.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/disable", tag = "users",
    responses((status = 200, description = "The disabled person", body = UserView)))]
pub async fn disable_user(Id(id): Id<UserId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let actor = write.caller.actor.clone();
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        users::update(change, id, &mut |before| Ok(User { status: Status::Paused, ..before }))
    };
    write.run("user.disable", effect, move |user| changed(&UserView::new(user, &actor))).await
}
