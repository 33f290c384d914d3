//! Facts and the ledger say the same, to the last unit and the same microsecond (I7).

use std::collections::BTreeMap;

use app::reporting::{Answering, AnsweringSql, EngineError, Feed, ReportEngine, Streaming, Working};
use ledger::{AccountKind, Source, Transfer};
use model::{Currency, Timestamp, conversion::State};
use parking_lot::Mutex;
use report::{Dimension, Fact, FactKind, FactPage, Measure, Plan, plan::Group, reference, sql::Question};
use store::conversions;

use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan as Terms, World, order_terms, read},
};

/// A stream of one batch.
fn at_once<T: Send + 'static>(all: Vec<T>) -> Streaming<T> {
    let (send, stream) = tokio::sync::mpsc::channel(1);
    send.try_send(Ok(all)).unwrap();
    stream
}

/// An engine that keeps facts in memory and adds them up slowly.
#[derive(Default)]
pub struct Slow(Mutex<reference::Memory>);

impl Slow {
    /// What it has.
    pub fn facts(&self) -> Vec<Fact> {
        self.0.lock().facts.clone()
    }
}

impl ReportEngine for Slow {
    fn position(&self) -> i64 {
        self.0.lock().through
    }
    fn append(&self, facts: Vec<Fact>, through: i64, _: Timestamp) -> Result<(), EngineError> {
        self.0.lock().append(facts, through);
        Ok(())
    }
    fn query(&self, plan: Plan) -> Answering<'_> {
        Box::pin(async move { Ok(reference::answer(&self.0.lock().facts, &plan)) })
    }
    fn facts(&self, plan: Plan, page: FactPage) -> Working<'_, Vec<Fact>> {
        Box::pin(async move { Ok(reference::behind(&self.0.lock().facts, &plan, page)) })
    }
    fn stream_groups(&self, plan: Plan) -> Streaming<Group> {
        at_once(reference::answer(&self.0.lock().facts, &plan).groups)
    }
    fn stream_facts(&self, plan: Plan) -> Streaming<Fact> {
        at_once(reference::behind(&self.0.lock().facts, &plan, FactPage { after: None, take: usize::MAX }))
    }
    fn parquet(&self, _: &[sheets::Column]) -> Result<Box<dyn sheets::Sheet>, EngineError> {
        Err(EngineError::Failed("only the lake writes Parquet".to_owned()))
    }
    fn sql(&self, question: Question) -> AnsweringSql<'_> {
        Box::pin(async move { Err(EngineError::Question(format!("nobody reads `{}` here", question.text))) })
    }
}

