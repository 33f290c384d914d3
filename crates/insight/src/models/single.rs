//! Everything to one touch of each journey.

use super::{Credit, Model, share_out};
use crate::Journeys;

/// The names by which visits without a known origin go; [`LAST_NON_DIRECT`] passes over them.
pub const DIRECT: [&str; 3] = ["direct", "(direct)", "(none)"];

/// Which touch it is.
enum Which {
    First,
    Last,
    LastNonDirect,
}

/// Everything to one touch.
pub struct Single {
    name: &'static str,
    which: Which,
}

/// The last touch.
pub const LAST: Single = Single { name: "last", which: Which::Last };
/// The first touch.
pub const FIRST: Single = Single { name: "first", which: Which::First };
/// The last touch of a channel that is not [`DIRECT`]; where all are, the last.
pub const LAST_NON_DIRECT: Single = Single { name: "last_non_direct", which: Which::LastNonDirect };

impl Model for Single {
    fn name(&self) -> &'static str {
        self.name
    }

    fn credit(&self, journeys: &Journeys) -> Credit {
        let is_direct = |channel: u32| {
            let name = &journeys.channels()[channel as usize];
            DIRECT.iter().any(|direct| direct.eq_ignore_ascii_case(name))
        };
        share_out(journeys, |path, give| {
            let last = path.touches.last();
            let chosen = match self.which {
                Which::First => path.touches.first(),
                Which::Last => last,
                Which::LastNonDirect => path.touches.iter().rev().find(|channel| !is_direct(**channel)).or(last),
            };
            if let Some(channel) = chosen {
                give(*channel, 1.0);
            }
        })
    }
}
