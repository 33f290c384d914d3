//! The feed: entries of the outbox to facts.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use model::{BonusId, ConversionId, ReferralId, Timestamp, TouchId, touch::Touch};
use parking_lot::Mutex;
use report::Fact;
use store::{
    Error, Result, Tx,
    conversion_payments::{self, CONVERSION_PAYMENTS},
    conversions, costs as rows_of_costs, decisions,
    outbox::{self, Entry},
    own_results::{self as rows_of_own, OWN_RESULTS},
    proofs::{self, DecisionKey},
    touches as rows,
};

use super::{
    ReportEngine, awards,
    conversions::{Making, last_candidate},
    costs,
    groups::Stays,
    own_results,
    rates::{Currencies, Rates},
    touches::{self, Texts},
};
use crate::{App, awards::followed::Followed, errors::Refusal, media::booking::COSTS, snapshot::Snapshot};

/// Entries of the outbox that are read at a time; each can hold the touches of a whole batch.
const ENTRIES: u32 = 20;
/// How long before the present everything that was booked is surely committed, when nothing more is to be read.
const COMMITTED_AFTER_SECONDS: i64 = 10;

/// What was read of the outbox.
struct Fed {
    /// The facts, in the order of the entries.
    facts: Vec<Fact>,
    /// The number of the last entry.
    through: i64,
    /// Up to which moment nothing is missing.
    complete_to: Timestamp,
}

/// Follows the outbox for an engine. What it remembers is only there to be quick.
#[derive(Default, Clone)]
pub struct Feed(Arc<Mutex<Reading>>);

impl Feed {
    /// Brings an engine up to what is committed, or up to the entry of this number; answers with the number of facts.
    /// `progress` is told of each step.
    ///
    /// # Errors
    /// Storage errors, an engine that cannot take more, and one that has facts of another, longer history.
    pub async fn follow(
        &self,
        app: &App,
        engine: &dyn ReportEngine,
        until: Option<i64>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> std::result::Result<u64, Refusal> {
        let mut facts = 0;
        while let Some(more) = self.step(app, engine, until).await? {
            facts += more;
            progress(facts);
        }
        Ok(facts)
    }

    /// Takes the facts of a few entries; answers with their number, or `None` when no more are there or wanted.
    ///
    /// # Errors
    /// As [`Feed::follow`].
    pub async fn step(
        &self,
        app: &App,
        engine: &dyn ReportEngine,
        until: Option<i64>,
    ) -> std::result::Result<Option<u64>, Refusal> {
        let (after, now) = (engine.position(), app.clock.now());
        let (snapshot, reading) = (app.snapshot.get(), Arc::clone(&self.0));
        let step = app.store.read("feed reports", move |tx| {
            reading.lock().step(tx, &snapshot, after, until.unwrap_or(i64::MAX), now)
        });
        Ok(match step.await? {
            Step::Fed(fed) => {
                let facts = u64::try_from(fed.facts.len()).unwrap_or(u64::MAX);
                engine.append(fed.facts, fed.through, fed.complete_to)?;
                Some(facts)
            }
            Step::Enough => None,
            Step::End => {
                engine.append(Vec::new(), after, now.plus_seconds(-COMMITTED_AFTER_SECONDS))?;
                None
            }
        })
    }
}

/// What came of a look at the outbox.
enum Step {
    /// Facts of further entries.
    Fed(Fed),
    /// Further entries are not wanted.
    Enough,
    /// There are no further entries.
    End,
}

/// What the reading of the outbox goes on with.
#[derive(Default)]
struct Reading {
    rates: Rates,
    stays: Stays,
    texts: Texts,
}

impl Reading {
    /// The facts of the next entries, up to the one of the number `until`.
    ///
    /// # Errors
    /// Storage errors and damaged rows.
    fn step(
        &mut self,
        tx: &mut Tx<'_>,
        snapshot: &Snapshot,
        after: i64,
        until: i64,
        now: Timestamp,
    ) -> Result<Step> {
        let Some((_, mut entries)) = outbox::transactions_after(tx, after, ENTRIES)? else {
            return match outbox::newest(tx)? {
                newest if newest < after => Err(other_history(after, newest)),
                _ => Ok(Step::End),
            };
        };
        entries.retain(|entry| entry.sequence <= until);
        let Some(through) = entries.last().map(|last| last.sequence) else { return Ok(Step::Enough) };
        self.rates.refresh(tx)?;
        self.stays.refresh(tx)?;
        let mut facts = self.of_touches(tx, snapshot, &ids(&entries, "touches"))?;
        let keys: Vec<DecisionKey> =
            of_kind(&entries, "decisions").flat_map(|entry| proofs::decisions_in(&entry.body)).collect();
        let payments: Vec<DecisionKey> = of_kind(&entries, CONVERSION_PAYMENTS)
            .flat_map(|entry| conversion_payments::keys_in(&entry.body))
            .collect();
        facts.extend(self.of_conversions(tx, snapshot, &keys, &payments)?);
        for entry in &entries {
            let of = |kind: &str| if entry.kind == kind { sixteens(&entry.body) } else { Vec::new() };
            let bonuses: Vec<BonusId> = of("bonuses").into_iter().map(BonusId::from_bytes).collect();
            let referrals: Vec<ReferralId> =
                of("referrals").into_iter().map(ReferralId::from_bytes).collect();
            let making = (snapshot, &mut self.rates, &mut self.texts);
            facts.extend(awards::facts(tx, making, &bonuses, &referrals, entry.at)?);
            if entry.kind == OWN_RESULTS {
                let making = (snapshot, &mut self.rates, &mut self.texts);
                facts.extend(own_results::facts(tx, making, &rows_of_own::keys_in(&entry.body))?);
            }
            if entry.kind == COSTS {
                let keys = rows_of_costs::keys_in(&entry.body);
                facts.extend(costs::facts(tx, snapshot, &mut self.texts, &keys)?);
            }
        }
        self.stays.say(&mut facts, &mut self.texts);
        let complete_to = entries.last().map_or(now, |entry| entry.at);
        Ok(Step::Fed(Fed { facts, through, complete_to }))
    }

