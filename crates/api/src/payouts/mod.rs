//! Single payments to publishers.

pub mod confirm;
pub mod correct;
pub mod fail;
pub mod get;
pub mod list;

use app::payouts::{Replacement, look::PayoutSeen};
use model::{
    Money, PayoutId, PayoutRunId, PublisherId, Timestamp,
    payout::{NotPaid, PaymentMethod, PayoutState},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A payment to a publisher.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutView {
    /// Id; in the bank's file with `-` for `_`.
    #[schema(value_type = String, example = "pyt_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PayoutId,
    /// Its run.
    #[schema(value_type = String)]
    pub run_id: PayoutRunId,
    /// Who is paid.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Where it stands.
    #[schema(value_type = shape::payout::PayoutState)]
    pub state: PayoutState,
    /// How.
    #[schema(value_type = shape::payout::PaymentMethod)]
    pub method: PaymentMethod,
    /// The end of the account number.
    pub account: Option<String>,
    /// What could be paid of the period.
    #[schema(value_type = shape::Money)]
    pub payable: Money,
    /// What leaves the balance: `payable` floored to whole coins; the rest is carried forward.
    #[schema(value_type = shape::Money)]
    pub gross: Money,
    /// What of it is kept back as tax.
    #[schema(value_type = shape::Money)]
    pub withheld: Money,
    /// What the bank pays.
    #[schema(value_type = shape::Money)]
    pub amount: Money,
    /// Everything posted before this moment is covered.
    #[schema(value_type = String, format = DateTime)]
    pub period_end: Timestamp,
    /// Which version of the payment details it goes to.
    pub details_version: i64,
    /// Texts that the file writes in the Latin letters of banks.
    pub replaced: Vec<ReplacedView>,
    /// Why it was left out, failed or came back.
    pub reason: Option<String>,
    /// When it was approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// When it was confirmed, failed, came back or was given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settled_at: Option<Timestamp>,
}

/// A text that the bank gets in other letters.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplacedView {
    /// Which text.
    #[schema(example = "holder")]
    pub field: String,
    /// As it is.
    #[schema(example = "Nguyễn Văn Đức")]
    pub from: String,
    /// As the bank gets it.
    #[schema(example = "Nguyen Van Duc")]
    pub to: String,
}

impl From<Replacement> for ReplacedView {
    fn from(Replacement { field, from, to }: Replacement) -> Self {
        Self { field, from, to }
    }
}

impl From<PayoutSeen> for PayoutView {
    fn from(seen: PayoutSeen) -> Self {
        let PayoutSeen { payout, amount, method, account, replaced } = seen;
        Self {
            id: payout.id,
            run_id: payout.run_id,
            publisher_id: payout.publisher_id,
            state: payout.state,
            method,
            account,
            payable: payout.payable,
            gross: payout.gross,
            withheld: payout.withheld,
            amount,
            period_end: payout.period_end,
            details_version: payout.details_version,
            replaced: replaced.into_iter().map(ReplacedView::from).collect(),
            reason: payout.reason,
            approved_at: payout.approved_at,
            settled_at: payout.settled_at,
        }
    }
}

/// A sentence in three languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentenceView {
    /// English.
    pub en: &'static str,
    /// Vietnamese.
    pub vi: &'static str,
    /// Persian.
    pub fa: &'static str,
}

impl From<NotPaid> for SentenceView {
    fn from(reason: NotPaid) -> Self {
        let [en, vi, fa] = reason.sentences();
        Self { en, vi, fa }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PayoutQuery {
    /// Only of this run.
    #[param(value_type = Option<String>)]
    pub run_id: Option<PayoutRunId>,
    /// Only to this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// Only in this state.
    #[param(value_type = Option<shape::payout::PayoutState>)]
    pub state: Option<PayoutState>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
