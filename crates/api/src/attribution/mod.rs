//! Attribution: which channels made conversions happen, over whole journeys.

pub mod create;

use app::{
    errors::Refusal,
    incrementality::Calibration,
    journeys::{
        Attribution, Between, Calibrated, CalibratedRow, ChannelRow, PathRow, Question, SLOT_MINUTES_USUAL,
        Split, Step, TransitionRow,
    },
};
use model::{AdvertiserId, Currency, Money, ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{incrementality::CalibrationView, shape};

/// What is asked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributionDraft {
    /// First moment of the period: conversions that came in it, and journeys without one whose last touch is in it.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// What a channel is: up to three of `channel`, `campaign`, `publisher`, `link`, `program` and `source`. The channel when absent.
    #[schema(example = json!(["channel"]))]
    pub by: Option<Vec<String>>,
    /// Only conversions of this action; of every one when absent.
    #[schema(example = "order")]
    pub action: Option<String>,
    /// Only of this advertiser.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only of this program.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// How many days before its end a journey reaches, up to 400; 30 when absent.
    pub window_days: Option<u32>,
    /// Whether views of banners are touches.
    #[serde(default)]
    pub impressions: bool,
    /// The models, of which the first is what the others are compared with: `last`, `first`, `last_non_direct`, `linear`, `position`,
    /// `time_decay`, `participation`, `shapley`, `markov_1`, `markov_2`, `markov_3`. When absent all but participation and the higher orders.
    #[serde(default)]
    #[schema(example = json!(["last", "markov_1", "shapley"]))]
    pub models: Vec<String>,
    /// The half-life of `time_decay`, in hours; 168, which is a week, when absent.
    pub half_life_hours: Option<u32>,
    /// What experiments say of channels: shown beside what the models give them, and changing none of it.
    #[serde(default)]
    pub calibrations: Vec<CalibrationDraft>,
    /// `slots` explains direct visits by the offline exposures that ended shortly before them; such channels are marked as inferred. Without
    /// it only what is known counts: a campaign's code that came with an order, and its addresses.
    #[schema(example = "slots")]
    pub exposures: Option<String>,
    /// For how many minutes after an exposure, 1 to 120; 10 when absent.
    pub slot_minutes: Option<u32>,
}

/// What an experiment says of a channel's credit, such as the `calibration` of `POST /api/v1/incrementality`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrationDraft {
    /// The channel, by its `label`.
    #[schema(example = "social")]
    pub channel: String,
    /// Added by each one that was credited: 1 all of it, 0.5 half.
    #[schema(example = 0.62)]
    pub factor: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end; both or none.
    pub high: Option<f64>,
    /// Where that is known from, for whoever reads the answer.
    #[schema(example = "switched off in VN-SG, March")]
    pub source: Option<String>,
}

impl CalibrationDraft {
    fn calibrated(self, place: usize) -> Result<Calibrated, Refusal> {
        let interval = match (self.low, self.high) {
            (Some(low), Some(high)) => Some((low, high)),
            (None, None) => None,
            _ => {
                let message = "an interval has two ends";
                return Err(Refusal::field(format!("calibrations[{place}].low"), message));
            }
        };
        let calibration = Calibration { factor: self.factor, interval };
        Ok(Calibrated { channel: self.channel, calibration, source: self.source })
    }
}

impl AttributionDraft {
    /// The question.
    ///
    /// # Errors
    /// `field_invalid`.
    pub fn question(self) -> Result<Question, Refusal> {
        let mut question = Question::of(self.from, self.to);
        if let Some(words) = self.by {
            let split = |(place, word): (usize, &String)| {
                Split::from_word(word).ok_or_else(|| {
                    let known = Split::ALL.map(Split::word).join(", ");
                    let message = format!("`{}` is no dimension; there are {known}", word.escape_debug());
                    Refusal::field(format!("by[{place}]"), message)
                })
            };
            question.by = words.iter().enumerate().map(split).collect::<Result<_, _>>()?;
        }
        let calibrations = self.calibrations.into_iter().enumerate();
        question.calibrations =
            calibrations.map(|(place, one)| one.calibrated(place)).collect::<Result<_, _>>()?;
        question.slot_minutes = match (self.exposures.as_deref(), self.slot_minutes) {
            (None, None) => None,
            (Some("slots"), minutes) => Some(minutes.unwrap_or(SLOT_MINUTES_USUAL)),
            (None, Some(_)) => {
                return Err(Refusal::field("slot_minutes", "this goes with `exposures`: `slots`"));
            }
            (Some(_), _) => return Err(Refusal::field("exposures", "write `slots`, or leave it out")),
        };
        question.action = self.action;
        question.advertiser_id = self.advertiser_id;
        question.program_id = self.program_id;
        question.impressions = self.impressions;
        question.models = self.models;
        question.window_days = self.window_days.unwrap_or(question.window_days);
        question.half_life_hours = self.half_life_hours.unwrap_or(question.half_life_hours);
        Ok(question)
    }
}

