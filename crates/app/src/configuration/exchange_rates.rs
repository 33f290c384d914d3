//! Exchange rates: dated, never changed, corrected by a further row.

use model::{
    Currency, Day, ExchangeRateId,
    exchange::{ExchangeRate, Rate},
};
use store::{
    Tx, Value,
    configuration::{self, Filter},
};

use crate::{
    access::{Actor, EXCHANGE_RATE_CREATE, LOOK},
    checks,
    command::Change,
    errors::Refusal,
    media::booking,
};

/// The most rates of one request.
const RATES_MAX: usize = 1000;
/// The longest source, in characters.
const SOURCE_CHARACTERS_MAX: usize = 200;

/// A rate that somebody enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRate {
    /// The currency that is priced.
    pub base: Currency,
    /// The currency that it is priced in.
    pub quote: Currency,
    /// The UTC day.
    pub day: Day,
    /// How many of `quote` one of `base` buys.
    pub rate: Rate,
    /// Where it comes from.
    pub source: String,
}

/// A rate after it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// The stored rate.
    pub rate: ExchangeRate,
    /// True when nothing was stored, because this was entered before.
    pub repeated: bool,
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateFilter {
    /// The currency that is priced.
    pub base: Option<Currency>,
    /// The currency that it is priced in.
    pub quote: Option<Currency>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
}

/// A page of rates, the last entered first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &RateFilter,
    before: Option<ExchangeRateId>,
    limit: usize,
) -> Result<Vec<ExchangeRate>, Refusal> {
    LOOK.check_role(actor)?;
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    for (column, currency) in [("base", filter.base), ("quote", filter.quote)] {
        filters
            .extend(currency.map(|currency| Filter { column, values: vec![Value::from(currency.code())] }));
    }
    let within = |rate: &ExchangeRate| {
        filter.from.is_none_or(|from| rate.day >= from) && filter.to.is_none_or(|to| rate.day <= to)
    };
    Ok(configuration::list(tx, &filters, before, limit, within)?)
}

/// Enters rates, all or none; a refusal names the one that is wrong.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn enter(change: &mut Change<'_, '_>, rates: &[NewRate]) -> Result<Vec<Entered>, Refusal> {
    EXCHANGE_RATE_CREATE.check_role(change.actor)?;
    if rates.is_empty() {
        return Err(Refusal::field("rates", "there is no rate in it"));
    }
    checks::length("rates", rates, RATES_MAX)?;
    let enter = |(place, rate): (usize, &NewRate)| {
        enter_one(change, rate).map_err(|refusal| refusal.within(&format!("rates[{place}]")))
    };
    let entered = rates.iter().enumerate().map(enter).collect::<Result<Vec<_>, _>>()?;
    booking::convert_waiting(change)?;
    Ok(entered)
}

/// Enters one rate; costs that wait for it are converted by [`booking::convert_waiting`], once after all rates.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn enter_one(change: &mut Change<'_, '_>, rate: &NewRate) -> Result<Entered, Refusal> {
    EXCHANGE_RATE_CREATE.check_role(change.actor)?;
    check(rate, Day::of(change.now))?;
    let network_id = change.actor.network();
    if let Some(same) = entered_before(change.tx, change.actor, rate)? {
        return Ok(Entered { rate: same, repeated: true });
    }
    let NewRate { base, quote, day, rate, source } = rate.clone();
    let id = ExchangeRateId::new(change.now, change.entropy);
    let rate = ExchangeRate { id, network_id, base, quote, day, rate, source, created_at: change.now };
    change.insert(&rate, &rate.id)?;
    Ok(Entered { rate, repeated: false })
}

fn check(rate: &NewRate, today: Day) -> Result<(), Refusal> {
    if rate.base == rate.quote {
        return Err(Refusal::field("quote", "a currency has no rate in itself"));
    }
    // Where the sun rises first it is tomorrow already.
    if rate.day > today.next() {
        return Err(Refusal::field("day", "a rate cannot be dated later than tomorrow"));
    }
    if rate.source.chars().count() > SOURCE_CHARACTERS_MAX {
        return Err(Refusal::field("source", "at most 200 characters"));
    }
    Ok(())
}

/// The same rate as it was entered before: the newest of its pair and day, or an older one of the same source. A file that
/// is taken in again must not undo a correction; whoever returns to an earlier rate names another source.
fn entered_before(tx: &mut Tx<'_>, actor: &Actor, rate: &NewRate) -> Result<Option<ExchangeRate>, Refusal> {
    let network = actor.network();
    let filters = [
        Filter::id("network_id", network.bytes()),
        Filter { column: "base", values: vec![Value::from(rate.base.code())] },
        Filter { column: "quote", values: vec![Value::from(rate.quote.code())] },
        Filter { column: "day", values: vec![Value::Int(rate.day.number())] },
    ];
    if let Some(newest) = configuration::newest_written::<ExchangeRate>(tx, &filters)?
        && newest.rate == rate.rate
    {
        return Ok(Some(newest));
    }
    let same = |one: &ExchangeRate| one.rate == rate.rate && one.source == rate.source;
    Ok(configuration::list(tx, &filters, None, 1, same)?.pop())
}
