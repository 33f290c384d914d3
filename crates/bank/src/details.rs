//! Whether payment details can be paid to. Each refusal names the member that it is about.

use model::{
    Currency,
    payout::{AchOriginator, PayerDetails, PaymentDetails, PaymentMethod, PayoutSchedule, PostalAddress},
};

use crate::{
    numbers::{bic, iban, in_sepa, is_country, routing_number},
    text::latin,
};

/// A member that cannot be accepted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// The member.
    pub field: String,
    /// Why, and what can be.
    pub message: String,
    /// True when it is not there at all.
    pub missing: bool,
}

fn invalid(field: &str, message: impl Into<String>) -> Invalid {
    Invalid { field: field.to_owned(), message: message.into(), missing: false }
}

fn missing(field: &str, message: impl Into<String>) -> Invalid {
    Invalid { missing: true, ..invalid(field, message) }
}

/// The details with their numbers written as banks do.
///
/// # Errors
/// The first member that cannot be accepted.
pub fn checked(mut details: PaymentDetails) -> Result<PaymentDetails, Invalid> {
    line("holder", &details.holder, 70)?;
    address("address", &details.address)?;
    only_what_the_method_needs(&details)?;
    match details.method {
        PaymentMethod::Sepa => sepa(&mut details)?,
        PaymentMethod::Iso20022 => iso20022(&mut details)?,
        PaymentMethod::Ach => ach(&mut details)?,
        PaymentMethod::Other => {
            let text = details.instructions.as_deref().unwrap_or_default().trim().to_owned();
            if text.is_empty() {
                return Err(missing("instructions", "say how the money is to be sent"));
            }
            if text.chars().count() > 2000 || text.chars().any(|c| c.is_control() && c != '\n') {
                return Err(invalid("instructions", "at most 2000 characters, without control characters"));
            }
        }
    }
    if let Some(tax_id) = &details.tax_id {
        line("tax_id", tax_id, 40)?;
    }
    withholding(&details)?;
    if let PayoutSchedule::Month { day } = details.schedule
        && !(1..=31).contains(&day)
    {
        return Err(invalid("schedule.day", "a day of the month is 1 to 31"));
    }
    if let Some(text) = &details.minimum {
        let minimum = model::Money::parse(text, details.currency)
            .map_err(|error| invalid("minimum", error.to_string()))?;
        if minimum.is_negative() {
            return Err(invalid("minimum", "a minimum is not below zero"));
        }
    }
    Ok(details)
}

fn sepa(details: &mut PaymentDetails) -> Result<(), Invalid> {
    let number = details.iban.as_deref().ok_or_else(|| missing("iban", "a SEPA transfer needs the IBAN"))?;
    let number = iban(number).map_err(|message| invalid("iban", message))?;
    if !in_sepa(&number[..2]) {
        let message = format!("a SEPA transfer does not reach {}; use the method iso20022", &number[..2]);
        return Err(invalid("iban", message));
    }
    if details.currency != Currency::EUR {
        return Err(invalid("currency", "a SEPA transfer is in EUR; use the method iso20022 for others"));
    }
    details.iban = Some(number);
    details.bic = checked_bic(details.bic.as_deref())?;
    Ok(())
}

fn iso20022(details: &mut PaymentDetails) -> Result<(), Invalid> {
    match (&details.iban, &details.account_number) {
        (Some(number), None) => {
            details.iban = Some(iban(number).map_err(|message| invalid("iban", message))?);
        }
        (None, Some(number)) => account_number(number, 34)?,
        (Some(_), Some(_)) => {
            return Err(invalid("account_number", "give the IBAN or the account number, not both"));
        }
        (None, None) => {
            return Err(missing("iban", "give the IBAN, or the account number where there are no IBANs"));
        }
    }
    details.bic = checked_bic(details.bic.as_deref())?;
    if details.bic.is_none() {
        return Err(missing("bic", "give the BIC of the bank"));
    }
    Ok(())
}

fn ach(details: &mut PaymentDetails) -> Result<(), Invalid> {
    let number = details
        .routing_number
        .as_deref()
        .ok_or_else(|| missing("routing_number", "give the bank's routing number"))?;
    let number = routing_number(number).map_err(|message| invalid("routing_number", message))?;
    details.routing_number = Some(number);
    let account = details.account_number.as_deref();
    account_number(account.ok_or_else(|| missing("account_number", "give the account"))?, 17)?;
    if details.account_kind.is_none() {
        return Err(missing("account_kind", "say `checking` or `savings`"));
    }
    if details.currency != Currency::USD {
        return Err(invalid("currency", "an ACH transfer is in USD"));
    }
    Ok(())
}

