//! What stands of a conversion after each of its decisions, and the facts of a decision.
//!
//! After a decision a conversion stands as a few rows: one for each commission line, or one when nobody earns. The facts of
//! a decision are the rows that stand after it, less those that stood before it. So they always sum to what stands, whatever
//! was decided in between, and a change of state is one row out of the old state and one into the new.
//!
//! What a publisher was paid stands with the date of the payment, in the state `paid`; the facts of a payment are again what stands with it
//! less what stood without it.
//!
//! The conversion itself is counted once, with the line of the greatest credit; the order value is shared among those who
//! earned by their credit, and stands with the first rule of each.

use std::collections::HashMap;

use engine::facts::CandidateFacts;
use model::{
    Money, PublisherId, Share, Timestamp, TouchId,
    contract::CustomerKind,
    conversion::{CommissionLine, State},
    touch::Touch,
};
use report::{Dimension, Fact, FactKind, Measure};
use store::{Error, Result, conversion_payments::ConversionPayment, conversions::Conversion};

use super::{
    items::Products,
    rates::{Currencies, Rates},
    touches::{Describe, Texts},
};
use crate::{awards::followed::Followed, snapshot::Snapshot};

/// The state of what is approved and paid.
const PAID: &str = "paid";

/// What the rows of conversions are made with.
pub(super) struct Making<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) rates: &'a mut Rates,
    pub(super) texts: &'a mut Texts,
    /// The touches that are stored, by their ids.
    pub(super) touches: &'a HashMap<TouchId, Touch>,
    /// What was told of payments, by conversion and number.
    pub(super) payments: &'a [ConversionPayment],
}

/// Since when publishers are paid for a conversion.
type Paid = HashMap<PublisherId, Timestamp>;

