//! Files of offline exposures: one line for each time at which a campaign was seen or heard.
//!
//! The first line names the columns, in English, German, Vietnamese or Persian. Times with an offset are moments; those without one are of the
//! network's zone. A row that is broken is told with its line and column and does not stop the good ones.

use std::collections::BTreeMap;

use model::{
    Channel, Timestamp,
    calendar::{self, Zone},
};

use crate::{
    read::BadRow,
    sheet::{self, DELIMITERS, Line},
    text::{self, Unreadable},
};

/// The most rows of one file.
pub const ROWS_MAX: usize = 100_000;
/// The longest slot, in seconds: a year.
pub const SLOT_SECONDS_MAX: i64 = 366 * 86_400;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Campaign,
    Channel,
    Name,
    From,
    To,
    Seconds,
    Country,
    Region,
    Impressions,
    Code,
}

/// The names of columns, in small letters; the first is the one that messages use.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Campaign, &["campaign", "campaign_id", "kampagne", "chiến dịch", "کمپین"]),
    (Column::Channel, &["channel", "medium", "kanal", "kênh", "کانال"]),
    (Column::Name, &["name", "spot", "motif", "motiv", "station", "sender", "tên", "نام"]),
    (
        Column::From,
        &["from", "starts_at", "start", "begin", "airtime", "time", "von", "beginn", "bắt đầu", "آغاز"],
    ),
    (Column::To, &["to", "ends_at", "end", "until", "bis", "ende", "kết thúc", "پایان"]),
    (Column::Seconds, &["seconds", "duration", "duration_seconds", "sekunden", "dauer", "giây", "ثانیه"]),
    (Column::Country, &["country", "land", "quốc gia", "کشور"]),
    (Column::Region, &["region", "subdivision", "vùng", "استان"]),
    (
        Column::Impressions,
        &["impressions", "reach", "contacts", "reichweite", "kontakte", "lượt hiển thị", "نمایش"],
    ),
    (Column::Code, &["code", "coupon", "gutschein", "mã", "کد"]),
];

impl Column {
    const fn word(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Channel => "channel",
            Self::Name => "name",
            Self::From => "from",
            Self::To => "to",
            Self::Seconds => "seconds",
            Self::Country => "country",
            Self::Region => "region",
            Self::Impressions => "impressions",
            Self::Code => "code",
        }
    }

    fn of(name: &str) -> Option<Self> {
        let name = sheet::trim(name).to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
    }
}

/// One exposure as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureRow {
    /// The line.
    pub line: u64,
    /// The campaign's name or id.
    pub campaign: String,
    /// Its channel, where the file says it.
    pub channel: Option<Channel>,
    /// What tells several of the same moment and place apart; may be empty.
    pub name: String,
    /// The first moment.
    pub starts_at: Timestamp,
    /// The last moment.
    pub ends_at: Timestamp,
    /// The country, in capital letters; empty for every one.
    pub country: String,
    /// The region, such as `DE-BY`; empty for every one.
    pub region: String,
    /// How many saw it.
    pub impressions: Option<i64>,
    /// The code that it told.
    pub code: Option<String>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExposureFile {
    /// Its rows.
    pub rows: Vec<ExposureRow>,
    /// Rows that cannot be taken.
    pub bad: Vec<BadRow>,
}

