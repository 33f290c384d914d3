//! Incrementality: what was really added, by comparing what was treated with what was not.

pub mod create;

use std::collections::BTreeMap;

use app::{
    errors::Refusal,
    incrementality::{Calibration, Day, Incrementality, Placebo, Question},
};
use model::{Currency, Timestamp};
use report::{Dimension, Filter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How often an interval holds the truth when nobody says.
const LEVEL: f64 = 0.9;
/// Days before the treatment when nobody says.
const DAYS_BEFORE: u32 = 60;

/// What is asked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncrementalityDraft {
    /// What is measured: a metric of reports that counts, or an amount; `conversions` when absent.
    #[schema(example = "conversions")]
    pub measure: Option<String>,
    /// What a unit is: `country`, `region`, `city` or `publisher`.
    #[schema(value_type = String, example = "region")]
    pub by: Dimension,
    /// The units that were treated, by their words or ids; several are taken together.
    #[schema(example = json!(["VN-SG"]))]
    pub treated: Vec<String>,
    /// The first day of the treatment, in the network's zone.
    #[schema(example = "2026-03-01")]
    pub from: String,
    /// The last day that is looked at; yesterday when absent.
    #[schema(example = "2026-03-28")]
    pub to: Option<String>,
    /// How many days before the treatment are compared, from 10 to 730; 60 when absent.
    pub days_before: Option<u32>,
    /// Which facts count, as in reports.
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Filter>,
    /// How often the interval shall hold the truth, from 0.5 to 0.999; 0.9 when absent.
    pub level: Option<f64>,
    /// What a model credits the channel with for the treated units and days: the answer then says how much of it is true.
    pub credited: Option<f64>,
    /// Whether the treatment was to switch something off. What went missing is then what it adds.
    #[serde(default)]
    pub switched_off: bool,
}

impl IncrementalityDraft {
    /// The question.
    ///
    /// # Errors
    /// `field_invalid`.
    pub fn question(self) -> Result<Question, Refusal> {
        Ok(Question {
            measure: self.measure.unwrap_or_else(|| "conversions".to_owned()),
            by: self.by,
            treated: self.treated,
            from: self.from,
            to: self.to,
            days_before: self.days_before.unwrap_or(DAYS_BEFORE),
            filter: self.filter,
            level: self.level.unwrap_or(LEVEL),
            credited: self.credited,
            switched_off: self.switched_off,
        })
    }
}

/// What the treatment did. All numbers are estimates in the measure's unit, no amounts of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncrementalityView {
    /// What was measured.
    #[schema(example = "conversions")]
    pub measure: String,
    /// The currency of the numbers, where the measure is money.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What a unit is.
    #[schema(value_type = String, example = "region")]
    pub by: Dimension,
    /// What the treated units had since the treatment.
    pub actual: f64,
    /// What they would have had without it.
    pub counterfactual: f64,
    /// The difference: what the treatment added, below zero what it took.
    pub total: f64,
    /// The lower end of the interval of `total`; absent where there are too few units for its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// How often such an interval holds the truth.
    pub level: f64,
    /// `total` as a share of `counterfactual`; absent where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How likely such a rank among the units is when nothing was done.
    pub p_value: f64,
    /// The share of the movement before the treatment that the mix repeats: 1 all of it, 0 or less none.
    pub fit: f64,
    /// The root of the mean square distance from the mix before the treatment.
    pub distance_before: f64,
    /// The same since, as a multiple of that before.
    pub ratio: f64,
    /// Every day.
    pub days: Vec<DayView>,
    /// Each unit that was not treated: its weight in the mix, and itself as if it had been treated.
    pub placebos: Vec<PlaceboView>,
    /// Units that did not change before the treatment, and take no part.
    pub left_out: Vec<String>,
    /// Smaller units beyond the two hundred that are compared.
    pub beyond: usize,
    /// How much of `credited` is true; absent without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationView>,
    /// Up to which moment of booking the measure is complete.
    #[schema(value_type = String, format = DateTime)]
    pub complete_to: Timestamp,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    #[schema(example = "2026-03-01")]
    pub day: String,
    /// Whether the treatment had begun.
    pub treated: bool,
    /// What the treated units had.
    pub actual: f64,
    /// What they would have had by the mix.
    pub counterfactual: f64,
    /// The difference.
    pub effect: f64,
}

/// A unit that was not treated, as if it had been.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceboView {
    /// Its word or id.
    pub unit: String,
    /// Its name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its weight in the mix.
    pub weight: f64,
    /// How far it is from its own mix a day since the treatment, on average.
    pub effect_per_day: f64,
    /// The root of its mean square distance before.
    pub distance_before: f64,
    /// The same since, as a multiple of that before.
    pub ratio: f64,
}

/// How much of what a model credits a channel with is true.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CalibrationView {
    /// Added by each one that was credited: 1 all of it, 0.5 half.
    pub factor: f64,
    /// The lower end of its interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl From<Calibration> for CalibrationView {
    fn from(told: Calibration) -> Self {
        let (low, high) = told.interval.unzip();
        Self { factor: told.factor, low, high }
    }
}

impl IncrementalityView {
    /// The view of an answer.
    pub fn new(measure: String, by: Dimension, told: Incrementality) -> Self {
        let Incrementality { currency, effect, names, beyond, calibration, complete_to } = told;
        let (low, high) = effect.interval.unzip();
        Self {
            measure,
            currency,
            by,
            low,
            high,
            share: effect.share(),
            days: effect.days.iter().map(day).collect(),
            placebos: effect.placebos.into_iter().map(|one| placebo(one, &names)).collect(),
            actual: effect.actual,
            counterfactual: effect.counterfactual,
            total: effect.total,
            level: effect.level,
            p_value: effect.p_value,
            fit: effect.fit,
            distance_before: effect.distance_before,
            ratio: effect.ratio,
            left_out: effect.left_out,
            beyond,
            calibration: calibration.map(Into::into),
            complete_to,
        }
    }
}

fn day(day: &Day) -> DayView {
    DayView {
        day: day.day.clone(),
        treated: day.treated,
        actual: day.actual,
        counterfactual: day.counterfactual,
        effect: day.effect(),
    }
}

fn placebo(placebo: Placebo, names: &BTreeMap<String, String>) -> PlaceboView {
    PlaceboView {
        name: names.get(&placebo.unit).cloned(),
        unit: placebo.unit,
        weight: placebo.weight,
        effect_per_day: placebo.effect_per_day,
        distance_before: placebo.distance_before,
        ratio: placebo.ratio,
    }
}
