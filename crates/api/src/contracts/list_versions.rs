//! `GET /api/v1/contracts/{contract_id}/versions`

use app::configuration::contracts;
use axum::Json;
use model::{ContractId, ContractVersionId};

use super::ContractView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// Every version of a contract, newest first.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}/versions", tag = "contracts", params(PageQuery),
    responses((status = 200, description = "A page of versions", body = Page<ContractView>)))]
pub async fn list_contract_versions(
    caller: Caller,
    Id(id): Id<ContractId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<ContractView>>, Problem> {
    let before = query.cursor.map(|cursor| ContractVersionId::from_bytes(cursor.bytes()));
    caller
        .read("contract.list_versions", move |tx, actor| {
            let found = contracts::versions(tx, actor, id, before, asked(query.limit))?;
            let cursor = |seen: &contracts::Seen| seen.version.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, ContractView::from))
        })
        .await
}
