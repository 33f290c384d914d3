//! Finds what breaks the invariants of the ledger, and names it.
//!
//! | name | what is checked here |
//! |---|---|
//! | I3 balanced | each transfer moves one amount between two accounts of one network and currency; debits equal credits; each stored balance equals the fold of its transfers |
//! | I4 once | a line and leg is earned once; sequences have no gap and no repeat |
//! | I5 bounded | no more is posted than was pending, no more taken back than stands |
//! | I6 split | credits sum to 1; each line's commission and fee stand in the ledger, paid by one advertiser to the line's publisher and to the network |

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use model::{Currency, Money, Share, conversion::CommissionLine};
use serde::Serialize;

use crate::{
    account::{AccountKey, AccountKind, Balance},
    history::{Broken, Fold, Problem},
    transfer::{Leg, Source, Transfer},
};

/// An invariant that this crate can check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub enum Invariant {
    /// Debits equal credits, balances equal the fold of their transfers.
    #[serde(rename = "I3 balanced")]
    Balanced,
    /// At most one live commission.
    #[serde(rename = "I4 once")]
    Once,
    /// Reversals never exceed the original.
    #[serde(rename = "I5 bounded")]
    Bounded,
    /// Charge is commission and fee; credits sum to 1; lines sum to their total.
    #[serde(rename = "I6 split")]
    Split,
}

impl Invariant {
    /// The name in the list of invariants.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balanced => "I3 balanced",
            Self::Once => "I4 once",
            Self::Bounded => "I5 bounded",
            Self::Split => "I6 split",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Violation {
    /// The invariant that it breaks.
    pub invariant: Invariant,
    /// Where: a source with a sequence, or an account.
    pub place: String,
    /// What.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.invariant.name(), self.place, self.message)
    }
}

impl Violation {
    fn new(invariant: Invariant, place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self { invariant, place: place.to_string(), message: message.into() }
    }
}

impl From<Broken> for Violation {
    fn from(broken: Broken) -> Self {
        let invariant = match broken.problem {
            Problem::OtherSource | Problem::Amount | Problem::Unbalanced | Problem::NotPending => {
                Invariant::Balanced
            }
            Problem::Sequence | Problem::EarnedTwice => Invariant::Once,
            Problem::Unearned | Problem::ExceedsPending | Problem::ExceedsPosted | Problem::Reason => {
                Invariant::Bounded
            }
            Problem::Accounts => Invariant::Split,
        };
        let place = format!("{} transfer {}", broken.source_of, broken.sequence);
        Self::new(invariant, place, broken.problem.to_string())
    }
}

/// All that is wrong within the history of one source, in the order of its sequences. A transfer that
/// cannot stand there is left out of what the following ones are judged by.
pub fn check_history(history: &[Transfer]) -> Vec<Violation> {
    let mut fold = Fold::default();
    history.iter().filter_map(|transfer| fold.take(transfer).err()).map(Violation::from).collect()
}

/// Whether the commission lines of a conversion are what its history earned, and share it out wholly
/// (I6).
pub fn check_lines(source: Source, lines: &[CommissionLine], history: &[Transfer]) -> Vec<Violation> {
    let mut fold = Fold::default();
    for transfer in history {
        // What cannot stand is reported by `check_history`.
        let _ = fold.take(transfer);
    }
    let mut violations = Vec::new();
    let mut refuse = |message: String| violations.push(Violation::new(Invariant::Split, source, message));
    if let Some(message) = credits_short_of_one(lines) {
        refuse(message);
    }
    for (line, wanted) in (0_u16..).zip(lines) {
        if wanted.fixed.is_negative() || wanted.fixed.units() > wanted.commission.units() {
            refuse(format!("line {line}: the fixed part {} exceeds {}", wanted.fixed, wanted.commission));
        }
        for (leg, amount) in [(Leg::Commission, wanted.commission), (Leg::Fee, wanted.fee)] {
            let found = fold.leg(line, leg);
            let earned = found.map_or(Money::zero(amount.currency()), |found| found.earned);
            if earned != amount {
                refuse(format!("line {line}: the {leg} is {amount}, the ledger earned {earned}"));
            }
        }
        let receiver = fold.leg(line, Leg::Commission).map(|leg| leg.credit.kind);
        if receiver.is_some_and(|kind| kind != AccountKind::Publisher(wanted.publisher_id)) {
            refuse(format!("line {line}: another publisher than {} was paid", wanted.publisher_id));
        }
    }
    for leg in fold.legs.iter().filter(|leg| usize::from(leg.line) >= lines.len()) {
        refuse(format!("the ledger earned {} of a line {} that does not exist", leg.leg, leg.line));
    }
    violations
}

fn credits_short_of_one(lines: &[CommissionLine]) -> Option<String> {
    if lines.is_empty() {
        return None;
    }
    let mut touches: BTreeMap<_, Share> = BTreeMap::new();
    for line in lines {
        // Every line of a touch has its credit, one line for each rule that paid.
        let credit = *touches.entry((line.publisher_id, line.touch_id)).or_insert(line.credit);
        if credit != line.credit {
            return Some(format!("the touch {} has the credits {credit} and {}", line.touch_id, line.credit));
        }
    }
    match touches.into_values().try_fold(Share::NONE, Share::plus) {
        Some(sum) if sum.is_whole() => None,
        Some(sum) => Some(format!("the credits sum to {sum}, not to 1")),
        None => Some("the sum of the credits does not fit".to_owned()),
    }
}

