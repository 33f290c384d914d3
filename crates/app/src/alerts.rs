//! Alerts: told once, in the transaction of what caused them.
//!
//! | kind | decided by | told once for |
//! |---|---|---|
//! | `cap` | the decider, when an event brings a counter to a percentage or finds the cap full | counter (so period), percentage and limit |
//! | `funds_low` | whoever moves money on an advertiser's account below his level | account, level and day of the network's zone |
//! | `funds_out`, `funds_back` | whoever moves the last money away, or the first back | that movement |
//!
//! What is told once is found by its key, which the store holds once. So a repeated delivery, a transaction that is tried again
//! and two that run at once tell nothing twice. Every alert is named in the outbox as `alerts`.

use commission::{CapScope, Threshold};
use model::{
    AdvertiserId, AlertId, Money, NetworkId, ProgramId, PublisherId, Timestamp,
    alert::{Alert, AlertAbout, AlertKind, CapAlert, CapAlertOver, KeyDigest},
    calendar::{Period, Zone},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{
    Result, Tx,
    alerts::{self, AlertFilter, AlertSide},
    outbox,
};

use crate::{access::Actor, errors::Refusal, events};

/// The kind of the outbox entry: ids of alerts.
pub const ALERTS: &str = "alerts";

/// An alert with the key under which it is told once.
pub type Keyed = (Vec<u8>, Alert);

/// Whose cap or money an alert is about.
#[derive(Debug, Clone, Copy)]
pub struct Concerned {
    /// The network.
    pub network_id: NetworkId,
    /// The advertiser.
    pub advertiser_id: AdvertiserId,
}

impl Concerned {
    fn alert(self, key: Vec<u8>, at: Timestamp, about: AlertAbout) -> Keyed {
        let digest = KeyDigest(Sha256::digest(&key).into());
        let alert = Alert {
            id: AlertId::new(at, &digest),
            network_id: self.network_id,
            advertiser_id: self.advertiser_id,
            program_id: None,
            publisher_id: None,
            at,
            about,
        };
        (key, alert)
    }

    /// A cap that has reached a percentage.
    pub fn of_cap(self, threshold: &Threshold, at: Timestamp) -> Keyed {
        let Threshold { ref key, percent, limit, used, soft } = *threshold;
        let cap = CapAlert {
            over: match &key.scope {
                CapScope::Program | CapScope::Publisher(_) => None,
                CapScope::Together(group_id) => Some(CapAlertOver::Together { group_id: *group_id }),
                CapScope::Sub(_, name, value) => {
                    Some(CapAlertOver::Sub { name: *name, value: value.to_string() })
                }
            },
            metric: key.metric,
            period: key.period,
            since: key.start,
            currency: key.currency,
            percent,
            limit,
            used,
            soft,
        };
        let (told_by, mut alert) = self.alert(cap_key(threshold), at, AlertAbout::Cap(cap));
        alert.program_id = Some(key.program_id);
        alert.publisher_id = match key.scope {
            CapScope::Program | CapScope::Together(_) => None,
            CapScope::Publisher(publisher) | CapScope::Sub(publisher, ..) => Some(publisher),
        };
        (told_by, alert)
    }

    /// Money that fell below the level.
    pub fn of_low_funds(self, level: Money, left: Money, zone: &Zone, at: Timestamp) -> Keyed {
        let mut key = vec![AlertKind::FundsLow.number()];
        key.extend_from_slice(self.advertiser_id.bytes());
        key.push(level.currency().number());
        key.extend_from_slice(&level.units().to_be_bytes());
        key.extend_from_slice(&Period::Day.start(zone, at).as_micros().to_be_bytes());
        self.alert(key, at, AlertAbout::FundsLow { level, left })
    }

    /// Money that is used up, or there again. `sums` are those of the accounts afterwards.
    pub fn of_funds(self, funded: bool, sums: &[i64], at: Timestamp) -> Keyed {
        let about = if funded { AlertAbout::FundsBack } else { AlertAbout::FundsOut };
        let mut key = vec![about.kind().number()];
        key.extend_from_slice(self.advertiser_id.bytes());
        key.extend_from_slice(&at.as_micros().to_be_bytes());
        key.extend(sums.iter().flat_map(|sum| sum.to_be_bytes()));
        self.alert(key, at, about)
    }
}

/// The key of a cap's alert: kind 1 | counter 44 or more | percentage 2 | limit 8 | soft 1.
pub(crate) fn cap_key(threshold: &Threshold) -> Vec<u8> {
    let mut key = vec![AlertKind::Cap.number()];
    key.extend_from_slice(&threshold.key.to_bytes());
    key.extend_from_slice(&threshold.percent.to_be_bytes());
    key.extend_from_slice(&threshold.limit.to_be_bytes());
    key.push(u8::from(threshold.soft));
    key
}

/// Stores what was not told before; answers with the ids of it, one after the other, for the outbox.
///
/// # Errors
/// Storage errors.
pub(crate) fn keep(tx: &mut Tx<'_>, mut found: Vec<Keyed>) -> Result<Vec<u8>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found.dedup_by(|(later, _), (first, _)| later == first);
    let keys: Vec<Vec<u8>> = found.iter().map(|(key, _)| key.clone()).collect();
    let told = alerts::told(tx, &keys)?;
    found.retain(|(key, _)| !told.contains(key));
    alerts::insert(tx, &found)?;
    Ok(found.iter().flat_map(|(_, alert)| *alert.id.bytes()).collect())
}

/// The same, with an entry of the outbox of its own.
///
/// # Errors
/// Storage errors.
pub(crate) fn tell(tx: &mut Tx<'_>, found: Vec<Keyed>, at: Timestamp) -> Result<()> {
    let ids = keep(tx, found)?;
    if !ids.is_empty() {
        outbox::append(tx, at, &[(ALERTS, ids)])?;
    }
    Ok(())
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Kind.
    pub kind: Option<AlertKind>,
    /// Advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// Program.
    pub program_id: Option<ProgramId>,
    /// Publisher.
    pub publisher_id: Option<PublisherId>,
}

/// A page of alerts, newest first: of the actor's own caps and money; for publishers those that are for them.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wanted: Wanted,
    before: Option<AlertId>,
    limit: usize,
) -> Result<Vec<Alert>, Refusal> {
    let filter = AlertFilter {
        id: None,
        kind: wanted.kind,
        advertiser: wanted.advertiser_id,
        program: wanted.program_id,
        publisher: wanted.publisher_id,
    };
    let mut pages = Vec::new();
    for side in sides(actor) {
        pages.push(alerts::list(tx, actor.network(), &side, &filter, before, events::page_size(limit))?);
    }
    Ok(events::merged(pages, limit, |alert: &Alert| alert.id))
}

