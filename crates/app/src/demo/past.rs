//! Lets the days pass: each day's touches and reports go to the intake in the order of their moments, then the advertiser
//! decides what is due and the holds that have ended are approved.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use model::{Clock, Code, ConversionId, Entropy, Timestamp, TouchId, conversion::ConversionReport};
use store::{EngineConnection, Result};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    DemoOptions, campaigns,
    draw::Draw,
    orders::{Fate, FateKind, Planned, Shop},
    own::Own,
    people::{DAY, Scene},
    visitors::{self, Visitors},
};
use crate::{
    App,
    access::Actor,
    click_id::ClickIdKeys,
    command,
    intake::{Answer, ConversionDraft, Event, Parts, run_batch},
    lifecycle::{self, Change, ChangeError},
};

/// Events of one transaction.
const BATCH: usize = 4_000;
/// Approvals of one transaction.
const APPROVALS: u32 = 1_000;

/// A clock that shows the moment that is being lived through.
struct Then(AtomicI64);

impl Clock for Then {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// The past on its way.
pub(super) struct Past {
    connection: EngineConnection,
    parts: Parts,
    clock: Arc<Then>,
    draw: Arc<Draw>,
    click_ids: Arc<ClickIdKeys>,
    options: DemoOptions,
    scene: Scene,
    told: UnboundedSender<(&'static str, u64)>,
    events: u64,
}

/// What is to come, by its moment and a number that keeps equals apart.
type Ahead<T> = BTreeMap<(Timestamp, u64), T>;

/// Takes out what comes before `end`.
fn due<T>(ahead: &mut Ahead<T>, end: Timestamp) -> Ahead<T> {
    let later = ahead.split_off(&(end, 0));
    std::mem::replace(ahead, later)
}

/// One thing that happens on a day.
enum Happening {
    Touch(Event),
    Report(Box<Planned>),
    Own(Box<(ConversionId, ConversionReport)>),
}

impl Past {
    pub(super) fn new(
        app: &App,
        options: DemoOptions,
        scene: Scene,
        told: UnboundedSender<(&'static str, u64)>,
    ) -> Result<Self> {
        let draw = Arc::new(Draw::new(options.seed, 1));
        let clock = Arc::new(Then(AtomicI64::new(options.until.as_micros())));
        let parts = Parts {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::clone(&draw) as Arc<dyn Entropy>,
            ..app.parts()
        };
        let (connection, click_ids) = (app.store.engine()?, Arc::clone(&app.click_ids));
        Ok(Self { connection, parts, clock, draw, click_ids, options, scene, told, events: 0 })
    }

    /// Runs all days.
    pub(super) fn happen(mut self) -> Result<()> {
        self.connection.lock()?;
        let scene = self.scene.clone();
        let click_ids = Arc::clone(&self.click_ids);
        let mut shop = Shop { scene: &scene, click_ids: &click_ids, orders: 0 };
        let mut visitors = Visitors::new();
        let mut own = Own::new(self.options.seed);
        let (mut reports, mut fates): (Ahead<Planned>, Ahead<(ConversionId, Fate)>) = Default::default();
        for day in 0..self.options.days {
            let start = self.options.until.plus_seconds(-i64::from(self.options.days - day) * DAY);
            let end = start.plus_seconds(DAY);
            let mut happenings = self.touches(day, start, &scene, &mut visitors, &mut shop, &mut reports);
            happenings.extend(
                due(&mut reports, end)
                    .into_iter()
                    .map(|((at, _), one)| (at, Happening::Report(Box::new(one)))),
            );
            let own = own.day(start, &scene).into_iter();
            happenings.extend(own.map(|(at, id, report)| (at, Happening::Own(Box::new((id, report))))));
            happenings.sort_by_key(|(at, _)| *at);
            self.take_in(happenings, &mut fates)?;
            self.approve(end)?;
            for ((at, _), (conversion, fate)) in due(&mut fates, end) {
                self.decide(at, conversion, fate)?;
            }
        }
        self.import_costs(&scene)
    }

    /// The advertiser has imported what his own media cost.
    fn import_costs(&mut self, scene: &Scene) -> Result<()> {
        if self.options.days == 0 {
            return Ok(());
        }
        let (options, draw) = (self.options, Arc::clone(&self.draw));
        let actor = Actor::system(scene.network_id);
        self.connection.transaction("demo", |tx| {
            let mut change = command::Change::new(tx, &actor, "cost_import.create", options.until, &*draw);
            campaigns::import(&mut change, options, scene)
                .map_err(|refusal| store::Error::Usage(format!("costs of the demo: {refusal}")))
        })
    }

    /// The clicks and impressions of a day; what comes of them is put among the reports.
    fn touches(
        &self,
        day: u32,
        start: Timestamp,
        scene: &Scene,
        visitors: &mut Visitors,
        shop: &mut Shop<'_>,
        reports: &mut Ahead<Planned>,
    ) -> Vec<(Timestamp, Happening)> {
        let draw = &*self.draw;
        let begin = self.options.until.plus_seconds(-i64::from(self.options.days) * DAY);
        let share = |total: u64| visitors::share_of_day(total, day, self.options.days, begin);
        let clicks = share(u64::from(self.options.clicks));
        let impressions = share(u64::from(self.options.clicks) / 4);
        let moments = |number: u64| {
            let mut moments: Vec<Timestamp> = (0..number).map(|_| visitors::moment(draw, start)).collect();
            moments.sort_unstable();
            moments
        };
        let mut happenings = Vec::new();
        for at in moments(clicks) {
            let (draft, place) = visitors.click(scene, draw, at);
            if draft.touch.code == Code::Ok {
                for planned in shop.visited(draw, &draft.touch, place) {
                    reports.insert((planned.at, number(draft.touch.id, reports.len())), planned);
                }
            }
            happenings.push((at, Happening::Touch(Event::Touch(Box::new(draft)))));
        }
        for at in moments(impressions) {
            let draft = visitors.impression(scene, draw, at);
            happenings.push((at, Happening::Touch(Event::Touch(Box::new(draft)))));
        }
        happenings
    }

    /// Gives a day to the intake and schedules what is decided about it later.
    fn take_in(
        &mut self,
        happenings: Vec<(Timestamp, Happening)>,
        fates: &mut Ahead<(ConversionId, Fate)>,
    ) -> Result<()> {
        let mut rest = happenings.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut events, mut with_fate) = (Vec::with_capacity(BATCH), Vec::new());
            for (at, happening) in rest.by_ref().take(BATCH) {
                self.clock.0.store(at.as_micros(), Ordering::Relaxed);
                events.push(match happening {
                    Happening::Touch(event) => event,
                    Happening::Report(planned) => {
                        let id = ConversionId::new(at, &*self.draw);
                        with_fate.extend(planned.fate.map(|fate| (events.len(), at, fate)));
                        Event::Conversion(Box::new(ConversionDraft::new(id, planned.report, &self.click_ids)))
                    }
                    Happening::Own(own) => {
                        let (id, report) = *own;
                        Event::Conversion(Box::new(ConversionDraft::new(id, report, &self.click_ids)))
                    }
                });
            }
            let (snapshot, parts) = (self.parts.snapshot.get(), &self.parts);
            let outcome =
                self.connection.transaction("demo", |tx| run_batch(tx, &snapshot, parts, &events))?;
            for (place, at, fate) in with_fate {
                if let Some(Answer::Conversion(answer)) = outcome.answers.get(place)
                    && answer.state.is_live()
                {
                    let at = at.plus_seconds(fate.after);
                    let number = number(TouchId::from_bytes(*answer.conversion_id.bytes()), fates.len());
                    fates.insert((at, number), (answer.conversion_id, fate));
                }
            }
            self.tell(events.len());
        }
        Ok(())
    }

