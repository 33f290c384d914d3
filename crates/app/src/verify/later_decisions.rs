//! I2, I5, I8: what was decided after the first decision, taken again from the lines and transfers before it.

use engine::raise::Levels;
use ledger::{PostingError, Source, Transfer};
use model::{
    Money, Share, Timestamp,
    conversion::{CommissionLine, State},
};
use store::decisions::{DecisionKind, DecisionRow};

use super::{
    findings::{Findings, Invariant},
    first_decisions::{Case, First},
    raises::Raises,
    world::World,
};
use crate::lifecycle::{self, AdjustedMoney, ChangeReceipt, Course, Hold};

/// Where a conversion stands after the decisions so far.
pub(super) struct Standing {
    pub(super) state: State,
    pub(super) reversed: Share,
    /// Those of the first decision, then those that were earned later.
    pub(super) lines: Vec<CommissionLine>,
    /// To which steps of retroactive tiers it was raised.
    pub(super) levels: Levels,
    /// What is taken back of each line.
    taken_back: Vec<(Money, Money)>,
    /// What is taken back of each part of the order.
    pub(super) course: Course,
    /// When it is approved by itself, and whether that was moved.
    approve_at: Option<Timestamp>,
    extended: bool,
    /// How many of its transfers are explained.
    pub(super) transfers: usize,
}

impl Standing {
    /// Every line so far.
    pub(super) fn lines(&self) -> &[CommissionLine] {
        &self.lines
    }

    /// Commission and fee of a line that are left, in units.
    pub(super) fn left(&self, line: usize) -> Option<(i64, i64)> {
        let earned = self.lines.get(line)?;
        let (commission, fee) = (earned.commission.units(), earned.fee.units());
        match self.taken_back.get(line) {
            None => Some((commission, fee)),
            Some(back) => Some((commission.checked_sub(back.0.units())?, fee.checked_sub(back.1.units())?)),
        }
    }

    fn sums(&self) -> Option<(i64, i64)> {
        (0..self.lines.len()).try_fold((0_i64, 0_i64), |sums, line| {
            let (commission, fee) = self.left(line)?;
            Some((sums.0.checked_add(commission)?, sums.1.checked_add(fee)?))
        })
    }
}

/// Walks through the decisions after the first and compares the conversion with the last.
pub(super) fn check(
    world: &World<'_>,
    raises: &Raises,
    case: &Case<'_>,
    first: &First<'_>,
    findings: &mut Findings<'_>,
) -> Standing {
    let mut standing = Standing {
        state: first.receipt.decision.state,
        reversed: Share::NONE,
        lines: first.lines.to_vec(),
        levels: Levels::new(),
        taken_back: Vec::new(),
        course: Course::new(case.conversion, &first.receipt.decision),
        approve_at: first.receipt.decision.approve_at,
        extended: false,
        transfers: earned(case, first, findings),
    };
    for row in case.decisions.iter().filter(|row| row.sequence > 1) {
        let adjusted = |receipt: &ChangeReceipt, standing: &Standing| {
            raises.again(world, case, first, row, receipt, standing)
        };
        if let Err((invariant, message)) = step(case, first, row, &adjusted, &mut standing) {
            let message = format!("decision {}: {message}", row.sequence);
            findings.violate(invariant, case.conversion.id, message);
        }
    }
    if standing.transfers != case.history.len() {
        let more = case.history.len().saturating_sub(standing.transfers);
        findings.violate(
            Invariant::I8,
            case.conversion.id,
            format!("{more} of its transfers follow from no decision"),
        );
    }
    if !case.lines.iter().map(|(_, line)| line).eq(standing.lines.iter()) {
        let message = "its commission lines are not those of its decisions";
        findings.violate(Invariant::I2, case.conversion.id, message);
    }
    check_columns(case, &standing, findings);
    standing
}

/// The transfers of the first decision; answers with their number.
fn earned(case: &Case<'_>, first: &First<'_>, findings: &mut Findings<'_>) -> usize {
    let conversion = case.conversion;
    let pending = first.receipt.decision.state.is_open();
    let source = Source::Conversion(conversion.id);
    let expected = ledger::earn(
        first.receipt.facts.network_id,
        conversion.report.advertiser_id,
        first.lines,
        pending,
        source,
        conversion.report.received_at,
    );
    let expected = expected.unwrap_or_default();
    if !case.history.starts_with(&expected) {
        findings.violate(Invariant::I8, conversion.id, "its first transfers are not what its lines earn");
    }
    expected.len()
}

/// What does not hold, and by which invariant it should.
pub(super) type Wrong = (Invariant, String);

