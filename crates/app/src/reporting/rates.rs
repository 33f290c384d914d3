//! Amounts of facts in the network's currency.
//!
//! Later decisions on a conversion take away what earlier facts said of it, so both must be converted alike: by the rates that were
//! known when the conversion came, of its own day. A rate that is entered or corrected afterwards changes no fact; a
//! conversion for which none was known counts as unconverted.

use std::collections::HashMap;

use model::{
    Currency, Day, Money, NetworkId, Timestamp,
    exchange::{ExchangeRate, RateBook},
};
use report::{Fact, Measure, measure::In};
use store::{Error, Result, Tx, configuration};

use crate::snapshot::Snapshot;

/// The rates of all networks, by when they were entered.
#[derive(Default)]
pub(super) struct Rates {
    revision: i64,
    networks: HashMap<NetworkId, Entered>,
}

/// The rates of one network with the book of those entered before a moment.
#[derive(Default)]
struct Entered {
    rates: Vec<ExchangeRate>,
    book: RateBook,
    in_book: usize,
}

impl Entered {
    /// The book as it was at this moment. Moments mostly ascend, so mostly nothing or little is added.
    fn book_at(&mut self, at: Timestamp) -> &RateBook {
        let known = self.rates.partition_point(|rate| rate.created_at <= at);
        if known < self.in_book {
            (self.book, self.in_book) = (RateBook::default(), 0);
        }
        for rate in &self.rates[self.in_book..known] {
            self.book.add(rate);
        }
        self.in_book = known;
        &self.book
    }
}

impl Rates {
    /// Reads what was entered since the last time.
    pub(super) fn refresh(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let (rates, revision) = configuration::changed_since::<ExchangeRate>(tx, self.revision)?;
        for rate in rates {
            let network = self.networks.entry(rate.network_id).or_default();
            let place = network.rates.partition_point(|known| known.created_at <= rate.created_at);
            if place < network.in_book {
                (network.book, network.in_book) = (RateBook::default(), 0);
            }
            network.rates.insert(place, rate);
        }
        self.revision = revision;
        Ok(())
    }

    /// Fills in the amounts in the network's currency, at the rates of the day of `at`.
    ///
    /// # Errors
    /// A network that the snapshot does not know; amounts that do not fit.
    pub(super) fn convert(
        &mut self,
        snapshot: &Snapshot,
        fact: &mut Fact,
        currencies: Currencies,
        at: Timestamp,
    ) -> Result<()> {
        let network = snapshot.networks.get(&fact.network_id);
        let network =
            network.ok_or_else(|| Error::Damaged(format!("there is no network {}", fact.network_id)))?;
        let (to, days_max) = (network.currency, network.exchange_days_max);
        let mut unconverted = false;
        for measure in Measure::ALL {
            let (Some(in_network), units) = (measure.in_network(), fact.measure(*measure)) else { continue };
            let from = match measure.currency() {
                In::Booked => currencies.booked,
                In::Order => currencies.order,
                In::Pieces | In::Network => None,
            };
            if units == 0 {
                continue;
            }
            let Some(from) = from else {
                return Err(Error::Damaged("an amount without a currency".to_owned()));
            };
            let converted = if from == to {
                Some(units)
            } else {
                let entered = self.networks.entry(fact.network_id).or_default();
                let path = entered.book_at(at).find(from, to, Day::of(at), days_max, to);
                let exchanged = path.map(|path| path.convert(Money::from_units(units, from))).transpose();
                let exchanged = exchanged.map_err(|error| Error::Damaged(error.to_string()))?;
                exchanged.flatten().map(|exchanged| exchanged.to.units())
            };
            match converted {
                Some(units) => fact.measures[in_network.index()] = units,
                None => unconverted = true,
            }
        }
        fact.measures[Measure::Unconverted.index()] = i64::from(unconverted);
        Ok(())
    }
}

/// The currencies of a fact's amounts.
#[derive(Clone, Copy)]
pub(super) struct Currencies {
    /// Of commission, fee and bonus.
    pub(super) booked: Option<Currency>,
    /// Of the order.
    pub(super) order: Option<Currency>,
}
