//! The difference between the past and its replay: money for each publisher, verdicts, and the conversions that changed.

use std::collections::BTreeMap;

use engine::Decision;
use model::{Code, ConversionId, Currency, Money, PublisherId, Timestamp, conversion::State};
use serde::Serialize;

use super::{Case, Request};
use crate::{
    errors::{ErrorCode, Refusal},
    snapshot::Snapshot,
};

/// The most changed conversions that are listed one by one.
pub const CHANGED_LISTED_MAX: usize = 1_000;

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// First moment of the period.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// Conversions that were decided again.
    pub conversions: u64,
    /// How many of them came out differently. With nothing changed that means any difference at all, else another
    /// verdict or other money.
    pub changed: u64,
    /// Money of each publisher, the greatest difference first.
    pub publishers: Vec<PublisherDifference>,
    /// Money of all together.
    pub totals: Vec<CurrencyTotals>,
    /// Verdicts that changed.
    pub codes: Vec<CodeChange>,
    /// The first conversions that came out differently.
    pub changed_conversions: Vec<Changed>,
}

/// What changes for one publisher in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublisherDifference {
    /// The publisher.
    pub publisher_id: PublisherId,
    /// Shown name.
    pub publisher: String,
    /// What he earned by the first decisions.
    pub before: Money,
    /// What he would have earned.
    pub after: Money,
    /// The difference.
    pub difference: Money,
    /// Conversions that paid him.
    pub conversions_before: u64,
    /// Conversions that would have.
    pub conversions_after: u64,
    /// Conversions that pay him differently.
    pub changed: u64,
}

/// Sums in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrencyTotals {
    /// Commissions by the first decisions.
    pub commission_before: Money,
    /// Commissions of the replay.
    pub commission_after: Money,
    /// What advertisers paid: commissions and fees.
    pub charge_before: Money,
    /// What they would have paid.
    pub charge_after: Money,
    /// What they would have paid more.
    pub charge_difference: Money,
}

/// How many conversions went from one verdict to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeChange {
    /// Verdict as it was.
    pub before: Code,
    /// Verdict of the replay.
    pub after: Code,
    /// How many.
    pub conversions: u64,
}

/// A conversion that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The conversion.
    pub conversion_id: ConversionId,
    /// Verdict as it was.
    pub code_before: Code,
    /// Verdict of the replay.
    pub code_after: Code,
    /// State that it started in.
    pub state_before: State,
    /// State that it would have started in.
    pub state_after: State,
    /// Sum of its commissions, when it earned.
    pub commission_before: Option<Money>,
    /// Sum of its commissions in the replay, when it earns.
    pub commission_after: Option<Money>,
    /// Who earned most of it.
    pub publisher_before: Option<PublisherId>,
    /// Who would have.
    pub publisher_after: Option<PublisherId>,
}

/// Sums, before and after.
#[derive(Default, Clone, Copy)]
struct Pair {
    before: i128,
    after: i128,
}

#[derive(Default)]
struct OfPublisher {
    money: Pair,
    conversions_before: u64,
    conversions_after: u64,
    changed: u64,
}

/// What is gathered while conversions are decided again.
pub(super) struct Builder {
    from: Timestamp,
    to: Timestamp,
    /// Whether nothing was changed, so that every difference counts.
    exact: bool,
    conversions: u64,
    changed: u64,
    publishers: BTreeMap<(PublisherId, Currency), OfPublisher>,
    commissions: BTreeMap<Currency, Pair>,
    charges: BTreeMap<Currency, Pair>,
    codes: BTreeMap<(u16, u16), (Code, Code, u64)>,
    listed: Vec<Changed>,
}

/// What each publisher earns: commission and charge, by currency.
type Earnings = BTreeMap<(PublisherId, Currency), (i128, i128)>;

fn earnings(decision: &Decision) -> Earnings {
    let mut earnings = Earnings::new();
    for line in decision.lines.iter().filter(|_| decision.state.is_live()) {
        let sums = earnings.entry((line.publisher_id, line.commission.currency())).or_default();
        let (commission, fee) = (i128::from(line.commission.units()), i128::from(line.fee.units()));
        sums.0 += commission;
        sums.1 += commission + fee;
    }
    earnings
}

