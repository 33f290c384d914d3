//! I2, I6, I8: the first decision on each conversion, taken again from its receipt.

use engine::{AskedOfTouch, CandidateFacts, Facts, Receipt};
use ledger::{Source, Transfer};
use model::{
    Code, ConversionId, Timestamp, TouchId,
    conversion::{CommissionLine, State},
    touch::{Touch, TouchKind},
};
use rustc_hash::FxHashMap;
use store::{
    Result, Tx,
    conversions::{self, Conversion},
    decisions::{self, DecisionKind, DecisionRow},
};

use super::{
    customers::Customers,
    exchange,
    findings::{Findings, Invariant},
    once::{self, Keys},
    world::{WAIT_SECONDS, World},
};
use crate::{configuration::payout_tables, intake::receipt_hash, posting};

/// A page of conversions with everything that belongs to them.
pub(super) struct Page {
    conversions: Vec<Conversion>,
    reports: FxHashMap<ConversionId, String>,
    decisions: FxHashMap<ConversionId, Vec<DecisionRow>>,
    receipts: FxHashMap<ConversionId, Receipt>,
    lines: FxHashMap<ConversionId, Vec<(i64, CommissionLine)>>,
    histories: FxHashMap<ConversionId, Vec<Transfer>>,
    touches: FxHashMap<TouchId, Touch>,
    pub(super) keys: FxHashMap<ConversionId, Keys>,
    pub(super) holders: FxHashMap<[u8; 16], ConversionId>,
    pub(super) customers: Customers,
}

/// One conversion of a page.
pub(super) struct Case<'a> {
    pub(super) conversion: &'a Conversion,
    pub(super) report_text: &'a str,
    pub(super) decisions: &'a [DecisionRow],
    pub(super) lines: &'a [(i64, CommissionLine)],
    pub(super) history: &'a [Transfer],
}

/// A first decision that could be read.
pub(super) struct First<'a> {
    pub(super) receipt: &'a Receipt,
    /// Its lines, when it earns.
    pub(super) lines: &'a [CommissionLine],
    /// Their sums: commission and fee.
    pub(super) money: (i64, i64),
}

impl First<'_> {
    /// Whether the conversion earned when it was decided.
    pub(super) const fn is_live(&self) -> bool {
        self.receipt.decision.state.is_live()
    }
}

impl Page {
    pub(super) fn read(
        tx: &mut Tx<'_>,
        world: &World<'_>,
        ids: &[ConversionId],
        findings: &mut Findings<'_>,
    ) -> Result<Self> {
        let conversions =
            findings.read_all(ids, Invariant::I2, "conversion", &mut |ids| conversions::by_ids(tx, ids))?;
        let reports = store::walk::reports(tx, ids)?.into_iter().collect();
        let mut decisions: FxHashMap<ConversionId, Vec<DecisionRow>> = FxHashMap::default();
        for row in findings.read_all(ids, Invariant::I2, "decision", &mut |ids| decisions::of(tx, ids))? {
            decisions.entry(row.conversion_id).or_default().push(row);
        }
        let mut lines: FxHashMap<ConversionId, Vec<(i64, CommissionLine)>> = FxHashMap::default();
        for (id, place, line) in findings
            .read_all(ids, Invariant::I2, "commission line", &mut |ids| conversions::lines(tx, ids))?
        {
            lines.entry(id).or_default().push((place, line));
        }
        let mut histories: FxHashMap<ConversionId, Vec<Transfer>> = FxHashMap::default();
        for transfer in findings.read_all(ids, Invariant::I3, "transfer", &mut |ids| transfers_of(tx, ids))? {
            if let Source::Conversion(id) = transfer.source {
                histories.entry(id).or_default().push(transfer);
            }
        }
        let receipts: FxHashMap<ConversionId, Receipt> =
            decisions.iter().filter_map(|(id, rows)| Some((*id, receipt_of(rows)?))).collect();
        let mut candidates: Vec<TouchId> = receipts.values().flat_map(touches_of).collect();
        candidates.sort_unstable();
        candidates.dedup();
        // Damaged ones were reported when the touches were walked through.
        let touches = findings
            .read_all(&candidates, Invariant::I9, "touch", &mut |ids| store::touches::by_ids(tx, ids))?;
        let touches = touches.into_iter().map(|touch| (touch.id, touch)).collect();
        let keys: FxHashMap<ConversionId, Keys> = conversions
            .iter()
            .filter_map(|conversion| {
                Some((conversion.id, once::expected(world, conversion, receipts.get(&conversion.id)?)))
            })
            .collect();
        let asked: Vec<[u8; 16]> = keys.values().flat_map(Keys::all).collect();
        let holders = conversions::dedup_find(tx, &asked)?.into_iter().collect();
        let customers = Customers::read(tx, &conversions, &receipts, findings)?;
        Ok(Self {
            conversions,
            reports,
            decisions,
            receipts,
            lines,
            histories,
            touches,
            keys,
            holders,
            customers,
        })
    }

