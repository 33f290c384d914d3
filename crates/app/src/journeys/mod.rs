//! Journeys out of what is stored, and what the models of `insight` say of them.
//!
//! A journey is what one person did with one advertiser: clicks and views of publishers' links, visits that nobody is paid for, and the
//! publishers' coupons that came with his orders, in the order of time. It ends with a conversion, or without one.
//!
//! | file | question |
//! |---|---|
//! | `people` | which browsers are one person? |
//! | `persons` | why are browsers one person, and how is that undone? |
//! | `ways` | what is a touch called: its channel, its publisher, ...? |
//! | `slots` | which spot may have sent somebody who came directly? |
//! | `gather` | which touches and conversions are there? |
//! | `paths` | where does a journey begin and end? |
//! | `answer` | what do the models say? |
//!
//! **Memory.** A touch takes 16 bytes, a browser about 60, a conversion about 150, whatever else is stored of them: the tables are read page
//! after page, and [`Limits`] bound what is kept. Nothing is written, and nothing here moves money.

mod answer;
mod gather;
mod paths;
mod people;
pub mod persons;
mod slots;
mod ways;

use insight::incrementality::Calibration;
use model::{AdvertiserId, Currency, ProgramId, Timestamp, time::DAY_US};

pub use answer::{
    Attribution, Between, CalibratedRow, CellRow, ChannelRow, LagRow, LengthRow, PathRow, Step,
    TransitionRow, known_models,
};
pub use paths::{LAGS_SECONDS, PATH_TOUCHES_MAX};
pub use people::Why;
pub use ways::Split;

use crate::{
    App,
    access::{ATTRIBUTE, Actor},
    errors::Refusal,
    replay::{Turn, off_the_servers},
};

/// The longest window before a conversion.
pub const WINDOW_DAYS_MAX: u32 = 400;
/// Most calibrations of one question.
pub const CALIBRATIONS_MAX: usize = 100;
/// The longest half-life.
pub const HALF_LIFE_HOURS_MAX: u32 = 400 * 24;
/// How long after a slot a direct visit may be explained by it.
pub const SLOT_MINUTES_MAX: u32 = 120;
/// The same where nobody says.
pub const SLOT_MINUTES_USUAL: u32 = 10;
/// Most dimensions that a channel is made of.
pub const SPLITS_MAX: usize = 3;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// First moment of the period: conversions that came in it, and journeys without one whose last touch is in it.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// What a channel is.
    pub by: Vec<Split>,
    /// Only conversions of this action end a journey; of every one without it.
    pub action: Option<String>,
    /// Only of this advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this program.
    pub program_id: Option<ProgramId>,
    /// How long before its end a journey reaches.
    pub window_days: u32,
    /// Whether views count as touches.
    pub impressions: bool,
    /// The models; the first is what the others are compared with. Without any the usual ones.
    pub models: Vec<String>,
    /// The half-life of `time_decay`.
    pub half_life_hours: u32,
    /// What experiments say of channels.
    pub calibrations: Vec<Calibrated>,
    /// For how many minutes after an offline exposure direct visits are explained by it; not at all without.
    pub slot_minutes: Option<u32>,
}

/// What an experiment says of a channel's credit.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The channel, by its label.
    pub channel: String,
    /// How much of its credit is true.
    pub calibration: Calibration,
    /// Where that is known from.
    pub source: Option<String>,
}

impl Question {
    /// All channels of a period, as one mostly asks.
    pub fn of(from: Timestamp, to: Timestamp) -> Self {
        Self {
            from,
            to,
            by: vec![Split::Channel],
            action: None,
            advertiser_id: None,
            program_id: None,
            window_days: 30,
            impressions: false,
            models: Vec::new(),
            half_life_hours: 7 * 24,
            calibrations: Vec::new(),
            slot_minutes: None,
        }
    }

