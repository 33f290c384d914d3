//! A conversion with everything that a change rests on, and the writing of the change.

use engine::Receipt;
use ledger::{Source, Transfer};
use model::{
    ConversionId, Money, Share,
    conversion::{CommissionLine, State},
};
use store::{
    Error, Tx,
    conversions::{self, Conversion, Standing},
    decisions::{self, DecisionKind, DecisionRow},
    outbox,
};

use super::{Change, ChangeError, ChangeReceipt, Course, Extent};
use crate::{intake::receipt_hash, own_results, posting};

/// A conversion with everything that a change rests on.
pub(super) struct Loaded {
    pub(super) conversion: Conversion,
    pub(super) lines: Vec<CommissionLine>,
    pub(super) history: Vec<Transfer>,
}

impl Loaded {
    pub(super) fn read(tx: &mut Tx<'_>, id: ConversionId) -> Result<Self, ChangeError> {
        let conversion = conversions::by_id(tx, id)?.ok_or(ChangeError::NotFound)?;
        let lines = conversions::lines(tx, &[id])?.into_iter().map(|(_, _, line)| line).collect();
        let history = posting::history(tx, Source::Conversion(id))?;
        Ok(Self { conversion, lines, history })
    }

    pub(super) fn require(&self, states: &[State], wanted: &'static str) -> Result<(), ChangeError> {
        let state = self.conversion.state;
        if states.contains(&state) { Ok(()) } else { Err(ChangeError::WrongState { state, wanted }) }
    }

    pub(super) fn share_of(&self, extent: Extent) -> Result<Share, ChangeError> {
        let before = self.conversion.reversed;
        match extent {
            Extent::Share(share) => Ok(share),
            Extent::Whole => Share::new(before.denominator() - before.numerator(), before.denominator())
                .ok_or_else(|| ChangeError::Amount("nothing is left".to_owned())),
            Extent::Amount(amount) => {
                let Some(whole) = self.conversion.amount else {
                    let message = "the conversion has no amount; reverse a share of it, or the whole";
                    return Err(ChangeError::Amount(message.to_owned()));
                };
                if whole.currency() != amount.currency() {
                    let message =
                        format!("the order is in {}, not in {}", whole.currency(), amount.currency());
                    return Err(ChangeError::Amount(message));
                }
                let units = |money: Money| u128::try_from(money.units()).ok().filter(|units| *units > 0);
                match (units(amount), units(whole)) {
                    (Some(part), Some(whole)) => Share::new(part, whole)
                        .ok_or_else(|| ChangeError::Amount("the order is worth nothing".to_owned())),
                    (None, _) => Err(ChangeError::Amount("the amount must be above zero".to_owned())),
                    (_, None) => {
                        Err(ChangeError::Amount("the order is worth nothing; reverse the whole".to_owned()))
                    }
                }
            }
        }
    }

    /// The part of the order value between two cumulative shares.
    pub(super) fn value_between(&self, before: Share, after: Share) -> Option<Money> {
        let whole = self.conversion.amount?;
        let part = after.floor_of(whole.units())? - before.floor_of(whole.units())?;
        Some(Money::from_units(part, whole.currency()))
    }

    /// What earlier decisions took back.
    pub(super) fn course(&self, tx: &mut Tx<'_>) -> Result<Course, ChangeError> {
        let rows = decisions::of(tx, &[self.conversion.id])?;
        self.course_of(&rows)
    }

    /// The same from its decisions.
    pub(super) fn course_of(&self, rows: &[DecisionRow]) -> Result<Course, ChangeError> {
        let id = self.conversion.id;
        let damaged = |error: &dyn std::fmt::Display| Error::Damaged(format!("conversion {id}: {error}"));
        let first = rows.first().ok_or_else(|| damaged(&"has no decision"))?;
        let first: Receipt = serde_json::from_str(&first.receipt).map_err(|error| damaged(&error))?;
        let mut course = Course::new(&self.conversion, &first.decision);
        for row in rows.iter().filter(|row| row.kind != DecisionKind::Decided) {
            let receipt: ChangeReceipt =
                serde_json::from_str(&row.receipt).map_err(|error| damaged(&error))?;
            course.follow(&self.conversion, &receipt)?;
        }
        Ok(course)
    }

    pub(super) fn receipt(
        &self,
        operation: &str,
        reversed_after: Share,
        amount: Option<Money>,
        taken_back: Vec<(Money, Money)>,
    ) -> ChangeReceipt {
        ChangeReceipt {
            format: engine::receipt::FORMAT,
            operation: operation.to_owned(),
            state_before: self.conversion.state,
            reversed_before: self.conversion.reversed,
            reversed_after,
            amount,
            taken_back,
            items: Vec::new(),
            approve_at: None,
            adjustment: None,
            first_transfer: self.history.last().map_or(0, |last| last.sequence + 1),
            transfers: 0,
        }
    }

    pub(super) fn finish(
        self,
        tx: &mut Tx<'_>,
        kind: DecisionKind,
        state: State,
        change: &Change,
        mut receipt: ChangeReceipt,
        transfers: &[Transfer],
    ) -> Result<Conversion, ChangeError> {
        receipt.transfers = u32::try_from(transfers.len()).unwrap_or(u32::MAX);
        let (commission, fee) = self.standing_money(&receipt)?;
        let mut conversion = self.conversion;
        let (commission_delta, fee_delta) = (commission - conversion.commission, fee - conversion.fee);
        conversion.state = state;
        conversion.decision += 1;
        conversion.commission = commission;
        conversion.fee = fee;
        conversion.reversed = receipt.reversed_after;
        if let Some((_, after)) = receipt.approve_at {
            conversion.approve_at = Some(after);
        }
        let standing = Standing {
            state,
            code: conversion.code,
            decision: conversion.decision,
            commission,
            fee,
            reversed: conversion.reversed,
            approve_at: conversion.approve_at,
        };
        if !conversions::set_standing(tx, conversion.id, &standing)? {
            return Err(ChangeError::Conflict);
        }
        let text = serde_json::to_string(&receipt).map_err(|error| Error::Usage(error.to_string()))?;
        let report = conversions::report_json(&conversion.report);
        let row = DecisionRow {
            conversion_id: conversion.id,
            sequence: conversion.decision,
            kind,
            state,
            code: conversion.code,
            reason: Some(change.reason.word().to_owned()),
            note: change.note.clone(),
            actor: change.actor.clone(),
            at: change.at,
            commission_delta,
            fee_delta,
            receipt_sha256: receipt_hash(&report, &text),
            receipt: text,
        };
        decisions::insert(tx, [&row].into_iter())?;
        posting::append(tx, &self.history, transfers)?;
        outbox::append(tx, change.at, &[("decisions", crate::intake::decision_ids(&[row]))])?;
        own_results::follow(tx, &conversion, receipt.state_before, change.at)?;
        Ok(conversion)
    }

    /// What everybody earns after the change.
    fn standing_money(&self, receipt: &ChangeReceipt) -> Result<(i64, i64), ChangeError> {
        if receipt.taken_back.is_empty() {
            return Ok((self.conversion.commission, self.conversion.fee));
        }
        let mut sums = (0_i64, 0_i64);
        for (line, (commission, fee)) in self.lines.iter().zip(&receipt.taken_back) {
            let left = |earned: Money, back: &Money| earned.sub(*back).map(Money::units);
            let overflow = |error: model::MoneyError| Error::Damaged(error.to_string());
            sums.0 += left(line.commission, commission).map_err(overflow)?;
            sums.1 += left(line.fee, fee).map_err(overflow)?;
        }
        Ok(sums)
    }
}
