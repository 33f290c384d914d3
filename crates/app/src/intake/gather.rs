//! What a batch reads before it decides, in a few queries whatever its size, and what its own events have
//! changed since, so that they see each other.

use std::cell::RefCell;

use model::{
    ConversionId, ProgramId, Timestamp, TouchId, VisitorId,
    conversion::{CommissionLine, ConversionReport},
    time::DAY_US,
    touch::Touch,
};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{
    Result, Tx, conversions, counters, customers,
    own_results::{self, OwnResult},
    touches,
};

use super::{ClickReference, ConversionDraft, Event, prepare};
use crate::own_results::event_of;

/// How far back a journey reaches: longer than the longest window.
const JOURNEY_DAYS: i64 = 400;

/// The most touches of one browser that a journey looks at, the newest; no payout model gains from more.
pub(super) const JOURNEY_TOUCHES_MAX: usize = 200;

/// The conversion by which a customer came first to a program, which still stands.
#[derive(Clone)]
pub(super) struct CameFirst {
    pub(super) conversion: ConversionId,
    pub(super) program: ProgramId,
    /// The moment that it was judged at.
    pub(super) since: Timestamp,
    pub(super) lines: Vec<CommissionLine>,
}

/// What was read, and what the batch has added.
#[derive(Default)]
pub(super) struct Gathered {
    touches: FxHashMap<TouchId, Touch>,
    journeys: FxHashMap<VisitorId, Vec<TouchId>>,
    identities: FxHashMap<[u8; 16], VisitorId>,
    unique: FxHashMap<[u8; 16], Timestamp>,
    dedup: FxHashMap<[u8; 16], ConversionId>,
    /// Keys that were asked for; one that is not in `dedup` is free.
    dedup_known: FxHashSet<[u8; 16]>,
    customers: FxHashMap<[u8; 16], Vec<CameFirst>>,
    /// Results without a paid publisher that hold, by their business events.
    own_results: FxHashMap<[u8; 16], Vec<OwnResult>>,
    counters: FxHashMap<Vec<u8>, i64>,
    /// Counters that a decision asked for and that are not loaded.
    missing: RefCell<Vec<Vec<u8>>>,
}

impl Gathered {
    /// Reads what the events need.
    pub(super) fn read(tx: &mut Tx<'_>, events: &[Event]) -> Result<Self> {
        let mut gathered = Self::default();
        let (mut touch_ids, mut delivery, mut identities, mut unique) = (vec![], vec![], vec![], vec![]);
        let mut visitors: FxHashSet<VisitorId> = FxHashSet::default();
        let mut oldest = Timestamp::from_micros(i64::MAX);
        for event in events {
            match event {
                Event::Touch(draft) => unique.extend(draft.unique.asked),
                Event::Conversion(draft) => {
                    oldest = oldest.min(draft.report.received_at);
                    delivery.push(draft.delivery.content);
                    delivery.extend(draft.delivery.idempotency);
                    match draft.click {
                        ClickReference::Genuine { touch_id, .. } => {
                            touch_ids.push(touch_id);
                            // What is known of the customer is not replaced by what a browser says.
                            if !draft.report.intake.is_proven() {
                                identities.extend(identity_keys(&draft.report));
                            }
                        }
                        _ => identities.extend(identity_keys(&draft.report)),
                    }
                    visitors.extend(draft.report.visitor_id);
                }
                Event::Identify { keys, touch_id, .. } => {
                    identities.extend_from_slice(keys);
                    touch_ids.extend(*touch_id);
                }
                Event::Visit(_) | Event::Quarantine(_) => {}
            }
        }
        unique.sort_unstable();
        unique.dedup();
        touch_ids.sort_unstable();
        touch_ids.dedup();
        gathered.unique = touches::unique_seen(tx, &unique)?.into_iter().collect();
        gathered.look_up_dedup(tx, delivery)?;
        for touch in touches::by_ids(tx, &touch_ids)? {
            visitors.extend(touch.visitor_id);
            gathered.touches.insert(touch.id, touch);
        }
        identities.sort_unstable();
        identities.dedup();
        gathered.identities = touches::identities(tx, &identities)?.into_iter().collect();
        visitors.extend(gathered.identities.values());
        let mut visitors: Vec<VisitorId> = visitors.into_iter().collect();
        visitors.sort_unstable();
        if !visitors.is_empty() && oldest != Timestamp::from_micros(i64::MAX) {
            let since = oldest.plus_micros(-JOURNEY_DAYS * DAY_US);
            for touch in touches::by_visitors(tx, &visitors, since)? {
                gathered.add_touch(touch);
            }
        }
        gathered.read_customers(tx, events)?;
        let business: Vec<[u8; 16]> = events
            .iter()
            .filter_map(|event| match event {
                Event::Conversion(draft) => gathered.business_key(draft, false),
                _ => None,
            })
            .collect();
        gathered.look_up_dedup(tx, business)?;
        let own = events.iter().filter_map(|event| match event {
            Event::Conversion(draft) => Some(event_of(&draft.report, draft.delivery.content)),
            _ => None,
        });
        for row in own_results::of_events(tx, &own.collect::<Vec<_>>())? {
            gathered.own_results.entry(row.event).or_default().push(row);
        }
        Ok(gathered)
    }

