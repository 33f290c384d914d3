//! `PUT /api/v1/networks/{network_id}/payer`

use std::sync::Arc;

use app::{command::Change, payouts::details};
use model::{NetworkId, payout::PayerDetails};

use super::PayerView;
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// Says from which account the network pays.
#[utoipa::path(put, path = "/api/v1/networks/{network_id}/payer", tag = "payouts",
    request_body = shape::payout::PayerDetails,
    responses((status = 200, description = "The new version", body = PayerView)))]
pub async fn put_payer(Id(id): Id<NetworkId>, write: Write<PayerDetails>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &PayerDetails, change: &mut Change<'_, '_>| {
        Ok(PayerView::new(id, details::put_payer(change, &app.seal_keys, id, body.clone())?))
    };
    write.run("payer.put", effect, |view| changed(&view)).await
}
