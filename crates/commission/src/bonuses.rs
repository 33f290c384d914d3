//! Bonuses of a contract: a fixed sum on reaching a threshold within a stretch of the program's calendar.
//!
//! Each publisher counts for himself, under the name of the contract and of the bonus, so that a new version that keeps the
//! name goes on counting. What counts, and when, is for the caller; here a bonus is checked and its counter named.

use model::{
    ContractId, Currency, Money, PublisherId, Timestamp,
    bonus::{BonusPayer, BonusTerm},
    calendar::{Period, Zone},
    contract::TierMetric,
};

use crate::{
    caps::{count_not_negative, period_word},
    counted::{Counted, PERIODS},
    rates::amount_not_negative,
    term_error::TermError,
    tiers::show,
};

/// The first byte of the stored key of a counter.
const KIND: u8 = 5;
/// The most bonuses of a contract.
const BONUSES_MAX: usize = 50;
/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 80;

/// A bonus, checked.
#[derive(Clone, PartialEq, Debug)]
pub struct CompiledBonus {
    name: String,
    by: TierMetric,
    currency: Currency,
    period: Period,
    reach: i64,
    amount: Money,
    action: Option<String>,
    paid_by: BonusPayer,
}

impl CompiledBonus {
    /// Its name within the contract.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What it counts.
    pub const fn by(&self) -> TierMetric {
        self.by
    }
    /// What is to be reached: pieces, or units of the currency of the terms.
    pub const fn reach(&self) -> i64 {
        self.reach
    }
    /// What is paid then.
    pub const fn amount(&self) -> Money {
        self.amount
    }
    /// Who pays.
    pub const fn paid_by(&self) -> BonusPayer {
        self.paid_by
    }
    /// Whether conversions of this action count.
    pub fn counts(&self, action: &str) -> bool {
        self.action.as_deref().is_none_or(|own| own == action)
    }
    /// The counter of a publisher for what came in at `at`.
    pub fn key(
        &self,
        contract_id: ContractId,
        publisher_id: PublisherId,
        zone: &Zone,
        at: Timestamp,
    ) -> BonusKey {
        BonusKey {
            contract_id,
            publisher_id,
            by: self.by,
            currency: self.by.is_money().then_some(self.currency),
            period: self.period,
            start: self.period.start(zone, at),
            bonus: self.name.clone(),
        }
    }
    /// What it promises in words: `50.00 USD on reaching 100 conversions per month`. They are part of stored receipts, which are
    /// taken again word by word; [`crate::in_words`] says it to people.
    pub fn describe(&self) -> String {
        let currency = self.by.is_money().then_some(self.currency);
        let (reach, by, per) = (show(currency, self.reach), self.by.word(), period_word(self.period));
        format!("{} on reaching {reach} {by} {per}", self.amount)
    }

    fn compile(term: &BonusTerm, currency: Currency) -> Result<Self, Vec<TermError>> {
        let mut errors = Vec::new();
        let name = &term.bonus;
        let length = name.chars().count();
        if name.trim() != name || length == 0 || name.chars().any(char::is_control) {
            let message = "a bonus needs a name without spaces around it and without control characters";
            errors.push(TermError::new("bonus", message));
        } else if length > NAME_CHARS_MAX {
            let message = format!("a bonus's name has at most {NAME_CHARS_MAX} characters");
            errors.push(TermError::new("bonus", message));
        }
        if !PERIODS.contains(&term.per) {
            let message = "a bonus counts per day, week, month, quarter or in total";
            errors.push(TermError::new("per", message));
        }
        let above_zero = |units: i64| if units > 0 { Ok(units) } else { Err("it is above zero".to_owned()) };
        let reach = match term.by.is_money() {
            true => amount_not_negative(&term.reach, currency).map(Money::units),
            false => count_not_negative(&term.reach),
        };
        let reach = reach.and_then(above_zero);
        let amount = amount_not_negative(&term.amount, currency).map(Money::units).and_then(above_zero);
        match (reach, amount) {
            (Ok(reach), Ok(amount)) if errors.is_empty() => Ok(Self {
                name: name.clone(),
                by: term.by,
                currency,
                period: term.per,
                reach,
                amount: Money::from_units(amount, currency),
                action: term.action.clone(),
                paid_by: term.paid_by,
            }),
            (reach, amount) => {
                errors.extend(reach.err().map(|message| TermError::new("reach", message)));
                errors.extend(amount.err().map(|message| TermError::new("amount", message)));
                Err(errors)
            }
        }
    }
}

/// Checks the bonuses of a contract; `action` tells the actions that its program has.
pub(crate) fn compile_bonuses(
    terms: &[BonusTerm],
    currency: Currency,
    has_action: impl Fn(&str) -> bool,
) -> Result<Vec<CompiledBonus>, Vec<TermError>> {
    if terms.len() > BONUSES_MAX {
        // Nothing more is said about them: each is compared with all before it.
        let message = format!("a contract has at most {BONUSES_MAX} bonuses");
        return Err(vec![TermError::new("bonuses", message)]);
    }
    let mut errors = Vec::new();
    let mut compiled = Vec::with_capacity(terms.len());
    for (place, term) in terms.iter().enumerate() {
        let field = format!("bonuses[{place}]");
        if let Some(first) = terms[..place].iter().position(|other| other.bonus == term.bonus) {
            let message = format!("`{}` is the name of another bonus in bonuses[{first}]", term.bonus);
            errors.push(TermError::new(format!("{field}.bonus"), message));
        }
        if let Some(action) = term.action.as_deref().filter(|action| !has_action(action)) {
            let message = format!("the program has no action `{action}`");
            errors.push(TermError::new(format!("{field}.action"), message));
        }
        match CompiledBonus::compile(term, currency) {
            Ok(bonus) => compiled.push(bonus),
            Err(found) => errors.extend(
                found
                    .into_iter()
                    .map(|error| TermError::new(format!("{field}.{}", error.field), error.message)),
            ),
        }
    }
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}

/// The name of the counter of one bonus and publisher.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BonusKey {
    /// The contract, whatever its version.
    pub contract_id: ContractId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// What is counted.
    pub by: TierMetric,
    /// Currency of what is counted, when it is money.
    pub currency: Option<Currency>,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// When that began.
    pub start: Timestamp,
    /// The bonus.
    pub bonus: String,
}

impl BonusKey {
    /// The stored form, as [`crate::counted`] describes it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { contract_id, publisher_id, by, currency, period, start, bonus } = self;
        let (by, currency, period, start) = (*by, *currency, *period, *start);
        let counted =
            Counted { contract_id: *contract_id, publisher_id: *publisher_id, by, currency, period, start };
        counted.to_bytes(KIND, bonus)
    }

    /// Reads the stored form; `None` when these are not the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (counted, bonus) = Counted::from_bytes(KIND, bytes)?;
        let Counted { contract_id, publisher_id, by, currency, period, start } = counted;
        Some(Self { contract_id, publisher_id, by, currency, period, start, bonus })
    }

    /// A number of this counter for people: `100` or `12.50 USD`.
    pub fn show(&self, units: i64) -> String {
        show(self.currency, units)
    }
}
