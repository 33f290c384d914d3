//! Reports: any metric by any dimension, for whoever may see it.

pub mod create;
pub mod dimensions;
pub mod export;
pub mod facts;
pub mod metrics;
pub mod sql;

use app::reporting::run::Report;
use model::{Timestamp, calendar::Zone};
use report::{
    DateBasis, Filter, Viewer,
    dimension::Content,
    metric::{Amounts, Unit, Value},
    request::{By, Request},
    sketch::Error,
    table::{KeyText, Row},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::page::Cursor;

/// A word in the three languages.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Vietnamese.
    pub vi: &'static str,
    /// Persian.
    pub fa: &'static str,
}

impl From<[&'static str; 3]> for Words {
    fn from([en, vi, fa]: [&'static str; 3]) -> Self {
        Self { en, vi, fa }
    }
}

/// From which side of the deal a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The advertiser's.
    Advertiser,
    /// The publisher's.
    Publisher,
}

impl From<Side> for Viewer {
    fn from(side: Side) -> Self {
        match side {
            Side::Advertiser => Self::Advertiser,
            Side::Publisher => Self::Publisher,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDraft {
    /// Words of metrics, in the order of the columns; `GET /api/v1/reports/metrics` lists them.
    #[schema(example = json!(["clicks", "conversions", "commission"]))]
    pub metrics: Vec<String>,
    /// What the rows are cut by: dimensions, and `hour`, `day`, `week`, `month`, `quarter` or `year`.
    #[serde(default)]
    #[schema(example = json!(["day", "publisher"]))]
    pub by: Vec<String>,
    /// The range by its name, instead of `from` and `to`: `today`, `yesterday`, `last_7_days`, `last_30_days`, `last_90_days`,
    /// `this_week`, `last_week`, and so for month, quarter and year.
    #[schema(example = "last_30_days")]
    pub period: Option<String>,
    /// The first day, `2026-01-31`, or the first moment.
    pub from: Option<String>,
    /// The last day, which is part of the report; or the first moment that is not.
    pub to: Option<String>,
    /// The zone of days, as its IANA name; the network's when absent.
    #[schema(value_type = Option<String>)]
    pub zone: Option<Zone>,
    /// The date that counts: `click`, `conversion` (when absent), `approval` or `booking`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub basis: DateBasis,
    /// What counts: `{"in": ["country", ["VN", null]]}`, `{"contains": ["sub1", "mail"]}`, `{"starts_with": [..]}`, and
    /// `{"and": [..]}`, `{"or": [..]}`, `{"not": ..}` of these. `null` stands for no value.
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Filter>,
    /// `network`: amounts in the network's currency, at the rate of each day. `booked`: as in the ledger and on the orders, each
    /// currency in rows of its own.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amounts: Amounts,
    /// With what it is compared: `previous_period`, `previous_weeks`, `previous_year` or `previous_year_weeks`.
    pub compare: Option<String>,
    /// Columns that order the rows, a `-` before one from the greatest down.
    #[serde(default)]
    #[schema(example = json!(["-commission"]))]
    pub order: Vec<String>,
    /// Only the first so many rows.
    pub limit: Option<usize>,
    /// Whether what `limit` leaves out comes together as `rest`.
    #[serde(default)]
    pub rest: bool,
    /// The report as it was: only what had been booked before this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<Timestamp>,
    /// Rows that have changed since this moment say so: what they showed then, and when they changed last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// For a manager who serves both sides: for which he looks.
    pub side: Option<Side>,
    /// Rows of one answer, up to 50,000; 1,000 when absent.
    pub page_size: Option<usize>,
    /// `next_cursor` of the answer before.
    #[schema(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

impl ReportDraft {
    /// What the report crate understands of it.
    pub fn request(&self) -> Request {
        Request {
            metrics: self.metrics.clone(),
            by: self.by.clone(),
            period: self.period.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            zone: self.zone.clone(),
            basis: self.basis,
            filter: self.filter.clone(),
            amounts: self.amounts,
            compare: self.compare.clone(),
            order: self.order.clone(),
            limit: self.limit,
            rest: self.rest,
            as_of: self.as_of,
            since: self.since,
        }
    }
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// First moment of the range.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// First moment of the compared range.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub compared_from: Option<Timestamp>,
    /// First moment after it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub compared_to: Option<Timestamp>,
    /// The zone of its days.
    #[schema(value_type = String)]
    pub zone: Zone,
    /// The date that counts.
    pub basis: &'static str,
    /// What the rows are cut by.
    pub keys: Vec<KeyColumn>,
    /// The metrics.
    pub metrics: Vec<MetricColumn>,
    /// The rows.
    pub rows: Vec<ReportRow>,
    /// How many rows there are on all pages, without a limit.
    pub rows_in_all: usize,
    /// For the next page.
    pub next_cursor: Option<String>,
    /// All rows together; with booked amounts one for each pair of currencies.
    pub totals: Vec<ReportRow>,
    /// What the limit left out, together.
    pub rest: Option<ReportRow>,
    /// Everything booked before this moment is in it.
    #[schema(value_type = String, format = DateTime)]
    pub complete_to: Timestamp,
    /// Of touches before this moment nobody knows the visitors any more (`touch_detail_days` of the network), so `reach` and
    /// `frequency` tell of those since; absent where the report does not ask for them or begins later.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitors_from: Option<Timestamp>,
    /// Facts whose amounts are missing, because no exchange rate into the network's currency was known for their day.
    pub unconverted: String,
    /// Facts that were read for it one by one.
    pub facts_read: u64,
    /// Rows of sums made beforehand that were read instead.
    pub rollup_rows_read: u64,
}

/// A column of keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyColumn {
    /// The word in requests.
    pub name: &'static str,
    /// `period`; `object` for ids that have a name, `word` for words of a closed list, `text` for anything else.
    pub kind: &'static str,
}

/// A column of values.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricColumn {
    /// The word in requests.
    pub name: &'static str,
    /// `count`, `money`, `ratio` (0.05 is five percent), `money_each` or `seconds`.
    pub unit: &'static str,
    /// How far its values may be from the truth; absent where all of them are exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorView>,
}

/// How exact an estimate is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorView {
    /// The value is within this share of the truth.
    #[schema(example = "0.032")]
    pub within: String,
    /// In so many of a hundred cases.
    #[schema(example = 95)]
    pub of_hundred: u8,
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRow {
    /// Its keys, in the order of `keys`; `null` for everything together.
    pub keys: Vec<Option<KeyView>>,
    /// Its values, in the order of `metrics`; `null` where there is nothing to divide by.
    #[schema(value_type = Vec<Object>)]
    pub values: Vec<ValueView>,
    /// The values of the compared range.
    #[schema(value_type = Option<Vec<Object>>)]
    pub compared: Option<Vec<ValueView>>,
    /// What it showed at the moment `since`, where that was something else; `null` values where there was no such row.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub then: Option<Vec<ValueView>>,
    /// When the last of its facts was booked; only of rows that have changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changed_at: Option<Timestamp>,
}

/// One part of a row's key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// An id, word, text or period; `null` where it is not known.
    pub value: Option<String>,
    /// The name of the object with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A value: a number for counts, amount and currency for money, decimal text for ratios.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ValueView {
    /// A count.
    Count(i128),
    /// Money.
    Money {
        /// Decimal text.
        amount: String,
        /// ISO 4217.
        currency: &'static str,
    },
    /// Decimal text.
    Ratio(String),
    /// No value.
    None,
}

impl From<Value> for ValueView {
    fn from(value: Value) -> Self {
        match (value, value.text()) {
            (Value::Count(count), _) => Self::Count(count),
            (Value::Money(_, currency), Some(amount)) => Self::Money { amount, currency: currency.code() },
            (Value::Ratio(_), Some(text)) => Self::Ratio(text),
            _ => Self::None,
        }
    }
}

impl ReportView {
    /// The report as it is sent; `next_cursor` is made by whoever knows the page.
    pub fn new(report: &Report, next_cursor: Option<String>) -> Self {
        let Report { prepared, table, .. } = report;
        let key_column = |by: &By| {
            let kind = match by {
                By::Period(_) => "period",
                By::Dimension(dimension) => match dimension.content() {
                    Content::Object => "object",
                    Content::Word => "word",
                    Content::Text => "text",
                },
            };
            KeyColumn { name: by.word(), kind }
        };
        let metric = |(bound, error): (&report::metric::Bound, &Option<Error>)| {
            let unit: Unit = bound.metric.unit;
            let error = error.map(|error| ErrorView {
                within: format!("0.{:03}", error.per_mille),
                of_hundred: error.of_hundred,
            });
            MetricColumn { name: bound.metric.word, unit: unit.word(), error }
        };
        let row = |row: &Row| row_view(report, row);
        Self {
            from: prepared.plan.from,
            to: prepared.plan.to,
            compared_from: prepared.compared.as_ref().map(|plan| plan.from),
            compared_to: prepared.compared.as_ref().map(|plan| plan.to),
            zone: prepared.zone.clone(),
            basis: prepared.plan.basis.word(),
            keys: prepared.by.iter().map(key_column).collect(),
            metrics: prepared.metrics.iter().zip(&table.errors).map(metric).collect(),
            rows: table.rows.iter().map(row).collect(),
            rows_in_all: table.rows_in_all,
            next_cursor,
            totals: table.totals.iter().map(row).collect(),
            rest: table.rest.as_ref().map(row),
            complete_to: table.complete_to,
            visitors_from: report.visitors_from,
            unconverted: table.unconverted.to_string(),
            facts_read: table.read.facts,
            rollup_rows_read: table.read.rollup_rows,
        }
    }
}

fn row_view(report: &Report, row: &Row) -> ReportRow {
    let key = |(text, by): (&KeyText, &By)| match (text, by) {
        (KeyText::All, _) => None,
        (KeyText::Period(period), _) => Some(KeyView { value: Some(period.clone()), name: None }),
        (KeyText::Dimension(value), By::Dimension(dimension)) => {
            let name = value.as_ref().and_then(|id| report.names.get(&(*dimension, id.clone())).cloned());
            Some(KeyView { value: value.clone(), name })
        }
        (KeyText::Dimension(value), By::Period(_)) => Some(KeyView { value: value.clone(), name: None }),
    };
    let values = |values: &[Value]| values.iter().copied().map(ValueView::from).collect();
    ReportRow {
        keys: row.key.iter().zip(&report.prepared.by).map(key).collect(),
        values: values(&row.values),
        compared: row.compared.as_deref().map(values),
        then: row.then.as_deref().map(values),
        changed_at: row.booked_at.filter(|_| row.then.is_some()),
    }
}