/// One later decision. `adjusted` takes one that raises again.
fn step(
    case: &Case<'_>,
    first: &First<'_>,
    row: &DecisionRow,
    adjusted: &dyn Fn(&ChangeReceipt, &Standing) -> Result<AdjustedMoney, Wrong>,
    standing: &mut Standing,
) -> Result<(), Wrong> {
    let wrong = |invariant, message: &str| Err((invariant, message.to_owned()));
    let receipt: ChangeReceipt = serde_json::from_str(&row.receipt)
        .map_err(|error| (Invariant::I2, format!("its receipt cannot be read: {error}")))?;
    let before = (standing.state, standing.reversed);
    let sums_before = standing.sums();
    let raised = (row.kind == DecisionKind::Adjusted).then(|| adjusted(&receipt, standing));
    let items = check_items(case, &receipt, standing);
    let extension = check_extension(case, first, row.kind, &receipt, standing);
    // What follows is judged by what this one says, so that one damage is one finding.
    standing.state = row.state;
    standing.reversed = receipt.reversed_after;
    if moves_money(row.kind) && row.kind != DecisionKind::Approved {
        standing.taken_back.clone_from(&receipt.taken_back);
    }
    if let Some((_, after)) = receipt.approve_at {
        (standing.approve_at, standing.extended) = (Some(after), true);
    }
    if let Some(adjustment) = &receipt.adjustment {
        standing.lines.extend(adjustment.lines.iter().cloned());
        standing.levels.insert(adjustment.key.clone(), adjustment.from);
    }
    let begin = usize::try_from(receipt.first_transfer).unwrap_or(usize::MAX);
    let made = usize::try_from(receipt.transfers).unwrap_or(usize::MAX);
    let explained = std::mem::replace(&mut standing.transfers, begin.saturating_add(made));

    if (receipt.state_before, receipt.reversed_before) != before {
        return wrong(Invariant::I2, "it does not begin where the one before it ended");
    }
    if receipt.operation != row.kind.word() || row.code != first.receipt.decision.code {
        return wrong(Invariant::I2, "its row and its receipt tell of different things");
    }
    items?;
    extension?;
    if receipt.adjustment.is_some() != raised.is_some() {
        return wrong(Invariant::I2, "its row and its receipt tell of different things");
    }
    let raised = raised.transpose()?;
    let expected = match &raised {
        Some(_) if receipt.reversed_after != before.1 => {
            return wrong(Invariant::I2, "it changes what is taken back");
        }
        Some((taken_back, _)) => Expected { state: before.0, taken_back: taken_back.clone() },
        None => expected(standing, row.kind, before, receipt.reversed_after)?,
    };
    if (row.state, &receipt.taken_back) != (expected.state, &expected.taken_back) {
        return wrong(Invariant::I8, "taken again it gives other sums or another state");
    }
    if begin != explained {
        return wrong(Invariant::I8, "its transfers do not follow those before it");
    }
    let (history, rest) = case.history.split_at(begin.min(case.history.len()));
    let again = match raised {
        Some((_, transfers)) => Ok(transfers),
        None if before.0 == State::Rejected && row.kind == DecisionKind::Reversed => Ok(Vec::new()),
        None => again(row.kind, history, &expected.taken_back, row),
    };
    let transfers = match again {
        Err(_) if history.is_empty() => Vec::new(),
        Err(error) => return Err((Invariant::I8, format!("it cannot be taken again: {error}"))),
        Ok(transfers) => transfers,
    };
    if transfers.len() != made || !rest.starts_with(&transfers) {
        return wrong(Invariant::I8, "its transfers are not those that it gives when taken again");
    }
    let delta = match (sums_before, standing.sums()) {
        (Some(before), Some(after)) => Some((after.0 - before.0, after.1 - before.1)),
        _ => None,
    };
    if delta != Some((row.commission_delta, row.fee_delta)) {
        return wrong(Invariant::I2, "its delta is not what its receipt changes");
    }
    Ok(())
}

/// What a decision must come to.
struct Expected {
    state: State,
    taken_back: Vec<(Money, Money)>,
}

fn expected(
    standing: &Standing,
    kind: DecisionKind,
    (state, reversed): (State, Share),
    after: Share,
) -> Result<Expected, Wrong> {
    let same_share = || {
        if after == reversed {
            Ok(())
        } else {
            Err((Invariant::I2, "it changes what is taken back".to_owned()))
        }
    };
    let lines = &standing.lines;
    let allowed = match kind {
        // What raises is taken again where raises are checked.
        DecisionKind::Decided | DecisionKind::Adjusted => false,
        DecisionKind::Held => state == State::Pending,
        DecisionKind::Released => state == State::Held,
        DecisionKind::Approved | DecisionKind::Rejected | DecisionKind::Extended => state.is_open(),
        // Of what is rejected the order is taken back, which moves nobody's money.
        DecisionKind::Reversed => state.is_live() || state == State::Rejected,
        DecisionKind::Reinstated => matches!(state, State::Rejected | State::Reversed) && !lines.is_empty(),
    };
    if !allowed {
        return Err((
            Invariant::I2,
            format!("a conversion that is {} cannot be {}", state.word(), kind.word()),
        ));
    }
    let taken_back = || standing.course.taken_back(lines).map_err(|error| (Invariant::I5, error.to_string()));
    let unmoved = |state| {
        same_share()?;
        Ok(Expected { state, taken_back: Vec::new() })
    };
    match kind {
        DecisionKind::Decided | DecisionKind::Approved => unmoved(State::Approved),
        DecisionKind::Held => unmoved(State::Held),
        DecisionKind::Released => unmoved(State::Pending),
        DecisionKind::Extended | DecisionKind::Adjusted => unmoved(state),
        DecisionKind::Rejected => {
            same_share()?;
            Ok(Expected { state: State::Rejected, taken_back: lifecycle::everything(lines) })
        }
        DecisionKind::Reversed => {
            if after.exceeds_whole() {
                return Err((Invariant::I5, format!("{after} of the order is more than the whole of it")));
            }
            if state == State::Rejected {
                return Ok(Expected { state, taken_back: lifecycle::everything(lines) });
            }
            let state = lifecycle::state_after_reversal(state, after);
            Ok(Expected { state, taken_back: taken_back()? })
        }
        DecisionKind::Reinstated => {
            if after != lifecycle::stays_reversed(reversed) {
                return Err((Invariant::I2, "it leaves another share taken back".to_owned()));
            }
            Ok(Expected { state: State::Approved, taken_back: taken_back()? })
        }
    }
}

