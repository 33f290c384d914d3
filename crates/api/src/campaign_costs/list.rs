//! `GET /api/v1/campaign_costs`

use app::{
    errors::{ErrorCode, Refusal},
    media::{CostDay, days},
};
use axum::Json;
use model::{CampaignId, Day};

use super::{CostDayQuery, CostDayView};
use crate::http::{
    caller::Caller,
    page::{Cursor, Page, asked},
    problem::Problem,
    query::Filters,
};

/// Days that are told, by campaign and day.
#[utoipa::path(get, path = "/api/v1/campaign_costs", tag = "campaigns", params(CostDayQuery),
    responses((status = 200, description = "A page of days", body = Page<CostDayView>)))]
pub async fn list_campaign_costs(
    caller: Caller,
    Filters(query): Filters<CostDayQuery>,
) -> Result<Json<Page<CostDayView>>, Problem> {
    let after = query.cursor.as_ref().map(place).transpose()?;
    caller
        .read("campaign_costs.list", move |tx, actor| {
            let found = days::list(tx, actor, query.filter(), after, asked(query.limit))?;
            let cursor =
                |row: &CostDay| [&row.campaign_id.bytes()[..], &row.day.number().to_be_bytes()].concat();
            Ok(Page::of(found, query.limit, cursor, CostDayView::from))
        })
        .await
}

fn place(Cursor(bytes): &Cursor) -> Result<(CampaignId, Day), Problem> {
    let (campaign, day) = bytes.split_at(bytes.len().min(16));
    let campaign = <[u8; 16]>::try_from(campaign).ok().map(CampaignId::from_bytes);
    let day = <[u8; 8]>::try_from(day).ok().and_then(|day| Day::from_number(i64::from_be_bytes(day)));
    campaign.zip(day).ok_or_else(|| {
        let refusal = Refusal::new(ErrorCode::ParameterInvalid, "this cursor is of another list");
        Problem(Refusal { field: Some("cursor".to_owned()), ..refusal })
    })
}