impl Making<'_> {
    /// The facts of the decision of this number.
    pub(super) fn facts(&mut self, case: &Followed<'_>, number: i64) -> Result<Vec<Fact>> {
        let decision = case.decisions.iter().find(|row| row.sequence == number);
        let decision = decision.ok_or_else(|| damaged(case, format!("has no decision {number}")))?;
        let paid = self.paid(case, |payment| payment.decision < number);
        let before = if number > 1 { self.standing(case, number - 1, &paid)? } else { Vec::new() };
        let after = self.standing(case, number, &paid)?;
        difference(before, after, decision.at).ok_or_else(|| damaged(case, "amounts do not fit"))
    }

    /// The facts of what was told of a payment under this number.
    pub(super) fn payment(&mut self, case: &Followed<'_>, number: i64) -> Result<Vec<Fact>> {
        let told = self.told(case).iter().find(|payment| payment.sequence == number).copied();
        let told = told.ok_or_else(|| damaged(case, format!("has no payment {number}")))?;
        let before = self.paid(case, |payment| payment.sequence < number);
        let before = self.standing(case, told.decision, &before)?;
        let after = self.paid(case, |payment| payment.sequence <= number);
        let after = self.standing(case, told.decision, &after)?;
        difference(before, after, told.at).ok_or_else(|| damaged(case, "amounts do not fit"))
    }

    /// What was told of payments for a conversion.
    fn told(&self, case: &Followed<'_>) -> &[ConversionPayment] {
        let id = case.conversion.id;
        let begin = self.payments.partition_point(|payment| payment.conversion_id < id);
        let end = self.payments.partition_point(|payment| payment.conversion_id <= id);
        &self.payments[begin..end]
    }

    /// Who is paid since when by those payments that had been told of then.
    fn paid(&self, case: &Followed<'_>, by_then: impl Fn(&ConversionPayment) -> bool) -> Paid {
        let mut paid = Paid::new();
        for payment in self.told(case).iter().filter(|payment| by_then(payment)) {
            match payment.paid_at {
                Some(at) => paid.insert(payment.publisher_id, at),
                None => paid.remove(&payment.publisher_id),
            };
        }
        paid
    }

    /// The rows that stand after the decision of this number, when these are paid.
    fn standing(&mut self, case: &Followed<'_>, number: i64, paid: &Paid) -> Result<Vec<Fact>> {
        let standing = case.standing_after(number)?;
        let lines = case.lines_after(number)?;
        let base = self.base(case, number, standing.state)?;
        let order = case.receipt.decision.amount;
        let currencies = Currencies {
            booked: lines.first().map(|line| line.commission.currency()),
            order: order.map(Money::currency),
        };
        let mut rows = Vec::with_capacity(lines.len().max(1));
        if lines.is_empty() || !earns(standing.state) && standing.taken_back.is_empty() {
            rows.push(self.unearned(case, &base, lines.first()));
        } else {
            for (place, line) in lines.iter().enumerate() {
                let back = standing.taken_back.get(place).copied();
                let earned = self.earned(&base, line, back, standing.state);
                let mut row = earned.map_err(|error| damaged(case, error))?;
                row.paid_at = paid.get(&line.publisher_id).copied();
                if standing.state == State::Approved && row.paid_at.is_some() {
                    Describe { fact: &mut row, texts: self.texts }.say(Dimension::State, PAID);
                }
                rows.push(row);
            }
        }
        self.share_order(case, &mut rows, lines, standing.reversed, standing.state)?;
        for row in &mut rows {
            self.rates.convert(self.snapshot, row, currencies, case.conversion.received_at)?;
        }
        Ok(match self.products(case) {
            Some(products) => rows.iter().flat_map(|row| products.cut(row, self.texts)).collect(),
            None => rows,
        })
    }

    /// What was bought, in the currency of the order.
    fn products(&self, case: &Followed<'_>) -> Option<Products> {
        products(self.snapshot, case.conversion, case.receipt.decision.amount)
    }

    /// What all rows of the conversion have.
    fn base(&mut self, case: &Followed<'_>, number: i64, state: State) -> Result<Fact> {
        let conversion = case.conversion;
        let mut fact = Fact::new(conversion.network_id, FactKind::Conversion, conversion.received_at);
        let approved =
            case.decisions.iter().find(|row| row.state == State::Approved && row.sequence <= number);
        fact.approved_at =
            approved.map(|row| row.at).filter(|_| matches!(state, State::Approved | State::Reversed));
        fact.paid_at = None;
        fact.conversion_id = Some(conversion.id);
        let code = case.decisions.iter().find(|row| row.sequence == number).map(|row| row.code);
        let code = code.ok_or_else(|| damaged(case, format!("has no decision {number}")))?;
        let report = &conversion.report;
        let mut describe = Describe { fact: &mut fact, texts: self.texts };
        describe.parties(conversion.advertiser_id, conversion.program_id);
        describe.say(Dimension::Action, &conversion.action);
        let action = case.receipt.facts.program.as_ref().and_then(|program| program.action.as_ref());
        describe.say_known(Dimension::ActionKind, action.map(|action| action.kind.word()));
        describe.say(Dimension::State, state.word());
        describe.say(Dimension::Code, code.word());
        describe.say(Dimension::Intake, report.intake.word());
        describe.say_known(Dimension::Coupon, report.coupon.as_deref());
        describe.say_known(Dimension::Customer, report.customer.map(CustomerKind::word));
        let currency = case.receipt.decision.amount.map(|amount| amount.currency().code());
        describe.say_known(Dimension::OrderCurrency, currency);
        Ok(fact)
    }

    /// The row of a conversion that nobody earns by: it stands with the last touch that was looked at, if any was.
    fn unearned(&mut self, case: &Followed<'_>, base: &Fact, line: Option<&CommissionLine>) -> Fact {
        let candidate = last_candidate(case);
        let of_line = line.map(|line| (line.publisher_id, line.touch_id, line.link_id));
        let brought = of_line.or(candidate.map(|one| (one.publisher_id, one.touch_id, one.link_id)));
        let mut row = base.clone();
        if let Some(brought) = brought {
            self.brought(&mut row, brought);
        }
        row
    }

    fn earned(
        &mut self,
        base: &Fact,
        line: &CommissionLine,
        back: Option<(Money, Money)>,
        state: State,
    ) -> Result<Fact, model::MoneyError> {
        let mut row = base.clone();
        self.brought(&mut row, (line.publisher_id, line.touch_id, line.link_id));
        let currency = line.commission.currency();
        let mut describe = Describe { fact: &mut row, texts: self.texts };
        describe.say(Dimension::ContractVersion, &line.contract_version_id.to_string());
        describe.say(Dimension::Rule, &line.rule);
        describe.say(Dimension::Currency, currency.code());
        let nothing = Money::zero(currency);
        let (commission_back, fee_back) = back.unwrap_or((nothing, nothing));
        let mut amount = |measure: Measure, amount: Money| row.measures[measure.index()] = amount.units();
        amount(Measure::Commission, line.commission.sub(commission_back)?);
        amount(Measure::Fee, line.fee.sub(fee_back)?);
        // A rejection takes all of it away, but nothing was taken back: it had never been approved.
        if state != State::Rejected {
            amount(Measure::ReversedCommission, commission_back);
            amount(Measure::ReversedFee, fee_back);
        }
        Ok(row)
    }

    /// Says who brought it, and what his touch tells.
    fn brought(&mut self, row: &mut Fact, (publisher, touch, link): (PublisherId, TouchId, model::LinkId)) {
        let stored = self.touches.get(&touch);
        // The id of a touch tells its time although its row was never stored.
        let touched_at = stored.map_or_else(|| touch.drawn_at(), |touch| touch.received_at);
        row.clicked_at = touched_at.min(row.converted_at);
        let mut describe = Describe { fact: row, texts: self.texts };
        describe.brought(publisher, touch, link);
        if let Some(stored) = stored {
            describe.of_touch(stored);
        }
    }

    /// Counts the conversion with its main line, and shares its order value among those who earned.
    fn share_order(
        &mut self,
        case: &Followed<'_>,
        rows: &mut [Fact],
        lines: &[CommissionLine],
        reversed: Share,
        state: State,
    ) -> Result<()> {
        let main = case.receipt.decision.main_line();
        let is_main = |line: &CommissionLine| {
            main.is_some_and(|main| main.publisher_id == line.publisher_id && main.touch_id == line.touch_id)
        };
        let main = if rows.len() == lines.len() { lines.iter().position(is_main).unwrap_or(0) } else { 0 };
        if let Some(row) = rows.get_mut(main) {
            row.measures[Measure::Conversions.index()] = 1;
        }
        let Some(order) = case.receipt.decision.amount else { return Ok(()) };
        let parts = if rows.len() == lines.len() { by_credit(lines) } else { vec![Share::WHOLE] };
        let floor = |share: Share, units: i64| {
            share.floor_of(units).ok_or_else(|| damaged(case, "amounts do not fit"))
        };
        let taken_back = floor(reversed, order.units())?;
        let (mut through, mut value_before, mut back_before) = (Share::NONE, 0, 0);
        for (row, part) in rows.iter_mut().zip(parts) {
            through = through.plus(part).ok_or_else(|| damaged(case, "credits do not add up"))?;
            let value = floor(through, order.units())? - value_before;
            let back = floor(through, taken_back)? - back_before;
            (value_before, back_before) = (value_before + value, back_before + back);
            let mut amount = |measure: Measure, units: i64| row.measures[measure.index()] = units;
            amount(Measure::OrderValue, value);
            match state {
                State::Pending | State::Held | State::Approved | State::Reversed => {
                    amount(Measure::Revenue, value - back);
                    amount(Measure::ReversedValue, back);
                }
                State::Rejected | State::Duplicate | State::Test => {}
            }
        }
        Ok(())
    }
}