/// A member that the method does not use would be ignored, and whoever wrote it would not know.
fn only_what_the_method_needs(details: &PaymentDetails) -> Result<(), Invalid> {
    use PaymentMethod::{Ach, Iso20022, Other, Sepa};
    let given: [(&str, bool, &[PaymentMethod]); 6] = [
        ("iban", details.iban.is_some(), &[Sepa, Iso20022]),
        ("bic", details.bic.is_some(), &[Sepa, Iso20022]),
        ("routing_number", details.routing_number.is_some(), &[Ach]),
        ("account_number", details.account_number.is_some(), &[Ach, Iso20022]),
        ("account_kind", details.account_kind.is_some(), &[Ach]),
        ("instructions", details.instructions.is_some(), &[Other]),
    ];
    match given.iter().find(|(_, given, methods)| *given && !methods.contains(&details.method)) {
        None => Ok(()),
        Some((field, ..)) => {
            Err(invalid(field, format!("the method `{}` does not use this", details.method.word())))
        }
    }
}

fn withholding(details: &PaymentDetails) -> Result<(), Invalid> {
    match &details.withholding_percent {
        None => Ok(()),
        Some(text) => match percent(text) {
            Some(_) => Ok(()),
            None => {
                let message = "write 0 to 99.99 with at most two decimals, such as 15 or 7.5";
                Err(invalid("withholding_percent", message))
            }
        },
    }
}

/// A percentage below 100 with at most two decimals, in hundredths of a percent.
pub fn percent(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !plain(whole, 2) || !plain(fraction, 2) {
        return None;
    }
    format!("{whole}{fraction:0<2}").parse().ok()
}

/// The account that a network pays from, with its numbers written as banks do.
///
/// # Errors
/// The first member that cannot be accepted.
pub fn checked_payer(mut payer: PayerDetails) -> Result<PayerDetails, Invalid> {
    line("name", &payer.name, 70)?;
    address("address", &payer.address)?;
    if let Some(number) = &payer.iban {
        payer.iban = Some(iban(number).map_err(|message| invalid("iban", message))?);
    }
    if let Some(number) = &payer.account_number {
        account_number(number, 34)?;
        if payer.iban.is_some() {
            return Err(invalid("account_number", "give the IBAN or the account number, not both"));
        }
    }
    payer.bic = checked_bic(payer.bic.as_deref())?;
    if let Some(originator) = &mut payer.ach {
        checked_originator(originator)?;
    }
    Ok(payer)
}

fn checked_originator(originator: &mut AchOriginator) -> Result<(), Invalid> {
    let number = &originator.routing_number;
    let number = routing_number(number).map_err(|message| invalid("ach.routing_number", message))?;
    originator.routing_number = number;
    line("ach.bank_name", &originator.bank_name, 23)?;
    let id = &originator.company_id;
    if !(1..=10).contains(&id.len()) || !id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(invalid("ach.company_id", "1 to 10 letters and digits, as the bank gave it"));
    }
    Ok(())
}

fn checked_bic(given: Option<&str>) -> Result<Option<String>, Invalid> {
    given.map(|text| bic(text).map_err(|message| invalid("bic", message))).transpose()
}

fn account_number(text: &str, length: usize) -> Result<(), Invalid> {
    let fits =
        (1..=length).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if fits {
        return Ok(());
    }
    let message = format!("1 to {length} letters, digits and hyphens, without blanks");
    Err(invalid("account_number", message))
}

fn address(field: &str, address: &PostalAddress) -> Result<(), Invalid> {
    let within = |member: &str| format!("{field}.{member}");
    line(&within("town"), &address.town, 35)?;
    if !is_country(&address.country) {
        let message = "two capital letters of ISO 3166, such as VN, IR or DE";
        return Err(invalid(&within("country"), message));
    }
    for (member, text, length) in [
        ("street", &address.street, 70),
        ("building_number", &address.building_number, 16),
        ("post_code", &address.post_code, 16),
    ] {
        if let Some(text) = text {
            line(&within(member), text, length)?;
        }
    }
    Ok(())
}

/// A text of one line of which something can be written in the letters of banks.
fn line(field: &str, text: &str, length: usize) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(missing(field, "this must be given"));
    }
    if text.chars().count() > length || text.chars().any(char::is_control) {
        return Err(invalid(field, format!("one line of at most {length} characters")));
    }
    if latin(text, length).is_empty() {
        return Err(invalid(field, "nothing of this can be written in the Latin letters that banks take"));
    }
    Ok(())
}