/// Balances as transfers make them, and the transfers that could not be added.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    /// The sums of every account that a transfer names.
    pub balances: BTreeMap<AccountKey, Balance>,
    /// Transfers that fit no balance.
    pub violations: Vec<Violation>,
    /// Pending amounts that are not resolved yet.
    open: HashMap<(Source, u32), Money>,
}

impl Folded {
    fn add(&mut self, transfer: &Transfer) {
        if let Err(message) = self.try_add(transfer) {
            let place = format!("{} transfer {}", transfer.source, transfer.sequence);
            self.violations.push(Violation::new(Invariant::Balanced, place, message));
        }
    }

    fn try_add(&mut self, transfer: &Transfer) -> Result<(), String> {
        let resolved = transfer.pending_sequence.map(|sequence| (transfer.source, sequence));
        let pending = resolved.and_then(|identity| self.open.get(&identity)).copied();
        let (debit, credit) =
            transfer.effects(pending).ok_or("it resolves a transfer that is not pending")?;
        let balance = |account| self.balances.get(account).copied().unwrap_or_default();
        let debited = balance(&transfer.debit).apply(debit).map_err(|error| error.to_string())?;
        let credited = balance(&transfer.credit).apply(credit).map_err(|error| error.to_string())?;
        if let Some(identity) = resolved {
            self.open.remove(&identity);
        }
        if pending.is_none() && transfer.phase == crate::transfer::Phase::Pending {
            self.open.insert((transfer.source, transfer.sequence), transfer.amount);
        }
        self.balances.insert(transfer.debit, debited);
        self.balances.insert(transfer.credit, credited);
        Ok(())
    }
}

/// The balances that these transfers make. A pending transfer must come before what resolves it.
pub fn fold_balances<'a>(transfers: impl IntoIterator<Item = &'a Transfer>) -> Folded {
    let mut folded = Folded::default();
    for transfer in transfers {
        folded.add(transfer);
    }
    folded
}

/// Checks a whole ledger in one pass: push every transfer in the order of its identity `(source,
/// sequence)`, then finish with the stored balances. It remembers one history at a time and what is
/// pending.
#[derive(Debug, Default)]
pub struct Checker {
    folded: Folded,
    history: Vec<Transfer>,
    violations: Vec<Violation>,
    seen: Option<Source>,
}

impl Checker {
    /// A checker that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next transfer.
    pub fn push(&mut self, transfer: Transfer) {
        if self.seen != Some(transfer.source) {
            self.finish_history();
            self.seen = Some(transfer.source);
        }
        self.folded.add(&transfer);
        self.history.push(transfer);
    }

    fn finish_history(&mut self) {
        self.violations.extend(check_history(&self.history));
        self.history.clear();
    }

    /// All that is wrong. An account that no transfer names must have a balance of nothing.
    pub fn finish(mut self, stored: &BTreeMap<AccountKey, Balance>) -> Vec<Violation> {
        self.finish_history();
        self.violations.append(&mut self.folded.violations);
        self.violations.extend(compare(&self.folded.balances, stored));
        self.violations.extend(totals(stored));
        self.violations
    }
}

/// Stored balances that are not the fold of their transfers (I3).
fn compare(folded: &BTreeMap<AccountKey, Balance>, stored: &BTreeMap<AccountKey, Balance>) -> Vec<Violation> {
    let accounts: BTreeSet<_> = folded.keys().chain(stored.keys()).collect();
    let balance = |of: &BTreeMap<AccountKey, Balance>, account: &AccountKey| {
        of.get(account).copied().unwrap_or_default()
    };
    let differs = |account: &AccountKey| {
        let (is, should) = (balance(stored, account), balance(folded, account));
        (is != should).then(|| {
            let message = format!("the stored balance {is:?} is not the sum of its transfers {should:?}");
            Violation::new(Invariant::Balanced, account, message)
        })
    };
    accounts.into_iter().filter_map(differs).collect()
}

/// Currencies whose stored debits and credits differ (I3).
fn totals(stored: &BTreeMap<AccountKey, Balance>) -> Vec<Violation> {
    let mut sums: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
    for (account, balance) in stored {
        let (pending, posted) = sums.entry(account.currency).or_default();
        *pending += i128::from(balance.debits_pending) - i128::from(balance.credits_pending);
        *posted += i128::from(balance.debits_posted) - i128::from(balance.credits_posted);
    }
    let unequal = |(currency, (pending, posted)): (Currency, (i128, i128))| {
        (pending != 0 || posted != 0).then(|| {
            let message =
                format!("debits exceed credits by {pending} units pending and {posted} units posted");
            Violation::new(Invariant::Balanced, currency, message)
        })
    };
    sums.into_iter().filter_map(unequal).collect()
}
