//! `POST /api/v1/payout_runs`

use std::sync::Arc;

use app::{
    command::Change,
    payouts::propose::{self, Proposal},
};
use model::{Currency, Timestamp, payout::PaymentMethod};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PayoutRunDetail;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// Who is to be paid.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutRunDraft {
    /// How.
    #[schema(value_type = shape::payout::PaymentMethod)]
    pub method: PaymentMethod,
    /// In which currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
    /// Everything posted before this moment is paid; now without it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub period_end: Option<Timestamp>,
}

/// Proposes a payout run: who is paid how much, and who is not paid and why. `dry_run` shows it and stores nothing.
#[utoipa::path(post, path = "/api/v1/payout_runs", tag = "payouts", request_body = PayoutRunDraft,
    responses((status = 201, description = "The proposal", body = PayoutRunDetail)))]
pub async fn create_payout_run(write: Write<PayoutRunDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |draft: &PayoutRunDraft, change: &mut Change<'_, '_>| {
        let proposal =
            Proposal { method: draft.method, currency: draft.currency, period_end: draft.period_end };
        propose::propose(change, &app.seal_keys, &app.snapshot.get(), &proposal)
    };
    write.run("payout_run.propose", effect, |seen| created(&PayoutRunDetail::from(seen))).await
}
