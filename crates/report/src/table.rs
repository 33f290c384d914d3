//! Tables: the answer as people read it.
//!
//! Every value is computed from exact sums: of its own row, of all rows for the totals, of those left out for the rest.
//! A group whose sums are all zero is no row. Ties in the order are broken by the keys, so the same facts always give the same table.

use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
};

use model::{Currency, Timestamp};

use crate::{
    dimension::Dimension,
    metric::{Amounts, Bound, Currencies, Value},
    plan::{Answer, Group, Key, KeyValue, Plan, Read},
    request::{By, Order, Prepared},
    sketch::{Error, Sketch},
};

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its keys, in the order of `by`; empty for totals and the rest unless amounts are as booked.
    pub key: Vec<KeyText>,
    /// Its values, in the order of the metrics.
    pub values: Vec<Value>,
    /// The values of the compared range.
    pub compared: Option<Vec<Value>>,
    /// When the last of its facts was booked, where changes are told.
    pub booked_at: Option<Timestamp>,
    /// What it showed at the moment since which changes are told, if that was something else.
    pub then: Option<Vec<Value>>,
}

/// A key as text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum KeyText {
    /// The text of a dimension; none where it is not known.
    Dimension(Option<String>),
    /// A period, such as `2026-01-31`.
    Period(String),
    /// Every value together.
    All,
}

/// The whole answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The rows in their order, from the first that was asked for.
    pub rows: Vec<Row>,
    /// How many rows there are without a limit.
    pub rows_in_all: usize,
    /// How many rows were before and on this page, when more follow within the limit.
    pub next: Option<usize>,
    /// All rows together; with booked amounts one for each pair of currencies.
    pub totals: Vec<Row>,
    /// What the limit left out, together.
    pub rest: Option<Row>,
    /// Up to which moment of booking it is complete.
    pub complete_to: Timestamp,
    /// Facts whose amounts are missing because no exchange rate was stored.
    pub unconverted: i128,
    /// How far the values of each metric may be from the truth; none where all of them are exact.
    pub errors: Vec<Option<Error>>,
    /// What was read for it.
    pub read: Read,
}

/// The groups of an answer by their keys.
type Groups<'a> = HashMap<&'a [KeyValue], &'a Group>;

impl Table {
    /// Marks the rows that say something else than they said in this table, which is of an earlier moment.
    pub fn mark_changes(&mut self, then: &Self) {
        let known: HashMap<&[KeyText], &[Value]> =
            then.rows.iter().map(|row| (row.key.as_slice(), row.values.as_slice())).collect();
        let totals: HashMap<&[KeyText], &[Value]> =
            then.totals.iter().map(|row| (row.key.as_slice(), row.values.as_slice())).collect();
        for (rows, known) in [(&mut self.rows, &known), (&mut self.totals, &totals)] {
            for row in rows {
                match known.get(row.key.as_slice()) {
                    Some(values) if *values == row.values => {}
                    Some(values) => row.then = Some(values.to_vec()),
                    // There was no such row.
                    None => row.then = Some(vec![Value::None; row.values.len()]),
                }
            }
        }
    }
}

/// Which rows of the whole are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// Rows before it.
    pub skip: usize,
    /// Most rows on it; all when absent.
    pub take: Option<usize>,
}

/// When the last fact of a group was booked, where that was asked for.
fn booked_at(group: &Group) -> Option<Timestamp> {
    group.sketches.iter().find_map(|sketch| match sketch {
        Sketch::Latest(latest) => *latest,
        _ => None,
    })
}

