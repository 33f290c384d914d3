//! I2, I3, I5, I7, I8, I10: bonuses are what was counted, what their receipts say and what their transfers moved.
//!
//! What an approved conversion adds to counters is calculated again where the conversions are walked through; a decision
//! that was not followed yet may still be missing. Then each counter is added up again in its order, which tells at which
//! row its bonus was due: it must have been paid there, once, as its receipt says.

use std::collections::BTreeMap;

use engine::{Contracts, bonus::BonusReceipt};
use ledger::{AccountKey, AccountKind, Source};
use model::{ConversionId, Money};
use rustc_hash::FxHashSet;
use store::{
    Result, Tx,
    bonuses::{self as rows, Bonus, Progress},
    outbox, proofs,
};

use super::{
    findings::{Findings, Invariant, is_damage},
    first_decisions::{Case, First},
    world::World,
};
use crate::{
    awards::{self, followed::Followed, reached},
    posting,
};

/// Decisions that are not followed yet, by conversion and number.
pub(super) struct Open(FxHashSet<(ConversionId, u32)>);

impl Open {
    /// Reads them, when there is anything to follow decisions for.
    pub(super) fn read(tx: &mut Tx<'_>, world: &World<'_>) -> Result<Self> {
        let mut open = FxHashSet::default();
        if !awards::promises(&world.snapshot) {
            return Ok(Self(open));
        }
        let mut after = rows::position(tx)?;
        loop {
            let entries = outbox::after(tx, after, 50)?;
            let Some(last) = entries.last() else { return Ok(Self(open)) };
            after = last.sequence;
            // The page may have cut the last transaction in two.
            let complete = outbox::of(tx, after)?;
            let before = entries.iter().filter(|entry| entry.sequence < after);
            for entry in before.chain(&complete).filter(|entry| entry.kind == "decisions") {
                open.extend(
                    proofs::decisions_in(&entry.body).into_iter().map(|key| (key.conversion_id, key.number)),
                );
            }
        }
    }

    pub(super) fn has(&self, conversion: ConversionId, number: i64) -> bool {
        u32::try_from(number).is_ok_and(|number| self.0.contains(&(conversion, number)))
    }
}

/// I8: what a conversion added to counters is what its lines and decisions say.
pub(super) fn check_conversion(
    world: &World<'_>,
    case: &Case<'_>,
    first: &First<'_>,
    counted: &[Progress],
    open: &Open,
    findings: &mut Findings<'_>,
) {
    let id = case.conversion.id;
    let counted: Vec<&Progress> = counted.iter().filter(|row| row.conversion_id == id).collect();
    let promises = |version| {
        let contract = world.snapshot.versions.contract(version);
        contract.is_some_and(|contract| !contract.bonuses().is_empty())
    };
    if counted.is_empty() && !first.lines.iter().any(|line| promises(line.contract_version_id)) {
        return;
    }
    let followed = Followed {
        conversion: case.conversion,
        receipt: first.receipt.clone(),
        lines: case.lines.iter().map(|(_, line)| line.clone()).collect(),
        decisions: case.decisions.iter().collect(),
    };
    let expected = match followed.bonus_adds(&world.snapshot.versions) {
        Ok(expected) => expected,
        Err(error) => return findings.violate(Invariant::I8, id, error.to_string()),
    };
    let (number, adds) = expected.unwrap_or_default();
    if counted.is_empty() && open.has(id, number) {
        return;
    }
    let wanted: Vec<_> =
        adds.iter().map(|add| (add.key.to_bytes(), number, add.contract_version_id, add.adds)).collect();
    let found: Vec<_> = counted
        .iter()
        .map(|row| (row.key.clone(), row.decision, row.contract_version_id, row.adds))
        .collect();
    if found != wanted {
        let message = format!("it counts {} times towards bonuses, it should {}", found.len(), wanted.len());
        findings.violate(Invariant::I8, id, message);
    }
}

/// A bonus that a counter made due: by which row, and what was counted before it.
struct Due {
    by: Progress,
    counted_before: i64,
}

