//! From exact sums to what is to be paid: whole coins, and taxes on them.

use model::{
    Money,
    billing::{TaxLine, TaxRate},
};

use crate::BillingError;

/// The foot of an invoice or credit note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Totals {
    /// The exact sum of the lines.
    pub net: Money,
    /// What rounding adds or takes away: `billed` less `net`.
    pub rounding: Money,
    /// The net amount in whole coins.
    pub billed: Money,
    /// What is less than a coin and carried to the next paper.
    pub carried: Money,
    /// Taxes on `billed`.
    pub taxes: Vec<TaxLine>,
    /// `billed` and taxes.
    pub gross: Money,
}

/// An invoice that is to be corrected, and what earlier credit notes took off it; all in units.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Corrected {
    /// The invoice's exact net amount.
    pub net: i64,
    /// The same in coins.
    pub billed: i64,
    /// What credit notes took off it.
    pub credited: Credited,
}

/// What earlier credit notes took off an invoice, in units.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Credited {
    /// Their exact net amounts.
    pub net: i64,
    /// Their net amounts in coins.
    pub billed: i64,
    /// Their taxes, in the order of the invoice's.
    pub taxes: Vec<i64>,
}

/// Thousandths of a percent in a tax's percent: `8.5` is 8500. None for what is below 0, above 100 or finer.
pub fn thousandths(percent: &str) -> Option<i64> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
    let plain = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<3}").parse().ok().filter(|thousandths| *thousandths <= 100_000)
}

/// `amount * percent`, in whole coins, half a coin upwards. `amount` is not below zero.
fn tax_of(amount: i128, rate: &TaxRate, coin: i64) -> Result<i64, BillingError> {
    let share = thousandths(&rate.percent).ok_or_else(|| BillingError::Percent(rate.percent.clone()))?;
    let whole = 100_000 * i128::from(coin);
    let product = amount.checked_mul(i128::from(share)).ok_or(BillingError::TooLarge)?;
    let coins = (2 * product + whole).div_euclid(2 * whole);
    i64::try_from(coins * i128::from(coin)).map_err(|_| BillingError::TooLarge)
}

fn totals(
    net: Money,
    billed: i64,
    carried: i64,
    rates: &[TaxRate],
    earlier: &Credited,
) -> Result<Totals, BillingError> {
    let currency = net.currency();
    let money = |units| Money::from_units(units, currency);
    let too_large = |_| BillingError::TooLarge;
    let mut gross = money(billed);
    let mut taxes = Vec::with_capacity(rates.len());
    for (place, rate) in rates.iter().enumerate() {
        let before = earlier.taxes.get(place).copied().unwrap_or(0);
        let base = i128::from(earlier.billed) + i128::from(billed);
        let amount = tax_of(base, rate, currency.coin_units())?;
        let amount = money(amount.checked_sub(before).ok_or(BillingError::TooLarge)?.max(0));
        gross = gross.add(amount).map_err(too_large)?;
        taxes.push(TaxLine { name: rate.name.clone(), percent: rate.percent.clone(), amount });
    }
    let rounding = money(billed).sub(net).map_err(too_large)?;
    Ok(Totals { net, rounding, billed: money(billed), carried: money(carried), taxes, gross })
}

/// The foot of an invoice: `net` is the sum of its lines, `carried` what the papers before it left.
///
/// # Errors
/// Sums that do not fit, a percent that is none.
pub fn invoice_totals(net: Money, carried: i64, rates: &[TaxRate]) -> Result<Totals, BillingError> {
    let coin = net.currency().coin_units();
    let sum = net.units().checked_add(carried).ok_or(BillingError::TooLarge)?;
    let rest = sum.rem_euclid(coin);
    totals(net, sum - rest, rest, rates, &Credited::default())
}

/// The foot of a credit note: `net` is what it takes back, above zero, and `rates` are those of the invoice. What credit notes
/// take off an invoice is never more coins than it has, and exactly those once nothing of it is left; the difference is
/// carried. All of them together are taxed as one would be.
///
/// # Errors
/// Sums that do not fit, a percent that is none.
pub fn credit_totals(
    net: Money,
    carried: i64,
    rates: &[TaxRate],
    invoice: &Corrected,
) -> Result<Totals, BillingError> {
    let too_large = || BillingError::TooLarge;
    let Corrected { net: whole, billed: coins, credited: earlier } = invoice;
    let sum = carried.checked_sub(net.units()).ok_or_else(too_large)?;
    let left = coins.checked_sub(earlier.billed).ok_or_else(too_large)?;
    let all = earlier.net.checked_add(net.units()).ok_or_else(too_large)? >= *whole;
    let billed = if all {
        left
    } else {
        let rest = sum.rem_euclid(net.currency().coin_units());
        rest.checked_sub(sum).ok_or_else(too_large)?.clamp(0, left.max(0))
    };
    totals(net, billed, sum.checked_add(billed).ok_or_else(too_large)?, rates, earlier)
}
