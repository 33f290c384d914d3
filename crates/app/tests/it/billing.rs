//! Invoices, credit notes, payment receipts and statements: on both databases, with every invariant checked after each step.

use std::sync::Arc;

use app::{
    access::{Actor, Who},
    billing::{
        issue::{self, Issued, NotInvoiced},
        look::{self, InvoiceState, PaperSeen},
        profiles, statements,
    },
    command::Change,
    configuration::advertisers,
    errors::{ErrorCode, Refusal},
    lifecycle::Extent,
};
use model::{
    Clock, ConversionId, Currency, Entropy, InvoiceId, SessionId, Share, Timestamp, UserId,
    billing::{Invoice, PaperKind, Statement},
};
use serde_json::{Value, json};

use crate::{
    both::on_both,
    history::{Historian, plan},
    world::{Plan, World, order_terms, read},
};

/// A network that bills an advertiser a tenth of each order, and a fifth of that for itself.
struct Office {
    world: World,
}

impl Office {
    async fn new(store: store::Store) -> Self {
        let mut terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({"hold_seconds": 0}));
        terms["fee"] = json!({"percent": "20"});
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let office = Self { world };
        office.issuer(json!({})).await.unwrap();
        office.profile(json!({"tax_rates": [{"name": "VAT", "percent": "10"}]})).await.unwrap();
        office
    }

    async fn act<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Change<'_, '_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let who =
            Who::Person { user_id: UserId::from_bytes([1; 16]), session_id: SessionId::from_bytes([1; 16]) };
        let actor = Actor { who, ..Actor::system(self.world.network) };
        let app = self.world.app.clone();
        let entropy: Arc<dyn Entropy> = Arc::clone(&app.entropy);
        let now = self.world.clock.advance_micros(1_000_000);
        let store = app.store.clone();
        let written = store.write("test", move |tx| {
            let mut change = Change::new(tx, &actor, "test", now, &*entropy);
            work(&mut change)
        });
        written.await
    }

    async fn issuer(&self, members: Value) -> Result<(), Refusal> {
        let body = json!({
            "legal_name": "Partners B.V.", "tax_id": "NL001", "address": {"town": "Amsterdam", "country": "NL"},
        });
        let (network, body) = (self.world.network, crate::world::merged(body, members));
        self.act(move |change| profiles::put_issuer(change, network, read(body.clone())).map(drop)).await
    }

    async fn profile(&self, members: Value) -> Result<(), Refusal> {
        let body = json!({"legal_name": "Công ty Hoa Hồng", "address": {"town": "Hà Nội", "country": "VN"}});
        let (advertiser, body) = (self.world.advertiser, crate::world::merged(body, members));
        self.act(move |change| profiles::put_of_advertiser(change, advertiser, read(body.clone())).map(drop))
            .await
    }

    /// An approved order.
    async fn earn(&self, order: &str, amount: &str) -> ConversionId {
        let click = self.world.click(0).await;
        let id = self.world.decide(self.world.order(order, amount, &click.click_id)).await.conversion_id;
        // Without a hold it is approved at once.
        id
    }

    fn at(&self, moment: &str) {
        self.world.clock.set(Timestamp::parse(moment).unwrap());
    }

    async fn close(&self, period: &str) -> Issued {
        let wanted = issue::Wanted { period: period.to_owned(), ..issue::Wanted::default() };
        let issued = self.act(move |change| issue::issue(change, &wanted)).await.unwrap();
        self.world.assert_clean().await;
        issued
    }

    async fn pay(&self, amount: &str, invoice: Option<InvoiceId>) -> Result<(), Refusal> {
        let (advertiser, amount) = (self.world.advertiser, amount.to_owned());
        self.act(move |change| {
            advertisers::fund(change, advertiser, &amount, Currency::USD, Some("bank 7"), invoice).map(drop)
        })
        .await
    }

    async fn paper(&self, id: InvoiceId) -> PaperSeen {
        let actor = Actor::system(self.world.network);
        self.world.app.store.read("test", move |tx| look::paper(tx, &actor, id)).await.unwrap()
    }

    /// Kind, number, net, tax and gross.
    fn shown(papers: &[Invoice]) -> Vec<String> {
        let one = |paper: &Invoice| {
            let taxes: Vec<String> = paper.taxes.iter().map(|tax| tax.amount.amount_text()).collect();
            let (net, gross) = (paper.net.amount_text(), paper.gross.amount_text());
            format!("{} {} {net} [{}] {gross}", paper.kind.word(), paper.number, taxes.join(" "))
        };
        papers.iter().map(one).collect()
    }
}

