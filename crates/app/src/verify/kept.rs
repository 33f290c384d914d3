//! I9: everything that was received is there, and whoever tails the outbox hears of all of it once.

use std::collections::{BTreeMap, BTreeSet};

use model::{AlertId, Code, ConversionId, Timestamp, TouchId, conversion::State, time::DAY_US, touch::Touch};
use rustc_hash::FxHashSet;
use store::{
    Result, Tx, outbox,
    quarantine::{self, Totals},
};

use super::{
    findings::{Findings, Invariant},
    first_decisions::{Case, First},
};
use crate::alerts::ALERTS;

/// How many entries of the outbox are remembered at a time; more are looked at in several passes.
const REMEMBERED_MAX: u64 = 2_000_000;

/// Network, UTC day, kind.
type Key = ([u8; 16], i64, &'static str);

/// What rows say of what was received.
#[derive(Default)]
pub(super) struct Received(BTreeMap<Key, Totals>);

impl Received {
    fn of(&mut self, network: &[u8; 16], at: Timestamp, kind: &'static str) -> &mut Totals {
        self.0.entry((*network, at.as_micros().div_euclid(DAY_US), kind)).or_default()
    }

    pub(super) fn add_touch(&mut self, touch: &Touch) {
        let totals = self.of(touch.network_id.bytes(), touch.received_at, "touch");
        match touch.code {
            Code::Ok | Code::DuplicateClick => totals.accepted += 1,
            _ => totals.rejected += 1,
        }
    }

    pub(super) fn add_conversion(&mut self, case: &Case<'_>, first: &First<'_>) {
        let facts = &first.receipt.facts;
        let totals = self.of(facts.network_id.bytes(), case.conversion.report.received_at, "conversion");
        if first.is_live() || first.receipt.decision.state == State::Test {
            totals.accepted += 1;
        } else {
            totals.rejected += 1;
        }
    }
}

/// Compares the totals of the intake and the outbox with the rows.
pub(super) fn check(tx: &mut Tx<'_>, received: &Received, findings: &mut Findings<'_>) -> Result<()> {
    let mut rows = received.0.clone();
    for of_day in store::visits::count_by_day(tx)? {
        let totals = rows.entry((of_day.network_id, of_day.day, "visit")).or_default();
        let sum = if of_day.counts { &mut totals.accepted } else { &mut totals.rejected };
        *sum += of_day.number;
    }
    for (network, day, kind, number) in quarantine::count_by_day(tx)? {
        rows.entry((network, day, kind_word(&kind))).or_default().quarantined += number;
    }
    let mut counted: BTreeMap<Key, Totals> = BTreeMap::new();
    for (network, day, kind, totals) in quarantine::all_totals(tx)? {
        counted.insert((network, day, kind_word(&kind)), totals);
    }
    findings.count("days", counted.len());
    let keys: BTreeSet<&Key> = rows.keys().chain(counted.keys()).collect();
    for key in keys {
        let of = |totals: &BTreeMap<Key, Totals>| totals.get(key).copied().unwrap_or_default();
        check_day(key, of(&rows), of(&counted), findings);
    }
    check_outbox(tx, findings)
}

/// As the intake counts: what is neither touch nor visit is a conversion.
fn kind_word(kind: &str) -> &'static str {
    match kind {
        "touch" => "touch",
        "visit" => "visit",
        _ => "conversion",
    }
}

fn check_day((network, day, kind): &Key, rows: Totals, counted: Totals, findings: &mut Findings<'_>) {
    let place = || format!("{} day {day} {kind}", model::NetworkId::from_bytes(*network));
    let sum = counted.accepted + counted.rejected + counted.quarantined + counted.replayed;
    if counted.received != sum {
        let message = format!("{} were received, but {sum} have an outcome", counted.received);
        findings.violate(Invariant::I9, place(), message);
    }
    for (what, counted, stored) in [
        ("accepted", counted.accepted, rows.accepted),
        ("rejected", counted.rejected, rows.rejected),
        ("quarantined", counted.quarantined, rows.quarantined),
    ] {
        if counted != stored {
            findings.violate(
                Invariant::I9,
                place(),
                format!("{counted} were {what} when they came, {stored} are stored"),
            );
        }
    }
}

