//! `POST /api/v1/cut_ties`

use app::{
    command::Change,
    journeys::persons::{self, CustomerKey},
};

use super::{CutTieDraft, CutTieView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Lets a customer's key make no browsers one person any more, in all journeys that are asked for from then on. Nothing about money changes.
#[utoipa::path(post, path = "/api/v1/cut_ties", tag = "attribution", request_body = CutTieDraft,
    responses((status = 201, description = "The tie that was cut", body = CutTieView)))]
pub async fn create_cut_tie(write: Write<CutTieDraft>) -> Result<Written, Problem> {
    let effect = |draft: &CutTieDraft, change: &mut Change<'_, '_>| {
        let CutTieDraft { advertiser_id, customer_id, email_sha256, reason } = draft.clone();
        persons::cut(change, &CustomerKey { advertiser_id, customer_id, email_sha256 }, &reason)
    };
    write.run("cut_tie.create", effect, |row| created(&CutTieView::from(row))).await
}
