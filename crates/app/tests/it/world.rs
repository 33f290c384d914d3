//! A network with one advertiser, one program and some publishers, on a running application.

use std::sync::Arc;

use app::{
    App,
    access::Actor,
    command,
    errors::Refusal,
    intake::{
        Answer, ConversionAnswer, ConversionDraft, Event, TouchAnswer, TouchDraft, UniqueKeys, run_batch,
    },
    lifecycle::{self, Change, ChangeError, Extent, Raising},
    verify::{self, Summary},
};
use model::{
    AdvertiserId, Clock, Code, ContractId, ContractVersionId, ConversionId, Entropy, LinkId, NetworkId,
    ProgramId, PublisherId, TouchId, VisitorId,
    contract::ContractVersion,
    conversion::{ConversionReport, Intake, Reason},
    link::{Link, LinkCode},
    parties::{Advertiser, Network, Publisher},
    program::Program,
    touch::{ConsentState, Touch, TouchKind},
};
use serde_json::{Value, json};
use store::{Store, Tx, configuration, conversions::Conversion};
use testkit::{FakeClock, SeededEntropy};

/// What a world is made of.
pub struct Plan {
    publishers: usize,
    program: Value,
    contracts: Vec<(Option<usize>, i64, Value)>,
}

impl Plan {
    /// Publishers without contracts, and a program with the actions `lead` and `order`.
    pub fn publishers(publishers: usize) -> Self {
        Self { publishers, program: json!({}), contracts: Vec::new() }
    }
    /// Other members of the program, such as `{"caps": [..]}`.
    pub fn program(mut self, members: Value) -> Self {
        self.program = members;
        self
    }
    /// Terms for everybody without terms of his own.
    pub fn default_terms(self, terms: Value) -> Self {
        self.version(None, 0, terms)
    }
    /// Terms of one publisher.
    pub fn terms(self, publisher: usize, terms: Value) -> Self {
        self.version(Some(publisher), 0, terms)
    }
    /// Terms that hold from `days` after the beginning.
    pub fn version(mut self, publisher: Option<usize>, days: i64, terms: Value) -> Self {
        self.contracts.push((publisher, days, terms));
        self
    }
}

/// Terms that pay orders by one rate, with the rest of the action's terms.
pub fn order_terms(rate: Value, action: Value) -> Value {
    let mut order = json!({"action": "order", "rates": [merged(json!({"rule": "base"}), rate)]});
    order = merged(order, action);
    json!({"currency": "USD", "actions": [order]})
}

/// The members of both objects; those of `more` win.
pub fn merged(mut object: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("not an object: {more}") };
    object.as_object_mut().unwrap().extend(more);
    object
}

/// A running application with one program.
pub struct World {
    pub app: App,
    pub clock: FakeClock,
    pub entropy: Arc<SeededEntropy>,
    pub network: NetworkId,
    pub advertiser: AdvertiserId,
    pub program: ProgramId,
    /// One link for each publisher.
    pub links: Vec<Link>,
}

/// A touch that was stored.
pub struct Touched {
    pub click_id: String,
    pub answer: TouchAnswer,
}

impl World {
    /// Opens the application on an empty store and creates what the plan says.
    pub async fn build(store: Store, plan: Plan) -> Self {
        let clock = FakeClock::default();
        let entropy = Arc::new(SeededEntropy::new(7));
        let app = App::open(store, Arc::new(clock.clone()), Arc::clone(&entropy) as Arc<dyn Entropy>)
            .await
            .unwrap();
        let now = clock.now();
        let network = NetworkId::new(now, entropy.as_ref());
        let advertiser = AdvertiserId::new(now, entropy.as_ref());
        let program = ProgramId::new(now, entropy.as_ref());
        let mut world = Self { app, clock, entropy, network, advertiser, program, links: Vec::new() };
        world.create(plan).await;
        world.app.snapshot.refresh().await.unwrap();
        world
    }

