//! Contracts: the versioned agreement of a program with a publisher.
//!
//! A version is immutable; a change is a new version with its own first moment. A contract without a
//! publisher or group is the program's default and holds for whoever has none of his own or of a group. What kind
//! a rate is and what parameters it takes belongs to the registry of the `commission` crate, so here a
//! rate is its kind's word with a map of parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{bonus::BonusTerm, calendar::Period, currency::Currency, ids::*, time::Timestamp};

/// With whom a contract is agreed. The nearest one holds: a publisher's own before a group's before the default.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Everybody: the program's default.
    Everybody,
    /// The members of a group.
    Group(PublisherGroupId),
    /// One publisher.
    Publisher(PublisherId),
}

/// One immutable version of a contract.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContractVersion {
    /// Id of the version.
    pub id: ContractVersionId,
    /// The contract it is a version of.
    pub contract_id: ContractId,
    /// Its network.
    pub network_id: NetworkId,
    /// The program.
    pub program_id: ProgramId,
    /// The publisher; none for a group's contract and the program's default.
    pub publisher_id: Option<PublisherId>,
    /// The group; none for a publisher's own contract and the program's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<PublisherGroupId>,
    /// 1, 2, 3, ... within the contract.
    pub number: u32,
    /// From when it holds, until the next version does.
    pub valid_from: Timestamp,
    /// The agreement.
    pub terms: Terms,
    /// The template that it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<OfTemplate>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A version of a template, as it is named where it was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfTemplate {
    /// The template.
    pub id: ContractTemplateId,
    /// Number of its version.
    pub number: u32,
}

/// One immutable version of a template: terms that a program offers to publishers one by one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateVersion {
    /// Id of the version.
    pub id: ContractTemplateVersionId,
    /// The template it is a version of.
    pub template_id: ContractTemplateId,
    /// Its network.
    pub network_id: NetworkId,
    /// The program.
    pub program_id: ProgramId,
    /// 1, 2, 3, ... within the template.
    pub number: u32,
    /// Shown name.
    pub name: String,
    /// What it offers. Without a fee the one that stands when a contract begins with it is taken over.
    pub terms: Terms,
    /// Whether it is offered no more.
    #[serde(default)]
    pub retired: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

impl TemplateVersion {
    /// How it is named where it is used.
    pub const fn named(&self) -> OfTemplate {
        OfTemplate { id: self.template_id, number: self.number }
    }
}

impl ContractVersion {
    /// With whom it is agreed.
    pub const fn audience(&self) -> Audience {
        match (self.publisher_id, self.group_id) {
            (Some(publisher), _) => Audience::Publisher(publisher),
            (None, Some(group)) => Audience::Group(group),
            (None, None) => Audience::Everybody,
        }
    }
}

/// A publisher's acceptance of a contract version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContractAcceptance {
    /// Id.
    pub id: ContractAcceptanceId,
    /// The network.
    pub network_id: NetworkId,
    /// The contract.
    pub contract_id: ContractId,
    /// The version.
    pub version_id: ContractVersionId,
    /// Its number within the contract; an acceptance holds for later versions too, which come with notice.
    pub number: u32,
    /// Who accepted.
    pub publisher_id: PublisherId,
    /// When.
    pub accepted_at: Timestamp,
    /// Which person or key did it, as in the audit log.
    pub accepted_by: String,
    /// SHA-256, in hex, of the JSON of the terms as the publisher reads them: without the fee.
    pub terms_sha256: String,
}

/// The agreement itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Currency of commissions and fees.
    pub currency: Currency,
    /// How a commission is shared among the touches of a journey: a model of the `attribution` crate.
    #[serde(default = "last")]
    pub payout_model: String,
    /// Terms of each action; an action that is not listed is not paid (`terms_not_met`).
    #[serde(default)]
    pub actions: Vec<ActionTerms>,
    /// Rates of unique clicks and of impressions.
    #[serde(default)]
    pub touch_rates: Vec<RateTerm>,
    /// What the network earns on top of each commission.
    #[serde(default)]
    pub fee: Fee,
    /// Limits for this contract's publisher alone.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// Whether the publisher is paid for his own purchases.
    #[serde(default)]
    pub own_purchases: bool,
    /// Whether a conversion sooner after its click than `delay_seconds_min` is rejected instead of flagged.
    #[serde(default)]
    pub reject_too_fast: bool,
    /// Who wins when several could.
    #[serde(default, skip_serializing_if = "AttributionTerms::is_default")]
    pub attribution: AttributionTerms,
    /// Fixed sums on reaching something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bonuses: Vec<BonusTerm>,
    /// Whether this version ends the agreement: from its first moment on nothing is paid.
    #[serde(default)]
    pub ended: bool,
}

