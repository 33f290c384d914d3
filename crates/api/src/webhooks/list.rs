//! `GET /api/v1/webhooks`

use app::outputs::{kept, webhooks::Webhook};
use axum::Json;

use super::WebhookView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Webhooks of your party, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "deliveries", params(PageQuery),
    responses((status = 200, description = "A page of webhooks", body = Page<WebhookView>)))]
pub async fn list_webhooks(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<WebhookView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.bytes());
    caller
        .read("webhook.list", move |tx, actor| {
            let found = kept::list::<Webhook>(tx, actor, before, asked(query.limit))?;
            let view = |webhook| WebhookView::new(webhook, None);
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), view))
        })
        .await
}
