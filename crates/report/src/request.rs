//! Requests: what people ask for, and the plans that it becomes.

use model::{Currency, NetworkId, Timestamp, calendar, calendar::Zone};
use serde::{Deserialize, Serialize};

use crate::{
    dimension::{Dimension, Viewer},
    filter::{Filter, FilterError},
    measure::In,
    metric::{Amounts, Bound, Metric, Needed},
    period::{Comparison, Grain, Named, PERIODS_MAX, Range},
    plan::{DateBasis, Key, Plan, Serving},
    sketch::SketchOf,
};

/// Most metrics of one report.
pub const METRICS_MAX: usize = 80;
/// Most dimensions and periods that a report is cut by.
pub const KEYS_MAX: usize = 12;

/// A report as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// Words of metrics, in the order of the columns.
    pub metrics: Vec<String>,
    /// What it is cut by: words of dimensions and lengths of time, in the order of the columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// The range by its name, such as `last_30_days`; instead of `from` and `to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The first day (`2026-01-31`) or moment (`2026-01-31T13:00:00Z`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day, which is part of the report, or the first moment that is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The zone of days; the network's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// The date that counts.
    pub basis: DateBasis,
    /// Which facts count; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// In which currencies amounts are.
    pub amounts: Amounts,
    /// With what it is compared: a word such as `previous_period`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<String>,
    /// Columns that order the rows, a `-` before one from the greatest down; periods and then the first metric, greatest
    /// first, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// Most rows of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Whether what `limit` leaves out comes as one more row.
    pub rest: bool,
    /// Only what had been booked before this moment: the report as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Rows tell what has changed in them since this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// What a request is read against.
#[derive(Clone, Debug)]
pub struct Context {
    /// The network.
    pub network_id: NetworkId,
    /// Its currency.
    pub currency: Currency,
    /// Its zone.
    pub zone: Zone,
    /// The present.
    pub now: Timestamp,
    /// For whose eyes.
    pub viewer: Viewer,
    /// What every fact must satisfy for these eyes.
    pub walls: Filter,
    /// Most groups.
    pub groups_max: usize,
    /// Who manages which publisher.
    pub serving: Serving,
}

/// What is wrong with a request, and in which field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// The field.
    pub field: &'static str,
    /// What to do about it.
    pub message: String,
}

pub(crate) fn error<T>(field: &'static str, message: impl Into<String>) -> Result<T, RequestError> {
    Err(RequestError { field, message: message.into() })
}

/// What the rows are cut by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// A dimension.
    Dimension(Dimension),
    /// Periods.
    Period(Grain),
}

impl By {
    /// The word in requests.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dimension(dimension) => dimension.word(),
            Self::Period(grain) => grain.word(),
        }
    }
    /// The heading in English, Vietnamese and Persian.
    pub const fn headings(self) -> [&'static str; 3] {
        match self {
            Self::Dimension(dimension) => dimension.headings(),
            Self::Period(grain) => grain.headings(),
        }
    }
}

/// A column that orders rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// Its place: among the keys, or after them among the metrics.
    pub column: usize,
    /// From the greatest down.
    pub descending: bool,
}

/// A request that can be answered.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What is to be added up.
    pub plan: Plan,
    /// The same for the compared range.
    pub compared: Option<Plan>,
    /// The same as it was at the moment since which changes are told.
    pub then: Option<Plan>,
    /// What the rows are cut by; the currencies of booked amounts are among them.
    pub by: Vec<By>,
    /// The metrics.
    pub metrics: Vec<Bound>,
    /// The order of the rows.
    pub order: Vec<Order>,
    /// Most rows.
    pub limit: Option<usize>,
    /// Whether the others come as one row.
    pub rest: bool,
    /// The zone of the periods.
    pub zone: Zone,
    /// The network's currency.
    pub currency: Currency,
    /// In which currencies amounts are.
    pub amounts: Amounts,
    /// The place in the plan of the sum of facts without a rate.
    pub unconverted: Option<usize>,
}

