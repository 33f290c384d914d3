//! Who is the same person.

use insight::identity::{Field, FieldSet, Record, SHARED_MAX, are_apart, is_enough, people, same_person};
use proptest::prelude::*;

fn record(members: &[(Field, &str)]) -> Record {
    let mut record = Record::default();
    members.iter().for_each(|(field, value)| record.set(*field, value));
    record
}

/// A record of `given family birth house street town postal id`, `-` for what is not known.
fn told(line: &str) -> Record {
    use Field::{BirthDate, FamilyName, GivenName, House, Id, PostalCode, Street, Town};
    let fields = [GivenName, FamilyName, BirthDate, House, Street, Town, PostalCode, Id];
    let mut record = Record::default();
    let cells = fields.into_iter().zip(line.split_whitespace()).filter(|(_, cell)| *cell != "-");
    cells.for_each(|(field, cell)| record.set(field, cell));
    record
}

/// Two records, and whether they are one person.
const TABLE: &str = "
    anna rossi 1980-04-01 7 mainroad wien 1010 -   | anna rossi 19800401 9 hilllane graz 8010 -      | one   moved
    anna rossi 1980-04-01 7 mainroad wien 1010 -   | anna rosi 1980-04-01 7 mainroad wien 1010 -     | one   error in a name
    anna rossi 1980-04-01 7 mainroad wien 1010 -   | maria rossi 1980-04-01 7 mainroad wien 1010 -   | two   twins
    anna rossi 1980-04-01 7 mainroad wien 1010 -   | anna rossi 2011-12-25 7 mainroad wien 1010 -    | two   mother and daughter
    - rossi - 7 mainroad wien 1010 -               | anna rossi 1980-04-01 7 mainroad wien 1010 -    | two   a household
    anna rossi - - - wien 1010 -                   | anna rossi - - - wien 1010 -                    | one   four of one point
    anna rossi - - - wien - -                      | anna rossi - - - wien - -                       | two   three points
    anna rossi - - - - - 4711                      | anna weber 1980-04-01 - - - - 4711              | one   married
    anna rossi 1980-04-01 - - - - 4711             | paul weber 1999-09-09 - - - - 4711              | two   a number alone
    a rossi 1980-04-01 - - - 1010 -                | anna rossi 1980-04-01 - - - 1010 -              | one   initial
    rossi anna 1980-04-01 - - wien 1010 -          | anna rossi 1980-04-01 - - wien 1010 -           | one   names in each other's place
    anna rossi 1980-04-01 - - - - -                | anna rossi 1980-04-10 - - - - -                 | two   too little
";

#[test]
fn pairs_by_hand() {
    for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut cells = line.split('|');
        let (one, other) = (told(cells.next().unwrap()), told(cells.next().unwrap()));
        let wanted = cells.next().unwrap().trim().starts_with("one");
        assert_eq!(same_person(&one, &other).is_some(), wanted, "{line}");
        assert_eq!(same_person(&other, &one), same_person(&one, &other), "{line}");
        let whose = people(&[one, other], &|_, _| {});
        assert_eq!(whose[0].person == whose[1].person, wanted, "{line}");
    }
}

#[test]
fn writing_makes_no_difference_and_joins_say_why() {
    let one = record(&[
        (Field::Email, " Anna@Example.COM"),
        (Field::GivenName, "Anna-Maria"),
        (Field::Phone, "+43 (1) 55"),
    ]);
    let other = record(&[
        (Field::Email, "anna@example.com "),
        (Field::GivenName, "ANNA MARIA"),
        (Field::Phone, "0043155"),
    ]);
    let whose = people(&[told("x y - - - - - -"), one, other], &|_, _| {});
    assert_eq!((whose[0].person, whose[1].person, whose[2].person), (0, 1, 1));
    let link = whose[2].link.unwrap();
    assert_eq!((link.to, whose[1].link), (1, None));
    let agreed: Vec<&str> = link.agreed.fields().map(Field::word).collect();
    assert_eq!(agreed, ["email", "phone", "given_name"]);
    assert_eq!(Field::of_column("surname"), Some(Field::FamilyName));
    assert_eq!(Field::of_column("shoe size"), None);
}