#[tokio::test]
async fn a_month_becomes_an_invoice_and_what_comes_back_a_credit_note() {
    on_both(|store| async move {
        let office = Office::new(store).await;
        let first = office.earn("o-1", "100").await;
        let second = office.earn("o-2", "55.50").await;
        // Charged and taken back within the month: on no paper, but for the half that stays.
        let third = office.earn("o-3", "80").await;
        office.world.reverse(third, Extent::Share(Share::new(1, 2).unwrap())).await.unwrap();
        office.at("2026-02-01T00:00:00Z");
        let january = office.close("2026-01").await;
        // 10 % and a fifth of it for the network: 12.00 + 6.66 + 4.80.
        assert_eq!(Office::shown(&january.issued), ["invoice INV-2026-0001 23.46 [2.35] 25.81"]);
        let lines = &january.issued[0].lines;
        assert_eq!((lines.len(), lines[0].count, lines[0].action.as_deref()), (1, 3, Some("order")));
        assert_eq!(
            (lines[0].commission.amount_text(), lines[0].fee.amount_text()),
            ("19.55".into(), "3.91".into())
        );
        assert_eq!(january.issued[0].due_at, Some(january.issued[0].issued_at.plus_seconds(30 * 86_400)));

        office.world.reverse(first, Extent::Whole).await.unwrap();
        office.world.reverse(second, Extent::Share(Share::new(1, 3).unwrap())).await.unwrap();
        office.earn("o-4", "10").await;
        office.at("2026-03-05T00:00:00Z");
        let february = office.close("2026-02").await;
        assert_eq!(
            Office::shown(&february.issued),
            ["invoice INV-2026-0002 1.20 [0.12] 1.32", "credit_note CN-2026-0001 14.22 [1.42] 15.64"]
        );
        let note = &february.issued[1];
        assert_eq!(note.refers_to.as_ref().map(|other| other.number.as_str()), Some("INV-2026-0001"));
        assert_eq!(note.lines[0].count, 2);
        // The rest comes back too, and with it the rest of the tax.
        office.world.reverse(second, Extent::Whole).await.unwrap();
        office.world.reverse(third, Extent::Whole).await.unwrap();
        office.at("2026-04-05T00:00:00Z");
        let march = office.close("2026-03").await;
        assert_eq!(Office::shown(&march.issued), ["credit_note CN-2026-0002 9.24 [0.93] 10.17"]);
        let seen = office.paper(january.issued[0].id).await.settlement.unwrap();
        assert_eq!((seen.state, seen.open.units()), (InvoiceState::Credited, 0));
    })
    .await;
}

#[tokio::test]
async fn a_period_is_closed_once_whoever_asks() {
    on_both(|store| async move {
        let office = Arc::new(Office::new(store).await);
        office.earn("o-1", "100").await;
        office.at("2026-02-01T00:00:00Z");
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let office = Arc::clone(&office);
            tasks.push(tokio::spawn(async move {
                let wanted = issue::Wanted { period: "2026-01".to_owned(), ..issue::Wanted::default() };
                office.act(move |change| issue::issue(change, &wanted)).await.unwrap()
            }));
        }
        let mut counts = Vec::new();
        for task in tasks {
            let done = task.await.unwrap();
            counts.push((done.issued.len(), done.existing.len()));
        }
        counts.sort_unstable();
        assert_eq!(counts, [(0, 1), (0, 1), (0, 1), (1, 0)]);
        // What is charged later belongs to the next month, with the next number.
        office.earn("o-2", "50").await;
        assert!(office.close("2026-01").await.issued.is_empty());
        office.at("2026-03-02T00:00:00Z");
        let february = office.close("2026-02").await;
        assert_eq!(Office::shown(&february.issued), ["invoice INV-2026-0002 6.00 [0.60] 6.60"]);
        let december = office.close("2025-12").await;
        assert!(december.issued.is_empty() && december.left_out.is_empty());
    })
    .await;
}

