//! What is kept for a party: one row for each object, whatever its kind.

use model::{NetworkId, PublisherId, Timestamp, WebhookId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use store::{
    Tx,
    outputs::{self, OutputRow, Whose},
};

use super::{of_publisher, party, webhooks::Webhook};
use crate::{
    access::{Actor, LOOK, OUTPUT_CHANGE},
    command::Change,
    errors::{ErrorCode, Refusal},
};

/// Most objects of one kind that a party can have.
const KEPT_MAX: u32 = 200;
/// Most receivers of a schedule or subscription.
const RECEIVERS_MAX: usize = 20;
/// Members that the audit log does not need or must not hold.
const UNTOLD: [&str; 3] = ["key_number", "sealed", "membership"];

/// A kind of what is kept.
pub trait Kept: Serialize + DeserializeOwned {
    /// The word of the kind.
    const KIND: &'static str;
    /// Whether it is a publisher's, and of whoever acts for him; else it is the party's of whoever made it.
    const IS_PUBLISHERS: bool = false;
    /// The id.
    fn bytes(&self) -> [u8; 16];
}

macro_rules! kept {
    ($name:ident = $kind:literal $(, $of_publisher:ident = $value:literal)?) => {
        impl $crate::outputs::kept::Kept for $name {
            const KIND: &'static str = $kind;
            $(const $of_publisher: bool = $value;)?
            fn bytes(&self) -> [u8; 16] {
                *self.id.bytes()
            }
        }
    };
}
pub(super) use kept;

/// The object of a row.
pub(super) fn object<T: Kept>(row: &OutputRow) -> store::Result<T> {
    serde_json::from_str(&row.body).map_err(|error| store::Error::Damaged(format!("{}: {error}", T::KIND)))
}

/// One that the actor has, with its row.
pub(super) fn found<T: Kept>(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: &[u8; 16],
    shown: &dyn std::fmt::Display,
) -> Result<(OutputRow, T), Refusal> {
    let missing = || Refusal::not_found(shown);
    let row = outputs::by_id(tx, T::KIND, id)?.ok_or_else(missing)?;
    let his = match row.publisher_id {
        Some(publisher) => actor.membership.serves_publisher(publisher),
        None => row.party == party(actor) && (row.shared || row.user_id == actor.user_id()),
    };
    if row.network_id != actor.network() || !his {
        return Err(missing());
    }
    let object = object(&row)?;
    Ok((row, object))
}

/// A page of those that the actor has, newest first.
///
/// # Errors
/// Storage errors.
pub fn list<T: Kept>(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<[u8; 16]>,
    limit: usize,
) -> Result<Vec<T>, Refusal> {
    LOOK.check_role(actor)?;
    let (party, user) = (party(actor), actor.user_id());
    let whose = match T::IS_PUBLISHERS {
        true => Whose::Publishers(actor.publishers()),
        false => Whose::Party(&party, user.as_ref()),
    };
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let rows = outputs::list(tx, (actor.network(), T::KIND), whose, before, limit)?;
    Ok(rows.iter().map(object).collect::<store::Result<_>>()?)
}

/// Removes one. Whoever may look at somebody else's shared one may remove it, too: it belongs to their party.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn delete<T: Kept>(
    change: &mut Change<'_, '_>,
    id: &[u8; 16],
    shown: &dyn std::fmt::Display,
) -> Result<T, Refusal> {
    let (row, object) = found::<T>(change.tx, change.actor, id, shown)?;
    OUTPUT_CHANGE.check_role(change.actor)?;
    outputs::delete(change.tx, &row.id)?;
    change.audit(Some(row.network_id), shown, &json!({ "removed": told(&object)? }))?;
    Ok(object)
}

/// By what a new one is found.
#[derive(Clone, Copy, Default)]
pub(super) struct FoundBy {
    pub shared: bool,
    pub due_at: Option<Timestamp>,
    pub publisher_id: Option<PublisherId>,
}

pub(super) fn keep<T: Kept>(
    change: &mut Change<'_, '_>,
    object: &T,
    found_by: FoundBy,
    shown: &dyn std::fmt::Display,
) -> Result<(), Refusal> {
    let network_id = change.actor.network();
    let FoundBy { shared, due_at, publisher_id } = found_by;
    let party = publisher_id.map_or_else(|| party(change.actor), of_publisher);
    let user = change.actor.user_id();
    let whose = match &publisher_id {
        Some(publisher) => Whose::Publishers(Some(std::slice::from_ref(publisher))),
        None => Whose::Party(&party, user.as_ref()),
    };
    if outputs::list(change.tx, (network_id, T::KIND), whose, None, KEPT_MAX)?.len() >= KEPT_MAX as usize {
        let message = format!("a party has at most {KEPT_MAX} of these; remove one first");
        return Err(Refusal::state(message));
    }
    let row = OutputRow {
        id: object.bytes(),
        network_id,
        kind: T::KIND.to_owned(),
        party,
        user_id: user,
        shared,
        due_at,
        publisher_id,
        body: serde_json::to_string(object).map_err(|error| internal(&error))?,
    };
    outputs::insert(change.tx, &row)?;
    change.audit(Some(network_id), shown, &json!({ "made": told(object)? }))
}

fn internal(error: &serde_json::Error) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

/// The object as the audit log has it.
fn told<T: Kept>(object: &T) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(object).map_err(|error| internal(&error))?;
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| !UNTOLD.contains(&name.as_str()));
    }
    Ok(value)
}

/// Whether these can be receivers of what the actor has sent: addresses, and webhooks of his party.
pub(super) fn check_receivers(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mails: &[String],
    webhook_ids: &[WebhookId],
) -> Result<(), Refusal> {
    if mails.is_empty() && webhook_ids.is_empty() {
        return Err(Refusal::missing("mails", "name a mail address or a webhook"));
    }
    if mails.len() + webhook_ids.len() > RECEIVERS_MAX {
        return Err(Refusal::field("mails", format!("there are at most {RECEIVERS_MAX} receivers")));
    }
    if let Some(wrong) = mails.iter().find(|mail| !outbound::is_mailbox(mail)) {
        let wrong: String = wrong.chars().take(100).collect();
        return Err(Refusal::field("mails", format!("`{wrong}` is no mail address")));
    }
    for id in webhook_ids {
        found::<Webhook>(tx, actor, id.bytes(), &format!("webhook {id}"))?;
    }
    Ok(())
}

/// The object with this id in a network, whoever has it: for the worker.
pub(super) fn of_network<T: Kept>(
    tx: &mut Tx<'_>,
    network: NetworkId,
    id: &[u8; 16],
) -> store::Result<Option<(OutputRow, T)>> {
    let row = outputs::by_id(tx, T::KIND, id)?.filter(|row| row.network_id == network);
    row.map(|row| Ok((row.clone(), object(&row)?))).transpose()
}