/// Who wins when several could, beside windows and the payout model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct AttributionTerms {
    /// Whether the publisher stands down for an earlier one when he came only after cart or checkout began.
    pub stand_down: StandDown,
    /// Whether a later click on the advertiser's own paid media displaces the publisher.
    pub paid_clicks_displace: bool,
    /// How many percent of the credit go to publishers who helped and did not win, in equal parts; at most 50. What each
    /// of them earns on his part is in his own contract.
    pub assist_percent: u8,
}

impl AttributionTerms {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Who stands down for an earlier publisher when he came only after cart or checkout began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum StandDown {
    /// Coupon, cashback and extension publishers.
    #[default]
    ByKind,
    /// This contract's publisher, whatever he is.
    Always,
    /// Not this contract's publisher.
    Never,
}

fn last() -> String {
    "last".to_owned()
}

/// Terms of one action.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionTerms {
    /// The action's word.
    pub action: String,
    /// Rates. Which of those that hold is applied says the `commission` crate: dated promotions before exceptions for
    /// items before all others, then the one with more conditions.
    pub rates: Vec<RateTerm>,
    /// How long after a click a conversion is still its, in seconds. Up to 365 days.
    #[serde(default = "thirty_days")]
    pub click_window_seconds: u32,
    /// How long after an impression; zero pays no views. Up to 30 days.
    #[serde(default)]
    pub view_window_seconds: u32,
    /// A conversion sooner after its click than this is flagged `too_fast`.
    #[serde(default)]
    pub delay_seconds_min: u32,
    /// From the conversion to automatic approval, in seconds; zero approves at once.
    #[serde(default = "thirty_days")]
    pub hold_seconds: u32,
    /// Whether a customer stays with the publisher who won him: his later conversions earn too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
}

/// For how long the later conversions of a customer earn for whoever earned his first one, whatever he clicked since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Recurring {
    /// So many months of the program's calendar, counted from the first conversion, which begins month 1; absent: for
    /// ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
}

/// A stretch of the months that a customer is a customer; his first conversion begins month 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// The first month that holds.
    #[serde(default = "first_month")]
    pub from: u32,
    /// The last month that holds; absent: every later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
}

const fn first_month() -> u32 {
    1
}

const fn thirty_days() -> u32 {
    30 * 86_400
}

/// One rate: what it needs and what it pays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RateTerm {
    /// Name of the rule within the contract; it stands on each commission line.
    pub rule: String,
    /// Word of a rate kind of the `commission` crate.
    pub kind: String,
    /// When the rate applies; empty always.
    #[serde(default)]
    pub when: Conditions,
    /// Steps by which the rate changes with what the publisher brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Tiers>,
    /// Parameters of the kind, such as `{"percent": "7.5"}` or `{"amount": "12.00"}`.
    #[serde(flatten)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

/// Steps by which a rate changes with what its publisher brings within a stretch of the program's calendar.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// What is counted.
    pub by: TierMetric,
    /// Over which stretch of the calendar; every one begins at nothing.
    pub per: Period,
    /// Whether a step that is reached also raises what the rule paid before it in the same stretch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retroactive: bool,
    /// The steps, the lowest first. Below the first one the rate's own parameters hold.
    pub steps: Vec<TierStep>,
}

/// What a tier counts, of what its rule has paid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierMetric {
    /// Accepted conversions.
    Conversions,
    /// The amounts that the rule was applied to.
    Revenue,
    /// Commission.
    Commission,
}

impl TierMetric {
    /// The number stored in keys; never changed.
    pub const fn number(self) -> u8 {
        match self {
            Self::Conversions => 1,
            Self::Revenue => 2,
            Self::Commission => 3,
        }
    }
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Conversions => "conversions",
            Self::Revenue => "revenue",
            Self::Commission => "commission",
        }
    }
    /// True when thresholds are amounts of money.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Revenue | Self::Commission)
    }
}

/// One step: from this threshold on the rate has these parameters.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TierStep {
    /// The threshold as decimal text: a whole number of conversions, or an amount in the currency of the terms.
    pub from: String,
    /// Parameters of the rate's kind from then on, such as `{"percent": "10"}`.
    #[serde(flatten)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

/// What must hold for a rate to apply. What is left out does not matter; of a list one entry must hold, and all that
/// is given must hold together. With `skus` or `categories` the rate is an exception for those items of an order; with
/// `from` or `until` it is a dated promotion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Only for new, or only for returning customers. Unknown customers match neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerKind>,
    /// Only in these months of the customer, for whom the action's terms must be `recurring`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<Months>,
    /// Coupons, of which one was used; small and capital letters are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupons: Option<Vec<String>>,
    /// Countries of the touch that earned, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<String>>,
    /// Devices of that touch: words of [`crate::targeting::DEVICES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub devices: Option<Vec<String>>,
    /// Values of `sub1` to `sub10` and `source` of that touch, by their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subs: Option<BTreeMap<String, Vec<String>>>,
    /// Stock keeping units: the rate pays these items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skus: Option<Vec<String>>,
    /// Categories: the rate pays their items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// The first moment of a promotion, judged at the moment of the conversion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The first moment after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Whether a customer bought before, as the advertiser says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// First purchase.
    New,
    /// Bought before.
    Returning,
}

