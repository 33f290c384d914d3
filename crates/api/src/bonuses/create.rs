//! `POST /api/v1/bonuses`

use app::{
    awards::by_hand::{self, NewBonus},
    command::Change,
    configuration::advertisers,
    errors::Refusal,
};
use model::{AdvertiserId, Currency, Money, PublisherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::BonusView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// A bonus by hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BonusDraft {
    /// Who earns it.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// The advertiser who pays; without it the network does.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// How much, as decimal text, above zero.
    #[schema(example = "50.00")]
    pub amount: String,
    /// Its currency, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// Why; the publisher and whoever pays read it.
    #[schema(example = "For the campaign of the spring")]
    pub reason: String,
}

/// Gives a publisher a bonus; it stands on his account at once.
#[utoipa::path(post, path = "/api/v1/bonuses", tag = "bonuses", request_body = BonusDraft,
    responses((status = 201, description = "The bonus", body = BonusView)))]
pub async fn create_bonus(write: Write<BonusDraft>) -> Result<Written, Problem> {
    let app = std::sync::Arc::clone(&write.caller.api.app);
    let payer = write.body.advertiser_id;
    let effect = |draft: &BonusDraft, change: &mut Change<'_, '_>| {
        let amount = Money::parse(&draft.amount, draft.currency)
            .map_err(|error| Refusal::field("amount", error.to_string()))?;
        let BonusDraft { publisher_id, advertiser_id, reason, .. } = draft.clone();
        by_hand::give(change, NewBonus { publisher_id, advertiser_id, amount, reason })
    };
    let written = write.run("bonus.give", effect, |seen| created(&BonusView::from(seen))).await?;
    if let Some(advertiser) = payer {
        advertisers::publish_funds(&app, advertiser).await?;
    }
    Ok(written)
}