impl Prepared {
    /// Makes the table of an answer, and of that of the compared range.
    pub fn table(&self, answer: Answer, compared: Option<&Answer>, page: Page) -> Table {
        let compared_groups: Option<Groups<'_>> =
            compared.map(|answer| answer.groups.iter().map(|group| (group.key.as_slice(), group)).collect());
        let complete_to = compared.iter().fold(answer.complete_to, |to, other| to.min(other.complete_to));
        let read = compared.iter().fold(answer.read, |read, other| Read {
            facts: read.facts + other.read.facts,
            rollup_rows: read.rollup_rows + other.read.rollup_rows,
        });
        let mut groups = answer.groups;
        if let Some(others) = &compared_groups {
            self.add_missing(&mut groups, others);
        }
        // What came and went, and facts that none of the metrics count, make no row.
        groups.retain(|group| {
            let beside = compared_groups.as_ref().and_then(|others| others.get(group.key.as_slice()));
            !group.is_nothing() || beside.is_some_and(|group| !group.is_nothing())
        });
        let totals = self.totals(&groups, compared.map(|answer| answer.groups.as_slice()));
        let all = groups.iter().chain(compared.iter().flat_map(|answer| &answer.groups));
        let errors = self.errors(&self.add_up(all));
        let unconverted =
            self.unconverted.map_or(0, |place| groups.iter().filter_map(|group| group.sums.get(place)).sum());
        let mut ranked: Vec<(Vec<Value>, Group)> = groups
            .into_iter()
            .map(|group| (self.values(&group, self.currencies(&group.key)), group))
            .collect();
        ranked.sort_by(|one, other| self.compare(one, other));
        let rows_in_all = ranked.len();
        let kept = self.limit.unwrap_or(rows_in_all).min(rows_in_all);
        let first = page.skip.min(kept);
        let last = page.take.map_or(kept, |take| first.saturating_add(take)).min(kept);
        let rest = self.rest_row(&ranked[kept..], compared_groups.as_ref());
        let rows = ranked
            .drain(first..last)
            .map(|(values, group)| Row {
                compared: self.compared_values(&group.key, compared_groups.as_ref()),
                key: self.key_texts(&self.plan, &group.key),
                booked_at: booked_at(&group),
                then: None,
                values,
            })
            .collect();
        Table {
            rows,
            rows_in_all,
            next: (last < kept).then_some(last),
            totals,
            rest,
            complete_to,
            unconverted,
            errors,
            read,
        }
    }

    /// A group as a row of a table that is not ordered or compared; none when it says nothing.
    pub fn row(&self, group: &Group) -> Option<Row> {
        (!group.is_nothing()).then(|| Row {
            key: self.key_texts(&self.plan, &group.key),
            values: self.values(group, self.currencies(&group.key)),
            compared: None,
            booked_at: booked_at(group),
            then: None,
        })
    }

    /// How far values of each metric may be from the truth, in the worst case: that of everything together.
    fn errors(&self, realms: &[(Vec<KeyValue>, Group)]) -> Vec<Option<Error>> {
        let worst = |bound: &Bound| realms.iter().filter_map(|(_, group)| bound.error(group)).max();
        self.metrics.iter().map(worst).collect()
    }

    /// Groups that only the compared range has stand in the table too, with zeros.
    fn add_missing(&self, groups: &mut Vec<Group>, others: &Groups<'_>) {
        let periods = self.plan.keys.iter().map(|key| match key {
            Key::Period(beginnings) => beginnings.len(),
            Key::Dimension(_) => usize::MAX,
        });
        let periods: Vec<usize> = periods.collect();
        let known: std::collections::HashSet<Vec<KeyValue>> =
            groups.iter().map(|group| group.key.clone()).collect();
        let fits = |key: &[KeyValue]| {
            key.iter().zip(&periods).all(|(value, count)| match value {
                KeyValue::Period(place) => usize::try_from(*place).is_ok_and(|place| place < *count),
                KeyValue::Text(_) => true,
            })
        };
        let missing = others.keys().filter(|key| !known.contains(**key) && fits(key));
        groups.extend(missing.map(|key| Group::empty(key.to_vec(), &self.plan)));
    }

    fn values(&self, group: &Group, currencies: Currencies) -> Vec<Value> {
        self.metrics.iter().map(|bound| bound.value(group, currencies)).collect()
    }

    fn compared_values(&self, key: &[KeyValue], groups: Option<&Groups<'_>>) -> Option<Vec<Value>> {
        let nothing = Group::empty(Vec::new(), &self.plan);
        let beside = groups?.get(key).copied().unwrap_or(&nothing);
        Some(self.values(beside, self.currencies(key)))
    }

    /// The currencies that a group's key names.
    fn currencies(&self, key: &[KeyValue]) -> Currencies {
        let named = |wanted: Dimension| -> Option<Currency> {
            let place = self.by.iter().position(|by| *by == By::Dimension(wanted))?;
            match key.get(place)? {
                KeyValue::Text(Some(code)) => code.parse().ok(),
                _ => None,
            }
        };
        Currencies {
            network: self.currency,
            booked: named(Dimension::Currency),
            order: named(Dimension::OrderCurrency),
        }
    }

    fn is_currency(by: By) -> bool {
        matches!(by, By::Dimension(Dimension::Currency | Dimension::OrderCurrency))
    }

    /// The part of a key that sums may not cross: the currencies, when amounts are as booked.
    fn realm(&self, key: &[KeyValue]) -> Vec<KeyValue> {
        let named = self.by.iter().zip(key).filter(|(by, _)| Self::is_currency(**by));
        match self.amounts {
            Amounts::Network => Vec::new(),
            Amounts::Booked => named.map(|(_, value)| value.clone()).collect(),
        }
    }