impl CustomerKind {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
        }
    }
}

/// What the network earns on a commission: `percent` of it plus `fixed`, paid by the advertiser on top.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Percent of the commission as decimal text, up to four places, such as `"20"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// A fixed amount on each conversion that earns a commission, as decimal text in the terms' currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
}

/// What a cap counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapMetric {
    /// Counted clicks.
    Clicks,
    /// Accepted conversions.
    Conversions,
    /// Commission.
    Commission,
    /// Commission and fee.
    Charge,
}

impl CapMetric {
    /// The number stored in keys; never changed.
    pub const fn number(self) -> u8 {
        match self {
            Self::Clicks => 1,
            Self::Conversions => 2,
            Self::Commission => 3,
            Self::Charge => 4,
        }
    }
    /// True when the limit is an amount of money.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Commission | Self::Charge)
    }
}

/// A limit that is never overshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// What is counted.
    pub metric: CapMetric,
    /// Over which stretch of the program's calendar.
    pub period: Period,
    /// The limit as decimal text: a whole number for clicks and conversions, an amount for money (of the
    /// contract's currency; a program's money caps need `currency`).
    pub limit: String,
    /// Currency of a program's money cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Over whom a contract's cap counts; nothing is each publisher by himself. A program's cap counts over the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<CapOver>,
    /// A soft cap only counts and alerts.
    #[serde(default)]
    pub soft: bool,
    /// What becomes of a conversion that does not fit any more.
    #[serde(default, skip_serializing_if = "WhenReached::is_default")]
    pub when_reached: WhenReached,
    /// Whether clicks are let in evenly over the period: in each of its 24 equal parts so many that the limit is used up in
    /// step with the time. Conversions are judged by the whole limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub even: bool,
    /// At which percentages of the limit the parties are told, once in each period; nothing tells at 100.
    #[serde(default = "at_the_limit", skip_serializing_if = "is_at_the_limit")]
    pub alert_at: Vec<u16>,
}

/// Over whom a contract's cap counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapOver {
    /// Each publisher by himself.
    Publisher,
    /// All publishers together that the contract is with: those of its group, or everybody.
    Together,
    /// Each value of a publisher's first sub id by itself; touches without one are counted as one value. So do the others.
    Sub1,
    /// Each value of the second sub id.
    Sub2,
    /// Each value of the third sub id.
    Sub3,
    /// Each value of the fourth sub id.
    Sub4,
    /// Each value of the fifth sub id.
    Sub5,
    /// Each value of the sixth sub id.
    Sub6,
    /// Each value of the seventh sub id.
    Sub7,
    /// Each value of the eighth sub id.
    Sub8,
    /// Each value of the ninth sub id.
    Sub9,
    /// Each value of the tenth sub id.
    Sub10,
    /// Each value of a publisher's source.
    Source,
}

impl CapOver {
    /// Everything that a cap can count over. The place is the number in stored keys, so the list only grows.
    pub const ALL: [Self; 13] = [
        Self::Publisher,
        Self::Together,
        Self::Sub1,
        Self::Sub2,
        Self::Sub3,
        Self::Sub4,
        Self::Sub5,
        Self::Sub6,
        Self::Sub7,
        Self::Sub8,
        Self::Sub9,
        Self::Sub10,
        Self::Source,
    ];

    /// The word in terms; for a sub id also the name of the parameter.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Together => "together",
            Self::Sub1 => "sub1",
            Self::Sub2 => "sub2",
            Self::Sub3 => "sub3",
            Self::Sub4 => "sub4",
            Self::Sub5 => "sub5",
            Self::Sub6 => "sub6",
            Self::Sub7 => "sub7",
            Self::Sub8 => "sub8",
            Self::Sub9 => "sub9",
            Self::Sub10 => "sub10",
            Self::Source => "source",
        }
    }

    /// The number in stored keys.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// Where a cap tells when nothing else is said: at its limit.
pub fn at_the_limit() -> Vec<u16> {
    vec![100]
}

fn is_at_the_limit(percents: &[u16]) -> bool {
    percents == [100]
}

/// What becomes of a conversion that does not fit under a hard cap any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenReached {
    /// It is rejected as `cap_reached`: the cap is never overshot.
    #[default]
    Reject,
    /// It is paid if its click was counted, which happened before the cap was reached; the receipt shows the overrun.
    Honour,
    /// It is kept `held` with the verdict `cap_held`, and a person approves or rejects it.
    Hold,
}

impl WhenReached {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
