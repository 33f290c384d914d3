//! The stored rates of one network, and which of them holds on a day.

use std::collections::BTreeMap;

use super::{ExchangePath, ExchangeRate, ExchangeStep};
use crate::{currency::Currency, day::Day};

/// The rates of one network, the newest of each pair and day.
///
/// The rate of a pair on a day is the newest dated on or before it, unless that is older than the network allows. A pair
/// without one takes that of the pair the other way round, else the two rates over the network's own currency, each
/// found in the same manner. Nothing is ever guessed: without stored rates there is no way.
#[derive(Clone, Debug, Default)]
pub struct RateBook(BTreeMap<(Currency, Currency), BTreeMap<Day, ExchangeStep>>);

impl RateBook {
    /// Adds a rate; one of the same pair and day gives way to it.
    pub fn add(&mut self, rate: &ExchangeRate) {
        let &ExchangeRate { id, base, quote, day, rate, .. } = rate;
        let step = ExchangeStep { rate_id: id, base, quote, day, rate, inverted: false };
        self.0.entry((base, quote)).or_default().insert(day, step);
    }

    /// The way from one currency to another on a day; `None` without stored rates of at most `days_max` days before.
    pub fn find(
        &self,
        from: Currency,
        to: Currency,
        day: Day,
        days_max: u16,
        over: Currency,
    ) -> Option<ExchangePath> {
        let steps = match self.step(from, to, day, days_max) {
            Some(step) => vec![step],
            None if over == from || over == to => return None,
            None => vec![self.step(from, over, day, days_max)?, self.step(over, to, day, days_max)?],
        };
        Some(ExchangePath { from, to, steps })
    }

