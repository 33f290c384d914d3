//! Equal-split Shapley values.
//!
//! The game gives a group of channels the conversions of all journeys that need no other channel. Its Shapley value needs no sum over
//! groups: each journey is a game of its own, worth its conversions to whoever has all its channels, whose players are alike; so each of
//! its distinct channels has the same share of it, and values of games add up (Shapley's axioms of symmetry and additivity;
//! Zhao, Mahboobi, Bagheri, "Shapley value methods for attribution modeling in online advertising", 2018).

use super::{Credit, Model, share_out};
use crate::{Journeys, journeys::places};

/// Each journey's conversions evenly to its distinct channels.
pub struct Shapley;

impl Model for Shapley {
    fn name(&self) -> &'static str {
        "shapley"
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        share_out(journeys, |path, give| {
            let channels = path.channels();
            let share = 1.0 / places(channels.len());
            channels.into_iter().for_each(|channel| give(channel, share));
        })
    }
}
