//! The decision on a referral: what a commission that stands is worth to whoever brought its publisher.
//!
//! The network pays it; nothing is deducted from the publisher. It is worked out on the commission as it was earned by then, with what a
//! tier raised later, and on what stands of it, so that whatever is taken back of the commission takes back exactly the difference: the whole of it takes back
//! the whole referral. A fixed sum stays until nothing of the commission stands.

use commission::CompiledReferral;
use model::{ConversionId, Money, MoneyError, PublisherId, ReferralTermsId, referral::ReferralLevel};
use serde::{Deserialize, Serialize};

/// Format that is written.
pub const FORMAT: u32 = 1;

/// What the decision on a referral rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralFacts {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// After which of its decisions.
    pub decision: u32,
    /// Who earned the commission.
    pub from_publisher_id: PublisherId,
    /// Who earns the referral.
    pub publisher_id: PublisherId,
    /// 1 for whoever brought him, 2 for whoever brought that one.
    pub level: u8,
    /// The terms that hold.
    pub terms_id: ReferralTermsId,
    /// What they say of the level.
    pub terms: ReferralLevel,
    /// The commission as it was earned by then.
    pub commission: Money,
    /// What of it stands.
    pub stands: Money,
}

/// The decision on a referral.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralDecision {
    /// What it is worth on the whole commission.
    pub earned: Money,
    /// What of it is taken back.
    pub taken_back: Money,
}

/// Decides a referral; `None` when the terms cannot be read.
///
/// # Errors
/// Amounts that do not fit.
pub fn decide(facts: &ReferralFacts) -> Result<Option<ReferralDecision>, MoneyError> {
    let Ok(level) = CompiledReferral::compile(&facts.terms) else { return Ok(None) };
    let (earned, stands) = (level.on(facts.commission)?, level.on(facts.stands)?);
    Ok(Some(ReferralDecision { earned, taken_back: earned.sub(stands)? }))
}

/// The receipt of a referral.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralReceipt {
    /// Number of the format.
    pub format: u32,
    /// What it rests on.
    pub facts: ReferralFacts,
    /// What it says.
    pub decision: ReferralDecision,
}

impl ReferralReceipt {
    /// The canonical text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a receipt holds only strings and numbers")
    }
    /// Takes the decision again from the recorded facts; `None` when that is not possible.
    pub fn recompute(&self) -> Option<ReferralDecision> {
        decide(&self.facts).ok().flatten()
    }
}