/// What was earned: by which kind of event, by whom (publishers by their id, the network as itself), when.
type Earned = BTreeMap<(&'static str, String, Currency, Timestamp), i128>;

fn add(earned: &mut Earned, key: (&'static str, String, Currency, Timestamp), units: i128) {
    *earned.entry(key).or_default() += units;
}

fn settled(mut earned: Earned) -> Earned {
    earned.retain(|_, units| *units != 0);
    earned
}

async fn of_ledger(world: &World) -> Earned {
    let transfers: Vec<Transfer> = world
        .write(|tx| {
            let mut transfers = Vec::new();
            store::ledger::for_each_transfer(tx, &mut |row| {
                transfers.push(app::posting::from_row(&row?)?);
                Ok(())
            })?;
            Ok(transfers)
        })
        .await;
    let mut earned = Earned::new();
    for history in transfers.chunk_by(|one, other| one.source == other.source) {
        let what = match history[0].source {
            Source::Conversion(_) | Source::Touch(_) => "results",
            Source::Bonus(_) | Source::Referral(_) => "awards",
            _ => continue,
        };
        for (place, transfer) in history.iter().enumerate() {
            for (account, change) in
                ledger::changes(&history[..place], std::slice::from_ref(transfer)).unwrap()
            {
                let who = match account.kind {
                    AccountKind::Publisher(publisher) => publisher.to_string(),
                    AccountKind::Fees if what == "results" => "network".to_owned(),
                    _ => continue,
                };
                let units = change.credits_pending + change.credits_posted
                    - change.debits_pending
                    - change.debits_posted;
                add(&mut earned, (what, who, account.currency, transfer.at), i128::from(units));
            }
        }
    }
    settled(earned)
}

fn of_facts(facts: &[Fact]) -> Earned {
    let mut earned = Earned::new();
    for fact in facts {
        let Some(currency) = fact.dimension(Dimension::Currency) else { continue };
        let currency: Currency = currency.parse().unwrap();
        let publisher = fact.dimension(Dimension::Publisher).unwrap_or("nobody").to_owned();
        let units = |measure: Measure| i128::from(fact.measure(measure));
        add(
            &mut earned,
            ("results", publisher.clone(), currency, fact.recorded_at),
            units(Measure::Commission),
        );
        add(&mut earned, ("results", "network".to_owned(), currency, fact.recorded_at), units(Measure::Fee));
        let awards = units(Measure::Bonus) + units(Measure::NetworkBonus);
        add(&mut earned, ("awards", publisher, currency, fact.recorded_at), awards);
    }
    settled(earned)
}

/// Conversions and order values as they stand now.
async fn standing(world: &World) -> BTreeMap<(String, String), (i128, i128)> {
    let found = world
        .write(|tx| {
            let mut found = Vec::new();
            conversions::for_each(tx, &mut |conversion| {
                found.push(conversion?);
                Ok(())
            })?;
            Ok(found)
        })
        .await;
    let mut standing = BTreeMap::new();
    for conversion in found {
        let currency = conversion.amount.map_or("-", |amount| amount.currency().code()).to_owned();
        let sums: &mut (i128, i128) =
            standing.entry((conversion.state.word().to_owned(), currency)).or_default();
        sums.0 += 1;
        let counts = !matches!(conversion.state, State::Rejected | State::Duplicate | State::Test);
        if let Some(amount) = conversion.amount.filter(|_| counts && conversion.commission_currency.is_some())
        {
            sums.1 += i128::from(amount.units() - conversion.reversed.floor_of(amount.units()).unwrap());
        }
    }
    standing.retain(|_, sums| *sums != (0, 0));
    standing
}

fn standing_of_facts(facts: &[Fact]) -> BTreeMap<(String, String), (i128, i128)> {
    let mut standing = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == FactKind::Conversion) {
        let currency = fact.dimension(Dimension::OrderCurrency).unwrap_or("-").to_owned();
        // What is paid is approved where it is decided.
        let state = fact.dimension(Dimension::State).unwrap().replace("paid", "approved");
        let sums: &mut (i128, i128) = standing.entry((state, currency)).or_default();
        sums.0 += i128::from(fact.measure(Measure::Conversions));
        sums.1 += i128::from(fact.measure(Measure::Revenue));
    }
    standing.retain(|_, sums| *sums != (0, 0));
    standing
}

/// The facts of all that is stored.
pub async fn facts(world: &World) -> Vec<Fact> {
    let slow = Slow::default();
    Feed::default().follow(&world.app, &slow, None, &|_| {}).await.unwrap();
    slow.0.into_inner().facts
}

/// Facts of all that is stored sum to the ledger and to what stands.
pub async fn assert_tied(world: &World) {
    let facts = facts(world).await;
    let (ledger, told) = (of_ledger(world).await, of_facts(&facts));
    for key in ledger.keys().chain(told.keys()) {
        assert_eq!(told.get(key), ledger.get(key), "facts and ledger of {key:?}");
    }
    assert_eq!(
        standing_of_facts(&facts),
        standing(world).await,
        "conversions and order values by state and currency"
    );
    let mut summary = app::verify::Summary::default();
    app::verify::facts::compare(&world.app, &Slow::default(), &Feed::default(), &mut summary).await.unwrap();
    assert!(summary.is_clean(), "{summary:?}");
    for fact in &facts {
        assert!(!fact.is_nothing() || fact.kind == FactKind::Touch, "a fact of nothing: {fact:?}");
    }
}

/// Revenue of everything that stands, by group and product, in cents.
fn by_group_and_product(facts: &[Fact], names: &[(String, &str)]) -> Vec<String> {
    let mut sums: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == FactKind::Conversion) {
        let group = fact.dimension(Dimension::PublisherGroup).unwrap_or("-");
        let group = names.iter().find(|(id, _)| id == group).map_or(group, |(_, name)| name);
        let product = fact.dimension(Dimension::Product).unwrap_or("-");
        let sums = sums.entry((group.to_owned(), product.to_owned())).or_default();
        let measures = [Measure::Revenue, Measure::Conversions, Measure::Pieces];
        for (sum, measure) in sums.iter_mut().zip(measures) {
            *sum += fact.measure(measure);
        }
    }
    let line = |((group, product), [revenue, conversions, pieces]): (&(String, String), &[i64; 3])| {
        format!("{group} {product}: {} {conversions} {pieces}", revenue / 10_000)
    };
    sums.iter().filter(|(_, sums)| **sums != [0; 3]).map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn products_and_groups_are_those_of_their_moment() {
    on_both(|store| async move {
        let rate = json!({"kind": "percent", "percent": "10"});
        let terms = Terms::publishers(1).default_terms(order_terms(rate, json!({})));
        let world = World::build(store, terms).await;
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let names = [(gold.to_string(), "gold"), (silver.to_string(), "silver")];
        let item = |sku: &str, quantity: u32, price: &str| {
            read(json!({"sku": sku, "quantity": quantity, "price": price}))
        };
        let order = async |name: &str, amount: &str| {
            let click = world.click(0).await;
            let mut report = world.order(name, amount, &click.click_id);
            report.items = vec![item("card", 1, "10.00"), item("shoes", 2, "45.00")];
            world.decide(report).await.conversion_id
        };
        order("A-1", "100").await;
        world.clock.advance_seconds(60);
        world.join(gold, 0).await;
        world.clock.advance_seconds(60);
        let second = order("A-2", "50").await;
        world.clock.advance_seconds(60);
        world.leave(gold, 0).await;
        world.join(silver, 0).await;
        world.clock.advance_seconds(60);
        order("A-3", "100").await;
        let all = [
            "- card: 1000 0 1",
            "- shoes: 9000 1 2",
            "gold card: 500 0 1",
            "gold shoes: 4500 1 2",
            "silver card: 1000 0 1",
            "silver shoes: 9000 1 2",
        ];
        assert_eq!(by_group_and_product(&facts(&world).await, &names), all);
        // What is decided later takes away where it was given, though the publisher has gone elsewhere.
        world.reject(second).await.unwrap();
        let left = ["gold card: 0 0 1", "gold shoes: 0 1 2"];
        let told = by_group_and_product(&facts(&world).await, &names);
        assert_eq!(told, [&all[..2], &left, &all[4..]].concat());
        assert_tied(&world).await;
    })
    .await;
}