    /// The first moment of which anything counts.
    fn reaches_to(&self) -> Timestamp {
        self.from.plus_seconds(-i64::from(self.window_days) * (DAY_US / 1_000_000))
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.to <= self.from {
            return Err(Refusal::field("to", "a period ends after it begins"));
        }
        if self.window_days == 0 || self.window_days > WINDOW_DAYS_MAX {
            let message = format!("a window has between 1 and {WINDOW_DAYS_MAX} days");
            return Err(Refusal::field("window_days", message));
        }
        if self.half_life_hours == 0 || self.half_life_hours > HALF_LIFE_HOURS_MAX {
            let message = format!("a half-life has between 1 and {HALF_LIFE_HOURS_MAX} hours");
            return Err(Refusal::field("half_life_hours", message));
        }
        if self.slot_minutes.is_some_and(|minutes| minutes == 0 || minutes > SLOT_MINUTES_MAX) {
            let message = format!("a slot explains visits for 1 to {SLOT_MINUTES_MAX} minutes");
            return Err(Refusal::field("slot_minutes", message));
        }
        let twice = |place: usize| self.by[..place].contains(&self.by[place]);
        if self.by.is_empty() || self.by.len() > SPLITS_MAX || (0..self.by.len()).any(twice) {
            let message = format!("name between 1 and {SPLITS_MAX} different dimensions");
            return Err(Refusal::field("by", message));
        }
        answer::check_calibrations(&self.calibrations)?;
        answer::check_models(&self.models)
    }
}

/// How much one question may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Conversions.
    pub conversions: usize,
    /// Touches.
    pub touches: usize,
    /// Channels.
    pub channels: usize,
    /// States of a Markov chain.
    pub states: usize,
}

impl Limits {
    /// Of a question that is asked of a server.
    pub const ASKED: Self = Self { conversions: 200_000, touches: 2_000_000, channels: 300, states: 2_000 };
    /// Of a command, which has a process of its own.
    pub const COMMAND: Self =
        Self { conversions: 10_000_000, touches: 50_000_000, channels: 50_000, states: 200_000 };
}

/// Answers somebody: with his network's journeys, an advertiser with his own only. One question at a time in a network.
///
/// # Errors
/// `right_missing`, `not_found`, `field_invalid`; `too_many_attempts` while another question is answered; storage errors.
pub async fn attribute_for(app: &App, actor: &Actor, question: Question) -> Result<Attribution, Refusal> {
    ATTRIBUTE.check_role(actor)?;
    let snapshot = app.snapshot.get();
    if let Some(id) = question.advertiser_id {
        let owner = snapshot.advertisers.get(&id);
        let sees = owner.is_some_and(|owner| actor.eyes(owner.record.network_id, Some(id), None).advertiser);
        if !sees {
            return Err(Refusal::not_found(format!("advertiser {id}")));
        }
    }
    if let Some(id) = question.program_id {
        let program = snapshot.programs.get(&id).map(|program| &program.record);
        let sees = program.is_some_and(|program| {
            actor.eyes(program.network_id, Some(program.advertiser_id), None).advertiser
        });
        if !sees {
            return Err(Refusal::not_found(format!("program {id}")));
        }
    }
    drop(snapshot);
    question.check()?;
    let turn = app.attributions.take(actor.network(), "an attribution")?;
    attribute_in_turn(app, actor, question, Limits::ASKED, Some(turn), &|_| {}).await
}

/// Answers a question about what `actor` sees. `progress` is told how many rows were looked at.
///
/// # Errors
/// `field_invalid`, storage errors and damaged rows.
pub async fn attribute(
    app: &App,
    actor: &Actor,
    question: Question,
    limits: Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Attribution, Refusal> {
    question.check()?;
    attribute_in_turn(app, actor, question, limits, None, progress).await
}

async fn attribute_in_turn(
    app: &App,
    actor: &Actor,
    question: Question,
    limits: Limits,
    turn: Option<Turn>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Attribution, Refusal> {
    app.snapshot.refresh().await?;
    let (snapshot, network) = (app.snapshot.get(), actor.network());
    let gathered = gather::gather(app, actor, &snapshot, &question, limits, progress).await?;
    let work = move || {
        // Until the work ends, though whoever asked may be gone.
        let _turn = turn;
        answer::answer(&snapshot, network, &question, limits, gathered)
    };
    off_the_servers(work).await?
}

/// The currency that values are told in.
fn currency_of(snapshot: &crate::snapshot::Snapshot, network: model::NetworkId) -> Currency {
    snapshot.networks.get(&network).map_or(Currency::USD, |network| network.currency)
}
