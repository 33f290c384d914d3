//! Checks a contract version and makes it ready for use.
//!
//! All complaints are gathered, each with the path of its field, so that a form can show them at
//! once. Terms that contradict each other (two rates for the same conversions, say) are refused with
//! the names of both: a receipt must be able to say why this rule and not another.

use std::{collections::HashMap, sync::Arc};

use model::{
    Money,
    contract::{ActionTerms, ContractVersion, Fee, RateTerm, Terms},
    program::Program,
};

use crate::{
    bonuses::{CompiledBonus, compile_bonuses},
    caps::{CapsOf, CompiledCap, compile_caps},
    conditions::CompiledConditions,
    contract::{CompiledContract, CompiledFee, CompiledRate},
    percent::Percent,
    rate_set::RateSet,
    rates::{self, AppliesTo, RateInput, amount_not_negative},
    term_error::TermError,
    tiers::CompiledTiers,
};

/// The longest click window: 365 days.
pub const CLICK_WINDOW_SECONDS_MAX: u32 = 365 * 86_400;
/// The longest view window: 30 days.
pub const VIEW_WINDOW_SECONDS_MAX: u32 = 30 * 86_400;
/// The most months of recurring commission that a number stands for; for longer there is for ever.
pub const RECURRING_MONTHS_MAX: u32 = 600;
/// The longest hold: 400 days.
pub const HOLD_SECONDS_MAX: u32 = 400 * 86_400;

/// The most percent of the credit that can go to publishers who did not win.
pub const ASSIST_PERCENT_MAX: u8 = 50;

/// The longest name of a rule, in characters.
const RULE_CHARS_MAX: usize = 80;

impl CompiledContract {
    /// Checks `version` against its program and makes it ready for use. `payout_models` are the words
    /// that the attribution crate knows.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn compile(
        version: Arc<ContractVersion>,
        program: &Program,
        payout_models: &[&str],
    ) -> Result<Self, Vec<TermError>> {
        let terms = &version.terms;
        let mut check = Check { terms, errors: Vec::new(), rules: HashMap::new() };
        if version.program_id != program.id {
            check.refuse("program_id", "the contract is of another program");
        }
        if !payout_models.contains(&terms.payout_model.as_str()) {
            let legal = payout_models.join(", ");
            let message = format!("`{}` is not a payout model; use one of {legal}", terms.payout_model);
            check.refuse("payout_model", message);
        }
        if terms.attribution.assist_percent > ASSIST_PERCENT_MAX {
            let message = format!("at most {ASSIST_PERCENT_MAX}: whoever wins keeps the greater part");
            check.refuse("attribution.assist_percent", message);
        }
        let rates = check.actions(program);
        let (click, impression) = check.touch_rates();
        let fee = check.fee(&terms.fee);
        let caps = check.caps(&version);
        let bonuses = check.bonuses(program);
        if !check.errors.is_empty() {
            return Err(check.errors);
        }
        Ok(Self {
            program_actions: program.actions.iter().map(|action| action.name.clone()).collect(),
            rates,
            click,
            impression,
            fee,
            caps,
            bonuses,
            version,
        })
    }
}

/// Checks the caps of a program, which count over all its publishers together.
///
/// # Errors
/// Everything that is wrong, each with its field (`caps[0].limit`).
pub fn compile_program_caps(program: &Program) -> Result<Vec<CompiledCap>, Vec<TermError>> {
    compile_caps(&program.caps, CapsOf::Program, program.id, None)
}

/// The state of one check.
struct Check<'a> {
    terms: &'a Terms,
    errors: Vec<TermError>,
    /// Names of rules so far, with the field where each stands.
    rules: HashMap<&'a str, String>,
}

impl<'a> Check<'a> {
    fn refuse(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(TermError::new(field, message));
    }

    fn actions(&mut self, program: &Program) -> Vec<RateSet> {
        let terms = self.terms;
        let mut compiled = Vec::with_capacity(terms.actions.len());
        for (place, action) in terms.actions.iter().enumerate() {
            let field = format!("actions[{place}]");
            self.action_name(&field, place, action, program);
            self.action_times(&field, action);
            self.action_months(&field, action);
            compiled.push(RateSet::new(self.action_rates(&field, action)));
        }
        compiled
    }

    fn action_name(&mut self, field: &str, place: usize, action: &ActionTerms, program: &Program) {
        let name = &action.action;
        if program.action(name).is_none() {
            let legal: Vec<_> = program.actions.iter().map(|known| known.name.as_str()).collect();
            let legal = legal.join(", ");
            let message = format!("the program has no action `{name}`; its actions are {legal}");
            self.refuse(format!("{field}.action"), message);
        }
        let earlier = self.terms.actions[..place].iter().position(|other| other.action == *name);
        if let Some(earlier) = earlier {
            let message = format!("`{name}` has its terms already in actions[{earlier}]");
            self.refuse(format!("{field}.action"), message);
        }
    }

