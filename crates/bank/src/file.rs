//! The file of a payout run, for the bank.

use model::{
    Money,
    payout::{PayerDetails, PaymentDetails, PaymentMethod},
};

use crate::{
    list, nacha, pain001,
    text::{Replacement, noted},
};

/// One payment of a run.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id as text, such as `pyt_…`.
    pub id: String,
    /// Where it goes.
    pub details: PaymentDetails,
    /// How much; above zero, in whole coins.
    pub amount: Money,
}

/// All payments of a run: one method, one currency.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The run's id as text, such as `pyr_…`.
    pub id: String,
    /// How everybody is paid.
    pub method: PaymentMethod,
    /// Who pays; a run of `other` needs none.
    pub payer: Option<PayerDetails>,
    /// When the run was approved, in UTC: `2026-01-31T12:00:00`.
    pub created: String,
    /// The day on which the bank should pay: `2026-01-31`.
    pub day: String,
    /// In the order of the file.
    pub payments: Vec<Payment>,
}

/// A file as it goes to the bank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BankFile {
    /// A name to save it under.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why no file can be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// The account that is paid from, or a part of it, is not set.
    #[error("the network's own payment details lack `{0}`, which this method needs")]
    PayerMember(&'static str),
    /// A payment lacks what its method needs.
    #[error("{id}: the payment details lack `{member}`")]
    Member {
        /// The payment.
        id: String,
        /// What is missing.
        member: &'static str,
    },
    /// An amount that cannot be written: not in whole coins, not above zero, or too large for the format.
    #[error("{id}: {amount} cannot be written in this file")]
    Amount {
        /// The payment.
        id: String,
        /// How much.
        amount: Money,
    },
    /// Nothing to pay.
    #[error("there is no payment in the run")]
    Empty,
    /// The sum of all payments does not fit.
    #[error("the sum of the payments is too large")]
    TooLarge,
    /// The writer failed.
    #[error("the file could not be written: {0}")]
    Writer(String),
}

/// The file of a run.
///
/// # Errors
/// What is missing or cannot be written.
pub fn write(batch: &Batch) -> Result<BankFile, FileError> {
    if batch.payments.is_empty() {
        return Err(FileError::Empty);
    }
    for payment in &batch.payments {
        if payment.amount.units() <= 0 || payment.amount.units() % coin(payment.amount) != 0 {
            return Err(FileError::Amount { id: payment.id.clone(), amount: payment.amount });
        }
    }
    match batch.method {
        PaymentMethod::Sepa | PaymentMethod::Iso20022 => pain001::write(batch),
        PaymentMethod::Ach => nacha::write(batch),
        PaymentMethod::Other => list::write(batch),
    }
}

/// Units of the smallest coin of an amount's currency.
pub fn coin(amount: Money) -> i64 {
    let currency = amount.currency();
    10_i64.pow(u32::from(currency.scale() - currency.decimals()))
}

/// The part of `amount` that whole coins can pay; what is left over is less than one coin.
pub fn in_coins(amount: Money) -> Money {
    let coin = coin(amount);
    Money::from_units(amount.units().div_euclid(coin) * coin, amount.currency())
}

/// What the file of this method writes otherwise than it is.
pub fn replacements(method: PaymentMethod, details: &PaymentDetails) -> Vec<Replacement> {
    let mut replaced = Vec::new();
    match method {
        PaymentMethod::Sepa | PaymentMethod::Iso20022 => {
            noted("holder", &details.holder, pain001::NAME, &mut replaced);
            for (field, text, length) in pain001::address_parts(&details.address) {
                noted(&format!("address.{field}"), text, length, &mut replaced);
            }
        }
        PaymentMethod::Ach => {
            noted("holder", &details.holder, nacha::NAME, &mut replaced);
        }
        PaymentMethod::Other => {}
    }
    replaced
}

/// An id in the letters of banks: `pyr_06…` as `pyr-06…`.
pub fn written_id(id: &str) -> String {
    id.replace('_', "-")
}

/// The id that [`written_id`] wrote.
pub fn read_id(text: &str) -> String {
    text.trim().replacen('-', "_", 1).to_ascii_lowercase()
}

/// The sum of all payments.
pub(crate) fn sum(payments: &[&Payment]) -> Result<Money, FileError> {
    let mut sums = payments.iter().map(|payment| payment.amount);
    let first = sums.next().ok_or(FileError::Empty)?;
    sums.try_fold(first, Money::add).map_err(|_| FileError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Currency;
    use proptest::prelude::*;

    #[test]
    fn coins_are_what_people_pay_with() {
        let money = |text: &str, currency| Money::parse(text, currency).expect("an amount");
        for (amount, coins, currency) in [
            ("10.019999", "10.01", Currency::USD),
            ("0.009999", "0.00", Currency::EUR),
            ("1000.999", "1000", Currency::VND),
            ("7", "7", Currency::IRR),
        ] {
            assert_eq!(in_coins(money(amount, currency)), money(coins, currency));
        }
    }

    #[test]
    fn ids_come_back() {
        assert_eq!(read_id(&written_id("pyr_06fw3q8z7k")), "pyr_06fw3q8z7k");
        assert_eq!(read_id(" PYT-06FW "), "pyt_06fw");
    }

    proptest! {
        #[test]
        fn the_rest_is_less_than_a_coin(units in 0_i64..i64::MAX, place in 0_u8..100) {
            let currency = Currency::from_number(place).unwrap_or(Currency::USD);
            let amount = Money::from_units(units, currency);
            let paid = in_coins(amount);
            prop_assert!(paid.units() <= units && units - paid.units() < coin(amount));
            prop_assert_eq!(paid.units() % coin(amount), 0);
        }
    }
}
