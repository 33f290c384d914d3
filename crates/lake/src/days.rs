//! Beginnings of days in a zone, for rollups by day.
//!
//! A rollup has the beginning of its day in place of a moment. A bound of a report may be compared with beginnings instead of moments
//! exactly if it is a beginning itself: of the last beginning that is not after a moment, both lie on the same side of it.

use std::collections::BTreeMap;

use model::{
    Timestamp,
    calendar::{Period, Zone},
};

/// Finds beginnings, and remembers those it has found.
pub(crate) struct Days {
    zone: Zone,
    /// End of the day by its beginning.
    known: BTreeMap<i64, i64>,
    last: (i64, i64),
}

impl Days {
    pub fn new(zone: Zone) -> Self {
        Self { zone, known: BTreeMap::new(), last: (1, 0) }
    }

    /// The last beginning of a day that is not after the moment.
    pub fn beginning(&mut self, at: i64) -> i64 {
        if self.last.0 <= at && at < self.last.1 {
            return self.last.0;
        }
        let known = self.known.range(..=at).next_back().filter(|(_, end)| at < **end);
        self.last = match known {
            Some((begin, end)) => (*begin, *end),
            None => self.find(at),
        };
        self.known.insert(self.last.0, self.last.1);
        self.last.0
    }

    fn find(&self, at: i64) -> (i64, i64) {
        let moment = Timestamp::from_micros(at);
        let end_of = |moment| Period::Day.end(&self.zone, moment).map_or(i64::MAX, Timestamp::as_micros);
        let (begin, end) = (Period::Day.start(&self.zone, moment).as_micros(), end_of(moment));
        if begin <= at && at < end {
            (begin, end)
        } else if end <= at && at < end_of(Timestamp::from_micros(end)) {
            // The clock was put back over midnight, into the day before: the next one has begun once already.
            (end, end_of(Timestamp::from_micros(end)))
        } else {
            // Outside of the calendar a moment is its own day.
            (at, at.saturating_add(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::time::DAY_US;

    /// Slowly: all beginnings of the days around.
    fn slow(zone: &Zone, at: i64) -> i64 {
        let mut best = i64::MIN;
        for step in -60..60 {
            let begin = Period::Day.start(zone, Timestamp::from_micros(at + step * DAY_US / 24)).as_micros();
            if begin <= at {
                best = best.max(begin);
            }
        }
        best
    }

    #[test]
    fn a_moment_and_its_beginning_lie_on_the_same_side_of_every_beginning() {
        let changes = [
            ("America/St_Johns", "1988-10-30T02:31:00Z"),
            ("America/St_Johns", "1988-04-03T03:31:00Z"),
            ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
            ("Asia/Tehran", "2022-03-21T20:30:00Z"),
            ("Pacific/Apia", "2011-12-30T10:00:00Z"),
            ("America/Havana", "2024-11-03T05:00:00Z"),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z"),
        ];
        for (zone, change) in changes {
            let zone: Zone = zone.parse().unwrap();
            let change = Timestamp::parse(change).unwrap().as_micros();
            let mut days = Days::new(zone.clone());
            for minute in -1_500..1_500_i64 {
                let at = change + minute * 60_000_000 + 1;
                let begin = days.beginning(at);
                assert_eq!(begin, slow(&zone, at), "{zone:?} {}", Timestamp::from_micros(at));
                assert_eq!(days.beginning(begin), begin);
            }
        }
    }

    #[test]
    fn outside_of_the_calendar_every_moment_is_its_own_day() {
        let mut days = Days::new("Asia/Tehran".parse().unwrap());
        for at in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
            assert_eq!(days.beginning(at), at);
        }
    }
}
