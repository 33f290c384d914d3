//! `POST /api/v1/advertisers/{advertiser_id}/rotate_signing_secret`

use app::{command::Change, configuration::advertisers};
use model::AdvertiserId;

use super::{AdvertiserView, AdvertiserWithSecret};
use crate::http::{
    path::Id,
    problem::Problem,
    write::{NoBody, Write, Written, created_with_secret},
};

/// Gives out a new secret for signed postbacks (`Merit-Signature`). Signatures with the old one stop working at once.
#[utoipa::path(post, path = "/api/v1/advertisers/{advertiser_id}/rotate_signing_secret", tag = "advertisers",
    responses((status = 201, description = "The advertiser and the secret, shown this once", body = AdvertiserWithSecret)))]
pub async fn rotate_signing_secret(
    Id(id): Id<AdvertiserId>,
    write: Write<NoBody>,
) -> Result<Written, Problem> {
    let effect =
        move |_: &NoBody, change: &mut Change<'_, '_>| advertisers::rotate_signing_secret(change, id);
    let show = |(advertiser, secret): (model::parties::Advertiser, app::secrets_shown::Shown)| {
        let secret = Some(secret.text().to_owned());
        created_with_secret(
            &AdvertiserWithSecret { advertiser: AdvertiserView::from(advertiser), secret },
            "secret",
        )
    };
    write.run("advertiser.rotate_signing_secret", effect, show).await
}
