//! Random histories against a slow and obvious reference.
//!
//! The reference knows no transfers: for each conversion it keeps the lines, a state and how much was
//! taken back, and adds up every balance from scratch. After every step the ledger must have the same
//! balances, and hold I3 to I6. `MERIT_LEDGER_STEPS` sets about how many steps are taken in all.

use std::collections::BTreeMap;

use ledger::{
    AccountKind, Balance, Checker, Leg, approve, check_lines, earn, fold, fold_balances, reject, reverse,
};
use model::conversion::CommissionLine;
use proptest::prelude::*;

use crate::world::{ADVERTISER, AT, Books, NETWORK, account, conversion, line, publisher, units};

const STEPS_OF_A_CASE: usize = 100;
const STEPS_DEFAULT: u32 = 20_000;

/// One thing that happens. Conversions are told by a number that wraps around those there are.
#[derive(Clone, Debug)]
enum Step {
    /// A conversion with these lines: publisher, commission, fee.
    Earn {
        lines: Vec<(u8, i64, i64)>,
        held: bool,
    },
    Approve(usize),
    Reject(usize),
    /// This many eighths of each line and leg are taken back in all; nine is too much.
    Reverse(usize, Vec<(i64, i64)>),
}

fn step() -> impl Strategy<Value = Step> {
    let amount = prop_oneof![1 => Just(0_i64), 4 => 1..20_i64, 4 => 0..1_000_000_000_000_i64];
    let lines = prop::collection::vec((1_u8..5, amount.clone(), amount), 0..4);
    // Rarely a sum that is too large; often the same for all lines, as a share of the order gives.
    let eighths = || prop_oneof![30 => 0..9_i64, 1 => Just(9_i64)];
    let sums = prop_oneof![
        3 => eighths().prop_map(|all| vec![(all, all); 4]),
        1 => prop::collection::vec((eighths(), eighths()), 4),
    ];
    let which = || 0..1000_usize;
    prop_oneof![
        3 => (lines, prop::bool::weighted(0.8)).prop_map(|(lines, held)| Step::Earn { lines, held }),
        2 => which().prop_map(Step::Approve),
        1 => which().prop_map(Step::Reject),
        4 => (which(), sums).prop_map(|(which, sums)| Step::Reverse(which, sums)),
    ]
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    Held,
    Approved,
    Rejected,
}

/// One leg of one line: who receives it, and what happened to it.
#[derive(Clone, Debug)]
struct Part {
    receiver: AccountKind,
    earned: i64,
    back: i64,
    back_before_approval: i64,
}

#[derive(Clone, Debug)]
struct Expected {
    state: State,
    lines: Vec<CommissionLine>,
    parts: Vec<Part>,
}

impl Expected {
    fn new(lines: Vec<CommissionLine>, held: bool) -> Self {
        let part = |receiver, earned| Part { receiver, earned, back: 0, back_before_approval: 0 };
        let parts = lines.iter().flat_map(|line| {
            let publisher = AccountKind::Publisher(line.publisher_id);
            [part(publisher, line.commission.units()), part(AccountKind::Fees, line.fee.units())]
        });
        let parts = parts.collect();
        Self { state: if held { State::Held } else { State::Approved }, lines, parts }
    }

    /// Approves or rejects; answers whether that is possible.
    fn decide(&mut self, state: State) -> bool {
        if self.parts.iter().all(|part| part.earned == 0) {
            return true;
        }
        let pending = self.state == State::Held && self.parts.iter().any(|part| part.earned > part.back);
        if pending {
            self.state = state;
            for part in &mut self.parts {
                part.back_before_approval = part.back;
            }
        }
        pending
    }

    /// Takes back these sums; answers whether that is possible.
    fn reverse(&mut self, sums: &[i64]) -> bool {
        let fits = |(part, sum): (&Part, &i64)| {
            let most = if self.state == State::Rejected { part.back } else { part.earned };
            (part.back..=most).contains(sum)
        };
        let possible = self.parts.iter().zip(sums).all(fits);
        if possible {
            for (part, sum) in self.parts.iter_mut().zip(sums) {
                part.back = *sum;
                if self.state == State::Held {
                    part.back_before_approval = *sum;
                }
            }
        }
        possible
    }

    /// Adds this conversion to the balances.
    fn add_to(&self, balances: &mut BTreeMap<ledger::AccountKey, Balance>) {
        for part in &self.parts {
            let (mut promised, mut moved, mut returned) = (0, 0, 0);
            match self.state {
                State::Held => promised = part.earned - part.back,
                State::Approved => {
                    moved = part.earned - part.back_before_approval;
                    returned = part.back - part.back_before_approval;
                }
                State::Rejected => {}
            }
            let receiver = balances.entry(account(part.receiver)).or_default();
            receiver.credits_pending += promised;
            receiver.credits_posted += moved;
            receiver.debits_posted += returned;
            let payer = balances.entry(account(AccountKind::Advertiser(ADVERTISER))).or_default();
            payer.debits_pending += promised;
            payer.debits_posted += moved;
            payer.credits_posted += returned;
        }
    }
}

