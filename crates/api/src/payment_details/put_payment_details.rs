//! `PUT /api/v1/publishers/{publisher_id}/payment_details`

use std::sync::Arc;

use app::{command::Change, payouts::details};
use model::{PublisherId, payout::PaymentDetails};

use super::PaymentDetailsView;
use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, changed},
    },
    shape,
};

/// Says where a publisher's money goes. A change is a new version; when the money goes elsewhere than before, nothing is paid
/// for seven days. The withholding is the operator's to set.
#[utoipa::path(put, path = "/api/v1/publishers/{publisher_id}/payment_details", tag = "payouts",
    request_body = shape::payout::PaymentDetails,
    responses((status = 200, description = "The new version", body = PaymentDetailsView)))]
pub async fn put_payment_details(
    Id(id): Id<PublisherId>,
    write: Write<PaymentDetails>,
) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |body: &PaymentDetails, change: &mut Change<'_, '_>| {
        let opened = details::put(change, &app.seal_keys, id, body.clone())?;
        Ok(PaymentDetailsView::new(id, opened, change.now))
    };
    write.run("payment_details.put", effect, |view| changed(&view)).await
}
