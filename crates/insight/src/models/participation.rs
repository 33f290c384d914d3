//! Everything to everybody who took part.

use super::{Credit, Model, share_out};
use crate::Journeys;

/// Each channel of a journey has the whole conversion, once; so the credits come to more than there were.
pub struct Participation;

impl Model for Participation {
    fn name(&self) -> &'static str {
        "participation"
    }

    fn sums_to_all(&self) -> bool {
        false
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        share_out(journeys, |path, give| path.channels().into_iter().for_each(|channel| give(channel, 1.0)))
    }
}