/// The ledger and the reference side by side.
#[derive(Default)]
struct Machine {
    books: Books,
    expected: Vec<Expected>,
}

impl Machine {
    fn source(place: usize) -> ledger::Source {
        conversion(u64::try_from(place).unwrap())
    }

    /// Takes a step in both; answers the conversion that it concerned.
    fn take(&mut self, step: &Step) -> Option<usize> {
        if let Step::Earn { lines, held } = step {
            let place = self.expected.len();
            let lines: Vec<_> = lines
                .iter()
                .map(|(publisher, commission, fee)| {
                    line(*publisher, units(*commission), units(*fee), lines.len())
                })
                .collect();
            let posted = earn(NETWORK, ADVERTISER, &lines, *held, Self::source(place), AT);
            self.books.append(posted).unwrap();
            self.expected.push(Expected::new(lines, *held));
            return Some(place);
        }
        let (Step::Approve(which) | Step::Reject(which) | Step::Reverse(which, _)) = step else {
            return None;
        };
        let place = which.checked_rem(self.expected.len())?;
        let history = self.books.history(Self::source(place));
        let expected = &mut self.expected[place];
        let (posted, possible) = match step {
            Step::Earn { .. } => return None,
            Step::Approve(_) => (approve(history, AT), expected.decide(State::Approved)),
            Step::Reject(_) => (reject(history, AT), expected.decide(State::Rejected)),
            Step::Reverse(_, eighths) => {
                let sums: Vec<i64> = expected
                    .parts
                    .iter()
                    .zip(eighths.iter().flat_map(|(commission, fee)| [*commission, *fee]))
                    .map(|(part, eighths)| part.earned * eighths / 8)
                    .collect();
                let pairs: Vec<_> = sums.chunks(2).map(|pair| (units(pair[0]), units(pair[1]))).collect();
                (reverse(history, &pairs, AT), expected.reverse(&sums))
            }
        };
        assert_eq!(posted.is_ok(), possible, "{step:?} of {expected:?}: {posted:?}");
        // What is refused has appended nothing.
        let _ = self.books.append(posted);
        Some(place)
    }

    fn check(&self, concerned: usize) {
        let mut wanted = BTreeMap::new();
        for expected in &self.expected {
            expected.add_to(&mut wanted);
        }
        // An account of which nothing was ever moved may be missing.
        wanted.retain(|_, balance| *balance != Balance::default());
        let mut stored = self.books.balances.clone();
        stored.retain(|_, balance| *balance != Balance::default());
        assert_eq!(stored, wanted, "balances, the reference on the right");

        let mut folded = fold_balances(self.books.transfers());
        assert_eq!(folded.violations, []);
        folded.balances.retain(|_, balance| *balance != Balance::default());
        assert_eq!(folded.balances, stored, "I3: balances are the fold of their transfers");

        let mut checker = Checker::new();
        self.books.transfers().cloned().for_each(|transfer| checker.push(transfer));
        assert_eq!(checker.finish(&self.books.balances), [], "I3 to I5");

        for balance in (1..5).filter_map(|it| stored.get(&account(AccountKind::Publisher(publisher(it))))) {
            assert!(balance.posted() >= 0, "without payouts a publisher never owes: {balance:?}");
            assert_eq!(balance.debits_pending, 0);
        }
        self.check_conversion(concerned);
    }

    fn check_conversion(&self, place: usize) {
        let (source, expected) = (Self::source(place), &self.expected[place]);
        let history = self.books.history(source);
        assert_eq!(check_lines(source, &expected.lines, history), [], "I6");
        let fold = fold(history).unwrap();
        let live: Vec<_> = fold.legs.iter().map(|leg| (leg.line, leg.leg)).collect();
        let distinct: std::collections::BTreeSet<_> = live.iter().collect();
        assert_eq!(distinct.len(), live.len(), "I4: each line and leg is earned once");
        for (place, part) in (0..).zip(&expected.parts) {
            let leg = if place % 2 == 0 { Leg::Commission } else { Leg::Fee };
            let Some(found) = fold.leg(place / 2, leg) else {
                assert_eq!(part.earned, 0);
                continue;
            };
            assert_eq!((found.earned.units(), found.reversed.units()), (part.earned, part.back), "I5");
            let whole = [found.pending, found.posted, found.reversed, found.released];
            assert_eq!(whole.map(model::Money::units).iter().sum::<i64>(), part.earned);
        }
    }
}

fn cases() -> u32 {
    let steps = std::env::var("MERIT_LEDGER_STEPS").ok();
    let steps = steps.map_or(STEPS_DEFAULT, |text| text.parse().expect("MERIT_LEDGER_STEPS is a number"));
    steps.div_ceil(u32::try_from(STEPS_OF_A_CASE).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_ledger_agrees_with_the_reference(steps in prop::collection::vec(step(), STEPS_OF_A_CASE)) {
        let mut machine = Machine::default();
        for step in &steps {
            if let Some(concerned) = machine.take(step) {
                machine.check(concerned);
            }
        }
    }
}
