//! What the paths themselves tell: how long they are, which are most taken, who assists whom, who comes together.

use crate::{
    Journeys,
    journeys::{Path, count},
};

/// Journeys of one length.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Length {
    /// Touches.
    pub touches: usize,
    /// Conversions of paths with so many.
    pub conversions: u64,
    /// What they were worth.
    pub value: f64,
    /// Journeys with so many that did not convert.
    pub nulls: u64,
}

/// Conversions by the length of their path, shortest first.
pub fn lengths(journeys: &Journeys) -> Vec<Length> {
    let mut paths: Vec<&Path> = journeys.paths().iter().collect();
    paths.sort_by_key(|path| path.touches.len());
    let groups = paths.chunk_by(|a, b| a.touches.len() == b.touches.len());
    groups
        .map(|group| Length {
            touches: group.first().map_or(0, |path| path.touches.len()),
            conversions: group.iter().map(|path| path.conversions).sum(),
            value: group.iter().map(|path| path.value).sum(),
            nulls: group.iter().map(|path| path.nulls).sum(),
        })
        .collect()
}

/// The paths with most conversions, at most `limit`; of equal ones those with fewer journeys that did not convert, then by their channels.
pub fn most_taken(journeys: &Journeys, limit: usize) -> Vec<&Path> {
    let mut paths: Vec<&Path> = journeys.paths().iter().filter(|path| path.conversions > 0).collect();
    paths.sort_by(|a, b| {
        let by_conversions = b.conversions.cmp(&a.conversions);
        by_conversions.then(a.nulls.cmp(&b.nulls)).then(a.touches.cmp(&b.touches))
    });
    paths.truncate(limit);
    paths
}

/// What part a channel has in conversions.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Part {
    /// Conversions whose path it is in.
    pub took_part: u64,
    /// Those whose last touch is another channel's.
    pub assisted: u64,
    /// Those whose last touch it is.
    pub closed: u64,
    /// Those that it is alone in.
    pub alone: u64,
}

/// The part of each channel.
pub fn parts(journeys: &Journeys) -> Vec<Part> {
    let mut parts = vec![Part::default(); journeys.channels().len()];
    for path in journeys.paths() {
        let last = path.touches.last();
        let channels = path.channels();
        for channel in &channels {
            let part = &mut parts[*channel as usize];
            part.took_part += path.conversions;
            let sums = if last == Some(channel) { &mut part.closed } else { &mut part.assisted };
            *sums += path.conversions;
            part.alone += if channels.len() == 1 { path.conversions } else { 0 };
        }
    }
    parts
}

/// For each two channels the conversions that both took part in, of those that the first did: row after row, as many rows as channels. Zero where
/// the first took part in none.
pub fn overlap(journeys: &Journeys) -> Vec<Vec<f64>> {
    let channels = journeys.channels().len();
    let mut together = vec![vec![0_u64; channels]; channels];
    for path in journeys.paths().iter().filter(|path| path.conversions > 0) {
        let found = path.channels();
        for one in &found {
            found.iter().for_each(|other| together[*one as usize][*other as usize] += path.conversions);
        }
    }
    let shares = |(place, row): (usize, Vec<u64>)| {
        let all = count(row[place]);
        row.into_iter().map(|both| if all > 0.0 { count(both) / all } else { 0.0 }).collect()
    };
    together.into_iter().enumerate().map(shares).collect()
}
