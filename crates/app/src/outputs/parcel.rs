//! What is in a delivery, and what is made of it when it is tried.

use model::{
    AlertId, AlertSubscriptionId, ConversionId, NetworkId, PublisherPostbackId, ScheduleId, Timestamp,
    UserId,
    access::Membership,
    parties::{Status, User},
};
use outbound::{Attachment, Trouble};
use report::request::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{configuration, deliveries::Delivery, outbox};

use super::{Language, password_resets::ResetParcel, reports::ReportSide, words};
use crate::{
    App,
    access::{Actor, Who},
    alerts,
    reporting::export::{Contents, Format, export},
};

/// The largest file that is sent; with its base64 it fits through most mail servers.
const FILE_MAX: usize = 10 << 20;
/// Longest name of a file, without what says its format.
const FILE_NAME_MAX: usize = 80;

/// Something on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Parcel {
    /// A report that was due.
    Report(Box<ReportParcel>),
    /// An alert for a subscriber.
    Alert(Box<AlertParcel>),
    /// A decision on a publisher's conversion.
    Conversion(CallParcel),
    /// A link for whoever forgot his password.
    PasswordReset(ResetParcel),
}

/// A report that was due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ReportParcel {
    pub schedule_id: ScheduleId,
    pub name: String,
    /// The report with the range that it had when it was due; none when it had been removed.
    pub request: Option<Request>,
    pub side: Option<ReportSide>,
    pub format: Format,
    pub language: Language,
    /// With whose eyes it looks.
    pub membership: Membership,
    pub user_id: Option<UserId>,
    pub due_at: Timestamp,
}

/// An alert for a subscriber.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct AlertParcel {
    pub subscription_id: AlertSubscriptionId,
    pub alert_id: AlertId,
    pub language: Language,
    /// With whose eyes he looks.
    pub membership: Membership,
    pub user_id: Option<UserId>,
}

/// A call of a publisher's address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CallParcel {
    pub postback_id: PublisherPostbackId,
    pub conversion_id: ConversionId,
    /// The number of the decision.
    pub decision: i64,
    /// The address with its macros filled, as things stood after the decision.
    pub url: String,
}

/// What a delivery is about, for whoever looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// `report`, `alert`, `conversion` or `password_reset`.
    pub what: &'static str,
    /// The schedule, alert or conversion; empty for the link of a forgotten password.
    pub id: String,
    /// The address that is called; for conversions.
    pub url: Option<String>,
}

impl About {
    /// What this delivery is about.
    ///
    /// # Errors
    /// A damaged row.
    pub fn of(delivery: &Delivery) -> store::Result<Self> {
        Ok(match Parcel::read(&delivery.body)? {
            Parcel::Report(report) => Self { what: "report", id: report.schedule_id.to_string(), url: None },
            Parcel::Alert(alert) => Self { what: "alert", id: alert.alert_id.to_string(), url: None },
            Parcel::Conversion(call) => {
                Self { what: "conversion", id: call.conversion_id.to_string(), url: Some(call.url) }
            }
            // It is of no network, so nobody is shown it.
            Parcel::PasswordReset(_) => Self { what: "password_reset", id: String::new(), url: None },
        })
    }
}

/// What mails and webhooks are made of.
pub(super) struct Message {
    /// The type of the event.
    pub kind: &'static str,
    /// Of which moment.
    pub at: Timestamp,
    /// The event for programs; the file is put into it.
    pub data: Value,
    /// The subject for people.
    pub subject: String,
    /// The text for people.
    pub text: String,
    /// The file.
    pub file: Option<Attachment>,
}

impl Parcel {
    pub fn text(&self) -> store::Result<String> {
        serde_json::to_string(self).map_err(|error| store::Error::Usage(error.to_string()))
    }

    pub fn read(text: &str) -> store::Result<Self> {
        serde_json::from_str(text).map_err(|error| store::Error::Damaged(format!("deliveries: {error}")))
    }
}

