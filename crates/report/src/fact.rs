//! The fact: one row of what changed.

use std::sync::Arc;

use model::{ConversionId, NetworkId, Timestamp, TouchId, VisitorId};

use crate::{dimension::Dimension, measure::Measure, plan::DateBasis};

/// The text of a dimension; the same text is shared by many rows.
pub type Text = Arc<str>;

/// What a row tells of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FactKind {
    /// A click, visit or impression.
    Touch,
    /// A decision on a conversion: what it put into a state, or took out of one.
    Conversion,
    /// A bonus, or its return.
    Bonus,
    /// What a publisher earned for having brought another.
    Referral,
    /// Media spend of a day.
    Spend,
    /// A result that no publisher is paid for, as it begins or ends to stand with a channel.
    OwnResult,
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Touch, Self::Conversion, Self::Bonus, Self::Referral, Self::Spend, Self::OwnResult];

    /// The word in the column `kind`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Touch => "touch",
            Self::Conversion => "conversion",
            Self::Bonus => "bonus",
            Self::Referral => "referral",
            Self::Spend => "spend",
            Self::OwnResult => "own_result",
        }
    }
}

/// One row. Everything that is no conversion has its own moment for each date but that of the payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The network.
    pub network_id: NetworkId,
    /// What it tells of.
    pub kind: FactKind,
    /// When it was booked: the moment of the touch, of the decision, of the transfer.
    pub recorded_at: Timestamp,
    /// When the touch was that earned it; the conversion itself where none did.
    pub clicked_at: Timestamp,
    /// When the conversion was received.
    pub converted_at: Timestamp,
    /// When it was approved; none before that.
    pub approved_at: Option<Timestamp>,
    /// When it was paid out; none before that, and for what is no conversion.
    pub paid_at: Option<Timestamp>,
    /// The touch.
    pub touch_id: Option<TouchId>,
    /// The conversion.
    pub conversion_id: Option<ConversionId>,
    /// The browser, when it may be remembered.
    pub visitor_id: Option<VisitorId>,
    /// The dimensions, by their places.
    pub dimensions: [Option<Text>; Dimension::COUNT],
    /// The measures, by their places.
    pub measures: [i64; Measure::ALL.len()],
}

impl Fact {
    /// A row of nothing at this moment.
    pub fn new(network_id: NetworkId, kind: FactKind, at: Timestamp) -> Self {
        Self {
            network_id,
            kind,
            recorded_at: at,
            clicked_at: at,
            converted_at: at,
            approved_at: Some(at),
            paid_at: None,
            touch_id: None,
            conversion_id: None,
            visitor_id: None,
            dimensions: [const { None }; Dimension::COUNT],
            measures: [0; Measure::ALL.len()],
        }
    }

    /// The text of a dimension.
    pub fn dimension(&self, dimension: Dimension) -> Option<&str> {
        self.dimensions[dimension.index()].as_deref()
    }

    /// The value of a measure.
    pub const fn measure(&self, measure: Measure) -> i64 {
        self.measures[measure.index()]
    }

    /// Its moment by this date; none while it is not known.
    pub const fn moment(&self, basis: DateBasis) -> Option<Timestamp> {
        match basis {
            DateBasis::Click => Some(self.clicked_at),
            DateBasis::Conversion => Some(self.converted_at),
            DateBasis::Approval => self.approved_at,
            DateBasis::Payment => self.paid_at,
            DateBasis::Booking => Some(self.recorded_at),
        }
    }

    /// Whether all measures are zero, so that the row says nothing.
    pub fn is_nothing(&self) -> bool {
        self.measures.iter().all(|measure| *measure == 0)
    }
}
