//! Referrals: what publishers earn for having brought others.

pub mod list;

use app::awards::referred::ReferralSeen;
use model::{Money, PublisherId, ReferralId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shape;

/// What a publisher earns on the commission of another. The network pays it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralView {
    /// Id; the source of its transfers.
    #[schema(value_type = String, example = "rfr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: ReferralId,
    /// Who earns.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Whose commission it is a share of; absent on the second level for everybody but the operator.
    #[schema(value_type = Option<String>)]
    pub from_publisher_id: Option<PublisherId>,
    /// 1 for whoever brought him, 2 for whoever brought that one.
    pub level: i64,
    /// What it is worth on the whole commission.
    #[schema(value_type = shape::Money)]
    pub earned: Money,
    /// What of it is taken back, as the commission was.
    #[schema(value_type = shape::Money)]
    pub taken_back: Money,
    /// The newest decision with what it rests on; the operator sees it.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Value>,
    /// When it was first earned.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<ReferralSeen> for ReferralView {
    fn from(seen: ReferralSeen) -> Self {
        let ReferralSeen { referral, from_publisher_id, receipt } = seen;
        Self {
            id: referral.id,
            publisher_id: referral.publisher_id,
            from_publisher_id,
            level: referral.level,
            earned: referral.earned,
            taken_back: referral.taken_back,
            receipt: receipt.and_then(|text| serde_json::from_str(&text).ok()),
            at: referral.at,
        }
    }
}
