//! The terms of a contract version.

use serde::Serialize;
use utoipa::ToSchema;

use super::{CustomerKind, program::Cap};

/// The agreement itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    /// Currency of commissions and fees.
    #[schema(example = "USD")]
    pub currency: String,
    /// How a commission is shared among the touches of a journey: `last`, `first`, `linear`, `position`, `time_decay`.
    #[schema(required = false, default = "last")]
    pub payout_model: String,
    /// Terms of each action; an action that is not listed is not paid (`terms_not_met`).
    #[schema(required = false)]
    pub actions: Vec<ActionTerms>,
    /// Rates of unique clicks and of impressions.
    #[schema(required = false)]
    pub touch_rates: Vec<RateTerm>,
    /// What the network earns on top of each commission. Publishers do not see it.
    #[schema(required = false)]
    pub fee: Fee,
    /// Limits for this contract's publisher alone.
    #[schema(required = false)]
    pub caps: Vec<Cap>,
    /// Whether the publisher is paid for his own purchases.
    #[schema(required = false, default = false)]
    pub own_purchases: bool,
    /// Whether a conversion sooner after its click than `delay_seconds_min` is rejected instead of flagged.
    #[schema(required = false, default = false)]
    pub reject_too_fast: bool,
    /// Whether the agreement has ended: no pay at all.
    #[schema(required = false, default = false)]
    pub ended: bool,
}

/// Terms of one action.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionTerms {
    /// The action's word.
    #[schema(example = "order")]
    pub action: String,
    /// Rates; the one with the most conditions that hold is applied (then the first listed).
    pub rates: Vec<RateTerm>,
    /// How long after a click a conversion is still its, in seconds. Up to 365 days.
    #[schema(required = false, default = 2_592_000)]
    pub click_window_seconds: u32,
    /// How long after an impression; zero pays no views. Up to 30 days.
    #[schema(required = false, default = 0)]
    pub view_window_seconds: u32,
    /// A conversion sooner after its click than this is flagged `too_fast`.
    #[schema(required = false, default = 0)]
    pub delay_seconds_min: u32,
    /// From the conversion to automatic approval, in seconds; zero approves at once.
    #[schema(required = false, default = 2_592_000)]
    pub hold_seconds: u32,
}

/// One rate: what it needs and what it pays. The kind's own parameters stand beside `kind`, such as
/// `"percent": "7.5"` or `"amount": "12.00"`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateTerm {
    /// Name of the rule within the contract; it stands on each commission line.
    #[schema(example = "standard")]
    pub rule: String,
    /// `fixed`, `percent`, ...: docs/ARCHITECTURE.md lists the kinds.
    #[schema(example = "percent")]
    pub kind: String,
    /// When the rate applies; empty always.
    #[schema(required = false)]
    pub when: Conditions,
    /// Parameters of the kind.
    #[serde(flatten)]
    pub parameters: std::collections::BTreeMap<String, String>,
}

/// What must hold for a rate to apply.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conditions {
    /// Only for new, or only for returning customers. Unknown customers match neither.
    pub customer: Option<CustomerKind>,
}

/// What the network earns on a commission: `percent` of it plus `fixed`, paid by the advertiser on top.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fee {
    /// Percent of the commission as decimal text, up to four places.
    #[schema(example = "20")]
    pub percent: Option<String>,
    /// A fixed amount on each conversion that earns a commission, as decimal text in the terms' currency.
    pub fixed: Option<String>,
}
