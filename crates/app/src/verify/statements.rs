//! I7: each statement is what its publisher's account held and moved in its period.

use ledger::{AccountKey, AccountKind};
use model::billing::Statement;
use store::{Result, Tx, billing::statements as rows};

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};
use crate::billing::statements::{Label, Moved, movements};

/// Makes every statement again from the ledger.
pub(super) fn check(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut stored = Vec::new();
    rows::for_each(tx, &mut |row| {
        match row {
            Ok(row) => {
                if !row.same {
                    findings.violate(Invariant::I7, row.paper.id, "its row does not say what the paper says");
                }
                stored.push(row.paper);
            }
            Err(error) if is_damage(&error) => {
                findings.violate(Invariant::I7, "statements", error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    findings.count("statements", stored.len());
    for paper in &stored {
        let publisher = world.snapshot.publishers.get(&paper.publisher_id);
        if publisher.is_none_or(|publisher| publisher.network_id != paper.network_id) {
            findings.violate(Invariant::I10, paper.id, "its publisher is none of its network");
        }
        let kind = AccountKind::Publisher(paper.publisher_id);
        let account = AccountKey { network_id: paper.network_id, kind, currency: paper.currency };
        let moved = movements(tx, &account, paper.period)?;
        if moved.as_ref() != Some(&said(paper)) {
            findings.violate(Invariant::I7, paper.id, format!("the ledger says {moved:?}"));
        }
    }
    Ok(())
}

fn said(paper: &Statement) -> Moved {
    let line = |line: &model::billing::StatementLine| {
        let program = line.program.as_ref().map(|program| program.id);
        let label = Label { kind: line.kind, program, action: line.action.clone() };
        (label, (line.count, line.amount.units()))
    };
    Moved { opening: paper.opening, lines: paper.lines.iter().map(line).collect(), closing: paper.closing }
}