/// What was bought by a conversion of this order value, in its currency.
pub(super) fn products(
    snapshot: &Snapshot,
    conversion: &Conversion,
    amount: Option<Money>,
) -> Option<Products> {
    let network = snapshot.networks.get(&conversion.network_id)?;
    let report = &conversion.report;
    let named = report.currency.as_ref().and_then(|text| text.parse().ok());
    Products::of(&report.items, amount.map(Money::currency).or(named).unwrap_or(network.currency))
}

/// What stands now less what stood before, as facts that are booked at this moment; `None` when amounts do not fit.
pub(super) fn difference(before: Vec<Fact>, after: Vec<Fact>, at: Timestamp) -> Option<Vec<Fact>> {
    let mut facts = before;
    for measure in facts.iter_mut().flat_map(|fact| &mut fact.measures) {
        *measure = -*measure;
    }
    for after in after {
        match facts.iter_mut().find(|before| same_place(before, &after)) {
            None => facts.push(after),
            Some(before) => {
                for (sum, more) in before.measures.iter_mut().zip(after.measures) {
                    *sum = sum.checked_add(more)?;
                }
            }
        }
    }
    facts.retain(|fact| !fact.is_nothing());
    for fact in &mut facts {
        fact.recorded_at = at;
    }
    Some(facts)
}

/// The last touch of the journey, with which a conversion stands that nobody earns by.
pub(super) fn last_candidate<'a>(case: &'a Followed<'_>) -> Option<&'a CandidateFacts> {
    case.receipt.facts.candidates.iter().rev().find(|candidate| !candidate.beside)
}

/// The credit of each line's touch, with the first line of the touch; zero for its other rules.
fn by_credit(lines: &[CommissionLine]) -> Vec<Share> {
    let first = |place: usize, line: &CommissionLine| {
        !lines[..place]
            .iter()
            .any(|other| other.publisher_id == line.publisher_id && other.touch_id == line.touch_id)
    };
    let credit =
        |(place, line): (usize, &CommissionLine)| if first(place, line) { line.credit } else { Share::NONE };
    lines.iter().enumerate().map(credit).collect()
}

/// Whether lines of a conversion in this state are money.
const fn earns(state: State) -> bool {
    matches!(state, State::Pending | State::Held | State::Approved)
}

/// Whether two rows differ in nothing but what they count.
fn same_place(one: &Fact, other: &Fact) -> bool {
    let dates = |fact: &Fact| -> (Timestamp, Timestamp, Option<Timestamp>, Option<Timestamp>) {
        (fact.clicked_at, fact.converted_at, fact.approved_at, fact.paid_at)
    };
    dates(one) == dates(other) && one.touch_id == other.touch_id && one.dimensions == other.dimensions
}

fn damaged(case: &Followed<'_>, what: impl std::fmt::Display) -> Error {
    Error::Damaged(format!("conversion {}: {what}", case.conversion.id))
}
