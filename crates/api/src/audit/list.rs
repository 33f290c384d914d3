//! `GET /api/v1/audit`

use app::audit::{self, AuditFilter, AuditRow};
use axum::Json;
use model::AuditId;
use serde_json::Value;

use super::{AuditQuery, AuditView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Changes in the network, newest first; for the operator.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "A page of changes", body = Page<AuditView>)))]
pub async fn list_audit(
    caller: Caller,
    Filters(query): Filters<AuditQuery>,
) -> Result<Json<Page<AuditView>>, Problem> {
    let before = query.cursor.map(|cursor| AuditId::from_bytes(cursor.bytes()));
    let filter = AuditFilter { object: query.object, actor: query.actor, action: query.action };
    caller
        .read("audit.list", move |tx, actor| {
            let found = audit::list(tx, actor, &filter, before, asked(query.limit))?;
            let view = |row: AuditRow| AuditView {
                id: row.id,
                at: row.at,
                actor: row.actor,
                action: row.action,
                object: row.object,
                change: serde_json::from_str(&row.change).unwrap_or(Value::Null),
            };
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), view))
        })
        .await
}