    /// The conversions that could be read.
    pub(super) fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        self.conversions.iter().map(|conversion| Case {
            conversion,
            report_text: self.reports.get(&conversion.id).map_or("", String::as_str),
            decisions: self.decisions.get(&conversion.id).map_or(&[], Vec::as_slice),
            lines: self.lines.get(&conversion.id).map_or(&[], Vec::as_slice),
            history: self.histories.get(&conversion.id).map_or(&[], Vec::as_slice),
        })
    }
}

fn transfers_of(tx: &mut Tx<'_>, ids: &[ConversionId]) -> Result<Vec<Transfer>> {
    let sources: Vec<Vec<u8>> = ids.iter().map(|id| posting::source_key(Source::Conversion(*id))).collect();
    store::ledger::transfers_of(tx, &sources)?.iter().map(posting::from_row).collect()
}

fn receipt_of(rows: &[DecisionRow]) -> Option<Receipt> {
    let first = rows.iter().find(|row| row.sequence == 1)?;
    serde_json::from_str(&first.receipt).ok()
}

fn touches_of(receipt: &Receipt) -> impl Iterator<Item = TouchId> {
    receipt.facts.candidates.iter().map(|candidate| candidate.touch_id)
}

/// Checks the first decision of a conversion; `None` when it cannot be read.
pub(super) fn check<'a>(
    world: &World<'_>,
    page: &'a Page,
    case: &Case<'a>,
    findings: &mut Findings<'_>,
) -> Option<First<'a>> {
    let id = case.conversion.id;
    let unbroken = case.decisions.iter().zip(1_i64..).all(|(row, number)| row.sequence == number);
    if !unbroken || case.decisions.is_empty() {
        let numbers: Vec<i64> = case.decisions.iter().map(|row| row.sequence).collect();
        findings.violate(Invariant::I2, id, format!("its decisions are not numbered 1, 2, 3..: {numbers:?}"));
    }
    for row in case.decisions {
        if receipt_hash(case.report_text, &row.receipt) != row.receipt_sha256 {
            findings.violate(
                Invariant::I2,
                id,
                format!("the hash of decision {} is not that of its receipt", row.sequence),
            );
        }
        if (row.sequence == 1) != (row.kind == DecisionKind::Decided) {
            findings.violate(
                Invariant::I2,
                id,
                format!("decision {} is of the kind {}", row.sequence, row.kind.word()),
            );
        }
    }
    let row = case.decisions.iter().find(|row| row.sequence == 1)?;
    let Some(receipt) = page.receipts.get(&id) else {
        findings.violate(Invariant::I2, id, "the receipt of its first decision cannot be read");
        return None;
    };
    if receipt.text() != row.receipt {
        findings.violate(Invariant::I2, id, "the receipt of its first decision is not in canonical form");
    }
    check_recomputed(world, case, receipt, findings);
    check_facts(world, page, case, receipt, findings);
    let lines = if receipt.decision.state.is_live() { receipt.decision.lines.as_slice() } else { &[] };
    let Some(money) = sums(lines) else {
        findings.violate(Invariant::I6, id, "the lines of its receipt do not sum up");
        return None;
    };
    let first = First { receipt, lines, money };
    check_row(case, row, &first, findings);
    check_columns(case, &first, findings);
    check_lines(case, &first, findings);
    Some(first)
}

