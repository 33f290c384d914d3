//! Papers about money: invoices, credit notes and payment receipts for advertisers, statements for publishers, and the names and
//! addresses that stand on them.
//!
//! A paper is written once and never changed: whatever it shows (names, addresses, tax rates) is copied into it. Amounts
//! in lines and in `net` are exact, to the unit of the ledger; what is to be paid is in whole coins, and the rest that
//! rounding leaves is carried to the next paper, so that nothing is lost over the years.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Zone,
    currency::Currency,
    ids::{AdvertiserId, FundingId, InvoiceId, NetworkId, ProgramId, PublisherId, StatementId},
    money::Money,
    payout::{PostalAddress, words},
    time::Timestamp,
};

words! {
    /// What kind of paper an advertiser gets.
    PaperKind {
        /// What he was charged in a period.
        Invoice = "invoice",
        /// What was taken back of an invoice.
        CreditNote = "credit_note",
        /// What he paid.
        PaymentReceipt = "payment_receipt",
    }
    /// What a line of an invoice or credit note is about.
    LineKind {
        /// Results of one action.
        Action = "action",
        /// Paid clicks.
        Clicks = "clicks",
        /// Paid impressions.
        Impressions = "impressions",
        /// Paid visits.
        Visits = "visits",
        /// Bonuses for publishers.
        Bonuses = "bonuses",
    }
    /// What a line of a statement is about.
    StatementLineKind {
        /// Results of one action that were approved.
        Earned = "earned",
        /// Results of one action that were taken back.
        Reversed = "reversed",
        /// Paid clicks.
        Clicks = "clicks",
        /// Paid impressions.
        Impressions = "impressions",
        /// Paid visits.
        Visits = "visits",
        /// Bonuses.
        Bonuses = "bonuses",
        /// Bonuses that were taken back.
        BonusesReversed = "bonuses_reversed",
        /// Earnings for having brought other publishers.
        Referrals = "referrals",
        /// Such earnings that were taken back.
        ReferralsReversed = "referrals_reversed",
        /// Changed into another currency.
        Sold = "sold",
        /// Changed from another currency.
        Bought = "bought",
        /// Paid out.
        PaidOut = "paid_out",
        /// Tax that was kept back.
        Withheld = "withheld",
        /// Payouts that came back, with their tax.
        PayoutReturned = "payout_returned",
    }
}

/// A tax on invoices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// As it stands on the invoice, such as `VAT`.
    pub name: String,
    /// Percent, as decimal text with up to three places.
    pub percent: String,
}

/// Whom invoices of an advertiser, or statements of a publisher, are written to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingProfile {
    /// Registered name.
    pub legal_name: String,
    /// Registered address.
    pub address: PostalAddress,
    /// Tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    #[serde(default)]
    pub registration: Option<String>,
    /// Where invoices are sent.
    #[serde(default)]
    pub email: Option<String>,
    /// Taxes on invoices, each on the net amount; the operator's to set.
    #[serde(default)]
    pub tax_rates: Vec<TaxRate>,
    /// A sentence that the tax office wants, such as the reason for an exemption; the operator's to set.
    #[serde(default)]
    pub tax_note: Option<String>,
    /// Within how many days an invoice is to be paid; the operator's to set.
    #[serde(default = "thirty")]
    pub payment_days: u16,
}

/// Days for payment when nobody says otherwise.
pub const PAYMENT_DAYS: u16 = 30;

const fn thirty() -> u16 {
    PAYMENT_DAYS
}

/// What stands before the numbers of papers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbering {
    /// Before the numbers of invoices.
    pub invoice: String,
    /// Before the numbers of credit notes.
    pub credit_note: String,
    /// Before the numbers of payment receipts.
    pub payment_receipt: String,
    /// Before the numbers of statements.
    pub statement: String,
    /// Whether each year begins with number 1, and stands in the number.
    pub yearly: bool,
}

impl Default for Numbering {
    fn default() -> Self {
        let word = |word: &str| word.to_owned();
        Self {
            invoice: word("INV-"),
            credit_note: word("CN-"),
            payment_receipt: word("RC-"),
            statement: word("ST-"),
            yearly: true,
        }
    }
}

/// Who writes the papers: the network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerProfile {
    /// Registered name.
    pub legal_name: String,
    /// Registered address.
    pub address: PostalAddress,
    /// Tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    #[serde(default)]
    pub registration: Option<String>,
    /// For questions.
    #[serde(default)]
    pub email: Option<String>,
    /// How an invoice is paid: bank, account, reference.
    #[serde(default)]
    pub payment_instructions: Option<String>,
    /// How papers are numbered.
    #[serde(default)]
    pub numbering: Numbering,
}

