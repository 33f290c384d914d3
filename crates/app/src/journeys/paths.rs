//! Where journeys begin and end.
//!
//! The touches of a person stand in the order of time. A conversion ends a journey: its touches are those since the conversion before, as far
//! as they lie in the window before it. A conversion that nothing came before since the last one (the order a minute after the lead) has
//! the touches of that one. What is left at the end is a journey that did not convert, as far as it lies in the window before its last
//! touch, when that is in the period. So each touch is in one journey, but for those that two conversions share.
//!
//! Of a very long journey its last [`PATH_TOUCHES_MAX`] touches count.

use std::{collections::HashMap, ops::Range};

use attribution::models::decay_weights;
use model::Timestamp;

use super::{
    gather::{Converted, Touched},
    ways::Way,
};

/// The most touches of one journey.
pub const PATH_TOUCHES_MAX: usize = 200;

/// Ends of the classes of time between the first touch and the conversion, in seconds; the last class has none.
pub const LAGS_SECONDS: [i64; 8] =
    [60, 3_600, 86_400, 3 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400, 90 * 86_400];

/// Bits behind the point of a share of a conversion.
pub(super) const SHARE_BITS: u32 = 32;

/// What came of the journeys that took one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Came {
    pub(super) conversions: u64,
    pub(super) units: u128,
    pub(super) nulls: u64,
}

/// All journeys.
#[derive(Debug, Default)]
pub(super) struct Paths {
    pub(super) came: HashMap<Box<[Way]>, Came>,
    /// Conversions and value in `2^-SHARE_BITS` for each way, by time decay.
    pub(super) decayed: Vec<(u128, u128)>,
    /// Conversions by the time since their first touch.
    pub(super) lags: [u64; LAGS_SECONDS.len() + 1],
    /// Conversions without any touch.
    pub(super) untouched: Came,
}

/// How journeys are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// First moment of the period.
    pub(super) from: Timestamp,
    /// The window.
    pub(super) window_us: i64,
    /// The half-life of time decay.
    pub(super) half_life_us: u64,
    /// How many ways there are.
    pub(super) ways: usize,
}

impl Paths {
    pub(super) fn of(mut touched: Vec<Touched>, mut converted: Vec<Converted>, cut: Cut) -> Self {
        touched.sort_unstable_by_key(|one| (one.person, one.at, one.way));
        converted.sort_unstable_by_key(|one| (one.person, one.at, one.units, one.counts));
        let mut paths = Self { decayed: vec![(0, 0); cut.ways], ..Self::default() };
        let mut rest = converted.as_slice();
        for touches in touched.chunk_by(|a, b| a.person == b.person) {
            let person = touches[0].person;
            let before = rest.partition_point(|one| one.person < person);
            rest[..before].iter().for_each(|one| paths.add(&[], *one, cut));
            rest = &rest[before..];
            let own = rest.partition_point(|one| one.person == person);
            paths.person(touches, &rest[..own], cut);
            rest = &rest[own..];
        }
        rest.iter().for_each(|one| paths.add(&[], *one, cut));
        paths
    }

    /// The journeys of one person.
    fn person(&mut self, touches: &[Touched], converted: &[Converted], cut: Cut) {
        let (mut begin, mut last): (usize, Range<usize>) = (0, 0..0);
        for one in converted {
            let end = touches.partition_point(|touch| touch.at <= one.at);
            if end > begin {
                last = begin..end;
                begin = end;
            }
            self.add(within(&touches[last.clone()], one.at, cut), *one, cut);
        }
        let left = &touches[begin..];
        if let Some(newest) = left.last().filter(|newest| newest.at >= cut.from) {
            let path = within(left, newest.at, cut).iter().map(|touch| touch.way).collect();
            self.came.entry(path).or_default().nulls += 1;
        }
    }

