//! `POST /api/v1/publisher_postbacks`

use app::{
    command::Change,
    outputs::postbacks::{self, PostbackDraft, Status},
};
use model::{ProgramId, PublisherId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PublisherPostbackView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Where a publisher is told of decisions, and of which.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublisherPostback {
    /// The publisher; the one you act for when absent.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only conversions of this program.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Which decisions are told: `pending`, `approved`, `rejected`, `reversed`; all when absent.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub statuses: Vec<Status>,
    /// An http or https address of the public internet. Macros such as `{ref_id}`, `{payout}`, `{currency}` and `{status}` are filled
    /// with what the publisher may see; those that he may not (`{order_id}`, `{adv1}`) are empty.
    #[schema(example = "https://tracker.example/p?click={ref_id}&sum={payout}&state={status}")]
    pub url: String,
}

/// Has an address called (`GET`) for each decision on the publisher's conversions from now on, once for each, and again until it is taken.
/// What became of it is among the deliveries.
#[utoipa::path(post, path = "/api/v1/publisher_postbacks", tag = "deliveries", request_body = NewPublisherPostback,
    responses((status = 201, description = "The postback", body = PublisherPostbackView)))]
pub async fn create_publisher_postback(write: Write<NewPublisherPostback>) -> Result<Written, Problem> {
    let effect = |body: &NewPublisherPostback, change: &mut Change<'_, '_>| {
        let NewPublisherPostback { publisher_id, program_id, statuses, url } = body.clone();
        postbacks::make(change, PostbackDraft { publisher_id, program_id, statuses, url })
    };
    write.run("publisher_postback.create", effect, |made| created(&PublisherPostbackView::from(made))).await
}
