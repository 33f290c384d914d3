//! What has to be asked, and what answers it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use model::{Currency, Day};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{date::DateOrder, header::Column, number::Decimals};

/// An encoding, by its label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Charset(pub(crate) &'static encoding_rs::Encoding);

/// A label that names no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no encoding; such are windows-1252, windows-1256, windows-1258, utf-16le")]
pub struct CharsetError(pub String);

impl FromStr for Charset {
    type Err = CharsetError;
    fn from_str(label: &str) -> Result<Self, CharsetError> {
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        found.map(Self).ok_or_else(|| CharsetError(label.chars().take(64).collect()))
    }
}

impl Serialize for Charset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for Charset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let label = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        label.parse().map_err(D::Error::custom)
    }
}

/// What to do with an amount that is of several days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// The same on each day: exact parts that sum to the total.
    Even,
}

/// What lines are that sound like totals and have a day of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Totals {
    /// Totals, passed over.
    Skip,
    /// Campaigns of that name.
    Count,
}

/// What the caller says about a file. Whatever is absent is read from the file or asked.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The encoding of a file that is neither UTF-8 nor UTF-16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Charset>,
    /// The order of days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// The mark before decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimals: Option<Decimals>,
    /// The currency of rows that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What to do with amounts of several days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// What lines are that sound like totals and have a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// The campaign of a file that names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The first day that a file without days is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Names of columns as they stand in the file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<Column, String>,
}

/// What a question is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// In which encoding is the file?
    Encoding,
    /// Which of several columns is the cost?
    SpendColumn,
    /// In which currency are the amounts?
    Currency,
    /// Is the point or the comma before the decimals?
    Decimals,
    /// In which order are day, month and year?
    Dates,
    /// The amount is of several days: of which day is how much?
    Period,
    /// The file has no days at all: which ones is it about?
    Range,
    /// Of which campaign are the rows?
    Campaign,
    /// Is this line a total, or a campaign of that name?
    Totals,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 9] = [
        Self::Encoding,
        Self::SpendColumn,
        Self::Currency,
        Self::Decimals,
        Self::Dates,
        Self::Period,
        Self::Range,
        Self::Campaign,
        Self::Totals,
    ];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::SpendColumn => "spend_column",
            Self::Currency => "currency",
            Self::Decimals => "decimals",
            Self::Dates => "dates",
            Self::Period => "period",
            Self::Range => "range",
            Self::Campaign => "campaign",
            Self::Totals => "totals",
        }
    }

    /// The option that answers it, and what it may say.
    pub const fn option(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Encoding => ("encoding", &["windows-1252", "windows-1256", "windows-1258"]),
            Self::SpendColumn => ("columns", &["spend=NAME"]),
            Self::Currency => ("currency", &["USD", "EUR", "VND", "IRR"]),
            Self::Decimals => ("decimals", &["point", "comma"]),
            Self::Dates => ("dates", &["day-first", "month-first", "year-first"]),
            Self::Period => ("spread", &["even"]),
            Self::Range => ("from", &["2026-01-01"]),
            Self::Campaign => ("campaign", &["NAME"]),
            Self::Totals => ("totals", &["skip", "count"]),
        }
    }

    /// The question in English, Vietnamese and Persian.
    pub const fn sentences(self) -> [&'static str; 3] {
        match self {
            Self::Encoding => [
                "The file is neither UTF-8 nor UTF-16. In which encoding is it?",
                "Tệp không phải UTF-8 cũng không phải UTF-16. Tệp dùng bảng mã nào?",
                "پرونده نه UTF-8 است و نه UTF-16. کدگذاری آن چیست؟",
            ],
            Self::SpendColumn => [
                "Several columns could be the cost. Which one is it?",
                "Có nhiều cột có thể là chi phí. Đó là cột nào?",
                "چند ستون می‌توانند هزینه باشند. کدام است؟",
            ],
            Self::Currency => [
                "The file does not say the currency of its amounts. Which one is it?",
                "Tệp không cho biết đơn vị tiền tệ. Đó là tiền tệ nào?",
                "پرونده واحد پول مبلغ‌ها را نمی‌گوید. کدام است؟",
            ],
            Self::Decimals => [
                "This number has two meanings. Does the point or the comma stand before decimals?",
                "Số này có hai cách hiểu. Dấu chấm hay dấu phẩy đứng trước phần thập phân?",
                "این عدد دو معنا دارد. پیش از اعشار نقطه می‌آید یا ویرگول؟",
            ],
            Self::Dates => [
                "This date has several meanings. In which order are day, month and year?",
                "Ngày này có nhiều cách hiểu. Ngày, tháng, năm theo thứ tự nào?",
                "این تاریخ چند معنا دارد. ترتیب روز، ماه و سال چیست؟",
            ],
            Self::Period => [
                "This amount is of several days. Export the file by day, or have it spread evenly.",
                "Số tiền này thuộc nhiều ngày. Hãy xuất tệp theo ngày, hoặc yêu cầu chia đều.",
                "این مبلغ برای چند روز است. خروجی را به تفکیک روز بگیرید، یا بخواهید که برابر پخش شود.",
            ],
            Self::Range => [
                "No row says its day, and no line which days the file is about. Export it by day, or say the days and have them spread.",
                "Không dòng nào cho biết ngày hay khoảng ngày. Hãy xuất tệp theo ngày, hoặc cho biết khoảng ngày và yêu cầu chia đều.",
                "هیچ سطری روز خود را نمی‌گوید و بازهٔ پرونده هم معلوم نیست. خروجی روزانه بگیرید، یا بازه را بگویید تا پخش شود.",
            ],
            Self::Campaign => [
                "No column names the campaign. Of which one are the rows?",
                "Không có cột tên chiến dịch. Các dòng thuộc chiến dịch nào?",
                "هیچ ستونی نام کمپین را ندارد. سطرها برای کدام کمپین‌اند؟",
            ],
            Self::Totals => [
                "This line sounds like a total and has a day. Is it to be passed over, or is it a campaign of that name?",
                "Dòng này giống dòng tổng nhưng có ngày. Bỏ qua nó, hay đó là tên một chiến dịch?",
                "این سطر به جمع می‌ماند ولی روز دارد. نادیده گرفته شود، یا کمپینی به همین نام است؟",
            ],
        }
    }
}

/// Something that a file does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What it is about.
    pub subject: Subject,
    /// The first line on which the answer is needed; 0 for the whole file.
    pub line: u64,
    /// The column's name, where there is one.
    pub column: Option<String>,
    /// What stands there, or between what has to be chosen.
    pub found: Vec<String>,
}

impl Question {
    pub(crate) fn new(subject: Subject, line: u64, column: Option<&str>, found: &[&str]) -> Self {
        let short = |text: &str| text.chars().take(100).collect();
        Self {
            subject,
            line,
            column: column.map(short),
            found: found.iter().map(|text| short(text)).collect(),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}", self.line)?;
            if let Some(column) = &self.column {
                write!(f, ", column `{column}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.subject.sentences()[0])?;
        if !self.found.is_empty() {
            write!(f, " Found: {}.", self.found.join(" and "))?;
        }
        let (option, answers) = self.subject.option();
        write!(f, " Answer with `{option}`, such as {}.", answers.join(", "))
    }
}
