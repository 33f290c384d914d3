//! `POST /api/v1/publishers/{publisher_id}/exchanges`

use app::{command::Change, errors::Refusal, exchange};
use model::{Currency, Money, PublisherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ExchangeView;
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Write, Written, created},
};

/// What is to be changed into another currency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeDraft {
    /// The amount as decimal text, above zero and at most what is available.
    #[schema(example = "39.37")]
    pub amount: String,
    /// Its currency, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// The currency to change it into; the one that the publisher is paid in without it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "EUR")]
    pub to: Option<Currency>,
}

/// Changes a part of a publisher's balance into another currency, by today's rate.
#[utoipa::path(post, path = "/api/v1/publishers/{publisher_id}/exchanges", tag = "exchanges",
    request_body = ExchangeDraft,
    responses((status = 201, description = "The exchange", body = ExchangeView)))]
pub async fn create_exchange(
    Id(id): Id<PublisherId>,
    write: Write<ExchangeDraft>,
) -> Result<Written, Problem> {
    let snapshot = write.caller.api.app.snapshot.get();
    let effect = move |draft: &ExchangeDraft, change: &mut Change<'_, '_>| {
        let sold = Money::parse(&draft.amount, draft.currency)
            .map_err(|error| Refusal::field("amount", error.to_string()))?;
        exchange::exchange(change, &snapshot, id, sold, draft.to)
    };
    write.run("exchange.create", effect, |row| created(&ExchangeView::from(row))).await
}
