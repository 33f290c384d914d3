//! `GET /api/v1/payout_tables/{payout_table_id}`

use app::configuration::payout_tables;
use axum::Json;
use model::PayoutTableId;

use super::PayoutTableView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One table of frozen weights.
#[utoipa::path(get, path = "/api/v1/payout_tables/{payout_table_id}", tag = "contracts",
    responses((status = 200, description = "The table", body = PayoutTableView)))]
pub async fn get_payout_table(
    caller: Caller,
    Id(id): Id<PayoutTableId>,
) -> Result<Json<PayoutTableView>, Problem> {
    caller.read("payout_table.get", move |tx, actor| Ok(payout_tables::get(tx, actor, id)?.into())).await
}