fn sums(lines: &[CommissionLine]) -> Option<(i64, i64)> {
    lines.iter().try_fold((0_i64, 0_i64), |(commission, fee), line| {
        line.charge().ok()?;
        Some((commission.checked_add(line.commission.units())?, fee.checked_add(line.fee.units())?))
    })
}

fn check_recomputed(world: &World<'_>, case: &Case<'_>, receipt: &Receipt, findings: &mut Findings<'_>) {
    let again = receipt.recompute(&case.conversion.report, &world.snapshot.versions);
    if again != receipt.decision {
        let was = &receipt.decision;
        let money =
            |decision: &engine::Decision| decision.totals().ok().flatten().map(|(commission, _)| commission);
        let message = format!(
            "deciding again from its receipt gives {} {} {:?}, it was {} {} {:?}",
            again.state.word(),
            again.code,
            money(&again),
            was.state.word(),
            was.code,
            money(was),
        );
        findings.violate(Invariant::I8, case.conversion.id, message);
    }
}

/// The facts of the receipt are what the rest of the store says.
fn check_facts(
    world: &World<'_>,
    page: &Page,
    case: &Case<'_>,
    receipt: &Receipt,
    findings: &mut Findings<'_>,
) {
    let conversion = case.conversion;
    let facts = &receipt.facts;
    let id = conversion.id;
    if facts.conversion_id != id {
        findings.violate(Invariant::I2, id, format!("its receipt is that of {}", facts.conversion_id));
    }
    let advertiser = world.snapshot.advertisers.get(&conversion.report.advertiser_id);
    if advertiser.is_none_or(|entry| entry.record.network_id != facts.network_id) {
        findings.violate(Invariant::I10, id, format!("its advertiser is none of {}", facts.network_id));
    }
    if let Some(program) = &facts.program {
        let stored = world.snapshot.programs.get(&program.id).map(|entry| &entry.record);
        let same = stored.is_some_and(|stored| {
            (stored.advertiser_id, stored.network_id) == (program.advertiser_id, facts.network_id)
        });
        if !same {
            findings.violate(Invariant::I10, id, format!("its program {} is of somebody else", program.id));
        }
    }
    for message in exchange::wrong_ways(world, facts, receipt.decision.judged_at) {
        findings.violate(Invariant::I8, id, message);
    }
    if let Some(message) = wrong_weights(world, conversion, receipt) {
        findings.violate(Invariant::I8, id, message);
    }
    for candidate in &facts.candidates {
        if let Some(message) = check_candidate(world, page, conversion, candidate) {
            findings.violate(Invariant::I8, id, message);
        }
    }
}