    async fn create(&mut self, plan: Plan) {
        let now = self.clock.now();
        let at = |days: i64| now.plus_seconds(days * 86_400);
        let (network, advertiser, program) = (self.network, self.advertiser, self.program);
        let records = json!({
            "network": {"id": network, "name": "Net", "currency": "USD", "zone": "Asia/Tehran", "created_at": now},
            "advertiser": {"id": advertiser, "network_id": network, "name": "Shop", "created_at": now},
        });
        let action = |name: &str, kind: &str| json!({"name": name, "kind": kind});
        let program: Program = read(merged(
            json!({
                "id": program, "network_id": network, "advertiser_id": advertiser, "name": "Shop", "zone": "Asia/Tehran",
                "actions": [action("lead", "lead"), action("order", "order")],
                "landing_pages": [{"url": "https://shop.example/"}], "created_at": now,
            }),
            plan.program,
        ));
        let (mut publishers, mut links): (Vec<Publisher>, Vec<Link>) = (Vec::new(), Vec::new());
        for number in 0..plan.publishers {
            let id = PublisherId::new(now, self.entropy.as_ref());
            let record = json!({"id": id, "network_id": network, "name": format!("Publisher {number}"), "created_at": now});
            publishers.push(read(record));
            links.push(read(json!({
                "id": LinkId::new(now, self.entropy.as_ref()), "slug": LinkCode::new(self.entropy.as_ref()),
                "network_id": network, "program_id": program.id, "publisher_id": id, "created_at": now,
            })));
        }
        let mut versions: Vec<ContractVersion> = Vec::new();
        for (publisher, days, terms) in plan.contracts {
            let publisher = publisher.map(|place| publishers[place].id);
            let earlier: Vec<_> = versions.iter().filter(|one| one.publisher_id == publisher).collect();
            let contract = earlier
                .first()
                .map_or_else(|| ContractId::new(now, self.entropy.as_ref()), |one| one.contract_id);
            versions.push(read(json!({
                "id": ContractVersionId::new(now, self.entropy.as_ref()), "contract_id": contract,
                "network_id": network, "program_id": program.id, "publisher_id": publisher,
                "number": earlier.len() + 1, "valid_from": at(days), "terms": terms, "created_at": now,
            })));
        }
        self.links.clone_from(&links);
        self.write(move |tx| {
            configuration::insert(tx, &read::<Network>(records["network"].clone()))?;
            configuration::insert(tx, &read::<Advertiser>(records["advertiser"].clone()))?;
            configuration::insert(tx, &program)?;
            publishers.iter().try_for_each(|record| configuration::insert(tx, record))?;
            versions.iter().try_for_each(|record| configuration::insert(tx, record))?;
            links.iter().try_for_each(|record| configuration::insert(tx, record))
        })
        .await;
    }

