//! What a campaign, a channel or a publisher really added: one unit that was treated differently against a mix of those that were not.
//!
//! **The method** is synthetic control (Abadie, Diamond and Hainmueller, 2010). The units that were not treated, *donors*, are mixed with weights of zero
//! and more that sum to one, so that before the treatment the mix moves as the treated unit does. What it does afterwards is what
//! the treated unit would have done, its *counterfactual*. Each series is taken less its own average of the days before (Doudchenko and Imbens, 2016;
//! Ferman and Pinto, 2021), so a unit need not lie between the others in size, only move as they do.
//!
//! **How sure it is.** Each donor is judged as if it had been the treated one, by the same days and the other donors. How far a unit is from its mix after
//! the treatment is measured by how far it was before, both as roots of mean squares. The p-value is the rank of the treated unit among all: with
//! nothing done it is as likely first as any other. Of 19 donors none can have less than 0.05.
//! The interval holds every effect a day that this comparison would not find unusual (Firpo and Possebom, 2018): average distance, in units of
//! the distance before. There is none when the donors are too few for its level.
//!
//! **Digits.** The weights are those of the best mix, shown so by the condition of Karush, Kuhn and Tucker: the squares of what is left are within
//! 1e-8 of the best ones, measured by the squares of the treated series (or of what is left, where that is more), or within the rounding of products with
//! units that are far larger. Units are taken by name and days in
//! order, so the same rows give the same bytes in whatever order they came.

mod calibration;
mod panel;
mod weights;

use std::fmt;

use crate::journeys::places;

pub use calibration::Calibration;
pub use panel::{DAYS_MAX, Panel, PanelBuilder, UNITS_MAX, Unit};

/// Fewest days before the treatment.
pub const DAYS_BEFORE_MIN: usize = 10;
/// Fewest donors.
pub const DONORS_MIN: usize = 3;
/// A unit nearer to its mix than this share of its own movement is no nearer than rounding tells.
const NEAREST: f64 = 1e-9;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// A unit without a name.
    Nameless,
    /// A value that is no number, or above 10^18.
    Value,
    /// A second value of the same unit and day.
    Twice,
    /// More than [`UNITS_MAX`].
    TooManyUnits,
    /// More than [`DAYS_MAX`].
    TooManyDays,
    /// No value of a unit and day.
    Missing {
        /// The unit.
        unit: String,
        /// The day.
        day: String,
    },
    /// No unit is said to be treated, or one twice.
    Treated,
    /// A unit that there is none of.
    Unknown(String),
    /// Fewer days before the treatment than [`DAYS_BEFORE_MIN`].
    DaysBefore(usize),
    /// No day of the treatment.
    DaysAfter,
    /// Fewer donors than [`DONORS_MIN`].
    Donors(usize),
    /// The treated unit did not change on the days before.
    Still,
    /// A level of an interval outside of 0.5 to 0.999.
    Level,
    /// The best weights cannot be shown to be right.
    Unsolved,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nameless => f.write_str("the unit has no name"),
            Self::Value => f.write_str("the value is no number below 10^18"),
            Self::Twice => f.write_str("the unit has a value of this day already"),
            Self::TooManyUnits => write!(f, "there are more than {UNITS_MAX} units"),
            Self::TooManyDays => write!(f, "there are more than {DAYS_MAX} days"),
            Self::Missing { unit, day } => {
                write!(f, "`{}` has no value of {}", unit.escape_debug(), day.escape_debug())
            }
            Self::Treated => f.write_str("say which units were treated, each once"),
            Self::Unknown(unit) => write!(f, "there is no unit `{}`", unit.escape_debug()),
            Self::DaysBefore(days) => {
                write!(f, "there are {days} days before the treatment, and {DAYS_BEFORE_MIN} are needed")
            }
            Self::DaysAfter => f.write_str("no day is left from the treatment on"),
            Self::Donors(donors) => write!(
                f,
                "{donors} units that were not treated changed on the days before, and {DONORS_MIN} are needed to compare with"
            ),
            Self::Still => f.write_str(
                "what was treated was the same on all days before, so nothing can be told to move as it does",
            ),
            Self::Level => f.write_str("the level of an interval lies between 0.5 and 0.999"),
            Self::Unsolved => f.write_str(
                "the weights cannot be found with enough digits; the values differ too much in size",
            ),
        }
    }
}

impl std::error::Error for Refused {}

