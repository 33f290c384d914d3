//! A list of payments as CSV, for whoever pays by hand.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula; such cells get a `'` before them.

use model::payout::BankAccountKind;

use crate::file::{BankFile, Batch, FileError};

const HEAD: [&str; 18] = [
    "run_id",
    "payout_id",
    "amount",
    "currency",
    "day",
    "holder",
    "holder_kind",
    "street",
    "building_number",
    "post_code",
    "town",
    "country",
    "iban",
    "bic",
    "routing_number",
    "account_number",
    "account_kind",
    "instructions",
];

pub(crate) fn write(batch: &Batch) -> Result<BankFile, FileError> {
    let failed = |error: csv::Error| FileError::Writer(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD).map_err(failed)?;
    for payment in &batch.payments {
        let details = &payment.details;
        let address = &details.address;
        let amount = payment.amount.amount_text();
        let row: [&str; 18] = [
            &batch.id,
            &payment.id,
            &amount,
            payment.amount.currency().code(),
            &batch.day,
            &details.holder,
            details.holder_kind.word(),
            address.street.as_deref().unwrap_or_default(),
            address.building_number.as_deref().unwrap_or_default(),
            address.post_code.as_deref().unwrap_or_default(),
            &address.town,
            &address.country,
            details.iban.as_deref().unwrap_or_default(),
            details.bic.as_deref().unwrap_or_default(),
            details.routing_number.as_deref().unwrap_or_default(),
            details.account_number.as_deref().unwrap_or_default(),
            details.account_kind.map_or("", BankAccountKind::word),
            details.instructions.as_deref().unwrap_or_default(),
        ];
        writer.write_record(row.map(neutralised)).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| FileError::Writer(error.to_string()))?;
    Ok(BankFile { name: format!("{}.csv", batch.id), media_type: "text/csv; charset=utf-8", bytes })
}

fn neutralised(text: &str) -> String {
    let formula = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}