/// Name and address as they stand on a paper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Party {
    /// Registered name.
    pub legal_name: String,
    /// Registered address; none where nobody gave one.
    #[serde(default)]
    pub address: Option<PostalAddress>,
    /// Tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    #[serde(default)]
    pub registration: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

impl Party {
    /// Somebody of whom only the name is known.
    pub fn named(name: &str) -> Self {
        Self { legal_name: name.to_owned(), address: None, tax_id: None, registration: None, email: None }
    }
}

impl BillingProfile {
    /// What stands on papers.
    pub fn party(&self) -> Party {
        Party {
            legal_name: self.legal_name.clone(),
            address: Some(self.address.clone()),
            tax_id: self.tax_id.clone(),
            registration: self.registration.clone(),
            email: self.email.clone(),
        }
    }
}

impl IssuerProfile {
    /// What stands on papers.
    pub fn party(&self) -> Party {
        Party {
            legal_name: self.legal_name.clone(),
            address: Some(self.address.clone()),
            tax_id: self.tax_id.clone(),
            registration: self.registration.clone(),
            email: self.email.clone(),
        }
    }
}

/// A stretch of time, from its first moment to the first one after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span {
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

/// A program as a paper names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ProgramNamed {
    /// The program.
    pub id: ProgramId,
    /// Its name when the paper was written.
    pub name: String,
}

/// One line of an invoice or credit note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// What it is about.
    pub kind: LineKind,
    /// The program; none for what belongs to none.
    pub program: Option<ProgramNamed>,
    /// The action's word, for results.
    pub action: Option<String>,
    /// How many results, clicks and the like.
    pub count: u64,
    /// What publishers earned, or gave back.
    pub commission: Money,
    /// What the network earned, or gave back.
    pub fee: Money,
    /// Both together.
    pub amount: Money,
}

/// One tax of an invoice or credit note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxLine {
    /// Its name.
    pub name: String,
    /// Percent.
    pub percent: String,
    /// The amount, in whole coins.
    pub amount: Money,
}

/// Another paper that a paper refers to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// The paper.
    pub id: InvoiceId,
    /// Its number.
    pub number: String,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// An invoice, a credit note or a payment receipt, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Invoice {
    /// Id.
    pub id: InvoiceId,
    /// What kind of paper.
    pub kind: PaperKind,
    /// Its number, unique in the network.
    pub number: String,
    /// The network.
    pub network_id: NetworkId,
    /// The advertiser.
    pub advertiser_id: AdvertiserId,
    /// Its only currency.
    pub currency: Currency,
    /// The zone of its days.
    pub zone: Zone,
    /// The period it closes; none for a payment receipt.
    pub period: Option<Span>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is to be paid; only of an invoice that is not settled from prepaid funds.
    pub due_at: Option<Timestamp>,
    /// True when it was settled from what the advertiser had paid in advance.
    pub prepaid: bool,
    /// Who writes it.
    pub issuer: Party,
    /// To whom.
    pub recipient: Party,
    /// How it is paid.
    pub payment_instructions: Option<String>,
    /// The invoice that a credit note corrects, or that a payment receipt pays.
    pub refers_to: Option<Reference>,
    /// The payment that a payment receipt confirms.
    pub funding_id: Option<FundingId>,
    /// What it is made of.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines, exact.
    pub net: Money,
    /// What rounding to whole coins adds to it or takes away.
    pub rounding: Money,
    /// The net amount in whole coins; `net` and `rounding` together.
    pub billed: Money,
    /// What the coins of all papers so far leave, and is carried to the next one: less than a coin after an invoice.
    pub carried: Money,
    /// Taxes, each on `billed`.
    pub taxes: Vec<TaxLine>,
    /// What the tax office wants to read.
    pub tax_note: Option<String>,
    /// `billed` and the taxes together.
    pub gross: Money,
    /// Words to it, such as a payment's reference.
    pub note: Option<String>,
}

/// One line of a statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatementLine {
    /// What it is about.
    pub kind: StatementLineKind,
    /// The program; none for what belongs to none.
    pub program: Option<ProgramNamed>,
    /// The action's word, for results.
    pub action: Option<String>,
    /// How many.
    pub count: u64,
    /// What it adds to the balance; below zero for what it takes away.
    pub amount: Money,
}

/// A publisher's statement, whole: what moved his account in a period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Statement {
    /// Id.
    pub id: StatementId,
    /// Its number, unique in the network.
    pub number: String,
    /// The network.
    pub network_id: NetworkId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// Its only currency.
    pub currency: Currency,
    /// The zone of its days.
    pub zone: Zone,
    /// The period.
    pub period: Span,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Who writes it.
    pub issuer: Party,
    /// To whom.
    pub recipient: Party,
    /// What stood on the account when the period began.
    pub opening: Money,
    /// What moved it.
    pub lines: Vec<StatementLine>,
    /// What stood on it when the period ended.
    pub closing: Money,
}
