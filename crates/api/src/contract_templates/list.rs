//! `GET /api/v1/contract_templates`

use app::configuration::templates;
use axum::Json;
use model::{ContractTemplateId, contract::TemplateVersion};

use super::{TemplateQuery, TemplateView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// The newest versions of your programs' templates, newest template first, retired ones too.
#[utoipa::path(get, path = "/api/v1/contract_templates", tag = "contracts", params(TemplateQuery),
    responses((status = 200, description = "A page of templates", body = Page<TemplateView>)))]
pub async fn list_contract_templates(
    caller: Caller,
    Filters(query): Filters<TemplateQuery>,
) -> Result<Json<Page<TemplateView>>, Problem> {
    let before = query.cursor.map(|cursor| ContractTemplateId::from_bytes(cursor.bytes()));
    caller
        .read("contract_template.list", move |tx, actor| {
            let found = templates::list(tx, actor, query.program_id, before, asked(query.limit))?;
            let cursor = |version: &TemplateVersion| version.template_id.bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, TemplateView::from))
        })
        .await
}
