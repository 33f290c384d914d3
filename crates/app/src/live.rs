//! The live feed: what was committed, in commit order, as one actor may see it.
//!
//! It is read from the outbox, each follower for himself and from his own [`Place`], so nothing that was committed is missing and
//! nothing comes twice, also after he was away. A place counts what a transaction holds before walls are looked at, so it means the
//! same whoever looks. What somebody sees of an object is cut by the same functions as everywhere ([`crate::events`]).

use std::{collections::HashMap, fmt, str::FromStr, sync::Arc};

use model::{AlertId, ConversionId, TouchId, alert::Alert, touch::Touch};
use parking_lot::Mutex;
use store::{
    Tx,
    decisions::{self, DecisionRow},
    outbox::{self, Entry},
    proofs::{self, DecisionKey},
};
use tokio::sync::watch;

use crate::{
    access::{Actor, Eyes, LOOK},
    alerts,
    errors::{ErrorCode, Refusal},
    events::{conversions, conversions::ConversionSeen, touches},
};

/// Entries of the outbox that are read at a time.
const ENTRIES: u32 = 20;
/// Most followers of one process.
pub const FOLLOWERS_MAX: usize = 200;
/// Most followers with the same person's keys and sessions.
pub const FOLLOWERS_OF_ONE_MAX: usize = 5;

/// How far somebody has followed: `12` through a whole transaction, `12.3` through so many of what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    sequence: i64,
    within: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.within {
            None => write!(f, "{}", self.sequence),
            Some(within) => write!(f, "{}.{within}", self.sequence),
        }
    }
}

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refusal =
            || Refusal::field("last-event-id", "this is no id of this feed; send the last one you had");
        let (sequence, within) = text.split_once('.').map_or((text, None), |(one, two)| (one, Some(two)));
        let within = within.map(|within| within.parse().map_err(|_| refusal())).transpose()?;
        let sequence = sequence.parse().ok().filter(|number: &i64| *number >= 0).ok_or_else(refusal)?;
        Ok(Self { sequence, within })
    }
}

/// Something that happened.
#[derive(Debug)]
pub enum Happening {
    /// A click or visit.
    Click(Box<Touch>, Eyes),
    /// A decision on a conversion, which is shown as it stands now.
    Decided(Box<ConversionSeen>, Box<DecisionRow>),
    /// An alert.
    Alert(Box<Alert>),
}

impl Happening {
    /// The kind, as followers choose by it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Click(..) => "click",
            Self::Decided(_, decision) => match decision.kind {
                decisions::DecisionKind::Decided => "conversion",
                decisions::DecisionKind::Reversed => "reversal",
                _ => "decision",
            },
            Self::Alert(_) => "alert",
        }
    }
}

/// What a look at the outbox brought.
#[derive(Debug)]
pub struct Seen {
    /// What the actor may see of it, each with the place behind it.
    pub told: Vec<(Place, Happening)>,
    /// Where to go on; the same as before when there was nothing.
    pub place: Place,
}

/// The end of what is committed: where somebody begins who was never here.
///
/// # Errors
/// Storage errors.
pub fn end(tx: &mut Tx<'_>) -> Result<Place, Refusal> {
    Ok(Place { sequence: outbox::newest(tx)?, within: None })
}

/// What follows a place.
///
/// # Errors
/// `field_invalid` for a place that lies ahead of what was ever committed; storage errors.
pub fn after(tx: &mut Tx<'_>, actor: &Actor, place: Place) -> Result<Seen, Refusal> {
    LOOK.check_role(actor)?;
    let before = if place.within.is_some() { place.sequence - 1 } else { place.sequence };
    let Some((through, entries)) = outbox::transactions_after(tx, before, ENTRIES)? else {
        if outbox::newest(tx)? < place.sequence {
            let message =
                "this id is of another installation, or of one that was restored; begin without one";
            return Err(Refusal::field("last-event-id", message));
        }
        return Ok(Seen { told: Vec::new(), place });
    };
    let mut told = Vec::new();
    for transaction in entries.chunk_by(|one, other| one.sequence == other.sequence) {
        let sequence = transaction[0].sequence;
        let skip = place.within.filter(|_| sequence == place.sequence).map_or(0, |within| within + 1);
        let named: Vec<Named> = transaction.iter().flat_map(named).collect();
        let mut found = look_up(tx, actor, &named[skip.min(named.len())..])?;
        for (within, name) in named.iter().enumerate().skip(skip) {
            if let Some(happening) = found.take(*name) {
                told.push((Place { sequence, within: Some(within) }, happening));
            }
        }
    }
    Ok(Seen { told, place: Place { sequence: through, within: None } })
}

