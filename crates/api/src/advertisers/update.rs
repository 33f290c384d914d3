//! `PATCH /api/v1/advertisers/{advertiser_id}`

use app::{command::Change, configuration::advertisers};
use model::AdvertiserId;

use super::{AdvertiserDraft, AdvertiserView};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{Members, Write, Written, changed, merged},
};

/// Changes an advertiser; members that are left out stay.
#[utoipa::path(patch, path = "/api/v1/advertisers/{advertiser_id}", tag = "advertisers",
    request_body = AdvertiserDraft,
    responses((status = 200, description = "The changed advertiser", body = AdvertiserView)))]
pub async fn update_advertiser(Id(id): Id<AdvertiserId>, write: Write<Members>) -> Result<Written, Problem> {
    let effect = move |members: &Members, change: &mut Change<'_, '_>| {
        advertisers::update(change, id, &mut |before| {
            let draft = merged(&AdvertiserDraft::of(&before), members)?;
            Ok(draft.onto(before.id, before.network_id, before.created_at, before.postback))
        })
    };
    write.run("advertiser.update", effect, |advertiser| changed(&AdvertiserView::from(advertiser))).await
}