    fn tell(&mut self, more: usize) {
        self.events += more as u64;
        // Who asked may have stopped listening.
        let _ = self.told.send(("events", self.events));
    }

    fn approve(&mut self, now: Timestamp) -> Result<()> {
        loop {
            let approved =
                self.connection.transaction("demo", |tx| lifecycle::approve_due(tx, now, APPROVALS))?;
            if approved.len() < APPROVALS as usize {
                return Ok(());
            }
        }
    }

    /// Carries out a decision of the advertiser, where the state still allows it.
    fn decide(&mut self, at: Timestamp, id: ConversionId, fate: Fate) -> Result<()> {
        let change = Change { actor: "system".to_owned(), reason: fate.reason, note: None, at };
        let decided = self.connection.transaction("demo", |tx| match fate.kind {
            FateKind::Rejected => lifecycle::reject(tx, id, &change),
            FateKind::Reversed(extent) => lifecycle::reverse(tx, id, extent, &change),
        });
        match decided {
            Err(ChangeError::Store(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Keeps apart what happens at one moment, the same way each time.
fn number(id: TouchId, place: usize) -> u64 {
    let mut random = [0; 8];
    random.copy_from_slice(&id.bytes()[8..]);
    (u64::from_be_bytes(random) ^ place as u64) | 1
}
