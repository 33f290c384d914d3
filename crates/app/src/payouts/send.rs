//! The file of a run for the bank. It is made once and kept, so that it is the same bytes whenever it is downloaded.

use model::{
    NetworkId, PayoutRunId, Timestamp,
    calendar::Zone,
    parties::Network,
    payout::{PaymentMethod, Payout, PayoutRunState, PayoutState},
};
use serde_json::json;
use store::{Tx, configuration, payouts as rows};

use super::{
    FileRow, PayoutRun,
    approve::advance,
    details,
    look::{RunSeen, seen},
    move_run, run_of,
    seal::{SealKeys, Sealed},
};
use crate::{
    access::{Actor, PAYOUT_APPROVE},
    command::Change,
    errors::Refusal,
};

/// A file as it goes to the bank.
pub use bank::file::BankFile;

/// What the seal of a run's file is bound to.
fn place(id: PayoutRunId) -> String {
    format!("file of {id}")
}

/// Makes the file of an approved run. From then on it counts as handed to the bank. A run that has its file keeps it.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn send(change: &mut Change<'_, '_>, keys: &SealKeys, id: PayoutRunId) -> Result<RunSeen, Refusal> {
    let mut run = run_of(change.tx, change.actor, id)?;
    PAYOUT_APPROVE.check_role(change.actor)?;
    match run.state {
        PayoutRunState::Sent | PayoutRunState::Settled => return seen(change.tx, keys, run),
        PayoutRunState::Approved => {}
        state => {
            let message = format!("the run is {}; only an approved run has a file", state.word());
            return Err(Refusal::state(message));
        }
    }
    move_run(change.tx, id, PayoutRunState::Approved, PayoutRunState::Sent)?;
    let all = rows::of_run(change.tx, id)?;
    let approved: Vec<Payout> =
        all.into_iter().filter(|payout| payout.state == PayoutState::Approved).collect();
    let file = write(change.tx, keys, &run, &approved)?;
    let Sealed { key_number, bytes } = keys.seal(&file.bytes, &place(id), change.entropy)?;
    let row = FileRow { name: file.name, media_type: file.media_type.to_owned() };
    rows::keep_file(change.tx, id, &row, (key_number, &bytes), change.now)?;
    for payout in approved {
        advance(change.tx, PayoutState::Approved, &Payout { state: PayoutState::Sent, ..payout })?;
    }
    change.audit(Some(run.network_id), &id, &json!({ "file": row.name }))?;
    run.state = PayoutRunState::Sent;
    run.sent_at = Some(change.now);
    run.file = Some(row);
    seen(change.tx, keys, run)
}

/// The file of a run, as it was made.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict` before it was made; storage errors.
pub fn file(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    actor: &Actor,
    id: PayoutRunId,
) -> Result<(FileRow, Vec<u8>), Refusal> {
    let run = run_of(tx, actor, id)?;
    PAYOUT_APPROVE.check_role(actor)?;
    let no_file = || Refusal::state("the run has no file yet; approve it and `send` it first");
    let row = run.file.ok_or_else(no_file)?;
    let (key_number, bytes) = rows::sealed_file(tx, id)?.ok_or_else(no_file)?;
    // The seal is bound to the run, so what opens is the file that was made.
    Ok((row, keys.open(&Sealed { key_number, bytes }, &place(id))?))
}

/// Makes the file and throws it away: whether it can be made.
pub(super) fn trial(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    run: &PayoutRun,
    payouts: &[Payout],
) -> Result<(), Refusal> {
    write(tx, keys, run, payouts).map(drop)
}

fn write(tx: &mut Tx<'_>, keys: &SealKeys, run: &PayoutRun, payouts: &[Payout]) -> Result<BankFile, Refusal> {
    let payer = details::payer(tx, keys, run.network_id)?;
    if payer.is_none() && run.method != PaymentMethod::Other {
        let message =
            "the network's own payment details are not set; the file must say from which account is paid";
        return Err(Refusal::state(message));
    }
    let approved_at = run.approved_at.ok_or_else(|| Refusal::state("the run is not approved"))?;
    let mut payments = Vec::with_capacity(payouts.len());
    for payout in payouts {
        let details = details::version(tx, keys, payout.publisher_id, payout.details_version)?.details;
        let amount = payout.amount().map_err(super::internal)?;
        payments.push(bank::file::Payment { id: payout.id.to_string(), details, amount });
    }
    let batch = bank::file::Batch {
        id: run.id.to_string(),
        method: run.method,
        payer: payer.map(|payer| payer.details),
        // To the second, without the zone: the file says itself that it is UTC.
        created: approved_at.to_string().chars().take(19).collect(),
        day: day(tx, run.network_id, approved_at)?,
        payments,
    };
    bank::file::write(&batch).map_err(|error| Refusal::state(error.to_string()))
}

/// The day of the approval where the network is.
fn day(tx: &mut Tx<'_>, network_id: NetworkId, at: Timestamp) -> Result<String, Refusal> {
    let network: Option<Network> = configuration::get(tx, network_id)?;
    let zone = network.map_or_else(Zone::utc, |network| network.zone);
    Ok(model::calendar::date_text(&zone, at))
}
