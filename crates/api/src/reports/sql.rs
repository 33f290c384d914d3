//! `POST /api/v1/reports/sql`

use std::sync::Arc;

use app::reporting::sql::ask;
use model::Timestamp;
use report::sql::Rows;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Side;
use crate::http::{
    problem::Problem,
    write::{Write, Written, changed},
};

/// Rows of an answer when nobody says.
const ROWS: usize = 1_000;

/// A question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlDraft {
    /// One query over the table `facts`, whose columns the guide of the lake lists.
    #[schema(
        example = "SELECT publisher, sum(clicks) AS clicks FROM facts GROUP BY publisher ORDER BY clicks DESC LIMIT 5"
    )]
    pub sql: String,
    /// Most rows, up to 100,000; 1,000 when absent. `OFFSET` in the query leads to further ones.
    pub rows: Option<usize>,
    /// For a manager who serves both sides: for which he looks.
    pub side: Option<Side>,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct SqlAnswer {
    /// The columns.
    pub columns: Vec<SqlColumn>,
    /// The rows: every value as exact text, `null` where there is none.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there were more rows than were wanted.
    pub more: bool,
    /// Everything booked before this moment is in it.
    #[schema(value_type = String, format = DateTime)]
    pub complete_to: Timestamp,
}

/// A column of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// `text`, `integer`, `decimal`, `real`, `boolean`, `moment` or `other`.
    pub r#type: &'static str,
}

/// Answers a query over the facts that the caller may see: an operator's whole network, an advertiser's own programs, with the
/// columns that exist for this side. Only reads; amounts are whole units of the currency's scale.
#[utoipa::path(post, path = "/api/v1/reports/sql", tag = "reports", request_body = SqlDraft,
    responses((status = 200, description = "The answer", body = SqlAnswer)))]
pub async fn create_report_sql(write: Write<SqlDraft>) -> Result<Written, Problem> {
    let dry_run = write.is_dry_run();
    let (app, actor) = (Arc::clone(&write.caller.api.app), write.caller.actor);
    let SqlDraft { sql, rows, side } = write.body;
    let answer = ask(&app, &actor, sql, rows.unwrap_or(ROWS), side.map(Into::into)).await?;
    let Rows { columns, rows, more, complete_to } = answer;
    let columns = columns.into_iter().map(|(name, kind)| SqlColumn { name, r#type: kind.word() }).collect();
    Ok(Written::new(changed(&SqlAnswer { columns, rows, more, complete_to }), dry_run))
}