    /// The results without a paid publisher that hold of a business event.
    pub(super) fn own_results(&mut self, event: [u8; 16]) -> &mut Vec<OwnResult> {
        self.own_results.entry(event).or_default()
    }

    /// Reads by which conversions the customers of reports came first, as far as those stand, and the touches that
    /// earned them.
    fn read_customers(&mut self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let keys = events.iter().filter_map(|event| match event {
            Event::Conversion(draft) => prepare::customer_key(&draft.report),
            _ => None,
        });
        let mut keys: Vec<[u8; 16]> = keys.collect();
        if keys.is_empty() {
            return Ok(());
        }
        keys.sort_unstable();
        keys.dedup();
        let found = customers::first_standing(tx, &keys)?;
        let ids: Vec<ConversionId> = found.iter().map(|(_, _, id)| *id).collect();
        let mut firsts: FxHashMap<ConversionId, CameFirst> = FxHashMap::default();
        for one in conversions::by_ids(tx, &ids)? {
            let (conversion, since) = (one.id, one.occurred_at);
            let Some(program) = one.program_id else { continue };
            firsts.insert(one.id, CameFirst { conversion, program, since, lines: Vec::new() });
        }
        let standing: Vec<ConversionId> = firsts.keys().copied().collect();
        for (id, _, line) in conversions::lines(tx, &standing)? {
            firsts.entry(id).and_modify(|first| first.lines.push(line));
        }
        let unread = |line: &CommissionLine| !self.touches.contains_key(&line.touch_id);
        let mut won: Vec<TouchId> = firsts
            .values()
            .flat_map(|first| &first.lines)
            .filter(|line| unread(line))
            .map(|line| line.touch_id)
            .collect();
        won.sort_unstable();
        won.dedup();
        self.touches.extend(touches::by_ids(tx, &won)?.into_iter().map(|touch| (touch.id, touch)));
        for (key, _, id) in found {
            self.customers.entry(key).or_default().extend(firsts.get(&id).cloned());
        }
        Ok(())
    }

    /// The conversion by which the customer of a report came first to the program, or to any when none is said, if it
    /// stands.
    pub(super) fn came_first(
        &self,
        report: &ConversionReport,
        program: Option<ProgramId>,
    ) -> Option<&CameFirst> {
        let firsts = self.customers.get(&prepare::customer_key(report)?)?;
        let of_program = |first: &&CameFirst| program.is_none_or(|program| program == first.program);
        firsts.iter().filter(of_program).min_by_key(|first| first.conversion)
    }

    /// Remembers that a customer came by this conversion, unless he came to its program before.
    pub(super) fn comes_first(&mut self, key: [u8; 16], first: CameFirst) {
        let firsts = self.customers.entry(key).or_default();
        if firsts.iter().all(|one| one.program != first.program) {
            firsts.push(first);
        }
    }

    fn look_up_dedup(&mut self, tx: &mut Tx<'_>, mut keys: Vec<[u8; 16]>) -> Result<()> {
        keys.retain(|key| !self.dedup_known.contains(key));
        keys.sort_unstable();
        keys.dedup();
        self.dedup.extend(conversions::dedup_find(tx, &keys)?);
        self.dedup_known.extend(keys);
        Ok(())
    }

    /// The touch with this id.
    pub(super) fn touch(&self, id: TouchId) -> Option<&Touch> {
        self.touches.get(&id)
    }

    /// The touches of a browser, oldest first.
    pub(super) fn journey(&self, visitor: VisitorId) -> impl DoubleEndedIterator<Item = &Touch> {
        self.journeys.get(&visitor).into_iter().flatten().filter_map(|id| self.touches.get(id))
    }

    /// Adds a touch, so that later events of the batch see it.
    pub(super) fn add_touch(&mut self, touch: Touch) {
        if let Some(visitor) = touch.visitor_id {
            let journey = self.journeys.entry(visitor).or_default();
            if !journey.contains(&touch.id) {
                if journey.len() >= JOURNEY_TOUCHES_MAX {
                    journey.remove(0);
                }
                journey.push(touch.id);
            }
        }
        self.touches.insert(touch.id, touch);
    }

