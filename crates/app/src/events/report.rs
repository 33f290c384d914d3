//! Conversions reported by the API, by an advertiser's people and keys.

use std::sync::Arc;

use model::{AdvertiserId, ConversionId, Timestamp, conversion::ConversionReport};
use store::{Tx, conversions};

use crate::{
    App,
    access::{Actor, CONVERSION_CREATE},
    errors::{ErrorCode, Refusal},
    intake::{Answer, ConversionAnswer, ConversionDraft, Event, Parts, SubmitError, run_batch},
    metrics::Metrics,
    snapshot::Snapshot,
};

/// The longest text of one field, in bytes.
pub const FIELD_BYTES_MAX: usize = 1_000;
/// The most lines of an order.
pub const ITEMS_MAX: usize = 500;

/// Which advertiser a report is of: the named one, that of the named program, or the only one that the actor acts for.
///
/// # Errors
/// `field_missing`, `field_invalid`, `right_missing`.
pub fn advertiser_of(
    app: &App,
    actor: &Actor,
    advertiser_id: Option<AdvertiserId>,
    program_id: Option<model::ProgramId>,
) -> Result<AdvertiserId, Refusal> {
    CONVERSION_CREATE.check_role(actor)?;
    let snapshot = app.snapshot.get();
    let of_program = match program_id {
        None => None,
        Some(id) => {
            let entry = snapshot.programs.get(&id).filter(|entry| {
                actor.eyes(entry.record.network_id, Some(entry.record.advertiser_id), None).advertiser
            });
            let missing = || Refusal::unknown("program_id", format_args!("program {id}"));
            Some(entry.ok_or_else(missing)?.record.advertiser_id)
        }
    };
    let id = match (advertiser_id, of_program, actor.advertisers()) {
        (Some(named), Some(of_program), _) if named != of_program => {
            return Err(Refusal::field("program_id", "the program is another advertiser's"));
        }
        (Some(named), _, _) => named,
        (None, Some(of_program), _) => of_program,
        (None, None, Some([only])) => *only,
        (None, None, _) => {
            let field = Some("advertiser_id".to_owned());
            let message = "name the advertiser or the program";
            return Err(Refusal { field, ..Refusal::new(ErrorCode::FieldMissing, message) });
        }
    };
    let known = snapshot
        .advertisers
        .get(&id)
        .is_some_and(|entry| actor.eyes(entry.record.network_id, Some(id), None).advertiser);
    if known { Ok(id) } else { Err(Refusal::unknown("advertiser_id", format_args!("advertiser {id}"))) }
}

/// Checks the texts of a report.
///
/// # Errors
/// `field_invalid`.
pub fn check(report: &ConversionReport) -> Result<(), Refusal> {
    let text = |field: &str, value: &str| {
        if value.len() > FIELD_BYTES_MAX {
            return Err(Refusal::field(field, format!("at most {FIELD_BYTES_MAX} bytes")));
        }
        match value.chars().any(char::is_control) {
            true => Err(Refusal::field(field, "no control characters")),
            false => Ok(()),
        }
    };
    for (field, value) in [
        ("action", Some(&report.action)),
        ("click_id", report.click_id.as_ref()),
        ("order_id", report.order_id.as_ref()),
        ("amount", report.amount.as_ref()),
        ("currency", report.currency.as_ref()),
        ("coupon", report.coupon.as_ref()),
        ("customer_id", report.customer_id.as_ref()),
        ("paid_click_channel", report.paid_click_channel.as_ref()),
    ] {
        value.map_or(Ok(()), |value| text(field, value))?;
    }
    if let Some(hash) = &report.email_sha256 {
        crate::checks::text::sha256_hex(hash).map_err(|refusal| refusal.within("email_sha256"))?;
    }
    for (name, value) in &report.adv {
        let number = name.strip_prefix("adv").and_then(|number| number.parse::<u8>().ok());
        if !number.is_some_and(|number| (1..=10).contains(&number)) {
            return Err(Refusal::field(format!("adv.{name}"), "the names are adv1 to adv10"));
        }
        text(&format!("adv.{name}"), value)?;
    }
    crate::checks::length("items", &report.items, ITEMS_MAX)?;
    for (place, item) in report.items.iter().enumerate() {
        text(&format!("items[{place}].sku"), &item.sku)?;
        text(&format!("items[{place}].category"), item.category.as_deref().unwrap_or_default())?;
        text(&format!("items[{place}].price"), &item.price)?;
        if item.quantity == 0 {
            return Err(Refusal::field(format!("items[{place}].quantity"), "at least 1"));
        }
    }
    Ok(())
}

/// Hands a report to the decider and waits until it is decided and stored. With `dry_run` it is decided in a transaction that
/// is rolled back.
///
/// # Errors
/// `idempotency_key_reused`, `busy`, `outcome_unknown`; storage errors.
pub async fn submit(app: &App, report: ConversionReport, dry_run: bool) -> Result<ConversionAnswer, Refusal> {
    let id = ConversionId::new(report.received_at, &*app.entropy);
    submit_as(app, id, report, dry_run).await
}

