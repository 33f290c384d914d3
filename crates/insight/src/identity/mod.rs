//! Which records of customers are one person: in files of results and exposures that no browser told of, and of lists that come together.
//!
//! To take two people for one is worse than to take one for two, so nothing is guessed. **Keys are exact**: two records are compared when they agree in
//! every field of a set that is enough, by points ([`Field::points`]) and with something personal in it. What more than [`SHARED_MAX`] records have in
//! common tells nobody apart and joins none. **Contradictions win**: given names or dates of birth that differ by more than errors of writing keep two
//! records apart, unless they have the same number of a person; and a person never comes to hold two records that are [far apart](are_apart), over
//! whatever chain of others. Every join has its [`Link`], which says to what and by which fields, so it can be explained and undone.
//!
//! Records are taken in the order of their contents, so the same records make the same people in whatever order they came. The work is a sort for each
//! of the sets (about seventy), never a comparison of all with all.

mod record;
mod rules;

use std::collections::HashMap;

pub use record::{FIELDS, Field, FieldSet, Record};
pub use rules::{POINTS_NEEDED, are_apart, is_enough, same_person};

/// Records with the same key beyond which it is nobody's own.
pub const SHARED_MAX: usize = 100;
/// Most records of one person.
pub const RECORDS_MAX: usize = 100;

/// Why a record belongs to a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The record that it was joined to.
    pub to: usize,
    /// What both agree in.
    pub agreed: FieldSet,
}

/// Whose record it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whose {
    /// The person: people are counted from 0, in the order of their first records.
    pub person: usize,
    /// Why; none for the first record of a person.
    pub link: Option<Link>,
}

/// Says for each record whose it is. `progress` is told how many of how many rounds are done.
pub fn people(records: &[Record], progress: &dyn Fn(usize, usize)) -> Vec<Whose> {
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by(|one, other| records[*one].cmp(&records[*other]));
    let values = values(records, &order);
    let mut groups = Groups::of(records);
    let sets = rules::smallest_sets();
    for (round, set) in sets.iter().enumerate() {
        progress(round, sets.len());
        let fields: Vec<usize> = set.fields().map(|field| field as usize).collect();
        let key = |(place, record): (usize, &usize)| {
            let mut key = [0_u32; 4];
            for (part, field) in key.iter_mut().zip(&fields) {
                *part = values[*record][*field];
            }
            (key[..fields.len()].iter().all(|part| *part > 0)).then_some((key, place))
        };
        let mut keyed: Vec<([u32; 4], usize)> = order.iter().enumerate().filter_map(key).collect();
        keyed.sort_unstable();
        for same in keyed.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() <= SHARED_MAX) {
            for (number, (_, one)) in same.iter().enumerate() {
                same[..number].iter().for_each(|(_, other)| groups.join(order[*other], order[*one]));
            }
        }
    }
    progress(sets.len(), sets.len());
    groups.told()
}

/// A number for each value of each field, in the order in which the records have them; zero for what is not known.
fn values(records: &[Record], order: &[usize]) -> Vec<[u32; FIELDS]> {
    let mut known: Vec<HashMap<&str, u32>> = vec![HashMap::new(); FIELDS];
    let mut values = vec![[0; FIELDS]; records.len()];
    for record in order {
        let (record, numbers) = (&records[*record], &mut values[*record]);
        for field in Field::ALL {
            let value = record.value(*field);
            if !value.is_empty() {
                let of_field = &mut known[*field as usize];
                let next = u32::try_from(of_field.len() + 1).unwrap_or(u32::MAX);
                numbers[*field as usize] = *of_field.entry(value).or_insert(next);
            }
        }
    }
    values
}

/// Records that are one person.
struct Groups<'a> {
    records: &'a [Record],
    group_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    joins: Vec<(usize, usize, FieldSet)>,
}

impl<'a> Groups<'a> {
    fn of(records: &'a [Record]) -> Self {
        let all = 0..records.len();
        let (group_of, members) = (all.clone().collect(), all.map(|record| vec![record]).collect());
        Self { records, group_of, members, joins: Vec::new() }
    }

    /// Joins the groups of two records, where these are the same person and nothing in the groups is apart.
    fn join(&mut self, one: usize, other: usize) {
        let (to, from) = (self.group_of[one], self.group_of[other]);
        if to == from || self.members[to].len() + self.members[from].len() > RECORDS_MAX {
            return;
        }
        let Some(agreed) = same_person(&self.records[one], &self.records[other]) else { return };
        let apart =
            |a: &usize| self.members[from].iter().any(|b| are_apart(&self.records[*a], &self.records[*b]));
        if self.members[to].iter().any(apart) {
            return;
        }
        let (to, from) =
            if self.members[to].len() < self.members[from].len() { (from, to) } else { (to, from) };
        let moved = std::mem::take(&mut self.members[from]);
        moved.iter().for_each(|record| self.group_of[*record] = to);
        self.members[to].extend(moved);
        self.joins.push((one, other, agreed));
    }

    /// Every record's person, and by what it came to him: the way of joins from his first record.
    fn told(self) -> Vec<Whose> {
        let mut beside: Vec<Vec<Link>> = vec![Vec::new(); self.records.len()];
        for (one, other, agreed) in &self.joins {
            beside[*one].push(Link { to: *other, agreed: *agreed });
            beside[*other].push(Link { to: *one, agreed: *agreed });
        }
        let mut told: Vec<Option<Whose>> = vec![None; self.records.len()];
        let mut people = 0;
        for first in 0..self.records.len() {
            if told[first].is_some() {
                continue;
            }
            told[first] = Some(Whose { person: people, link: None });
            let mut waiting = vec![first];
            while let Some(here) = waiting.pop() {
                for Link { to, agreed } in &beside[here] {
                    if told[*to].is_none() {
                        told[*to] =
                            Some(Whose { person: people, link: Some(Link { to: here, agreed: *agreed }) });
                        waiting.push(*to);
                    }
                }
            }
            people += 1;
        }
        told.into_iter().flatten().collect()
    }
}