    fn action_times(&mut self, field: &str, action: &ActionTerms) {
        for (name, seconds, max) in [
            ("click_window_seconds", action.click_window_seconds, CLICK_WINDOW_SECONDS_MAX),
            ("view_window_seconds", action.view_window_seconds, VIEW_WINDOW_SECONDS_MAX),
            ("hold_seconds", action.hold_seconds, HOLD_SECONDS_MAX),
        ] {
            if seconds > max {
                let message = format!("{seconds} is more than {max} ({} days)", max / 86_400);
                self.refuse(format!("{field}.{name}"), message);
            }
        }
        let (delay, window) = (action.delay_seconds_min, action.click_window_seconds);
        if delay > window {
            let message = format!(
                "conflicts with click_window_seconds: a conversion would be too fast for {delay} \
                 seconds and too late after {window}"
            );
            self.refuse(format!("{field}.delay_seconds_min"), message);
        }
    }

    /// Months are counted for customers who stay, and only as long as they do.
    fn action_months(&mut self, field: &str, action: &ActionTerms) {
        let months = action.recurring.and_then(|recurring| recurring.months);
        if months.is_some_and(|months| !(1..=RECURRING_MONTHS_MAX).contains(&months)) {
            let message = format!("write 1 to {RECURRING_MONTHS_MAX} months, or leave them out for ever");
            self.refuse(format!("{field}.recurring.months"), message);
        }
        for (place, rate) in action.rates.iter().enumerate() {
            let Some(wanted) = rate.when.months else { continue };
            let message = match (action.recurring, months) {
                (None, _) => "needs `recurring` in the terms of the action".to_owned(),
                (_, Some(months)) if wanted.from > months => {
                    format!("conflicts with recurring: nothing earns after month {months}")
                }
                _ => continue,
            };
            self.refuse(format!("{field}.rates[{place}].when.months"), message);
        }
    }

    fn action_rates(&mut self, field: &str, action: &'a ActionTerms) -> Vec<CompiledRate> {
        if action.rates.is_empty() {
            self.refuse(format!("{field}.rates"), "an action needs at least one rate");
        }
        let mut seen = HashMap::new();
        let mut compiled = Vec::with_capacity(action.rates.len());
        for (place, rate) in action.rates.iter().enumerate() {
            let field = format!("{field}.rates[{place}]");
            let Some(rate) = self.rate(&field, rate) else {
                continue;
            };
            if rate.kind.applies_to() == AppliesTo::Conversion {
                self.twin(&field, &mut seen, &rate);
                compiled.push(rate);
            } else {
                let kind = rate.kind_word;
                let message = format!("`{kind}` pays touches; put it into touch_rates");
                self.refuse(format!("{field}.kind"), message);
            }
        }
        compiled
    }

    /// Two rules that hold for exactly the same conversions cannot both be meant.
    fn twin(&mut self, field: &str, seen: &mut HashMap<CompiledConditions, String>, rate: &CompiledRate) {
        if let Some(twin) = seen.get(&rate.conditions) {
            let message =
                format!("`{twin}` and `{}` hold under the same conditions; keep one of them", rate.rule);
            self.refuse(format!("{field}.when"), message);
        } else {
            seen.insert(rate.conditions.clone(), rate.rule.clone());
        }
    }

    fn touch_rates(&mut self) -> (Option<(String, Money)>, Option<CompiledRate>) {
        let (mut click, mut impression) = (None, None);
        for (place, term) in self.terms.touch_rates.iter().enumerate() {
            let field = format!("touch_rates[{place}]");
            for name in CompiledConditions::names(&term.when) {
                let message = "a touch is paid whatever it is: conditions are for rates of conversions";
                self.refuse(format!("{field}.when.{name}"), message);
            }
            if term.tiers.is_some() {
                let message =
                    "a touch is paid the same whatever came before: tiers are for rates of conversions";
                self.refuse(format!("{field}.tiers"), message);
            }
            let Some(rate) = self.rate(&field, term) else {
                continue;
            };
            let slot = match rate.kind.applies_to() {
                AppliesTo::Click => &mut click,
                AppliesTo::Impression => &mut impression,
                AppliesTo::Conversion => {
                    let kind = rate.kind_word;
                    let message = format!("`{kind}` pays conversions; put it into the rates of an action");
                    self.refuse(format!("{field}.kind"), message);
                    continue;
                }
            };
            match slot {
                None => *slot = Some(rate),
                Some(CompiledRate { rule, .. }) => {
                    let message = format!("`{rule}` and `{}` pay the same touches; keep one", rate.rule);
                    self.refuse(field, message);
                }
            }
        }
        let click = click.and_then(|rate| Some((self.touch_price(&rate, 0)?, rate)));
        if let Some(rate) = &impression {
            self.touch_price(rate, i64::MAX);
        }
        (click.map(|(price, rate)| (rate.rule, price)), impression)
    }

