//! `POST /api/v1/users/{user_id}/remove_second_factor`

use app::{command::Change, people::second_factor};
use model::UserId;

use super::UserView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Takes the second factor from a person who lost it, and ends his sessions. He signs in with his password alone then.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/remove_second_factor", tag = "users",
    responses((status = 200, description = "The person", body = UserView)))]
pub async fn remove_user_second_factor(Id(id): Id<UserId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let actor = write.caller.actor.clone();
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| second_factor::remove(change, id);
    write.run("user.remove_second_factor", effect, move |user| changed(&UserView::new(user, &actor))).await
}
