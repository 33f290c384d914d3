//! What a campaign cost on a day: said anew it replaces what held.
//!
//! A day that is said as it stands books nothing. Anything else becomes a further row, and the fact of it is what holds now
//! less what held before, so that a sum over the facts is what holds. A day is in the calendar of whoever says it; its rate
//! into the network's currency is the stored one of that day, found as for an order. Without one the day waits: it is there in
//! the currency it was paid in, and is converted when the rate is entered.

use model::{
    CampaignId, CostImportId, Currency, Day, Money, NetworkId,
    campaign::Campaign,
    exchange::{ExchangePath, ExchangeRate, RateBook},
    parties::Network,
};
use store::{
    Tx,
    configuration::{self, Filter},
    costs::{self, CostDay},
    outbox,
};

use crate::{
    command::Change,
    errors::{ErrorCode, Refusal},
};

/// The kind of the outbox's entries about costs.
pub(crate) const COSTS: &str = "costs";

/// What somebody says of a campaign's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidDay {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The day.
    pub day: Day,
    /// What was spent; none when the day is told no more.
    pub spend: Option<Money>,
    /// Impressions.
    pub impressions: Option<i64>,
    /// Clicks.
    pub clicks: Option<i64>,
}

/// What became of days that were said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Booked {
    /// Days that were not told before.
    pub added: u64,
    /// Days that stand differently now.
    pub changed: u64,
    /// Days that are told no more.
    pub removed: u64,
    /// Days that stood like that.
    pub unchanged: u64,
    /// Days, of those added and changed, that wait for a rate.
    pub waiting: u64,
}

/// What turns amounts into the network's currency.
pub(super) struct Converter {
    currency: Currency,
    days_max: u16,
    network_id: NetworkId,
    /// Read when the first amount needs it.
    book: Option<RateBook>,
}

impl Converter {
    pub(super) fn new(tx: &mut Tx<'_>, network_id: NetworkId) -> Result<Self, Refusal> {
        let network: Option<Network> = configuration::get(tx, network_id)?;
        let network = network.ok_or_else(|| internal(format!("there is no network {network_id}")))?;
        Ok(Self { currency: network.currency, days_max: network.exchange_days_max, network_id, book: None })
    }

