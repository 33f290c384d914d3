//! What campaigns cost, day by day.

pub mod create;
pub mod list;

use app::media::{CostDay, days::DaysFilter};
use model::{AdvertiserId, CampaignId, CostImportId, Day, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::Cursor, query::Limit},
    shape,
};

/// What a campaign cost on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostDayView {
    /// The campaign.
    #[schema(value_type = String)]
    pub campaign_id: CampaignId,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// What was spent, as it was paid.
    #[schema(value_type = shape::Money)]
    pub spend: Money,
    /// The same in the network's currency, by the stored rate of the day; `null` while none is stored: it waits for one.
    #[schema(value_type = Option<shape::Money>)]
    pub converted: Option<Money>,
    /// The exact rate that it was converted by, where the currencies differ: how many of one currency one of the other was.
    #[schema(example = "1/25400")]
    pub rate: Option<String>,
    /// Impressions, when they were told.
    pub impressions: Option<i64>,
    /// Clicks, when they were told.
    pub clicks: Option<i64>,
    /// The import that said it.
    #[schema(value_type = String)]
    pub import_id: CostImportId,
    /// When it was booked.
    #[schema(value_type = String, format = DateTime)]
    pub booked_at: Timestamp,
}

impl From<CostDay> for CostDayView {
    fn from(row: CostDay) -> Self {
        let applied = row.rate.as_ref().and_then(model::exchange::ExchangePath::applied);
        Self {
            campaign_id: row.campaign_id,
            day: row.day,
            spend: row.spend,
            converted: row.converted.map(|units| Money::from_units(units, row.converted_currency)),
            rate: applied.map(|rate| rate.fraction.to_string()),
            impressions: row.impressions,
            clicks: row.clicks,
            import_id: row.import_id,
            booked_at: row.at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CostDayQuery {
    /// Only of this campaign.
    #[param(value_type = Option<String>)]
    pub campaign_id: Option<CampaignId>,
    /// Only of campaigns of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only this day and later.
    #[param(value_type = Option<String>)]
    pub from: Option<Day>,
    /// Only this day and before.
    #[param(value_type = Option<String>)]
    pub to: Option<Day>,
    /// `true` for what waits for an exchange rate.
    #[param(value_type = Option<bool>)]
    pub waiting: Option<Truth>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// A truth value in a query.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Yes.
    True,
    /// No.
    False,
}

impl CostDayQuery {
    /// What it narrows to.
    pub fn filter(&self) -> DaysFilter {
        DaysFilter {
            campaign_id: self.campaign_id,
            advertiser_id: self.advertiser_id,
            from: self.from,
            to: self.to,
            waiting: matches!(self.waiting, Some(Truth::True)),
        }
    }
}
