//! Caps: limits that are never overshot.
//!
//! A cap counts in a row of the store that is found by its [`CapKey`]: who is limited, what is
//! counted, and over which stretch of the program's calendar. The engine reads the rows it needs,
//! asks [`admit`] whether an event still fits, and writes what `admit` answers in the transaction
//! that holds the event. Admitting is all or nothing: an event that one hard cap refuses counts
//! nowhere. Soft caps only count.
//!
//! A money cap counts amounts of its own currency; amounts of other currencies pass it by. The key
//! does not name the contract version, so a new version goes on counting where the last one stood.

mod admit;
mod key;
mod thresholds;

use model::{
    Code, Currency, Money, ProgramId, PublisherGroupId, Timestamp,
    calendar::{Period, Zone},
    contract::{Audience, Cap, CapMetric, CapOver, WhenReached},
};

pub use admit::{Asker, CapReached, Demand, Over, Want, admit, demands_for, held, overrun};
pub(crate) use key::period_word;
pub use key::{CapKey, CapScope, CapSubject};
pub use thresholds::{Threshold, thresholds};

use crate::{rates::amount_not_negative, term_error::TermError};

/// Whose caps are checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapsOf {
    /// A program's.
    Program,
    /// Those of a contract with this audience.
    Contract(Audience),
}

/// Over whom a cap counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    /// All publishers of a program together.
    Program,
    /// Each publisher by himself.
    Publisher,
    /// All publishers together that a contract is with: those of its group, or everybody.
    Together(Option<PublisherGroupId>),
    /// Each value of this parameter of a publisher by itself.
    Sub(CapOver),
}

/// A cap, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledCap {
    /// Over whom it counts.
    pub scope: ScopeKind,
    /// Within which program.
    pub program_id: ProgramId,
    /// What it counts.
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// Currency of a money cap.
    pub currency: Option<Currency>,
    /// The limit: pieces, or units of the currency.
    pub limit: i64,
    /// A soft cap only counts.
    pub soft: bool,
    /// What becomes of a conversion that does not fit any more.
    pub when_reached: WhenReached,
    /// Whether clicks are let in evenly over the period.
    pub even: bool,
    /// Percentages of the limit at which the parties are told, ascending.
    pub alert_at: Vec<u16>,
}

/// The most percentages at which one cap tells.
const ALERTS_MAX: usize = 5;

/// Parts of a period over which an even cap spreads clicks: an hour of a day.
const PARTS: i64 = 24;

impl CompiledCap {
    /// The counter of this cap for an event of `who` at `at`.
    pub fn key(&self, who: CapSubject<'_>, zone: &Zone, at: Timestamp) -> CapKey {
        CapKey {
            scope: match self.scope {
                ScopeKind::Program => CapScope::Program,
                ScopeKind::Publisher => CapScope::Publisher(who.publisher_id),
                ScopeKind::Together(group) => CapScope::Together(group),
                ScopeKind::Sub(name) => CapScope::Sub(who.publisher_id, name, who.value_of(name)),
            },
            program_id: self.program_id,
            metric: self.metric,
            period: self.period,
            currency: self.currency,
            start: self.period.start(zone, at),
        }
    }

    /// Whether its counters are of this scope.
    pub fn counts_in(&self, scope: &CapScope) -> bool {
        match (self.scope, scope) {
            (ScopeKind::Program, CapScope::Program) | (ScopeKind::Publisher, CapScope::Publisher(_)) => true,
            (ScopeKind::Together(group), CapScope::Together(counted)) => group == *counted,
            (ScopeKind::Sub(name), CapScope::Sub(_, counted, _)) => name == *counted,
            _ => false,
        }
    }