/// Whether decisions of this kind can make transfers.
const fn moves_money(kind: DecisionKind) -> bool {
    !matches!(kind, DecisionKind::Held | DecisionKind::Released | DecisionKind::Extended)
}

fn again(
    kind: DecisionKind,
    history: &[Transfer],
    taken_back: &[(Money, Money)],
    row: &DecisionRow,
) -> Result<Vec<Transfer>, PostingError> {
    match kind {
        DecisionKind::Decided | DecisionKind::Approved => ledger::approve(history, row.at),
        DecisionKind::Rejected => ledger::reject(history, row.at),
        DecisionKind::Reversed => ledger::reverse(history, taken_back, row.at),
        DecisionKind::Reinstated => ledger::reinstate(history, taken_back, row.at),
        DecisionKind::Held | DecisionKind::Released | DecisionKind::Extended | DecisionKind::Adjusted => {
            Ok(Vec::new())
        }
    }
}

/// I5: a reversal of items took pieces that were left, and the share of the order that they are.
fn check_items(case: &Case<'_>, receipt: &ChangeReceipt, standing: &mut Standing) -> Result<(), Wrong> {
    let too_many = |error: &dyn std::fmt::Display| (Invariant::I5, error.to_string());
    let share = match receipt.items.as_slice() {
        [] => None,
        items => Some(standing.course.share_of(case.conversion, items)),
    };
    standing.course.follow(case.conversion, receipt).map_err(|error| too_many(&error))?;
    let Some(share) = share else { return Ok(()) };
    let share = share.map_err(|error| too_many(&error))?;
    match receipt.reversed_before.plus(share) {
        Some(after) if after == receipt.reversed_after => Ok(()),
        _ => Err((Invariant::I5, "its items are another share of the order than it took back".to_owned())),
    }
}

/// A hold is extended once, from where it ended and by no more than its own length.
fn check_extension(
    case: &Case<'_>,
    first: &First<'_>,
    kind: DecisionKind,
    receipt: &ChangeReceipt,
    standing: &Standing,
) -> Result<(), Wrong> {
    let Some((before, after)) = receipt.approve_at else {
        return match kind {
            DecisionKind::Extended => Err((Invariant::I2, "it extends a hold to no date".to_owned())),
            _ => Ok(()),
        };
    };
    let hold = Hold::of(first.receipt, case.conversion.received_at);
    let fits = kind == DecisionKind::Extended
        && !standing.extended
        && standing.approve_at == Some(before)
        && hold.is_some_and(|hold| hold.allows(after));
    if fits { Ok(()) } else { Err((Invariant::I5, "it extends the hold further than is allowed".to_owned())) }
}

/// The columns that mirror the newest decision, and the sums of all deltas.
fn check_columns(case: &Case<'_>, standing: &Standing, findings: &mut Findings<'_>) {
    let stored = case.conversion;
    let Some(last) = case.decisions.last() else { return };
    let said = (last.sequence, last.state, last.code, standing.reversed, standing.approve_at);
    let is = (stored.decision, stored.state, stored.code, stored.reversed, stored.approve_at);
    if said != is {
        findings.violate(
            Invariant::I2,
            stored.id,
            format!("it stands at {is:?}, its newest decision says {said:?}"),
        );
    }
    let deltas = case.decisions.iter().try_fold((0_i64, 0_i64), |sums, row| {
        Some((sums.0.checked_add(row.commission_delta)?, sums.1.checked_add(row.fee_delta)?))
    });
    let columns = (stored.commission, stored.fee);
    if deltas != Some(columns) || standing.sums() != Some(columns) {
        let message = format!(
            "it earns {columns:?}, its decisions sum to {deltas:?}, its lines to {:?}",
            standing.sums()
        );
        findings.violate(Invariant::I2, stored.id, message);
    }
}
