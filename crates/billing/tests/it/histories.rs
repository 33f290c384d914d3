//! Random histories, billed month after month, against sums that are made in the most obvious way.

use std::collections::BTreeMap;

use billing::{
    Batch, Corrected, Credited, Label, Movement, Origin, Part, Standing, Target, credit_totals,
    invoice_totals,
};
use model::{
    Currency, InvoiceId, Money,
    billing::{LineKind, TaxRate},
};
use proptest::prelude::*;

/// What happens: a source is charged or reinstated, or something of it is taken back; or a month ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Charge { source: u8, part: Part, units: i64 },
    TakeBack { source: u8, part: Part, percent: i64 },
    Month,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let part = prop_oneof![Just(Part::Commission), Just(Part::Fee)];
    let step = prop_oneof![
        4 => (0_u8..12, part.clone(), 1_i64..2_000_000).prop_map(|(source, part, units)| Step::Charge { source, part, units }),
        3 => (0_u8..12, part, 1_i64..=100).prop_map(|(source, part, percent)| Step::TakeBack { source, part, percent }),
        1 => Just(Step::Month),
    ];
    prop::collection::vec(step, 1..200)
}

/// A movement, with what papers hold of it: an invoice (the corrected one, of a credit note) and units.
type Moved = (Movement, Vec<(InvoiceId, i64)>);

/// Everything that is known of papers: what a database would keep.
#[derive(Default)]
struct Office {
    sources: BTreeMap<u8, Vec<Moved>>,
    invoices: BTreeMap<InvoiceId, Paper>,
    carried: i64,
    /// Net and coins of all papers, credit notes below zero.
    net: i64,
    coins: i64,
    issued: u8,
}

struct Paper {
    corrected: Corrected,
    tax: i64,
}

fn vat() -> [TaxRate; 1] {
    [TaxRate { name: "VAT".to_owned(), percent: "10".to_owned() }]
}

fn usd(units: i64) -> Money {
    Money::from_units(units, Currency::USD)
}

impl Office {
    fn stands(&self, source: u8, part: Part) -> i64 {
        let moves = self.sources.get(&source).into_iter().flatten();
        moves.filter(|(movement, _)| movement.part == part).map(|(movement, _)| movement.units).sum()
    }

    fn book(&mut self, source: u8, part: Part, units: i64) {
        let moves = self.sources.entry(source).or_default();
        let sequence = i64::try_from(moves.len()).unwrap();
        moves.push((Movement { sequence, line: 0, part, units }, Vec::new()));
    }

    fn origin(moves: &[Moved]) -> Origin {
        let unbilled = moves.iter().filter(|(_, held)| held.is_empty()).map(|(movement, _)| *movement);
        let standing = moves.iter().flat_map(|(movement, held)| {
            held.iter().map(|(invoice, units)| Standing {
                invoice: *invoice,
                line: 0,
                part: movement.part,
                units: *units,
            })
        });
        Origin { movements: unbilled.collect(), standing: standing.collect() }
    }

    fn close_month(&mut self) {
        let label = Label { program: None, kind: LineKind::Action, action: Some("order".to_owned()) };
        let mut batch = Batch::default();
        for (source, moves) in &self.sources {
            let origin = Self::origin(moves);
            if !origin.movements.is_empty() {
                assert!(batch.add(*source, &label, &origin), "nothing was taken back that was not charged");
            }
        }
        let closed = batch.close(self.carried, 10_000).unwrap();
        self.issued += 1;
        let new = InvoiceId::from_bytes([self.issued; 16]);
        if let Some(sheet) = &closed.invoice {
            let totals = invoice_totals(usd(sheet.net().unwrap()), self.carried, &vat()).unwrap();
            self.carried = totals.carried.units();
            self.net += totals.net.units();
            self.coins += totals.billed.units();
            let (net, coins, tax) =
                (totals.net.units(), totals.billed.units(), totals.taxes[0].amount.units());
            assert!(net > 0 && coins > 0 && coins % 10_000 == 0);
            assert!((0..10_000).contains(&self.carried), "an invoice leaves less than a coin");
            let credited = Credited { taxes: vec![0], ..Credited::default() };
            self.invoices.insert(new, Paper { corrected: Corrected { net, billed: coins, credited }, tax });
        }
        for (invoice, sheet) in &closed.corrections {
            let back = usd(-sheet.net().unwrap());
            assert!(back.units() > 0);
            let paper = self.invoices.get_mut(invoice).unwrap();
            let totals = credit_totals(back, self.carried, &vat(), &paper.corrected).unwrap();
            self.carried = totals.carried.units();
            self.net -= totals.net.units();
            self.coins -= totals.billed.units();
            let credited = &mut paper.corrected.credited;
            credited.net += totals.net.units();
            credited.billed += totals.billed.units();
            credited.taxes[0] += totals.taxes[0].amount.units();
        }
        for entry in &closed.entries {
            let place = usize::try_from(entry.sequence).unwrap();
            let held = &mut self.sources.get_mut(&entry.source).unwrap()[place].1;
            held.push(match entry.target {
                Target::Invoice => (new, entry.units),
                Target::Correction(invoice) => (invoice, entry.units),
            });
        }
    }

    fn check(&self) {
        let all = || self.sources.values().flatten();
        let charged: i64 = all().map(|(movement, _)| movement.units).sum();
        let unbilled: i64 =
            all().filter(|(_, held)| held.is_empty()).map(|(movement, _)| movement.units).sum();
        assert_eq!(self.net + unbilled, charged, "papers and ledger");
        for (movement, held) in all().filter(|(_, held)| !held.is_empty()) {
            assert_eq!(held.iter().map(|(_, units)| units).sum::<i64>(), movement.units, "whole entries");
        }
        assert_eq!(self.carried, self.net - self.coins, "what coins leave is carried");
        for Paper { corrected, tax } in self.invoices.values() {
            let credited = &corrected.credited;
            assert!(credited.net <= corrected.net, "no more is credited than was invoiced");
            assert!(credited.billed <= corrected.billed && credited.taxes[0] <= *tax, "nor in coins");
            if credited.net == corrected.net {
                assert_eq!(
                    (credited.billed, credited.taxes[0]),
                    (corrected.billed, *tax),
                    "the whole comes back"
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn papers_come_to_what_the_ledger_charged(steps in steps()) {
        let mut office = Office::default();
        for step in steps {
            match step {
                Step::Charge { source, part, units } => office.book(source, part, units),
                Step::TakeBack { source, part, percent } => {
                    let back = office.stands(source, part) * percent / 100;
                    if back > 0 {
                        office.book(source, part, -back);
                    }
                }
                Step::Month => {
                    office.close_month();
                    office.check();
                }
            }
        }
        office.close_month();
        office.check();
    }
}
