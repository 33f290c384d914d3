//! Journeys in one order, whatever order they were told in.

use std::{collections::HashMap, fmt};

/// Channels that one set can have; what [`crate::markov`] packs into a state.
pub const CHANNELS_MAX: usize = (1 << 21) - 2;
/// Touches of one journey.
pub const TOUCHES_MAX: usize = 10_000;

/// One path and what came of the journeys that took it.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    /// The channels of its touches in their order, as places in [`Journeys::channels`]; never empty.
    pub touches: Vec<u32>,
    /// Conversions at its end.
    pub conversions: u64,
    /// What these were worth together.
    pub value: f64,
    /// Journeys that went this way and did not convert.
    pub nulls: u64,
}

impl Path {
    /// Its channels, each once, ascending.
    pub fn channels(&self) -> Vec<u32> {
        let mut channels = self.touches.clone();
        channels.sort_unstable();
        channels.dedup();
        channels
    }
}

/// Why a path cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It has no touch.
    Empty,
    /// A channel between two separators has no name.
    Nameless,
    /// More than [`TOUCHES_MAX`].
    TooLong,
    /// More than [`CHANNELS_MAX`] in the set.
    TooManyChannels,
    /// The value is below zero, or no number.
    Value,
    /// A value without a conversion.
    ValueWithoutConversion,
    /// Conversions or journeys of the set do not fit.
    TooMany,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the path has no channel",
            Self::Nameless => "a channel of the path has no name",
            Self::TooLong => "the path has more than 10,000 touches",
            Self::TooManyChannels => "there are more than two million channels",
            Self::Value => "the value is below zero or no number",
            Self::ValueWithoutConversion => "there is a value, but no conversion",
            Self::TooMany => "the journeys of the file are more than can be counted",
        })
    }
}

impl std::error::Error for Refused {}

/// Takes paths in any order.
#[derive(Default, Debug)]
pub struct JourneysBuilder {
    names: HashMap<String, u32>,
    paths: Vec<Path>,
    journeys: u64,
    /// The touches of the path that is taken.
    touches: Vec<u32>,
}

impl JourneysBuilder {
    /// Takes one path: the channels of its touches, conversions at its end with their value together, and journeys that did not convert.
    ///
    /// # Errors
    /// [`Refused`]; nothing is taken then.
    pub fn add<'a>(
        &mut self,
        channels: impl Iterator<Item = &'a str>,
        conversions: u64,
        value: f64,
        nulls: u64,
    ) -> Result<(), Refused> {
        if !value.is_finite() || value < 0.0 {
            return Err(Refused::Value);
        }
        if conversions == 0 && value > 0.0 {
            return Err(Refused::ValueWithoutConversion);
        }
        let journeys = conversions.checked_add(nulls).and_then(|more| self.journeys.checked_add(more));
        // Above this a count is not exact in floating point.
        let journeys = journeys.filter(|all| *all < 1 << 53).ok_or(Refused::TooMany)?;
        self.touches.clear();
        for channel in channels {
            if channel.is_empty() {
                return Err(Refused::Nameless);
            }
            if self.touches.len() == TOUCHES_MAX {
                return Err(Refused::TooLong);
            }
            let next = u32::try_from(self.names.len()).map_err(|_| Refused::TooManyChannels)?;
            let place = match self.names.get(channel) {
                Some(place) => *place,
                None if self.names.len() == CHANNELS_MAX => return Err(Refused::TooManyChannels),
                None => *self.names.entry(channel.to_owned()).or_insert(next),
            };
            self.touches.push(place);
        }
        if self.touches.is_empty() {
            return Err(Refused::Empty);
        }
        self.journeys = journeys;
        self.paths.push(Path { touches: self.touches.clone(), conversions, value, nulls });
        Ok(())
    }

    /// All of them in the one order.
    pub fn finish(self) -> Journeys {
        let Self { names, mut paths, .. } = self;
        let mut names: Vec<(String, u32)> = names.into_iter().collect();
        names.sort_unstable();
        // A refused path may have left a name behind that no path has.
        let mut used = vec![false; names.len()];
        for touch in paths.iter().flat_map(|path| &path.touches) {
            used[*touch as usize] = true;
        }
        let mut place_of = vec![0_u32; names.len()];
        let mut channels = Vec::new();
        for (name, old) in names {
            if used[old as usize] {
                // No more than CHANNELS_MAX of them.
                place_of[old as usize] = u32::try_from(channels.len()).unwrap_or(u32::MAX);
                channels.push(name);
            }
        }
        for touch in paths.iter_mut().flat_map(|path| &mut path.touches) {
            *touch = place_of[*touch as usize];
        }
        let mut merged: Vec<Path> = Vec::new();
        for place in ascending(&paths, channels.len()) {
            let path = std::mem::replace(
                &mut paths[place],
                Path { touches: Vec::new(), conversions: 0, value: 0.0, nulls: 0 },
            );
            match merged.last_mut().filter(|last| last.touches == path.touches) {
                Some(last) => {
                    last.conversions += path.conversions;
                    last.value += path.value;
                    last.nulls += path.nulls;
                }
                None => merged.push(path),
            }
        }
        Journeys { channels, paths: merged }
    }
}

