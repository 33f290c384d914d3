//! `GET /api/v1/contracts`

use app::configuration::contracts::{self, ContractFilter};
use axum::Json;
use model::ContractId;

use super::{ContractQuery, ContractView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// The newest versions of contracts, newest contract first: your own, those of your groups, and the
/// defaults of programs that you see.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "contracts", params(ContractQuery),
    responses((status = 200, description = "A page of contracts", body = Page<ContractView>)))]
pub async fn list_contracts(
    caller: Caller,
    Filters(query): Filters<ContractQuery>,
) -> Result<Json<Page<ContractView>>, Problem> {
    let before = query.cursor.map(|cursor| ContractId::from_bytes(cursor.bytes()));
    let (program_id, publisher_id, group_id) = (query.program_id, query.publisher_id, query.group_id);
    let filter = ContractFilter { program_id, publisher_id, group_id };
    caller
        .read("contract.list", move |tx, actor| {
            let found = contracts::list(tx, actor, filter, before, asked(query.limit))?;
            let cursor = |seen: &contracts::Seen| seen.version.contract_id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ContractView::from))
        })
        .await
}