    /// The limit that a click at `at` is judged by: for an even cap the share of the parts of the period that have begun,
    /// rounded up.
    pub fn click_limit(&self, zone: &Zone, at: Timestamp) -> i64 {
        let (true, Some(end)) = (self.even, self.period.end(zone, at)) else { return self.limit };
        let start = self.period.start(zone, at);
        let (whole, gone) = (i128::from(end.micros_since(start)), i128::from(at.micros_since(start)));
        if whole <= 0 {
            return self.limit;
        }
        let begun = (gone * i128::from(PARTS) / whole + 1).clamp(1, i128::from(PARTS));
        let share = (i128::from(self.limit) * begun + i128::from(PARTS) - 1) / i128::from(PARTS);
        i64::try_from(share).unwrap_or(self.limit)
    }
}

/// Checks the caps of a program or a contract. `currency` is that of a contract's terms; a program has none.
///
/// # Errors
/// Everything that is wrong, each with its field (`caps[0].limit`).
pub fn compile_caps(
    caps: &[Cap],
    of: CapsOf,
    program_id: ProgramId,
    currency: Option<Currency>,
) -> Result<Vec<CompiledCap>, Vec<TermError>> {
    let mut compiled: Vec<CompiledCap> = Vec::with_capacity(caps.len());
    let mut errors = Vec::new();
    for (place, cap) in caps.iter().enumerate() {
        let checked = cap_currency(cap, currency).and_then(|currency| {
            let limit = cap_limit(cap, currency)?;
            let cap = CompiledCap {
                scope: cap_scope(of, cap.over)?,
                program_id,
                metric: cap.metric,
                period: cap.period,
                currency,
                limit,
                soft: cap.soft,
                when_reached: cap.when_reached,
                even: cap.even,
                alert_at: cap.alert_at.clone(),
            };
            refuse_contradiction(&cap)?;
            refuse_conflict(&compiled, &cap)?;
            Ok(cap)
        });
        match checked {
            Ok(cap) => compiled.push(cap),
            Err(error) => {
                let field = format!("caps[{place}].{}", error.field);
                errors.push(TermError::new(field, error.message));
            }
        }
    }
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}

fn cap_scope(of: CapsOf, over: Option<CapOver>) -> Result<ScopeKind, TermError> {
    let refuse = |message: &str| Err(TermError::new("over", message));
    match (of, over.unwrap_or(CapOver::Publisher)) {
        (CapsOf::Program, _) if over.is_some() => {
            refuse("a program's cap counts over the whole program; put this one into a contract")
        }
        (CapsOf::Program, _) => Ok(ScopeKind::Program),
        (CapsOf::Contract(_), CapOver::Publisher) => Ok(ScopeKind::Publisher),
        (CapsOf::Contract(Audience::Publisher(_)), CapOver::Together) => {
            refuse("this contract is with one publisher, so leave it out")
        }
        (CapsOf::Contract(Audience::Group(group)), CapOver::Together) => Ok(ScopeKind::Together(Some(group))),
        (CapsOf::Contract(Audience::Everybody), CapOver::Together) => Ok(ScopeKind::Together(None)),
        (CapsOf::Contract(_), name) => Ok(ScopeKind::Sub(name)),
    }
}

fn cap_currency(cap: &Cap, terms: Option<Currency>) -> Result<Option<Currency>, TermError> {
    let refuse = |message: String| Err(TermError::new("currency", message));
    match (cap.metric.is_money(), cap.currency, terms) {
        (false, None, _) => Ok(None),
        (false, Some(_), _) => refuse("a cap on counts has no currency".to_owned()),
        (true, Some(given), Some(terms)) if given != terms => {
            refuse(format!("the contract is in {terms}, so its caps cannot be in {given}"))
        }
        (true, None, None) => refuse("a program's cap on money needs a currency".to_owned()),
        (true, given, terms) => Ok(given.or(terms)),
    }
}

fn cap_limit(cap: &Cap, currency: Option<Currency>) -> Result<i64, TermError> {
    let limit = match currency {
        Some(currency) => amount_not_negative(&cap.limit, currency).map(Money::units),
        None => count_not_negative(&cap.limit),
    };
    limit.map_err(|message| TermError::new("limit", message))
}

