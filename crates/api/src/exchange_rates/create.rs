//! `POST /api/v1/exchange_rates`

use app::{
    command::Change,
    configuration::exchange_rates::{self, Entered, NewRate},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ExchangeRateDraft, ExchangeRateView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Rates to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRatesDraft {
    /// 1 to 1000 rates; all are entered or none.
    #[schema(min_items = 1, max_items = 1000)]
    pub rates: Vec<ExchangeRateDraft>,
}

/// Rates after they were entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredRates {
    /// In the order in which they were sent.
    pub items: Vec<EnteredRate>,
}

/// A rate after it was entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredRate {
    /// The rate.
    #[serde(flatten)]
    pub rate: ExchangeRateView,
    /// True when the newest rate of that pair and day said the same before: nothing was stored, and this is that rate.
    pub repeated: bool,
}

/// Enters exchange rates. A rate is never changed: another one for the same pair and day corrects it for what is decided
/// after it.
#[utoipa::path(post, path = "/api/v1/exchange_rates", tag = "exchange_rates", request_body = ExchangeRatesDraft,
    responses((status = 201, description = "The rates", body = EnteredRates)))]
pub async fn create_exchange_rates(write: Write<ExchangeRatesDraft>) -> Result<Written, Problem> {
    let effect = |draft: &ExchangeRatesDraft, change: &mut Change<'_, '_>| {
        let rates: Vec<NewRate> = draft.rates.iter().map(Into::into).collect();
        exchange_rates::enter(change, &rates)
    };
    let show = |entered: Vec<Entered>| {
        let view = |entered: Entered| EnteredRate { rate: entered.rate.into(), repeated: entered.repeated };
        created(&EnteredRates { items: entered.into_iter().map(view).collect() })
    };
    write.run("exchange_rate.create", effect, show).await
}
