//! When two records are the same person.

use super::{Field, FieldSet, Record};

/// Points that agreement takes.
pub const POINTS_NEEDED: u32 = 4;

/// Whether agreement in these fields is enough: of so many points that chance does not bring them, and in something that is a person's own, since a
/// household shares its name and all of its address.
pub fn is_enough(agreed: FieldSet) -> bool {
    agreed.points() >= POINTS_NEEDED && agreed.fields().any(Field::is_personal)
}

/// The fields in which two records agree, where that makes them the same person; none where they do not agree enough, or where their given names or
/// their dates of birth speak against it and no number of his speaks for it.
pub fn same_person(one: &Record, other: &Record) -> Option<FieldSet> {
    let agreed = one.agreed(other);
    let differ = Differ::of(one, other);
    (is_enough(agreed) && (agreed.has(Field::Id) || !(differ.given_name || differ.birth_date)))
        .then_some(agreed)
}

/// Whether two records must not come to be one person over others either: in two of given name, date of birth and number they are far
/// apart.
pub fn are_apart(one: &Record, other: &Record) -> bool {
    let differ = Differ::of(one, other);
    let different =
        [differ.given_name, differ.birth_date, differ.id].into_iter().filter(|differs| *differs).count();
    different >= 2 && !one.agreed(other).has(Field::Id)
}

/// What is known of both and further apart than errors of writing.
struct Differ {
    given_name: bool,
    birth_date: bool,
    id: bool,
}

impl Differ {
    fn of(one: &Record, other: &Record) -> Self {
        let (given, family) = (one.value(Field::GivenName), one.value(Field::FamilyName));
        let (other_given, other_family) = (other.value(Field::GivenName), other.value(Field::FamilyName));
        let swapped = !family.is_empty()
            && !other_family.is_empty()
            && is_near_name(given, other_family)
            && is_near_name(family, other_given);
        let far = |field: Field| {
            let (one, other) = (one.value(field), other.value(field));
            !one.is_empty() && !other.is_empty() && errors(one, other) > 2
        };
        Self {
            given_name: !is_near_name(given, other_given) && !swapped,
            birth_date: far(Field::BirthDate),
            id: far(Field::Id),
        }
    }
}

/// Whether one name may be the other: not known, one written wrong in at most a third of its letters, or the begin of the other, as initials are.
fn is_near_name(one: &str, other: &str) -> bool {
    let longest = one.chars().count().max(other.chars().count());
    one.starts_with(other) || other.starts_with(one) || errors(one, other) <= (longest / 3).max(1)
}

/// How many letters are wrong, missing, too many, or changed with their neighbour (Damerau 1964, Levenshtein 1966; no letter twice).
fn errors(one: &str, other: &str) -> usize {
    if one == other {
        return 0;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before = vec![0; other.len() + 1];
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1; other.len() + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            next[column + 1] = changed.min(last[column + 1] + 1).min(next[column] + 1);
            let crossed = row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *wanted;
            if crossed {
                next[column + 1] = next[column + 1].min(before[column - 1] + 1);
            }
        }
        (before, last) = (last, next);
    }
    last[other.len()]
}

/// The smallest sets of fields that are enough, those with most points first. Two records agree enough when they agree in all fields of one of these.
pub(super) fn smallest_sets() -> Vec<FieldSet> {
    let all: Vec<FieldSet> = (0..1_u32 << Field::ALL.len())
        .map(|bits| {
            let chosen = Field::ALL.iter().filter(|field| bits & 1 << **field as u32 != 0);
            chosen.fold(FieldSet::default(), |set, field| set.with(*field))
        })
        .filter(|set| is_enough(*set))
        .collect();
    let without = |set: FieldSet, field: Field| {
        set.fields().filter(|other| *other != field).fold(FieldSet::default(), FieldSet::with)
    };
    let is_smallest = |set: &FieldSet| set.fields().all(|field| !is_enough(without(*set, field)));
    let mut sets: Vec<FieldSet> = all.into_iter().filter(is_smallest).collect();
    sets.sort_by_key(|set| (std::cmp::Reverse(set.points()), *set));
    sets
}
