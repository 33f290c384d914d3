//! `DELETE /api/v1/alert_subscriptions/{alert_subscription_id}`

use app::{
    command::Change,
    outputs::{kept, subscriptions::AlertSubscription},
};
use model::AlertSubscriptionId;

use super::AlertSubscriptionView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, changed},
};

/// Ends a subscription. What was told before is sent all the same.
#[utoipa::path(delete, path = "/api/v1/alert_subscriptions/{alert_subscription_id}", tag = "alerts",
    responses((status = 200, description = "What was removed", body = AlertSubscriptionView)))]
pub async fn delete_alert_subscription(
    Id(id): Id<AlertSubscriptionId>,
    write: Write<NoBody>,
) -> Result<Written, Problem> {
    let effect = move |_: &NoBody, change: &mut Change<'_, '_>| {
        kept::delete::<AlertSubscription>(change, id.bytes(), &id)
    };
    write
        .run("alert_subscription.delete", effect, |removed| changed(&AlertSubscriptionView::from(removed)))
        .await
}
