//! Terms in words, for publishers: as on the public page, without the fee.

use app::terms::{InWords, RateInWords, in_words};
use model::{codes::Language, contract::Terms};
use serde::Serialize;
use utoipa::ToSchema;

/// Terms in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsInWords {
    /// Each action.
    pub actions: Vec<ActionInWordsView>,
    /// What touches are paid.
    pub touch_rates: Vec<RateInWordsView>,
    /// What holds for all of it, a sentence each.
    pub rest: Vec<String>,
}

/// The terms of one action in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionInWordsView {
    /// The action's word.
    #[schema(example = "order")]
    pub action: String,
    /// What it pays.
    pub rates: Vec<RateInWordsView>,
    /// Times and the like, a sentence each.
    pub rest: Vec<String>,
}

/// One rate in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateInWordsView {
    /// Name of the rule.
    pub rule: String,
    /// What it pays.
    #[schema(example = "7.5 % of the amount")]
    pub pays: String,
    /// When it does, and how that changes; empty for always.
    pub when: Vec<String>,
}

impl TermsInWords {
    /// The terms in a language.
    pub fn of(terms: &Terms, language: Language) -> Self {
        let InWords { actions, touch_rates, rest } = in_words(terms, language);
        let rates = |rates: Vec<RateInWords>| {
            let view = |RateInWords { rule, pays, when }| RateInWordsView { rule, pays, when };
            rates.into_iter().map(view).collect()
        };
        let of_action = |one: app::terms::ActionInWords| ActionInWordsView {
            action: one.action,
            rates: rates(one.rates),
            rest: one.rest,
        };
        Self { actions: actions.into_iter().map(of_action).collect(), touch_rates: rates(touch_rates), rest }
    }
}