/// The places of paths in the order of their touches, and of equal ones by value. The first touches of each are one number, so that few are compared one
/// by one.
fn ascending(paths: &[Path], channels: usize) -> Vec<usize> {
    let bits = usize::BITS - channels.leading_zeros();
    let whole = usize::try_from(u128::BITS / bits.max(1)).unwrap_or(1);
    let beginning = |path: &Path| {
        // One more than the channel: zeros follow a shorter path, which comes first.
        let next = |number: u128, place: usize| {
            number << bits | path.touches.get(place).map_or(0, |channel| u128::from(*channel) + 1)
        };
        (0..whole).fold(0, next)
    };
    let mut order: Vec<(u128, usize)> = paths.iter().map(beginning).zip(0..).collect();
    order.sort_unstable_by(|(one, a), (other, b)| {
        let (a, b) = (&paths[*a], &paths[*b]);
        let rest = |path: &'_ Path| path.touches.len() > whole;
        one.cmp(other)
            .then_with(
                || if rest(a) || rest(b) { a.touches.cmp(&b.touches) } else { std::cmp::Ordering::Equal },
            )
            .then_with(|| a.value.total_cmp(&b.value))
    });
    order.into_iter().map(|(_, place)| place).collect()
}

/// Journeys in one order: channels by name, paths by their channels, each path once.
#[derive(Clone, PartialEq, Debug)]
pub struct Journeys {
    channels: Vec<String>,
    paths: Vec<Path>,
}

impl Journeys {
    /// The names of the channels, ascending; a channel is told by its place here.
    pub fn channels(&self) -> &[String] {
        &self.channels
    }

    /// The paths, ascending.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The place of a channel.
    pub fn place(&self, channel: &str) -> Option<u32> {
        let place = self.channels.binary_search_by(|name| name.as_str().cmp(channel)).ok()?;
        u32::try_from(place).ok()
    }

    /// All conversions.
    pub fn conversions(&self) -> u64 {
        self.paths.iter().map(|path| path.conversions).sum()
    }

    /// What they were worth.
    pub fn value(&self) -> f64 {
        self.paths.iter().map(|path| path.value).sum()
    }

    /// Journeys that did not convert.
    pub fn nulls(&self) -> u64 {
        self.paths.iter().map(|path| path.nulls).sum()
    }
}

/// A whole number of journeys; exact, since [`JourneysBuilder`] takes no more than floating point counts exactly.
#[allow(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) const fn count(journeys: u64) -> f64 {
    journeys as f64
}

/// A number of touches or places.
#[allow(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) const fn places(number: usize) -> f64 {
    number as f64
}