/// The alert, where the actor may read it.
///
/// # Errors
/// Storage errors.
pub fn by_id(tx: &mut Tx<'_>, actor: &Actor, id: AlertId) -> Result<Option<Alert>> {
    let filter = AlertFilter { id: Some(id), ..AlertFilter::default() };
    for side in sides(actor) {
        if let Some(alert) = alerts::list(tx, actor.network(), &side, &filter, None, 1)?.pop() {
            return Ok(Some(alert));
        }
    }
    Ok(None)
}

/// An alert as the API shows it.
pub fn shown(alert: &Alert) -> Value {
    let [en, vi, fa] = alert.about.sentences();
    let (mut cap, mut level, mut left) = (Value::Null, Value::Null, Value::Null);
    match &alert.about {
        AlertAbout::Cap(it) => {
            cap = json!({
                "metric": it.metric, "period": it.period, "over": it.over.as_ref().map(|over| over.show()),
                "since": it.since, "percent": it.percent, "limit": it.show(it.limit), "used": it.show(it.used), "soft": it.soft,
            });
        }
        AlertAbout::FundsLow { level: below, left: rest } => (level, left) = (json!(below), json!(rest)),
        AlertAbout::FundsOut | AlertAbout::FundsBack => {}
    }
    json!({
        "id": alert.id, "kind": alert.about.kind(), "at": alert.at, "network_id": alert.network_id,
        "advertiser_id": alert.advertiser_id, "program_id": alert.program_id, "publisher_id": alert.publisher_id,
        "words": {"en": en, "vi": vi, "fa": fa}, "cap": cap, "level": level, "left": left,
    })
}

fn sides(actor: &Actor) -> Vec<AlertSide> {
    if actor.is_operator() {
        return vec![AlertSide::Network];
    }
    let membership = &actor.membership;
    let advertisers = AlertSide::Advertisers(membership.advertisers.clone());
    let publishers = AlertSide::Publishers(membership.publishers.clone());
    vec![advertisers, publishers]
}