/// What is asked of a panel.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The units that were treated; several are taken together.
    pub treated: &'a [String],
    /// The first day of the treatment.
    pub from: &'a str,
    /// How often the interval shall hold the truth.
    pub level: f64,
}

/// A day.
#[derive(Clone, PartialEq, Debug)]
pub struct Day {
    /// The day.
    pub day: String,
    /// Whether the treatment had begun.
    pub treated: bool,
    /// What happened.
    pub actual: f64,
    /// What the mix says would have.
    pub counterfactual: f64,
}

impl Day {
    /// What happened beyond what would have.
    pub fn effect(&self) -> f64 {
        self.actual - self.counterfactual
    }
}

/// A donor as if it had been treated.
#[derive(Clone, PartialEq, Debug)]
pub struct Placebo {
    /// The donor.
    pub unit: String,
    /// Its weight in the mix of what was treated.
    pub weight: f64,
    /// How far it is from its own mix a day since the treatment of the other, on average.
    pub effect_per_day: f64,
    /// The root of its mean square distance before.
    pub distance_before: f64,
    /// The same since, as a multiple of that before.
    pub ratio: f64,
}

/// What the treatment did.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// Every day of the panel.
    pub days: Vec<Day>,
    /// What happened since the treatment.
    pub actual: f64,
    /// What would have without it.
    pub counterfactual: f64,
    /// The difference: above zero what the treatment added, below zero what it took.
    pub total: f64,
    /// The ends of the interval of that; none where the donors are too few for its level.
    pub interval: Option<(f64, f64)>,
    /// How often such an interval holds the truth.
    pub level: f64,
    /// How likely such a rank is when nothing was done.
    pub p_value: f64,
    /// The share of the movement before the treatment that the mix repeats: 1 all of it, 0 or less none.
    pub fit: f64,
    /// The root of the mean square distance from the mix before.
    pub distance_before: f64,
    /// The same since, as a multiple of that before.
    pub ratio: f64,
    /// Each donor as if it had been treated, by name.
    pub placebos: Vec<Placebo>,
    /// Units that did not change before, and take no part.
    pub left_out: Vec<String>,
}

impl Effect {
    /// Days of the treatment.
    pub fn days_treated(&self) -> usize {
        self.days.iter().filter(|day| day.treated).count()
    }

    /// The effect as a share of what would have happened; none where that is nothing.
    pub fn share(&self) -> Option<f64> {
        (self.counterfactual > 0.0).then(|| self.total / self.counterfactual)
    }
}

/// A series less its average of the days before.
struct Moved {
    average: f64,
    moves: Vec<f64>,
}

impl Moved {
    fn of(values: &[f64], before: usize) -> Self {
        let average = values[..before].iter().sum::<f64>() / places(before);
        Self { average, moves: values.iter().map(|value| value - average).collect() }
    }

    fn is_still(&self, before: usize) -> bool {
        self.moves[..before].windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits())
    }
}

/// How far a unit is from its mix, day after day.
struct Judged {
    weights: Vec<f64>,
    distances: Vec<f64>,
    before: f64,
    ratio: f64,
    per_day: f64,
}

fn judged(unit: &Moved, donors: &[&Moved], before: usize) -> Result<Judged, Refused> {
    let series: Vec<&[f64]> = donors.iter().map(|donor| &donor.moves[..before]).collect();
    let mix = weights::nearest(&unit.moves[..before], &series).ok_or(Refused::Unsolved)?;
    let mut distances = unit.moves.clone();
    for (donor, weight) in donors.iter().zip(&mix.weights).filter(|(_, weight)| **weight > 0.0) {
        distances.iter_mut().zip(&donor.moves).for_each(|(left, moves)| *left -= weight * moves);
    }
    let nearest = NEAREST * root_mean_square(&unit.moves[..before]);
    let (first, after) = distances.split_at(before);
    let told = root_mean_square(first).max(nearest);
    let (ratio, per_day) = (root_mean_square(after) / told, after.iter().sum::<f64>() / places(after.len()));
    Ok(Judged { weights: mix.weights, distances, before: told, ratio, per_day })
}

fn root_mean_square(values: &[f64]) -> f64 {
    (weights::dot(values, values) / places(values.len())).sqrt()
}