    /// A change by the system, at the next second.
    pub async fn configure<T: Send + 'static>(
        &self,
        work: impl Fn(&mut command::Change<'_, '_>) -> Result<T, Refusal> + Send + 'static,
    ) -> T {
        let (now, entropy) = (self.clock.advance_micros(1_000_000), Arc::clone(&self.entropy));
        let actor = Actor::system(self.network);
        let done = self.app.store.write("configure", move |tx| -> Result<T, Refusal> {
            work(&mut command::Change::new(tx, &actor, "test.configure", now, entropy.as_ref()))
        });
        let done = done.await.unwrap();
        self.app.snapshot.refresh().await.unwrap();
        // What was received close to a change may have been decided before or after it.
        self.clock.advance_seconds(3_600);
        done
    }

    /// Runs one write transaction that must succeed.
    pub async fn write<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> store::Result<T> + Send + 'static,
    ) -> T {
        self.app.store.write("test", move |tx| work(tx)).await.unwrap()
    }

    /// Decides events in one batch.
    pub async fn batch(&self, events: Vec<Event>) -> Vec<Answer> {
        let (snapshot, parts) = (self.app.snapshot.get(), self.app.parts());
        self.write(move |tx| run_batch(tx, &snapshot, &parts, &events).map(|outcome| outcome.answers)).await
    }

    /// A touch on the link of a publisher, by a browser that is remembered.
    pub fn touch(&self, publisher: usize, kind: TouchKind, visitor: Option<VisitorId>) -> Touch {
        let link = &self.links[publisher];
        let now = self.clock.advance_micros(1_000_000);
        Touch {
            id: TouchId::new(now, self.entropy.as_ref()),
            kind,
            network_id: link.network_id,
            link_id: link.id,
            program_id: link.program_id,
            publisher_id: link.publisher_id,
            advertiser_id: self.advertiser,
            received_at: now,
            code: Code::Ok,
            unique: false,
            visitor_id: visitor,
            consent: ConsentState::Granted,
            consent_source: "consent".to_owned(),
            destination: None,
            facts: model::touch::Facts { country: Some("VN".to_owned()), ..model::touch::Facts::default() },
            parameters: model::touch::LinkParameters {
                subs: [("sub1".to_owned(), "red".to_owned())].into(),
                ref_id: Some("r-1".to_owned()),
                to: None,
                creative: None,
            },
            earning: None,
        }
    }

    /// The key under which a browser is counted once on its link.
    pub fn unique_keys(&self, touch: &Touch) -> UniqueKeys {
        let asked = touch.visitor_id.map(|visitor| {
            let mut key = *visitor.bytes();
            key.iter_mut().zip(touch.link_id.bytes()).for_each(|(byte, other)| *byte ^= other);
            key
        });
        UniqueKeys { asked, also: None }
    }

    /// The event of a touch.
    pub fn touch_event(&self, touch: &Touch) -> Event {
        Event::Touch(Box::new(TouchDraft::new(touch.clone(), self.unique_keys(touch))))
    }

    /// The click id of a touch.
    pub fn click_id(&self, touch: &Touch) -> String {
        let link = self.links.iter().find(|link| link.id == touch.link_id).unwrap();
        self.app.click_ids.mint(touch.id, link.slug.number())
    }

    /// A new browser.
    pub fn visitor(&self) -> VisitorId {
        VisitorId::new(self.clock.now(), self.entropy.as_ref())
    }

    /// A click on the link of a publisher, stored, by this browser.
    pub async fn click_by(&self, publisher: usize, visitor: Option<VisitorId>) -> Touched {
        self.store_touch(self.touch(publisher, TouchKind::Click, visitor)).await
    }

    /// A click by a browser that nobody knows.
    pub async fn click(&self, publisher: usize) -> Touched {
        self.click_by(publisher, None).await
    }

    /// Stores a touch.
    pub async fn store_touch(&self, touch: Touch) -> Touched {
        let answers = self.batch(vec![self.touch_event(&touch)]).await;
        let Some(Answer::Touch(answer)) = answers.first() else { panic!("no answer to a touch") };
        Touched { click_id: self.click_id(&touch), answer: *answer }
    }

    /// A report of this action, a minute later.
    pub fn report(&self, action: &str) -> ConversionReport {
        read(json!({
            "advertiser_id": self.advertiser, "intake": "postback", "action": action,
            "received_at": self.clock.advance_micros(60_000_000),
        }))
    }

    /// An order that came by a click id.
    pub fn order(&self, order: &str, amount: &str, click_id: &str) -> ConversionReport {
        ConversionReport {
            order_id: Some(order.to_owned()),
            amount: Some(amount.to_owned()),
            click_id: Some(click_id.to_owned()),
            intake: Intake::Postback,
            ..self.report("order")
        }
    }

    /// The event of a report.
    pub fn event(&self, report: ConversionReport) -> Event {
        let id = ConversionId::new(report.received_at, self.entropy.as_ref());
        Event::Conversion(Box::new(ConversionDraft::new(id, report, &self.app.click_ids)))
    }

    /// Decides one report.
    pub async fn decide(&self, report: ConversionReport) -> ConversionAnswer {
        match self.batch(vec![self.event(report)]).await.pop() {
            Some(Answer::Conversion(answer)) => *answer,
            other => panic!("no answer to a conversion: {other:?}"),
        }
    }

    fn change(&self) -> Change {
        Change {
            actor: "user:usr_1".to_owned(),
            reason: Reason::Other,
            note: Some("as agreed".to_owned()),
            at: self.clock.advance_micros(1_000_000),
        }
    }

    /// Approves a conversion.
    pub async fn approve(&self, id: ConversionId) -> Result<Conversion, ChangeError> {
        let change = self.change();
        self.app.store.write("approve", move |tx| lifecycle::approve(tx, id, &change)).await
    }

    /// Rejects a conversion.
    pub async fn reject(&self, id: ConversionId) -> Result<Conversion, ChangeError> {
        let change = self.change();
        self.app.store.write("reject", move |tx| lifecycle::reject(tx, id, &change)).await
    }

    /// Takes a part of a conversion back.
    pub async fn reverse(&self, id: ConversionId, extent: Extent) -> Result<Conversion, ChangeError> {
        let change = self.change();
        self.app.store.write("reverse", move |tx| lifecycle::reverse(tx, id, extent, &change)).await
    }

    /// Any other change of a conversion.
    pub async fn alter(
        &self,
        work: impl Fn(&mut Tx<'_>, &Change) -> Result<Conversion, ChangeError> + Send + 'static,
    ) -> Result<Conversion, ChangeError> {
        let change = self.change();
        self.app.store.write("alter", move |tx| work(tx, &change)).await
    }

    /// Warns of what is approved by itself soon; answers of how many conversions.
    pub async fn warn_due(&self) -> usize {
        let now = self.clock.now();
        self.write(move |tx| lifecycle::warn_due(tx, now, 10_000)).await
    }

    /// Approves whatever has waited long enough.
    pub async fn approve_due(&self) -> Vec<Conversion> {
        let now = self.clock.now();
        self.write(move |tx| lifecycle::approve_due(tx, now, 10_000)).await
    }

    /// Looks at one page of the raises that wait for it.
    pub async fn raise_page(&self, limit: u32) -> Raising {
        let (now, snapshot) = (self.clock.now(), self.app.snapshot.get());
        let raise = move |tx: &mut Tx<'_>| lifecycle::raise_due(tx, &snapshot.versions, now, limit);
        self.app.store.write("raise", raise).await.unwrap()
    }

    /// Raises everything that steps of tiers raise; answers how many conversions were raised.
    pub async fn raise_all(&self) -> usize {
        let mut adjusted = 0;
        loop {
            let raising = self.raise_page(3).await;
            adjusted += raising.adjusted;
            if !raising.worked {
                return adjusted;
            }
        }
    }

    /// Posted and promised sums of a publisher's account in dollars, in units.
    pub async fn balance(&self, publisher: usize) -> (i64, i64) {
        let key = ledger::AccountKey {
            network_id: self.network,
            kind: ledger::AccountKind::Publisher(self.links[publisher].publisher_id),
            currency: model::Currency::USD,
        };
        let keys = vec![key.to_bytes().to_vec()];
        let rows = self.write(move |tx| store::ledger::accounts_by_keys(tx, &keys)).await;
        let balance = rows.first().map(|row| app::posting::balance(row).unwrap().1).unwrap_or_default();
        (balance.posted(), balance.credits_pending - balance.debits_pending)
    }

    /// Recomputes the invariants.
    pub async fn verify(&self) -> Summary {
        verify::verify(&self.app, &|_, _| {}).await.unwrap()
    }

    /// What is found wrong after this statement, which is undone again.
    pub async fn damaged(&self, sql: &'static str) -> Summary {
        let click_ids = Arc::clone(&self.app.click_ids);
        let found = self.app.store.write("damage", move |tx| -> Result<(), Undone> {
            tx.execute(sql, &[])?;
            Err(Undone::Found(Box::new(verify::check(tx, &click_ids, &mut |_, _| {})?)))
        });
        match found.await {
            Err(Undone::Found(summary)) => *summary,
            Err(Undone::Failed(error)) => panic!("{sql}: {error}"),
            Ok(()) => panic!("{sql} was not undone"),
        }
    }

    /// Recomputes the invariants and finds nothing; facts made of all that is stored tie to the ledger.
    pub async fn assert_clean(&self) {
        crate::reports::assert_tied(self).await;
        let summary = self.verify().await;
        let shown: Vec<String> = summary.violations.iter().map(ToString::to_string).collect();
        assert!(summary.is_clean(), "{} violations:\n{}", summary.violations_total, shown.join("\n"));
    }
}

/// How a transaction ends that must not stay.
enum Undone {
    Found(Box<Summary>),
    Failed(store::Error),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads a record from JSON.
pub fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// An amount of dollars, in units.
pub fn usd(text: &str) -> i64 {
    model::Money::parse(text, model::Currency::USD).unwrap().units()
}