/// An entry of the outbox: an id and, for a decision, its number; [`ALERT`] for an alert.
type Entry = [u8; 20];

/// Stands where a decision has its number, and a touch 0.
const ALERT: u32 = u32::MAX;

fn entry(id: [u8; 16], number: u32) -> Entry {
    let mut entry = [0; 20];
    entry[..16].copy_from_slice(&id);
    entry[16..].copy_from_slice(&number.to_be_bytes());
    entry
}

/// Entries are shared out by the random part of their ids.
fn share_of(entry: &Entry, shares: u64) -> u64 {
    let mut random = [0; 8];
    random.copy_from_slice(&entry[8..16]);
    u64::from_be_bytes(random) % shares
}

fn shown(entry: &Entry) -> String {
    let (id, number) = entry.split_at(16);
    let id: [u8; 16] = id.try_into().expect("an entry begins with 16 bytes of id");
    match number {
        [a, b, c, d] => match u32::from_be_bytes([*a, *b, *c, *d]) {
            0 => TouchId::from_bytes(id).to_string(),
            ALERT => AlertId::from_bytes(id).to_string(),
            number => format!("{} decision {number}", ConversionId::from_bytes(id)),
        },
        _ => String::new(),
    }
}

/// Every touch, decision and alert stands in the outbox, and stands there once.
fn check_outbox(tx: &mut Tx<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut rows = 0;
    for table in ["touches", "decisions", "alerts"] {
        rows += store::walk::count(tx, table)?;
    }
    let shares = rows / REMEMBERED_MAX + 1;
    for share in 0..shares {
        let mut missing: FxHashSet<Entry> = FxHashSet::default();
        let mut remember = |entry: Entry| {
            if share_of(&entry, shares) == share {
                missing.insert(entry);
            }
            Ok(())
        };
        store::walk::each_touch_id(tx, &mut |id| remember(entry(id, 0)))?;
        store::walk::each_decision(tx, &mut |id, number| {
            remember(entry(id, u32::try_from(number).unwrap_or(u32::MAX)))
        })?;
        store::walk::each_alert_id(tx, &mut |id| remember(entry(id, ALERT)))?;
        read_outbox(tx, &mut |named| {
            if share_of(&named, shares) == share && !missing.remove(&named) {
                findings.violate(
                    Invariant::I9,
                    shown(&named),
                    "the outbox names it twice, or it does not exist",
                );
            }
        })?;
        let mut missing: Vec<Entry> = missing.into_iter().collect();
        missing.sort_unstable();
        for entry in &missing {
            findings.violate(Invariant::I9, shown(entry), "the outbox does not name it");
        }
    }
    findings.count("outbox", usize::try_from(rows).unwrap_or(usize::MAX));
    Ok(())
}

/// Calls `each` with every entry of touches, decisions and alerts.
fn read_outbox(tx: &mut Tx<'_>, each: &mut dyn FnMut(Entry)) -> Result<()> {
    const ENTRIES: u32 = 50;
    let mut after = 0;
    loop {
        let mut entries = outbox::after(tx, after, ENTRIES)?;
        let Some(last) = entries.last().map(|entry| entry.sequence) else { return Ok(()) };
        if entries.len() == ENTRIES as usize && entries[0].sequence != last {
            // The page may have cut the last transaction in two; the next one begins with it.
            entries.retain(|entry| entry.sequence != last);
        }
        for part in &entries {
            after = part.sequence;
            let length = match part.kind.as_str() {
                "touches" | ALERTS => 16,
                "decisions" => 20,
                _ => continue,
            };
            let number = if part.kind == ALERTS { ALERT } else { 0 };
            for bytes in part.body.chunks(length) {
                let mut entry = entry([0; 16], number);
                entry[..bytes.len()].copy_from_slice(bytes);
                each(entry);
            }
        }
    }
}
