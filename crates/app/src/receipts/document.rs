//! The shape of a receipt as it is read: what a party sees of one conversion.
//!
//! A member that a party may not read is absent; nothing is blotted out half. Amounts are decimal texts with their
//! currency, shares are fractions, moments are UTC, so that the canonical form of [`super::canonical`] has no floating
//! point and no room for taste.

use engine::Identified;
use model::{
    AdvertiserId, Code, ContractId, ContractVersionId, ConversionId, LinkId, Money, NetworkId, PayoutTableId,
    ProgramId, PublisherGroupId, PublisherId, Share, Timestamp, TouchId,
    codes::{CodeInfo, Language},
    conversion::{ConversionReport, Reason, State},
    exchange::{ExchangeStep, Exchanged},
    touch::{LinkParameters, TouchKind},
};
use serde::{Deserialize, Serialize};

/// Number of the document's format; it grows when a member changes its meaning, not when one is added.
pub const FORMAT: u32 = 1;

/// A verdict with its sentences.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// The stable word.
    pub code: Code,
    /// Who can act on it.
    pub party: String,
    /// What it means, in English.
    pub en: String,
    /// The same in Vietnamese.
    pub vi: String,
    /// The same in Persian.
    pub fa: String,
}

impl From<Code> for Verdict {
    fn from(code: Code) -> Self {
        let CodeInfo { party, en, vi, fa, .. } = *code.info();
        let (party, en, vi, fa) = (party.word().to_owned(), en.to_owned(), vi.to_owned(), fa.to_owned());
        Self { code, party, en, vi, fa }
    }
}

/// A sentence in every language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
    /// Persian.
    pub fa: String,
}

impl From<Reason> for Words {
    fn from(reason: Reason) -> Self {
        let [en, vi, fa] =
            [Language::En, Language::Vi, Language::Fa].map(|language| reason.sentence(language).to_owned());
        Self { en, vi, fa }
    }
}

/// Money of a line or of several: the publisher reads his commission, the others also what stands beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Amounts {
    /// What publishers earn.
    pub commission: Money,
    /// What the network earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// What the advertiser pays: commission and fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Money>,
}

/// A receipt as one party reads it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Number of the format.
    pub format: u32,
    /// For whom it was made: `operator`, `advertiser` or `publisher`.
    pub viewer: String,
    /// The conversion and where it stands.
    pub conversion: ConversionPart,
    /// What was reported.
    pub report: ConversionReport,
    /// How the visitor was recognised.
    pub identified: Identified,
    /// The touches that it could have rested on, in time order.
    pub journey: Vec<TouchPart>,
    /// The contract versions that were looked at.
    pub contracts: Vec<ContractPart>,
    /// Who earns what.
    pub lines: Vec<LinePart>,
    /// What the caps had used at that moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapPart>,
    /// Where the publishers stood in the tiers of the rates that paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierPart>,
    /// Every decision, the first one first.
    pub decisions: Vec<DecisionPart>,
    /// Every movement of money.
    pub transfers: Vec<TransferPart>,
    /// The stored texts that the receipts' hashes are made of; only for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts: Option<Texts>,
}

/// A customer who came before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerPart {
    /// The conversion by which he came first; for a publisher only his own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<ConversionId>,
    /// When that was.
    pub since: Timestamp,
    /// In which month since then this conversion came, from 1 on, by the program's calendar.
    pub month: u32,
}

/// The conversion and where it stands now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConversionPart {
    /// Id.
    pub id: ConversionId,
    /// Network.
    pub network_id: NetworkId,
    /// Who reported it.
    pub advertiser_id: AdvertiserId,
    /// Program, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_id: Option<ProgramId>,
    /// The action's word.
    pub action: String,
    /// When it came.
    pub received_at: Timestamp,
    /// The moment that windows and contracts were judged at.
    pub judged_at: Timestamp,
    /// Order value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// State now.
    pub state: State,
    /// The verdict of the first decision.
    pub verdict: Verdict,
    /// The verdict with the particulars, in English.
    pub reason: String,
    /// Remarks that do not change the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Verdict>,
    /// Since when the customer is known, when he came before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerPart>,
    /// What everybody who is shown earns now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<Amounts>,
    /// How much of the order has been taken back.
    pub reversed: Share,
    /// When a pending one is approved by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_at: Option<Timestamp>,
    /// For a duplicate: the conversion that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ConversionId>,
}

/// One touch of the journey.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TouchPart {
    /// When it was received.
    pub at: Timestamp,
    /// Name of the publisher, or `another publisher`.
    pub publisher: String,
    /// `kept` when it earns, `dropped` when it does not.
    pub outcome: String,
    /// Why.
    pub verdict: Verdict,
    /// Its share of the conversion, when it earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Share>,
    /// What of it only its own publisher and those on the other side of the deal may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub particulars: Option<TouchParticulars>,
}

/// What identifies a touch and tells of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TouchParticulars {
    /// The touch.
    pub touch_id: TouchId,
    /// Its kind.
    pub kind: TouchKind,
    /// Its publisher.
    pub publisher_id: PublisherId,
    /// Its link.
    pub link_id: LinkId,
    /// The link's program.
    pub program_id: ProgramId,
    /// The verdict it got when it came.
    pub verdict: Verdict,
    /// False when only the signed click id tells of it.
    pub stored: bool,
    /// Its share of the customer's first conversion, when it earned that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won_customer: Option<Share>,
    /// The contract version that was in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_version_id: Option<ContractVersionId>,
    /// The frozen weights by which the conversion was shared, where it was shared by such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout_table_id: Option<PayoutTableId>,
    /// The publisher's weight among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u64>,
    /// Country of the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Kind of device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Host of the page the visitor came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer_host: Option<String>,
    /// Sub ids, source and the publisher's own click id: his and the operator's to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<LinkParameters>,
}