#[test]
fn nobody_joins_two_who_are_apart() {
    // The one in the middle has neither name nor number, and could be either.
    let twins = [
        "anna rossi 1980-04-01 7 mainroad wien 1010 4711111",
        "- rossi 1980-04-01 7 mainroad wien 1010 -",
        "maria rossi 1980-04-01 7 mainroad wien 1010 9922222",
    ];
    let records: Vec<Record> = twins.iter().map(|line| told(line)).collect();
    assert!(
        same_person(&records[0], &records[1]).is_some() && same_person(&records[1], &records[2]).is_some()
    );
    assert!(are_apart(&records[0], &records[2]));
    let whose = people(&records, &|_, _| {});
    assert_ne!(whose[0].person, whose[2].person);
    assert!(whose[1].person == whose[0].person || whose[1].person == whose[2].person);
}

#[test]
fn what_a_crowd_shares_is_nobodys_own() {
    let placeholder = |number: usize| {
        let mut record = told("guest - 1970-01-01 - - wien 1010 -");
        record.set(Field::House, &number.to_string());
        record
    };
    let crowd: Vec<Record> = (0..=SHARED_MAX).map(placeholder).collect();
    let of = |records: &[Record]| people(records, &|_, _| {}).iter().map(|whose| whose.person).max();
    assert_eq!(of(&crowd), Some(SHARED_MAX));
    assert_eq!(of(&crowd[1..]), Some(0));
    assert!(people(&[], &|_, _| {}).is_empty());
}

#[test]
fn enough_is_points_and_something_personal() {
    let set = |fields: &[Field]| fields.iter().fold(FieldSet::default(), |set, field| set.with(*field));
    use Field::{BirthDate, Email, FamilyName, GivenName, House, PostalCode, Street, Town};
    assert!(is_enough(set(&[BirthDate, GivenName, FamilyName])));
    assert!(is_enough(set(&[Email, Town])));
    assert!(!is_enough(set(&[Email])));
    assert!(!is_enough(set(&[FamilyName, House, Street, Town, PostalCode])));
}

/// Records of few values, so that many agree.
fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let cell = |values: &'static [&'static str]| prop::sample::select(values);
    let line = (
        cell(&["anna", "maria", "ana", "-", "paul"]),
        cell(&["rossi", "weber", "rosi", "-"]),
        cell(&["19800401", "19800410", "20111225", "-"]),
        cell(&["7", "9", "-"]),
        cell(&["main", "hill"]),
        cell(&["wien", "graz", "-"]),
        cell(&["1010", "8010"]),
        cell(&["4711111", "9922222", "-", "-"]),
    );
    let record = line.prop_map(|(a, b, c, d, e, f, g, h)| told(&[a, b, c, d, e, f, g, h].join(" ")));
    prop::collection::vec(record, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn people_are_what_the_rules_say(records in any_records()) {
        let whose = people(&records, &|_, _| {});
        prop_assert_eq!(whose.len(), records.len());
        for (place, one) in whose.iter().enumerate() {
            if let Some(link) = one.link {
                prop_assert_eq!(whose[link.to].person, one.person);
                prop_assert_eq!(same_person(&records[place], &records[link.to]), Some(link.agreed));
            }
        }
        for one in 0..records.len() {
            for other in 0..one {
                let together = whose[one].person == whose[other].person;
                prop_assert!(!(together && are_apart(&records[one], &records[other])));
                if !together && same_person(&records[one], &records[other]).is_some() {
                    // Only what somebody in their groups speaks against.
                    let group = |person: usize| -> Vec<usize> {
                        (0..records.len()).filter(|place| whose[*place].person == person).collect()
                    };
                    let (mine, theirs) = (group(whose[one].person), group(whose[other].person));
                    prop_assert!(mine.iter().any(|a| theirs.iter().any(|b| are_apart(&records[*a], &records[*b]))));
                }
            }
        }
    }

    #[test]
    fn the_order_of_records_changes_nobody(records in any_records(), seed in any::<u64>()) {
        let mut places: Vec<usize> = (0..records.len()).collect();
        let mut state = seed | 1;
        for place in (1..places.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            places.swap(place, usize::try_from(state >> 33).unwrap() % (place + 1));
        }
        let shuffled: Vec<Record> = places.iter().map(|place| records[*place].clone()).collect();
        let (straight, other) = (people(&records, &|_, _| {}), people(&shuffled, &|_, _| {}));
        for (a, one) in places.iter().enumerate() {
            for (b, two) in places.iter().enumerate() {
                let together = straight[*one].person == straight[*two].person;
                prop_assert_eq!(together, other[a].person == other[b].person);
            }
        }
    }
}