/// The models side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributionView {
    /// The currency of every value: the network's, each order at the rate of its day.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// The models, in the order of the cells.
    pub models: Vec<String>,
    /// Conversions that touches came before.
    pub conversions: u64,
    /// What they are worth.
    #[schema(value_type = shape::Money)]
    pub value: Money,
    /// Journeys that did not convert.
    pub nulls: u64,
    /// Conversions that no touch is known of; no channel has a part in them.
    pub without_touch: u64,
    /// What these are worth.
    #[schema(value_type = shape::Money)]
    pub without_touch_value: Money,
    /// Conversions whose value is in a currency without a rate; they count without it.
    pub without_rate: u64,
    /// Touches that were read.
    pub touches: u64,
    /// Of these, direct visits that an offline exposure explains; none unless that was asked for.
    pub inferred: u64,
    /// The channels, those with most conversions by the first model first.
    pub channels: Vec<ChannelView>,
    /// Journeys by the number of their touches.
    pub lengths: Vec<LengthView>,
    /// Conversions by the time since their first touch.
    pub lags: Vec<LagView>,
    /// The fifty paths that most conversions took.
    pub paths: Vec<PathView>,
    /// The two hundred most frequent steps.
    pub transitions: Vec<TransitionView>,
    /// For each of the first fifty channels: of the conversions that it took part in, the share that each other one took part in too.
    pub overlap: Vec<Vec<f64>>,
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelView {
    /// Its name.
    #[schema(example = "search")]
    pub label: String,
    /// Whether it is not known but inferred, from the slots of offline exposures.
    pub inferred: bool,
    /// What it is in each dimension.
    pub values: Vec<ChannelValueView>,
    /// What each model gives it.
    pub cells: Vec<CellView>,
    /// Conversions that it took part in.
    pub took_part: u64,
    /// Of these, those that another channel was last in.
    pub assisted: u64,
    /// Those that it was last in.
    pub closed: u64,
    /// Those that it was alone in.
    pub alone: u64,
    /// What an experiment makes of its credit; absent where none was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibrated: Option<CalibratedView>,
}

/// A channel's credit as an experiment would have it. The credits of all channels then no longer add up to what was converted.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalibratedView {
    /// What the experiment says.
    pub calibration: CalibrationView,
    /// Where that is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// For each model, in their order.
    pub cells: Vec<CalibratedCellView>,
}

/// What a model gives a channel, calibrated.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalibratedCellView {
    /// Conversions, in shares.
    pub conversions: f64,
    /// The lower end of their interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversions_low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversions_high: Option<f64>,
    /// What they are worth.
    #[schema(value_type = shape::Money)]
    pub value: Money,
    /// The lower end of that.
    #[schema(value_type = Option<shape::Money>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_low: Option<Money>,
    /// The upper end.
    #[schema(value_type = Option<shape::Money>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_high: Option<Money>,
}

/// What a channel is in one dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelValueView {
    /// The dimension.
    #[schema(example = "publisher")]
    pub by: &'static str,
    /// The word or id; absent where the touch has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a model gives a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellView {
    /// Conversions, in shares.
    pub conversions: f64,
    /// What they are worth.
    #[schema(value_type = shape::Money)]
    pub value: Money,
    /// What the model would move to the channel, or away from it, against the first model.
    #[schema(value_type = shape::Money)]
    pub moved: Money,
}

/// Journeys of one length.
#[derive(Debug, Serialize, ToSchema)]
pub struct LengthView {
    /// Touches.
    pub touches: usize,
    /// Conversions.
    pub conversions: u64,
    /// What they are worth.
    #[schema(value_type = shape::Money)]
    pub value: Money,
    /// Journeys that did not convert.
    pub nulls: u64,
}