    /// What a touch pays. Tried here, so that it cannot fail when touches come.
    fn touch_price(&mut self, rate: &CompiledRate, ordinal: i64) -> Option<Money> {
        let amount = Money::zero(self.terms.currency);
        match rate.kind.earn(&RateInput { amount, ordinal, pieces: 0 }) {
            Ok(earned) => Some(earned.commission),
            Err(error) => {
                self.refuse("touch_rates", format!("`{}`: {error}", rate.rule));
                None
            }
        }
    }

    fn rate(&mut self, field: &str, term: &'a RateTerm) -> Option<CompiledRate> {
        self.rule_name(field, &term.rule);
        let kind = rates::parse(&term.kind, &term.parameters, self.terms.currency);
        let conditions = CompiledConditions::compile(&term.when);
        let tiers = term.tiers.as_ref();
        let tiers =
            tiers.map(|tiers| CompiledTiers::compile(&term.kind, tiers, self.terms.currency)).transpose();
        match (kind, conditions, tiers) {
            (Ok(kind), Ok(conditions), Ok(tiers)) => Some(CompiledRate {
                rule: term.rule.clone(),
                kind_word: term.kind.clone(),
                kind,
                when: term.when.clone(),
                rank: conditions.rank(),
                conditions,
                tiers,
            }),
            (kind, conditions, tiers) => {
                // An unknown kind is named once, not for each of its steps too.
                let kind_known = kind.is_ok() || rates::KINDS.contains(&term.kind.as_str());
                for error in kind.err().into_iter().flatten() {
                    self.refuse(format!("{field}.{}", error.field), error.message);
                }
                for error in conditions.err().into_iter().flatten() {
                    self.refuse(format!("{field}.when.{}", error.field), error.message);
                }
                for error in tiers.err().into_iter().flatten().filter(|_| kind_known) {
                    self.refuse(format!("{field}.{}", error.field), error.message);
                }
                None
            }
        }
    }

    fn rule_name(&mut self, field: &str, rule: &'a str) {
        let field = format!("{field}.rule");
        let length = rule.chars().count();
        if rule.trim() != rule || length == 0 || rule.chars().any(char::is_control) {
            self.refuse(field, "a rule needs a name without spaces around it and without control characters");
        } else if length > RULE_CHARS_MAX {
            let message = format!("a rule's name has at most {RULE_CHARS_MAX} characters");
            self.refuse(field, message);
        } else if let Some(first) = self.rules.get(rule) {
            let message = format!("`{rule}` is the name of another rule in {first}");
            self.refuse(field, message);
        } else {
            self.rules.insert(rule, field);
        }
    }

    fn fee(&mut self, fee: &Fee) -> CompiledFee {
        let currency = self.terms.currency;
        let percent = match fee.percent.as_deref().unwrap_or("0").parse::<Percent>() {
            Ok(percent) => percent,
            Err(error) => {
                self.refuse("fee.percent", error.to_string());
                Percent::default()
            }
        };
        let fixed = match amount_not_negative(fee.fixed.as_deref().unwrap_or("0"), currency) {
            Ok(fixed) => fixed,
            Err(message) => {
                self.refuse("fee.fixed", message);
                Money::zero(currency)
            }
        };
        CompiledFee { percent, fixed }
    }

    fn bonuses(&mut self, program: &Program) -> Vec<CompiledBonus> {
        let has_action = |action: &str| program.action(action).is_some();
        match compile_bonuses(&self.terms.bonuses, self.terms.currency, has_action) {
            Ok(bonuses) => bonuses,
            Err(errors) => {
                self.errors.extend(errors);
                Vec::new()
            }
        }
    }

    fn caps(&mut self, version: &ContractVersion) -> Vec<CompiledCap> {
        let (program_id, currency) = (version.program_id, self.terms.currency);
        let caps = &self.terms.caps;
        match compile_caps(caps, CapsOf::Contract(version.audience()), program_id, Some(currency)) {
            Ok(caps) => caps,
            Err(errors) => {
                self.errors.extend(errors);
                Vec::new()
            }
        }
    }
}
