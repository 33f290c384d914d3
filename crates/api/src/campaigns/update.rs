//! `PATCH /api/v1/campaigns/{campaign_id}`

use app::{command::Change, media::campaigns};
use model::CampaignId;

use super::{CampaignDraft, CampaignView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes a campaign; members that are left out stay, a list that is given replaces the old one.
#[utoipa::path(patch, path = "/api/v1/campaigns/{campaign_id}", tag = "campaigns", request_body = CampaignDraft,
    responses((status = 200, description = "The changed campaign", body = CampaignView)))]
pub async fn update_campaign(Id(id): Id<CampaignId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        campaigns::update(change, id, &mut |before| {
            let (network_id, created_at) = (before.network_id, before.created_at);
            let draft = merged(&CampaignDraft::of(before), members)?;
            Ok(draft.onto(id, network_id, created_at))
        })
    };
    write.run("campaign.update", effect, |campaign| changed(&CampaignView::from(campaign))).await
}