    /// A conversion at the end of these touches.
    fn add(&mut self, touches: &[Touched], one: Converted, cut: Cut) {
        if !one.counts {
            return;
        }
        let Some(first) = touches.first() else {
            self.untouched.conversions += 1;
            self.untouched.units += u128::from(one.units);
            return;
        };
        let path = touches.iter().map(|touch| touch.way).collect();
        let came = self.came.entry(path).or_default();
        came.conversions += 1;
        came.units += u128::from(one.units);
        let lag = one.at.micros_since(first.at);
        let class = LAGS_SECONDS.iter().position(|most| lag < most * 1_000_000).unwrap_or(LAGS_SECONDS.len());
        self.lags[class] += 1;
        let at: Vec<Timestamp> = touches.iter().map(|touch| touch.at).collect();
        let weights = decay_weights(cut.half_life_us, &at, one.at);
        let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        // What is cut off goes to the last touch, so that a conversion is shared out as a whole.
        let mut left = 1_u128 << SHARE_BITS;
        for (touch, weight) in touches.iter().zip(&weights).rev().skip(1) {
            let share = (u128::from(*weight) << SHARE_BITS) / sum.max(1);
            left -= share;
            self.give(touch.way, share, one.units);
        }
        if let Some(last) = touches.last() {
            self.give(last.way, left, one.units);
        }
    }

    fn give(&mut self, way: Way, share: u128, units: u64) {
        let (conversions, value) = &mut self.decayed[way as usize];
        *conversions += share;
        *value += share * u128::from(units);
    }
}

