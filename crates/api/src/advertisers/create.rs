//! `POST /api/v1/advertisers`

use app::{command::Change, configuration::advertisers};
use model::{AdvertiserId, parties::PostbackAuth};

use super::{AdvertiserDraft, AdvertiserView};
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Registers an advertiser.
#[utoipa::path(post, path = "/api/v1/advertisers", tag = "advertisers", request_body = AdvertiserDraft,
    responses((status = 201, description = "The new advertiser", body = AdvertiserView)))]
pub async fn create_advertiser(write: Write<AdvertiserDraft>) -> Result<Written, Problem> {
    let effect = |draft: &AdvertiserDraft, change: &mut Change<'_, '_>| {
        let id = AdvertiserId::new(change.now, change.entropy);
        let auth = PostbackAuth::default();
        let advertiser = draft.clone().onto(id, change.actor.network(), change.now, auth);
        advertisers::create(change, advertiser)
    };
    write.run("advertiser.create", effect, |advertiser| created(&AdvertiserView::from(advertiser))).await
}