/// Why a file is none of exposures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoExposures {
    /// It is no text.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is a text that is neither UTF-8 nor UTF-16.
    #[error("the file is neither UTF-8 nor UTF-16; save it as CSV in UTF-8")]
    Encoding,
    /// A column is missing.
    #[error(
        "line {line} names no column `{column}`; there are campaign, channel, name, from, to, seconds, country, region, impressions, code"
    )]
    Column {
        /// The line of the header.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A column is there twice.
    #[error("line {line}: two columns hold the {column}")]
    Twice {
        /// The line of the header.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// It has too many rows.
    #[error("a file has at most {ROWS_MAX} rows")]
    TooLong,
    /// It is empty.
    #[error("the file is empty")]
    Empty,
}

/// Reads a file; times without an offset are of `zone`.
///
/// # Errors
/// When it is no table of exposures at all.
pub fn read(bytes: &[u8], zone: &Zone) -> Result<ExposureFile, NoExposures> {
    let text = text::decode(bytes, None)?.ok_or(NoExposures::Encoding)?;
    let (named, text) = sheet::named_delimiter(&text)
        .map_or((None, text.as_str()), |(delimiter, rest)| (Some(delimiter), rest));
    let first = if named.is_some() { 2 } else { 1 };
    let head = text.lines().find(|line| !line.trim().is_empty()).ok_or(NoExposures::Empty)?;
    let columns_by = |delimiter: u8| {
        let cells = head.split(char::from(delimiter));
        cells.filter(|cell| Column::of(cell.trim_matches('"')).is_some()).count()
    };
    // Of equally good ones the first, as everywhere.
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| columns_by(*delimiter));
    let mut lines = sheet::lines(text, named.or(best).unwrap_or(b','), first)?.into_iter();
    let header = lines.next().ok_or(NoExposures::Empty)?;
    let columns = columns(&header)?;
    let mut file = ExposureFile::default();
    for line in lines {
        if file.rows.len() + file.bad.len() >= ROWS_MAX {
            return Err(NoExposures::TooLong);
        }
        match (Cells { line: &line, columns: &columns, zone }).row() {
            Ok(row) => file.rows.push(row),
            Err((column, reason)) => {
                let name = columns.get(&column).map_or("", |place| header.cell(*place));
                let column = if name.is_empty() { column.word() } else { name };
                file.bad.push(BadRow { line: line.number, column: Some(column.to_owned()), reason });
            }
        }
    }
    Ok(file)
}

fn columns(header: &Line) -> Result<BTreeMap<Column, usize>, NoExposures> {
    let mut columns = BTreeMap::new();
    for place in 0..header.cells.len() {
        let Some(column) = Column::of(header.cell(place)) else { continue };
        if columns.insert(column, place).is_some() {
            return Err(NoExposures::Twice { line: header.number, column: column.word() });
        }
    }
    for column in [Column::Campaign, Column::From] {
        if !columns.contains_key(&column) {
            return Err(NoExposures::Column { line: header.number, column: column.word() });
        }
    }
    Ok(columns)
}

/// A row as it is read.
struct Cells<'a> {
    line: &'a Line,
    columns: &'a BTreeMap<Column, usize>,
    zone: &'a Zone,
}

type Wrong = (Column, String);