/// One version of a contract.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContractPart {
    /// The version.
    pub id: ContractVersionId,
    /// The contract.
    pub contract_id: ContractId,
    /// Number of the version within the contract.
    pub number: u32,
    /// Whose own contract it is; none for a group's and the program's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher_id: Option<PublisherId>,
    /// The group whose contract it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<PublisherGroupId>,
    /// From when it holds.
    pub valid_from: Timestamp,
    /// How it shares a commission among touches.
    pub payout_model: String,
    /// How long after a click a conversion of this action is its, in seconds; none when it does not pay the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_window_seconds: Option<u32>,
    /// The same for an impression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_window_seconds: Option<u32>,
    /// From the conversion to its automatic approval, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_seconds: Option<u32>,
}

/// Who earns what on the conversion by which rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinePart {
    /// Place among the lines of the conversion.
    pub line: u32,
    /// Who earns.
    pub publisher_id: PublisherId,
    /// Shown name.
    pub publisher: String,
    /// The touch that earned it.
    pub touch_id: TouchId,
    /// Its link.
    pub link_id: LinkId,
    /// The contract version that was applied.
    pub contract_version_id: ContractVersionId,
    /// The rule within it.
    pub rule: String,
    /// The rule in words: `7.5 % of the amount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_words: Option<String>,
    /// The same in every language, with the conditions and steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_says: Option<Words>,
    /// Share of the conversion.
    pub credit: Share,
    /// For an adjusting line: the number of the decision that added it, because a step of tiers was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjusted_by: Option<u32>,
    /// What was converted from currency to currency on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchange: Vec<ExchangePart>,
    /// As first decided.
    pub decided: Amounts,
    /// What is left after everything that was decided later.
    pub stands: Amounts,
}

/// One amount in another currency, step by step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExchangePart {
    /// What is converted: `order`, the order's value into the currency of the contract, or `charge`, the line's charge into
    /// the currency of the network.
    pub of: String,
    /// The amounts, and the exact rate with its day and how it was found.
    #[serde(flatten)]
    pub exchanged: Exchanged,
    /// The stored rates that it comes from.
    pub steps: Vec<ExchangeStep>,
    /// All of it in words.
    pub words: ExchangeWords,
}

/// A conversion of currency in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExchangeWords {
    /// In English.
    pub en: String,
    /// In Vietnamese.
    pub vi: String,
    /// In Persian.
    pub fa: String,
}

/// What one cap had used when the conversion was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CapPart {
    /// `program` or `publisher`.
    pub scope: String,
    /// What it counts.
    pub metric: model::contract::CapMetric,
    /// Over which stretch of the calendar.
    pub period: model::calendar::Period,
    /// When that began.
    pub since: Timestamp,
    /// What was used, for people: `999` or `12.50 USD`.
    pub used: String,
    /// What this conversion added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
}

/// Where a publisher stood in the tiers of a rate when the conversion was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TierPart {
    /// The rule.
    pub rule: String,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// What is counted.
    pub by: model::contract::TierMetric,
    /// Over which stretch of the calendar.
    pub period: model::calendar::Period,
    /// When that began.
    pub since: Timestamp,
    /// What stood before this conversion, for people: `99` or `1250.00 USD`.
    pub used: String,
    /// What this conversion added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// What was paid at that step, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_words: Option<String>,
    /// The step of retroactive tiers that this conversion reached, so that what came before is raised: `100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
}

/// To which step of retroactive tiers a conversion was raised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RaisePart {
    /// The rule.
    pub rule: String,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// What is counted.
    pub by: model::contract::TierMetric,
    /// Over which stretch of the calendar.
    pub period: model::calendar::Period,
    /// When that began.
    pub since: Timestamp,
    /// The threshold of the step, for people: `100` or `1250.00 USD`.
    pub from: String,
    /// What is paid from it on, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_words: Option<String>,
    /// Numbers of the lines that were added.
    pub lines: Vec<u32>,
}

/// One decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DecisionPart {
    /// 1 for the first.
    pub number: u32,
    /// `decided`, `approved`, `rejected`, `reversed`, `held`, `released`, `extended`, `reinstated` or `adjusted`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who: `engine`, `hold`, `tiers`, `user:…`, `key:…`.
    pub actor: String,
    /// Reason of the closed list, for decisions of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_words: Option<Words>,
    /// Their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// State after it.
    pub state: State,
    /// How much of the order is taken back after it.
    pub reversed: Share,
    /// The items that it took back; not for publishers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<crate::lifecycle::ItemPart>,
    /// For an extension: when it is approved by itself from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve_at: Option<Timestamp>,
    /// For an adjustment: the step of tiers that was reached; for a publisher only his own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<RaisePart>,
    /// What it changed for everybody who is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Amounts>,
    /// SHA-256 of the stored report, a zero byte and the stored receipt, in hex: the same for every party.
    pub receipt_sha256: String,
}

/// One movement of money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferPart {
    /// Number within the conversion.
    pub number: u32,
    /// The commission line.
    pub line: u32,
    /// `commission` or `fee`.
    pub leg: String,
    /// `pending`, `posted`, `post_pending` or `void_pending`.
    pub phase: String,
    /// The transfer that this one posts or voids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolves: Option<u32>,
    /// Why.
    pub reason: String,
    /// Account that gives.
    pub debit: String,
    /// Account that takes.
    pub credit: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// Stored texts, byte for byte.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Texts {
    /// The report.
    pub report: String,
    /// The receipt of each decision.
    pub receipts: Vec<String>,
}
