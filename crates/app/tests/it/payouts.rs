//! Paying publishers: from the balance to the bank and back, on both databases, with every invariant checked after each step.

use std::sync::Arc;

use app::{
    access::{Actor, Who},
    command::Change,
    errors::{ErrorCode, Refusal},
    lifecycle::Extent,
    payouts::{
        approve, details,
        look::{self, RunSeen},
        propose::{self, Proposal},
        send,
        settle::{self, Effect, Format},
    },
};
use model::{
    ConversionId, Currency, Entropy, PayoutRunId, PublisherId, SessionId, UserId,
    payout::{NotPaid, PaymentMethod, PayoutRunState, PayoutState},
};
use serde_json::{Value, json};

use crate::{
    both::on_both,
    world::{Plan, World, order_terms, read, usd},
};

/// A network with publishers who earn a tenth of an order, and operators who pay them.
pub struct Office {
    pub world: World,
}

impl Office {
    pub async fn new(store: store::Store, publishers: usize) -> Self {
        let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let world = World::build(store, Plan::publishers(publishers).default_terms(terms)).await;
        Self { world }
    }

    pub fn publisher(&self, place: usize) -> PublisherId {
        self.world.links[place].publisher_id
    }

    /// An operator, told by a number.
    pub fn operator(&self, number: u8) -> Actor {
        let who = Who::Person {
            user_id: UserId::from_bytes([number; 16]),
            session_id: SessionId::from_bytes([number; 16]),
        };
        Actor { who, ..Actor::system(self.world.network) }
    }

    /// Runs a write as an operator.
    pub async fn act<T: Send + 'static>(
        &self,
        operator: u8,
        mut work: impl FnMut(&mut Change<'_, '_>, &app::payouts::seal::SealKeys) -> Result<T, Refusal>
        + Send
        + 'static,
    ) -> Result<T, Refusal> {
        let (actor, app) = (self.operator(operator), self.world.app.clone());
        let entropy: Arc<dyn Entropy> = Arc::clone(&app.entropy);
        let now = self.world.clock.advance_micros(1_000_000);
        let store = app.store.clone();
        let written = store.write("test", move |tx| {
            let mut change = Change::new(tx, &actor, "test", now, &*entropy);
            work(&mut change, &app.seal_keys)
        });
        written.await
    }

    /// Payment details of a publisher, asked for at once.
    pub async fn details(&self, place: usize, members: Value) {
        let id = self.publisher(place);
        let mut body = json!({
            "method": "other", "holder": "Nguyễn Văn Đức", "holder_kind": "person", "instructions": "cash",
            "address": {"town": "Hà Nội", "country": "VN"}, "currency": "USD",
        });
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.act(1, move |change, keys| details::put(change, keys, id, read(body.clone()))).await.unwrap();
        self.act(1, move |change, _| details::request(change, id)).await.unwrap();
    }

    /// An approved order of a publisher, whose tenth he earns.
    pub async fn earn(&self, place: usize, order: &str, amount: &str) -> ConversionId {
        let click = self.world.click(place).await;
        let id = self.world.decide(self.world.order(order, amount, &click.click_id)).await.conversion_id;
        self.world.approve(id).await.unwrap();
        id
    }

    pub async fn propose(&self) -> RunSeen {
        self.propose_in(Currency::USD).await
    }

    pub async fn propose_in(&self, currency: Currency) -> RunSeen {
        let proposal = Proposal { method: PaymentMethod::Other, currency, period_end: None };
        let snapshot = self.world.app.snapshot.get();
        let propose = move |change: &mut Change<'_, '_>, keys: &app::payouts::seal::SealKeys| {
            propose::propose(change, keys, &snapshot, &proposal)
        };
        self.act(1, propose).await.unwrap()
    }

    pub async fn approve(&self, operator: u8, id: PayoutRunId) -> Result<RunSeen, Refusal> {
        self.act(operator, move |change, keys| approve::approve(change, keys, id)).await
    }

    pub async fn send(&self, id: PayoutRunId) -> RunSeen {
        self.act(2, move |change, keys| send::send(change, keys, id)).await.unwrap()
    }

    pub async fn report(&self, id: PayoutRunId, rows: String) -> Vec<Effect> {
        let text = format!("payout_id,status,reason\n{rows}");
        let done =
            self.act(2, move |change, _| settle::report(change, id, Format::Csv, &text)).await.unwrap();
        done.into_iter().map(|one| one.effect).collect()
    }

    pub async fn run(&self, id: PayoutRunId) -> RunSeen {
        let (actor, keys) = (self.operator(1), Arc::clone(&self.world.app.seal_keys));
        let found = self.world.app.store.read("test", move |tx| look::run(tx, &keys, &actor, id)).await;
        found.unwrap()
    }

    pub async fn is_paid(&self, id: ConversionId) -> bool {
        let (actor, snapshot) = (self.operator(1), self.world.app.snapshot.get());
        let look = move |tx: &mut store::Tx<'_>| app::events::conversions::get(tx, &snapshot, &actor, id);
        self.world.app.store.read("test", look).await.unwrap().paid
    }

    /// Tells reports what payments paid, three conversions at a time; answers how many changed.
    pub async fn tell(&self) -> usize {
        let mut told = 0;
        loop {
            let now = self.world.clock.advance_micros(1_000_000);
            let walked = self.world.write(move |tx| app::payouts::paid::walk(tx, now, 3)).await;
            told += walked.told;
            if !walked.worked {
                return told;
            }
        }
    }

    /// A run that was proposed, approved, sent and confirmed.
    pub async fn pay(&self) -> RunSeen {
        let id = self.propose().await.run.id;
        self.approve(2, id).await.unwrap();
        self.send(id).await;
        self.act(2, move |change, _| settle::confirm_run(change, id)).await.unwrap();
        self.run(id).await
    }
}

