//! Payments to publishers: where the money goes, when, and the states of a payment.
//!
//! Account numbers are kept sealed and never shown whole; what is here is their plain form on the way in and out. Which of
//! the optional members a method needs is checked where details are saved.

use serde::{Deserialize, Serialize};

use crate::{
    currency::Currency,
    ids::{PayoutId, PayoutRunId, PublisherId},
    money::Money,
    time::Timestamp,
};

/// Declares enums of words on the wire and in storage.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $member:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $word)] $member,)+
        }

        impl $name {
            /// Every member.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }
            /// The member of this word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.word() == word)
            }
        }
    )+};
}
pub(crate) use words;

words! {
    /// How a publisher is paid.
    PaymentMethod {
        /// Euro transfer within the single payments area.
        Sepa = "sepa",
        /// Bank transfer anywhere, in an ISO 20022 file.
        Iso20022 = "iso20022",
        /// Bank transfer in the United States, in a NACHA file.
        Ach = "ach",
        /// By hand, as the instructions say.
        Other = "other",
    }
    /// What kind of account a bank in the United States keeps.
    BankAccountKind {
        /// A current account.
        Checking = "checking",
        /// A savings account.
        Savings = "savings",
    }
    /// Whether a person or a company holds an account.
    HolderKind {
        /// A person.
        Person = "person",
        /// A company.
        Company = "company",
    }
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
    /// Where a payout run stands.
    PayoutRunState {
        /// Waits for a second person.
        Proposed = "proposed",
        /// Approved: its amounts are promised away.
        Approved = "approved",
        /// Its file was made, and may be with the bank.
        Sent = "sent",
        /// Every payment of it is confirmed or failed.
        Settled = "settled",
        /// Given up before it was sent.
        Cancelled = "cancelled",
    }
    /// Where one payment stands.
    PayoutState {
        /// Part of a proposal.
        Proposed = "proposed",
        /// Not paid after all: the balance or the details changed before the approval.
        LeftOut = "left_out",
        /// Promised away from the balance.
        Approved = "approved",
        /// In the file for the bank.
        Sent = "sent",
        /// The bank paid it.
        Confirmed = "confirmed",
        /// The bank refused it; it is back on the balance.
        Failed = "failed",
        /// It came back after it had been confirmed; it is back on the balance.
        Returned = "returned",
        /// Given up with its run.
        Cancelled = "cancelled",
    }
    /// Why a publisher is not paid in a run.
    NotPaid {
        /// The balance is below the minimum, or below the smallest coin.
        BelowMinimum = "below_minimum",
        /// Nobody said where the money should go.
        NoPaymentDetails = "no_payment_details",
        /// The bank details were changed a short time ago.
        CoolDown = "cool_down",
        /// More was taken back than is left.
        NegativeBalance = "negative_balance",
        /// The publisher is not active.
        PublisherInactive = "publisher_inactive",
        /// His day has not come since his last payout, or he did not ask.
        NotScheduled = "not_scheduled",
        /// He is paid in another way than this run.
        OtherMethod = "other_method",
        /// He wants another currency than that of this run.
        OtherCurrency = "other_currency",
        /// A payment to him is still on its way.
        PayoutOpen = "payout_open",
        /// The balance fell after the proposal.
        BalanceFell = "balance_fell",
        /// The payment details were changed after the proposal.
        DetailsChanged = "details_changed",
        /// The balance is in another currency than he is paid in, and no exchange rate is stored.
        NoExchangeRate = "no_exchange_rate",
    }
}

impl PayoutState {
    /// Whether the amount is promised away and neither paid nor given back.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Approved | Self::Sent)
    }
}

