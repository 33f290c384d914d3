//! `POST /api/v1/campaigns`

use app::{command::Change, media::campaigns};
use model::CampaignId;

use super::{CampaignDraft, CampaignView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Makes a campaign.
#[utoipa::path(post, path = "/api/v1/campaigns", tag = "campaigns", request_body = CampaignDraft,
    responses((status = 201, description = "The new campaign", body = CampaignView)))]
pub async fn create_campaign(write: Write<CampaignDraft>) -> Result<Written, Problem> {
    let effect = |draft: &CampaignDraft, change: &mut Change<'_, '_>| {
        let id = CampaignId::new(change.now, change.entropy);
        campaigns::create(change, draft.clone().onto(id, change.actor.network(), change.now))
    };
    write.run("campaign.create", effect, |campaign| created(&CampaignView::from(campaign))).await
}
