//! Deliveries: tried until they are taken, or for the last time, and every attempt is kept.
//!
//! A worker claims a delivery for a while; when it dies, another one claims it after that. So a receiver can be sent something twice,
//! and knows it by `webhook-id`, or by the mail's id, which stay the same. Requests are signed by Standard Webhooks.

use std::{sync::Arc, time::Duration};

use data_encoding::BASE64;
use model::{DeliveryId, Timestamp, WebhookId};
use outbound::{Courier, Mail, Request, Trouble};
use serde_json::{Value, json};
use store::{
    Tx,
    deliveries::{self, Attempt, Delivery, DeliveryState},
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    kept::of_network,
    of_publisher,
    parcel::{Message, Parcel},
    party,
    postbacks::PublisherPostback,
    webhooks::{self, Webhook, signature},
    words,
};
use crate::{
    App,
    access::{Actor, LOOK, OUTPUT_CHANGE},
    command::Change,
    errors::Refusal,
};

/// Deliveries that one process tries at once.
const AT_ONCE: usize = 8;
/// How long a claim holds before another worker may try it.
const CLAIM_SECONDS: i64 = 600;
/// How long one attempt may take: less than its claim.
const ATTEMPT: Duration = Duration::from_secs(540);
/// How long it is waited after each attempt; after one more it is given up: three and a half days in all.
const PAUSES: [i64; 9] = [60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How often one is tried before it is given up.
const ATTEMPTS_MAX: i64 = PAUSES.len() as i64 + 1;
/// How long an address is left alone that did not take something, so that it does not keep the others waiting.
const SPARED_SECONDS: i64 = 60;
/// Longest words of an attempt that are kept.
const WORDS_MAX: usize = 500;

/// Tries what is due, some at once, until nothing is; answers with how many were tried.
///
/// # Errors
/// Storage errors; what was under way then is tried again when its claim ends.
pub async fn deliver_due(app: &Arc<App>, courier: &Arc<Courier>) -> store::Result<usize> {
    let (mut running, mut count) = (JoinSet::new(), 0);
    loop {
        for delivery in claim(app, AT_ONCE - running.len()).await? {
            count += 1;
            running.spawn(deliver(Arc::clone(app), Arc::clone(courier), delivery));
        }
        match running.join_next().await {
            None => return Ok(count),
            Some(Ok(noted)) => noted?,
            Some(Err(error)) => {
                tracing::error!(%error, "a delivery broke off; it is tried again when its claim ends")
            }
        }
    }
}

async fn claim(app: &App, free: usize) -> store::Result<Vec<Delivery>> {
    let now = app.clock.now();
    let until = now.plus_seconds(CLAIM_SECONDS);
    let free = u32::try_from(free).unwrap_or(0);
    let work = app.store.write("claim deliveries", move |tx| {
        deliveries::left(tx, now, ATTEMPTS_MAX, "the worker that tried it ended before it knew how")?;
        deliveries::claim(tx, now, until, free)
    });
    work.await
}

async fn deliver(app: Arc<App>, courier: Arc<Courier>, delivery: Delivery) -> store::Result<()> {
    let tried = timeout(ATTEMPT, attempt(&app, &courier, &delivery)).await;
    let tried = tried.unwrap_or_else(|_| Err(Trouble::passing("it took too long")));
    let at = app.clock.now();
    let (state, next_at) = after(&tried, delivery.attempts, at);
    let spared = matches!(&tried, Err(trouble) if !trouble.lasting) && delivery.channel != "mail";
    let gone = matches!(&tried, Err(trouble) if trouble.gone);
    let (delivered, words) = match tried {
        Ok(words) => (true, words),
        Err(trouble) => (false, trouble.words),
    };
    let words: String = words.chars().filter(|c| !c.is_control()).take(WORDS_MAX).collect();
    tracing::info!(delivery = %delivery.id, delivered, words, "a delivery was tried");
    let attempt = Attempt { number: delivery.attempts, at, delivered, words };
    let note = app.store.write("note delivery", move |tx| {
        deliveries::note(tx, delivery.id, &attempt, (state, next_at))?;
        if gone && let Ok(webhook) = delivery.target.parse() {
            webhooks::switch_off(tx, delivery.network_id, webhook, at)?;
        }
        if spared {
            deliveries::spare(tx, &delivery.target, at.plus_seconds(SPARED_SECONDS))?;
        }
        Ok::<_, store::Error>(())
    });
    note.await
}

fn after(tried: &Result<String, Trouble>, attempts: i64, at: Timestamp) -> (DeliveryState, Timestamp) {
    let pause = usize::try_from(attempts - 1).ok().and_then(|place| PAUSES.get(place));
    match (tried, pause) {
        (Ok(_), _) => (DeliveryState::Delivered, at),
        (Err(trouble), Some(pause)) if !trouble.lasting => (DeliveryState::Waiting, at.plus_seconds(*pause)),
        (Err(_), _) => (DeliveryState::Failed, at),
    }
}

async fn attempt(app: &App, courier: &Courier, delivery: &Delivery) -> Result<String, Trouble> {
    let damaged = |error: store::Error| Trouble::lasting(error.to_string());
    let message = match Parcel::read(&delivery.body).map_err(damaged)? {
        Parcel::Report(report) => report.message(app).await?,
        Parcel::Alert(alert) => alert.message(app).await?,
        Parcel::PasswordReset(reset) => reset.message(app).await?,
        Parcel::Conversion(call) => {
            let (network, id) = (delivery.network_id, call.postback_id);
            let work = move |tx: &mut Tx<'_>| of_network::<PublisherPostback>(tx, network, id.bytes());
            let found = app.store.read("find postback", work).await;
            let found = found.map_err(|error| Trouble::passing(error.to_string()))?;
            if found.is_none() {
                return Err(Trouble::lasting("the postback was removed"));
            }
            let request = Request { url: call.url, headers: Vec::new(), body: None };
            return courier.call(request).await.map(|status| format!("answered {status}"));
        }
    };
    match delivery.channel.as_str() {
        "mail" => {
            let mail = Mail {
                to: delivery.target.clone(),
                subject: message.subject,
                text: message.text,
                attachment: message.file,
                date: words::mail_date(app.clock.now()),
                id: delivery.id.to_string(),
            };
            courier.mail(&mail).await
        }
        _ => webhook(app, courier, delivery, message).await,
    }
}

async fn webhook(
    app: &App,
    courier: &Courier,
    delivery: &Delivery,
    message: Message,
) -> Result<String, Trouble> {
    let id: WebhookId = delivery.target.parse().map_err(|_| Trouble::lasting("no webhook is named"))?;
    let network = delivery.network_id;
    let found =
        app.store.read("find webhook", move |tx| of_network::<Webhook>(tx, network, id.bytes())).await;
    let found = found.map_err(|error| Trouble::passing(error.to_string()))?;
    let webhook = found.filter(|(row, _)| row.party == delivery.party);
    let (_, webhook) = webhook.ok_or_else(|| Trouble::lasting("the webhook was removed"))?;
    if let Some(at) = webhook.gone_at {
        return Err(Trouble::lasting(format!(
            "not sent: the webhook answered 410 Gone at {at}; remove it and make another one if it is back"
        )));
    }
    let secret = webhook.secret(&app.seal_keys).map_err(|error| Trouble::lasting(error.to_string()))?;
    let now = app.clock.now();
    let mut data = message.data;
    if let (Value::Object(members), Some(file)) = (&mut data, &message.file) {
        members.insert("media_type".to_owned(), Value::from(file.media_type.as_str()));
        members.insert("file_name".to_owned(), Value::from(file.name.as_str()));
        members.insert("content_base64".to_owned(), Value::from(BASE64.encode(&file.bytes)));
    }
    let body = json!({ "type": message.kind, "timestamp": message.at, "data": data }).to_string();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", delivery.id.to_string()),
        ("webhook-timestamp", now.as_seconds().to_string()),
        ("webhook-signature", signature(&secret, delivery.id, now, &body)),
    ];
    let request = Request { url: webhook.url, headers, body: Some(body.into_bytes()) };
    courier.call(request).await.map(|status| format!("answered {status}"))
}