/// Judges a treatment by the panel.
///
/// # Errors
/// [`Refused`], when the panel cannot tell.
pub fn judge(panel: &Panel, question: &Question<'_>) -> Result<Effect, Refused> {
    if !(0.5..=0.999).contains(&question.level) {
        return Err(Refused::Level);
    }
    let treated = treated(panel, question.treated)?;
    let before = panel.days().partition_point(|day| day.as_str() < question.from);
    if before < DAYS_BEFORE_MIN {
        return Err(Refused::DaysBefore(before));
    }
    if before == panel.days().len() {
        return Err(Refused::DaysAfter);
    }
    let times = places(treated.len());
    let together = (0..panel.days().len())
        .map(|day| treated.iter().map(|place| panel.units()[*place].values[day]).sum::<f64>() / times);
    // Several are judged as their average, which moves as one unit does, and told as their sum.
    let unit = Moved::of(&together.collect::<Vec<_>>(), before);
    if unit.is_still(before) {
        return Err(Refused::Still);
    }
    let (mut donors, mut left_out) = (Vec::new(), Vec::new());
    for (place, donor) in panel.units().iter().enumerate().filter(|(place, _)| !treated.contains(place)) {
        let moved = Moved::of(&donor.values, before);
        if moved.is_still(before) {
            left_out.push(donor.name.clone());
        } else {
            donors.push((place, moved));
        }
    }
    if donors.len() < DONORS_MIN {
        return Err(Refused::Donors(donors.len()));
    }
    let own = judged(&unit, &donors.iter().map(|(_, moved)| moved).collect::<Vec<_>>(), before)?;
    let mut placebos = Vec::with_capacity(donors.len());
    for (number, (place, moved)) in donors.iter().enumerate() {
        let others =
            donors.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, (_, moved))| moved);
        let told = judged(moved, &others.collect::<Vec<_>>(), before)?;
        placebos.push(Placebo {
            unit: panel.units()[*place].name.clone(),
            weight: own.weights[number],
            effect_per_day: told.per_day,
            distance_before: told.before,
            ratio: told.ratio,
        });
    }
    Ok(told(panel, &unit, &own, times, before, placebos, left_out, question.level))
}

/// The places of the treated units, ascending.
fn treated(panel: &Panel, names: &[String]) -> Result<Vec<usize>, Refused> {
    let place = |name: &String| panel.place(name).ok_or_else(|| Refused::Unknown(name.clone()));
    let mut places = names.iter().map(place).collect::<Result<Vec<usize>, _>>()?;
    places.sort_unstable();
    places.dedup();
    if places.is_empty() || places.len() < names.len() {
        return Err(Refused::Treated);
    }
    Ok(places)
}

#[allow(clippy::too_many_arguments, reason = "the parts of one answer")]
fn told(
    panel: &Panel,
    unit: &Moved,
    own: &Judged,
    times: f64,
    before: usize,
    placebos: Vec<Placebo>,
    left_out: Vec<String>,
    level: f64,
) -> Effect {
    let day = |(number, (day, (distance, moved))): (usize, (&String, (&f64, &f64)))| {
        let actual = times * (unit.average + moved);
        Day { day: day.clone(), treated: number >= before, actual, counterfactual: actual - times * distance }
    };
    let pairs = own.distances.iter().zip(&unit.moves);
    let days: Vec<Day> = panel.days().iter().zip(pairs).enumerate().map(day).collect();
    let since = &days[before..];
    let (actual, counterfactual): (f64, f64) =
        (since.iter().map(|day| day.actual).sum(), since.iter().map(|day| day.counterfactual).sum());
    let total = times * own.distances[before..].iter().sum::<f64>();
    let as_far = placebos.iter().filter(|placebo| placebo.ratio >= own.ratio).count();
    let moves = root_mean_square(&unit.moves[..before]);
    let reach = usual(&placebos, level).map(|usual| usual * own.before * times * places(since.len()));
    Effect {
        actual,
        counterfactual,
        total,
        interval: reach.map(|reach| (total - reach, total + reach)),
        level,
        p_value: places(as_far + 1) / places(placebos.len() + 1),
        fit: 1.0 - (own.before / moves).powi(2),
        distance_before: times * own.before,
        ratio: own.ratio,
        days,
        placebos,
        left_out,
    }
}

/// The average distance a day, as a multiple of that before, that a unit stays within so often when nothing was done to it.
fn usual(placebos: &[Placebo], level: f64) -> Option<f64> {
    let mut ratios: Vec<f64> =
        placebos.iter().map(|placebo| placebo.effect_per_day.abs() / placebo.distance_before).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    // The treated one is one more of them: its rank is at most this with the probability of the level.
    let rank = (1..=ratios.len()).find(|rank| places(*rank) >= level * places(ratios.len() + 1) - 1e-9)?;
    ratios.get(rank - 1).copied()
}
