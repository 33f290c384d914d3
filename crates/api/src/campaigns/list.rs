//! `GET /api/v1/campaigns`

use app::media::campaigns::{self, CampaignFilter};
use axum::Json;
use model::CampaignId;

use super::{CampaignQuery, CampaignView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Campaigns, newest first.
#[utoipa::path(get, path = "/api/v1/campaigns", tag = "campaigns", params(CampaignQuery),
    responses((status = 200, description = "A page of campaigns", body = Page<CampaignView>)))]
pub async fn list_campaigns(
    caller: Caller,
    Filters(query): Filters<CampaignQuery>,
) -> Result<Json<Page<CampaignView>>, Problem> {
    let before = query.cursor.map(|cursor| CampaignId::from_bytes(cursor.bytes()));
    let filter = CampaignFilter { advertiser_id: query.advertiser_id, channel: query.channel };
    caller
        .read("campaign.list", move |tx, actor| {
            let found = campaigns::list(tx, actor, filter, before, asked(query.limit))?;
            Ok(Page::of(found, query.limit, |campaign| campaign.id.bytes().to_vec(), CampaignView::from))
        })
        .await
}
