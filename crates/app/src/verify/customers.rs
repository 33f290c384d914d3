//! I8: who won a customer is what the customer's first conversion says.
//!
//! Whether that conversion stood when a later one was decided, and was decided before it (events are not decided in the
//! order of their receipt), cannot be told afterwards; that it is his and who earned it can.

use engine::Receipt;
use model::{
    ConversionId, Share, TouchId,
    conversion::{CommissionLine, ConversionReport},
};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{
    Result, Tx,
    conversions::{self, Conversion},
    customers,
};

use super::{
    findings::{Findings, Invariant},
    first_decisions::{Case, First},
};
use crate::intake::{customer_key, wins_customer};

/// The first conversions that a page's customers came by.
pub(super) struct Customers {
    /// What is remembered of each customer.
    remembered: FxHashSet<([u8; 16], ConversionId)>,
    conversions: FxHashMap<ConversionId, Conversion>,
    lines: FxHashMap<ConversionId, Vec<CommissionLine>>,
}

impl Customers {
    pub(super) fn read(
        tx: &mut Tx<'_>,
        page: &[Conversion],
        receipts: &FxHashMap<ConversionId, Receipt>,
        findings: &mut Findings<'_>,
    ) -> Result<Self> {
        let mut keys: Vec<[u8; 16]> = page.iter().filter_map(|one| customer_key(&one.report)).collect();
        keys.sort_unstable();
        keys.dedup();
        let remembered: FxHashSet<_> = customers::find(tx, &keys)?.into_iter().collect();
        let told = receipts.values().filter_map(|receipt| Some(receipt.facts.customer?.first));
        let mut ids: Vec<ConversionId> = told.collect();
        ids.sort_unstable();
        ids.dedup();
        let found =
            findings.read_all(&ids, Invariant::I2, "conversion", &mut |ids| conversions::by_ids(tx, ids))?;
        let found = found.into_iter().map(|one| (one.id, one)).collect();
        let mut lines: FxHashMap<ConversionId, Vec<CommissionLine>> = FxHashMap::default();
        let all = findings
            .read_all(&ids, Invariant::I2, "commission line", &mut |ids| conversions::lines(tx, ids))?;
        for (id, _, line) in all {
            lines.entry(id).or_default().push(line);
        }
        Ok(Self { remembered, conversions: found, lines })
    }

    /// The shares in which the touches of a first conversion earned it.
    fn won(&self, first: ConversionId) -> Vec<(TouchId, Share)> {
        let lines = self.lines.get(&first).into_iter().flatten();
        let mut won: Vec<_> = lines.map(|line| (line.touch_id, line.credit)).collect();
        won.sort_unstable_by_key(|(touch, _)| *touch);
        won.dedup();
        won
    }
}

/// Checks what a conversion says of its customer, and that he is remembered when it earned.
pub(super) fn check(customers: &Customers, case: &Case<'_>, first: &First<'_>, findings: &mut Findings<'_>) {
    let conversion = case.conversion;
    let Some(key) = customer_key(&conversion.report) else { return };
    let wins = first.is_live() && wins_customer(&conversion.report, first.lines);
    if wins != customers.remembered.contains(&(key, conversion.id)) {
        findings.violate(
            Invariant::I8,
            conversion.id,
            "what its customer brought is not remembered as it was",
        );
    }
    let facts = &first.receipt.facts;
    let mut said: Vec<(TouchId, Share)> =
        facts.candidates.iter().filter_map(|one| Some((one.touch_id, one.won?))).collect();
    said.sort_unstable_by_key(|(touch, _)| *touch);
    let Some(customer) = facts.customer else {
        if !said.is_empty() {
            findings.violate(
                Invariant::I8,
                conversion.id,
                "touches are said to have won a customer who is not known",
            );
        }
        return;
    };
    let came = customers.conversions.get(&customer.first);
    let is_his = came.is_some_and(|came| {
        let same = |one: &ConversionReport| customer_key(one) == Some(key);
        same(&came.report) && came.program_id == conversion.program_id && came.occurred_at == customer.since
    });
    let won = customers.won(customer.first);
    // Whoever is not active any more is left out.
    if !is_his || !said.iter().all(|one| won.contains(one)) {
        let message = format!("its customer did not come by {} as its receipt says", customer.first);
        findings.violate(Invariant::I8, conversion.id, message);
    }
}
