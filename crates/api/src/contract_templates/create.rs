//! `POST /api/v1/contract_templates`

use app::{
    command::Change,
    configuration::templates::{self, NewTemplate},
};

use super::{TemplateDraft, TemplateView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Makes a template with its first version.
#[utoipa::path(post, path = "/api/v1/contract_templates", tag = "contracts", request_body = TemplateDraft,
    responses((status = 201, description = "The new template", body = TemplateView)))]
pub async fn create_contract_template(write: Write<TemplateDraft>) -> Result<Written, Problem> {
    let effect = |draft: &TemplateDraft, change: &mut Change<'_, '_>| {
        let TemplateDraft { program_id, name, terms, retired } = draft.clone();
        templates::create(change, NewTemplate { program_id, name, terms, retired })
    };
    write.run("contract_template.create", effect, |version| created(&TemplateView::from(version))).await
}
