//! `POST /api/v1/payouts/{payout_id}/confirm`

use std::sync::Arc;

use app::{command::Change, payouts::settle};
use model::PayoutId;

use super::PayoutView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Says that the bank paid a payment. Saying it again changes nothing.
#[utoipa::path(post, path = "/api/v1/payouts/{payout_id}/confirm", tag = "payouts",
    responses((status = 200, description = "The payment", body = PayoutView)))]
pub async fn confirm_payout(Id(id): Id<PayoutId>, write: Write<NoBody>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| settle::confirm(change, &app.seal_keys, id);
    write.run("payout.confirm", effect, |seen| changed(&PayoutView::from(seen))).await
}
