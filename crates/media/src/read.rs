//! A file to cost rows, or to questions.

use std::collections::BTreeMap;

use model::{Day, Money};

use crate::{
    date::{self, DateOrder},
    header::Column,
    layout::Layout,
    number::{self, Decimals, Evidence, Said, Written},
    period::{self, About, Days},
    question::{Options, Question, Subject, Totals},
    sheet::Line,
    text::{self, Unreadable},
    totals::{self, Sounds},
};

/// What a campaign cost on a day, all rows of the file about it together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostRow {
    /// The first line that tells of it.
    pub line: u64,
    /// The campaign's name in the file; its id where it has no name.
    pub campaign: String,
    /// Its id at the ad system.
    pub campaign_id: Option<String>,
    /// The day.
    pub day: Day,
    /// What was spent.
    pub spend: Money,
    /// Impressions, when the file tells them.
    pub impressions: Option<i64>,
    /// Clicks, when the file tells them.
    pub clicks: Option<i64>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line on which it begins.
    pub line: u64,
    /// The column that is wrong.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
}

/// Why a line was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// It sums up others.
    Total,
    /// It is the header once more.
    HeaderAgain,
    /// It holds no numbers.
    Note,
}

impl Skipped {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::HeaderAgain => "header_again",
            Self::Note => "note",
        }
    }
}

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedLine {
    /// The line.
    pub line: u64,
    /// Why.
    pub why: Skipped,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CostFile {
    /// The costs, by campaign and day.
    pub rows: Vec<CostRow>,
    /// Rows that cannot be taken.
    pub bad: Vec<BadRow>,
    /// Lines that were passed over.
    pub skipped: Vec<SkippedLine>,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Its costs.
    File(CostFile),
    /// What has to be answered first.
    Questions(Vec<Question>),
}

/// A row with numbers and days as they are written.
struct Raw {
    line: u64,
    campaign: String,
    campaign_id: Option<String>,
    about: About,
    /// The text of the day, for questions.
    dated: String,
    spend: Option<Written>,
    said: Option<Said>,
    impressions: Option<Written>,
    clicks: Option<Written>,
}

/// What is the same for all rows once it was found out.
struct Style {
    order: DateOrder,
    decimals: Decimals,
    /// The days that the file is about.
    file: Option<Days>,
}

/// Reads a file.
///
/// # Errors
/// When it is no table of costs at all.
pub fn read(bytes: &[u8], options: &Options) -> Result<Reading, Unreadable> {
    let Some(text) = text::decode(bytes, options.encoding)? else {
        return Ok(Reading::Questions(vec![Question::new(Subject::Encoding, 0, None, &[])]));
    };
    let mut reader = Reader {
        layout: Layout::find(&text, options)?,
        options,
        questions: Vec::new(),
        file: CostFile::default(),
    };
    reader.questions.extend(reader.layout.question.take());
    let raws = reader.raws();
    let style = reader.style(&raws);
    reader.ask_for_each(&raws, &style);
    if !reader.questions.is_empty() {
        let mut questions = reader.questions;
        questions.sort_by_key(|question| (question.subject, question.line));
        questions.dedup_by_key(|question| question.subject);
        return Ok(Reading::Questions(questions));
    }
    reader.add_up(&raws, &style);
    reader.file.bad.sort_by_key(|bad| bad.line);
    Ok(Reading::File(reader.file))
}

struct Reader<'a> {
    layout: Layout,
    options: &'a Options,
    questions: Vec<Question>,
    file: CostFile,
}

