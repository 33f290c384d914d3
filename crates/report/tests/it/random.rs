//! What must hold for any facts: periods and parts sum to the whole.

use model::{Timestamp, calendar, calendar::Zone};
use proptest::prelude::*;
use report::{
    DateBasis, Dimension, Fact, FactKind, Filter, Key, Measure, Plan, Sum,
    period::{Grain, Range},
    plan::Serving,
    reference,
};

use crate::world::NETWORK;

const WORDS: [&str; 3] = ["a", "b", "Đ"];
const DAY: i64 = 86_400_000_000;

prop_compose! {
    /// A fact of the weeks around the autumn change of the clocks.
    fn fact()(
        at in 0..60 * DAY,
        since_click in 0..5 * DAY,
        approved in prop::option::of(0..20 * DAY),
        country in prop::option::of(0..WORDS.len()),
        state in prop::option::of(0..WORDS.len()),
        clicks in -5_i64..5,
        commission in prop::num::i64::ANY,
    ) -> Fact {
        let first = Timestamp::parse("2026-09-20T00:00:00Z").unwrap();
        let at = first.plus_micros(at);
        let mut fact = Fact::new(NETWORK, FactKind::Conversion, at);
        fact.clicked_at = at.plus_micros(-since_click);
        fact.approved_at = approved.map(|after| at.plus_micros(after));
        fact.dimensions[Dimension::Country.index()] = country.map(|place| WORDS[place].into());
        fact.dimensions[Dimension::State.index()] = state.map(|place| WORDS[place].into());
        fact.measures[Measure::Clicks.index()] = clicks;
        fact.measures[Measure::Commission.index()] = commission;
        fact
    }
}

fn zones() -> impl Strategy<Value = Zone> {
    let names =
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tehran", "Asia/Kathmandu", "Australia/Lord_Howe"];
    prop::sample::select(names.to_vec()).prop_map(|name| name.parse().unwrap())
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        prop::option::of(prop::sample::select(WORDS.to_vec()))
            .prop_map(|value| Filter::In(Dimension::Country, vec![value.map(str::to_owned)])),
        Just(Filter::Contains(Dimension::Country, "đ".to_owned())),
        Just(Filter::StartsWith(Dimension::State, "A".to_owned())),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn plan(zone: &Zone, basis: DateBasis, filter: Filter, keys: Vec<Key>) -> Plan {
    let day = |text: &str| calendar::date(zone, text).unwrap().0;
    Plan {
        network_id: NETWORK,
        basis,
        from: day("2026-09-01"),
        to: day("2026-12-01"),
        walls: Filter::default(),
        filter,
        keys,
        sums: vec![
            Sum { measure: Measure::Clicks, only: Vec::new() },
            Sum { measure: Measure::Commission, only: vec![(Dimension::State, &["a", "b"])] },
        ],
        sketches: Vec::new(),
        as_of: None,
        groups_max: usize::MAX,
        serving: Serving::default(),
    }
}

fn sums(facts: &[Fact], plan: &Plan) -> Vec<i128> {
    let mut totals = vec![0; plan.sums.len()];
    for group in reference::answer(facts, plan).groups {
        for (total, sum) in totals.iter_mut().zip(group.sums) {
            *total += sum;
        }
    }
    totals
}

proptest! {
    #[test]
    fn parts_sum_to_the_whole(
        facts in prop::collection::vec(fact(), 0..60),
        zone in zones(),
        basis in prop::sample::select(DateBasis::ALL.to_vec()),
        filter in filter(),
    ) {
        let whole = plan(&zone, basis, filter.clone(), Vec::new());
        let total = sums(&facts, &whole);
        let range = Range { from: whole.from, to: whole.to };
        for grain in Grain::ALL {
            let periods = Key::Period(grain.beginnings(&zone, range).unwrap());
            let cut = plan(&zone, basis, filter.clone(), vec![periods, Key::Dimension(Dimension::State)]);
            prop_assert_eq!(&sums(&facts, &cut), &total, "by {} of {:?}", grain, zone);
        }
        // What a filter keeps and what it leaves out are everything.
        let others = plan(&zone, basis, Filter::Not(Box::new(filter)), Vec::new());
        let all = plan(&zone, basis, Filter::default(), Vec::new());
        let both: Vec<i128> = total.iter().zip(sums(&facts, &others)).map(|(one, other)| one + other).collect();
        prop_assert_eq!(both, sums(&facts, &all));
    }
}
