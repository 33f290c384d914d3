//! What the models say of the journeys, with the words for people.

use std::collections::HashMap;

use insight::{
    Credit, Journeys, JourneysBuilder,
    incrementality::Calibration,
    markov,
    models::{self, Model},
    paths as told_by_paths, table,
};
use model::{Currency, Money, NetworkId, time::DAY_US};

use super::{
    CALIBRATIONS_MAX, Calibrated, Limits, Question, Split, currency_of,
    gather::Gathered,
    paths::{Cut, LAGS_SECONDS, Paths, SHARE_BITS},
    ways::{Ways, is_inferred, values_of},
};
use crate::{errors::Refusal, snapshot::Snapshot};

/// The model that needs times, which paths have not.
const TIME_DECAY: &str = "time_decay";
/// The models when nobody names any.
const USUAL: [&str; 8] =
    ["last", "first", "last_non_direct", "linear", "position", TIME_DECAY, "shapley", "markov_1"];
/// Most paths that are told one by one.
const PATHS_TOLD: usize = 50;
/// Farthest from nothing that a factor may be.
const FACTOR_MAX: f64 = 1_000.0;
/// Most transitions that are told.
const TRANSITIONS_TOLD: usize = 200;
/// Most channels whose overlap is told.
const OVERLAP_CHANNELS: usize = 50;

/// The answer.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// The currency of every value: the network's.
    pub currency: Currency,
    /// The models, the one that the others are compared with first.
    pub models: Vec<String>,
    /// Conversions that touches came before.
    pub conversions: u64,
    /// What they are worth.
    pub value: Money,
    /// Journeys that did not convert.
    pub nulls: u64,
    /// Conversions that no touch is known of.
    pub without_touch: u64,
    /// What these are worth.
    pub without_touch_value: Money,
    /// Conversions whose value is in a currency without a rate, and is left out.
    pub without_rate: u64,
    /// Touches that were read.
    pub touches: u64,
    /// Of these, direct visits that an offline exposure explains.
    pub inferred: u64,
    /// The channels, those with most conversions by the first model first.
    pub channels: Vec<ChannelRow>,
    /// Conversions by the number of touches.
    pub lengths: Vec<LengthRow>,
    /// Conversions by the time since their first touch.
    pub lags: Vec<LagRow>,
    /// The paths that most conversions took.
    pub paths: Vec<PathRow>,
    /// Steps from channel to channel, the most frequent ones.
    pub transitions: Vec<TransitionRow>,
    /// For each of the first channels, of the conversions that it took part in, the share that each other one took part in too.
    pub overlap: Vec<Vec<f64>>,
}

/// A channel.
#[derive(Debug, Clone)]
pub struct ChannelRow {
    /// What it is, for each dimension: a word or an id.
    pub values: Vec<(Split, Option<String>)>,
    /// The same for people.
    pub label: String,
    /// Whether it is not known but inferred, from the slots of offline exposures.
    pub inferred: bool,
    /// What each model gives it.
    pub cells: Vec<CellRow>,
    /// Conversions that it took part in.
    pub took_part: u64,
    /// Of these, those that another one was last in.
    pub assisted: u64,
    /// Those that it was last in.
    pub closed: u64,
    /// Those that it was alone in.
    pub alone: u64,
    /// What an experiment makes of its credit; it stands beside what the models say and changes none of it.
    pub calibrated: Option<CalibratedRow>,
}

/// A number with the ends of its interval, where there is one.
pub type Between<T> = (T, Option<(T, T)>);

/// A channel's credit as an experiment would have it.
#[derive(Debug, Clone)]
pub struct CalibratedRow {
    /// What the experiment says.
    pub calibration: Calibration,
    /// Where that is known from.
    pub source: Option<String>,
    /// For each model the conversions, and the ends of their interval.
    pub conversions: Vec<Between<f64>>,
    /// What they are worth, with the same.
    pub value: Vec<Between<Money>>,
}

/// What a model gives a channel.
#[derive(Debug, Clone, Copy)]
pub struct CellRow {
    /// Conversions.
    pub conversions: f64,
    /// What they are worth.
    pub value: Money,
    /// Value beyond what the first model gives.
    pub moved: Money,
}

/// Journeys of one length.
#[derive(Debug, Clone, Copy)]
pub struct LengthRow {
    /// Touches.
    pub touches: usize,
    /// Conversions.
    pub conversions: u64,
    /// What they are worth.
    pub value: Money,
    /// Journeys that did not convert.
    pub nulls: u64,
}

