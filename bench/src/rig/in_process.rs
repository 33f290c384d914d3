//! The intake without HTTP: the application in this process, with its decider on its own thread.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use app::{
    App,
    intake::{Answer, ConversionDraft, Decider, Event, Limits, TouchDraft, UniqueKeys},
};
use model::{
    Code, ConversionId, TouchId, VisitorId,
    conversion::{ConversionReport, Intake},
    touch::{ConsentState, Facts, LinkParameters, Touch, TouchKind},
};
use store::Store;
use tokio::runtime::Runtime;

use super::{
    ambient::{Stopwatch, SystemClock, entropy},
    database::Database,
    world::World,
    wrk::USER_AGENT,
};

/// A running application.
pub struct InProcess {
    /// The application.
    pub app: App,
    world: World,
    // Stopped before the runtime ends.
    _decider: Decider,
    runtime: Runtime,
}

impl InProcess {
    /// Starts the application on a database that holds a world.
    pub fn start(database: &Database, world: &World) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let options = database.options();
        let mut app = runtime.block_on(async {
            let store = Store::open(options).await.context("open the store")?;
            Ok::<_, anyhow::Error>(App::open(store, Arc::new(SystemClock), Arc::new(entropy())).await?)
        })?;
        let decider = app.start_intake(Limits::default())?;
        Ok(Self { app, world: world.clone(), _decider: decider, runtime })
    }

    /// Clicks of as many visitors, ready to be submitted, and their click ids.
    pub fn clicks(&self, count: usize) -> (Vec<Event>, Vec<String>) {
        let entropy = self.app.entropy.as_ref();
        let draw = |number: usize| {
            let now = self.app.clock.now();
            let id = TouchId::new(now, entropy);
            let touch = Touch {
                id,
                kind: TouchKind::Click,
                network_id: self.world.network_id,
                link_id: self.world.link_id,
                program_id: self.world.program_id,
                publisher_id: self.world.publisher_id,
                advertiser_id: self.world.advertiser_id,
                received_at: now,
                code: Code::Ok,
                unique: false,
                visitor_id: Some(VisitorId::new(now, entropy)),
                consent: ConsentState::Unknown,
                consent_source: "default".to_owned(),
                destination: None,
                facts: facts(number),
                parameters: LinkParameters::default(),
                earning: None,
            };
            let mut asked = [0; 16];
            entropy.fill(&mut asked);
            let unique = UniqueKeys { asked: Some(asked), also: Some(*VisitorId::new(now, entropy).bytes()) };
            let click_id = self.app.click_ids.mint(id, self.world.slug.number());
            (Event::Touch(Box::new(TouchDraft::new(touch, unique))), click_id)
        };
        (0..count).map(draw).unzip()
    }

    /// Orders that refer to these clicks in turn, ready to be submitted.
    pub fn orders(&self, clicks: &[String], count: usize, prefix: &str) -> Vec<Event> {
        let draw = |number: usize| {
            let now = self.app.clock.now();
            let report = ConversionReport {
                advertiser_id: self.world.advertiser_id,
                intake: Intake::Postback,
                action: "order".to_owned(),
                received_at: now,
                occurred_at: None,
                program_id: None,
                click_id: clicks.get(number.wrapping_mul(7_919) % clicks.len().max(1)).cloned(),
                visitor_id: None,
                order_id: Some(format!("{prefix}-{number}")),
                amount: Some("49.90".to_owned()),
                currency: Some("USD".to_owned()),
                items: Vec::new(),
                coupon: None,
                checkout_started_at: None,
                paid_click_at: None,
                paid_click_channel: None,
                arrival: None,
                customer_id: None,
                customer: None,
                email_sha256: None,
                adv: std::collections::BTreeMap::new(),
                test: false,
                idempotency_key: None,
                dispute_id: None,
            };
            let id = ConversionId::new(now, self.app.entropy.as_ref());
            Event::Conversion(Box::new(ConversionDraft::new(id, report, &self.app.click_ids)))
        };
        (0..count).map(draw).collect()
    }

    /// Submits events from as many tasks, each waiting for its answer before it takes the next; gives events a second.
    pub fn submit(&self, events: Vec<Event>, tasks: usize) -> Result<f64> {
        let count = events.len();
        let intake = self.app.intake.clone().context("the application was started with its intake")?;
        let mut shares: Vec<Vec<Event>> = (0..tasks).map(|_| Vec::with_capacity(count / tasks + 1)).collect();
        for (place, event) in events.into_iter().enumerate() {
            shares[place % tasks].push(event);
        }
        let begun = Stopwatch::start();
        let good = self.runtime.block_on(async {
            let running: Vec<_> = shares
                .into_iter()
                .map(|share| {
                    let intake = intake.clone();
                    tokio::spawn(async move {
                        let mut good = 0;
                        for event in share {
                            good += usize::from(is_good(&intake.submit(event).await?));
                        }
                        Ok::<usize, app::intake::SubmitError>(good)
                    })
                })
                .collect();
            let mut good = 0;
            for task in running {
                good += task.await??;
            }
            Ok::<usize, anyhow::Error>(good)
        })?;
        let seconds = begun.seconds();
        ensure!(good == count, "only {good} of {count} events were accepted");
        Ok(count as f64 / seconds)
    }

    /// The runtime, for work on the store.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

fn is_good(answer: &Answer) -> bool {
    match answer {
        Answer::Touch(touch) => touch.code == Code::Ok,
        Answer::Conversion(conversion) => conversion.code == Code::Ok && !conversion.replayed,
        Answer::Stored => true,
    }
}

fn facts(number: usize) -> Facts {
    let text = |text: &str| Some(text.to_owned());
    Facts {
        device: text("desktop"),
        os: text("Windows"),
        os_version: text("10"),
        browser: text("Chrome"),
        language: text("en"),
        user_agent: text(USER_AGENT),
        address_prefix: Some(format!("10.{}.{}.0/24", number / 256 % 256, number % 256)),
        address_hash: Some(format!("{number:064x}")),
        ..Facts::default()
    }
}
