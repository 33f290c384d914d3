//! `POST /api/v1/campaign_costs`

use app::{
    command::Change,
    errors::Refusal,
    media::{booking::SaidDay, days},
};
use model::{CampaignId, Currency, Day, Money};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    cost_imports::CostImportView,
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
};

/// What campaigns cost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignCostsDraft {
    /// 1 to 5000 days of campaigns of one advertiser; all are booked or none.
    #[schema(min_items = 1, max_items = 5000)]
    pub days: Vec<CostDayDraft>,
}

/// What a campaign cost on a day.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CostDayDraft {
    /// The campaign.
    #[schema(value_type = String)]
    pub campaign_id: CampaignId,
    /// The day, in the network's calendar.
    #[schema(value_type = String, format = Date, example = "2026-07-01")]
    pub day: Day,
    /// What was spent, as decimal text; `null` for a day that is to be told no more.
    #[schema(example = "120.50")]
    pub spend: Option<String>,
    /// Its currency, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// Impressions.
    #[serde(default)]
    pub impressions: Option<i64>,
    /// Clicks.
    #[serde(default)]
    pub clicks: Option<i64>,
}

impl CostDayDraft {
    fn said(&self, place: usize) -> Result<SaidDay, Refusal> {
        let spend = self.spend.as_deref().map(|text| Money::parse(text, self.currency)).transpose();
        let spend =
            spend.map_err(|error| Refusal::field(format!("days[{place}].spend"), error.to_string()))?;
        let Self { campaign_id, day, impressions, clicks, .. } = *self;
        Ok(SaidDay { campaign_id, day, spend, impressions, clicks })
    }
}

/// Says what campaigns cost on days. A day that was told before stands as it is said now, and the difference is booked; a day
/// that stands like that books nothing.
#[utoipa::path(post, path = "/api/v1/campaign_costs", tag = "campaigns", request_body = CampaignCostsDraft,
    responses((status = 201, description = "What was booked, as an import that can be undone", body = CostImportView)))]
pub async fn create_campaign_costs(write: Write<CampaignCostsDraft>) -> Result<Written, Problem> {
    let effect = |draft: &CampaignCostsDraft, change: &mut Change<'_, '_>| {
        let said = draft.days.iter().enumerate().map(|(place, day)| day.said(place));
        let said = said.collect::<Result<Vec<_>, _>>()?;
        CostImportView::of(&days::say(change, &said)?)
    };
    write.run("campaign_costs.create", effect, |view| created(&view)).await
}
