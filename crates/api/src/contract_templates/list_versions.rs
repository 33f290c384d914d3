//! `GET /api/v1/contract_templates/{template_id}/versions`

use app::configuration::templates;
use axum::Json;
use model::{ContractTemplateId, ContractTemplateVersionId, contract::TemplateVersion};

use super::TemplateView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    path::Id,
    problem::Problem,
    query::Filters,
};

/// The versions of a template, newest first.
#[utoipa::path(get, path = "/api/v1/contract_templates/{template_id}/versions", tag = "contracts",
    params(PageQuery),
    responses((status = 200, description = "A page of versions", body = Page<TemplateView>)))]
pub async fn list_contract_template_versions(
    caller: Caller,
    Id(id): Id<ContractTemplateId>,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<TemplateView>>, Problem> {
    let before = query.cursor.map(|cursor| ContractTemplateVersionId::from_bytes(cursor.bytes()));
    caller
        .read("contract_template.list_versions", move |tx, actor| {
            let found = templates::versions(tx, actor, id, before, asked(query.limit))?;
            let cursor = |version: &TemplateVersion| version.id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, TemplateView::from))
        })
        .await
}
