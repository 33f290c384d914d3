//! `GET /api/v1/campaigns/{campaign_id}`

use app::media::campaigns;
use axum::Json;
use model::CampaignId;

use super::CampaignView;
use crate::http::{caller::Caller, path::Id, problem::Problem};

/// One campaign.
#[utoipa::path(get, path = "/api/v1/campaigns/{campaign_id}", tag = "campaigns",
    responses((status = 200, description = "The campaign", body = CampaignView)))]
pub async fn get_campaign(caller: Caller, Id(id): Id<CampaignId>) -> Result<Json<CampaignView>, Problem> {
    caller.read("campaign.get", move |tx, actor| Ok(campaigns::get(tx, actor, id)?.into())).await
}
