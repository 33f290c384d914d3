//! Most to the ends of a journey.

use super::{Credit, Model, share_out};
use crate::{Journeys, journeys::places};

/// 40 % to the first touch, 40 % to the last, 20 % evenly to those between; of two touches half each, and one has all.
pub struct Position;

impl Model for Position {
    fn name(&self) -> &'static str {
        "position"
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        share_out(journeys, |path, give| match path.touches.as_slice() {
            [] => {}
            [only] => give(*only, 1.0),
            [first, last] => {
                give(*first, 0.5);
                give(*last, 0.5);
            }
            [first, between @ .., last] => {
                give(*first, 0.4);
                give(*last, 0.4);
                let share = 0.2 / places(between.len());
                between.iter().for_each(|channel| give(*channel, share));
            }
        })
    }
}
