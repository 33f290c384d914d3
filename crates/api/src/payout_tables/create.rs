//! `POST /api/v1/payout_tables`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::payout_tables::{NewTable, compute, freeze},
};

use super::{PayoutTableDraft, PayoutTableView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Computes from the journeys of a period what removing each publisher would have cost, and freezes it: contracts with the payout model `markov`
/// share by the newest table that is in force when a conversion is judged. A table is never changed. While one question about journeys is
/// answered, another of the same network is refused.
#[utoipa::path(post, path = "/api/v1/payout_tables", tag = "contracts", request_body = PayoutTableDraft,
    responses((status = 201, description = "The new table", body = PayoutTableView)))]
pub async fn create_payout_table(write: Write<PayoutTableDraft>) -> Result<Written, Problem> {
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor.clone());
    let computed = compute(&app, &actor, &NewTable::from(write.body.clone())).await?;
    let effect = move |draft: &PayoutTableDraft, change: &mut Change<'_, '_>| {
        freeze(change, &NewTable::from(draft.clone()), &computed)
    };
    write.run("payout_table.create", effect, |table| created(&PayoutTableView::from(table))).await
}
