//! The difference between two agreements: change by change, in words, and who is better off by it.
//!
//! Both are compared as the JSON that they are written in, so that a term that is added to the model later shows up here
//! without a change; lists are matched by what names their entries (an action by its word, a rate by its rule, a cap by what
//! it limits), and any other list is compared as a whole. Who is better off is said only where one number or switch
//! tells: a rate that is added or loses a condition may be good or bad for either side, and then nothing is said.

mod words;

use model::contract::Terms;
use serde::Serialize;
use serde_json::{Map, Value};

pub use words::sentence;

/// Who is better off by a change, where it can be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BetterFor {
    /// Who is paid.
    Publisher,
    /// Who pays.
    Advertiser,
    /// Neither.
    Neutral,
}

/// One change.
#[derive(Clone, PartialEq, Debug)]
pub struct TermChange {
    /// Where it is, such as `actions[order].rates[base].percent`.
    pub path: String,
    /// What was there; none when it is new.
    pub before: Option<Value>,
    /// What is there; none when it is gone.
    pub after: Option<Value>,
    /// Who is better off; none when it cannot be told from the change alone.
    pub better_for: Option<BetterFor>,
}

impl TermChange {
    /// The name of the term, such as `percent`; for an entry of a list that of the list.
    pub fn term(&self) -> &str {
        let last = self.path.rsplit('.').next().unwrap_or_default();
        last.split('[').next().unwrap_or_default()
    }
}

/// What changes from one agreement to another, in the order of the paths.
pub fn difference(before: &Terms, after: &Terms) -> Vec<TermChange> {
    let mut changes = Vec::new();
    compare("", &whole(before), &whole(after), &mut changes);
    for change in &mut changes {
        change.better_for = judge(change);
    }
    changes
}

/// Whether the publisher must be given notice: a change makes him worse off, or cannot be shown not to.
pub fn worsens(before: &Terms, after: &Terms) -> bool {
    difference(before, after)
        .iter()
        .any(|change| !matches!(change.better_for, Some(BetterFor::Publisher | BetterFor::Neutral)))
}

/// The terms with what is left out when it is the usual.
fn whole(terms: &Terms) -> Value {
    let mut value = serde_json::to_value(terms).unwrap_or_default();
    value["attribution"] = serde_json::to_value(terms.attribution).unwrap_or_default();
    value["bonuses"] = serde_json::to_value(&terms.bonuses).unwrap_or_default();
    value
}

/// What names an entry of a list, for the lists whose entries have a name.
fn name_of(list: &str, entry: &Value) -> Option<String> {
    let text = |member: &str| entry[member].as_str().map(str::to_owned);
    match list {
        "actions" => text("action"),
        "rates" | "touch_rates" => text("rule"),
        "bonuses" => text("bonus"),
        "caps" => Some(format!("{}/{}", text("metric")?, text("period")?)),
        _ => None,
    }
}

/// The entries by their names; `None` when one has none or shares it.
fn named<'v>(list: &str, entries: &'v [Value]) -> Option<Vec<(String, &'v Value)>> {
    let mut named = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = name_of(list, entry)?;
        if named.iter().any(|(known, _)| *known == name) {
            return None;
        }
        named.push((name, entry));
    }
    Some(named)
}

fn compare(path: &str, before: &Value, after: &Value, changes: &mut Vec<TermChange>) {
    if before == after {
        return;
    }
    let list = path.rsplit('.').next().unwrap_or_default();
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => compare_members(path, one, other, changes),
        (Value::Array(one), Value::Array(other)) => match (named(list, one), named(list, other)) {
            (Some(one), Some(other)) => compare_entries(path, &one, &other, changes),
            _ => changes.push(change(path, Some(before), Some(after))),
        },
        _ => changes.push(change(path, Some(before), Some(after))),
    }
}