impl Cells<'_> {
    fn text(&self, column: Column) -> &str {
        self.columns.get(&column).map_or("", |place| self.line.cell(*place))
    }

    fn row(&self) -> Result<ExposureRow, Wrong> {
        let campaign = self.text(Column::Campaign);
        if campaign.is_empty() {
            return Err((Column::Campaign, "there is no campaign".to_owned()));
        }
        let channel = match self.text(Column::Channel) {
            "" => None,
            word => Some(word.to_lowercase().parse().map_err(|error| (Column::Channel, format!("{error}")))?),
        };
        let starts_at = self.moment(Column::From)?.ok_or((Column::From, "there is no time".to_owned()))?;
        let ends_at = self.ends_at(starts_at)?;
        let (country, region) = place(self.text(Column::Country), self.text(Column::Region)).map_err(
            |(is_country, reason)| (if is_country { Column::Country } else { Column::Region }, reason),
        )?;
        let impressions = match self.text(Column::Impressions) {
            "" | "-" => None,
            text => Some(count(text).ok_or_else(|| (Column::Impressions, no_count(text)))?),
        };
        let code = Some(self.text(Column::Code)).filter(|code| !code.is_empty()).map(str::to_owned);
        let name = self.text(Column::Name).to_owned();
        let campaign = campaign.to_owned();
        let line = self.line.number;
        Ok(ExposureRow {
            line,
            campaign,
            channel,
            name,
            starts_at,
            ends_at,
            country,
            region,
            impressions,
            code,
        })
    }

    fn ends_at(&self, starts_at: Timestamp) -> Result<Timestamp, Wrong> {
        let (column, ends_at) = match (self.moment(Column::To)?, self.text(Column::Seconds)) {
            (Some(ends_at), _) => (Column::To, ends_at),
            (None, "") => (Column::To, starts_at),
            (None, text) => {
                let seconds = count(text).filter(|seconds| *seconds <= SLOT_SECONDS_MAX);
                let seconds = seconds.ok_or_else(|| (Column::Seconds, no_count(text)))?;
                (Column::Seconds, starts_at.plus_seconds(seconds))
            }
        };
        check_slot(starts_at, ends_at).map_err(|reason| (column, reason.to_owned()))?;
        Ok(ends_at)
    }

    fn moment(&self, column: Column) -> Result<Option<Timestamp>, Wrong> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let moment = calendar::moment(self.zone, text).or_else(|| Timestamp::parse(text).ok());
        let wrong = || {
            let shown: String = text.chars().take(64).collect();
            format!(
                "`{}` is no time; write 2026-01-31 20:15 or 2026-01-31T20:15:00+01:00",
                shown.escape_debug()
            )
        };
        moment.map(Some).ok_or_else(|| (column, wrong()))
    }
}

/// Whether a slot can be as long as that.
///
/// # Errors
/// Why it cannot.
pub fn check_slot(starts_at: Timestamp, ends_at: Timestamp) -> Result<(), &'static str> {
    match ends_at.micros_since(starts_at) {
        ..0 => Err("it ends before it begins"),
        long if long > SLOT_SECONDS_MAX * 1_000_000 => Err("it lasts longer than a year"),
        _ => Ok(()),
    }
}

/// Country and region in the form in which visits have them. A region may leave its country out where that is told beside it.
///
/// # Errors
/// Whether it is the country that is wrong, and why.
pub fn place(country: &str, region: &str) -> Result<(String, String), (bool, String)> {
    let (mut country, region) = (country.trim().to_ascii_uppercase(), region.trim().to_ascii_uppercase());
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if !country.is_empty() && !letters(&country) {
        return Err((true, "a country has two letters, such as DE".to_owned()));
    }
    if region.is_empty() {
        return Ok((country, region));
    }
    let (of, subdivision) = match region.split_once('-') {
        Some((of, subdivision)) => (of.to_owned(), subdivision),
        None => (country.clone(), region.as_str()),
    };
    let legal =
        (1..=3).contains(&subdivision.len()) && subdivision.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !legal || !letters(&of) {
        return Err((false, "a region is a code of ISO 3166-2, such as DE-BY".to_owned()));
    }
    if country.is_empty() {
        country.clone_from(&of);
    }
    if country != of {
        return Err((false, format!("the region {region} is not in {country}")));
    }
    Ok((country, format!("{of}-{subdivision}")))
}

/// A whole number, perhaps with blanks, dots or commas between groups of three digits.
fn count(text: &str) -> Option<i64> {
    let separator = text.chars().find(|letter| !letter.is_ascii_digit());
    let groups: Vec<&str> = match separator {
        None => vec![text],
        Some(separator @ (' ' | '.' | ',' | '\'' | '\u{a0}' | '\u{202f}')) => text.split(separator).collect(),
        Some(_) => return None,
    };
    let (first, rest) = groups.split_first()?;
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits(first) && rest.iter().all(|group| group.len() == 3 && digits(group));
    let fits = fits && (rest.is_empty() || first.len() <= 3);
    groups.concat().parse().ok().filter(|_| fits)
}

fn no_count(text: &str) -> String {
    let shown: String = text.chars().take(64).collect();
    format!("`{}` is no whole number that fits", shown.escape_debug())
}
