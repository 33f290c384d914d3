//! Conversions: what came in, and the states a conversion goes through.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    arrival::Arrival, contract::CustomerKind, currency::Currency, ids::*, money::Money, time::Timestamp,
};

pub use crate::reason::Reason;

/// How a conversion reached us.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// Server to server, proven by token or signature.
    Postback,
    /// The pixel of a thank-you page.
    Pixel,
    /// The browser script.
    Script,
    /// The REST API.
    Api,
    /// A file.
    Import,
    /// An accepted dispute of a publisher.
    Dispute,
}

impl Intake {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Postback => "postback",
            Self::Pixel => "pixel",
            Self::Script => "script",
            Self::Api => "api",
            Self::Import => "import",
            Self::Dispute => "dispute",
        }
    }
    /// Whether the shop or the network itself said it, and not a visitor's browser, which says what its owner wants.
    pub const fn is_proven(self) -> bool {
        !matches!(self, Self::Pixel | Self::Script)
    }
}

/// One line of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Stock keeping unit.
    #[serde(default)]
    pub sku: String,
    /// Category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Pieces, above zero.
    #[serde(default = "one")]
    pub quantity: u32,
    /// Price of one piece, in the conversion's currency.
    pub price: String,
}

const fn one() -> u32 {
    1
}

/// What was reported, after reading and before deciding. All but the first four may be absent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConversionReport {
    /// Who reports.
    pub advertiser_id: AdvertiserId,
    /// The way it came.
    pub intake: Intake,
    /// The action's word, as sent.
    pub action: String,
    /// When it reached us.
    pub received_at: Timestamp,
    /// When it happened, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The program, when named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_id: Option<ProgramId>,
    /// The click id, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
    /// The browser's cookie (pixel and script only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<VisitorId>,
    /// The shop's own number of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Value after discounts, without tax and shipping, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Its currency, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Lines of the order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Coupon that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// When cart or checkout began, when the shop knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_started_at: Option<Timestamp>,
    /// When the visitor last clicked on the advertiser's own paid media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_click_at: Option<Timestamp>,
    /// Where that was, such as `search`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_click_channel: Option<String>,
    /// How the visitor last came to the advertiser's pages by himself, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// The advertiser's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// New or returning, when the advertiser knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerKind>,
    /// SHA-256 of the normalised e-mail address, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_sha256: Option<String>,
    /// `adv1` to `adv10`; publishers never see them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub adv: BTreeMap<String, String>,
    /// A test: decided and shown, never paid.
    #[serde(default)]
    pub test: bool,
    /// Idempotency key of the delivery, when one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The accepted dispute that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute_id: Option<DisputeId>,
}

/// Where a conversion stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Earned, waiting for the hold to end.
    Pending,
    /// Earned for good, unless the order is taken back.
    Approved,
    /// Not earned; the code says why.
    Rejected,
    /// Taken back as a whole after having been approved.
    Reversed,
    /// A second report of one business event; never paid.
    Duplicate,
    /// A test; never paid.
    Test,
    /// Earned, but kept from being approved by itself while somebody looks into it.
    Held,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Approved,
        Self::Rejected,
        Self::Reversed,
        Self::Duplicate,
        Self::Test,
        Self::Held,
    ];

    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Reversed => "reversed",
            Self::Duplicate => "duplicate",
            Self::Test => "test",
            Self::Held => "held",
        }
    }
    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
    /// True while the conversion earns.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Held | Self::Approved)
    }
    /// True while somebody may still approve or reject it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Held)
    }
}

/// What one publisher earns on one conversion by one rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommissionLine {
    /// Who earns.
    pub publisher_id: PublisherId,
    /// The touch that earned it.
    pub touch_id: TouchId,
    /// The link of the touch.
    pub link_id: LinkId,
    /// The version of the contract that was applied.
    pub contract_version_id: ContractVersionId,
    /// The rule within it.
    pub rule: String,
    /// Its share of the conversion, as `numerator/denominator`; shares of a conversion sum to 1.
    pub credit: crate::share::Share,
    /// What the publisher earns.
    pub commission: Money,
    /// The part of the commission that does not depend on the amount: it is taken back only when nothing
    /// of the order remains, the rest in proportion.
    pub fixed: Money,
    /// What the network earns.
    pub fee: Money,
    /// What was converted from currency to currency on the way, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Box<crate::exchange::LineExchange>>,
}

impl CommissionLine {
    /// What the advertiser pays: commission and fee.
    ///
    /// # Errors
    /// Overflow.
    pub fn charge(&self) -> Result<Money, crate::money::MoneyError> {
        self.commission.add(self.fee)
    }
}

/// The largest order, in units of its currency's scale (a thousand million dollars, a million million rial): far above
/// any real one, and far enough below the largest integer that sums over many of them fit.
pub const ORDER_UNITS_MAX: i64 = 1_000_000_000_000_000;

/// The most that one conversion may be worth when a browser reported it, which anybody can make say anything: a thousandth
/// of [`ORDER_UNITS_MAX`] (a million dollars).
pub const BROWSER_UNITS_MAX: i64 = ORDER_UNITS_MAX / 1_000;

/// The most pieces of one order, over all of its items.
pub const PIECES_MAX: u32 = 100_000;

/// The most that one conversion reported this way may be worth or cost, in units.
pub const fn units_max(intake: Intake) -> i64 {
    if intake.is_proven() { ORDER_UNITS_MAX } else { BROWSER_UNITS_MAX }
}

/// Reads amount and currency of a report. `Ok(None)` when no amount was sent.
///
/// # Errors
/// `currency_unknown` and `amount_invalid`, with a sentence for the sender.
pub fn order_value(
    report: &ConversionReport,
    default: Currency,
) -> Result<Option<Money>, (crate::Code, String)> {
    let currency = match &report.currency {
        None => default,
        Some(text) => text.parse().map_err(|error: crate::currency::CurrencyError| {
            (crate::Code::CurrencyUnknown, error.to_string())
        })?,
    };
    let Some(text) = &report.amount else { return Ok(None) };
    match Money::parse(text, currency) {
        Ok(amount) if amount.is_negative() => Err((
            crate::Code::AmountInvalid,
            format!("the amount {text} is negative; report a refund as a reversal"),
        )),
        Ok(amount) if amount.units() > units_max(report.intake) => {
            let most = Money::from_units(units_max(report.intake), currency);
            Err((
                crate::Code::AmountInvalid,
                format!("the amount {text} is above {most}, the most that one order may have"),
            ))
        }
        Ok(amount) => Ok(Some(amount)),
        Err(error) => Err((crate::Code::AmountInvalid, error.to_string())),
    }
}