/// Conversions by time.
#[derive(Debug, Clone, Copy)]
pub struct LagRow {
    /// Less than so many seconds after the first touch; none for the last class.
    pub below_seconds: Option<i64>,
    /// Conversions.
    pub conversions: u64,
}

/// A path.
#[derive(Debug, Clone)]
pub struct PathRow {
    /// Its channels, as places in [`Attribution::channels`].
    pub channels: Vec<usize>,
    /// Conversions.
    pub conversions: u64,
    /// What they are worth.
    pub value: Money,
    /// Journeys that went the same way and did not convert.
    pub nulls: u64,
}

/// Where a step leads, or comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The begin of a journey.
    Start,
    /// A channel, as a place in [`Attribution::channels`].
    Channel(usize),
    /// A conversion.
    Conversion,
    /// The end without one.
    Null,
}

/// A step from channel to channel.
#[derive(Debug, Clone, Copy)]
pub struct TransitionRow {
    /// From here.
    pub from: Step,
    /// To there.
    pub to: Step,
    /// Journeys that took it.
    pub journeys: u64,
    /// Of all that were here.
    pub share: f64,
}

/// Every model that can be named.
pub fn known_models() -> Vec<&'static str> {
    let own = models::all().iter().map(|model| model.name());
    let mut known: Vec<&str> = own.collect();
    let place = known.iter().position(|name| *name == "position").map_or(known.len(), |place| place + 1);
    known.insert(place, TIME_DECAY);
    known
}

/// Whether these models can be asked for.
pub(super) fn check_models(names: &[String]) -> Result<(), Refusal> {
    let known = known_models();
    if names.len() > known.len() {
        return Err(Refusal::field("models", "a model is named twice"));
    }
    for (place, name) in names.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let message = format!("`{}` is no model; there are {}", name.escape_debug(), known.join(", "));
            return Err(Refusal::field(format!("models[{place}]"), message));
        }
        if names[..place].contains(name) {
            return Err(Refusal::field(format!("models[{place}]"), format!("{name} is named twice")));
        }
    }
    Ok(())
}

/// Whether these calibrations can be shown.
pub(super) fn check_calibrations(calibrations: &[Calibrated]) -> Result<(), Refusal> {
    if calibrations.len() > CALIBRATIONS_MAX {
        return Err(Refusal::field("calibrations", format!("at most {CALIBRATIONS_MAX} are shown")));
    }
    for (place, one) in calibrations.iter().enumerate() {
        let fits = |number: f64| number.is_finite() && number.abs() <= FACTOR_MAX;
        let Calibration { factor, interval } = one.calibration;
        if !fits(factor) {
            let message = format!("a factor lies between -{FACTOR_MAX} and {FACTOR_MAX}");
            return Err(Refusal::field(format!("calibrations[{place}].factor"), message));
        }
        if interval.is_some_and(|(low, high)| !fits(low) || !fits(high) || low > factor || high < factor) {
            let message = "the ends of the interval lie on both sides of the factor";
            return Err(Refusal::field(format!("calibrations[{place}].low"), message));
        }
        if calibrations[..place].iter().any(|other| other.channel == one.channel) {
            let message = "the channel is named twice";
            return Err(Refusal::field(format!("calibrations[{place}].channel"), message));
        }
    }
    Ok(())
}

/// Answers from what was gathered.
pub(super) fn answer(
    snapshot: &Snapshot,
    network: NetworkId,
    question: &Question,
    limits: Limits,
    gathered: Gathered,
) -> Result<Attribution, Refusal> {
    let Gathered { ways, touched, converted, without_rate, inferred } = gathered;
    let touches = touched.len() as u64;
    let cut = Cut {
        from: question.from,
        window_us: i64::from(question.window_days) * DAY_US,
        half_life_us: u64::from(question.half_life_hours) * 3_600_000_000,
        ways: ways.names().len(),
    };
    let paths = Paths::of(touched, converted, cut);
    let journeys = journeys_of(&paths, &ways)?;
    let models: Vec<String> = match question.models.as_slice() {
        [] => USUAL.map(str::to_owned).to_vec(),
        named => named.to_vec(),
    };
    let credits = models.iter().map(|name| credit(name, &journeys, &paths, &ways, limits));
    let credits = credits.collect::<Result<Vec<_>, _>>()?;
    let currency = currency_of(snapshot, network);
    let telling = Telling { snapshot, question, currency, journeys: &journeys };
    let (mut channels, place_of) = telling.channels(&credits);
    telling.calibrate(&mut channels, &credits, &place_of)?;
    Ok(Attribution {
        currency,
        conversions: journeys.conversions(),
        value: telling.money(journeys.value()),
        nulls: journeys.nulls(),
        without_touch: paths.untouched.conversions,
        without_touch_value: Money::from_units(
            i64::try_from(paths.untouched.units).unwrap_or(i64::MAX),
            currency,
        ),
        without_rate,
        touches,
        inferred,
        lengths: telling.lengths(),
        lags: lags(&paths),
        paths: telling.paths(&place_of),
        transitions: telling.transitions(&place_of),
        overlap: telling.overlap(&place_of),
        models,
        channels,
    })
}