fn states(run: &RunSeen) -> Vec<PayoutState> {
    run.payouts.iter().map(|seen| seen.payout.state).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> ErrorCode {
    result.unwrap_err().code
}

#[tokio::test]
async fn a_balance_is_promised_paid_owed_after_a_refund_and_worked_off() {
    on_both(|store| async move {
        let office = Office::new(store, 1).await;
        let first = office.earn(0, "o-1", "100.00").await;
        office.details(0, json!({})).await;
        let run = office.propose().await;
        let id = run.run.id;
        assert_eq!((run.payouts[0].amount.units(), states(&run)), (usd("10"), vec![PayoutState::Proposed]));
        assert_eq!(code(office.approve(1, id).await), ErrorCode::SecondPersonNeeded);
        assert_eq!(office.world.balance(0).await, (usd("10"), 0));
        office.approve(2, id).await.unwrap();
        assert_eq!(office.world.balance(0).await, (usd("10"), -usd("10")));
        assert_eq!(code(office.approve(3, id).await), ErrorCode::StateConflict);
        office.send(id).await;
        office.world.assert_clean().await;
        assert!(!office.is_paid(first).await, "promised is not paid");
        let payout = run.payouts[0].payout.id;
        assert_eq!(office.report(id, format!("{payout},confirmed,\n")).await, [Effect::Confirmed]);
        assert_eq!(office.report(id, format!("{payout},confirmed,\n")).await, [Effect::Unchanged]);
        assert_eq!(
            office.report(id, format!("{payout},failed,late\npyt_x,failed,\n")).await,
            [Effect::Conflict, Effect::Unknown]
        );
        assert_eq!(office.world.balance(0).await, (0, 0));
        assert_eq!(office.run(id).await.run.state, PayoutRunState::Settled);
        assert!(office.is_paid(first).await);
        office.world.assert_clean().await;
        // The customer sends everything back: what was paid is owed now.
        office.world.reverse(first, Extent::Whole).await.unwrap();
        assert_eq!(office.world.balance(0).await, (-usd("10"), 0));
        let second = office.earn(0, "o-2", "60.00").await;
        office.details(0, json!({})).await;
        let run = office.propose().await;
        assert_eq!((run.payouts.len(), run.not_paid[0].reason), (0, NotPaid::NegativeBalance));
        assert_eq!(office.world.balance(0).await, (-usd("4"), 0));
        let third = office.earn(0, "o-3", "50.00").await;
        let run = office.pay().await;
        assert_eq!(run.payouts[0].amount.units(), usd("1"));
        assert!(office.is_paid(second).await && office.is_paid(third).await);
        office.world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn a_crash_in_the_middle_of_an_approval_leaves_nothing_behind() {
    on_both(|store| async move {
        let office = Office::new(store, 3).await;
        for place in 0..3 {
            office.earn(place, &format!("o-{place}"), "100.00").await;
            office.details(place, json!({})).await;
        }
        let id = office.propose().await.run.id;
        // Everything is written, then the transaction dies before its commit.
        let crashed = office.act(2, move |change, keys| {
            approve::approve(change, keys, id)?;
            Err::<(), _>(Refusal::new(ErrorCode::Internal, "the power went"))
        });
        assert_eq!(code(crashed.await), ErrorCode::Internal);
        let panicked = office.act(2, move |change, keys| -> Result<(), Refusal> {
            approve::approve(change, keys, id)?;
            panic!("the process died")
        });
        assert!(panicked.await.is_err());
        assert_eq!(office.run(id).await.run.state, PayoutRunState::Proposed);
        for place in 0..3 {
            assert_eq!(office.world.balance(place).await, (usd("10"), 0));
        }
        office.world.assert_clean().await;
        office.approve(2, id).await.unwrap();
        // The same while the file is made: it is made afterwards, and once.
        let crashed = office.act(2, move |change, keys| {
            send::send(change, keys, id)?;
            Err::<(), _>(Refusal::new(ErrorCode::Internal, "the power went"))
        });
        assert!(crashed.await.is_err());
        assert_eq!(office.run(id).await.run.state, PayoutRunState::Approved);
        let sent = office.send(id).await;
        assert_eq!(states(&sent), [PayoutState::Sent; 3]);
        assert_eq!(office.send(id).await.run.file, sent.run.file);
        office.world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn an_approval_and_a_refund_at_once_never_pay_what_is_not_there() {
    on_both(|store| async move {
        let office = Arc::new(Office::new(store, 1).await);
        office.details(0, json!({})).await;
        for round in 0..5 {
            let order = office.earn(0, &format!("o-{round}"), "100.00").await;
            office.details(0, json!({})).await;
            let id = office.propose().await.run.id;
            let approving = {
                let office = Arc::clone(&office);
                tokio::spawn(async move { office.approve(2, id).await })
            };
            let refunding = {
                let office = Arc::clone(&office);
                tokio::spawn(async move { office.world.reverse(order, Extent::Whole).await })
            };
            let (approved, refunded) = (approving.await.unwrap(), refunding.await.unwrap());
            refunded.unwrap();
            let (posted, pending) = office.world.balance(0).await;
            match approved {
                // The refund came second: the promise stands and what it lacks is owed.
                Ok(_) => assert_eq!((posted, pending), (0, -usd("10"))),
                Err(refusal) => {
                    assert_eq!((refusal.code, posted, pending), (ErrorCode::StateConflict, 0, 0));
                }
            }
            office.world.assert_clean().await;
            office.act(2, move |change, keys| approve::cancel(change, keys, id)).await.unwrap();
            assert_eq!(office.world.balance(0).await, (0, 0));
        }
        office.world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn who_cannot_be_paid_any_more_is_left_out_with_the_reason() {
    on_both(|store| async move {
        let office = Office::new(store, 4).await;
        let mut orders = Vec::new();
        for place in 0..4 {
            orders.push(office.earn(place, &format!("o-{place}"), "100.00").await);
            office.details(place, json!({"tax_id": "1"})).await;
        }
        let first = office.propose().await.run.id;
        let overlapping = office.propose().await.run.id;
        office.world.reverse(orders[0], Extent::Share(model::Share::new(1, 2).unwrap())).await.unwrap();
        office.details(1, json!({"tax_id": "2"})).await;
        office.details(2, json!({"instructions": "to my new account"})).await;
        let run = office.approve(2, first).await.unwrap();
        let left: Vec<(PublisherId, String)> = run
            .payouts
            .iter()
            .filter(|seen| seen.payout.state == PayoutState::LeftOut)
            .map(|seen| (seen.payout.publisher_id, seen.payout.reason.clone().unwrap()))
            .collect();
        let mut wanted = vec![
            (office.publisher(0), "balance_fell".to_owned()),
            (office.publisher(1), "details_changed".to_owned()),
            (office.publisher(2), "cool_down".to_owned()),
        ];
        let mut left = left;
        left.sort();
        wanted.sort();
        assert_eq!(left, wanted);
        // The other run proposed the same payments: the one that is on its way is not paid twice.
        assert_eq!(code(office.approve(2, overlapping).await), ErrorCode::StateConflict);
        let reason =
            office.propose().await.not_paid.into_iter().find(|one| one.publisher_id == office.publisher(3));
        assert_eq!(reason.unwrap().reason, NotPaid::PayoutOpen);
        office.world.assert_clean().await;
        // A week later the changed details may be paid to.
        office.world.clock.advance_seconds(details::COOL_DOWN_SECONDS);
        office.details(2, json!({"instructions": "to my new account"})).await;
        let paid: Vec<PublisherId> =
            office.propose().await.payouts.iter().map(|seen| seen.payout.publisher_id).collect();
        assert!(paid.contains(&office.publisher(2)), "{paid:?}");
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_coin_is_carried_forward_and_tax_is_kept_back() {
    on_both(|store| async move {
        let office = Office::new(store, 1).await;
        office.earn(0, "o-1", "33.3333").await;
        office.details(0, json!({"withholding_percent": "15", "minimum": "3.00"})).await;
        let run = office.pay().await;
        let seen = &run.payouts[0];
        let amounts = [seen.payout.payable, seen.payout.gross, seen.payout.withheld, seen.amount];
        assert_eq!(amounts.map(model::Money::units), ["3.33333", "3.33", "0.49", "2.84"].map(usd));
        assert_eq!(office.world.balance(0).await, (usd("0.00333"), 0));
        let withheld = ledger::AccountKey {
            network_id: office.world.network,
            kind: ledger::AccountKind::Withheld,
            currency: Currency::USD,
        };
        let keys = vec![withheld.to_bytes().to_vec()];
        let rows = office.world.write(move |tx| store::ledger::accounts_by_keys(tx, &keys)).await;
        assert_eq!(app::posting::balance(&rows[0]).unwrap().1.posted(), usd("0.49"));
        // What failed is back, with its tax, and is paid with the next run.
        office.earn(0, "o-2", "66.6667").await;
        office.details(0, json!({"withholding_percent": "15", "minimum": "3.00"})).await;
        let id = office.propose().await.run.id;
        office.approve(2, id).await.unwrap();
        office.send(id).await;
        let payout = office.run(id).await.payouts[0].payout.id;
        assert_eq!(office.report(id, format!("{payout},failed,closed\n")).await, [Effect::Failed]);
        assert_eq!(office.report(id, format!("{payout},failed,closed\n")).await, [Effect::Unchanged]);
        assert_eq!(office.world.balance(0).await, (usd("6.67"), 0));
        let run = office.pay().await;
        assert_eq!(
            (run.payouts[0].payout.gross.units(), run.payouts[0].amount.units()),
            (usd("6.67"), usd("5.67"))
        );
        office.world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn what_failed_was_paid_again_and_turns_out_to_have_been_paid_is_worked_off() {
    on_both(|store| async move {
        let office = Office::new(store, 1).await;
        let first = office.earn(0, "o-1", "100.00").await;
        office.details(0, json!({"withholding_percent": "10"})).await;
        let id = office.propose().await.run.id;
        office.approve(2, id).await.unwrap();
        office.send(id).await;
        let payout = office.run(id).await.payouts[0].payout.id;
        let correct = |reason: &'static str| {
            office.act(2, move |change, keys| settle::correct(change, keys, payout, reason))
        };
        assert_eq!(code(correct("too early").await), ErrorCode::StateConflict);
        assert_eq!(office.report(id, format!("{payout},failed,closed\n")).await, [Effect::Failed]);
        // It is paid once more, and then the statement shows the first payment.
        let again = office.pay().await;
        assert_eq!((office.world.balance(0).await, again.payouts[0].amount.units()), ((0, 0), usd("9")));
        assert_eq!(office.report(id, format!("{payout},confirmed,\n")).await, [Effect::Conflict]);
        let corrected = correct("on the statement").await.unwrap().payout;
        assert_eq!(
            (corrected.state, corrected.reason.as_deref()),
            (PayoutState::Confirmed, Some("on the statement"))
        );
        assert_eq!(office.world.balance(0).await, (-usd("10"), 0));
        assert_eq!(code(correct("twice").await), ErrorCode::StateConflict);
        assert!(office.is_paid(first).await);
        office.world.assert_clean().await;
        // A later run pays what is left after it was worked off, and the corrected payment is in the bound again.
        office.earn(0, "o-2", "60.00").await;
        let run = office.propose().await;
        assert_eq!((run.payouts.len(), run.not_paid[0].reason), (0, NotPaid::NegativeBalance));
        office.earn(0, "o-3", "70.00").await;
        office.details(0, json!({"withholding_percent": "10"})).await;
        assert_eq!(office.pay().await.payouts[0].payout.gross.units(), usd("3"));
        office.world.assert_clean().await;
        let damaged = office.world.damaged(
            "UPDATE payouts SET gross = gross + 10000, payable = payable + 10000 \
                                            WHERE payable = 30000 * 100",
        );
        let found: Vec<String> =
            damaged.await.violations.iter().map(|one| format!("{:?}", one.invariant)).collect();
        assert!(found.iter().any(|one| one == "I5"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_correction_between_proposal_and_approval_leaves_nothing_to_pay() {
    on_both(|store| async move {
        let office = Office::new(store, 1).await;
        office.earn(0, "o-1", "100.00").await;
        office.details(0, json!({})).await;
        let payout = office.pay().await.payouts[0].payout.id;
        // It comes back after it was confirmed, and before the next run is approved it is there after all.
        office.act(2, move |change, keys| settle::fail(change, keys, payout, "closed")).await.unwrap();
        assert_eq!(office.world.balance(0).await, (usd("10"), 0));
        office.details(0, json!({})).await;
        let next = office.propose().await;
        assert_eq!(next.payouts.len(), 1);
        office.act(2, move |change, keys| settle::correct(change, keys, payout, "stayed")).await.unwrap();
        assert_eq!(office.world.balance(0).await, (0, 0));
        assert_eq!(code(office.approve(2, next.run.id).await), ErrorCode::StateConflict);
        office.world.assert_clean().await;
        // Both again: the history stays whole however often the bank changes its mind.
        office.act(2, move |change, keys| settle::fail(change, keys, payout, "closed")).await.unwrap();
        office.act(2, move |change, keys| settle::correct(change, keys, payout, "stayed")).await.unwrap();
        assert_eq!(office.world.balance(0).await, (0, 0));
        office.world.assert_clean().await;
    })
    .await;
}

/// What is wrong, the invariant that breaks, and the SQL that damages it.
const DAMAGES: &[(&str, &str, &str)] = &[
    ("a payment's state", "I7", "UPDATE payouts SET state = 'failed' WHERE state = 'confirmed'"),
    ("a payment's amount", "I7", "UPDATE payouts SET gross = gross - 10000 WHERE state = 'confirmed'"),
    ("more than could be paid", "I3", "UPDATE payouts SET payable = gross - 1 WHERE state = 'confirmed'"),
    ("a period that was not earned yet", "I5", "UPDATE payouts SET period_end = 1 WHERE state = 'confirmed'"),
    ("a lost payment", "I7", "DELETE FROM payouts WHERE state = 'confirmed'"),
    ("a lost run", "I10", "DELETE FROM payout_runs"),
    ("a lost transfer", "I3", "DELETE FROM transfers WHERE reason = 'paid_out'"),
    ("a word that is no state", "I7", "UPDATE payouts SET state = 'lost'"),
    ("reports that were not told", "I7", "DELETE FROM conversion_payments"),
    (
        "reports that were told of another payment",
        "I7",
        "UPDATE conversion_payments SET payout_id = publisher_id",
    ),
    (
        "reports that were told too late a day",
        "I7",
        "UPDATE conversion_payments SET paid_at = paid_at + 1000000",
    ),
];

#[tokio::test]
async fn every_damage_of_a_payment_is_found() {
    on_both(|store| async move {
        let office = Office::new(store, 1).await;
        office.earn(0, "o-1", "100.00").await;
        office.details(0, json!({})).await;
        office.pay().await;
        office.world.assert_clean().await;
        assert_eq!(office.tell().await, 1);
        office.world.assert_clean().await;
        let click_ids = Arc::clone(&office.world.app.click_ids);
        for (what, invariant, sql) in DAMAGES {
            let click_ids = Arc::clone(&click_ids);
            let (found, damage) = (Arc::new(std::sync::Mutex::new(Vec::new())), *sql);
            let into = Arc::clone(&found);
            // The damage is looked at and rolled back.
            let looked: Result<(), store::Error> = office
                .world
                .app
                .store
                .write("damage", move |tx| {
                    assert!(tx.execute(damage, &[])? > 0, "{damage}");
                    let summary = app::verify::check(tx, &click_ids, &mut |_, _| {})?;
                    *into.lock().unwrap() =
                        summary.violations.iter().map(|one| format!("{:?}", one.invariant)).collect();
                    Err(store::Error::Usage("seen".to_owned()))
                })
                .await;
            assert!(looked.is_err());
            let found = found.lock().unwrap();
            assert!(found.iter().any(|name| name == invariant), "{what}: {found:?}");
        }
        office.world.assert_clean().await;
    })
    .await;
}