/// As [`submit`], for a conversion whose id is known before.
///
/// # Errors
/// `idempotency_key_reused`, `busy`, `outcome_unknown`; storage errors.
pub async fn submit_as(
    app: &App,
    id: ConversionId,
    report: ConversionReport,
    dry_run: bool,
) -> Result<ConversionAnswer, Refusal> {
    check(&report)?;
    let sent = report.clone();
    let draft = ConversionDraft::new(id, report, &app.click_ids);
    let event = Event::Conversion(Box::new(draft));
    let answer = if dry_run { rehearse(app, event).await? } else { take_in(app, event).await? };
    if answer.replayed && sent.idempotency_key.is_some() {
        let first = answer.conversion_id;
        app.store.read("conversion.replay", move |tx| same_input(tx, first, &sent)).await?;
    }
    Ok(answer)
}

/// Hands a checked report to the decider under its delivery key; what came under this key before is answered again, whatever the
/// report says now.
///
/// # Errors
/// `busy`, `outcome_unknown`.
pub(crate) async fn deliver(app: &App, report: ConversionReport) -> Result<ConversionAnswer, Refusal> {
    let id = ConversionId::new(app.clock.now(), &*app.entropy);
    let draft = ConversionDraft::new(id, report, &app.click_ids);
    take_in(app, Event::Conversion(Box::new(draft))).await
}

async fn take_in(app: &App, event: Event) -> Result<ConversionAnswer, Refusal> {
    let busy =
        |message: &str| Refusal { retry_after_seconds: Some(1), ..Refusal::new(ErrorCode::Busy, message) };
    let intake =
        app.intake.as_ref().ok_or_else(|| busy("this process decides no conversions; ask another one"))?;
    match intake.submit(event).await {
        Ok(Answer::Conversion(answer)) => Ok(*answer),
        Ok(Answer::Touch(_) | Answer::Stored) => {
            Err(Refusal::new(ErrorCode::Internal, "the decider answered something else than a conversion"))
        }
        Err(error @ SubmitError::NotStored) => {
            Err(Refusal::new(ErrorCode::OutcomeUnknown, error.to_string()))
        }
        Err(error) => Err(busy(&error.to_string())),
    }
}

/// Why the transaction of a rehearsal ends: on purpose, or because storage failed.
enum Ended {
    OnPurpose(Option<Box<ConversionAnswer>>),
    Failed(store::Error),
}

impl From<store::Error> for Ended {
    fn from(error: store::Error) -> Self {
        Self::Failed(error)
    }
}

/// Decides a report inside a transaction that goes on, and undoes it.
///
/// # Errors
/// `field_invalid`; storage errors.
pub(crate) fn rehearse_in(
    tx: &mut Tx<'_>,
    app: &App,
    report: ConversionReport,
) -> Result<ConversionAnswer, Refusal> {
    check(&report)?;
    let id = ConversionId::new(report.received_at, &*app.entropy);
    let event = Event::Conversion(Box::new(ConversionDraft::new(id, report, &app.click_ids)));
    let (snapshot, parts) = (app.snapshot.get(), rehearsal_parts(app));
    answered(tx.attempt(|tx| rehearsed(tx, &snapshot, &parts, &[event])))
}

async fn rehearse(app: &App, event: Event) -> Result<ConversionAnswer, Refusal> {
    let (snapshot, parts) = (app.snapshot.get(), rehearsal_parts(app));
    let events = [event];
    let ended =
        app.store.write("conversion.create (dry run)", move |tx| rehearsed(tx, &snapshot, &parts, &events));
    answered(ended.await)
}

/// Counters of its own: what is not stored is not counted.
fn rehearsal_parts(app: &App) -> Parts {
    Parts { metrics: Arc::new(Metrics::new()), ..app.parts() }
}

fn rehearsed(tx: &mut Tx<'_>, snapshot: &Snapshot, parts: &Parts, events: &[Event]) -> Result<(), Ended> {
    let outcome = run_batch(tx, snapshot, parts, events)?;
    Err(Ended::OnPurpose(outcome.answers.into_iter().find_map(|answer| match answer {
        Answer::Conversion(answer) => Some(answer),
        Answer::Touch(_) | Answer::Stored => None,
    })))
}

fn answered(ended: Result<(), Ended>) -> Result<ConversionAnswer, Refusal> {
    match ended {
        Err(Ended::OnPurpose(Some(answer))) => Ok(*answer),
        Err(Ended::Failed(error)) => Err(error.into()),
        Ok(()) | Err(Ended::OnPurpose(None)) => {
            Err(Refusal::new(ErrorCode::Internal, "the rehearsal gave no answer"))
        }
    }
}

/// Refuses an idempotency key that came before with another report.
fn same_input(tx: &mut Tx<'_>, first: ConversionId, sent: &ConversionReport) -> Result<(), Refusal> {
    let Some(stored) = conversions::by_id(tx, first)? else { return Ok(()) };
    let comparable = |report: &ConversionReport| ConversionReport {
        received_at: Timestamp::default(),
        intake: model::conversion::Intake::Api,
        idempotency_key: None,
        visitor_id: None,
        ..report.clone()
    };
    if comparable(&stored.report) == comparable(sent) {
        return Ok(());
    }
    let message = "this Idempotency-Key came before with another conversion; use a new one";
    Err(Refusal::new(ErrorCode::IdempotencyKeyReused, message))
}
