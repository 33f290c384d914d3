//! What every model promises, and what each one says.

use attribution::models::{Met, by_name, names};
use model::{PublisherId, Timestamp};
use proptest::prelude::*;

/// Model; hours from each touch to the conversion, with the number of its publisher and his weight where those matter; weights.
const TABLE: &str = "
    last       | 5               | 1
    last       | 48 24 1         | 0 0 1
    last       | 24 24           | 0 1
    first      | 5               | 1
    first      | 48 24 1         | 1 0 0
    linear     | 5               | 1
    linear     | 48 24 1 1       | 1 1 1 1
    position   | 5               | 1
    position   | 48 1            | 1 1
    position   | 48 24 1         | 2 1 2
    position   | 96 48 24 1      | 4 1 1 4
    position   | 99 96 48 24 1   | 6 1 1 1 6
    time_decay | 5               | 4294967296
    time_decay | 168 0           | 2147483648 4294967296
    time_decay | 336 168 0       | 1073741824 2147483648 4294967296
    time_decay | 504 336         | 2147483648 4294967296
    time_decay | 84 0            | 3037000499 4294967296
    time_decay | 5544 168 0      | 0 2147483648 4294967296
    time_decay | 0 0 0           | 4294967296 4294967296 4294967296
    shapley    | 5               | 1
    shapley    | 48:1 24:2 1:3   | 1 1 1
    shapley    | 48:1 24:2 1:1   | 0 1 1
    shapley    | 48:1 24:1 1:1   | 0 0 1
    shapley    | 9:1 8:2 7:2 6:3 | 1 0 1 1
    markov     | 5               | 1
    markov     | 48:1 24:2 1:1   | 0 1 1
    markov     | 48:1:7 24:2:3   | 7 3
    markov     | 9:1:7 8:2:3 7:1:7 | 0 3 7
    markov     | 9:1:0 8:2:3     | 1 3
";

fn met(cell: &str, converted_at: Timestamp) -> Met {
    let mut parts = cell.split(':').map(|part| part.parse::<i64>().unwrap());
    Met {
        at: converted_at.plus_seconds(-3600 * parts.next().unwrap()),
        publisher_id: PublisherId::from_bytes([u8::try_from(parts.next().unwrap_or(0)).unwrap(); 16]),
        weight: parts.next().map(|weight| u64::try_from(weight).unwrap()),
    }
}

#[test]
fn each_model_gives_the_weights_of_its_table() {
    let converted_at = Timestamp::from_seconds(1_770_000_000);
    let mut tested = Vec::new();
    for row in TABLE.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [name, hours, weights] = cells[..] else { panic!("three cells expected: {row}") };
        let touches: Vec<Met> = hours.split_whitespace().map(|cell| met(cell, converted_at)).collect();
        let wanted: Vec<u64> = weights.split_whitespace().map(|weight| weight.parse().unwrap()).collect();
        assert_eq!(by_name(name).unwrap().weights(&touches, converted_at), wanted, "{row}");
        tested.push(name);
    }
    for name in names() {
        assert!(tested.contains(&name), "{name} has no row in the table");
    }
}

#[test]
fn names_are_words_and_found_again() {
    let all: Vec<_> = names().collect();
    assert_eq!(all[0], "last", "the default stands first");
    for name in &all {
        assert_eq!(by_name(name).map(|model| model.name()), Some(*name));
        assert_eq!(all.iter().filter(|other| *other == name).count(), 1);
    }
    assert!(by_name("Last").is_none() && by_name("").is_none());
}

proptest! {
    #[test]
    fn weights_are_complete_and_never_all_zero(
        mut times in prop::collection::vec(prop_oneof![any::<i64>(), 0..1_000_000_000_000_i64], 1..40),
        converted_at: i64,
        publishers in prop::collection::vec(0_u8..4, 1..9),
        weight: Option<u64>,
    ) {
        times.sort_unstable();
        let of = |(at, number): (i64, usize)| Met {
            at: Timestamp::from_micros(at),
            publisher_id: PublisherId::from_bytes([publishers[number % publishers.len()]; 16]),
            weight,
        };
        let touches: Vec<Met> = times.into_iter().zip(0..).map(of).collect();
        for name in names() {
            let model = by_name(name).unwrap();
            let weights = model.weights(&touches, Timestamp::from_micros(converted_at));
            prop_assert_eq!(weights.len(), touches.len(), "{}", name);
            prop_assert!(weights.iter().any(|weight| *weight > 0), "{}", name);
        }
    }
}