    fn of_touches(&mut self, tx: &mut Tx<'_>, snapshot: &Snapshot, ids: &[TouchId]) -> Result<Vec<Fact>> {
        let mut found = rows::by_ids(tx, ids)?;
        if found.len() != ids.len() {
            return Err(Error::Damaged("a touch is in the outbox only".to_owned()));
        }
        found.sort_unstable_by_key(|touch| touch.id);
        let mut facts = Vec::with_capacity(found.len());
        for touch in &found {
            let mut fact = touches::fact(touch, &mut self.texts);
            let booked = touch.earning.as_ref().map(|earning| earning.commission.currency());
            let currencies = Currencies { booked, order: None };
            self.rates.convert(snapshot, &mut fact, currencies, touch.received_at)?;
            facts.push(fact);
        }
        Ok(facts)
    }

    /// The facts of these decisions on conversions, and of what was told of payments for them under these numbers.
    fn of_conversions(
        &mut self,
        tx: &mut Tx<'_>,
        snapshot: &Snapshot,
        keys: &[DecisionKey],
        payment_keys: &[DecisionKey],
    ) -> Result<Vec<Fact>> {
        let ids: BTreeSet<ConversionId> =
            keys.iter().chain(payment_keys).map(|key| key.conversion_id).collect();
        let ids: Vec<ConversionId> = ids.into_iter().collect();
        let found = conversions::by_ids(tx, &ids)?;
        let decisions = decisions::of(tx, &ids)?;
        let lines = conversions::lines(tx, &ids)?;
        let mut cases: HashMap<ConversionId, Followed<'_>> = HashMap::with_capacity(found.len());
        for conversion in &found {
            let own = |id: &ConversionId| *id == conversion.id;
            let start = decisions.partition_point(|row| row.conversion_id < conversion.id);
            let count = decisions[start..].iter().take_while(|row| own(&row.conversion_id)).count();
            let first = lines.partition_point(|(id, _, _)| *id < conversion.id);
            let earned = lines[first..].iter().take_while(|(id, _, _)| own(id)).count();
            let case =
                Followed::new(conversion, &decisions[start..start + count], &lines[first..first + earned])?;
            cases.insert(conversion.id, case);
        }
        let touches = touches_of(tx, cases.values())?;
        let payments = conversion_payments::of(tx, &ids)?;
        let (rates, texts) = (&mut self.rates, &mut self.texts);
        let mut making = Making { snapshot, rates, texts, touches: &touches, payments: &payments };
        let case = |key: &DecisionKey| {
            let missing = || format!("conversion {} is in the outbox only", key.conversion_id);
            cases.get(&key.conversion_id).ok_or_else(|| Error::Damaged(missing()))
        };
        let mut facts = Vec::with_capacity(keys.len() + 2 * payment_keys.len());
        for key in keys {
            facts.extend(making.facts(case(key)?, i64::from(key.number))?);
        }
        for key in payment_keys {
            facts.extend(making.payment(case(key)?, i64::from(key.number))?);
        }
        Ok(facts)
    }
}

/// The engine has facts that this database never told.
fn other_history(after: i64, newest: i64) -> Error {
    Error::Usage(format!(
        "the facts of reports go through entry {after} of the outbox, which ends with {newest}: they are of another database, or \
         of one that was restored from a copy; move their folder away, and they are made anew"
    ))
}

/// The stored touches that conversions stand with.
fn touches_of<'a>(
    tx: &mut Tx<'_>,
    cases: impl Iterator<Item = &'a Followed<'a>>,
) -> Result<HashMap<TouchId, Touch>> {
    let mut ids = BTreeSet::new();
    for case in cases {
        ids.extend(case.lines.iter().map(|line| line.touch_id));
        ids.extend(last_candidate(case).map(|candidate| candidate.touch_id));
    }
    let ids: Vec<TouchId> = ids.into_iter().collect();
    Ok(rows::by_ids(tx, &ids)?.into_iter().map(|touch| (touch.id, touch)).collect())
}

fn of_kind<'a>(entries: &'a [Entry], kind: &'a str) -> impl Iterator<Item = &'a Entry> {
    entries.iter().filter(move |entry| entry.kind == kind)
}

fn ids(entries: &[Entry], kind: &str) -> Vec<TouchId> {
    of_kind(entries, kind).flat_map(|entry| sixteens(&entry.body)).map(TouchId::from_bytes).collect()
}

fn sixteens(body: &[u8]) -> Vec<[u8; 16]> {
    body.chunks_exact(16).filter_map(|bytes| bytes.try_into().ok()).collect()
}