/// What is wrong with the weights that the touches of a conversion were shared by.
fn wrong_weights(world: &World<'_>, conversion: &Conversion, receipt: &Receipt) -> Option<String> {
    let (facts, snapshot) = (&receipt.facts, &world.snapshot);
    let told = facts.payout_table;
    let has_tables = facts.program.as_ref().is_some_and(|one| snapshot.payout_tables.contains_key(&one.id));
    if told.is_none() && !has_tables {
        return None;
    }
    // Whoever decided soon after a table was frozen may not have known it yet.
    let of_program = |known: Timestamp| {
        let mut again = facts.clone();
        let table = |program| {
            let tables = snapshot.payout_tables.get(&program)?.iter().rev();
            let mut in_force = tables
                .filter(|table| table.valid_from <= receipt.decision.judged_at && table.created_at <= known);
            in_force.next()
        };
        payout_tables::weigh(&mut again, &snapshot.versions, table);
        again
    };
    let received_at = conversion.report.received_at;
    let moments = [WAIT_SECONDS, -WAIT_SECONDS].map(|seconds| received_at.plus_seconds(seconds));
    let table = told.and_then(|id| {
        let program = facts.program.as_ref()?.id;
        snapshot.payout_tables.get(&program)?.iter().find(|table| table.id == id)
    });
    match (told, table) {
        (Some(id), None) => {
            return Some(format!("the payout table {id} of its receipt is none of its program"));
        }
        (Some(id), Some(table)) if payout_tables::digest(table) != table.digest => {
            return Some(format!("the payout table {id} is not what was frozen"));
        }
        _ => {}
    }
    let same = |again: &Facts| {
        let weights = again.candidates.iter().map(|one| one.weight);
        again.payout_table == told && weights.eq(facts.candidates.iter().map(|one| one.weight))
    };
    let fits = moments.into_iter().any(|known| same(&of_program(known)));
    (!fits).then(|| "its touches were shared by other weights than those in force".to_owned())
}

fn check_candidate(
    world: &World<'_>,
    page: &Page,
    conversion: &Conversion,
    facts: &CandidateFacts,
) -> Option<String> {
    let id = facts.touch_id;
    match page.touches.get(&id) {
        None if facts.stored => return Some(format!("the touch {id} of its receipt does not exist")),
        None => {}
        // A touch whose row came late is told of by its click id, which knows neither verdict nor exact time.
        Some(_) if !facts.stored => {}
        Some(touch) => {
            let said = (
                facts.kind,
                facts.link_id,
                facts.publisher_id,
                facts.program_id,
                facts.received_at,
                facts.code,
            );
            let is = (
                touch.kind,
                touch.link_id,
                touch.publisher_id,
                touch.program_id,
                touch.received_at,
                touch.code,
            );
            if said != is || touch.advertiser_id != conversion.advertiser_id {
                return Some(format!(
                    "the touch {id} is not what its receipt says: {is:?} instead of {said:?}"
                ));
            }
        }
    }
    if let Some(touch) = page.touches.get(&id).filter(|_| facts.stored) {
        let told = facts.contract_version_id.and_then(|version| world.snapshot.versions.get(&version));
        let asked = told.map(|contract| AskedOfTouch::of(touch, contract, &conversion.report.action));
        if facts.asked != asked.unwrap_or_default() {
            return Some(format!("its rates were told of the touch {id} what is not stored of it"));
        }
    }
    if facts.kind == TouchKind::Coupon && !facts.beside {
        let link =
            world.snapshot.links_by_id.get(&facts.link_id).and_then(|slug| world.snapshot.links.get(slug));
        let said = (facts.publisher_id, facts.program_id, facts.coupon.is_some());
        if link.is_none_or(|link| (link.record.publisher_id, link.record.program_id, true) != said) {
            return Some(format!("its coupon is not of the link {}", facts.link_id));
        }
    }
    let (program, publisher) = (facts.program_id, facts.publisher_id);
    if !facts.stored
        && facts.code == Code::NotAMember
        && world.was_member(program, publisher, facts.received_at)
    {
        return Some(format!("the publisher of the touch {id} was a member of the program"));
    }
    let in_force = world.in_force(program, publisher, conversion.occurred_at, conversion.report.received_at);
    let versions = in_force.map(|version| version.map(|contract| contract.version_id()));
    let known = versions.contains(&facts.contract_version_id);
    (!known).then(|| {
        format!(
            "the contract in force for the touch {id} was {newer}, not what its receipt says",
            newer = Shown(versions[0])
        )
    })
}

/// An id that need not be there.
struct Shown<T>(Option<T>);

