//! Payment details: where a publisher's money goes, and the account that the network pays from. Account numbers are taken
//! whole and shown by their last four characters.

pub mod get_payer;
pub mod get_payment_details;
pub mod put_payer;
pub mod put_payment_details;
pub mod request_payout;

use app::payouts::details::{Opened, last_four};
use model::{
    Currency, NetworkId, PublisherId, Timestamp,
    payout::{
        BankAccountKind, HolderKind, PayerDetails, PaymentDetails, PaymentMethod, PayoutSchedule,
        PostalAddress,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape;

/// A publisher's payment details.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentDetailsView {
    /// Whose.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// 1, 2, 3, ...: every change is a new version.
    pub version: i64,
    /// How he is paid.
    #[schema(value_type = shape::payout::PaymentMethod)]
    pub method: PaymentMethod,
    /// Who holds the account.
    pub holder: String,
    /// Person or company.
    #[schema(value_type = shape::payout::HolderKind)]
    pub holder_kind: HolderKind,
    /// Where the holder lives or is registered.
    #[schema(value_type = shape::payout::PostalAddress)]
    pub address: PostalAddress,
    /// The end of the IBAN.
    #[schema(example = "••••3000")]
    pub iban: Option<String>,
    /// The end of the BIC.
    pub bic: Option<String>,
    /// The end of the routing number.
    pub routing_number: Option<String>,
    /// The end of the account number.
    pub account_number: Option<String>,
    /// What kind of account it is.
    #[schema(value_type = Option<shape::payout::BankAccountKind>)]
    pub account_kind: Option<BankAccountKind>,
    /// Whether there are instructions; they are not shown.
    pub has_instructions: bool,
    /// The end of the tax number.
    pub tax_id: Option<String>,
    /// Percent of each payout that is kept back as tax.
    pub withholding_percent: Option<String>,
    /// The currency he is paid in.
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
    /// When he is paid.
    #[schema(value_type = shape::payout::PayoutSchedule)]
    pub schedule: PayoutSchedule,
    /// The least amount that is paid out.
    pub minimum: Option<String>,
    /// Until when nothing is paid because the money's way was changed; `null` when it may be paid.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<Timestamp>,
    /// When this version was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl PaymentDetailsView {
    /// What is shown of a version at this moment.
    pub fn new(publisher_id: PublisherId, opened: Opened<PaymentDetails>, now: Timestamp) -> Self {
        let Opened { version, details, held_until, created_at, created_by } = opened;
        let tail = |number: &Option<String>| last_four(number.as_deref());
        Self {
            publisher_id,
            version,
            method: details.method,
            iban: tail(&details.iban),
            bic: tail(&details.bic),
            routing_number: tail(&details.routing_number),
            account_number: tail(&details.account_number),
            tax_id: tail(&details.tax_id),
            holder: details.holder,
            holder_kind: details.holder_kind,
            address: details.address,
            account_kind: details.account_kind,
            has_instructions: details.instructions.is_some(),
            withholding_percent: details.withholding_percent,
            currency: details.currency,
            schedule: details.schedule,
            minimum: details.minimum,
            held_until: Some(held_until).filter(|until| *until > now),
            created_at,
            created_by,
        }
    }
}

/// The account that a network pays from.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayerView {
    /// Whose.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// 1, 2, 3, ...
    pub version: i64,
    /// Who holds the account.
    pub name: String,
    /// Where he is registered.
    #[schema(value_type = shape::payout::PostalAddress)]
    pub address: PostalAddress,
    /// The end of the IBAN.
    pub iban: Option<String>,
    /// The end of the account number.
    pub account_number: Option<String>,
    /// The bank's BIC.
    pub bic: Option<String>,
    /// The name of the bank that takes NACHA files, when one does.
    pub ach_bank_name: Option<String>,
    /// When this version was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl PayerView {
    /// What is shown of a version.
    pub fn new(network_id: NetworkId, opened: Opened<PayerDetails>) -> Self {
        let Opened { version, details, created_at, created_by, .. } = opened;
        Self {
            network_id,
            version,
            iban: last_four(details.iban.as_deref()),
            account_number: last_four(details.account_number.as_deref()),
            name: details.name,
            address: details.address,
            bic: details.bic,
            ach_bank_name: details.ach.map(|originator| originator.bank_name),
            created_at,
            created_by,
        }
    }
}
