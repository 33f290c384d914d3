//! A contract in words: English, Vietnamese and Persian.
//!
//! Everything that decides about money is said, so that nobody reads a promise without its conditions. Terms are taken
//! apart member by member, so that a new one does not compile before it has its words. What people wrote (names of
//! rules, coupons, articles) and currency codes stand between isolates (U+2068 and U+2069), which keep their
//! direction of writing to themselves; Persian has its own digits.
//!
//! | file | says |
//! |---|---|
//! | `bonuses` | what is paid on reaching something |
//! | `rates` | what a rate pays, when, and its steps |
//! | `terms` | times, recurring commissions, caps, who wins |

mod bonuses;
mod rates;
mod terms;

use model::{
    Currency, Timestamp,
    calendar::Period,
    codes::Language,
    contract::{RateTerm, Terms},
};

/// The terms of a contract in words. The fee is left out: it is between advertiser and network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InWords {
    /// Each action.
    pub actions: Vec<ActionInWords>,
    /// What touches are paid.
    pub touch_rates: Vec<RateInWords>,
    /// What holds for all of it, a sentence each.
    pub rest: Vec<String>,
}

/// The terms of one action in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionInWords {
    /// The action's word.
    pub action: String,
    /// What it pays.
    pub rates: Vec<RateInWords>,
    /// Times and the like, a sentence each.
    pub rest: Vec<String>,
}

/// One rate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateInWords {
    /// Name of the rule.
    pub rule: String,
    /// What it pays, such as `7.5 % of the amount`.
    pub pays: String,
    /// When it does, and how that changes; empty for always.
    pub when: Vec<String>,
}

/// The terms in words.
pub fn in_words(terms: &Terms, language: Language) -> InWords {
    let speaker = Speaker { language };
    InWords {
        actions: terms.actions.iter().map(|action| speaker.action(action, terms.currency)).collect(),
        touch_rates: terms.touch_rates.iter().map(|rate| speaker.rate(rate, terms.currency)).collect(),
        rest: speaker.rest(terms),
    }
}

/// One rate in words.
pub fn rate_in_words(rate: &RateTerm, currency: Currency, language: Language) -> RateInWords {
    Speaker { language }.rate(rate, currency)
}

/// What a rate pays at one of its steps, or below the first: `7.5 % of the amount`.
pub fn step_in_words(rate: &RateTerm, step: Option<usize>, currency: Currency, language: Language) -> String {
    let step = step.and_then(|step| rate.tiers.as_ref()?.steps.get(step));
    let parameters = step.map_or(&rate.parameters, |step| &step.parameters);
    Speaker { language }.pays(&rate.kind, parameters, currency)
}

impl RateInWords {
    /// What it pays and when, in one line without the rule's name.
    pub fn line(&self) -> String {
        let mut line = self.pays.clone();
        for when in &self.when {
            line.push_str(" · ");
            line.push_str(when);
        }
        line
    }
}

/// A number or a date in the digits of the language.
pub fn digits(text: &str, language: Language) -> String {
    Speaker { language }.number(text)
}

/// Says things in a language.
#[derive(Clone, Copy)]
struct Speaker {
    language: Language,
}

impl Speaker {
    /// The phrase of the language.
    const fn say(self, en: &'static str, vi: &'static str, fa: &'static str) -> &'static str {
        match self.language {
            Language::En => en,
            Language::Vi => vi,
            Language::Fa => fa,
        }
    }

    /// A phrase with `{}` filled.
    fn fill(self, phrase: &str, values: &[&str]) -> String {
        let mut parts = phrase.split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (place, part) in parts.enumerate() {
            text.push_str(values.get(place).copied().unwrap_or_default());
            text.push_str(part);
        }
        text
    }

    /// A number in the digits of the language.
    fn number(self, text: &str) -> String {
        if self.language != Language::Fa {
            return text.to_owned();
        }
        let persian = |letter: char| match letter.to_digit(10) {
            Some(digit) => char::from_u32(0x06F0 + digit).unwrap_or(letter),
            None if letter == '.' => '٫',
            None => letter,
        };
        text.chars().map(persian).collect()
    }

    /// A moment, in UTC.
    fn moment(self, at: Timestamp) -> String {
        let text = at.to_string();
        let shown = text.get(..16).unwrap_or(&text).replace('T', " ");
        isolated(&format!("{shown} UTC"))
    }

    /// `A, B, C`.
    fn list(self, entries: &[String]) -> String {
        let comma = self.say(", ", ", ", "، ");
        entries.iter().map(|entry| isolated(entry)).collect::<Vec<_>>().join(comma)
    }

    /// `per month`.
    const fn per(self, period: Period) -> &'static str {
        match period {
            Period::Hour => self.say("an hour", "mỗi giờ", "در هر ساعت"),
            Period::Day => self.say("a day", "mỗi ngày", "در هر روز"),
            Period::Week => self.say("a week", "mỗi tuần", "در هر هفته"),
            Period::Month => self.say("a month", "mỗi tháng", "در هر ماه"),
            Period::Quarter => self.say("a quarter", "mỗi quý", "در هر سه‌ماهه"),
            Period::Total => self.say("in all", "tổng cộng", "در مجموع"),
        }
    }
}

/// A text of its own direction of writing.
fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}
