//! The terms of a contract version.

use serde::Serialize;
use utoipa::ToSchema;

use super::{BonusPayer, CustomerKind, Period, StandDown, TierMetric, program::Cap};

/// The agreement itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    /// Currency of commissions and fees.
    #[schema(example = "USD")]
    pub currency: String,
    /// How a commission is shared among the touches of a journey: `last`, `first`, `linear`, `position`, `time_decay`, `shapley`
    /// (publishers equally), `markov` (publishers by the weights that were frozen for the program).
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
    /// Who wins when several could.
    #[schema(required = false)]
    pub attribution: AttributionTerms,
    /// Fixed sums on reaching something, once in each period.
    #[schema(required = false)]
    pub bonuses: Vec<BonusTerm>,
    /// Whether the agreement has ended: no pay at all.
    #[schema(required = false, default = false)]
    pub ended: bool,
}

/// A fixed sum once what was approved reaches a threshold, once in each stretch of the calendar; see
/// docs/guides/bonuses-and-referrals.md.
#[derive(Debug, Serialize, ToSchema)]
pub struct BonusTerm {
    /// Its name within the contract. A later version that keeps it goes on counting.
    #[schema(example = "first hundred")]
    pub bonus: String,
    /// What is counted.
    pub by: TierMetric,
    /// `day`, `week`, `month`, `quarter` or `total`, which pays once for ever.
    pub per: Period,
    /// What is to be reached: a whole number of conversions, or an amount in the currency of the terms.
    #[schema(example = "100")]
    pub reach: String,
    /// What is paid then, in the currency of the terms.
    #[schema(example = "50.00")]
    pub amount: String,
    /// Count only conversions of this action.
    pub action: Option<String>,
    /// Who pays.
    #[schema(required = false)]
    pub paid_by: BonusPayer,
}

/// Who wins when several could, beside windows and the payout model.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributionTerms {
    /// Whether the publisher stands down for an earlier one when he came only after cart or checkout began.
    #[schema(required = false)]
    pub stand_down: StandDown,
    /// Whether a later click on the advertiser's own paid media displaces the publisher.
    #[schema(required = false, default = false)]
    pub paid_clicks_displace: bool,
    /// How many percent of the credit go to publishers who helped and did not win, in equal parts; at most 50.
    #[schema(required = false, default = 0, maximum = 50)]
    pub assist_percent: u8,
}

/// Terms of one action.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionTerms {
    /// The action's word.
    #[schema(example = "order")]
    pub action: String,
    /// Rates. Of those that hold one is applied: dated promotions before exceptions for items before all others, then the
    /// one with more conditions, the promotion that began later, the one that pays more here, the first listed.
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
    /// Whether a customer stays with the publisher who won him: his later conversions of this action, known by his
    /// `customer_id`, earn too. Absent: they do not.
    pub recurring: Option<Recurring>,
}

/// For how long the later conversions of a customer earn for whoever earned his first one, whatever he clicked since.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recurring {
    /// So many months of the program's calendar, counted from the first conversion, which begins month 1; absent: for
    /// ever.
    #[schema(minimum = 1, maximum = 600, example = 12)]
    pub months: Option<u32>,
}

/// A stretch of the months that a customer is a customer; his first conversion begins month 1.
#[derive(Debug, Serialize, ToSchema)]
pub struct Months {
    /// The first month that holds.
    #[schema(required = false, default = 1, minimum = 1)]
    pub from: u32,
    /// The last month that holds; absent: every later one.
    pub to: Option<u32>,
}

/// One rate: what it needs and what it pays. The kind's own parameters stand beside `kind`, such as
/// `"percent": "7.5"` or `"amount": "12.00"`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateTerm {
    /// Name of the rule within the contract; it stands on each commission line.
    #[schema(example = "standard")]
    pub rule: String,
    /// `fixed`, `percent`, `fixed_percent`, `per_item`; for touches `per_click`, `per_mille`. docs/guides/rates.md explains them.
    #[schema(example = "percent")]
    pub kind: String,
    /// When the rate applies; empty always.
    #[schema(required = false)]
    pub when: Conditions,
    /// Steps by which the rate changes with what the publisher brings.
    pub tiers: Option<Tiers>,
    /// Parameters of the kind.
    #[serde(flatten)]
    pub parameters: std::collections::BTreeMap<String, String>,
}

/// Steps by which a rate changes with what its publisher brings within a stretch of the program's calendar. What stood
/// before a conversion tells its step: the one that reaches a threshold is still paid by the old rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tiers {
    /// What is counted.
    pub by: TierMetric,
    /// Over which stretch of the calendar: `day`, `week`, `month`, `quarter` or `total`; every one begins at nothing.
    pub per: Period,
    /// Whether a step that is reached also raises what the rule paid before it in the same stretch, by adjusting lines.
    #[schema(required = false, default = false)]
    pub retroactive: bool,
    /// The steps, the lowest first. Below the first one the rate's own parameters hold.
    pub steps: Vec<TierStep>,
}

/// One step: from this threshold on the rate has the parameters that stand beside it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierStep {
    /// The threshold: a whole number of conversions, or an amount in the currency of the terms.
    #[schema(example = "100")]
    pub from: String,
    /// Parameters of the rate's kind from then on, such as `"percent": "10"`.
    #[serde(flatten)]
    pub parameters: std::collections::BTreeMap<String, String>,
}

/// What must hold for a rate to apply. What is left out does not matter; of a list one entry must hold, and all that
/// is given must hold together. With `skus` or `categories` the rate is an exception for those items of an order; with
/// `from` or `until` it is a dated promotion.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conditions {
    /// Only for new, or only for returning customers. Unknown customers match neither.
    pub customer: Option<CustomerKind>,
    /// Only in these months of the customer, for whom the action's terms must be `recurring`.
    pub months: Option<Months>,
    /// Coupons, of which one was used; small and capital letters are the same.
    pub coupons: Option<Vec<String>>,
    /// Countries of the touch that earned, ISO 3166-1 alpha-2.
    pub countries: Option<Vec<String>>,
    /// Devices of that touch: `desktop`, `mobile`, `tablet`, `tv`, `console`.
    pub devices: Option<Vec<String>>,
    /// Values of `sub1` to `sub10` and `source` of that touch, by their names.
    pub subs: Option<std::collections::BTreeMap<String, Vec<String>>>,
    /// Stock keeping units: the rate pays these items.
    pub skus: Option<Vec<String>>,
    /// Categories: the rate pays their items.
    pub categories: Option<Vec<String>>,
    /// The first moment of a promotion, judged at the moment of the conversion.
    pub from: Option<String>,
    /// The first moment after it.
    pub until: Option<String>,
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