/// Conversions by time.
#[derive(Debug, Serialize, ToSchema)]
pub struct LagView {
    /// So many seconds or more lie between the first touch and the conversion.
    pub from_seconds: i64,
    /// And less than so many; absent for the last class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_seconds: Option<i64>,
    /// Conversions.
    pub conversions: u64,
}

/// A path.
#[derive(Debug, Serialize, ToSchema)]
pub struct PathView {
    /// Its channels, as places in `channels`, from 0.
    pub channels: Vec<usize>,
    /// Conversions.
    pub conversions: u64,
    /// What they are worth.
    #[schema(value_type = shape::Money)]
    pub value: Money,
    /// Journeys that went the same way and did not convert.
    pub nulls: u64,
}

/// A step from channel to channel. Of a channel that follows itself only one counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransitionView {
    /// From here: `start`, or `channel`.
    pub from: &'static str,
    /// The channel, as a place in `channels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_channel: Option<usize>,
    /// To there: `channel`, `conversion` or `null`.
    pub to: &'static str,
    /// The channel, as a place in `channels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_channel: Option<usize>,
    /// Journeys that took it.
    pub journeys: u64,
    /// Of all that were here.
    pub share: f64,
}

impl From<Attribution> for AttributionView {
    fn from(told: Attribution) -> Self {
        let mut from_seconds = 0;
        let lags = told.lags.iter().map(|lag| {
            let from = from_seconds;
            from_seconds = lag.below_seconds.unwrap_or(from);
            LagView { from_seconds: from, below_seconds: lag.below_seconds, conversions: lag.conversions }
        });
        let lengths = told.lengths.iter().map(|one| LengthView {
            touches: one.touches,
            conversions: one.conversions,
            value: one.value,
            nulls: one.nulls,
        });
        Self {
            currency: told.currency,
            conversions: told.conversions,
            value: told.value,
            nulls: told.nulls,
            without_touch: told.without_touch,
            without_touch_value: told.without_touch_value,
            without_rate: told.without_rate,
            touches: told.touches,
            inferred: told.inferred,
            lags: lags.collect(),
            lengths: lengths.collect(),
            paths: told.paths.into_iter().map(path).collect(),
            transitions: told.transitions.into_iter().map(transition).collect(),
            models: told.models,
            channels: told.channels.into_iter().map(channel).collect(),
            overlap: told.overlap,
        }
    }
}

fn channel(row: ChannelRow) -> ChannelView {
    let value = |(split, value): (Split, Option<String>)| ChannelValueView { by: split.word(), value };
    let cells = row.cells.iter().map(|cell| CellView {
        conversions: cell.conversions,
        value: cell.value,
        moved: cell.moved,
    });
    ChannelView {
        label: row.label,
        inferred: row.inferred,
        cells: cells.collect(),
        values: row.values.into_iter().map(value).collect(),
        took_part: row.took_part,
        assisted: row.assisted,
        closed: row.closed,
        alone: row.alone,
        calibrated: row.calibrated.map(calibrated),
    }
}

fn calibrated(row: CalibratedRow) -> CalibratedView {
    let cell = |(conversions, value): (Between<f64>, Between<Money>)| {
        let (conversions_low, conversions_high) = conversions.1.unzip();
        let (value_low, value_high) = value.1.unzip();
        let (conversions, value) = (conversions.0, value.0);
        CalibratedCellView { conversions, conversions_low, conversions_high, value, value_low, value_high }
    };
    CalibratedView {
        calibration: row.calibration.into(),
        source: row.source,
        cells: row.conversions.into_iter().zip(row.value).map(cell).collect(),
    }
}

fn path(row: PathRow) -> PathView {
    PathView { channels: row.channels, conversions: row.conversions, value: row.value, nulls: row.nulls }
}

fn transition(row: TransitionRow) -> TransitionView {
    let told = |step: Step| match step {
        Step::Start => ("start", None),
        Step::Channel(place) => ("channel", Some(place)),
        Step::Conversion => ("conversion", None),
        Step::Null => ("null", None),
    };
    let ((from, from_channel), (to, to_channel)) = (told(row.from), told(row.to));
    TransitionView { from, from_channel, to, to_channel, journeys: row.journeys, share: row.share }
}
