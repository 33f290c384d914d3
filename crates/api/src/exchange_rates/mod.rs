//! Exchange rates: dated, append-only.

pub mod create;
pub mod list;

use app::configuration::exchange_rates::NewRate;
use model::{
    Currency, Day, ExchangeRateId, Timestamp,
    exchange::{ExchangeRate, Rate},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::IdCursor, query::Limit};

/// A rate to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRateDraft {
    /// The currency that is priced, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub base: Currency,
    /// The currency that it is priced in.
    #[schema(value_type = String, example = "VND")]
    pub quote: Currency,
    /// The UTC day; not later than tomorrow.
    #[schema(value_type = String, format = Date, example = "2026-03-03")]
    pub day: Day,
    /// How many of `quote` one of `base` buys, as decimal text: at most 15 digits.
    #[schema(value_type = String, example = "25400")]
    pub rate: Rate,
    /// Where it comes from, in at most 200 characters.
    #[serde(default)]
    pub source: String,
}

impl From<&ExchangeRateDraft> for NewRate {
    fn from(draft: &ExchangeRateDraft) -> Self {
        let ExchangeRateDraft { base, quote, day, rate, source } = draft.clone();
        Self { base, quote, day, rate, source }
    }
}

/// A stored rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeRateView {
    /// Id.
    #[schema(value_type = String, example = "fxr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ExchangeRateId,
    /// The currency that is priced.
    #[schema(value_type = String)]
    pub base: Currency,
    /// The currency that it is priced in.
    #[schema(value_type = String)]
    pub quote: Currency,
    /// The UTC day.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// How many of `quote` one of `base` buys.
    #[schema(value_type = String)]
    pub rate: Rate,
    /// Where it comes from.
    pub source: String,
    /// When it was entered; the newest of a pair and day holds for what is decided after it.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<ExchangeRate> for ExchangeRateView {
    fn from(rate: ExchangeRate) -> Self {
        let ExchangeRate { id, network_id: _, base, quote, day, rate, source, created_at } = rate;
        Self { id, base, quote, day, rate, source, created_at }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRateQuery {
    /// Only rates of this currency.
    #[param(value_type = Option<String>)]
    pub base: Option<Currency>,
    /// Only rates in this currency.
    #[param(value_type = Option<String>)]
    pub quote: Option<Currency>,
    /// Only rates dated on this day or later.
    #[param(value_type = Option<String>)]
    pub from: Option<Day>,
    /// Only rates dated on this day or before.
    #[param(value_type = Option<String>)]
    pub to: Option<Day>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
