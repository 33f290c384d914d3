//! Payout runs: proposed, approved by a second person, sent to the bank, settled.

pub mod approve;
pub mod cancel;
pub mod confirm;
pub mod create;
pub mod file;
pub mod get;
pub mod list;
pub mod report;
pub mod send;

use app::{
    payouts::{PayoutRun, look::RunSeen, propose::LeftOut, settle::Reported},
    storage::PayoutExchange,
};
use model::{
    Currency, ExchangeId, Money, PayoutId, PayoutRunId, PublisherId, Timestamp,
    exchange::{AppliedRate, ExchangeStep},
    payout::{NotPaid, PaymentMethod, PayoutRunState},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    payouts::{PayoutView, SentenceView},
    shape,
};

/// A payout run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutRunView {
    /// Id; the message id of its file, with `-` for `_`.
    #[schema(value_type = String, example = "pyr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PayoutRunId,
    /// Where it stands.
    #[schema(value_type = shape::payout::PayoutRunState)]
    pub state: PayoutRunState,
    /// How everybody in it is paid.
    #[schema(value_type = shape::payout::PaymentMethod)]
    pub method: PaymentMethod,
    /// In which currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
    /// Everything posted before this moment is paid.
    #[schema(value_type = String, format = DateTime)]
    pub period_end: Timestamp,
    /// When it was proposed.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// By whom.
    #[schema(example = "user:usr_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub proposed_by: String,
    /// When it was approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// By whom.
    pub approved_by: Option<String>,
    /// When its file was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// Its file, once it was made.
    pub file: Option<PayoutFileView>,
}

/// The file of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutFileView {
    /// A name to save it under.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Where it is.
    pub url: String,
}

/// A run with its payments, and with who is not paid.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutRunDetail {
    /// The run.
    #[serde(flatten)]
    pub run: PayoutRunView,
    /// The sum that the bank pays, over all payments that are not left out.
    #[schema(value_type = shape::Money)]
    pub total: Money,
    /// The payments.
    pub payouts: Vec<PayoutView>,
    /// Balances in other currencies that are changed into the run's, by the stored rate of the day of the proposal.
    pub exchanges: Vec<RunExchangeView>,
    /// Who has a balance and is not paid.
    pub not_paid: Vec<NotPaidView>,
}

/// A balance that a run changes into its currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunExchangeView {
    /// The payment that it is for.
    #[schema(value_type = String)]
    pub payout_id: PayoutId,
    /// Whose balance.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// What is given.
    #[schema(value_type = shape::Money)]
    pub sold: Money,
    /// What is taken, rounded towards zero.
    #[schema(value_type = shape::Money)]
    pub bought: Money,
    /// The rate: an exact `fraction`, its `day`, and how it was `found`.
    #[schema(value_type = Object)]
    pub rate: Option<AppliedRate>,
    /// The stored rates that it comes from.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<ExchangeStep>,
    /// The exchange that it became when the run was approved.
    #[schema(value_type = Option<String>)]
    pub exchange_id: Option<ExchangeId>,
}

impl From<PayoutExchange> for RunExchangeView {
    fn from(row: PayoutExchange) -> Self {
        Self {
            payout_id: row.payout_id,
            publisher_id: row.publisher_id,
            sold: row.sold,
            bought: row.bought,
            rate: row.path.applied(),
            steps: row.path.steps,
            exchange_id: row.exchange_id,
        }
    }
}

/// A publisher with a balance who is not paid in a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotPaidView {
    /// Who.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// What stands on the account.
    #[schema(value_type = shape::Money)]
    pub balance: Money,
    /// Why.
    #[schema(value_type = shape::payout::NotPaid)]
    pub reason: NotPaid,
    /// The same in words.
    pub sentence: SentenceView,
}

impl From<PayoutRun> for PayoutRunView {
    fn from(run: PayoutRun) -> Self {
        let file = run.file.map(|file| PayoutFileView {
            url: format!("/api/v1/payout_runs/{}/file", run.id),
            name: file.name,
            media_type: file.media_type,
        });
        Self {
            id: run.id,
            state: run.state,
            method: run.method,
            currency: run.currency,
            period_end: run.period_end,
            proposed_at: run.proposed_at,
            proposed_by: run.proposed_by,
            approved_at: run.approved_at,
            approved_by: run.approved_by,
            sent_at: run.sent_at,
            file,
        }
    }
}

impl From<RunSeen> for PayoutRunDetail {
    fn from(RunSeen { run, payouts, exchanges, not_paid }: RunSeen) -> Self {
        let paid = payouts.iter().filter(|seen| seen.payout.state != model::payout::PayoutState::LeftOut);
        // A sum that does not fit would not have been stored either.
        let total = paid.fold(Money::zero(run.currency), |sum, seen| sum.add(seen.amount).unwrap_or(sum));
        let not_paid = not_paid.into_iter().map(|LeftOut { publisher_id, reason, balance }| NotPaidView {
            publisher_id,
            balance,
            reason,
            sentence: reason.into(),
        });
        Self {
            total,
            payouts: payouts.into_iter().map(PayoutView::from).collect(),
            exchanges: exchanges.into_iter().map(RunExchangeView::from).collect(),
            not_paid: not_paid.collect(),
            run: run.into(),
        }
    }
}

/// What a report did.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankReportView {
    /// Payment by payment.
    pub lines: Vec<ReportLineView>,
}

/// What a report did to one payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportLineView {
    /// The payment, as the report named it.
    pub payout_id: String,
    /// `confirmed`, `failed`, `unchanged`, `under_way`, `unknown`, or `conflict`: it contradicts what was known, and a person
    /// must decide.
    pub effect: &'static str,
    /// Words to it.
    pub message: String,
}

impl From<Vec<Reported>> for BankReportView {
    fn from(lines: Vec<Reported>) -> Self {
        let line = |Reported { payout, effect, message }| ReportLineView {
            payout_id: payout,
            effect: app::payouts::settle::Effect::word(effect),
            message,
        };
        Self { lines: lines.into_iter().map(line).collect() }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PayoutRunQuery {
    /// Only in this state.
    #[param(value_type = Option<shape::payout::PayoutRunState>)]
    pub state: Option<PayoutRunState>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