#[tokio::test]
async fn payments_settle_invoices_and_have_receipts() {
    on_both(|store| async move {
        let office = Office::new(store).await;
        office.earn("o-1", "100").await;
        office.at("2026-02-02T00:00:00Z");
        let invoice = office.close("2026-01").await.issued[0].id;
        let states = |seen: PaperSeen| seen.settlement.map(|it| (it.state, it.open.amount_text())).unwrap();
        assert_eq!(states(office.paper(invoice).await), (InvoiceState::Open, "13.20".to_owned()));
        office.pay("10", Some(invoice)).await.unwrap();
        assert_eq!(states(office.paper(invoice).await), (InvoiceState::PartlyPaid, "3.20".to_owned()));
        let refused = office.pay("3.21", Some(invoice)).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::FieldInvalid, Some("amount")));
        office.pay("3.20", Some(invoice)).await.unwrap();
        assert_eq!(states(office.paper(invoice).await), (InvoiceState::Paid, "0.00".to_owned()));
        // Net and tax are paid: nothing is left on the account, and the tax waits for the tax office.
        let accounts =
            office.world.app.store.read("test", |tx| store::ledger::accounts(tx, None)).await.unwrap();
        let mut posted: Vec<(String, i64)> = accounts
            .iter()
            .map(|row| app::posting::balance(row).unwrap())
            .map(|(key, balance)| (key.to_string().split(':').next().unwrap().to_owned(), balance.posted()))
            .collect();
        posted.sort_unstable();
        let shown: Vec<(&str, i64)> = posted.iter().map(|(name, units)| (name.as_str(), *units)).collect();
        let wanted = [
            ("advertiser", 0),
            ("clearing", -13_200_000),
            ("fees", 2_000_000),
            ("publisher", 10_000_000),
            ("tax", 1_200_000),
        ];
        assert_eq!(shown, wanted);
        office.pay("500", None).await.unwrap();
        office.world.assert_clean().await;
        let actor = Actor::system(office.world.network);
        let wanted =
            look::WantedPapers { kind: Some(PaperKind::PaymentReceipt), ..look::WantedPapers::default() };
        let receipts =
            office.world.app.store.read("test", move |tx| look::papers(tx, &actor, &wanted, None, 9)).await;
        let mut numbers: Vec<String> = receipts.unwrap().into_iter().map(|seen| seen.paper.number).collect();
        numbers.sort_unstable();
        assert_eq!(
            numbers,
            ["RC-2026-0001", "RC-2026-0002", "RC-2026-0003"],
            "a refused one takes no number"
        );
    })
    .await;
}

