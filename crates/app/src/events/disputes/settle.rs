//! The conversion of an accepted dispute: made by the decider after the answer is stored, and again by a job when that was
//! interrupted. The dispute's own delivery key keeps it from counting twice.

use std::sync::Arc;

use model::dispute::Dispute;
use store::disputes;

use super::{earns_alone, missing};
use crate::{App, errors::Refusal, events::report};

/// Hands the report of an accepted dispute to the decider. Doing it again changes nothing.
///
/// # Errors
/// `busy`, `outcome_unknown`; storage errors.
pub async fn settle(app: &App, mut dispute: Dispute) -> Result<Dispute, Refusal> {
    let (Some(report), Some(id)) = (dispute.report.clone(), dispute.outcome_conversion_id) else {
        return Ok(dispute);
    };
    if dispute.settled_at.is_some() {
        return Ok(dispute);
    }
    let answer = report::submit_as(app, id, *report, false).await?;
    let (made, publisher) = (answer.conversion_id, dispute.publisher_id);
    let alone = app.store.read("dispute.outcome", move |tx| earns_alone(tx, made, publisher)).await?;
    dispute.outcome_conversion_id = Some(made);
    dispute.commission_change = answer.commission.filter(|_| alone && answer.state.is_live());
    dispute.settled_at = Some(app.clock.now());
    dispute.changes += 1;
    let settled = dispute.clone();
    let stored = app.store.write("dispute.settle", move |tx| disputes::update(tx, &settled, false)).await?;
    if stored {
        return Ok(dispute);
    }
    // Somebody else settled it at the same moment, under the same key and so with the same outcome.
    let id = dispute.id;
    let now = app.store.read("dispute.get", move |tx| disputes::by_id(tx, id)).await?;
    now.ok_or_else(|| missing(id))
}

/// Makes the conversions of accepted disputes whose making was interrupted; answers how many.
///
/// # Errors
/// Storage errors.
pub async fn settle_interrupted(app: &Arc<App>, limit: u32) -> Result<usize, Refusal> {
    let open = app.store.read("disputes unsettled", move |tx| disputes::unsettled(tx, limit)).await?;
    let number = open.len();
    for dispute in open {
        let id = dispute.id;
        // One that cannot be settled must not keep the others waiting.
        if let Err(error) = settle(app, dispute).await {
            tracing::error!(dispute = %id, %error, "an accepted dispute could not be settled");
        }
    }
    Ok(number)
}
