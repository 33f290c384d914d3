//! `PATCH /api/v1/contract_templates/{template_id}`

use app::{command::Change, configuration::templates};
use model::{ContractTemplateId, contract::TemplateVersion};

use super::{TemplateDraft, TemplateView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a template by a new version; members that are left out stay. Contracts that began with an earlier one, and
/// invitations that offer it, keep it.
#[utoipa::path(patch, path = "/api/v1/contract_templates/{template_id}", tag = "contracts",
    request_body = TemplateDraft,
    responses((status = 200, description = "The newest version", body = TemplateView)))]
pub async fn update_contract_template(
    Id(id): Id<ContractTemplateId>,
    write: Write<Members>,
) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        templates::update(change, id, &mut |before| {
            let TemplateVersion { program_id, name, terms, retired, .. } = before.clone();
            let draft = merged(&TemplateDraft { program_id, name, terms, retired }, members)?;
            let TemplateDraft { program_id, name, terms, retired } = draft;
            Ok(TemplateVersion { program_id, name, terms, retired, ..before })
        })
    };
    write.run("contract_template.update", effect, |version| changed(&TemplateView::from(version))).await
}
