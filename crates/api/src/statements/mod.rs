//! Statements: what moved the accounts of publishers in a month.

pub mod create;
pub mod get;
pub mod list;
pub mod pdf;

use app::billing::statements::Issued;
use model::{
    PublisherId,
    billing::{Span, Statement},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A publisher's statement. It is never changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    /// The paper.
    #[serde(flatten)]
    #[schema(value_type = shape::billing::Statement)]
    pub paper: Statement,
}

impl From<Statement> for StatementView {
    fn from(paper: Statement) -> Self {
        Self { paper }
    }
}

/// What closing a month did.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementsIssuedView {
    /// The month.
    #[schema(value_type = shape::billing::Span)]
    pub period: Span,
    /// Statements that were issued now.
    #[schema(value_type = Vec<shape::billing::Statement>)]
    pub issued: Vec<Statement>,
    /// Those that the month had before.
    #[schema(value_type = Vec<shape::billing::Statement>)]
    pub existing: Vec<Statement>,
}

impl From<Issued> for StatementsIssuedView {
    fn from(Issued { period, issued, existing }: Issued) -> Self {
        Self { period, issued, existing }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StatementQuery {
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only of this month of the network's zone, such as `2026-10`.
    pub period: Option<String>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
