//! A conversion with its decisions, and what stands of it after each of them.

use engine::{
    Contracts, Receipt,
    bonus::{self, Adds, Counted},
    standing::Standing,
};
use model::{
    ConversionId, Share,
    conversion::{CommissionLine, State},
};
use store::{
    Error, Result,
    conversions::Conversion,
    decisions::{DecisionKind, DecisionRow},
};

use crate::lifecycle::ChangeReceipt;

/// A conversion with what was decided on it.
pub(crate) struct Followed<'a> {
    pub(crate) conversion: &'a Conversion,
    pub(crate) receipt: Receipt,
    pub(crate) lines: Vec<CommissionLine>,
    pub(crate) decisions: Vec<&'a DecisionRow>,
}

impl<'a> Followed<'a> {
    /// The conversion with its rows among those of many, which are in the order of their numbers.
    pub(crate) fn new(
        conversion: &'a Conversion,
        decisions: &'a [DecisionRow],
        lines: &[(ConversionId, i64, CommissionLine)],
    ) -> Result<Self> {
        let decisions: Vec<&DecisionRow> =
            decisions.iter().filter(|row| row.conversion_id == conversion.id).collect();
        let first = decisions.first().ok_or_else(|| damaged(conversion.id, "has no decision"))?;
        let receipt = serde_json::from_str(&first.receipt).map_err(|error| damaged(conversion.id, error))?;
        let lines =
            lines.iter().filter(|(id, _, _)| *id == conversion.id).map(|(_, _, line)| line.clone()).collect();
        Ok(Self { conversion, receipt, lines, decisions })
    }

    /// What stands after the decision of this number.
    pub(crate) fn standing_after(&self, number: i64) -> Result<Standing> {
        standing_after(&self.decisions, number).map_err(|error| damaged(self.conversion.id, error))
    }

    /// The lines of the first decision.
    pub(crate) fn first_lines(&self) -> &[CommissionLine] {
        self.lines.get(..self.receipt.decision.lines.len()).unwrap_or(&self.lines)
    }

    /// The lines that it had after the decision of this number: those that a tier added later are left out.
    pub(crate) fn lines_after(&self, number: i64) -> Result<&[CommissionLine]> {
        let mut count = self.receipt.decision.lines.len();
        let adjusted = |row: &&&DecisionRow| row.kind == DecisionKind::Adjusted && row.sequence <= number;
        for row in self.decisions.iter().filter(adjusted) {
            let receipt: ChangeReceipt =
                serde_json::from_str(&row.receipt).map_err(|error| damaged(self.conversion.id, error))?;
            count += receipt.adjustment.map_or(0, |adjustment| adjustment.lines.len());
        }
        Ok(self.lines.get(..count).unwrap_or(&self.lines))
    }

    /// What the conversion adds to counters of bonuses, and the number of the decision that does it: its first approval.
    pub(crate) fn bonus_adds(&self, contracts: &dyn Contracts) -> Result<Option<(i64, Vec<Adds>)>> {
        let approved = self.decisions.iter().find(|row| row.state == State::Approved);
        let Some(number) = approved.map(|row| row.sequence) else { return Ok(None) };
        let Some(program) = &self.receipt.facts.program else { return Ok(None) };
        let standing = self.standing_after(number)?;
        let counted = Counted {
            action: &self.conversion.action,
            received_at: self.conversion.received_at,
            zone: &program.zone,
            amount: self.receipt.decision.amount,
            lines: self.lines_after(number)?,
            standing: &standing,
        };
        let adds = bonus::adds(&counted, contracts).map_err(|error| damaged(self.conversion.id, error))?;
        Ok(Some((number, adds)))
    }
}

/// What stands after the decision of this number, read from the decisions up to it.
pub(crate) fn standing_after(decisions: &[&DecisionRow], number: i64) -> Result<Standing, serde_json::Error> {
    let mut standing = Standing { state: State::Pending, reversed: Share::NONE, taken_back: Vec::new() };
    for row in decisions.iter().filter(|row| row.sequence <= number) {
        standing.state = row.state;
        if row.kind == DecisionKind::Decided {
            continue;
        }
        let receipt: ChangeReceipt = serde_json::from_str(&row.receipt)?;
        standing.reversed = receipt.reversed_after;
        if takes_back(row.kind) {
            standing.taken_back = receipt.taken_back;
        }
    }
    Ok(standing)
}

/// Whether decisions of this kind say anew what is taken back.
const fn takes_back(kind: DecisionKind) -> bool {
    use DecisionKind::{Adjusted, Reinstated, Rejected, Reversed};
    matches!(kind, Rejected | Reversed | Reinstated | Adjusted)
}

fn damaged(conversion: ConversionId, what: impl std::fmt::Display) -> Error {
    Error::Damaged(format!("conversion {conversion}: {what}"))
}
