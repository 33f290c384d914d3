//! Questions in SQL: what is asked for whose eyes, and the answer as text.
//!
//! There is one table, `facts`, which holds what the viewer may see and nothing else: his rows, and the columns that exist for him.

use model::{NetworkId, Timestamp};

use crate::{
    dimension::{Dimension, Viewer},
    filter::Filter,
    measure::Measure,
};

/// Longest question, in bytes.
pub const TEXT_MAX: usize = 20_000;
/// Most rows of one answer.
pub const ROWS_MAX: usize = 100_000;

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The network; facts of others do not exist.
    pub network_id: NetworkId,
    /// For whose eyes.
    pub viewer: Viewer,
    /// What holds for every fact that exists for them.
    pub walls: Filter,
    /// The text.
    pub text: String,
    /// Most rows that are wanted.
    pub rows: usize,
}

impl Question {
    /// Whether a dimension exists for these eyes.
    pub fn shows(&self, dimension: Dimension) -> bool {
        dimension.seen_by().contains(&self.viewer)
    }

    /// Whether a measure exists for these eyes.
    pub fn counts(&self, measure: Measure) -> bool {
        measure.seen_by().contains(&self.viewer)
    }
}

/// What a column of an answer holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A number with a point that floats.
    Real,
    /// `true` or `false`.
    Boolean,
    /// A moment, in UTC.
    Moment,
    /// Anything else, as text.
    Other,
}

impl Kind {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Moment => "moment",
            Self::Other => "other",
        }
    }
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rows {
    /// The columns, with what they hold.
    pub columns: Vec<(String, Kind)>,
    /// The rows: exact text, none where there is no value.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there were more than were wanted.
    pub more: bool,
    /// Up to which moment of booking facts are in it.
    pub complete_to: Timestamp,
}