#[tokio::test]
async fn nothing_is_invoiced_to_nobody_and_no_month_before_its_end() {
    on_both(|store| async move {
        let mut terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({"hold_seconds": 0}));
        terms["fee"] = json!({"percent": "20"});
        let world = World::build(store, Plan::publishers(1).default_terms(terms)).await;
        let office = Office { world };
        office.earn("o-1", "100").await;
        let ask = |period: &str| {
            let wanted = issue::Wanted { period: period.to_owned(), ..issue::Wanted::default() };
            office.act(move |change| issue::issue(change, &wanted))
        };
        for (period, field) in [("2026-01", Some("period")), ("January", Some("period")), ("2025-12", None)] {
            let refused = ask(period).await.unwrap_err();
            assert_eq!(refused.field.as_deref(), field, "{period}: {refused}");
        }
        office.issuer(json!({"numbering": {"invoice": "A/", "yearly": false}})).await.unwrap();
        let same = office
            .issuer(json!({"numbering": {"invoice": "A/", "payment_receipt": "A/"}}))
            .await
            .unwrap_err();
        assert_eq!(same.field.as_deref(), Some("numbering.payment_receipt"));
        office.at("2026-02-02T00:00:00Z");
        let done = office.close("2026-01").await;
        assert!(done.issued.is_empty());
        assert_eq!(done.left_out[0].reason, NotInvoiced::NoBillingProfile);
        for (members, field) in [
            (json!({"tax_rates": [{"name": "VAT", "percent": "101"}]}), "tax_rates[0].percent"),
            (json!({"address": {"town": "X", "country": "Vietnam"}}), "address.country"),
            (json!({"legal_name": ""}), "legal_name"),
            (json!({"payment_days": 366}), "payment_days"),
        ] {
            assert_eq!(office.profile(members).await.unwrap_err().field.as_deref(), Some(field));
        }
        office.profile(json!({})).await.unwrap();
        assert_eq!(Office::shown(&office.close("2026-01").await.issued), ["invoice A/000001 12.00 [] 12.00"]);
    })
    .await;
}

#[tokio::test]
async fn a_random_history_is_billed_to_the_unit() {
    on_both(|store| async move {
        let office = Office { world: World::build(store, plan()).await };
        office.issuer(json!({})).await.unwrap();
        office.profile(json!({"tax_rates": [{"name": "VAT", "percent": "8.5"}]})).await.unwrap();
        let mut historian = Historian::new(&office.world);
        let mut papers = Vec::new();
        for period in ["2026-01", "2026-02", "2026-03"] {
            for _ in 0..8 {
                for _ in 0..4 {
                    historian.random_batch().await;
                    historian.random_change().await;
                }
                office.world.clock.advance_seconds(86_400);
            }
            office.world.approve_due().await;
            for _ in 0..150 {
                historian.random_change().await;
            }
            let (_, end) = model::calendar::month(&"Asia/Tehran".parse().unwrap(), period).unwrap();
            if office.world.clock.now() < end.plus_seconds(3_700) {
                office.world.clock.set(end.plus_seconds(3_700));
            }
            papers.extend(office.close(period).await.issued);
            let wanted = statements::Wanted { period: period.to_owned(), ..statements::Wanted::default() };
            office.act(move |change| statements::issue(change, &wanted)).await.unwrap();
        }
        office.world.assert_clean().await;
        assert!(papers.iter().any(|paper| paper.kind == PaperKind::CreditNote), "something came back");
        let sum = |kind: PaperKind| {
            papers.iter().filter(|paper| paper.kind == kind).map(|paper| paper.net.units()).sum::<i64>()
        };
        let billed = sum(PaperKind::Invoice) - sum(PaperKind::CreditNote);
        let (advertiser, network) = (office.world.advertiser, office.world.network);
        let account = ledger::AccountKey {
            network_id: network,
            kind: ledger::AccountKind::Advertiser(advertiser),
            currency: Currency::USD,
        };
        let mut charged = 0_i64;
        let rows = office
            .world
            .app
            .store
            .read("test", move |tx| {
                let mut rows = Vec::new();
                store::ledger::for_each_transfer(tx, &mut |row| {
                    rows.push(app::posting::from_row(&row?)?);
                    Ok(())
                })?;
                Ok::<_, store::Error>(rows)
            })
            .await
            .unwrap();
        for transfer in rows {
            let moves = matches!(transfer.phase, ledger::Phase::Posted | ledger::Phase::PostPending);
            let charge = matches!(transfer.leg, ledger::Leg::Commission | ledger::Leg::Fee);
            if moves && charge && transfer.debit == account {
                charged += transfer.amount.units();
            } else if moves && charge && transfer.credit == account {
                charged -= transfer.amount.units();
            }
        }
        assert_eq!(billed, charged, "everything so far is before the end of March");
    })
    .await;
}