impl Request {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// The first field that is wrong, with what to do.
    pub fn prepare(&self, context: &Context) -> Result<Prepared, RequestError> {
        let (zone, range) = self.zone_and_range(context)?;
        let filter = self.checked_filter(context.viewer)?;
        let mut needed = Needed::default();
        let metrics = self.bound_metrics(context.viewer, &mut needed)?;
        let by = self.cut_by(context.viewer, &metrics)?;
        let order = self.ordered(&by, &metrics)?;
        let unconverted = metrics
            .iter()
            .any(|bound| bound.metric.measures().iter().any(|measure| measure.in_network().is_some()));
        let unconverted = (unconverted && self.amounts == Amounts::Network)
            .then(|| needed.sum(crate::Sum { measure: crate::Measure::Unconverted, only: Vec::new() }));
        if self.limit == Some(0) {
            return error("limit", "a report of no rows says nothing; leave `limit` out for all");
        }
        let keys = |range: Range| -> Result<Vec<Key>, RequestError> {
            let key = |by: &By| match by {
                By::Dimension(dimension) => Ok(Key::Dimension(*dimension)),
                By::Period(grain) => match grain.beginnings(&zone, range) {
                    Some(beginnings) => Ok(Key::Period(beginnings)),
                    None => error(
                        "by",
                        format!(
                            "the range has more than {PERIODS_MAX} of `{grain}`; take a shorter range or a longer {grain}"
                        ),
                    ),
                },
            };
            by.iter().map(key).collect()
        };
        let plan = |range: Range| -> Result<Plan, RequestError> {
            Ok(Plan {
                network_id: context.network_id,
                basis: self.basis,
                from: range.from,
                to: range.to,
                walls: context.walls.clone(),
                filter: filter.clone(),
                keys: keys(range)?,
                sums: needed.sums.clone(),
                sketches: needed.sketches.clone(),
                as_of: self.as_of,
                groups_max: context.groups_max,
                serving: context.serving.clone(),
            })
        };
        if self.since.is_some_and(|since| since >= self.as_of.unwrap_or(context.now)) {
            return error("since", "the moment since which changes are told lies before that of the report");
        }
        let plan = |range: Range| -> Result<Plan, RequestError> {
            let mut plan = plan(range)?;
            if self.since.is_some() {
                plan.sketches.push(SketchOf::Latest);
            }
            Ok(plan)
        };
        let compared = match &self.compare {
            None => None,
            Some(word) => match word.parse::<Comparison>() {
                Ok(comparison) => Some(plan(comparison.of(&zone, range))?),
                Err(unknown) => return error("compare", unknown.to_string()),
            },
        };
        Ok(Prepared {
            plan: plan(range)?,
            compared,
            then: match self.since {
                Some(since) => Some(Plan { as_of: Some(since), ..plan(range)? }),
                None => None,
            },
            by,
            metrics,
            order,
            limit: self.limit,
            rest: self.rest,
            zone: zone.clone(),
            currency: context.currency,
            amounts: self.amounts,
            unconverted,
        })
    }

    /// The zone of days and the range, by a date that conversions have.
    pub(crate) fn zone_and_range(&self, context: &Context) -> Result<(Zone, Range), RequestError> {
        let zone = self.zone.clone().unwrap_or_else(|| context.zone.clone());
        let range = self.range(&zone, context.now)?;
        Ok((zone, range))
    }

    /// The same report with the range that its words mean at this moment, in a zone that it says itself, as it is then. One whose range
    /// makes no sense stays as it is, to be refused when it is run.
    pub fn settled(&self, zone: &Zone, now: Timestamp) -> Self {
        let zone = self.zone.clone().unwrap_or_else(|| zone.clone());
        let Ok(range) = self.range(&zone, now) else { return self.clone() };
        Self {
            period: None,
            from: Some(range.from.to_string()),
            to: Some(range.to.to_string()),
            zone: Some(zone),
            as_of: Some(self.as_of.unwrap_or(now)),
            ..self.clone()
        }
    }

