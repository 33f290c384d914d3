//! `GET /api/v1/alert_subscriptions`

use app::outputs::{kept, subscriptions::AlertSubscription};
use axum::Json;

use super::AlertSubscriptionView;
use crate::http::{
    caller::Caller,
    page::{Page, PageQuery, asked},
    problem::Problem,
    query::Filters,
};

/// Subscriptions of your party, newest first.
#[utoipa::path(get, path = "/api/v1/alert_subscriptions", tag = "alerts", params(PageQuery),
    responses((status = 200, description = "A page of subscriptions", body = Page<AlertSubscriptionView>)))]
pub async fn list_alert_subscriptions(
    caller: Caller,
    Filters(query): Filters<PageQuery>,
) -> Result<Json<Page<AlertSubscriptionView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.bytes());
    caller
        .read("alert_subscription.list", move |tx, actor| {
            let found = kept::list::<AlertSubscription>(tx, actor, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |it| it.id.bytes().to_vec(), AlertSubscriptionView::from))
        })
        .await
}