    fn step(&self, from: Currency, to: Currency, day: Day, days_max: u16) -> Option<ExchangeStep> {
        let stored = |base, quote| {
            let (_, step) = self.0.get(&(base, quote))?.range(..=day).next_back()?;
            (day.days_since(step.day) <= i64::from(days_max)).then_some(*step)
        };
        let inverse = || stored(to, from).map(|step| ExchangeStep { inverted: true, ..step });
        stored(from, to).or_else(inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exchange::{Found, Rate},
        ids::{ExchangeRateId, NetworkId},
        time::Timestamp,
    };
    use proptest::prelude::*;

    /// Rates written as `USD/VND 2026-03-01 25400`, one a line.
    fn rates(text: &str) -> Vec<ExchangeRate> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let rate = |(number, line): (usize, &str)| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (base, quote) = words[0].split_once('/').unwrap();
            ExchangeRate {
                id: ExchangeRateId::from_bytes([u8::try_from(number).unwrap(); 16]),
                network_id: NetworkId::from_bytes([1; 16]),
                base: base.parse().unwrap(),
                quote: quote.parse().unwrap(),
                day: words[1].parse().unwrap(),
                rate: words[2].parse().unwrap(),
                source: "test".to_owned(),
                created_at: Timestamp::default(),
            }
        };
        lines.enumerate().map(rate).collect()
    }

    fn book(rates: &[ExchangeRate]) -> RateBook {
        let mut book = RateBook::default();
        rates.iter().for_each(|rate| book.add(rate));
        book
    }

    #[test]
    fn which_rate_holds() {
        let book = book(&rates(
            "USD/VND 2026-03-01 25000
             USD/VND 2026-03-03 25400
             USD/VND 2026-03-03 25410
             EUR/USD 2026-03-02 1.08
             USD/EUR 2026-03-01 0.9",
        ));
        // from to | day | at most so many days old: what is found
        for line in "USD VND 2026-03-01 7: 25000/1 2026-03-01 Direct
            USD VND 2026-03-02 7: 25000/1 2026-03-01 Direct
            USD VND 2026-03-03 7: 25410/1 2026-03-03 Direct
            USD VND 2026-03-10 7: 25410/1 2026-03-03 Direct
            USD VND 2026-03-11 7: nothing
            USD VND 2026-03-11 8: 25410/1 2026-03-03 Direct
            USD VND 2026-03-04 0: nothing
            USD VND 2026-02-28 7: nothing
            VND USD 2026-03-03 7: 1/25410 2026-03-03 Inverse
            EUR USD 2026-03-03 7: 27/25 2026-03-02 Direct
            USD EUR 2026-03-03 7: 9/10 2026-03-01 Direct
            USD EUR 2026-03-09 7: 25/27 2026-03-02 Inverse
            EUR VND 2026-03-03 7: 137214/5 2026-03-02 Cross
            VND EUR 2026-03-03 7: 3/84700 2026-03-01 Cross
            VND GBP 2026-03-03 7: nothing"
            .lines()
        {
            let (asked, wanted) = line.trim().split_once(": ").unwrap();
            let words: Vec<&str> = asked.split_whitespace().collect();
            let [from, to] = [words[0], words[1]].map(|code| code.parse().unwrap());
            let found =
                book.find(from, to, words[2].parse().unwrap(), words[3].parse().unwrap(), Currency::USD);
            let shown = found.map_or("nothing".to_owned(), |path| {
                let rate = path.applied().unwrap();
                format!("{} {} {:?}", rate.fraction, rate.day, rate.found)
            });
            assert_eq!(shown, wanted, "{line}");
        }
    }

    /// The rule read off a list, slowly.
    fn slow(
        rates: &[ExchangeRate],
        (from, to): (Currency, Currency),
        day: Day,
        days_max: u16,
        over: Currency,
    ) -> Option<(Vec<ExchangeRateId>, Found)> {
        let stored = |base: Currency, quote: Currency| {
            let mut newest: Option<&ExchangeRate> = None;
            for rate in rates {
                let fits = (rate.base, rate.quote) == (base, quote)
                    && rate.day <= day
                    && day.number() - rate.day.number() <= i64::from(days_max);
                if fits && newest.is_none_or(|other| rate.day >= other.day) {
                    newest = Some(rate);
                }
            }
            newest.map(|rate| rate.id)
        };
        let either = |from, to| stored(from, to).or_else(|| stored(to, from));
        if let Some(direct) = stored(from, to) {
            Some((vec![direct], Found::Direct))
        } else if let Some(inverse) = stored(to, from) {
            Some((vec![inverse], Found::Inverse))
        } else if over == from || over == to {
            None
        } else {
            Some((vec![either(from, over)?, either(over, to)?], Found::Cross))
        }
    }

    fn some_rates() -> impl Strategy<Value = Vec<ExchangeRate>> {
        let one = (0_u8..4, 0_u8..4, 0_i64..12, 1_u32..1000);
        prop::collection::vec(one, 0..12).prop_map(|list| {
            let rate = |(number, (base, quote, day, rate)): (usize, (u8, u8, i64, u32))| {
                let currency = |number| Currency::from_number(number).unwrap();
                let rate: Rate = rate.to_string().parse().unwrap();
                ExchangeRate {
                    id: ExchangeRateId::from_bytes([u8::try_from(number).unwrap(); 16]),
                    network_id: NetworkId::from_bytes([1; 16]),
                    base: currency(base),
                    quote: currency(quote),
                    day: Day::from_number(day).unwrap(),
                    rate,
                    source: String::new(),
                    created_at: Timestamp::default(),
                }
            };
            list.into_iter().enumerate().map(rate).filter(|rate| rate.base != rate.quote).collect()
        })
    }

    proptest! {
        #[test]
        fn the_book_finds_what_the_list_says(rates in some_rates(), from in 0_u8..4, to in 0_u8..4, day in 0_i64..14, days_max in 0_u16..8, over in 0_u8..4) {
            prop_assume!(from != to);
            let currency = |number| Currency::from_number(number).unwrap();
            let (from, to, over) = (currency(from), currency(to), currency(over));
            let day = Day::from_number(day).unwrap();
            let found = book(&rates).find(from, to, day, days_max, over);
            let found = found.map(|path| {
                let ids = path.steps.iter().map(|step| step.rate_id).collect::<Vec<_>>();
                (ids, path.applied().expect("the steps lead there").found)
            });
            prop_assert_eq!(found, slow(&rates, (from, to), day, days_max, over));
        }
    }
}