/// Checks every bonus; answers what they moved on each account.
pub(super) fn check(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    findings: &mut Findings<'_>,
) -> Result<BTreeMap<AccountKey, i128>> {
    let mut due = due_by_counters(tx, world, findings)?;
    let mut bonuses: Vec<Bonus> = Vec::new();
    rows::for_each(tx, &mut |row| match row {
        Ok(bonus) => {
            bonuses.push(bonus);
            Ok(())
        }
        Err(error) if is_damage(&error) => {
            findings.violate(Invariant::I7, "bonuses", error.to_string());
            Ok(())
        }
        Err(error) => Err(error),
    })?;
    findings.count("bonuses", bonuses.len());
    let mut moved: BTreeMap<AccountKey, i128> = BTreeMap::new();
    for bonus in &bonuses {
        belongs(world, bonus, findings);
        match &bonus.progress_key {
            Some(key) => follows(world, bonus, due.remove(key), findings),
            None if bonus.reason.as_deref().is_none_or(str::is_empty) => {
                findings.violate(Invariant::I2, bonus.id, "it was given by hand without a reason");
            }
            None => {}
        }
        transfers_follow(tx, bonus, findings)?;
        let left = i128::from(bonus.amount.units()) - i128::from(bonus.taken_back.units());
        let account =
            |kind| AccountKey { network_id: bonus.network_id, kind, currency: bonus.amount.currency() };
        *moved.entry(account(reached::payer(bonus))).or_default() -= left;
        *moved.entry(account(AccountKind::Publisher(bonus.publisher_id))).or_default() += left;
    }
    for due in due.values() {
        findings.violate(Invariant::I8, due.by.conversion_id, "it reached a bonus that was not paid");
    }
    for source in store::walk::transfers_without_source(tx, 5, "bonuses")? {
        let place = format!("source {}", engine::receipt::hex(&source));
        findings.violate(Invariant::I7, place, "it has transfers, but is not among the bonuses");
    }
    for conversion in rows::progress_without_conversion(tx)? {
        findings.violate(Invariant::I2, conversion, "it counts towards a bonus but does not exist");
    }
    Ok(moved)
}

/// Adds every counter up again, and finds the row at which its bonus was due.
fn due_by_counters(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    findings: &mut Findings<'_>,
) -> Result<BTreeMap<Vec<u8>, Due>> {
    let mut due: BTreeMap<Vec<u8>, Due> = BTreeMap::new();
    let mut last: Option<Progress> = None;
    rows::each_progress(tx, &mut |row| {
        let before = last.take().filter(|last| last.key == row.key);
        let (ordinal, counted_before) = before.map_or((0, 0), |last| (last.ordinal, last.counted));
        if row.ordinal != ordinal + 1 || counted_before.checked_add(row.adds) != Some(row.counted) {
            findings.violate(
                Invariant::I3,
                row.conversion_id,
                "what it adds to a counter does not follow from the row before",
            );
        }
        let bonus = commission::BonusKey::from_bytes(&row.key).and_then(|key| {
            let contract = world.snapshot.versions.contract(row.contract_version_id)?;
            contract.bonuses().iter().find(|bonus| bonus.name() == key.bonus)
        });
        match bonus {
            None => {
                findings.violate(
                    Invariant::I10,
                    row.conversion_id,
                    "it counts towards a bonus that is not agreed",
                );
            }
            Some(bonus) if row.counted >= bonus.reach() && !due.contains_key(&row.key) => {
                due.insert(row.key.clone(), Due { by: row.clone(), counted_before });
            }
            Some(_) => {}
        }
        last = Some(row);
        Ok(())
    })?;
    Ok(due)
}

