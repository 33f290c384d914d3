//! Everything that one advertiser is billed in one currency at the end of a period.

use std::collections::BTreeMap;

use model::{InvoiceId, ProgramId, billing::LineKind};

use crate::{
    BillingError,
    allot::{Origin, Part, Portion, Target, allot},
};

/// What a line is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Label {
    /// The program; none for what belongs to none.
    pub program: Option<ProgramId>,
    /// What kind of thing.
    pub kind: LineKind,
    /// The action's word, for results.
    pub action: Option<String>,
}

/// The sums of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// How many results, clicks and the like.
    pub count: u64,
    /// What publishers earned.
    pub commission: i128,
    /// What the network earned.
    pub fee: i128,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.commission += other.commission;
        self.fee += other.fee;
    }

    /// Commission and fee together.
    pub const fn amount(&self) -> i128 {
        self.commission + self.fee
    }
}

/// The lines of one paper. On a credit note the amounts are below zero.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// Lines with their sums, in their order on the paper.
    pub lines: BTreeMap<Label, Sums>,
}

impl Sheet {
    /// Adds what one source moves on this paper. It counts once, unless it comes to nothing.
    pub fn add<'p>(&mut self, label: &Label, portions: impl Iterator<Item = &'p Portion>) {
        let mut sums = Sums::default();
        for portion in portions {
            let units = i128::from(portion.units);
            match portion.part {
                Part::Commission => sums.commission += units,
                Part::Fee => sums.fee += units,
            }
        }
        sums.count = u64::from(sums.amount() != 0);
        match self.lines.get_mut(label) {
            Some(line) => line.add(&sums),
            None => {
                self.lines.insert(label.clone(), sums);
            }
        }
    }

    /// The sum of the lines.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn net(&self) -> Result<i64, BillingError> {
        let sum: i128 = self.lines.values().map(Sums::amount).sum();
        i64::try_from(sum).map_err(|_| BillingError::TooLarge)
    }

    fn merge(&mut self, other: Self) {
        for (label, sums) in other.lines {
            self.lines.entry(label).or_default().add(&sums);
        }
    }
}

/// A ledger entry, or a piece of it, with its paper. `S` names a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<S> {
    /// The source.
    pub source: S,
    /// The number within it.
    pub sequence: i64,
    /// The paper.
    pub target: Target,
    /// Charged when above zero, taken back when below.
    pub units: i64,
}

/// Gathers sources.
#[derive(Clone, Debug)]
pub struct Batch<S> {
    /// Sources that charge something on the new invoice.
    charging: Papers<S>,
    /// Sources that only take back from earlier invoices.
    correcting: Papers<S>,
}

#[derive(Clone, Debug)]
struct Papers<S> {
    sheets: BTreeMap<Target, Sheet>,
    entries: Vec<Entry<S>>,
}

/// The papers to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed<S> {
    /// The new invoice, when there is at least a coin to bill.
    pub invoice: Option<Sheet>,
    /// A credit note for each of these invoices; amounts below zero.
    pub corrections: BTreeMap<InvoiceId, Sheet>,
    /// What the papers hold.
    pub entries: Vec<Entry<S>>,
}

impl<S> Default for Papers<S> {
    fn default() -> Self {
        Self { sheets: BTreeMap::new(), entries: Vec::new() }
    }
}

impl<S> Default for Batch<S> {
    fn default() -> Self {
        Self { charging: Papers::default(), correcting: Papers::default() }
    }
}

impl<S: Copy> Batch<S> {
    /// Takes in one source. Answers false when it has to wait, because its charge is not there to be billed.
    pub fn add(&mut self, source: S, label: &Label, origin: &Origin) -> bool {
        let Some(portions) = allot(origin) else { return false };
        let charges = portions.iter().any(|portion| portion.target == Target::Invoice);
        let papers = if charges { &mut self.charging } else { &mut self.correcting };
        let mut targets: Vec<Target> = portions.iter().map(|portion| portion.target).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            let own = portions.iter().filter(|portion| portion.target == target);
            papers.sheets.entry(target).or_default().add(label, own);
        }
        papers.entries.extend(portions.iter().map(|portion| Entry {
            source,
            sequence: portion.sequence,
            target: portion.target,
            units: portion.units,
        }));
        true
    }

    /// The papers. An invoice of less than a coin (`least` units, with what was carried from the papers before) is not written:
    /// its sources wait, and so does what they take back from earlier invoices.
    ///
    /// # Errors
    /// Sums that do not fit.
    pub fn close(self, carried: i64, least: i64) -> Result<Closed<S>, BillingError> {
        let Self { charging, correcting } = self;
        let net = charging.sheets.get(&Target::Invoice).map_or(Ok(0), Sheet::net)?;
        let mut papers = correcting;
        if net > 0 && net.checked_add(carried).ok_or(BillingError::TooLarge)? >= least {
            for (target, sheet) in charging.sheets {
                papers.sheets.entry(target).or_default().merge(sheet);
            }
            papers.entries.extend(charging.entries);
        }
        let mut closed = Closed { invoice: None, corrections: BTreeMap::new(), entries: papers.entries };
        for (target, sheet) in papers.sheets {
            match target {
                Target::Invoice => closed.invoice = Some(sheet),
                Target::Correction(invoice) => {
                    closed.corrections.insert(invoice, sheet);
                }
            }
        }
        Ok(closed)
    }
}