impl NotPaid {
    /// What it means: English, Vietnamese, Persian.
    pub const fn sentences(self) -> [&'static str; 3] {
        match self {
            Self::BelowMinimum => [
                "The balance is below the minimum payout and is carried forward.",
                "Số dư thấp hơn mức thanh toán tối thiểu và được chuyển sang kỳ sau.",
                "موجودی کمتر از حداقل پرداخت است و به دورهٔ بعد منتقل می‌شود.",
            ],
            Self::NoPaymentDetails => [
                "There are no payment details; the publisher must enter them.",
                "Chưa có thông tin thanh toán; đối tác cần nhập thông tin này.",
                "اطلاعات پرداخت ثبت نشده است؛ ناشر باید آن را وارد کند.",
            ],
            Self::CoolDown => [
                "The bank details were changed within the last days; payouts wait until the cool-down ends.",
                "Thông tin ngân hàng vừa được thay đổi; việc thanh toán chờ đến khi hết thời gian tạm giữ.",
                "اطلاعات بانکی به‌تازگی تغییر کرده است؛ پرداخت تا پایان دورهٔ انتظار متوقف می‌ماند.",
            ],
            Self::NegativeBalance => [
                "The balance is below zero after refunds; later earnings work it off.",
                "Số dư âm sau khi hoàn tiền; thu nhập sau này sẽ bù lại.",
                "موجودی پس از بازگشت وجه منفی است؛ درآمدهای بعدی آن را جبران می‌کند.",
            ],
            Self::PublisherInactive => {
                ["The publisher is not active.", "Đối tác không ở trạng thái hoạt động.", "ناشر فعال نیست."]
            }
            Self::NotScheduled => [
                "The publisher's payment day has not come since the last payout, or no payout was requested.",
                "Chưa đến ngày thanh toán của đối tác kể từ lần trước, hoặc đối tác chưa yêu cầu thanh toán.",
                "از آخرین پرداخت، روز پرداخت ناشر فرا نرسیده یا درخواستی ثبت نشده است.",
            ],
            Self::OtherMethod => [
                "The publisher is paid by another method than this run.",
                "Đối tác nhận tiền bằng phương thức khác với đợt này.",
                "روش پرداخت ناشر با این دورهٔ پرداخت متفاوت است.",
            ],
            Self::OtherCurrency => [
                "The publisher wants to be paid in another currency than this run.",
                "Đối tác muốn nhận bằng loại tiền khác với đợt này.",
                "ناشر می‌خواهد با ارزی غیر از ارز این دوره پرداخت شود.",
            ],
            Self::PayoutOpen => [
                "An earlier payout is still on its way; the next run pays the rest.",
                "Một khoản thanh toán trước đó vẫn đang được xử lý; đợt sau sẽ trả phần còn lại.",
                "پرداخت پیشین هنوز در راه است؛ باقی‌مانده در دورهٔ بعد پرداخت می‌شود.",
            ],
            Self::BalanceFell => [
                "The balance fell after the proposal and no longer covers the payout.",
                "Số dư giảm sau khi đề xuất và không còn đủ cho khoản thanh toán.",
                "موجودی پس از پیشنهاد کاهش یافت و دیگر برای پرداخت کافی نیست.",
            ],
            Self::DetailsChanged => [
                "The payment details were changed after the proposal.",
                "Thông tin thanh toán đã thay đổi sau khi đề xuất.",
                "اطلاعات پرداخت پس از پیشنهاد تغییر کرده است.",
            ],
            Self::NoExchangeRate => [
                "No exchange rate into the currency of this run is stored for the day; the balance stays until one is.",
                "Chưa lưu tỷ giá sang loại tiền của đợt này cho ngày đó; số dư được giữ lại cho đến khi có.",
                "نرخ تبدیل به ارز این دوره برای آن روز ثبت نشده است؛ موجودی تا ثبت نرخ می‌ماند.",
            ],
        }
    }
}

/// When a publisher is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(tag = "every", rename_all = "snake_case", deny_unknown_fields)]
pub enum PayoutSchedule {
    /// On a day of the week.
    Week {
        /// The day.
        weekday: Weekday,
    },
    /// On a day of the month; the last day where the month is shorter.
    Month {
        /// 1 to 31.
        day: u8,
    },
    /// When he asks.
    #[default]
    Request,
}

