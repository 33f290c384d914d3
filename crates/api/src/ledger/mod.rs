//! The ledger: accounts with their sums, and the transfers that made them.

pub mod get_account;
pub mod list_accounts;
pub mod list_transfers;

use app::events::money::{AccountSeen, TransferSeen};
use model::{AdvertiserId, Currency, Money, PublisherId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::Cursor, query::Limit},
    shape,
};

/// An account of the ledger, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// The account's name.
    #[schema(example = "publisher:pub_06fw3q8z7k2n5c9t1x4v6b8m0p:USD")]
    pub account: String,
    /// `advertiser`, `publisher`, `fees`, `clearing`, `withheld`, `exchange` or `tax`.
    pub kind: &'static str,
    /// Whose it is, for an advertiser's.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Whose it is, for a publisher's.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Its currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// What stands: posted credits less posted debits.
    #[schema(value_type = shape::Money)]
    pub balance: Money,
    /// What is free to use: the balance less what is promised away.
    #[schema(value_type = shape::Money)]
    pub available: Money,
    /// Promised to it.
    #[schema(value_type = shape::Money)]
    pub credits_pending: Money,
    /// Received.
    #[schema(value_type = shape::Money)]
    pub credits_posted: Money,
    /// Promised away.
    #[schema(value_type = shape::Money)]
    pub debits_pending: Money,
    /// Given.
    #[schema(value_type = shape::Money)]
    pub debits_posted: Money,
}

impl From<AccountSeen> for AccountView {
    fn from(seen: AccountSeen) -> Self {
        Self {
            account: seen.key.to_string(),
            kind: seen.kind(),
            advertiser_id: seen.advertiser_id(),
            publisher_id: seen.publisher_id(),
            currency: seen.key.currency,
            balance: seen.money(seen.balance.posted()),
            available: seen.money(seen.balance.available()),
            credits_pending: seen.money(seen.balance.credits_pending),
            credits_posted: seen.money(seen.balance.credits_posted),
            debits_pending: seen.money(seen.balance.debits_pending),
            debits_posted: seen.money(seen.balance.debits_posted),
        }
    }
}

/// One immutable movement of money. It is known by its source and its number within it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferView {
    /// The conversion, touch, funding, payout, bonus, referral, exchange or invoice that caused it.
    #[schema(example = "cnv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub source: String,
    /// 0, 1, 2, ... within the source.
    pub sequence: u32,
    /// Which of the source's commission lines it belongs to.
    pub line: u16,
    /// `commission`, `fee`, `funding`, `payout`, `withholding`, `sold`, `bought` or `tax`.
    pub leg: &'static str,
    /// `pending`, `posted`, `post_pending` or `void_pending`.
    pub phase: &'static str,
    /// For posting or voiding a pending transfer: the number of that transfer.
    pub pending_sequence: Option<u32>,
    /// `earned`, `approved`, `rejected`, `reversed`, `touch_earned`, `funded`, `payout_reserved`, `paid_out`,
    /// `payout_returned`, `payout_corrected`, `reinstated`, `exchanged` or `taxed`.
    pub reason: &'static str,
    /// The account that gives; absent when it is not yours to see.
    pub debit: Option<String>,
    /// The account that receives; absent when it is not yours to see.
    pub credit: Option<String>,
    /// How much.
    #[schema(value_type = shape::Money)]
    pub amount: Money,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<TransferSeen> for TransferView {
    fn from(seen: TransferSeen) -> Self {
        let TransferSeen { transfer, debit, credit } = seen;
        Self {
            source: transfer.source.to_string(),
            sequence: transfer.sequence,
            line: transfer.line,
            leg: transfer.leg.word(),
            phase: transfer.phase.word(),
            pending_sequence: transfer.pending_sequence,
            reason: transfer.reason.word(),
            debit: debit.map(|key| key.to_string()),
            credit: credit.map(|key| key.to_string()),
            amount: transfer.amount,
            at: transfer.at,
        }
    }
}

/// A page of the list of accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountQuery {
    /// Only of this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// Filters of the list of transfers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TransferQuery {
    /// To and from this account. Everybody but the operator names an account or a source.
    pub account: Option<String>,
    /// Caused by this conversion, touch, funding, payout, bonus, referral, exchange or invoice.
    pub source: Option<String>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
