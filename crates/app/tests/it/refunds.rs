//! What comes back, and when: before and after each state of a conversion, also after it was paid. Each line is one order of
//! 90 (two lamps of 30, a table of 40, ten off) that earns a tenth, to be checked with a pencil.

use std::cell::Cell;

use app::lifecycle::{self, Extent, ItemPart};
use model::{ConversionId, Currency, Money, PayoutRunId, payout::NotPaid};
use serde_json::json;

use crate::{
    both::on_both,
    payouts::Office,
    world::{Plan, World, read},
};

/// Where the order stands when something is taken back, what, where it stands afterwards, what is free on the publisher's
/// account, and what the next run pays him after he has earned 5.00 more.
const REFUNDS: &str = "
    pending  | whole   | rejected 0   | 0    | 5
    pending  | 1/3     | pending 6    | 0    | 5
    pending  | 1 lamp  | pending 6.3  | 0    | 5
    held     | whole   | rejected 0   | 0    | 5
    held     | 1/3     | held 6       | 0    | 5
    held     | 1 lamp  | held 6.3     | 0    | 5
    approved | whole   | reversed 0   | 0    | 5
    approved | 1/3     | approved 6   | 6    | 11
    approved | 1 lamp  | approved 6.3 | 6.3  | 11.3
    # promised to the bank already: the payment goes out, and what it lacks is owed
    promised | whole   | reversed 0   | -9   | negative_balance
    promised | 1/3     | approved 6   | -3   | 2
    # paid: the balance falls below zero and is worked off by what is earned later
    paid     | whole   | reversed 0   | -9   | negative_balance
    paid     | 1/3     | approved 6   | -3   | 2
    paid     | 1 lamp  | approved 6.3 | -2.7 | 2.3
    paid     | 2 lamp  | approved 3.6 | -5.4 | negative_balance
    # the bank sent the payment back before the refund came
    returned | whole   | reversed 0   | 0    | 5
    returned | 1/3     | approved 6   | 6    | 11
";

struct Case<'o> {
    office: &'o Office,
    place: usize,
    id: ConversionId,
    /// The run that was approved last.
    promised: Cell<Option<PayoutRunId>>,
}

fn short(units: i64) -> String {
    let text = Money::from_units(units, Currency::USD).amount_text();
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

impl Case<'_> {
    /// A run up to this step: `promised`, `paid` or `returned`; answers what it pays this publisher.
    async fn run(&self, until: &str) -> Result<String, NotPaid> {
        let office = self.office;
        office.details(self.place, json!({})).await;
        let run = office.propose().await;
        let own = office.publisher(self.place);
        if let Some(left) = run.not_paid.iter().find(|left| left.publisher_id == own) {
            return Err(left.reason);
        }
        let seen = run.payouts.iter().find(|seen| seen.payout.publisher_id == own).unwrap();
        let (id, payout) = (run.run.id, seen.payout.id);
        office.approve(2, id).await.unwrap();
        self.promised.set(Some(id));
        if until != "promised" {
            office.send(id).await;
            office.report(id, format!("{payout},confirmed,\n")).await;
        }
        if until == "returned" {
            let returned = office.act(2, move |change, keys| {
                app::payouts::settle::fail(change, keys, payout, "account closed")
            });
            returned.await.unwrap();
        }
        Ok(short(seen.amount.units()))
    }

    async fn bring_to(&self, state: &str) {
        let (world, id) = (&self.office.world, self.id);
        match state {
            "pending" => {}
            "held" => drop(world.alter(move |tx, by| lifecycle::hold(tx, id, by)).await.unwrap()),
            "approved" => drop(world.approve(id).await.unwrap()),
            until => {
                world.approve(id).await.unwrap();
                assert_eq!(self.run(until).await.as_deref(), Ok("9"));
            }
        }
    }

    async fn take_back(&self, what: &str) {
        let (world, id) = (&self.office.world, self.id);
        match what.split_once(' ') {
            None if what == "whole" => drop(world.reverse(id, Extent::Whole).await.unwrap()),
            None => drop(world.reverse(id, Extent::Share(what.parse().unwrap())).await.unwrap()),
            Some((quantity, sku)) => {
                let part = ItemPart { sku: sku.to_owned(), quantity: quantity.parse().unwrap() };
                let parts = [part];
                world.alter(move |tx, by| lifecycle::reverse_items(tx, id, &parts, by)).await.unwrap();
            }
        }
    }

    async fn stands(&self) -> String {
        let id = self.id;
        let stands = self.office.world.write(move |tx| store::conversions::by_id(tx, id)).await.unwrap();
        format!("{} {}", stands.state.word(), short(stands.commission))
    }

    async fn free(&self) -> String {
        let (network, publisher) = (self.office.world.network, self.office.publisher(self.place));
        let free = self
            .office
            .world
            .write(move |tx| app::exchange::available(tx, network, publisher, Currency::USD))
            .await;
        short(free.units())
    }
}

