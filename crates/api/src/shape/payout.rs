//! Payments to publishers.

use serde::Serialize;
use utoipa::ToSchema;

/// Declares enums whose words are the model's.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // the words are documented in the model
        pub enum $name {
            $($word),+
        }
    )+};
}

words! {
    /// How a publisher is paid.
    PaymentMethod { Sepa, Iso20022, Ach, Other }
    /// What kind of account a bank in the United States keeps.
    BankAccountKind { Checking, Savings }
    /// Whether a person or a company holds an account.
    HolderKind { Person, Company }
    /// A day of the week.
    Weekday { Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday }
    /// Where a payout run stands.
    PayoutRunState { Proposed, Approved, Sent, Settled, Cancelled }
    /// Where one payment stands.
    PayoutState { Proposed, LeftOut, Approved, Sent, Confirmed, Failed, Returned, Cancelled }
    /// Why a publisher is not paid in a run.
    NotPaid {
        BelowMinimum, NoPaymentDetails, CoolDown, NegativeBalance, PublisherInactive, NotScheduled, OtherMethod,
        OtherCurrency, PayoutOpen, BalanceFell, DetailsChanged, NoExchangeRate,
    }
}

/// When a publisher is paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "every", rename_all = "snake_case")]
#[allow(missing_docs)] // documented in the model
pub enum PayoutSchedule {
    Week { weekday: Weekday },
    Month { day: u8 },
    Request,
}

/// An address in parts, as banks ask for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostalAddress {
    /// Street.
    pub street: Option<String>,
    /// Number of the building.
    pub building_number: Option<String>,
    /// Post code.
    pub post_code: Option<String>,
    /// Town.
    #[schema(example = "Hà Nội")]
    pub town: String,
    /// ISO 3166 country code of two letters.
    #[schema(example = "VN")]
    pub country: String,
}

/// Where a publisher's money goes, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentDetails {
    /// How he is paid.
    pub method: PaymentMethod,
    /// Who holds the account.
    #[schema(example = "Nguyễn Văn Đức")]
    pub holder: String,
    /// Person or company.
    pub holder_kind: HolderKind,
    /// Where the holder lives or is registered.
    pub address: PostalAddress,
    /// For `sepa`, and for `iso20022` where the country has them: the IBAN.
    #[schema(example = "DE89370400440532013000")]
    pub iban: Option<String>,
    /// For `iso20022`, and optional for `sepa`: the bank's BIC.
    pub bic: Option<String>,
    /// For `ach`: the bank's routing number.
    pub routing_number: Option<String>,
    /// For `ach`, and for `iso20022` without an IBAN: the account.
    pub account_number: Option<String>,
    /// For `ach`: what kind of account it is.
    pub account_kind: Option<BankAccountKind>,
    /// For `other`: what to do.
    pub instructions: Option<String>,
    /// Tax number.
    pub tax_id: Option<String>,
    /// Percent of each payout that is kept back as tax; the operator's to set.
    #[schema(example = "15")]
    pub withholding_percent: Option<String>,
    /// The currency he is paid in.
    #[schema(example = "EUR")]
    pub currency: String,
    /// When he is paid; on request without it.
    #[schema(value_type = Option<PayoutSchedule>)]
    pub schedule: PayoutSchedule,
    /// The least amount that is paid out, as decimal text.
    #[schema(example = "50.00")]
    pub minimum: Option<String>,
}

/// How a bank in the United States knows whoever sends it a NACHA file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AchOriginator {
    /// The bank's routing number.
    pub routing_number: String,
    /// The bank's name.
    pub bank_name: String,
    /// The company's number with the bank: up to 10 letters and digits.
    pub company_id: String,
}

/// The account that a network pays from.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayerDetails {
    /// Who holds the account.
    pub name: String,
    /// Where he is registered.
    pub address: PostalAddress,
    /// The account for `sepa` and `iso20022`.
    pub iban: Option<String>,
    /// The same without an IBAN.
    pub account_number: Option<String>,
    /// The bank's BIC.
    pub bic: Option<String>,
    /// What `ach` needs.
    pub ach: Option<AchOriginator>,
}
