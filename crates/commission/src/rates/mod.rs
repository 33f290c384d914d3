//! Rate kinds: the ways in which a rule can pay.
//!
//! A rate of a contract names its kind by a word and gives the kind's parameters, for example
//! `{"rule": "base", "kind": "percent", "percent": "7.5"}`.
//!
//! # To add a kind
//!
//! 1. Write one file here, named like the kind's word (say `per_night.rs`), with a struct that holds
//!    the parameters already read, its [`RateKind`], and
//!    `pub(super) fn parse(parameters: &mut Parameters<'_>) -> Option<Box<dyn RateKind>>`. Read each
//!    parameter with [`Parameters::amount`] or [`Parameters::percent`]; they note what is missing or
//!    wrong and answer `None`, and whatever the file did not ask for is refused by name.
//! 2. Add the word to the registry at the end of this file.
//! 3. Add its rows to the table in `tests/it/rates.rs`.
//!
//! If the kind needs a fact of the conversion that no other kind needs, [`RateInput`] grows a field.
//! A kind must keep `0 <= fixed <= commission`, and pay a percentage by flooring.

use std::fmt;

use model::{Currency, Money, MoneyError};
use serde_json::{Map, Value};

use crate::{percent::Percent, term_error::TermError};

/// What kind of event a rate pays for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppliesTo {
    /// Conversions; it stands among the rates of an action.
    Conversion,
    /// Unique clicks; it stands among the touch rates.
    Click,
    /// Impressions; it stands among the touch rates.
    Impression,
}

/// The facts that a rate may look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateInput {
    /// Value of the conversion, in the currency of the terms. Zero for touches, and for conversions
    /// without an amount, which only reach kinds that do not need one.
    pub amount: Money,
    /// How many impressions of this rule and publisher came before; zero for everything else.
    pub ordinal: i64,
    /// How many pieces of the order the rate pays; zero when no items came, which then only reaches kinds that do not
    /// need them.
    pub pieces: u64,
}

/// What a rate pays on one event. Always `0 <= fixed <= commission`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Earned {
    /// All of it.
    pub commission: Money,
    /// The part that does not depend on the amount; a reversal takes it back only when nothing of
    /// the order remains.
    pub fixed: Money,
}

/// One way to pay.
pub trait RateKind: fmt::Debug + Send + Sync {
    /// What it pays for.
    fn applies_to(&self) -> AppliesTo;
    /// What it pays on this event.
    ///
    /// # Errors
    /// Overflow.
    fn earn(&self, input: &RateInput) -> Result<Earned, MoneyError>;
    /// True when a conversion without an amount cannot be paid by it.
    fn needs_amount(&self) -> bool;
    /// True when a conversion without items cannot be paid by it.
    fn needs_pieces(&self) -> bool {
        false
    }
}

/// The parameters of one rate, while they are read. Every complaint is kept, so that a person sees
/// all of them at once.
pub struct Parameters<'a> {
    given: &'a Map<String, Value>,
    currency: Currency,
    taken: Vec<&'static str>,
    errors: Vec<TermError>,
}

impl<'a> Parameters<'a> {
    /// An amount that is not negative, in the currency of the terms.
    pub fn amount(&mut self, name: &'static str) -> Option<Money> {
        let text = self.text(name, "12.00")?;
        match amount_not_negative(text, self.currency) {
            Ok(amount) => Some(amount),
            Err(message) => self.refuse(name, message),
        }
    }

    /// A percentage.
    pub fn percent(&mut self, name: &'static str) -> Option<Percent> {
        match self.text(name, "7.5")?.parse() {
            Ok(percent) => Some(percent),
            Err(error) => self.refuse(name, error.to_string()),
        }
    }

    fn text(&mut self, name: &'static str, example: &str) -> Option<&'a str> {
        self.taken.push(name);
        let given = self.given;
        match given.get(name) {
            Some(Value::String(text)) => Some(text),
            Some(_) => self.refuse(name, format!("write it as text, such as \"{example}\"")),
            None => self.refuse(name, format!("`{name}` is missing, such as \"{example}\"")),
        }
    }

    fn refuse<T>(&mut self, name: &str, message: String) -> Option<T> {
        self.errors.push(TermError::new(name, message));
        None
    }

    fn refuse_what_was_not_taken(&mut self, kind: &str) {
        for name in self.given.keys() {
            if !self.taken.contains(&name.as_str()) {
                let legal = self.taken.join(", ");
                let message = format!("`{name}` is unknown; the kind {kind} takes {legal}");
                self.errors.push(TermError::new(name, message));
            }
        }
    }
}

/// Reads an amount and refuses a negative one.
pub(crate) fn amount_not_negative(text: &str, currency: Currency) -> Result<Money, String> {
    match Money::parse(text, currency) {
        Ok(amount) if amount.is_negative() => Err("an amount must not be negative".to_owned()),
        Ok(amount) => Ok(amount),
        Err(error) => Err(error.to_string()),
    }
}

/// Declares each kind's module and finds its parser by its word, which is the module's name.
macro_rules! registry {
    ($($kind:ident,)+) => {
        $(mod $kind;)+

        /// The words of all kinds.
        pub const KINDS: &[&str] = &[$(stringify!($kind)),+];

        /// Reads the parameters of a rate. The fields of the errors are relative to the rate.
        ///
        /// # Errors
        /// An unknown kind, and each parameter that is missing, unknown or wrong.
        pub fn parse(
            kind: &str,
            parameters: &Map<String, Value>,
            currency: Currency,
        ) -> Result<Box<dyn RateKind>, Vec<TermError>> {
            let mut reader =
                Parameters { given: parameters, currency, taken: Vec::new(), errors: Vec::new() };
            let rate = match kind {
                $(stringify!($kind) => $kind::parse(&mut reader),)+
                _ => {
                    let kind: String = kind.chars().take(40).collect();
                    let legal = KINDS.join(", ");
                    let message = format!("`{kind}` is not a rate kind; use one of {legal}");
                    return Err(vec![TermError::new("kind", message)]);
                }
            };
            reader.refuse_what_was_not_taken(kind);
            match rate {
                Some(rate) if reader.errors.is_empty() => Ok(rate),
                _ => Err(reader.errors),
            }
        }
    };
}

registry! {
    fixed,
    percent,
    fixed_percent,
    per_item,
    per_click,
    per_mille,
}