/// The touches within the window before `at`, and no more than a path has.
fn within(touches: &[Touched], at: Timestamp, cut: Cut) -> &[Touched] {
    let old = touches.partition_point(|touch| at.micros_since(touch.at) > cut.window_us);
    &touches[old.max(touches.len().saturating_sub(PATH_TOUCHES_MAX))..]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn cut(ways: usize) -> Cut {
        Cut {
            from: Timestamp::from_micros(100 * DAY),
            window_us: 30 * DAY,
            half_life_us: (7 * DAY).unsigned_abs(),
            ways,
        }
    }

    /// `1 a@-3 b@5 !6=10`: a person, ways with their days after the beginning of the period, and conversions with their value; `?` is a
    /// conversion that does not count.
    fn read(text: &str) -> (Vec<Touched>, Vec<Converted>) {
        let (mut touched, mut converted) = (Vec::new(), Vec::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.split(' ');
            let person = words.next().unwrap().parse().unwrap();
            for word in words {
                let day = |text: &str| Timestamp::from_micros((100 + text.parse::<i64>().unwrap()) * DAY);
                match word.split_once('@') {
                    Some((way, at)) => {
                        let way = u32::from(way.as_bytes()[0] - b'a');
                        touched.push(Touched { person, way, at: day(at) });
                    }
                    None => {
                        let (at, units) = word[1..].split_once('=').unwrap();
                        let counts = word.starts_with('!');
                        converted.push(Converted {
                            person,
                            at: day(at),
                            counts,
                            units: units.parse().unwrap(),
                        });
                    }
                }
            }
        }
        (touched, converted)
    }

    fn told(paths: &Paths) -> Vec<String> {
        let sorted: BTreeMap<&[Way], &Came> =
            paths.came.iter().map(|(path, came)| (path.as_ref(), came)).collect();
        let letter = |way: &Way| char::from(b'a' + u8::try_from(*way).unwrap());
        let line = |(path, came): (&[Way], &Came)| {
            let path: String = path.iter().map(letter).collect();
            format!("{path} {} {} {}", came.conversions, came.units, came.nulls)
        };
        sorted.into_iter().map(line).collect()
    }

    #[test]
    fn journeys_are_cut_where_they_convert() {
        for (what, rows, expected, untouched) in [
            ("two touches and an order", "1 a@1 b@2 !3=10", &["ab 1 10 0"][..], 0),
            ("nothing bought", "1 a@1 b@2", &["ab 0 0 1"], 0),
            ("the window ends it", "1 a@1 b@40 !41=10", &["b 1 10 0"], 0),
            ("all of it too old", "1 a@1 !41=10", &[], 1),
            ("an order without a touch", "1 !3=10\n2 a@1", &["a 0 0 1"], 1),
            ("a second order has its own touches", "1 a@1 !2=10 b@3 !4=5", &["a 1 10 0", "b 1 5 0"], 0),
            ("a second order without touches shares them", "1 a@1 b@1 !2=10 !3=5", &["ab 2 15 0"], 0),
            ("what came after the order did not convert", "1 a@1 !2=10 b@3", &["a 1 10 0", "b 0 0 1"], 0),
            ("a touch at the very moment counts", "1 a@2 !2=10", &["a 1 10 0"], 0),
            ("an order before the period only ends", "1 a@-5 ?-3=10 b@1 !2=5", &["b 1 5 0"], 0),
            ("touches before the period that led nowhere", "1 a@-5", &[], 0),
            ("touches before the period that led into it", "1 a@-5 !2=7", &["a 1 7 0"], 0),
            ("people are apart", "1 a@1 !2=1\n2 b@1 !2=1\n3 b@1", &["a 1 1 0", "b 1 1 1"], 0),
        ] {
            let (touched, converted) = read(rows);
            let paths = Paths::of(touched, converted, cut(3));
            assert_eq!(told(&paths), expected, "{what}");
            assert_eq!(paths.untouched.conversions, untouched, "{what}");
        }
    }

    #[test]
    fn time_decay_halves_with_each_half_life() {
        let (touched, converted) = read("1 a@0 b@7 c@14 !15=700");
        let paths = Paths::of(touched, converted, cut(3));
        let whole = 1_u128 << SHARE_BITS;
        assert_eq!(paths.decayed.iter().map(|share| share.0).sum::<u128>(), whole);
        let near = |share: u128, of: u128| share.abs_diff(whole * of / 7) <= 2;
        assert!(near(paths.decayed[0].0, 1) && near(paths.decayed[1].0, 2) && near(paths.decayed[2].0, 4));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_order_of_rows_matters(
            touches in prop::collection::vec((0_u32..4, 0_u32..3, -40_i64..40), 0..40),
            orders in prop::collection::vec((0_u32..4, -40_i64..40, 0_u64..1_000), 0..12),
            turn in any::<prop::sample::Index>(),
        ) {
            let day = |day: i64| Timestamp::from_micros((100 + day) * DAY);
            let mut touched: Vec<Touched> =
                touches.iter().map(|(person, way, at)| Touched { person: *person, way: *way, at: day(*at) }).collect();
            let mut converted: Vec<Converted> = orders
                .iter()
                .map(|(person, at, units)| Converted { person: *person, at: day(*at), counts: *at >= 0, units: *units })
                .collect();
            let paths = Paths::of(touched.clone(), converted.clone(), cut(3));
            let counted = || converted.iter().filter(|one| one.counts);
            let conversions: u64 = paths.came.values().map(|came| came.conversions).sum();
            let units: u128 = paths.came.values().map(|came| came.units).sum();
            prop_assert_eq!(conversions + paths.untouched.conversions, counted().count() as u64);
            prop_assert_eq!(units + paths.untouched.units, counted().map(|one| u128::from(one.units)).sum::<u128>());
            prop_assert_eq!(paths.lags.iter().sum::<u64>(), conversions);
            let decayed: u128 = paths.decayed.iter().map(|share| share.0).sum();
            let value: u128 = paths.decayed.iter().map(|share| share.1).sum();
            prop_assert_eq!((decayed, value), (u128::from(conversions) << SHARE_BITS, units << SHARE_BITS));
            let first = told(&paths);
            if !touched.is_empty() {
                let place = turn.index(touched.len());
                touched.rotate_left(place);
            }
            converted.reverse();
            let again = Paths::of(touched, converted, cut(3));
            prop_assert_eq!((told(&again), again.decayed), (first, paths.decayed));
        }
    }
}