fn journeys_of(paths: &Paths, ways: &Ways) -> Result<Journeys, Refusal> {
    let mut builder = JourneysBuilder::default();
    for (path, came) in &paths.came {
        let names = path.iter().map(|way| ways.names()[*way as usize].as_str());
        let value = table::value(u64::try_from(came.units).unwrap_or(u64::MAX));
        let value = if came.conversions > 0 { value } else { 0.0 };
        builder
            .add(names, came.conversions, value, came.nulls)
            .map_err(|refused| Refusal::field("to", refused.to_string()))?;
    }
    Ok(builder.finish())
}

fn credit(
    name: &str,
    journeys: &Journeys,
    paths: &Paths,
    ways: &Ways,
    limits: Limits,
) -> Result<Credit, Refusal> {
    if name == TIME_DECAY {
        let of_name: HashMap<&str, (u128, u128)> =
            ways.names().iter().map(String::as_str).zip(paths.decayed.iter().copied()).collect();
        let parts =
            journeys.channels().iter().map(|name| of_name.get(name.as_str()).copied().unwrap_or_default());
        return Ok(Credit::of_parts(parts, SHARE_BITS));
    }
    let unknown = || Refusal::field("models", format!("`{name}` is no model"));
    let model: &dyn Model = models::by_name(name).ok_or_else(unknown)?;
    if let Some(order) = model.order() {
        let states = markov::states(journeys, order);
        if states > limits.states {
            let message = format!(
                "{name} has {states} states here, and {} is the most; choose a lower order, dimensions with fewer values, or the \
                 command `merit attribute`",
                limits.states
            );
            return Err(Refusal::field("models", message));
        }
    }
    Ok(model.credit(journeys))
}

fn lags(paths: &Paths) -> Vec<LagRow> {
    let ends = LAGS_SECONDS.into_iter().map(Some).chain([None]);
    ends.zip(paths.lags).map(|(below_seconds, conversions)| LagRow { below_seconds, conversions }).collect()
}

/// Says it for people.
struct Telling<'a> {
    snapshot: &'a Snapshot,
    question: &'a Question,
    currency: Currency,
    journeys: &'a Journeys,
}