    /// An amount of a day in the network's currency, with the rates it rests on; `None` while none is stored.
    fn convert(
        &mut self,
        tx: &mut Tx<'_>,
        amount: Money,
        day: Day,
    ) -> Result<Option<(i64, Option<ExchangePath>)>, Refusal> {
        if amount.currency() == self.currency || amount.is_zero() {
            return Ok(Some((amount.units(), None)));
        }
        let book = match &mut self.book {
            Some(book) => book,
            empty => empty.insert(book_of(tx, self.network_id)?),
        };
        let Some(path) = book.find(amount.currency(), self.currency, day, self.days_max, self.currency)
        else {
            return Ok(None);
        };
        let exchanged = path.convert(amount).map_err(internal)?;
        Ok(exchanged.map(|exchanged| (exchanged.to.units(), Some(path))))
    }
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

fn book_of(tx: &mut Tx<'_>, network: NetworkId) -> Result<RateBook, Refusal> {
    let filters = [Filter::id("network_id", network.bytes())];
    let mut rates: Vec<ExchangeRate> = configuration::list(tx, &filters, None, usize::MAX, |_| true)?;
    // Oldest first, so that a correction replaces what it corrects.
    rates.sort_by_key(|rate| (rate.created_at, rate.id));
    let mut book = RateBook::default();
    for rate in &rates {
        book.add(rate);
    }
    Ok(book)
}

/// The first and last of some days.
pub(super) fn range(days: impl Iterator<Item = Day> + Clone) -> Option<(Day, Day)> {
    Some((days.clone().min()?, days.max()?))
}

/// Books days of one campaign; each of them once.
pub(super) fn book(
    change: &mut Change<'_, '_>,
    converter: &mut Converter,
    import_id: CostImportId,
    campaign: &Campaign,
    said: &[SaidDay],
) -> Result<Booked, Refusal> {
    let Some((first, last)) = range(said.iter().map(|said| said.day)) else { return Ok(Booked::default()) };
    let holding = costs::holding(change.tx, campaign.id, first, last)?;
    let mut booked = Booked::default();
    let mut rows = Vec::new();
    for said in said {
        let before = holding.binary_search_by_key(&said.day, |row| row.day).ok().map(|place| &holding[place]);
        let was = before.filter(|row| row.present);
        let Some(spend) = said.spend else {
            match was {
                Some(was) => {
                    booked.removed += 1;
                    rows.push(CostDay {
                        present: false,
                        spend: Money::zero(was.spend.currency()),
                        impressions: None,
                        clicks: None,
                        converted: Some(0),
                        rate: None,
                        ..next(was, import_id, change)
                    });
                }
                None => booked.unchanged += 1,
            }
            continue;
        };
        let same = |was: &&CostDay| {
            (was.spend, was.impressions, was.clicks) == (spend, said.impressions, said.clicks)
        };
        if was.is_some_and(|was| same(&was)) {
            booked.unchanged += 1;
            continue;
        }
        // What was spent is as it was: then its rate stays, too.
        let (converted, rate, converted_currency) = match was.filter(|was| was.spend == spend) {
            Some(was) if was.converted.is_some() => (was.converted, was.rate.clone(), was.converted_currency),
            _ => match converter.convert(change.tx, spend, said.day)? {
                Some((units, rate)) => (Some(units), rate, converter.currency),
                None => (None, None, converter.currency),
            },
        };
        booked.waiting += u64::from(converted.is_none());
        *(if was.is_some() { &mut booked.changed } else { &mut booked.added }) += 1;
        rows.push(CostDay {
            campaign_id: campaign.id,
            day: said.day,
            sequence: before.map_or(1, |row| row.sequence + 1),
            network_id: campaign.network_id,
            import_id,
            holds: true,
            present: true,
            spend,
            impressions: said.impressions,
            clicks: said.clicks,
            converted_currency,
            converted,
            rate,
            at: change.now,
        });
    }
    store_rows(change, &rows)?;
    Ok(booked)
}

/// The row after one, by another import.
fn next(row: &CostDay, import_id: CostImportId, change: &Change<'_, '_>) -> CostDay {
    CostDay { sequence: row.sequence + 1, import_id, at: change.now, holds: true, ..row.clone() }
}

fn store_rows(change: &mut Change<'_, '_>, rows: &[CostDay]) -> Result<(), Refusal> {
    if rows.is_empty() {
        return Ok(());
    }
    costs::book(change.tx, rows)?;
    let body = costs::keys_to_bytes(rows.iter().map(CostDay::key));
    outbox::append(change.tx, change.now, &[(COSTS, body)])?;
    Ok(())
}

/// Puts days back to what held before an import said them, by the import `by`. What another one said since stays; answers
/// with what was done, and how many days stay.
pub(super) fn take_back(
    change: &mut Change<'_, '_>,
    converter: &mut Converter,
    import: CostImportId,
    by: CostImportId,
) -> Result<Booked, Refusal> {
    let mut booked = Booked::default();
    let mut rows = Vec::new();
    for held in costs::holding_of_import(change.tx, import)? {
        let history = costs::history(change.tx, held.campaign_id, held.day)?;
        let mut before = None;
        for row in history.iter().rev().filter(|row| row.import_id != import) {
            // What an undoing put there was said by another row before it, and what was undone is not to come back.
            let source = costs::import_by_id(change.tx, row.import_id)?;
            if source.is_some_and(|source| source.undone_by.is_none() && source.undoes.is_none()) {
                before = Some(row);
                break;
            }
        }
        match before.filter(|row| row.present) {
            None => {
                booked.removed += 1;
                rows.push(CostDay {
                    present: false,
                    spend: Money::zero(held.spend.currency()),
                    impressions: None,
                    clicks: None,
                    converted: Some(0),
                    rate: None,
                    ..next(&held, by, change)
                });
            }
            Some(row) => {
                booked.changed += 1;
                let (converted, rate) = match (row.converted, &row.rate) {
                    (Some(units), rate) => (Some(units), rate.clone()),
                    (None, _) => match converter.convert(change.tx, row.spend, row.day)? {
                        Some((units, rate)) => (Some(units), rate),
                        None => (None, None),
                    },
                };
                booked.waiting += u64::from(converted.is_none());
                // It is said by its own import again, so that this one can be undone as well.
                let import_id = row.import_id;
                rows.push(CostDay {
                    sequence: held.sequence + 1,
                    at: change.now,
                    holds: true,
                    import_id,
                    converted,
                    rate,
                    ..row.clone()
                });
            }
        }
    }
    store_rows(change, &rows)?;
    Ok(booked)
}

/// Converts what waits for a rate, as far as there is one now; answers with how many days it was.
///
/// # Errors
/// Storage errors.
pub fn convert_waiting(change: &mut Change<'_, '_>) -> Result<u64, Refusal> {
    let network = change.actor.network();
    let waiting = costs::waiting(change.tx, network)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut converter = Converter::new(change.tx, network)?;
    let mut rows = Vec::new();
    for row in &waiting {
        if let Some((units, rate)) = converter.convert(change.tx, row.spend, row.day)? {
            let converted_currency = converter.currency;
            let converted = Some(units);
            rows.push(CostDay { converted, rate, converted_currency, ..next(row, row.import_id, change) });
        }
    }
    store_rows(change, &rows)?;
    Ok(rows.len() as u64)
}