    fn range(&self, zone: &Zone, now: Timestamp) -> Result<Range, RequestError> {
        let range = match (&self.period, &self.from, &self.to) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                return error("period", "give either `period`, or `from` and `to`");
            }
            (Some(word), None, None) => match word.parse::<Named>() {
                Ok(named) => named.range(zone, now),
                Err(unknown) => return error("period", unknown.to_string()),
            },
            (None, Some(from), Some(to)) => {
                Range { from: moment("from", zone, from, false)?, to: moment("to", zone, to, true)? }
            }
            (None, None, _) => {
                return error("from", "say from when: a day such as 2026-01-31, or give `period`");
            }
            (None, Some(_), None) => return error("to", "say to when: the last day, such as 2026-01-31"),
        };
        if range.from >= range.to {
            return error("to", "the range ends before it begins");
        }
        Ok(range)
    }

    pub(crate) fn checked_filter(&self, viewer: Viewer) -> Result<Filter, RequestError> {
        let Some(filter) = &self.filter else { return Ok(Filter::default()) };
        if let Err(large @ FilterError::TooLarge) = filter.check() {
            return error("filter", large.to_string());
        }
        match filter.dimensions().into_iter().find(|dimension| !dimension.seen_by().contains(&viewer)) {
            Some(hidden) => error("filter", hidden_text(hidden.word())),
            None => Ok(filter.clone()),
        }
    }

    pub(crate) fn bound_metrics(
        &self,
        viewer: Viewer,
        needed: &mut Needed,
    ) -> Result<Vec<Bound>, RequestError> {
        if self.metrics.is_empty() {
            return error("metrics", "name at least one metric, such as clicks");
        }
        if self.metrics.len() > METRICS_MAX {
            return error("metrics", format!("at most {METRICS_MAX} metrics fit into one report"));
        }
        let mut bound = Vec::with_capacity(self.metrics.len());
        for word in &self.metrics {
            let Some(metric) = Metric::find(word) else {
                let word: String = word.chars().take(64).collect();
                return error(
                    "metrics",
                    format!("`{word}` is no metric; GET /api/v1/reports/metrics lists them"),
                );
            };
            if !metric.seen_by(viewer) {
                return error("metrics", hidden_text(metric.word));
            }
            if bound.iter().any(|known: &Bound| known.metric.word == metric.word) {
                return error("metrics", format!("`{metric}` is named twice"));
            }
            bound.push(metric.bind(self.amounts, needed));
        }
        Ok(bound)
    }

    fn cut_by(&self, viewer: Viewer, metrics: &[Bound]) -> Result<Vec<By>, RequestError> {
        let mut by = Vec::with_capacity(self.by.len());
        for word in &self.by {
            let one = match (word.parse::<Grain>(), word.parse::<Dimension>()) {
                (Ok(grain), _) => By::Period(grain),
                (_, Ok(dimension)) if dimension.seen_by().contains(&viewer) => By::Dimension(dimension),
                (_, Ok(dimension)) => return error("by", hidden_text(dimension.word())),
                (_, Err(unknown)) => return error("by", unknown.to_string()),
            };
            if by.contains(&one) {
                return error("by", format!("`{}` is named twice", one.word()));
            }
            by.push(one);
        }
        if by.len() > KEYS_MAX {
            return error("by", format!("a report is cut by {KEYS_MAX} at most"));
        }
        if self.amounts == Amounts::Booked {
            let needs = |kind: In| {
                metrics
                    .iter()
                    .flat_map(|bound| bound.metric.measures())
                    .any(|measure| measure.currency() == kind)
            };
            for (kind, dimension) in
                [(In::Booked, Dimension::Currency), (In::Order, Dimension::OrderCurrency)]
            {
                if needs(kind) && !by.contains(&By::Dimension(dimension)) {
                    by.push(By::Dimension(dimension));
                }
            }
        }
        Ok(by)
    }

    fn ordered(&self, by: &[By], metrics: &[Bound]) -> Result<Vec<Order>, RequestError> {
        if self.order.is_empty() {
            let periods = by.iter().enumerate().filter(|(_, by)| matches!(by, By::Period(_)));
            let mut order: Vec<Order> =
                periods.map(|(column, _)| Order { column, descending: false }).collect();
            order.push(Order { column: by.len(), descending: true });
            return Ok(order);
        }
        let words: Vec<&str> =
            by.iter().map(|by| by.word()).chain(metrics.iter().map(|bound| bound.metric.word)).collect();
        let mut order: Vec<Order> = Vec::new();
        let one = |text: &String| {
            let (word, descending) =
                text.strip_prefix('-').map_or((text.as_str(), false), |word| (word, true));
            match words.iter().position(|known| *known == word) {
                Some(column) => Ok(Order { column, descending }),
                None => error(
                    "order",
                    format!("`{word}` is no column of this report; these are: {}", words.join(", ")),
                ),
            }
        };
        for text in &self.order {
            let next = one(text)?;
            if order.iter().any(|known| known.column == next.column) {
                return error("order", format!("`{}` orders the rows twice", words[next.column]));
            }
            order.push(next);
        }
        Ok(order)
    }
}

pub(crate) fn hidden_text(word: &str) -> String {
    format!("`{word}` is not shown to this side of the deal")
}

/// A day or moment; of a day the beginning, or the end where it is the last.
fn moment(field: &'static str, zone: &Zone, text: &str, last: bool) -> Result<Timestamp, RequestError> {
    if let Some((start, end)) = calendar::date(zone, text) {
        return Ok(if last { end } else { start });
    }
    match Timestamp::parse(text) {
        Ok(at) => Ok(at),
        Err(_) => {
            let text: String = text.chars().take(40).collect();
            error(
                field,
                format!("`{text}` is no day; write 2026-01-31, or a moment such as 2026-01-31T13:00:00Z"),
            )
        }
    }
}