pub(crate) fn count_not_negative(text: &str) -> Result<i64, String> {
    let shown: String = text.chars().take(40).collect();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{shown}` is not a whole number such as 1000"));
    }
    text.parse().map_err(|_| format!("`{shown}` is not a number that fits"))
}

/// Switches that could never have an effect are mistakes of whoever wrote them.
fn refuse_contradiction(cap: &CompiledCap) -> Result<(), TermError> {
    let refuse = |field: &str, message: &str| Err(TermError::new(field, message));
    if cap.when_reached != WhenReached::Reject && cap.soft {
        return refuse(
            "when_reached",
            "a soft cap is never reached, so there is nothing to honour or to hold",
        );
    }
    if cap.when_reached != WhenReached::Reject && cap.metric == CapMetric::Clicks {
        return refuse("when_reached", "a cap on clicks refuses clicks, not conversions");
    }
    let ascending = cap.alert_at.windows(2).all(|pair| pair[0] < pair[1]);
    if !ascending || cap.alert_at.len() > ALERTS_MAX || cap.alert_at.iter().any(|it| !(1..=100).contains(it))
    {
        return refuse("alert_at", "up to five percentages from 1 to 100, each above the one before it");
    }
    if cap.even && cap.soft {
        return refuse("even", "a soft cap lets every click in; only a hard one can spread them");
    }
    if cap.even && cap.period == Period::Total {
        return refuse("even", "a cap in total has no period to spread clicks over");
    }
    Ok(())
}

/// One hard and one soft cap may share a counter, and then the soft one must come first.
fn refuse_conflict(earlier: &[CompiledCap], cap: &CompiledCap) -> Result<(), TermError> {
    let same_counter = |other: &&CompiledCap| {
        (other.scope, other.metric, other.period, other.currency)
            == (cap.scope, cap.metric, cap.period, cap.currency)
    };
    for other in earlier.iter().filter(same_counter) {
        if other.soft == cap.soft {
            let message = "another cap counts the same over the same period; keep one of them";
            return Err(TermError::new("metric", message));
        }
        let (soft, hard) = if cap.soft { (cap, other) } else { (other, cap) };
        if soft.limit > hard.limit {
            let message = "the soft cap is above the hard cap of the same period and never alerts";
            return Err(TermError::new("limit", message));
        }
    }
    Ok(())
}

/// The counter of each cap for an event of `who` at `at`, in the order of the caps.
pub fn keys_for<'a>(
    caps: &'a [CompiledCap],
    who: CapSubject<'a>,
    zone: &'a Zone,
    at: Timestamp,
) -> impl Iterator<Item = (CapKey, &'a CompiledCap)> {
    caps.iter().map(move |cap| (cap.key(who, zone, at), cap))
}

/// The verdict that a reached cap gives: touches say which cap, conversions say `cap_reached`.
pub const fn cap_code(metric: CapMetric, for_touch: bool) -> Code {
    match metric {
        _ if !for_touch => Code::CapReached,
        CapMetric::Clicks => Code::CapClick,
        CapMetric::Conversions => Code::CapConversion,
        CapMetric::Commission => Code::CapCommission,
        CapMetric::Charge => Code::CapCharge,
    }
}

/// Whether a click of `who` at `at` would be sent in vain, because a hard cap on what it
/// could bring (conversions, commission, charge) is used up. The cap on clicks itself is judged by
/// [`admit`].
pub fn exhausted(
    caps: &[CompiledCap],
    who: CapSubject<'_>,
    zone: &Zone,
    at: Timestamp,
    used: &dyn Fn(&CapKey) -> i64,
) -> Option<Code> {
    caps.iter()
        .filter(|cap| !cap.soft && cap.metric != CapMetric::Clicks)
        .find(|cap| used(&cap.key(who, zone, at)) >= cap.click_limit(zone, at))
        .map(|cap| cap_code(cap.metric, true))
}
