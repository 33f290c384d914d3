//! `POST /api/v1/statements`

use app::{
    billing::statements::{self, Wanted},
    command::Change,
};
use model::{Currency, PublisherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::StatementsIssuedView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Which month of whom.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementDraft {
    /// The month in the network's zone; it must have ended an hour ago.
    #[schema(example = "2026-10")]
    pub period: String,
    /// One publisher; all of them without it.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// One currency; all of them without it.
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
}

/// Writes the statements of a month: opening balance, what moved it, closing balance, for each publisher and currency. They
/// are written once; asking again shows them. `dry_run` shows the drafts and takes no numbers.
#[utoipa::path(post, path = "/api/v1/statements", tag = "invoices", request_body = StatementDraft,
    responses((status = 201, description = "What was issued", body = StatementsIssuedView)))]
pub async fn create_statements(write: Write<StatementDraft>) -> Result<Written, Problem> {
    let effect = move |draft: &StatementDraft, change: &mut Change<'_, '_>| {
        let wanted = Wanted {
            period: draft.period.clone(),
            publisher_id: draft.publisher_id,
            currency: draft.currency,
        };
        Ok(StatementsIssuedView::from(statements::issue(change, &wanted)?))
    };
    write.run("statement.issue", effect, |view| created(&view)).await
}