#[tokio::test]
async fn what_comes_back_is_taken_back_in_every_state() {
    let lines: Vec<&str> =
        REFUNDS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    on_both(|store| async {
        let office = Office::new(store, lines.len()).await;
        for (place, line) in lines.iter().enumerate() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let click = office.world.click(place).await;
            let mut report = office.world.order(&format!("o-{place}"), "90", &click.click_id);
            report.items = read(json!([
                {"sku": "lamp", "quantity": 2, "price": "30"}, {"sku": "table", "quantity": 1, "price": "40"},
            ]));
            let id = office.world.decide(report).await.conversion_id;
            let case = Case { office: &office, place, id, promised: Cell::new(None) };
            case.bring_to(cells[0]).await;
            case.take_back(cells[1]).await;
            assert_eq!(
                [case.stands().await.as_str(), case.free().await.as_str()],
                [cells[2], cells[3]],
                "{line}"
            );
            office.earn(place, &format!("later-{place}"), "50").await;
            let pays = match case.run("paid").await {
                Ok(amount) => amount,
                Err(reason) => reason.word().to_owned(),
            };
            if cells[0] == "promised" {
                // Nothing is paid while the first payment is on its way.
                assert!(["payout_open", "negative_balance"].contains(&pays.as_str()), "{line}: {pays}");
                case.settle_and_run(cells[4], line).await;
            } else {
                assert_eq!(pays, cells[4], "{line}");
            }
        }
        office.world.assert_clean().await;
    })
    .await;
}

impl Case<'_> {
    /// The payment that was promised goes out, and the next run pays what is left.
    async fn settle_and_run(&self, pays: &str, line: &str) {
        let run = self.promised.get().expect("a run that was approved");
        self.office.send(run).await;
        let confirm = move |change: &mut app::command::Change<'_, '_>, _: &_| {
            app::payouts::settle::confirm_run(change, run)
        };
        self.office.act(2, confirm).await.unwrap();
        let paid = self.run("paid").await.unwrap_or_else(|reason| reason.word().to_owned());
        assert_eq!(paid, pays, "{line}");
    }
}

/// Two pairs of shoes of 30, of which a fifth is paid, and a hat of 40. What is paid of the rest, what is taken back one after the other
/// (pieces, or a share of the order), and what the publisher earns after each step.
const PIECES: &str = "
    10 % | 1 shoe, 1 hat, 1 shoe | 10, 6, 0
    10 % | 1 hat, 2 shoe         | 12, 0
    10 % | 2 shoe, 1 hat         | 4, 0
    # a share of the order is that share of each line
    10 % | 1/2, 1/2              | 8, 0
    10 % | 1/2, 1 shoe           | 8, 2
    # of what is left: five sevenths
    10 % | 1 shoe, 1/2           | 10, 2.857144
    # of the shoes only seven tenths were left, so the rest comes of the hat: 40 * (1 - 0.3) less 60 * 0.3
    10 % | 3/10, 2 shoe          | 11.2, 1
    # nothing is paid for hats
    -    | 1 hat, 1 shoe, 1 shoe | 12, 6, 0
    # a quarter was taken of the hat too, so 10 of its 40 come of the shoes that are left: 45
    -    | 1/4, 1 hat            | 9, 7
";

#[tokio::test]
async fn pieces_are_taken_of_what_they_earned() {
    let rows: Vec<&str> =
        PIECES.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    on_both(|store| async {
        let terms = |rest: &str| {
            let shoes = json!({"rule": "shoes", "kind": "percent", "percent": "20", "when": {"categories": ["shoes"]}});
            let rest = rest.strip_suffix(" %").map(|percent| json!({"rule": "rest", "kind": "percent", "percent": percent}));
            let rates: Vec<_> = std::iter::once(shoes).chain(rest).collect();
            json!({"currency": "USD", "actions": [{"action": "order", "rates": rates}], "fee": {"percent": "20"}})
        };
        let plan = (0..rows.len()).fold(Plan::publishers(rows.len()), |plan, place| {
            plan.terms(place, terms(rows[place].split('|').next().unwrap().trim()))
        });
        let world = World::build(store, plan).await;
        for (place, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let click = world.click(place).await;
            let mut report = world.order(&format!("o-{place}"), "100", &click.click_id);
            report.items = read(json!([
                {"sku": "shoe", "category": "shoes", "quantity": 2, "price": "30"},
                {"sku": "hat", "category": "hats", "quantity": 1, "price": "40"},
            ]));
            let id = world.decide(report).await.conversion_id;
            world.approve(id).await.unwrap();
            for (step, wanted) in cells[1].split(", ").zip(cells[2].split(", ")) {
                match step.split_once(' ') {
                    None => drop(world.reverse(id, Extent::Share(step.parse().unwrap())).await.unwrap()),
                    Some((quantity, sku)) => {
                        let parts = [ItemPart { sku: sku.to_owned(), quantity: quantity.parse().unwrap() }];
                        world.alter(move |tx, by| lifecycle::reverse_items(tx, id, &parts, by)).await.unwrap();
                    }
                }
                let stands = world.write(move |tx| store::conversions::by_id(tx, id)).await.unwrap();
                assert_eq!(short(stands.commission), wanted, "{step} of {row}");
            }
            world.assert_clean().await;
        }
    })
    .await;
}