    /// The browser that a customer was last seen with.
    pub(super) fn visitor_of(&self, key: &[u8; 16]) -> Option<VisitorId> {
        self.identities.get(key).copied()
    }

    /// Remembers the browser of a customer.
    pub(super) fn set_visitor_of(&mut self, key: [u8; 16], visitor: VisitorId) {
        self.identities.insert(key, visitor);
    }

    /// When a visitor key was last counted.
    pub(super) fn unique_seen(&self, key: &[u8; 16]) -> Option<Timestamp> {
        self.unique.get(key).copied()
    }

    /// Counts a visitor key.
    pub(super) fn count_unique(&mut self, key: [u8; 16], at: Timestamp) {
        self.unique.insert(key, at);
    }

    /// The conversion that holds a key.
    pub(super) fn holder(&self, key: &[u8; 16]) -> Option<ConversionId> {
        self.dedup.get(key).copied()
    }

    /// The conversion that holds a key, which is read when it was not asked for before.
    pub(super) fn find_holder(&mut self, tx: &mut Tx<'_>, key: [u8; 16]) -> Result<Option<ConversionId>> {
        self.look_up_dedup(tx, vec![key])?;
        Ok(self.holder(&key))
    }

    /// Gives a key to a conversion.
    pub(super) fn claim(&mut self, key: [u8; 16], conversion: ConversionId) {
        self.dedup.insert(key, conversion);
        self.dedup_known.insert(key);
    }

    /// The business event of a draft: its order, else its touch unless the action `repeats`.
    pub(super) fn business_key(&self, draft: &ConversionDraft, repeats: bool) -> Option<[u8; 16]> {
        let report = &draft.report;
        if let Some(order) = &report.order_id {
            return Some(prepare::business_key(report.advertiser_id, &report.action, Ok(order)));
        }
        if repeats {
            return None;
        }
        let touch = match draft.click {
            ClickReference::Genuine { touch_id, .. } => touch_id,
            _ => self.visitor(report)?.1,
        };
        Some(prepare::business_key(report.advertiser_id, &report.action, Err(touch)))
    }

    /// The browser of a report without click id, how it was recognised, and its newest touch with the advertiser.
    fn visitor(&self, report: &ConversionReport) -> Option<(VisitorId, TouchId)> {
        let known = report.visitor_id.into_iter();
        let customers = identity_keys(report);
        let visitors = known.chain(customers.iter().filter_map(|key| self.visitor_of(key)));
        visitors
            .filter_map(|visitor| {
                let newest =
                    self.journey(visitor).rev().find(|touch| touch.advertiser_id == report.advertiser_id)?;
                Some((visitor, newest.id))
            })
            .next()
    }

    /// What the counter of this key holds; one that is not loaded counts as nothing and is noted.
    pub(super) fn used(&self, key: &[u8]) -> i64 {
        self.counters.get(key).copied().unwrap_or_else(|| {
            self.missing.borrow_mut().push(key.to_vec());
            0
        })
    }

    /// Loads the counters that were asked for and missing; tells whether there were any.
    pub(super) fn load_missing(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        let mut missing = self.missing.take();
        if missing.is_empty() {
            return Ok(false);
        }
        missing.sort_unstable();
        missing.dedup();
        let found = counters::load(tx, &missing)?;
        self.counters.extend(missing.into_iter().map(|key| (key, 0)));
        self.counters.extend(found);
        Ok(true)
    }

    /// What the counter of this key holds, loaded when needed.
    pub(super) fn counter(&mut self, tx: &mut Tx<'_>, key: &[u8]) -> Result<i64> {
        if let Some(used) = self.counters.get(key) {
            return Ok(*used);
        }
        let found = counters::load(tx, &[key.to_vec()])?.pop().map_or(0, |(_, used)| used);
        self.counters.insert(key.to_vec(), found);
        Ok(found)
    }

    /// Adds to a loaded counter; answers with its new value.
    pub(super) fn add(&mut self, key: &[u8], adds: i64) -> i64 {
        let used = self.counters.entry(key.to_vec()).or_default();
        *used = used.saturating_add(adds);
        *used
    }
}

/// Keys of the customer that a report names, best first.
pub(super) fn identity_keys(report: &ConversionReport) -> Vec<[u8; 16]> {
    let customer =
        report.customer_id.iter().map(|id| prepare::identity_key(report.advertiser_id, "customer", id));
    let email =
        report.email_sha256.iter().map(|hash| prepare::identity_key(report.advertiser_id, "email", hash));
    customer.chain(email).collect()
}