/// An address in parts, as banks ask for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalAddress {
    /// Street.
    #[serde(default)]
    pub street: Option<String>,
    /// Number of the building.
    #[serde(default)]
    pub building_number: Option<String>,
    /// Post code.
    #[serde(default)]
    pub post_code: Option<String>,
    /// Town.
    pub town: String,
    /// ISO 3166 country code of two letters.
    pub country: String,
}

/// Where a publisher's money goes, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentDetails {
    /// How he is paid.
    pub method: PaymentMethod,
    /// Who holds the account.
    pub holder: String,
    /// Person or company.
    pub holder_kind: HolderKind,
    /// Where the holder lives or is registered.
    pub address: PostalAddress,
    /// For `sepa`, and for `iso20022` where the country has them: the IBAN.
    #[serde(default)]
    pub iban: Option<String>,
    /// For `iso20022`, and optional for `sepa`: the bank's BIC.
    #[serde(default)]
    pub bic: Option<String>,
    /// For `ach`: the bank's routing number.
    #[serde(default)]
    pub routing_number: Option<String>,
    /// For `ach`, and for `iso20022` without an IBAN: the account.
    #[serde(default)]
    pub account_number: Option<String>,
    /// For `ach`: what kind of account it is.
    #[serde(default)]
    pub account_kind: Option<BankAccountKind>,
    /// For `other`: what to do.
    #[serde(default)]
    pub instructions: Option<String>,
    /// Tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// Percent of each payout that is kept back as tax; the operator's to set.
    #[serde(default)]
    pub withholding_percent: Option<String>,
    /// The currency he is paid in.
    pub currency: Currency,
    /// When he is paid.
    #[serde(default)]
    pub schedule: PayoutSchedule,
    /// The least amount that is paid out, as decimal text.
    #[serde(default)]
    pub minimum: Option<String>,
}

impl PaymentDetails {
    /// Whether both send the money to the same place: a change of anything else needs no waiting.
    pub fn same_destination(&self, other: &Self) -> bool {
        let place = |details: &Self| {
            let Self { method, holder, holder_kind, iban, bic, .. } = details.clone();
            let Self { routing_number, account_number, account_kind, instructions, .. } = details.clone();
            (
                (method, holder, holder_kind, iban, bic),
                (routing_number, account_number, account_kind, instructions),
            )
        };
        place(self) == place(other)
    }
}

/// How a bank in the United States knows whoever sends it a NACHA file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AchOriginator {
    /// The bank's routing number.
    pub routing_number: String,
    /// The bank's name.
    pub bank_name: String,
    /// The company's number with the bank: up to 10 letters and digits.
    pub company_id: String,
}

/// The account that a network pays from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayerDetails {
    /// Who holds the account.
    pub name: String,
    /// Where he is registered.
    pub address: PostalAddress,
    /// The account for `sepa` and `iso20022`.
    #[serde(default)]
    pub iban: Option<String>,
    /// The same without an IBAN.
    #[serde(default)]
    pub account_number: Option<String>,
    /// The bank's BIC.
    #[serde(default)]
    pub bic: Option<String>,
    /// What `ach` needs.
    #[serde(default)]
    pub ach: Option<AchOriginator>,
}

/// What a payout was worked out from, as it stands in its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payout {
    /// Id; what the bank's files name it by.
    pub id: PayoutId,
    /// Its run.
    pub run_id: PayoutRunId,
    /// Who is paid.
    pub publisher_id: PublisherId,
    /// Where it stands.
    pub state: PayoutState,
    /// What could be paid out: the balance of the period, in full.
    pub payable: Money,
    /// What leaves the balance: `payable`, floored once to whole coins.
    pub gross: Money,
    /// What of it is kept back as tax.
    pub withheld: Money,
    /// Which version of the payment details it goes to.
    pub details_version: i64,
    /// Everything posted before this moment is covered.
    pub period_end: Timestamp,
    /// Everything posted before this moment was covered by payouts before.
    pub covered_from: Timestamp,
    /// Why it was left out, failed or came back, or how it came out that it was paid after all.
    pub reason: Option<String>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// When it was confirmed, failed or came back.
    pub settled_at: Option<Timestamp>,
}