impl Builder {
    pub(super) fn new(request: &Request) -> Self {
        Self {
            from: request.from,
            to: request.to,
            exact: request.instead.is_nothing(),
            conversions: 0,
            changed: 0,
            publishers: BTreeMap::new(),
            commissions: BTreeMap::new(),
            charges: BTreeMap::new(),
            codes: BTreeMap::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, case: &Case, again: &Decision) -> Result<(), Refusal> {
        let was = &case.receipt.decision;
        self.conversions += 1;
        let (before, after) = (earnings(was), earnings(again));
        for (key, (commission, charge)) in &before {
            let one = self.publishers.entry(*key).or_default();
            one.money.before += commission;
            one.conversions_before += 1;
            one.changed += u64::from(after.get(key) != Some(&(*commission, *charge)));
            self.commissions.entry(key.1).or_default().before += commission;
            self.charges.entry(key.1).or_default().before += charge;
        }
        for (key, (commission, charge)) in &after {
            let one = self.publishers.entry(*key).or_default();
            one.money.after += commission;
            one.conversions_after += 1;
            one.changed += u64::from(!before.contains_key(key));
            self.commissions.entry(key.1).or_default().after += commission;
            self.charges.entry(key.1).or_default().after += charge;
        }
        let differs = match self.exact {
            true => again != was,
            false => (was.state, was.code, &before) != (again.state, again.code, &after),
        };
        if differs {
            self.note(case, again)?;
        }
        Ok(())
    }

    fn note(&mut self, case: &Case, again: &Decision) -> Result<(), Refusal> {
        let was = &case.receipt.decision;
        self.changed += 1;
        if was.code != again.code {
            let codes = self.codes.entry((was.code.number(), again.code.number()));
            codes.or_insert((was.code, again.code, 0)).2 += 1;
        }
        if self.listed.len() < CHANGED_LISTED_MAX {
            let commission = |decision: &Decision| -> Result<Option<Money>, Refusal> {
                let totals = decision.totals().map_err(|error| too_large(&error))?;
                Ok(totals.filter(|_| decision.state.is_live()).map(|(commission, _)| commission))
            };
            let main = |decision: &Decision| decision.publisher_id().filter(|_| decision.state.is_live());
            self.listed.push(Changed {
                conversion_id: case.conversion.id,
                code_before: was.code,
                code_after: again.code,
                state_before: was.state,
                state_after: again.state,
                commission_before: commission(was)?,
                commission_after: commission(again)?,
                publisher_before: main(was),
                publisher_after: main(again),
            });
        }
        Ok(())
    }

    pub(super) fn finish(self, snapshot: &Snapshot) -> Result<Report, Refusal> {
        let mut publishers = Vec::with_capacity(self.publishers.len());
        for ((publisher_id, currency), sums) in self.publishers {
            let (before, after, difference) = money(sums.money, currency)?;
            let name = snapshot.publishers.get(&publisher_id).map(|publisher| publisher.name.clone());
            publishers.push(PublisherDifference {
                publisher_id,
                publisher: name.unwrap_or_default(),
                before,
                after,
                difference,
                conversions_before: sums.conversions_before,
                conversions_after: sums.conversions_after,
                changed: sums.changed,
            });
        }
        publishers.sort_by_key(|one| std::cmp::Reverse(one.difference.units().unsigned_abs()));
        let mut totals = Vec::with_capacity(self.commissions.len());
        for (currency, commissions) in self.commissions {
            let (commission_before, commission_after, _) = money(commissions, currency)?;
            let charges = self.charges.get(&currency).copied().unwrap_or_default();
            let (charge_before, charge_after, charge_difference) = money(charges, currency)?;
            totals.push(CurrencyTotals {
                commission_before,
                commission_after,
                charge_before,
                charge_after,
                charge_difference,
            });
        }
        let codes = self.codes.into_values();
        Ok(Report {
            from: self.from,
            to: self.to,
            conversions: self.conversions,
            changed: self.changed,
            publishers,
            totals,
            codes: codes
                .map(|(before, after, conversions)| CodeChange { before, after, conversions })
                .collect(),
            changed_conversions: self.listed,
        })
    }
}

/// Before, after and their difference.
fn money(sums: Pair, currency: Currency) -> Result<(Money, Money, Money), Refusal> {
    let of = |units: i128| -> Result<Money, Refusal> {
        let units = i64::try_from(units).map_err(|error| too_large(&error))?;
        Ok(Money::from_units(units, currency))
    };
    Ok((of(sums.before)?, of(sums.after)?, of(sums.after - sums.before)?))
}

fn too_large(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, format!("the sums of the period do not fit: {error}"))
}
