//! Schedules that are due: one delivery for each receiver and due moment, in the transaction that says when it is due next. So a crash,
//! or two workers at once, make nothing missing and nothing twice.

use model::{DeliveryId, Entropy, Timestamp};
use store::{
    Tx,
    deliveries::{self, Delivery},
    outputs::{self, OutputRow},
};

use super::{
    kept::{Kept as _, object, of_network},
    parcel::{Parcel, ReportParcel, wanted},
    reports::{SavedReport, Schedule},
};
use crate::{App, snapshot::Snapshot};

/// Schedules that are looked at in one transaction.
const BATCH: u32 = 50;
/// How long after its moment a report is made: everything that was booked before is committed then, and in reports.
const SETTLE_SECONDS: i64 = 30;

/// Has everything sent that is due; answers with how many schedules were.
///
/// # Errors
/// Storage errors.
pub async fn send_due(app: &App) -> store::Result<usize> {
    let (now, entropy, snapshot) = (app.clock.now(), app.entropy.clone(), app.snapshot.get());
    let work = app.store.write("send what is due", move |tx| {
        let rows = outputs::due(tx, now, BATCH)?;
        for row in rows.iter().filter(|row| row.kind == Schedule::KIND) {
            send(tx, &snapshot, &*entropy, row)?;
        }
        Ok::<_, store::Error>(rows.len())
    });
    work.await
}

fn send(tx: &mut Tx<'_>, snapshot: &Snapshot, entropy: &dyn Entropy, row: &OutputRow) -> store::Result<()> {
    let schedule: Schedule = object(row)?;
    let Some(due_at) = row.due_at else { return Ok(()) };
    if !outputs::set_due(tx, &row.id, due_at, schedule.when.after(due_at))? {
        return Ok(());
    }
    let saved = of_network::<SavedReport>(tx, row.network_id, schedule.saved_report_id.bytes())?;
    let saved = saved.map(|(_, saved)| saved);
    let zone = snapshot.networks.get(&row.network_id).map(|network| network.zone.clone());
    let request = saved.as_ref().zip(zone).map(|(saved, zone)| saved.request.settled(&zone, due_at));
    let parcel = ReportParcel {
        schedule_id: schedule.id,
        name: saved.as_ref().map_or_else(String::new, |saved| saved.name.clone()),
        request,
        side: saved.and_then(|saved| saved.side),
        format: schedule.format,
        language: schedule.language,
        membership: schedule.membership.clone(),
        user_id: row.user_id,
        due_at,
    };
    let body = Parcel::Report(Box::new(parcel)).text()?;
    let delivery = |channel: &str, target: String| -> Delivery {
        let key = format!("{} {} {channel} {target}", schedule.id, due_at.as_micros());
        let times = (DeliveryId::new(due_at, entropy), due_at, due_at.plus_seconds(SETTLE_SECONDS));
        wanted((row.network_id, &row.party), (key, channel, target), times, body.clone())
    };
    let mails = schedule.mails.iter().map(|mail| delivery("mail", mail.clone()));
    let webhooks = schedule.webhook_ids.iter().map(|id| delivery("webhook", id.to_string()));
    deliveries::want(tx, &mails.chain(webhooks).collect::<Vec<_>>())
}

/// When a schedule is due next.
///
/// # Errors
/// Storage errors.
pub fn next_of(tx: &mut Tx<'_>, schedule: &Schedule) -> store::Result<Option<Timestamp>> {
    Ok(outputs::by_id(tx, Schedule::KIND, schedule.id.bytes())?.and_then(|row| row.due_at))
}
