//! `GET /api/v1/exchange_rates`

use app::configuration::exchange_rates::{self, RateFilter};
use axum::Json;
use model::ExchangeRateId;

use super::{ExchangeRateQuery, ExchangeRateView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Exchange rates of the network, the last entered first.
#[utoipa::path(get, path = "/api/v1/exchange_rates", tag = "exchange_rates", params(ExchangeRateQuery),
    responses((status = 200, description = "A page of rates", body = Page<ExchangeRateView>)))]
pub async fn list_exchange_rates(
    caller: Caller,
    Filters(query): Filters<ExchangeRateQuery>,
) -> Result<Json<Page<ExchangeRateView>>, Problem> {
    let before = query.cursor.map(|cursor| ExchangeRateId::from_bytes(cursor.bytes()));
    let filter = RateFilter { base: query.base, quote: query.quote, from: query.from, to: query.to };
    caller
        .read("exchange_rate.list", move |tx, actor| {
            let found = exchange_rates::list(tx, actor, &filter, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |rate| rate.id.bytes().to_vec(), ExchangeRateView::from))
        })
        .await
}