impl Reader<'_> {
    fn ask(&mut self, subject: Subject, line: u64, column: Option<Column>, found: &[&str]) {
        let name = column.and_then(|column| self.layout.name(column));
        self.questions.push(Question::new(subject, line, name, found));
    }

    fn bad(&mut self, line: u64, column: Option<Column>, reason: impl Into<String>) {
        let column = column.and_then(|column| self.layout.name(column)).map(str::to_owned);
        self.file.bad.push(BadRow { line, column, reason: reason.into() });
    }

    fn skip(&mut self, line: u64, why: Skipped) {
        self.file.skipped.push(SkippedLine { line, why });
    }

    fn has(&self, column: Column) -> bool {
        self.layout.columns.contains_key(&column)
    }

    /// The column with the amounts.
    fn spend_column(&self) -> Column {
        if self.has(Column::Spend) { Column::Spend } else { Column::SpendMicros }
    }

    /// The rows that are neither totals nor notes nor broken.
    fn raws(&mut self) -> Vec<Raw> {
        let body = std::mem::take(&mut self.layout.body);
        let last = body.len().saturating_sub(1);
        let mut raws = Vec::with_capacity(body.len());
        for (place, line) in body.iter().enumerate() {
            let outermost = place == 0 || place == last;
            if let Some(why) = self.passed_over(line, outermost) {
                self.skip(line.number, why);
                continue;
            }
            match self.raw(line) {
                Ok(raw) => raws.push(raw),
                Err((column, reason)) => self.bad(line.number, Some(column), reason),
            }
        }
        raws
    }

    /// Why a line is no row.
    fn passed_over(&mut self, line: &Line, outermost: bool) -> Option<Skipped> {
        if (0..line.cells.len()).all(|place| line.cell(place) == self.layout.header.cell(place)) {
            return Some(Skipped::HeaderAgain);
        }
        let has_day = self.own_day(line);
        let campaign = self.layout.cell(line, Column::Campaign);
        if totals::sounds(line.first()) == Sounds::Total || totals::sounds(campaign) == Sounds::Total {
            if !has_day {
                return Some(Skipped::Total);
            }
            match self.options.totals {
                Some(Totals::Skip) => return Some(Skipped::Total),
                Some(Totals::Count) => {}
                None => {
                    let found = line.first().to_owned();
                    self.ask(Subject::Totals, line.number, Some(Column::Campaign), &[&found]);
                    return Some(Skipped::Total);
                }
            }
        }
        let no_name = self.has(Column::Campaign)
            && number::is_nothing(campaign)
            && number::is_nothing(self.layout.cell(line, Column::CampaignId));
        if no_name && (!has_day || outermost) && line.filled() > 1 {
            return Some(Skipped::Total);
        }
        let numbers = [Column::Spend, Column::SpendMicros, Column::Impressions, Column::Clicks];
        let holds_none = numbers.iter().all(|column| number::is_nothing(self.layout.cell(line, *column)));
        holds_none.then_some(Skipped::Note)
    }

    /// Whether a line tells of one day; without columns of days every line does as much as the others.
    fn own_day(&self, line: &Line) -> bool {
        let cell = |column| self.layout.cell(line, column);
        if self.has(Column::Day) {
            return date::shape(cell(Column::Day)).is_some();
        }
        self.has(Column::Starts)
            && date::shape(cell(Column::Starts)).is_some()
            && cell(Column::Starts) == cell(Column::Ends)
    }

    fn raw(&self, line: &Line) -> Result<Raw, (Column, String)> {
        let cell = |column| self.layout.cell(line, column);
        let shown = |text: &str| text.chars().take(60).collect::<String>();
        let written = |column: Column| match cell(column) {
            text if number::is_nothing(text) => Ok(None),
            text => Written::read(text)
                .map(Some)
                .ok_or_else(|| (column, format!("`{}` is no number", shown(text)))),
        };
        let spend = written(self.spend_column())?;
        let said = match cell(Column::Currency) {
            text if number::is_nothing(text) => None,
            text => Some(
                Said::read(text)
                    .ok_or_else(|| (Column::Currency, format!("`{}` is no known currency", shown(text))))?,
            ),
        };
        let named = self.layout.columns.get(&self.spend_column()).and_then(|read| read.said);
        let said = spend.as_ref().and_then(|spend| spend.said).or(said).or(named);
        let said = said.or_else(|| self.options.currency.map(Said::one));
        let campaign_id =
            Some(cell(Column::CampaignId)).filter(|id| !number::is_nothing(id)).map(str::to_owned);
        let campaign = match (cell(Column::Campaign), &campaign_id) {
            (name, _) if !number::is_nothing(name) => name.split_whitespace().collect::<Vec<_>>().join(" "),
            (_, Some(id)) => id.clone(),
            _ if self.has(Column::Campaign) => {
                return Err((Column::Campaign, "the row names no campaign".to_owned()));
            }
            _ => self.options.campaign.clone().unwrap_or_default(),
        };
        let (about, dated) = self.about(line)?;
        let (impressions, clicks) = (written(Column::Impressions)?, written(Column::Clicks)?);
        Ok(Raw { line: line.number, campaign, campaign_id, about, dated, spend, said, impressions, clicks })
    }

    /// What a row says about its days, and in which words.
    fn about(&self, line: &Line) -> Result<(About, String), (Column, String)> {
        let cell = |column| self.layout.cell(line, column);
        let dated = |column: Column| match cell(column) {
            "" => Err((column, "the row names no day".to_owned())),
            text => date::shape(text).ok_or_else(|| {
                (column, format!("`{}` is no date", text.chars().take(60).collect::<String>()))
            }),
        };
        if self.has(Column::Day) {
            return Ok((About::Day(dated(Column::Day)?), cell(Column::Day).to_owned()));
        }
        if self.has(Column::Starts) && self.has(Column::Ends) {
            let (first, last) = (dated(Column::Starts)?, dated(Column::Ends)?);
            let about = if first == last { About::Day(first) } else { About::Days(first, last) };
            return Ok((about, cell(Column::Starts).to_owned()));
        }
        if self.has(Column::Week) {
            return Ok((About::Week(dated(Column::Week)?), cell(Column::Week).to_owned()));
        }
        if self.has(Column::Month) {
            let text = cell(Column::Month);
            let month = period::month(text);
            let month =
                month.ok_or_else(|| (Column::Month, format!("`{text}` is no month; write it as 2026-01")))?;
            return Ok((month, text.to_owned()));
        }
        Ok((About::File, String::new()))
    }

    /// The column that says of which days rows are.
    fn day_column(&self) -> Option<Column> {
        [Column::Day, Column::Starts, Column::Week, Column::Month]
            .into_iter()
            .find(|column| self.has(*column))
    }

    /// What all rows have in common, as far as they or the caller say.
    fn style(&mut self, raws: &[Raw]) -> Style {
        let order = self.order(raws);
        let decimals = self.decimals(raws);
        let file = match (self.options.from, self.options.to) {
            (Some(from), to) => Days::new(from, to.unwrap_or(from)).ok(),
            _ => self.layout.range.and_then(|(_, (first, last))| {
                // Only names of months and years in front are sure; what else is open is asked as the whole range.
                let sure = date::order(&[first, last]);
                let order = self.options.dates.or(match sure {
                    date::Proof::Is(order) => Some(order),
                    _ => None,
                })?;
                Days::new(first.day(order).ok()?, last.day(order).ok()?).ok()
            }),
        };
        Style { order, decimals, file }
    }

    fn order(&mut self, raws: &[Raw]) -> DateOrder {
        if let Some(order) = self.options.dates {
            return order;
        }
        let dates: Vec<(usize, date::Dated)> = raws
            .iter()
            .enumerate()
            .flat_map(|(place, raw)| raw.about.dates().map(move |date| (place, date)))
            .collect();
        let only: Vec<date::Dated> = dates.iter().map(|(_, date)| *date).collect();
        let found: Vec<usize> = match date::order(&only) {
            date::Proof::Is(order) => return order,
            date::Proof::Open(place) => match self.order_within_range(&only) {
                Some(order) => return order,
                None => vec![dates[place].0],
            },
            date::Proof::Mixed(one, other) => vec![dates[one].0, dates[other].0],
        };
        let texts: Vec<&str> = found.iter().map(|place| raws[*place].dated.as_str()).collect();
        let line = found.iter().map(|place| raws[*place].line).max().unwrap_or(0);
        self.ask(Subject::Dates, line, self.day_column(), &texts);
        DateOrder::YearFirst
    }

    /// The one order in which all dates lie within the days that a line above the header names.
    fn order_within_range(&self, dates: &[date::Dated]) -> Option<DateOrder> {
        let (_, (first, last)) = self.layout.range?;
        let date::Proof::Is(sure) = date::order(&[first, last]) else { return None };
        let days = first.day(sure).ok()?..=last.day(sure).ok()?;
        let within = |order: &DateOrder| {
            dates.iter().all(|date| date.day(*order).is_ok_and(|day| days.contains(&day)))
        };
        let mut fitting = DateOrder::ALL.into_iter().filter(within);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    fn decimals(&mut self, raws: &[Raw]) -> Decimals {
        if let Some(decimals) = self.options.decimals {
            return decimals;
        }
        let micros = self.spend_column() == Column::SpendMicros;
        let mut cells: Vec<(u64, Column, Evidence)> = Vec::new();
        for raw in raws {
            let mut add = |column: Column, written: &Option<Written>, is_whole: bool| {
                if let Some(written) = written {
                    cells.push((raw.line, column, Evidence { written: written.clone(), is_whole }));
                }
            };
            let no_decimals = raw.said.is_some_and(|said| said.currency.decimals() == 0);
            add(self.spend_column(), &raw.spend, micros || no_decimals);
            add(Column::Impressions, &raw.impressions, true);
            add(Column::Clicks, &raw.clicks, true);
        }
        let places: Vec<(u64, Column)> = cells.iter().map(|(line, column, _)| (*line, *column)).collect();
        let evidence: Vec<Evidence> = cells.into_iter().map(|(_, _, evidence)| evidence).collect();
        match number::style(&evidence) {
            number::Proof::Is(style) => style,
            number::Proof::Open(place) => {
                let (line, column) = places[place];
                let text = evidence[place].written.shown();
                self.ask(Subject::Decimals, line, Some(column), &[&text]);
                Decimals::Point
            }
        }
    }

    /// Asks what single rows leave open.
    fn ask_for_each(&mut self, raws: &[Raw], style: &Style) {
        if !self.has(Column::Campaign) && !self.has(Column::CampaignId) && self.options.campaign.is_none() {
            let line = self.layout.header.number;
            self.ask(Subject::Campaign, line, None, &[]);
        }
        let order_is_open = self.questions.iter().any(|question| question.subject == Subject::Dates);
        for raw in raws {
            if raw.said.is_none() && raw.spend.is_some() {
                self.ask(Subject::Currency, raw.line, Some(self.spend_column()), &[]);
            }
            if self.options.spread.is_some() && (raw.about != About::File || style.file.is_some())
                || order_is_open
            {
                continue;
            }
            match raw.about.days(style.order) {
                Ok(Some(days)) if !days.is_one() => self.ask_period(raw.line, self.day_column(), days),
                Ok(None) => match style.file {
                    None => self.ask(Subject::Range, raw.line, None, &[]),
                    Some(days) if !days.is_one() => {
                        let line = self.layout.range.map_or(raw.line, |(line, _)| line);
                        self.ask_period(line, None, days);
                    }
                    Some(_) => {}
                },
                Ok(Some(_)) | Err(_) => {}
            }
        }
    }

    fn ask_period(&mut self, line: u64, column: Option<Column>, days: Days) {
        self.ask(Subject::Period, line, column, &[&days.first.to_string(), &days.last.to_string()]);
    }

    /// Adds up the rows of each campaign and day.
    fn add_up(&mut self, raws: &[Raw], style: &Style) {
        let mut sums: BTreeMap<(String, Day), CostRow> = BTreeMap::new();
        for raw in raws {
            let done = self.costs(raw, style).and_then(|costs| {
                let merged =
                    costs.iter().map(|cost| merge(sums.get(&key(cost)), cost)).collect::<Result<Vec<_>, _>>();
                merged.map_err(|reason| (self.spend_column(), reason))
            });
            match done {
                Ok(merged) => sums.extend(merged.into_iter().map(|cost| (key(&cost), cost))),
                Err((column, reason)) => self.bad(raw.line, Some(column), reason),
            }
        }
        self.file.rows = sums.into_values().collect();
    }

    /// What one row says of each of its days.
    fn costs(&self, raw: &Raw, style: &Style) -> Result<Vec<CostRow>, (Column, String)> {
        let column = self.spend_column();
        let day_column = self.day_column().unwrap_or(column);
        let days = raw.about.days(style.order).map_err(|reason| (day_column, reason))?;
        let days = days.or(style.file).ok_or_else(|| (day_column, "the row names no day".to_owned()))?;
        let parts = |column: Column, written: &Written| {
            written.parts(style.decimals).ok_or_else(|| {
                (column, format!("`{}` is no number with a decimal {}", written.shown(), style.decimals))
            })
        };
        let spend = match (&raw.spend, raw.said) {
            (Some(spend), Some(said)) => {
                let parts = parts(column, spend)?;
                parts.money(said, column == Column::SpendMicros).map_err(|reason| (column, reason))?
            }
            (None, Some(said)) => Money::zero(said.currency),
            _ => return Err((column, "the row has no cost and names no currency".to_owned())),
        };
        let count = |column: Column, written: &Option<Written>| match written {
            None => Ok(None),
            Some(written) => parts(column, written)?.count().map(Some).map_err(|reason| (column, reason)),
        };
        let impressions = count(Column::Impressions, &raw.impressions)?;
        let clicks = count(Column::Clicks, &raw.clicks)?;
        let spends = period::spread(spend, days.count()).map_err(|reason| (column, reason))?;
        let counts = |count: Option<i64>| count.map(|count| period::spread_count(count, days.count()));
        let (impressions, clicks) = (counts(impressions), counts(clicks));
        let cost = |(place, (day, spend)): (usize, (Day, Money))| CostRow {
            line: raw.line,
            campaign: raw.campaign.clone(),
            campaign_id: raw.campaign_id.clone(),
            day,
            spend,
            impressions: impressions.as_ref().map(|parts| parts[place]),
            clicks: clicks.as_ref().map(|parts| parts[place]),
        };
        Ok(days.each().zip(spends).enumerate().map(cost).collect())
    }
}

/// A campaign is known by its id, without one by its name.
fn key(cost: &CostRow) -> (String, Day) {
    let campaign = match &cost.campaign_id {
        Some(id) => format!("id {id}"),
        None => format!("name {}", cost.campaign),
    };
    (campaign, cost.day)
}

/// A row added to what others said of its campaign and day.
fn merge(before: Option<&CostRow>, cost: &CostRow) -> Result<CostRow, String> {
    let Some(before) = before else { return Ok(cost.clone()) };
    let sum = |one: Option<i64>, other: Option<i64>| match (one, other) {
        (Some(one), Some(other)) => {
            one.checked_add(other).map(Some).ok_or_else(|| "the counts are too large".to_owned())
        }
        (one, other) => Ok(one.or(other)),
    };
    Ok(CostRow {
        spend: before.spend.add(cost.spend).map_err(|error| error.to_string())?,
        impressions: sum(before.impressions, cost.impressions)?,
        clicks: sum(before.clicks, cost.clicks)?,
        ..before.clone()
    })
}
