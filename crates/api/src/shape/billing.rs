//! Papers about money.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, payout::PostalAddress};

/// Declares enums whose words are the model's.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // the words are documented in the model
        pub enum $name {
            $($word),+
        }
    )+};
}

words! {
    /// What kind of paper an advertiser gets.
    PaperKind { Invoice, CreditNote, PaymentReceipt }
    /// What a line of an invoice or credit note is about.
    LineKind { Action, Clicks, Impressions, Visits, Bonuses }
    /// What a line of a statement is about.
    StatementLineKind {
        Earned, Reversed, Clicks, Impressions, Visits, Bonuses, BonusesReversed, Referrals, ReferralsReversed, Sold,
        Bought, PaidOut, Withheld, PayoutReturned,
    }
}

/// A tax on invoices.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxRate {
    /// As it stands on the invoice.
    #[schema(example = "VAT")]
    pub name: String,
    /// Percent, as decimal text with up to three places.
    #[schema(example = "10")]
    pub percent: String,
}

/// To whom invoices or statements are written.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingProfile {
    /// Registered name.
    #[schema(example = "Công ty TNHH Hoa Hồng")]
    pub legal_name: String,
    /// Registered address.
    pub address: PostalAddress,
    /// Tax number.
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    pub registration: Option<String>,
    /// Where invoices are sent.
    pub email: Option<String>,
    /// Taxes on invoices, each on the net amount; the operator's to set.
    #[schema(value_type = Option<Vec<TaxRate>>)]
    pub tax_rates: Vec<TaxRate>,
    /// A sentence that the tax office wants; the operator's to set.
    pub tax_note: Option<String>,
    /// Within how many days an invoice is to be paid, 30 without it; the operator's to set.
    #[schema(value_type = Option<u16>)]
    pub payment_days: u16,
}

/// What stands before the numbers of papers; the usual words where one is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Numbering {
    /// Before the numbers of invoices.
    #[schema(value_type = Option<String>, example = "INV-")]
    pub invoice: String,
    /// Before the numbers of credit notes.
    #[schema(value_type = Option<String>, example = "CN-")]
    pub credit_note: String,
    /// Before the numbers of payment receipts.
    #[schema(value_type = Option<String>, example = "RC-")]
    pub payment_receipt: String,
    /// Before the numbers of statements.
    #[schema(value_type = Option<String>, example = "ST-")]
    pub statement: String,
    /// Whether each year begins with number 1, and stands in the number.
    #[schema(value_type = Option<bool>)]
    pub yearly: bool,
}

/// Who writes the papers: the network.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuerProfile {
    /// Registered name.
    #[schema(example = "Partners B.V.")]
    pub legal_name: String,
    /// Registered address.
    pub address: PostalAddress,
    /// Tax number.
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    pub registration: Option<String>,
    /// For questions.
    pub email: Option<String>,
    /// How an invoice is paid: bank, account, reference.
    pub payment_instructions: Option<String>,
    /// How papers are numbered.
    #[schema(value_type = Option<Numbering>)]
    pub numbering: Numbering,
}

/// Name and address as they stand on a paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct Party {
    /// Registered name.
    pub legal_name: String,
    /// Registered address; none where nobody gave one.
    pub address: Option<PostalAddress>,
    /// Tax number.
    pub tax_id: Option<String>,
    /// Number in the register of companies.
    pub registration: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// A stretch of time, from its first moment to the first one after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Span {
    /// Its first moment.
    #[schema(format = DateTime)]
    pub start: String,
    /// The first moment after it.
    #[schema(format = DateTime)]
    pub end: String,
}

/// A program as a paper names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramNamed {
    /// The program.
    pub id: String,
    /// Its name when the paper was written.
    pub name: String,
}

/// One line of an invoice or credit note.
#[derive(Debug, Serialize, ToSchema)]
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
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxLine {
    /// Its name.
    pub name: String,
    /// Percent.
    pub percent: String,
    /// The amount, in whole coins.
    pub amount: Money,
}

/// Another paper that a paper refers to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reference {
    /// The paper.
    pub id: String,
    /// Its number.
    pub number: String,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
}

/// An invoice, a credit note or a payment receipt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invoice {
    /// Id.
    #[schema(example = "inv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: String,
    /// What kind of paper.
    pub kind: PaperKind,
    /// Its number, unique in the network.
    #[schema(example = "INV-2026-0001")]
    pub number: String,
    /// The network.
    pub network_id: String,
    /// The advertiser.
    pub advertiser_id: String,
    /// Its only currency.
    pub currency: String,
    /// The zone of its days.
    pub zone: String,
    /// The period it closes; none for a payment receipt.
    pub period: Option<Span>,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// Until when it is to be paid.
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
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
    pub funding_id: Option<String>,
    /// What it is made of.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines, exact to the unit of the ledger.
    pub net: Money,
    /// What rounding to whole coins adds to it or takes away.
    pub rounding: Money,
    /// The net amount in whole coins.
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
#[derive(Debug, Serialize, ToSchema)]
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

/// A publisher's statement: what moved his account in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    /// Id.
    #[schema(example = "sta_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: String,
    /// Its number, unique in the network.
    #[schema(example = "ST-2026-0001")]
    pub number: String,
    /// The network.
    pub network_id: String,
    /// The publisher.
    pub publisher_id: String,
    /// Its only currency.
    pub currency: String,
    /// The zone of its days.
    pub zone: String,
    /// The period.
    pub period: Span,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
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