impl ReportParcel {
    /// Makes the file.
    ///
    /// # Errors
    /// What keeps it from being made, and whether that lasts.
    pub async fn message(&self, app: &App) -> Result<Message, Trouble> {
        let Some(request) = self.request.clone() else {
            return Err(Trouble::lasting("the saved report was removed"));
        };
        check_eyes(app, &self.membership, self.user_id).await?;
        check_complete(app, self.due_at).await?;
        let actor = Actor { who: Who::System, membership: self.membership.clone() };
        let (from, to) = words::range(&request);
        let contents = Contents::Report { request, side: self.side.map(Into::into) };
        let pieces = export(app, &actor, &contents, self.format).await;
        let mut pieces = pieces.map_err(|refusal| Trouble::passing(refusal.message))?;
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.recv().await {
            bytes.extend(piece.map_err(|refusal| Trouble::passing(refusal.message))?);
            if bytes.len() > FILE_MAX {
                return Err(Trouble::lasting(
                    "the file has more than 10 MB; narrow the report, or fetch it by the API",
                ));
            }
        }
        let (subject, text) = words::of_report(self.language, &self.name, (&from, &to));
        let file =
            Attachment { name: self.file_name(), media_type: self.format.media_type().to_owned(), bytes };
        let data = json!({
            "schedule_id": self.schedule_id,
            "name": self.name,
            "due_at": self.due_at,
            "format": self.format.word(),
        });
        Ok(Message { kind: "report.ready", at: self.due_at, data, subject, text, file: Some(file) })
    }

    /// Its name and day, without what file systems take for something else.
    fn file_name(&self) -> String {
        let fits = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
        let name: String =
            self.name.chars().take(FILE_NAME_MAX).map(|c| if fits(c) { c } else { '-' }).collect();
        format!("{} {}.{}", name.trim(), &self.due_at.to_string()[..10], self.format.word())
    }
}

/// Whether everything is in reports that was booked before a moment: else a report as of it would lack something.
async fn check_complete(app: &App, at: Timestamp) -> Result<(), Trouble> {
    let engine =
        app.reports.as_ref().ok_or_else(|| Trouble::passing("this process keeps no facts for reports"))?;
    let position = engine.position();
    let next = app.store.read("next of outbox", move |tx| outbox::after(tx, position, 1)).await;
    match next.map_err(|error| Trouble::passing(error.to_string()))?.first() {
        Some(entry) if entry.at < at => {
            Err(Trouble::passing("not everything is in reports yet that was booked before"))
        }
        _ => Ok(()),
    }
}

/// Whether whoever wanted something still has the eyes that it looks with.
async fn check_eyes(app: &App, wanted: &Membership, user_id: Option<UserId>) -> Result<(), Trouble> {
    let Some(user_id) = user_id else { return Ok(()) };
    let user = app.store.read("find user", move |tx| configuration::get::<User>(tx, user_id)).await;
    let has = |own: &Membership| own.network_id == wanted.network_id && own.covers(wanted);
    let user = user.map_err(|error| Trouble::passing(error.to_string()))?;
    match user.is_some_and(|user| user.status == Status::Active && user.memberships.iter().any(has)) {
        true => Ok(()),
        false => Err(Trouble::lasting("whoever asked for it may not see this any more")),
    }
}

impl AlertParcel {
    /// Reads the alert as its subscriber may.
    ///
    /// # Errors
    /// What keeps it from being read, and whether that lasts.
    pub async fn message(&self, app: &App) -> Result<Message, Trouble> {
        check_eyes(app, &self.membership, self.user_id).await?;
        let actor = Actor { who: Who::System, membership: self.membership.clone() };
        let id = self.alert_id;
        let found = app.store.read("find alert", move |tx| alerts::by_id(tx, &actor, id)).await;
        let alert = found.map_err(|error| Trouble::passing(error.to_string()))?;
        let alert =
            alert.ok_or_else(|| Trouble::lasting("whoever asked for it may not see this any more"))?;
        let program = alert.program_id.and_then(|id| app.snapshot.get().programs.get(&id).cloned());
        let program = program.map(|entry| entry.record.name.clone());
        let (subject, text) = words::of_alert(self.language, &alert, program.as_deref());
        Ok(Message {
            kind: "alert.told",
            at: alert.at,
            data: alerts::shown(&alert),
            subject,
            text,
            file: None,
        })
    }
}

/// What makes a delivery the only one of its kind.
pub(super) fn wanted(
    (network_id, party): (NetworkId, &str),
    (key, channel, target): (String, &str, String),
    (id, created_at, next_at): (model::DeliveryId, Timestamp, Timestamp),
    body: String,
) -> Delivery {
    Delivery {
        id,
        network_id,
        party: party.to_owned(),
        key,
        channel: channel.to_owned(),
        target,
        state: store::deliveries::DeliveryState::Waiting,
        attempts: 0,
        created_at,
        next_at,
        body,
    }
}
