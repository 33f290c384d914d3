//! `POST /api/v1/publishers/{publisher_id}/request_payout`

use app::{command::Change, payouts::details};
use model::{PublisherId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// A publisher's wish to be paid.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutRequestView {
    /// Who.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
}

/// Asks to be paid in the next run, for publishers who are paid on request.
#[utoipa::path(post, path = "/api/v1/publishers/{publisher_id}/request_payout", tag = "payouts",
    responses((status = 200, description = "The request", body = PayoutRequestView)))]
pub async fn request_payout(Id(id): Id<PublisherId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        Ok(PayoutRequestView { publisher_id: id, requested_at: details::request(change, id)? })
    };
    write.run("payout.request", effect, |view| changed(&view)).await
}
