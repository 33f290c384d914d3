//! Disputes: what a publisher holds against a decision, and how it was answered.

pub mod accept;
pub mod ask;
pub mod create;
pub mod decline;
pub mod get;
pub mod list;
pub mod reply;

use model::{
    AdvertiserId, ConversionId, DisputeId, LinkId, Money, NetworkId, ProgramId, PublisherId, Timestamp,
    dispute::{Dispute, DisputeKind, DisputeState, Evidence},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What is known of a result. All may be absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDraft {
    /// The action's word.
    #[schema(example = "order")]
    pub action: Option<String>,
    /// When it happened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Timestamp>,
    /// The shop's number of the order, as the customer was told.
    pub order_id: Option<String>,
    /// Order value as decimal text.
    #[schema(example = "90.00")]
    pub amount: Option<String>,
    /// Its currency, ISO 4217.
    #[schema(example = "USD")]
    pub currency: Option<String>,
    /// The click id that went to the shop.
    pub click_id: Option<String>,
    /// The publisher's link that was followed, when there is no click id.
    #[schema(value_type = Option<String>)]
    pub link_id: Option<LinkId>,
    /// The page that the visitor came to.
    pub landing_page: Option<String>,
}

impl From<EvidenceDraft> for Evidence {
    fn from(draft: EvidenceDraft) -> Self {
        let EvidenceDraft {
            action,
            occurred_at,
            order_id,
            amount,
            currency,
            click_id,
            link_id,
            landing_page,
        } = draft;
        Self { action, occurred_at, order_id, amount, currency, click_id, link_id, landing_page }
    }
}

impl From<Evidence> for EvidenceDraft {
    fn from(evidence: Evidence) -> Self {
        let Evidence { action, occurred_at, order_id, amount, currency, click_id, link_id, landing_page } =
            evidence;
        Self { action, occurred_at, order_id, amount, currency, click_id, link_id, landing_page }
    }
}

/// A dispute, as both its sides read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisputeView {
    /// Id.
    #[schema(value_type = String, example = "dis_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: DisputeId,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// Who answers.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// Who disputes.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// The conversion that it is about; none when there is none.
    #[schema(value_type = Option<String>)]
    pub conversion_id: Option<ConversionId>,
    /// What is wrong.
    #[schema(value_type = shape::DisputeKind)]
    pub kind: DisputeKind,
    /// Where it stands.
    #[schema(value_type = shape::DisputeState)]
    pub state: DisputeState,
    /// What the publisher knows of the result.
    pub evidence: EvidenceDraft,
    /// What was said, the opening words first, the answer last.
    pub messages: Vec<MessageView>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// Until when it is to be answered.
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Timestamp,
    /// When that was missed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub overdue_at: Option<Timestamp>,
    /// When it was accepted or declined.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// The conversion that was made or corrected because it was accepted.
    #[schema(value_type = Option<String>)]
    pub outcome_conversion_id: Option<ConversionId>,
    /// What that earned more, or less, at that moment; absent where others share the conversion.
    #[schema(value_type = Option<shape::Money>)]
    pub commission_change: Option<Money>,
}

/// What was said at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `publisher`, `advertiser` or `network`.
    pub side: String,
    /// State after it.
    #[schema(value_type = shape::DisputeState)]
    pub state: DisputeState,
    /// The words.
    pub text: String,
}

impl From<Dispute> for DisputeView {
    fn from(dispute: Dispute) -> Self {
        let messages = dispute.messages.into_iter().map(|said| MessageView {
            at: said.at,
            side: said.side,
            state: said.state,
            text: said.text,
        });
        Self {
            id: dispute.id,
            network_id: dispute.network_id,
            advertiser_id: dispute.advertiser_id,
            program_id: dispute.program_id,
            publisher_id: dispute.publisher_id,
            conversion_id: dispute.conversion_id,
            kind: dispute.kind,
            state: dispute.state,
            evidence: dispute.evidence.into(),
            messages: messages.collect(),
            opened_at: dispute.opened_at,
            deadline: dispute.deadline,
            overdue_at: dispute.overdue_at,
            answered_at: dispute.answered_at,
            outcome_conversion_id: dispute.outcome_conversion_id,
            commission_change: dispute.commission_change,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DisputeQuery {
    /// Only with this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only in this state.
    #[param(value_type = Option<shape::DisputeState>)]
    pub state: Option<DisputeState>,
    /// Only about this conversion.
    #[param(value_type = Option<String>)]
    pub conversion_id: Option<ConversionId>,
    /// `true` for those whose deadline was missed, `false` for the others.
    #[param(value_type = Option<bool>)]
    pub overdue: Option<YesNo>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

/// `true` or `false` in a query string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// `true`
    True,
    /// `false`
    False,
}
