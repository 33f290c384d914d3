//! `GET /api/v1/contract_templates/{template_id}`

use app::configuration::templates;
use axum::Json;
use model::ContractTemplateId;

use super::TemplateView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// The newest version of a template.
#[utoipa::path(get, path = "/api/v1/contract_templates/{template_id}", tag = "contracts",
    responses((status = 200, description = "The template", body = TemplateView)))]
pub async fn get_contract_template(
    caller: Caller,
    Id(id): Id<ContractTemplateId>,
) -> Result<Json<TemplateView>, Problem> {
    caller.read("contract_template.get", move |tx, actor| Ok(templates::get(tx, actor, id)?.into())).await
}