impl Payout {
    /// What the bank pays.
    ///
    /// # Errors
    /// Two currencies: a damaged row.
    pub fn amount(&self) -> Result<Money, crate::money::MoneyError> {
        self.gross.sub(self.withheld)
    }
}

/// By which payment what was posted on a publisher's account at `posted_at` has been paid out, given his payouts in the account's
/// currency: the first that covers it, is confirmed, and was not followed by one that covered it and came back.
pub fn paid_by<'a>(posted_at: Timestamp, payouts: &[&'a Payout]) -> Option<&'a Payout> {
    let covering = payouts.iter().copied().filter(|payout| posted_at < payout.period_end);
    let came_back =
        |payout: &&Payout| payout.state == PayoutState::Returned && posted_at >= payout.covered_from;
    let last_return = covering.clone().filter(came_back).filter_map(|payout| payout.settled_at).max();
    covering
        .filter(|payout| payout.state == PayoutState::Confirmed)
        .filter(|payout| last_return.is_none() || payout.approved_at > last_return)
        .min_by_key(|payout| (payout.approved_at, payout.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `state period_end covered_from approved settled`, one payout each.
    fn payouts(text: &str) -> Vec<Payout> {
        let one = |line: &str| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let at = |place: usize| Timestamp::from_seconds(cells[place].parse().expect("a number"));
            let money = Money::from_units(1_000_000, Currency::USD);
            Payout {
                id: PayoutId::from_bytes([1; 16]),
                run_id: PayoutRunId::from_bytes([2; 16]),
                publisher_id: PublisherId::from_bytes([3; 16]),
                state: PayoutState::from_word(cells[0]).expect("a state"),
                payable: money,
                gross: money,
                withheld: Money::zero(Currency::USD),
                details_version: 1,
                period_end: at(1),
                covered_from: at(2),
                reason: None,
                approved_at: Some(at(3)),
                settled_at: Some(at(4)),
            }
        };
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(one).collect()
    }

    #[test]
    fn what_a_confirmed_payout_covers_is_paid_until_it_comes_back() {
        let paid = |text: &str| -> Vec<i64> {
            let payouts = payouts(text);
            let payouts: Vec<&Payout> = payouts.iter().collect();
            (5..40)
                .step_by(10)
                .filter(|at| paid_by(Timestamp::from_seconds(*at), &payouts).is_some())
                .collect()
        };
        assert_eq!(paid("confirmed 20 0 21 22"), [5, 15]);
        assert_eq!(paid("failed 20 0 21 22"), [0_i64; 0]);
        assert_eq!(paid("sent 20 0 21 22"), [0_i64; 0]);
        // The second period's payout does not bring back the first one's, which returned later.
        assert_eq!(
            paid(
                "returned  20  0 21 50
                 confirmed 30 20 31 32"
            ),
            [25]
        );
        // A payout that was approved after the return covers it again.
        assert_eq!(
            paid(
                "returned  20  0 21 50
                 confirmed 30 20 31 32
                 confirmed 40  0 60 61"
            ),
            [5, 15, 25, 35]
        );
    }

    #[test]
    fn words_read_back_and_each_reason_has_its_sentences() {
        assert!(PayoutState::ALL.iter().all(|state| PayoutState::from_word(state.word()) == Some(*state)));
        for reason in NotPaid::ALL {
            assert!(reason.sentences().iter().all(|sentence| sentence.chars().count() > 10), "{reason:?}");
        }
        assert_eq!(PayoutRunState::from_word("paid"), None);
    }
}