    fn add_up<'a>(&self, groups: impl Iterator<Item = &'a Group>) -> Vec<(Vec<KeyValue>, Group)> {
        let mut totals: Vec<(Vec<KeyValue>, Group)> = Vec::new();
        for group in groups {
            let realm = self.realm(&group.key);
            match totals.iter_mut().find(|(known, _)| *known == realm) {
                None => totals.push((realm, group.clone())),
                Some((_, total)) => total.merge(group),
            }
        }
        totals.sort_by(|(one, _), (other, _)| one.cmp(other));
        totals
    }

    fn totals(&self, groups: &[Group], compared: Option<&[Group]>) -> Vec<Row> {
        let compared = compared.map(|groups| self.add_up(groups.iter()));
        let nothing = Group::empty(Vec::new(), &self.plan);
        let mut totals = self.add_up(groups.iter());
        if totals.is_empty() && self.amounts == Amounts::Network {
            totals.push((Vec::new(), nothing.clone()));
        }
        let row = |(realm, total): &(Vec<KeyValue>, Group)| {
            let currencies = self.currencies(&total.key);
            let beside = compared.as_ref().map(|others| {
                let found = others.iter().find(|(known, _)| known == realm);
                self.values(found.map_or(&nothing, |(_, other)| other), currencies)
            });
            Row {
                key: self.total_key(&total.key),
                values: self.values(total, currencies),
                compared: beside,
                booked_at: booked_at(total),
                then: None,
            }
        };
        totals.iter().map(row).collect()
    }

    /// The key of a total: its currencies, and everything of the others.
    fn total_key(&self, key: &[KeyValue]) -> Vec<KeyText> {
        let texts = self.key_texts(&self.plan, key);
        let mut texts = texts.into_iter();
        let text = |by: &By| {
            let own = texts.next();
            match (self.amounts, Self::is_currency(*by)) {
                (Amounts::Booked, true) => own.unwrap_or(KeyText::All),
                _ => KeyText::All,
            }
        };
        self.by.iter().map(text).collect()
    }

    fn rest_row(&self, left_out: &[(Vec<Value>, Group)], compared: Option<&Groups<'_>>) -> Option<Row> {
        if !self.rest || left_out.is_empty() {
            return None;
        }
        let realms = self.add_up(left_out.iter().map(|(_, group)| group));
        // Amounts of several currencies have no sum.
        let [(_, total)] = realms.as_slice() else { return None };
        let currencies = self.currencies(&total.key);
        let beside = compared.map(|groups| {
            let mut sum = Group::empty(Vec::new(), &self.plan);
            for other in left_out.iter().filter_map(|(_, group)| groups.get(group.key.as_slice())) {
                sum.merge(other);
            }
            self.values(&sum, currencies)
        });
        Some(Row {
            key: self.total_key(&total.key),
            values: self.values(total, currencies),
            compared: beside,
            booked_at: booked_at(total),
            then: None,
        })
    }

    fn key_texts(&self, plan: &Plan, key: &[KeyValue]) -> Vec<KeyText> {
        let text = |((value, by), planned): ((&KeyValue, &By), &Key)| match (value, by, planned) {
            (KeyValue::Period(place), By::Period(grain), Key::Period(beginnings)) => {
                let start = usize::try_from(*place).ok().and_then(|place| beginnings.get(place));
                start.map_or(KeyText::All, |start| KeyText::Period(grain.text(&self.zone, *start)))
            }
            (KeyValue::Text(text), _, _) => KeyText::Dimension(text.as_deref().map(str::to_owned)),
            _ => KeyText::All,
        };
        key.iter().zip(&self.by).zip(&plan.keys).map(text).collect()
    }

    fn compare(&self, one: &(Vec<Value>, Group), other: &(Vec<Value>, Group)) -> Ordering {
        let by_order = |order: &Order| -> Ordering {
            let Some(metric) = order.column.checked_sub(self.by.len()) else {
                let keys = one.1.key[order.column].cmp(&other.1.key[order.column]);
                return if order.descending { keys.reverse() } else { keys };
            };
            match (one.0[metric].order(), other.0[metric].order()) {
                (Some(this), Some(that)) if order.descending => Reverse(this).cmp(&Reverse(that)),
                (Some(this), Some(that)) => this.cmp(&that),
                // No value comes last either way.
                (this, that) => that.is_some().cmp(&this.is_some()),
            }
        };
        let ordered = self.order.iter().map(by_order).find(|ordering| ordering.is_ne());
        ordered.unwrap_or_else(|| one.1.key.cmp(&other.1.key))
    }
}
