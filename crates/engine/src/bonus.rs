//! The decision on a bonus: what an approved conversion adds to its counter, and whether that reaches it.
//!
//! A conversion counts once, when it is approved for the first time, with what stands of it then, in the stretch of the calendar
//! in which it was received. What is taken back afterwards stays counted, and a bonus that was reached is taken back only by
//! a person's explicit decision. So a counter never falls, and whether a bonus is due does not depend on who looks when.

use std::collections::BTreeMap;

use commission::{BonusKey, CompiledBonus, CompiledContract};
use model::{
    ContractVersionId, ConversionId, Money, MoneyError, PublisherId, Share, Timestamp, TouchId,
    bonus::BonusPayer, calendar::Zone, contract::TierMetric, conversion::CommissionLine,
};
use serde::{Deserialize, Serialize};

use crate::{facts::Contracts, standing::Standing};

/// Format that is written.
pub const FORMAT: u32 = 1;

/// An approved conversion, as far as bonuses look at it.
pub struct Counted<'a> {
    /// Its action.
    pub action: &'a str,
    /// When it was received, which tells the stretch of the calendar.
    pub received_at: Timestamp,
    /// The zone of its program when it was decided.
    pub zone: &'a Zone,
    /// Value of the order.
    pub amount: Option<Money>,
    /// Who earns what.
    pub lines: &'a [CommissionLine],
    /// What stands of it.
    pub standing: &'a Standing,
}

/// What a conversion adds to one counter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adds {
    /// The counter.
    pub key: BonusKey,
    /// The version whose terms hold for this conversion.
    pub contract_version_id: ContractVersionId,
    /// How much: pieces, or units of the key's currency; above zero.
    pub adds: i64,
}

/// Everything that a conversion adds, by the counters' order.
///
/// # Errors
/// Amounts that do not fit.
pub fn adds(counted: &Counted<'_>, contracts: &dyn Contracts) -> Result<Vec<Adds>, MoneyError> {
    let mut parties: Vec<(PublisherId, ContractVersionId)> =
        counted.lines.iter().map(|line| (line.publisher_id, line.contract_version_id)).collect();
    parties.sort_unstable();
    parties.dedup();
    let mut found = Vec::new();
    for (publisher, version) in parties {
        let Some(contract) = contracts.contract(version) else { continue };
        for bonus in contract.bonuses().iter().filter(|bonus| bonus.counts(counted.action)) {
            let adds = measure(counted, contract, bonus, publisher)?;
            if adds > 0 {
                let contract_id = contract.version().contract_id;
                let key = bonus.key(contract_id, publisher, counted.zone, counted.received_at);
                found.push(Adds { key, contract_version_id: version, adds });
            }
        }
    }
    found.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    Ok(found)
}

fn measure(
    counted: &Counted<'_>,
    contract: &CompiledContract,
    bonus: &CompiledBonus,
    publisher: PublisherId,
) -> Result<i64, MoneyError> {
    let own = |line: &&CommissionLine| {
        line.publisher_id == publisher && line.contract_version_id == contract.version_id()
    };
    match bonus.by() {
        TierMetric::Conversions => Ok(1),
        TierMetric::Commission => {
            let stands = counted.standing.commission_of(counted.lines, publisher, contract.currency())?;
            Ok(stands.1.units())
        }
        TierMetric::Revenue => {
            let mut touches: BTreeMap<TouchId, Share> = BTreeMap::new();
            let mut value = None;
            for line in counted.lines.iter().filter(own) {
                touches.insert(line.touch_id, line.credit);
                let converted = line.exchange.as_ref().and_then(|exchange| exchange.order);
                value = value.or(converted.map(|order| order.to));
            }
            // What came without an amount, or in a currency that the terms do not know, brings none.
            let value = value.or(counted.amount).filter(|value| value.currency() == contract.currency());
            let Some(value) = value.filter(|value| !value.is_negative()) else { return Ok(0) };
            let credit = touches.into_values().try_fold(Share::NONE, Share::plus);
            let share =
                credit.and_then(|credit| credit.floor_of(value.units())).ok_or(MoneyError::Overflow)?;
            let back = counted.standing.reversed.floor_of(share).ok_or(MoneyError::Overflow)?;
            share.checked_sub(back).ok_or(MoneyError::Overflow)
        }
    }
}

/// What the decision on a bonus rests on, beside the terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BonusFacts {
    /// The conversion that was approved.
    pub conversion_id: ConversionId,
    /// Which of its decisions that was.
    pub decision: u32,
    /// Who earns.
    pub publisher_id: PublisherId,
    /// The version whose terms hold.
    pub contract_version_id: ContractVersionId,
    /// The bonus within it.
    pub bonus: String,
    /// When the stretch of the calendar began.
    pub since: Timestamp,
    /// What was counted before.
    pub counted_before: i64,
    /// What the conversion adds.
    pub adds: i64,
    /// Whether the bonus was paid before for this stretch.
    pub paid_before: bool,
}

/// The decision on a bonus.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BonusDecision {
    /// What is counted now.
    pub counted: i64,
    /// What was to be reached.
    pub reach: i64,
    /// What is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// By whom.
    pub paid_by: BonusPayer,
    /// The terms in words.
    pub terms: String,
}

/// Decides a bonus; `None` when the version has no bonus of this name, or the sum does not fit.
pub fn decide(facts: &BonusFacts, contracts: &dyn Contracts) -> Option<BonusDecision> {
    let contract = contracts.contract(facts.contract_version_id)?;
    let bonus = contract.bonuses().iter().find(|bonus| bonus.name() == facts.bonus)?;
    let counted = facts.counted_before.checked_add(facts.adds)?;
    let due = counted >= bonus.reach() && !facts.paid_before;
    Some(BonusDecision {
        counted,
        reach: bonus.reach(),
        amount: due.then_some(bonus.amount()),
        paid_by: bonus.paid_by(),
        terms: bonus.describe(),
    })
}

/// The receipt of a bonus: what it rests on and what it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BonusReceipt {
    /// Number of the format.
    pub format: u32,
    /// What it rests on.
    pub facts: BonusFacts,
    /// What it says.
    pub decision: BonusDecision,
}

impl BonusReceipt {
    /// The canonical text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a receipt holds only strings and numbers")
    }
    /// Takes the decision again from the recorded facts.
    pub fn recompute(&self, contracts: &dyn Contracts) -> Option<BonusDecision> {
        decide(&self.facts, contracts)
    }
}
