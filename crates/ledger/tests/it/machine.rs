//! Random histories against a slow and obvious reference.
//!
//! The reference knows no transfers: for each conversion it keeps the lines, a state and how much was
//! taken back, for each payout its parts and a state, for each exchange its two amounts, and adds up every balance from scratch. After every step the ledger must have the same
//! balances, and hold I3 to I6. `MERIT_LEDGER_STEPS` sets about how many steps are taken in all.

use std::collections::BTreeMap;

use ledger::{
    AccountKind, Balance, Checker, Leg, Source, approve, check_lines, correct_payout, earn, fold,
    fold_balances, pay_out, reinstate, reject, reserve_payout, return_payout, reverse,
};
use model::{Currency, ExchangeId, Money, PayoutId, TouchId, conversion::CommissionLine};
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
    /// This many eighths of what a publisher has available are promised to the bank; some of it is kept back.
    Pay(u8, i64),
    /// The bank confirms a payout.
    Confirm(usize),
    /// A payout fails, or comes back.
    Return(usize),
    /// A payout that failed or came back was paid after all.
    Correct(usize),
    /// This many eighths of what a publisher has available are changed into euros.
    Exchange(u8, i64),
    /// All but this many eighths of each line and leg is earned after all.
    Reinstate(usize, i64),
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
        2 => (1_u8..5, 1..9_i64).prop_map(|(publisher, eighths)| Step::Pay(publisher, eighths)),
        1 => which().prop_map(Step::Confirm),
        1 => which().prop_map(Step::Return),
        1 => which().prop_map(Step::Correct),
        1 => (1_u8..5, 1..9_i64).prop_map(|(publisher, eighths)| Step::Exchange(publisher, eighths)),
        1 => (which(), 0..9_i64).prop_map(|(which, eighths)| Step::Reinstate(which, eighths)),
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
    /// Taken back now.
    back: i64,
    /// Everything that was ever moved to the receiver, and from him.
    moved: i64,
    returned: i64,
}

#[derive(Clone, Debug)]
struct Expected {
    state: State,
    lines: Vec<CommissionLine>,
    parts: Vec<Part>,
}

