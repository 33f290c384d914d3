//! The difference between two agreements: change by change, in words, and who is better off by it.
//!
//! Both are compared as the JSON that they are written in, so that a term that is added to the model later shows up here
//! without a change; lists are matched by what names their entries (an action by its word, a rate by its rule, a cap by what
//! it limits), and any other list is compared as a whole. Who is better off is said only where one number or switch
//! tells: a rate that is added or loses a condition may be good or bad for either side, and then nothing is said. It is said
//! by the whole way to the term (`path`), of which the names that people give to entries are no part.
//!
//! The work grows with the length of the agreements, not with its square: they may have thousands of rates, and a change of
//! a contract is compared while it is written.

mod path;
mod words;

use std::{borrow::Cow, collections::HashMap};

use model::contract::Terms;
use serde::Serialize;
use serde_json::{Map, Value};

pub use path::TermPath;
use path::{Place, Step};
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
    pub path: TermPath,
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
        self.path.last_member()
    }
}

/// What changes from one agreement to another, in the order of the paths.
pub fn difference(before: &Terms, after: &Terms) -> Vec<TermChange> {
    let mut changes = Vec::new();
    compare(&mut TermPath::default(), &whole(before), &whole(after), &mut changes);
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
fn name_of<'v>(list: &str, entry: &'v Value) -> Option<Cow<'v, str>> {
    let text = |member: &str| entry[member].as_str();
    match list {
        "actions" => text("action").map(Cow::Borrowed),
        "rates" | "touch_rates" => text("rule").map(Cow::Borrowed),
        "bonuses" => text("bonus").map(Cow::Borrowed),
        "caps" => {
            let over = text("over").map_or_else(String::new, |over| format!("/{over}"));
            Some(Cow::Owned(format!("{}/{}{over}", text("metric")?, text("period")?)))
        }
        _ => None,
    }
}

/// A list whose entries have names.
struct Named<'v> {
    /// The entries in their order.
    entries: Vec<(Cow<'v, str>, &'v Value)>,
    /// The same by their names; their order is never asked.
    by_name: HashMap<Cow<'v, str>, &'v Value>,
}

impl<'v> Named<'v> {
    /// The entries by their names; `None` when one has none or shares it.
    fn new(list: &str, entries: &'v [Value]) -> Option<Self> {
        let named = |entry| Some((name_of(list, entry)?, entry));
        let entries: Vec<(Cow<'v, str>, &'v Value)> = entries.iter().map(named).collect::<Option<_>>()?;
        let by_name: HashMap<_, _> = entries.iter().cloned().collect();
        (by_name.len() == entries.len()).then_some(Self { entries, by_name })
    }
}

fn compare(path: &mut TermPath, before: &Value, after: &Value, changes: &mut Vec<TermChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => compare_members(path, one, other, changes),
        (Value::Array(one), Value::Array(other)) => {
            let list = path.last_member();
            match (Named::new(list, one), Named::new(list, other)) {
                (Some(one), Some(other)) => compare_entries(path, &one, &other, changes),
                _ => changes.push(change(path, Some(before), Some(after))),
            }
        }
        _ => changes.push(change(path, Some(before), Some(after))),
    }
}

fn compare_members(
    path: &mut TermPath,
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    changes: &mut Vec<TermChange>,
) {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        path.within(Step::Member(name.clone()), |path| match (one.get(name), other.get(name)) {
            (Some(before), Some(after)) => compare(path, before, after, changes),
            (before, after) => changes.push(change(path, before, after)),
        });
    }
}

fn compare_entries(path: &mut TermPath, one: &Named<'_>, other: &Named<'_>, changes: &mut Vec<TermChange>) {
    let entry = |name: &Cow<'_, str>| Step::Entry(name.clone().into_owned());
    for (name, before) in &one.entries {
        path.within(entry(name), |path| match other.by_name.get(name) {
            Some(after) => compare(path, before, after, changes),
            None => changes.push(change(path, Some(before), None)),
        });
    }
    for (name, after) in other.entries.iter().filter(|(name, _)| !one.by_name.contains_key(name)) {
        path.within(entry(name), |path| changes.push(change(path, None, Some(after))));
    }
}

fn change(path: &TermPath, before: Option<&Value>, after: Option<&Value>) -> TermChange {
    let given = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
    TermChange { path: path.clone(), before: given(before), after: given(after), better_for: None }
}

/// Who is better off, where one number or switch tells.
fn judge(change: &TermChange) -> Option<BetterFor> {
    use BetterFor::{Advertiser, Neutral, Publisher};
    use Place::{Entry, Member};
    let flipped = |side| if side == Publisher { Advertiser } else { Publisher };
    let more_is_for = |side: BetterFor| {
        let (before, after) = (number(change.before.as_ref()?)?, number(change.after.as_ref()?)?);
        Some(if after > before { side } else { flipped(side) })
    };
    let yes_is_for = |side: BetterFor| {
        let after = change.after.as_ref()?.as_bool()?;
        Some(if after { side } else { flipped(side) })
    };
    let having_it_is_for = |side| Some(if change.after.is_some() { side } else { flipped(side) });
    match change.path.places().as_slice() {
        [Member("fee"), ..] | [Member("caps"), Entry, Member("alert_at")] => Some(Neutral),
        [Member("actions" | "touch_rates" | "bonuses"), Entry]
        | [Member("actions"), Entry, Member("recurring")] => having_it_is_for(Publisher),
        [Member("caps"), Entry] => {
            let cap = change.after.as_ref().or(change.before.as_ref())?;
            if cap["soft"] == true { Some(Neutral) } else { having_it_is_for(Advertiser) }
        }
        [Member("actions"), Entry, Member("rates"), Entry, Member("percent" | "amount")]
        | [Member("touch_rates"), Entry, Member("percent" | "amount")]
        | [Member("bonuses"), Entry, Member("amount")]
        | [Member("caps"), Entry, Member("limit")]
        | [Member("actions"), Entry, Member("click_window_seconds" | "view_window_seconds")] => {
            more_is_for(Publisher)
        }
        [Member("actions"), Entry, Member("rates"), Entry, Member("tiers"), Member("retroactive")] => {
            having_it_is_for(Publisher)
        }
        // Absent is for ever, the most.
        [Member("actions"), Entry, Member("recurring"), Member("months")] => {
            match (&change.before, &change.after) {
                (Some(_), Some(_)) => more_is_for(Publisher),
                (_, after) => Some(if after.is_none() { Publisher } else { Advertiser }),
            }
        }
        [Member("actions"), Entry, Member("hold_seconds" | "delay_seconds_min")]
        | [Member("bonuses"), Entry, Member("reach")] => more_is_for(Advertiser),
        [Member("own_purchases")] | [Member("caps"), Entry, Member("soft")] => yes_is_for(Publisher),
        [Member("reject_too_fast" | "ended")] | [Member("attribution"), Member("paid_clicks_displace")] => {
            yes_is_for(Advertiser)
        }
        [Member("attribution"), Member("stand_down")] => stricter_is_for_the_advertiser(change),
        _ => None,
    }
}

/// Standing down more often is good for the advertiser.
fn stricter_is_for_the_advertiser(change: &TermChange) -> Option<BetterFor> {
    let strictness = |value: &Option<Value>| {
        let word = value.as_ref()?.as_str()?;
        ["never", "by_kind", "always"].iter().position(|known| *known == word)
    };
    let (before, after) = (strictness(&change.before)?, strictness(&change.after)?);
    Some(if after > before { BetterFor::Advertiser } else { BetterFor::Publisher })
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