/// What an entry of the outbox names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Touch(TouchId),
    Decision(ConversionId, i64),
    Alert(AlertId),
}

fn named(entry: &Entry) -> Vec<Named> {
    let ids = || entry.body.as_chunks::<16>().0.iter().copied();
    match entry.kind.as_str() {
        "touches" => ids().map(|id| Named::Touch(TouchId::from_bytes(id))).collect(),
        "decisions" => {
            let of = |key: DecisionKey| Named::Decision(key.conversion_id, i64::from(key.number));
            proofs::decisions_in(&entry.body).into_iter().map(of).collect()
        }
        alerts::ALERTS => ids().map(|id| Named::Alert(AlertId::from_bytes(id))).collect(),
        _ => Vec::new(),
    }
}

/// What the actor may see of what a transaction names.
#[derive(Default)]
struct Found {
    touches: HashMap<TouchId, (Touch, Eyes)>,
    conversions: HashMap<ConversionId, ConversionSeen>,
    decisions: HashMap<(ConversionId, i64), DecisionRow>,
    alerts: HashMap<AlertId, Alert>,
}

impl Found {
    fn take(&mut self, name: Named) -> Option<Happening> {
        match name {
            Named::Touch(id) => {
                self.touches.remove(&id).map(|(touch, eyes)| Happening::Click(Box::new(touch), eyes))
            }
            Named::Decision(id, number) => {
                let seen = self.conversions.get(&id)?.clone();
                let decision = self.decisions.remove(&(id, number))?;
                Some(Happening::Decided(Box::new(seen), Box::new(decision)))
            }
            Named::Alert(id) => self.alerts.remove(&id).map(|alert| Happening::Alert(Box::new(alert))),
        }
    }
}

fn look_up(tx: &mut Tx<'_>, actor: &Actor, named: &[Named]) -> Result<Found, Refusal> {
    let mut found = Found::default();
    let (mut touch_ids, mut conversion_ids) = (Vec::new(), Vec::new());
    for name in named {
        match name {
            Named::Touch(id) => touch_ids.push(*id),
            Named::Decision(id, _) => conversion_ids.push(*id),
            Named::Alert(id) => {
                let alert = alerts::by_id(tx, actor, *id)?;
                found.alerts.extend(alert.map(|alert| (*id, alert)));
            }
        }
    }
    for (touch, eyes) in touches::among(tx, actor, &touch_ids)? {
        if touch.kind.is_click() {
            found.touches.insert(touch.id, (touch, eyes));
        }
    }
    conversion_ids.sort_unstable();
    conversion_ids.dedup();
    for seen in conversions::among(tx, actor, &conversion_ids)? {
        found.conversions.insert(seen.conversion.id, seen);
    }
    let visible: Vec<ConversionId> = found.conversions.keys().copied().collect();
    for row in decisions::of(tx, &visible)? {
        found.decisions.insert((row.conversion_id, row.sequence), row);
    }
    Ok(found)
}

/// Those who follow, so that they are not too many and end with the server.
#[derive(Clone)]
pub struct Followers(Arc<Counted>);

struct Counted {
    by_person: Mutex<HashMap<String, usize>>,
    stopping: watch::Sender<bool>,
}

impl Default for Followers {
    fn default() -> Self {
        Self(Arc::new(Counted { by_person: Mutex::default(), stopping: watch::Sender::new(false) }))
    }
}

/// A place among them; it is given back when it is dropped.
pub struct Follower {
    all: Followers,
    person: String,
    /// True from the moment on at which the server stops.
    pub stopping: watch::Receiver<bool>,
}

impl Followers {
    /// A place for one more.
    ///
    /// # Errors
    /// `busy`.
    pub fn enter(&self, actor: &Actor) -> Result<Follower, Refusal> {
        let person = actor.user_id().map_or_else(|| actor.word(), |user| user.to_string());
        let mut by_person = self.0.by_person.lock();
        let busy = |message: &str| Refusal {
            retry_after_seconds: Some(30),
            ..Refusal::new(ErrorCode::Busy, message.to_owned())
        };
        if by_person.values().sum::<usize>() >= FOLLOWERS_MAX {
            return Err(busy("too many follow the live feed at this moment"));
        }
        let own = by_person.entry(person.clone()).or_default();
        if *own >= FOLLOWERS_OF_ONE_MAX {
            return Err(busy("you follow the live feed too often already; end one of the others"));
        }
        *own += 1;
        Ok(Follower { all: self.clone(), person, stopping: self.0.stopping.subscribe() })
    }

    /// Ends all of them, and every one who comes later: the server stops.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut by_person = self.all.0.by_person.lock();
        if let Some(own) = by_person.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                by_person.remove(&self.person);
            }
        }
    }
}