impl Expected {
    fn new(lines: Vec<CommissionLine>, held: bool) -> Self {
        let part = |receiver, earned| Part {
            receiver,
            earned,
            back: 0,
            moved: if held { 0 } else { earned },
            returned: 0,
        };
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
            for part in self.parts.iter_mut().filter(|_| state == State::Approved) {
                part.moved = part.earned - part.back;
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
                if self.state == State::Approved {
                    part.returned += sum - part.back;
                }
                part.back = *sum;
            }
        }
        possible
    }

    /// Earns all but these sums after all; answers whether that is possible.
    fn reinstate(&mut self, sums: &[i64]) -> bool {
        // All of it may have been taken back while it was held: then nothing is pending any more.
        let held = self.state == State::Held;
        let fits = |(part, sum): (&Part, &i64)| *sum <= part.back && (!held || part.back == part.earned);
        let possible = self.parts.iter().zip(sums).all(fits);
        if possible {
            for (part, sum) in self.parts.iter_mut().zip(sums) {
                let stands = if self.state == State::Approved { part.earned - part.back } else { 0 };
                part.moved += part.earned - sum - stands;
                part.back = *sum;
            }
            self.state = State::Approved;
        }
        possible
    }

    /// Adds this conversion to the balances.
    fn add_to(&self, balances: &mut BTreeMap<ledger::AccountKey, Balance>) {
        for part in &self.parts {
            let promised = if self.state == State::Held { part.earned - part.back } else { 0 };
            let Part { moved, returned, .. } = *part;
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

#[derive(Clone, Copy, PartialEq, Debug)]
enum Paid {
    Promised,
    Confirmed,
    /// Back before it was confirmed.
    Failed,
    /// Back after it was confirmed.
    CameBack,
}

/// One payment to a publisher.
#[derive(Clone, Debug)]
struct Payment {
    publisher: u8,
    amount: i64,
    withheld: i64,
    state: Paid,
    /// How often it was paid, and how often it came back after that.
    times: (i64, i64),
}

impl Payment {
    /// Adds this payment to the balances.
    fn add_to(&self, balances: &mut BTreeMap<ledger::AccountKey, Balance>) {
        for (receiver, amount) in
            [(AccountKind::Clearing, self.amount), (AccountKind::Withheld, self.withheld)]
        {
            let promised = if self.state == Paid::Promised { amount } else { 0 };
            let (moved, back) = (self.times.0 * amount, self.times.1 * amount);
            let publisher = account(AccountKind::Publisher(publisher(self.publisher)));
            for (key, gives) in [(publisher, true), (account(receiver), false)] {
                let balance = balances.entry(key).or_default();
                if gives {
                    balance.debits_pending += promised;
                    balance.debits_posted += moved;
                    balance.credits_posted += back;
                } else {
                    balance.credits_pending += promised;
                    balance.credits_posted += moved;
                    balance.debits_posted += back;
                }
            }
        }
    }
}

/// One change of a publisher's dollars into euros.
#[derive(Clone, Copy, Debug)]
struct Exchanged {
    publisher: u8,
    sold: i64,
    bought: i64,
}

impl Exchanged {
    /// Adds this change to the balances.
    fn add_to(&self, balances: &mut BTreeMap<ledger::AccountKey, Balance>) {
        let euros = |kind| ledger::AccountKey { currency: Currency::EUR, ..account(kind) };
        let (publisher, exchange) =
            (AccountKind::Publisher(publisher(self.publisher)), AccountKind::Exchange);
        balances.entry(account(publisher)).or_default().debits_posted += self.sold;
        balances.entry(account(exchange)).or_default().credits_posted += self.sold;
        balances.entry(euros(exchange)).or_default().debits_posted += self.bought;
        balances.entry(euros(publisher)).or_default().credits_posted += self.bought;
    }
}

/// What a step was about.
enum Concerned {
    Conversion(usize),
    Payments,
}

/// The ledger and the reference side by side.
#[derive(Default)]
struct Machine {
    books: Books,
    expected: Vec<Expected>,
    payments: Vec<Payment>,
    exchanges: Vec<Exchanged>,
}

impl Machine {
    fn source(place: usize) -> Source {
        conversion(u64::try_from(place).unwrap())
    }

    fn payout(place: usize) -> PayoutId {
        PayoutId::from_bytes(*conversion(u64::try_from(place).unwrap()).id_bytes())
    }

    /// Takes a step about payments in both.
    fn pay(&mut self, step: &Step) -> Option<Concerned> {
        if let Step::Pay(number, eighths) = step {
            let key = account(AccountKind::Publisher(publisher(*number)));
            let available = self.books.balances.get(&key).copied().unwrap_or_default().available();
            let whole = available.max(0) / 8 * eighths + available.max(0) % 8;
            let whole = whole.min(available);
            let (withheld, place) = (whole.max(0) / 4, self.payments.len());
            let parts = (units(whole - withheld), units(withheld));
            let posted = reserve_payout(NETWORK, publisher(*number), parts, Self::payout(place), AT);
            assert_eq!(posted.is_ok(), available > 0 && whole > 0, "{available} available, {whole} wanted");
            if posted.is_ok() {
                self.books.append(posted).unwrap();
                let (amount, state) = (whole - withheld, Paid::Promised);
                self.payments.push(Payment { publisher: *number, amount, withheld, state, times: (0, 0) });
            }
            return Some(Concerned::Payments);
        }
        let (Step::Confirm(which) | Step::Return(which) | Step::Correct(which)) = step else { return None };
        let place = which.checked_rem(self.payments.len())?;
        let history = self.books.history(Source::Payout(Self::payout(place)));
        let state = self.payments[place].state;
        let (posted, next) = match step {
            Step::Confirm(_) => (pay_out(history, AT), (state == Paid::Promised).then_some(Paid::Confirmed)),
            Step::Correct(_) => (
                correct_payout(history, AT),
                matches!(state, Paid::Failed | Paid::CameBack).then_some(Paid::Confirmed),
            ),
            _ => (
                return_payout(history, AT),
                match state {
                    Paid::Promised => Some(Paid::Failed),
                    Paid::Confirmed => Some(Paid::CameBack),
                    Paid::Failed | Paid::CameBack => None,
                },
            ),
        };
        assert_eq!(posted.is_ok(), next.is_some(), "{state:?} {step:?}");
        if let Some(next) = next {
            self.books.append(posted).unwrap();
            let payment = &mut self.payments[place];
            payment.times.0 += i64::from(next == Paid::Confirmed);
            payment.times.1 += i64::from(next == Paid::CameBack);
            payment.state = next;
        }
        Some(Concerned::Payments)
    }

    /// Changes dollars into euros in both, nine euros for ten dollars.
    fn exchange(&mut self, number: u8, eighths: i64) -> Concerned {
        let key = account(AccountKind::Publisher(publisher(number)));
        let available = self.books.balances.get(&key).copied().unwrap_or_default().available();
        let sold = available.max(0) / 8 * eighths;
        let bought = sold / 10 * 9;
        let place = u64::try_from(self.exchanges.len()).unwrap();
        let id = ExchangeId::from_bytes(*conversion(place).id_bytes());
        let euros = Money::from_units(bought, Currency::EUR);
        let posted = ledger::exchange(NETWORK, publisher(number), units(sold), euros, id, AT);
        assert_eq!(posted.is_ok(), bought > 0, "{sold} for {bought}");
        if posted.is_ok() {
            self.books.append(posted).unwrap();
            self.exchanges.push(Exchanged { publisher: number, sold, bought });
        }
        Concerned::Payments
    }

    /// Takes a step in both; answers what it concerned.
    fn take(&mut self, step: &Step) -> Option<Concerned> {
        if let Step::Exchange(number, eighths) = step {
            return Some(self.exchange(*number, *eighths));
        }
        if matches!(step, Step::Pay(..) | Step::Confirm(_) | Step::Return(_) | Step::Correct(_)) {
            return self.pay(step);
        }
        if let Step::Earn { lines, held } = step {
            let place = self.expected.len();
            // Each line is of a touch of its own, also where two are of one publisher.
            let lines: Vec<_> = (1..)
                .zip(lines)
                .map(|(touch, (publisher, commission, fee))| CommissionLine {
                    touch_id: TouchId::from_bytes([touch; 16]),
                    ..line(*publisher, units(*commission), units(*fee), lines.len())
                })
                .collect();
            let posted = earn(NETWORK, ADVERTISER, &lines, *held, Self::source(place), AT);
            self.books.append(posted).unwrap();
            self.expected.push(Expected::new(lines, *held));
            return Some(Concerned::Conversion(place));
        }
        let (Step::Approve(which)
        | Step::Reject(which)
        | Step::Reverse(which, _)
        | Step::Reinstate(which, _)) = step
        else {
            return None;
        };
        let place = which.checked_rem(self.expected.len())?;
        let history = self.books.history(Self::source(place));
        let expected = &mut self.expected[place];
        let (posted, possible) = match step {
            Step::Earn { .. } | Step::Pay(..) => return None,
            Step::Confirm(_) | Step::Return(_) | Step::Correct(_) | Step::Exchange(..) => return None,
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
            Step::Reinstate(_, eighths) => {
                let sums: Vec<i64> = expected.parts.iter().map(|part| part.earned * eighths / 8).collect();
                let pairs: Vec<_> = sums.chunks(2).map(|pair| (units(pair[0]), units(pair[1]))).collect();
                (reinstate(history, &pairs, AT), expected.reinstate(&sums))
            }
        };
        assert_eq!(posted.is_ok(), possible, "{step:?} of {expected:?}: {posted:?}");
        // What is refused has appended nothing.
        let _ = self.books.append(posted);
        Some(Concerned::Conversion(place))
    }

    fn check(&self, concerned: &Concerned) {
        let mut wanted = BTreeMap::new();
        for expected in &self.expected {
            expected.add_to(&mut wanted);
        }
        for payment in &self.payments {
            payment.add_to(&mut wanted);
        }
        for exchanged in &self.exchanges {
            exchanged.add_to(&mut wanted);
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

        for number in 1..5 {
            let key = account(AccountKind::Publisher(publisher(number)));
            let balance = stored.get(&key).copied().unwrap_or_default();
            let of_his = |states: &[Paid]| {
                let his = self.payments.iter().filter(|one| one.publisher == number);
                let sum = his.filter(|one| states.contains(&one.state)).map(|one| one.amount + one.withheld);
                sum.sum::<i64>()
            };
            let his = self.exchanges.iter().filter(|one| one.publisher == number);
            let sold: i64 = his.map(|one| one.sold).sum();
            let earned = balance.posted() + of_his(&[Paid::Confirmed]) + sold;
            assert!(earned >= 0, "only what was paid out or exchanged before can be owed: {balance:?}");
            assert_eq!(balance.debits_pending, of_his(&[Paid::Promised]));
        }
        if let Concerned::Conversion(place) = concerned {
            self.check_conversion(*place);
        }
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
            assert_eq!(whole.map(Money::units).iter().sum::<i64>(), part.earned);
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
                machine.check(&concerned);
            }
        }
    }
}