#[tokio::test]
async fn a_statement_ties_to_the_account() {
    on_both(|store| async move {
        let office = Office::new(store).await;
        office.earn("o-1", "100").await;
        let second = office.earn("o-2", "40").await;
        let close = |period: &str| {
            let wanted = statements::Wanted { period: period.to_owned(), ..statements::Wanted::default() };
            office.act(move |change| statements::issue(change, &wanted))
        };
        office.at("2026-01-31T20:30:30Z");
        assert_eq!(close("2026-01").await.unwrap_err().field.as_deref(), Some("period"), "an hour is waited");
        office.at("2026-02-01T00:00:00Z");
        let shown = |paper: &Statement| {
            let lines: Vec<String> = paper
                .lines
                .iter()
                .map(|line| format!("{} {} {}", line.kind.word(), line.count, line.amount.amount_text()))
                .collect();
            let (opening, closing) = (paper.opening.amount_text(), paper.closing.amount_text());
            format!("{} {opening} [{}] {closing}", paper.number, lines.join(", "))
        };
        let january = close("2026-01").await.unwrap().issued;
        assert_eq!(shown(&january[0]), "ST-2026-0001 0.00 [earned 2 14.00] 14.00");
        office.world.reverse(second, Extent::Share(Share::new(1, 4).unwrap())).await.unwrap();
        office.earn("o-3", "5").await;
        office.at("2026-03-05T00:00:00Z");
        let february = close("2026-02").await.unwrap().issued;
        assert_eq!(shown(&february[0]), "ST-2026-0002 14.00 [earned 1 0.50, reversed 1 -1.00] 13.50");
        let again = close("2026-02").await.unwrap();
        assert_eq!((again.issued.len(), again.existing.len()), (0, 1));
        office.world.assert_clean().await;
        for (sql, invariant) in DAMAGES {
            let found = office.world.damaged(sql).await;
            let named =
                found.violations.iter().any(|violation| format!("{:?}", violation.invariant) == *invariant);
            assert!(named, "{sql}: {:?}", found.violations);
        }
    })
    .await;
}

/// One damaged statement at a time, and the invariant that names it.
const DAMAGES: &[(&str, &str)] = &[
    ("UPDATE statements SET closing = closing + 1 WHERE ordinal = 1", "I7"),
    ("UPDATE statements SET body = replace(body, '14.00', '15.00') WHERE ordinal = 1", "I7"),
    ("DELETE FROM statements WHERE ordinal = 1", "I7"),
];

#[tokio::test]
async fn damaged_papers_are_found() {
    on_both(|store| async move {
        let office = Office::new(store).await;
        let first = office.earn("o-1", "100").await;
        office.at("2026-02-02T00:00:00Z");
        office.close("2026-01").await;
        office.world.reverse(first, Extent::Share(Share::new(1, 2).unwrap())).await.unwrap();
        office.pay("5", None).await.unwrap();
        office.at("2026-03-02T00:00:00Z");
        office.close("2026-02").await;
        for sql in [
            "UPDATE invoices SET gross = gross + 1 WHERE kind = 'invoice'",
            "UPDATE invoices SET body = replace(body, '13.20', '13.21') WHERE kind = 'invoice'",
            "UPDATE invoices SET body = replace(body, '\"count\":1', '\"count\":2') WHERE kind = 'invoice'",
            "UPDATE invoices SET ordinal = 7 WHERE kind = 'credit_note'",
            "DELETE FROM invoices WHERE kind = 'credit_note'",
            "DELETE FROM invoices WHERE kind = 'payment_receipt'",
            "DELETE FROM invoice_entries WHERE amount < 0 AND sequence = (SELECT MAX(sequence) FROM invoice_entries)",
            "UPDATE invoice_entries SET amount = amount + 1 WHERE amount > 0",
            "DELETE FROM transfers WHERE leg = 10 AND amount = (SELECT MIN(amount) FROM transfers WHERE leg = 10)",
            "DELETE FROM transfers WHERE leg = 3",
            "UPDATE number_series SET last = last + 1",
        ] {
            let found = office.world.damaged(sql).await;
            assert!(!found.is_clean(), "{sql}");
        }
    })
    .await;
}
