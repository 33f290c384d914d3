//! NACHA: records of 94 characters for banks in the United States. Credits only: companies in a CCD batch, persons in
//! a PPD batch.

use model::payout::{AchOriginator, BankAccountKind, HolderKind, PayerDetails};

use crate::{
    file::{BankFile, Batch, FileError, Payment},
    text::latin,
};

/// The longest name of a payee.
pub(crate) const NAME: usize = 22;
const RECORD: usize = 94;
/// Records to a block; the file is filled up with nines.
const BLOCKING: usize = 10;

pub(crate) fn write(batch: &Batch) -> Result<BankFile, FileError> {
    let payer = batch.payer.as_ref().ok_or(FileError::PayerMember("ach"))?;
    let originator = payer.ach.as_ref().ok_or(FileError::PayerMember("ach"))?;
    let mut file = File {
        payer,
        originator,
        day: short_day(&batch.day),
        records: Vec::new(),
        totals: Totals::default(),
    };
    file.header(batch);
    let kinds = [(HolderKind::Company, "CCD"), (HolderKind::Person, "PPD")];
    let mut batches = 0;
    for (kind, class) in kinds {
        let of_kind = batch.payments.iter().filter(|payment| payment.details.holder_kind == kind);
        let payments: Vec<&Payment> = of_kind.collect();
        if !payments.is_empty() {
            batches += 1;
            file.batch(class, batches, &payments)?;
        }
    }
    let bytes = file.closed(batches)?;
    Ok(BankFile { name: format!("{}.ach", batch.id), media_type: "text/plain; charset=us-ascii", bytes })
}

/// `2026-01-31` as `260131`.
fn short_day(day: &str) -> String {
    day.chars().filter(char::is_ascii_digit).skip(2).take(6).collect()
}

/// Left, in exactly `width` characters.
fn left(text: &str, width: usize) -> String {
    let text = latin(text, width).to_uppercase();
    format!("{text:<width$}")
}

/// A number in exactly `width` digits.
fn digits(number: u64, width: usize) -> Result<String, FileError> {
    let text = format!("{number:0>width$}");
    if text.len() == width { Ok(text) } else { Err(FileError::TooLarge) }
}

/// What control records add up.
#[derive(Clone, Copy, Default)]
struct Totals {
    entries: u64,
    /// The first eight digits of the payees' routing numbers.
    hash: u64,
    cents: u64,
}

impl Totals {
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            entries: self.entries.checked_add(other.entries)?,
            hash: self.hash.checked_add(other.hash)?,
            cents: self.cents.checked_add(other.cents)?,
        })
    }

    /// The hash keeps its ten low digits.
    fn hash_text(self) -> Result<String, FileError> {
        digits(self.hash % 10_000_000_000, 10)
    }
}

struct File<'b> {
    payer: &'b PayerDetails,
    originator: &'b AchOriginator,
    day: String,
    records: Vec<String>,
    totals: Totals,
}

impl File<'_> {
    fn header(&mut self, batch: &Batch) {
        let created: String = batch.created.chars().filter(char::is_ascii_digit).skip(2).take(10).collect();
        let record = format!(
            "101 {}{:>10}{created}A094101{}{}{}",
            self.originator.routing_number,
            self.originator.company_id.to_uppercase(),
            left(&self.originator.bank_name, 23),
            left(&self.payer.name, 23),
            " ".repeat(8),
        );
        self.records.push(record);
    }

    fn batch(&mut self, class: &str, number: u64, payments: &[&Payment]) -> Result<(), FileError> {
        let bank = &self.originator.routing_number[..8];
        let company = format!("{:>10}", self.originator.company_id.to_uppercase());
        let number = digits(number, 7)?;
        let (day, name) = (&self.day, left(&self.payer.name, 16));
        let blank = " ".repeat(20);
        let head = format!("5220{name}{blank}{company}{class}COMMISSION{day}{day}   1{bank}{number}");
        self.records.push(head);
        let mut totals = Totals::default();
        for payment in payments {
            let trace = digits(self.totals.entries + totals.entries + 1, 7)?;
            let (record, one) = entry(payment, &format!("{bank}{trace}"))?;
            self.records.push(record);
            totals = totals.plus(one).ok_or(FileError::TooLarge)?;
        }
        let (count, hash) = (digits(totals.entries, 6)?, totals.hash_text()?);
        let (debits, credits) = (digits(0, 12)?, digits(totals.cents, 12)?);
        let blank = " ".repeat(25);
        self.records.push(format!("8220{count}{hash}{debits}{credits}{company}{blank}{bank}{number}"));
        self.totals = self.totals.plus(totals).ok_or(FileError::TooLarge)?;
        Ok(())
    }

    fn closed(mut self, batches: u64) -> Result<Vec<u8>, FileError> {
        let blocks = (self.records.len() + 1).div_ceil(BLOCKING);
        let count = u64::try_from(blocks).map_err(|_| FileError::TooLarge)?;
        let Totals { entries, cents, .. } = self.totals;
        self.records.push(format!(
            "9{}{}{}{}{}{}{}",
            digits(batches, 6)?,
            digits(count, 6)?,
            digits(entries, 8)?,
            self.totals.hash_text()?,
            digits(0, 12)?,
            digits(cents, 12)?,
            " ".repeat(39),
        ));
        self.records.resize(blocks * BLOCKING, "9".repeat(RECORD));
        let mut bytes = Vec::with_capacity(self.records.len() * (RECORD + 1));
        for record in &self.records {
            if record.len() != RECORD {
                return Err(FileError::Writer(format!("a record of {} characters", record.len())));
            }
            bytes.extend_from_slice(record.as_bytes());
            bytes.push(b'\n');
        }
        Ok(bytes)
    }
}

/// The record of one payment, and what it adds to the totals.
fn entry(payment: &Payment, trace: &str) -> Result<(String, Totals), FileError> {
    let lacks = |member| FileError::Member { id: payment.id.clone(), member };
    let details = &payment.details;
    let bank = details.routing_number.as_deref().filter(|number| number.len() == 9);
    let bank = bank.ok_or_else(|| lacks("routing_number"))?;
    let account = details.account_number.as_deref().ok_or_else(|| lacks("account_number"))?;
    let code = match details.account_kind.ok_or_else(|| lacks("account_kind"))? {
        BankAccountKind::Checking => "22",
        BankAccountKind::Savings => "32",
    };
    let unwritable = || FileError::Amount { id: payment.id.clone(), amount: payment.amount };
    let cents =
        payment.amount.units().checked_div(crate::file::coin(payment.amount)).ok_or_else(unwritable)?;
    let cents = u64::try_from(cents).map_err(|_| unwritable())?;
    // The end of an id is random, so it tells the payments of a file apart.
    let id: String = payment.id.chars().skip(payment.id.chars().count().saturating_sub(15)).collect();
    let record = format!(
        "6{code}{bank}{account:<17}{}{}{}  0{trace}",
        digits(cents, 10).map_err(|_| unwritable())?,
        left(&id, 15),
        left(&details.holder, NAME),
    );
    let hash = bank[..8].parse().map_err(|_| lacks("routing_number"))?;
    Ok((record, Totals { entries: 1, hash, cents }))
}
