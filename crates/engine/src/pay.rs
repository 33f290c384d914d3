//! What the winners of a conversion earn, and whether it fits under the caps.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use commission::{
    Asker, CapKey, CapReached, CapScope, CapSubject, CompiledContract, CompiledRate, LineInput, OrderItem,
    OrderItems, Part, RateFacts, Threshold, Want, admit, cap_code, demands_for, held, overrun, split_lines,
    thresholds,
};
use model::{
    Code, Currency, Day, Money, MoneyError,
    contract::TierMetric,
    conversion::{CommissionLine, ConversionReport, ORDER_UNITS_MAX, PIECES_MAX, units_max},
};

use crate::{
    conversion::{Count, Decision, Refusal, RuleItems, Used, Winner, facts_of, refuse, sentence},
    exchange,
    facts::{Contracts, Facts, ProgramFacts},
    raise::Raise,
    receipt::hex,
    recurring,
};

/// A winner with his contract and the places of what its rules pay.
type Payee<'a> = (&'a Winner<'a>, &'a CompiledContract, Range<usize>);

/// What paying answers with, beside the lines.
pub(crate) struct Paid {
    /// The longest hold among the winners' contracts.
    pub(crate) hold_seconds: u32,
    /// What the conversion adds to the counters of tiers.
    pub(crate) tier_counts: Vec<Count>,
    /// The steps of retroactive tiers that it reaches.
    pub(crate) raises: Vec<Raise>,
}

