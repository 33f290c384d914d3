//! The same for each touch.

use super::{Credit, Model, share_out};
use crate::{Journeys, journeys::places};

/// The same for each touch; a channel that was touched twice has two of them.
pub struct Linear;

impl Model for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        share_out(journeys, |path, give| {
            let share = 1.0 / places(path.touches.len());
            path.touches.iter().for_each(|channel| give(*channel, share));
        })
    }
}