/// I10: who earns and who pays are of its network.
fn belongs(world: &World<'_>, bonus: &Bonus, findings: &mut Findings<'_>) {
    let snapshot = &world.snapshot;
    let publisher = snapshot.publishers.get(&bonus.publisher_id);
    if publisher.is_none_or(|publisher| publisher.network_id != bonus.network_id) {
        findings.violate(Invariant::I10, bonus.id, "its publisher is not of its network");
    }
    let advertiser = bonus.advertiser_id.map(|id| snapshot.advertisers.get(&id));
    if advertiser.is_some_and(|entry| entry.is_none_or(|entry| entry.record.network_id != bonus.network_id)) {
        findings.violate(Invariant::I10, bonus.id, "its advertiser is not of its network");
    }
}

/// I8: a bonus of a contract was due, and its receipt recomputes to it.
fn follows(world: &World<'_>, bonus: &Bonus, due: Option<Due>, findings: &mut Findings<'_>) {
    let receipt = bonus.receipt.as_deref().and_then(|text| serde_json::from_str::<BonusReceipt>(text).ok());
    let Some(receipt) = receipt else {
        return findings.violate(Invariant::I2, bonus.id, "its receipt cannot be read");
    };
    let Some(due) = due else {
        return findings.violate(Invariant::I8, bonus.id, "no counter reached it, or it was paid before");
    };
    let facts = &receipt.facts;
    let said = (facts.conversion_id, i64::from(facts.decision), facts.counted_before, facts.adds);
    let is = (due.by.conversion_id, due.by.decision, due.counted_before, due.by.adds);
    if said != is || facts.contract_version_id != due.by.contract_version_id || facts.paid_before {
        findings.violate(Invariant::I8, bonus.id, "its receipt rests on something else than was counted");
    }
    if receipt.recompute(&world.snapshot.versions).as_ref() != Some(&receipt.decision) {
        findings.violate(Invariant::I8, bonus.id, "deciding again from its receipt gives another decision");
    }
    let contract = world.snapshot.versions.get(&facts.contract_version_id);
    let program = contract.and_then(|contract| world.snapshot.programs.get(&contract.version().program_id));
    let payer = program.map(|program| program.record.advertiser_id);
    let by_advertiser = receipt.decision.paid_by == model::bonus::BonusPayer::Advertiser;
    let stored = (bonus.publisher_id, Some(bonus.amount), bonus.advertiser_id);
    if stored != (facts.publisher_id, receipt.decision.amount, payer.filter(|_| by_advertiser)) {
        findings.violate(Invariant::I2, bonus.id, "its row is not what its receipt says");
    }
}

/// I5, I7: its transfers are its amount and what was taken back, never more than there was.
fn transfers_follow(tx: &mut Tx<'_>, bonus: &Bonus, findings: &mut Findings<'_>) -> Result<()> {
    match again(tx, bonus) {
        Ok(Some(message)) => findings.violate(Invariant::I7, bonus.id, message),
        Ok(None) => {}
        Err(error) if is_damage(&error) => findings.violate(Invariant::I3, bonus.id, error.to_string()),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// What is wrong with its transfers.
fn again(tx: &mut Tx<'_>, bonus: &Bonus) -> Result<Option<String>> {
    let source = Source::Bonus(bonus.id);
    let (network, publisher) = (bonus.network_id, bonus.publisher_id);
    let payer = reached::payer(bonus);
    let mut expected =
        ledger::award(network, payer, publisher, bonus.amount, false, source, bonus.at).unwrap_or_default();
    let mut taken_back = Money::zero(bonus.amount.currency());
    for (taken, sequence) in rows::returns(tx, bonus)?.into_iter().zip(1_i64..) {
        let zero = Money::zero(taken_back.currency());
        match ledger::reverse(&expected, &[(taken.taken_back, zero)], taken.at) {
            Ok(more) if taken.sequence == sequence && !more.is_empty() => expected.extend(more),
            _ => return Ok(Some(format!("{} cannot be taken back of it", taken.taken_back))),
        }
        taken_back = taken.taken_back;
    }
    if taken_back != bonus.taken_back {
        return Ok(Some(format!("{taken_back} was taken back, it says {}", bonus.taken_back)));
    }
    let stored = posting::history(tx, source)?;
    Ok((stored != expected).then(|| "its transfers are not what it says".to_owned()))
}