impl<T: std::fmt::Display> std::fmt::Display for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(id) => id.fmt(f),
            None => f.write_str("none"),
        }
    }
}

/// The row of the first decision is what its receipt says.
fn check_row(case: &Case<'_>, row: &DecisionRow, first: &First<'_>, findings: &mut Findings<'_>) {
    let decision = &first.receipt.decision;
    let said = (decision.state, decision.code, case.conversion.report.received_at, first.money);
    let is = (row.state, row.code, row.at, (row.commission_delta, row.fee_delta));
    if said != is {
        let message = format!("the row of its first decision says {is:?}, its receipt {said:?}");
        findings.violate(Invariant::I2, case.conversion.id, message);
    }
}

/// The columns that no later decision changes are what the report and the receipt say.
fn check_columns(case: &Case<'_>, first: &First<'_>, findings: &mut Findings<'_>) {
    let (stored, decision) = (case.conversion, &first.receipt.decision);
    let main = decision.main_line().filter(|_| first.is_live());
    let expected = Conversion {
        id: stored.id,
        network_id: first.receipt.facts.network_id,
        advertiser_id: stored.report.advertiser_id,
        program_id: decision.program_id,
        publisher_id: main.map(|line| line.publisher_id),
        touch_id: main.map(|line| line.touch_id),
        action: stored.report.action.clone(),
        received_at: stored.report.received_at,
        occurred_at: decision.judged_at,
        order_id: stored.report.order_id.clone(),
        amount: decision.amount,
        commission_currency: main.map(|line| line.commission.currency()),
        duplicate_of: decision.duplicate_of,
        ..stored.clone()
    };
    if expected != *stored {
        let message =
            format!("its columns differ from its report and receipt: {}", differing(stored, &expected));
        findings.violate(Invariant::I2, stored.id, message);
    }
    if conversions::report_json(&stored.report) != case.report_text {
        findings.violate(Invariant::I2, stored.id, "its report is not in canonical form");
    }
}

/// The names of the fields that differ.
fn differing(one: &Conversion, other: &Conversion) -> String {
    macro_rules! names {
        ($($field:ident),+) => {{
            let mut names = Vec::new();
            $(if one.$field != other.$field { names.push(stringify!($field)); })+
            names.join(", ")
        }};
    }
    names!(
        network_id,
        advertiser_id,
        program_id,
        publisher_id,
        touch_id,
        action,
        received_at,
        occurred_at,
        order_id,
        amount,
        commission_currency,
        duplicate_of
    )
}

/// The rows of the lines are the receipt's, and the ledger earned them (I6).
fn check_lines(case: &Case<'_>, first: &First<'_>, findings: &mut Findings<'_>) {
    let id = case.conversion.id;
    let places = case.lines.iter().zip(0_i64..).all(|((place, _), expected)| *place == expected);
    // Those that were earned later belong to later decisions.
    let begun = case.lines.iter().take(first.lines.len());
    let same = begun.map(|(_, line)| line).eq(first.lines);
    if !places || !same {
        findings.violate(Invariant::I2, id, "its commission lines are not those of its receipt");
    }
    let lines: Vec<CommissionLine> = case.lines.iter().map(|(_, line)| line.clone()).collect();
    if !first.lines.is_empty() || !lines.is_empty() || !case.history.is_empty() {
        findings.take(ledger::check_lines(Source::Conversion(id), &lines, case.history));
    }
    let decision = &first.receipt.decision;
    if decision.state.is_open() && decision.approve_at.is_none() {
        findings.violate(Invariant::I2, id, "it waits for an approval that has no date");
    }
    let counts = matches!(decision.code, Code::Ok | Code::CapHeld);
    let held = (decision.state == State::Held) == (decision.code == Code::CapHeld);
    if first.is_live() != counts || !held {
        findings.violate(
            Invariant::I2,
            id,
            format!("a conversion with the verdict {} is {}", decision.code, decision.state.word()),
        );
    }
}
