//! Disputes: what a publisher holds against a decision, or against there being none.

use serde::{Deserialize, Serialize};

use crate::{conversion::ConversionReport, ids::*, money::Money, time::Timestamp};

/// What the publisher says is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeKind {
    /// A result that he brought was never reported.
    Untracked,
    /// It was reported, but not as it was.
    Incorrect,
    /// It was rejected or taken back without a good reason.
    Declined,
}

impl DisputeKind {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Untracked => "untracked",
            Self::Incorrect => "incorrect",
            Self::Declined => "declined",
        }
    }
}

/// Where a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// Waits for the advertiser or the operator.
    Open,
    /// Waits for the publisher's reply to a question.
    NeedsInfo,
    /// The publisher was right.
    Accepted,
    /// He was not.
    Declined,
}

impl DisputeState {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::NeedsInfo => "needs_info",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
    /// True until it is accepted or declined.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::NeedsInfo)
    }
}

/// What the publisher knows of the result.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The action's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The shop's number of the order, as the customer was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Order value as decimal text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The click id that went to the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
    /// The publisher's link that was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_id: Option<LinkId>,
    /// The page that the visitor came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
}

/// What was said at one moment, and by which side.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DisputeMessage {
    /// When.
    pub at: Timestamp,
    /// `publisher`, `advertiser` or `network`.
    pub side: String,
    /// State after it.
    pub state: DisputeState,
    /// The words.
    pub text: String,
}

/// A dispute.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Dispute {
    /// Id.
    pub id: DisputeId,
    /// Its network.
    pub network_id: NetworkId,
    /// Who answers.
    pub advertiser_id: AdvertiserId,
    /// The program.
    pub program_id: ProgramId,
    /// Who disputes.
    pub publisher_id: PublisherId,
    /// The conversion that it is about; none when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_id: Option<ConversionId>,
    /// What is wrong.
    pub kind: DisputeKind,
    /// Where it stands.
    pub state: DisputeState,
    /// What the publisher knows.
    #[serde(default)]
    pub evidence: Evidence,
    /// What was said, the publisher's opening words first, the answer last.
    pub messages: Vec<DisputeMessage>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it is to be answered.
    pub deadline: Timestamp,
    /// When that was missed; nothing is decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_at: Option<Timestamp>,
    /// When it was accepted or declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// The conversion that was made, or corrected, because it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_conversion_id: Option<ConversionId>,
    /// The report of the conversion that is made; the conversion exists once it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<ConversionReport>>,
    /// When the conversion of `report` was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// What the conversion earned more, or less, at the moment of the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission_change: Option<Money>,
    /// How often the record was changed.
    pub changes: u32,
}