impl Telling<'_> {
    fn money(&self, value: f64) -> Money {
        Money::from_units(table::units(value), self.currency)
    }

    /// The channels in the order in which they are shown, and the place of each of the journeys' there.
    fn channels(&self, credits: &[Credit]) -> (Vec<ChannelRow>, Vec<usize>) {
        let parts = told_by_paths::parts(self.journeys);
        let mut rows: Vec<(usize, f64, ChannelRow)> = Vec::new();
        for (place, (row, part)) in table::beside(self.journeys, credits).into_iter().zip(parts).enumerate() {
            let values = values_of(row.channel, self.question.by.len());
            let values: Vec<(Split, Option<String>)> = self.question.by.iter().copied().zip(values).collect();
            let first = row.cells.first().map_or(0.0, |cell| cell.conversions);
            let cell = |cell: &table::Cell| CellRow {
                conversions: cell.conversions,
                value: self.money(cell.value),
                moved: self.money(cell.moved),
            };
            let inferred = is_inferred(row.channel, self.question.by.len());
            let label = self.label(&values);
            let told = ChannelRow {
                label: if inferred { format!("{label} (inferred)") } else { label },
                inferred,
                values,
                cells: row.cells.iter().map(cell).collect(),
                took_part: part.took_part,
                assisted: part.assisted,
                closed: part.closed,
                alone: part.alone,
                calibrated: None,
            };
            rows.push((place, first, told));
        }
        rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut place_of = vec![0; rows.len()];
        rows.iter().enumerate().for_each(|(shown, row)| place_of[row.0] = shown);
        (rows.into_iter().map(|row| row.2).collect(), place_of)
    }

    /// Notes beside each channel what an experiment says of it.
    fn calibrate(
        &self,
        rows: &mut [ChannelRow],
        credits: &[Credit],
        place_of: &[usize],
    ) -> Result<(), Refusal> {
        for (number, one) in self.question.calibrations.iter().enumerate() {
            let mut named = (0..rows.len()).filter(|shown| rows[*shown].label == one.channel);
            let (Some(shown), None) = (named.next(), named.next()) else {
                let message = format!("there is no single channel `{}` here", one.channel.escape_debug());
                return Err(Refusal::field(format!("calibrations[{number}].channel"), message));
            };
            let Some(place) = place_of.iter().position(|other| *other == shown) else { continue };
            let money = |(value, interval): Between<f64>| {
                (self.money(value), interval.map(|(low, high)| (self.money(low), self.money(high))))
            };
            let applied = |credit: f64| one.calibration.applied(credit);
            rows[shown].calibrated = Some(CalibratedRow {
                calibration: one.calibration,
                source: one.source.clone(),
                conversions: credits.iter().map(|credit| applied(credit.conversions[place])).collect(),
                value: credits.iter().map(|credit| money(applied(credit.value[place]))).collect(),
            });
        }
        Ok(())
    }

    fn label(&self, values: &[(Split, Option<String>)]) -> String {
        let named = |(split, value): &(Split, Option<String>)| {
            let value = value.as_deref()?;
            let snapshot = self.snapshot;
            let name = match split {
                Split::Campaign => {
                    value.parse().ok().and_then(|id| snapshot.campaigns.get(&id)).map(|one| one.name.clone())
                }
                Split::Publisher => {
                    value.parse().ok().and_then(|id| snapshot.publishers.get(&id)).map(|one| one.name.clone())
                }
                Split::Program => value
                    .parse()
                    .ok()
                    .and_then(|id| snapshot.programs.get(&id))
                    .map(|one| one.record.name.clone()),
                Split::Channel | Split::Link | Split::Source => None,
            };
            Some(name.unwrap_or_else(|| value.to_owned()))
        };
        let names: Vec<String> = values.iter().filter_map(named).collect();
        if names.is_empty() { "(none)".to_owned() } else { names.join(" / ") }
    }

    fn lengths(&self) -> Vec<LengthRow> {
        let row = |one: told_by_paths::Length| LengthRow {
            touches: one.touches,
            conversions: one.conversions,
            value: self.money(one.value),
            nulls: one.nulls,
        };
        told_by_paths::lengths(self.journeys).into_iter().map(row).collect()
    }

    fn paths(&self, place_of: &[usize]) -> Vec<PathRow> {
        let row = |path: &insight::Path| PathRow {
            channels: path.touches.iter().map(|channel| place_of[*channel as usize]).collect(),
            conversions: path.conversions,
            value: self.money(path.value),
            nulls: path.nulls,
        };
        told_by_paths::most_taken(self.journeys, PATHS_TOLD).into_iter().map(row).collect()
    }

    fn transitions(&self, place_of: &[usize]) -> Vec<TransitionRow> {
        let step = |step: &markov::Step| match step {
            markov::Step::Start => Step::Start,
            markov::Step::Conversion => Step::Conversion,
            markov::Step::Null => Step::Null,
            markov::Step::State(channels) => {
                let channel = channels.first().and_then(|channel| place_of.get(*channel as usize));
                channel.map_or(Step::Null, |place| Step::Channel(*place))
            }
        };
        let mut all = markov::transitions(self.journeys, 1);
        // Stable: of equal ones the first stays first.
        all.sort_by_key(|one| std::cmp::Reverse(one.journeys));
        all.truncate(TRANSITIONS_TOLD);
        let row = |one: &markov::Transition| TransitionRow {
            from: step(&one.from),
            to: step(&one.to),
            journeys: one.journeys,
            share: one.share,
        };
        all.iter().map(row).collect()
    }

    /// For the channels that are shown first.
    fn overlap(&self, place_of: &[usize]) -> Vec<Vec<f64>> {
        if place_of.is_empty() || place_of.len() > Limits::ASKED.channels {
            return Vec::new();
        }
        let told = told_by_paths::overlap(self.journeys);
        let shown = place_of.len().min(OVERLAP_CHANNELS);
        let mut rows = vec![vec![0.0; shown]; shown];
        for (from, row) in told.iter().enumerate().filter(|(from, _)| place_of[*from] < shown) {
            for (to, share) in row.iter().enumerate().filter(|(to, _)| place_of[*to] < shown) {
                rows[place_of[from]][place_of[to]] = *share;
            }
        }
        rows
    }
}
