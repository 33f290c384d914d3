//! `GET /api/v1/contracts/{contract_id}/acceptances`

use app::configuration::acceptances;
use axum::Json;
use model::{ContractAcceptanceId, ContractId, contract::ContractAcceptance};

use super::accept::AcceptanceView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// Who accepted which version of a contract, newest first: everybody for the side that pays, else your own.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}/acceptances", tag = "contracts", params(PageQuery),
    responses((status = 200, description = "A page of acceptances", body = Page<AcceptanceView>)))]
pub async fn list_contract_acceptances(
    caller: Caller,
    Id(id): Id<ContractId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<AcceptanceView>>, Problem> {
    let before = query.cursor.map(|cursor| ContractAcceptanceId::from_bytes(cursor.bytes()));
    caller
        .read("contract.list_acceptances", move |tx, actor| {
            let found = acceptances::list(tx, actor, id, before, asked(query.limit))?;
            let cursor = |one: &ContractAcceptance| one.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, AcceptanceView::from))
        })
        .await
}