fn compare_members(
    path: &str,
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    changes: &mut Vec<TermChange>,
) {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (one.get(name), other.get(name)) {
            (Some(before), Some(after)) => compare(&path, before, after, changes),
            (before, after) => changes.push(change(&path, before, after)),
        }
    }
}

fn compare_entries(
    path: &str,
    one: &[(String, &Value)],
    other: &[(String, &Value)],
    changes: &mut Vec<TermChange>,
) {
    let find =
        |entries: &[(String, &'_ Value)], name: &str| entries.iter().position(|(known, _)| known == name);
    for (name, before) in one {
        let path = format!("{path}[{name}]");
        match find(other, name) {
            Some(place) => compare(&path, before, other[place].1, changes),
            None => changes.push(change(&path, Some(before), None)),
        }
    }
    for (name, after) in other.iter().filter(|(name, _)| find(one, name).is_none()) {
        changes.push(change(&format!("{path}[{name}]"), None, Some(after)));
    }
}

fn change(path: &str, before: Option<&Value>, after: Option<&Value>) -> TermChange {
    let given = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
    TermChange { path: path.to_owned(), before: given(before), after: given(after), better_for: None }
}

/// Who is better off, where one number or switch tells.
fn judge(change: &TermChange) -> Option<BetterFor> {
    use BetterFor::{Advertiser, Neutral, Publisher};
    let flipped = |side| if side == Publisher { Advertiser } else { Publisher };
    let more_is_for = |side: BetterFor| {
        let (before, after) = (number(change.before.as_ref()?)?, number(change.after.as_ref()?)?);
        Some(if after > before { side } else { flipped(side) })
    };
    let yes_is_for = |side: BetterFor| {
        let after = change.after.as_ref()?.as_bool()?;
        Some(if after { side } else { flipped(side) })
    };
    if change.path.starts_with("fee") {
        return Some(Neutral);
    }
    let whole_entry = change.path.ends_with(']');
    match change.term() {
        "actions" if whole_entry => Some(if change.after.is_some() { Publisher } else { Advertiser }),
        "touch_rates" | "bonuses" if whole_entry => {
            Some(if change.after.is_some() { Publisher } else { Advertiser })
        }
        "caps" if whole_entry => {
            let cap = change.after.as_ref().or(change.before.as_ref())?;
            match (cap["soft"].as_bool(), change.after.is_some()) {
                (Some(true), _) => Some(Neutral),
                (_, true) => Some(Advertiser),
                (_, false) => Some(Publisher),
            }
        }
        "percent" | "amount" | "limit" | "click_window_seconds" | "view_window_seconds" => {
            more_is_for(Publisher)
        }
        "recurring" => Some(if change.after.is_some() { Publisher } else { Advertiser }),
        // Absent is for ever, the most.
        "months" if change.path.ends_with("recurring.months") => match (&change.before, &change.after) {
            (Some(_), Some(_)) => more_is_for(Publisher),
            (_, after) => Some(if after.is_none() { Publisher } else { Advertiser }),
        },
        "hold_seconds" | "delay_seconds_min" | "reach" => more_is_for(Advertiser),
        "own_purchases" | "soft" => yes_is_for(Publisher),
        "reject_too_fast" | "ended" | "paid_clicks_displace" => yes_is_for(Advertiser),
        "alert_at" => Some(Neutral),
        "stand_down" => {
            let strictness = |value: &Option<Value>| {
                let word = value.as_ref()?.as_str()?;
                ["never", "by_kind", "always"].iter().position(|known| *known == word)
            };
            let (before, after) = (strictness(&change.before)?, strictness(&change.after)?);
            Some(if after > before { Advertiser } else { Publisher })
        }
        _ => None,
    }
}

/// Places behind the point that decimal texts are compared with.
const PLACES: usize = 12;

/// A number or a decimal text, in units of the last place.
fn number(value: &Value) -> Option<i128> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.len() > PLACES {
        return None;
    }
    format!("{whole}{part:0<PLACES$}").parse().ok()
}