/// Fills the lines.
pub(crate) fn pay(
    report: &ConversionReport,
    facts: &Facts,
    program: &ProgramFacts,
    contracts: &dyn Contracts,
    winners: &[Winner<'_>],
    used: Used<'_>,
    decision: &mut Decision,
) -> Result<Paid, Refusal> {
    let mut items: Option<Items<'_>> = None;
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(winners.len());
    let mut payees: Vec<Payee<'_>> = Vec::with_capacity(winners.len());
    let mut hold_seconds = 0;
    for winner in winners {
        let contract = winner.facts.contract_version_id.and_then(|version| contracts.contract(version));
        let Some(contract) = contract else {
            return refuse(Code::ContractMissing, sentence(Code::ContractMissing));
        };
        let mut rate_facts = RateFacts {
            amount: None,
            customer: report.customer,
            month: recurring::month(report, facts, program, decision.judged_at),
            at: decision.judged_at,
            coupon: report.coupon.as_deref(),
            touch: winner.facts.asked.facts(),
            items: OrderItems::default(),
        };
        let mut reported = decision.amount;
        if !report.items.is_empty() && contract.needs_items(&report.action) {
            let items = match &mut items {
                Some(items) => items,
                none => none.insert(Items::read(report, facts.currency, decision.amount)?),
            };
            reported = reported.or(Some(items.sum));
            rate_facts.items =
                OrderItems { list: &items.list, order_units: decision.amount.map(Money::units) };
        }
        let order = exchange::order_value(facts, decision.amount, contract.currency())
            .map_err(|error| too_large(&error))?;
        rate_facts.amount = order.map_or(reported, |order| Some(order.to));
        let first = parts.len();
        let refusal = |code: Code| Refusal { code, reason: pay_reason(code, report, decision, contract) };
        let tier_key = |rate: &CompiledRate| {
            contract.tier_key(rate, winner.facts.publisher_id, &program.zone, report.received_at)
        };
        let counted = |rate: &CompiledRate| tier_key(rate).map_or(0, |key| used(&key.to_bytes()));
        contract.pay(&report.action, &rate_facts, &counted, &mut |part| parts.push(part)).map_err(refusal)?;
        payees.push((winner, contract, first..parts.len()));
        if let Some(terms) = contract.action_terms(&report.action) {
            hold_seconds = hold_seconds.max(terms.hold_seconds);
        }
    }
    let inputs: Vec<LineInput<'_>> = payees
        .iter()
        .map(|(winner, contract, range)| LineInput {
            publisher_id: winner.facts.publisher_id,
            touch_id: winner.facts.touch_id,
            link_id: winner.facts.link_id,
            contract,
            parts: &parts[range.clone()],
            weight: winner.weight,
        })
        .collect();
    decision.items = shared_items(&inputs);
    let currency = inputs.first().map(|input| input.contract.currency());
    if inputs.iter().any(|input| Some(input.contract.currency()) != currency) {
        return refuse(
            Code::CurrencyMismatch,
            format!(
                "the contracts of program {} that share this conversion have different currencies",
                program.id
            ),
        );
    }
    decision.lines = split_lines(&inputs).map_err(|error| too_large(&error))?;
    for line in &mut decision.lines {
        let charge = line.charge().map_err(|error| too_large(&error))?;
        line.exchange = exchange::of_line(facts, decision.amount, charge);
    }
    within_bounds(report, decision)?;
    debug_assert_eq!(facts.program.as_ref().map(|program| program.id), decision.program_id, "one program");
    let mut tiers = BTreeMap::new();
    for input in inputs.iter().filter(|input| input.parts.iter().any(|part| part.rate.has_tiers())) {
        count_tiers(input, winners, program, report, decision, &mut tiers)
            .map_err(|error| too_large(&error))?;
    }
    let raises = raises(&inputs, program, report, &tiers, used);
    let count = |(key, adds): (Vec<u8>, i64)| Count { key: hex(&key), adds };
    let tier_counts = tiers.into_iter().filter(|(_, adds)| *adds > 0).map(count).collect();
    Ok(Paid { hold_seconds, tier_counts, raises })
}

/// Which items each rule was applied to, for every winner whose contract pays items by different rules.
fn shared_items(inputs: &[LineInput<'_>]) -> Vec<RuleItems> {
    let mut found: Vec<RuleItems> = Vec::new();
    for input in inputs.iter().filter(|input| input.weight > 0) {
        if input.parts.iter().all(|part| part.items.is_empty())
            || found.iter().any(|it| it.touch_id == input.touch_id)
        {
            continue;
        }
        let (touch_id, parts) = (input.touch_id, input.parts.iter());
        let of = |part: &Part<'_>| RuleItems {
            touch_id,
            rule: part.rate.rule().to_owned(),
            items: part.items.clone(),
        };
        found.extend(parts.map(of));
    }
    found
}

/// The steps of retroactive tiers that the counters reach with what the conversion adds, in the order of their keys.
fn raises(
    inputs: &[LineInput<'_>],
    program: &ProgramFacts,
    report: &ConversionReport,
    adds: &BTreeMap<Vec<u8>, i64>,
    used: Used<'_>,
) -> Vec<Raise> {
    let mut reached = BTreeMap::new();
    for input in inputs {
        for part in input.parts.iter().filter(|part| part.rate.is_retroactive()) {
            let key =
                input.contract.tier_key(part.rate, input.publisher_id, &program.zone, report.received_at);
            let Some(key) = key.map(|key| key.to_bytes()) else { continue };
            let Some(adds) = adds.get(&key) else { continue };
            let before = used(&key);
            if let Some(from) = part.rate.raises_to(before, before.saturating_add(*adds)) {
                reached.insert(key, from);
            }
        }
    }
    reached.into_iter().map(|(key, from)| Raise { key: hex(&key), from }).collect()
}

/// Nothing that somebody reports may move more than any real conversion costs: sums over many of them must fit.
fn within_bounds(report: &ConversionReport, decision: &Decision) -> Result<(), Refusal> {
    let Some((commission, fee)) = decision.totals().map_err(|error| too_large(&error))? else {
        return Ok(());
    };
    let charge = commission.add(fee).map_err(|error| too_large(&error))?;
    let most = units_max(report.intake);
    if charge.units() > most {
        let most = Money::from_units(most, charge.currency());
        let reason = format!(
            "it would cost {charge}, above {most}, the most that one conversion reported this way may"
        );
        return Err(Refusal { code: Code::AmountInvalid, reason });
    }
    Ok(())
}

/// Adds what one winner brings to the counters of the tiers of his rules. Several touches of one publisher bring one
/// conversion.
fn count_tiers(
    input: &LineInput<'_>,
    winners: &[Winner<'_>],
    program: &ProgramFacts,
    report: &ConversionReport,
    decision: &Decision,
    counts: &mut BTreeMap<Vec<u8>, i64>,
) -> Result<(), MoneyError> {
    let total: i128 = winners.iter().map(|winner| i128::from(winner.weight)).sum();
    for part in input.parts {
        let contract = input.contract;
        let key = contract.tier_key(part.rate, input.publisher_id, &program.zone, report.received_at);
        let Some(key) = key.filter(|_| input.weight > 0) else { continue };
        let count = counts.entry(key.to_bytes()).or_insert(0);
        let adds = match key.by {
            TierMetric::Conversions => i64::from(*count == 0),
            TierMetric::Revenue => {
                // What came without an amount, or in a currency that the terms do not know, brings none.
                let known = part.amount.filter(|amount| Some(amount.currency()) == key.currency);
                known
                    .map_or(Ok(0), |amount| amount.times(i128::from(input.weight), total).map(Money::units))?
            }
            TierMetric::Commission => {
                let own =
                    |line: &&CommissionLine| line.touch_id == input.touch_id && line.rule == part.rate.rule();
                decision.lines.iter().filter(own).map(|line| line.commission.units()).sum()
            }
        };
        *count = count.checked_add(adds).ok_or(MoneyError::Overflow)?;
    }
    Ok(())
}

/// The items of a report with their prices read.
struct Items<'a> {
    list: Vec<OrderItem<'a>>,
    /// What they cost together.
    sum: Money,
}

impl<'a> Items<'a> {
    /// Reads the prices, which are in the currency of the order's amount.
    fn read(report: &'a ConversionReport, default: Currency, amount: Option<Money>) -> Result<Self, Refusal> {
        let named = report.currency.as_ref().and_then(|text| text.parse().ok());
        let currency = amount.map(Money::currency).or(named).unwrap_or(default);
        let mut items = Self { list: Vec::with_capacity(report.items.len()), sum: Money::zero(currency) };
        let pieces: u64 = report.items.iter().map(|item| u64::from(item.quantity)).sum();
        if pieces > u64::from(PIECES_MAX) {
            let reason = format!("items: {pieces} pieces; one order has at most {PIECES_MAX}");
            return Err(Refusal { code: Code::AmountInvalid, reason });
        }
        for (place, item) in report.items.iter().enumerate() {
            let refuse = |message: Cow<'_, str>| Refusal {
                code: Code::AmountInvalid,
                reason: format!("items[{place}].price: {message}"),
            };
            let price = Money::parse(&item.price, currency);
            let price = price.and_then(|price| price.times(i128::from(item.quantity), 1));
            let price = price.map_err(|error| refuse(error.to_string().into()))?;
            if price.is_negative() {
                return Err(refuse("a price must not be negative".into()));
            }
            let sum = items.sum.add(price).ok().filter(|sum| sum.units() <= ORDER_UNITS_MAX);
            items.sum = sum.ok_or_else(|| refuse("the items cost more than any order may".into()))?;
            items.list.push(OrderItem {
                sku: &item.sku,
                category: item.category.as_deref(),
                quantity: item.quantity,
                units: price.units(),
            });
        }
        Ok(items)
    }
}

fn too_large(error: &MoneyError) -> Refusal {
    Refusal { code: Code::AmountInvalid, reason: error.to_string() }
}

fn pay_reason(
    code: Code,
    report: &ConversionReport,
    decision: &Decision,
    contract: &CompiledContract,
) -> String {
    match (code, decision.amount) {
        (Code::CurrencyMismatch, Some(amount)) => {
            format!(
                "{} The order is in {from}, the contract in {to}; a rate of {from} in {to} for {day} is missing.",
                sentence(code),
                from = amount.currency(),
                to = contract.currency(),
                day = Day::of(decision.judged_at),
            )
        }
        (Code::AmountInvalid, None) => {
            format!("{} The rate is a percentage and no amount came.", sentence(code))
        }
        (Code::AmountInvalid, Some(_)) if report.items.is_empty() && contract.needs_items(&report.action) => {
            format!("{} Or the rate is one for each item, and no items came.", sentence(code))
        }
        _ => sentence(code),
    }
}

/// Fits the lines under every cap, all or nothing; answers what must wait for a person, and adds to `told` which
/// percentages of caps are reached by it.
pub(crate) fn count(
    report: &ConversionReport,
    facts: &Facts,
    program: &ProgramFacts,
    contracts: &dyn Contracts,
    used: Used<'_>,
    decision: &mut Decision,
    told: &mut Vec<Threshold>,
) -> Result<Option<CapReached>, Refusal> {
    let at = report.received_at;
    let overflow = |error: MoneyError| Refusal { code: Code::AmountInvalid, reason: error.to_string() };
    let Some((commission, fee)) = decision.totals().map_err(overflow)? else { return Ok(None) };
    let charge = commission.add(fee).map_err(overflow)?;
    let Some(main) = decision.main_line() else { return Ok(None) };

    let whole = [Want::Conversion, Want::Commission(commission), Want::Charge(charge)];
    let program_caps = program_caps(program)?;
    let earlier = asker(facts, main);
    let mut demands = demands_for(&program_caps, main.publisher_id, &program.zone, at, &whole, earlier);
    let mut counted = Vec::new();
    let mut counted_over: Vec<CapKey> = Vec::new();
    for line in &decision.lines {
        let Some(contract) = contracts.contract(line.contract_version_id) else { continue };
        // A publisher with several touches in the journey has brought one conversion, not several.
        let first_of_publisher = !counted.contains(&line.publisher_id);
        counted.push(line.publisher_id);
        let charge = line.charge().map_err(overflow)?;
        let money = [Want::Commission(line.commission), Want::Charge(charge)];
        let one = [Want::Conversion];
        let earlier = asker(facts, line);
        let subs = facts_of(facts, line.touch_id).map(|touch| &touch.asked.subs);
        let who = CapSubject { publisher_id: line.publisher_id, subs };
        let ask = |wants: &[Want]| demands_for(contract.caps(), who, &program.zone, at, wants, earlier);
        demands.extend(ask(&money));
        for demand in ask(&one) {
            let first = match demand.key.scope {
                CapScope::Program | CapScope::Publisher(_) => first_of_publisher,
                // Several publishers, or several touches, that a counter counts together have brought one conversion.
                CapScope::Together(_) | CapScope::Sub(..) => !counted_over.contains(&demand.key),
            };
            if first {
                counted_over.push(demand.key.clone());
                demands.push(demand);
            }
        }
    }
    let used = |key: &CapKey| used(&key.to_bytes());
    let admitted = admit(&demands, &used);
    told.extend(thresholds(&demands, &admitted, &used));
    match admitted {
        Ok(counts) => {
            decision.counts =
                counts.into_iter().map(|(key, adds)| Count { key: hex(&key.to_bytes()), adds }).collect();
            if overrun(&demands, &used).is_some() {
                decision.flags.push(Code::CapOverrun);
            }
            Ok(held(&demands, &used))
        }
        Err(reached) => {
            refuse(cap_code(reached.metric, false), format!("{} {reached}.", sentence(Code::CapReached)))
        }
    }
}

/// Whether the touch of a line is a counted click, and so one that was let in before any cap was reached.
fn asker(facts: &Facts, line: &CommissionLine) -> Asker {
    let of_counted_click = facts_of(facts, line.touch_id).is_some_and(|touch| {
        touch.stored && touch.kind.is_click() && matches!(touch.code, Code::Ok | Code::DuplicateClick)
    });
    Asker::Conversion { of_counted_click }
}

/// The compiled caps of the program as it was.
fn program_caps(program: &ProgramFacts) -> Result<Vec<commission::CompiledCap>, Refusal> {
    if program.caps.is_empty() {
        return Ok(Vec::new());
    }
    commission::compile_caps(&program.caps, commission::CapsOf::Program, program.id, None).map_err(|errors| {
        let reason = errors.first().map_or_else(String::new, ToString::to_string);
        Refusal { code: Code::TermsNotMet, reason: format!("a cap of the program cannot be read: {reason}") }
    })
}