/// A page of deliveries, newest first: the actor's party's, for the operator all of the network's.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    state: Option<DeliveryState>,
    before: Option<DeliveryId>,
    limit: usize,
) -> Result<Vec<Delivery>, Refusal> {
    LOOK.check_role(actor)?;
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let party = party(actor);
    let others: Vec<String> = actor.membership.publishers.iter().map(|it| of_publisher(*it)).collect();
    let of = (!actor.is_operator()).then_some((party.as_str(), others.as_slice()));
    Ok(deliveries::list(tx, actor.network(), of, state, before, limit)?)
}

/// A delivery with its attempts.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: DeliveryId) -> Result<(Delivery, Vec<Attempt>), Refusal> {
    let own = party(actor);
    let of_served = |it: &Delivery| {
        let mut served = actor.membership.publishers.iter();
        it.channel == "postback" && served.any(|publisher| of_publisher(*publisher) == it.party)
    };
    let found = deliveries::by_id(tx, id)?.filter(|delivery| {
        let his = actor.is_operator() || delivery.party == own || of_served(delivery);
        delivery.network_id == actor.network() && his
    });
    let delivery = found.ok_or_else(|| Refusal::not_found(format!("delivery {id}")))?;
    let attempts = deliveries::attempts(tx, id)?;
    Ok((delivery, attempts))
}

/// Has a failed delivery tried again.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn retry(change: &mut Change<'_, '_>, id: DeliveryId) -> Result<(Delivery, Vec<Attempt>), Refusal> {
    get(change.tx, change.actor, id)?;
    OUTPUT_CHANGE.check_role(change.actor)?;
    deliveries::retry(change.tx, id, change.now)?;
    change.audit(Some(change.actor.network()), &id, &serde_json::json!({ "retried": true }))?;
    get(change.tx, change.actor, id)
}
