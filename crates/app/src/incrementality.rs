//! What a channel, a campaign or a publisher really added, told by a treatment of some countries, regions, cities or publishers and not of others.
//!
//! The measure by day and unit is a report like any other, with the same walls; what it says is judged by `insight`. A day without facts of a unit is a day
//! without results. Nothing is written, and no money is moved.

use std::collections::BTreeMap;

use insight::incrementality::{self, PanelBuilder, Refused};
use model::{
    Currency, Timestamp,
    access::Role,
    calendar::{self, Zone},
};
use report::{
    Dimension, Filter, Viewer,
    metric::{Unit, Value},
    period::Grain,
    plan::Key,
    request::Request,
    table::{KeyText, Page},
};

use crate::{
    App,
    access::{ATTRIBUTE, Actor},
    errors::Refusal,
    replay::{Turn, off_the_servers},
    reporting::run,
};

pub use insight::incrementality::{Calibration, Day, Effect, Placebo};

/// What units can be.
pub const UNITS: [Dimension; 4] =
    [Dimension::Country, Dimension::Region, Dimension::City, Dimension::Publisher];
/// Most days before the treatment.
pub const DAYS_BEFORE_MAX: u32 = 730;
/// Most units that are compared; of more those with most before the treatment.
pub const UNITS_COMPARED_MAX: usize = 200;
/// Most units that are treated.
pub const TREATED_MAX: usize = 100;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is measured: a metric of reports that counts, or an amount.
    pub measure: String,
    /// What a unit is.
    pub by: Dimension,
    /// The treated units, by their words or ids.
    pub treated: Vec<String>,
    /// The first day of the treatment, in the network's zone.
    pub from: String,
    /// The last day that is looked at; yesterday without it.
    pub to: Option<String>,
    /// How many days before the treatment are compared.
    pub days_before: u32,
    /// Which facts count.
    pub filter: Option<Filter>,
    /// How often the interval shall hold the truth.
    pub level: f64,
    /// What a model credits the channel with, for the treated units and days.
    pub credited: Option<f64>,
    /// Whether the treatment was to switch something off.
    pub switched_off: bool,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Incrementality {
    /// What the measure is in, where it is money.
    pub currency: Option<Currency>,
    /// What the treatment did.
    pub effect: Effect,
    /// Names of the units that have one.
    pub names: BTreeMap<String, String>,
    /// Units that were not compared, because there are more than [`UNITS_COMPARED_MAX`].
    pub beyond: usize,
    /// How much of the credit is true; none where no credit was told.
    pub calibration: Option<Calibration>,
    /// Up to which moment of booking the measure is complete.
    pub complete_to: Timestamp,
}

/// Answers somebody, with what he sees in reports. One question at a time in a network, attributions among them.
///
/// # Errors
/// `right_missing`, `field_invalid` with the field; `too_many_attempts` while another question is answered; errors of the report engine.
pub async fn judge_for(app: &App, actor: &Actor, question: Question) -> Result<Incrementality, Refusal> {
    ATTRIBUTE.check_role(actor)?;
    let turn = app.attributions.take(actor.network(), "an attribution")?;
    judge_in_turn(app, actor, question, Some(turn)).await
}

/// Answers a question about what `actor` sees.
///
/// # Errors
/// `field_invalid` with the field; errors of the report engine.
pub async fn judge(app: &App, actor: &Actor, question: Question) -> Result<Incrementality, Refusal> {
    judge_in_turn(app, actor, question, None).await
}

async fn judge_in_turn(
    app: &App,
    actor: &Actor,
    question: Question,
    turn: Option<Turn>,
) -> Result<Incrementality, Refusal> {
    let zone = {
        let snapshot = app.snapshot.get();
        let network = snapshot.networks.get(&actor.network());
        network.map_or_else(Zone::utc, |network| network.zone.clone())
    };
    let request = request(app, &zone, &question)?;
    // A manager who serves both sides looks from the side that sees whole journeys.
    let side = (actor.membership.role == Role::Manager).then_some(Viewer::Advertiser);
    let report = run::run(app, actor, &request, side, Page::default()).await?;
    let unit = report.prepared.metrics.first().map(|bound| bound.metric.unit);
    let currency = match unit {
        Some(Unit::Count) => None,
        Some(Unit::Money) => Some(report.prepared.currency),
        _ => return Err(Refusal::field("measure", "a measure counts something or is an amount of money")),
    };
    if !report.prepared.plan.sketches.is_empty() {
        return Err(Refusal::field("measure", "this measure is estimated; take one that is added up"));
    }
    let days = days(&report, &zone);
    let mut series = Series::of(&report, &question.from);
    let beyond = series.keep_largest(&question.treated);
    let by = question.by;
    let names = report.names.into_iter().filter(|((dimension, _), _)| *dimension == by);
    let names = names.map(|((_, id), name)| (id, name)).collect();
    let complete_to = report.table.complete_to;
    let work = move || -> Result<(Effect, Option<Calibration>), Refused> {
        // Until the work ends, though whoever asked may be gone.
        let _turn = turn;
        let mut panel = PanelBuilder::default();
        days.iter().try_for_each(|day| panel.day(day))?;
        for (unit, cells) in &series.cells {
            cells.iter().try_for_each(|(day, value)| panel.add(day, unit, *value))?;
        }
        let asked = incrementality::Question {
            treated: &question.treated,
            from: &question.from,
            level: question.level,
        };
        let effect = incrementality::judge(&panel.finish(Some(0.0))?, &asked)?;
        let credited = question.credited;
        let calibration =
            credited.and_then(|credited| Calibration::of(&effect, credited, question.switched_off));
        Ok((effect, calibration))
    };
    let (effect, calibration) = off_the_servers(work).await?.map_err(|why| refused(&why))?;
    Ok(Incrementality { currency, effect, names, beyond, calibration, complete_to })
}

/// The report that tells the measure by day and unit.
fn request(app: &App, zone: &Zone, question: &Question) -> Result<Request, Refusal> {
    if !UNITS.contains(&question.by) {
        let known = UNITS.map(Dimension::word).join(", ");
        return Err(Refusal::field("by", format!("a unit is one of {known}")));
    }
    if question.treated.len() > TREATED_MAX {
        return Err(Refusal::field("treated", format!("no more than {TREATED_MAX} units are treated")));
    }
    if question.days_before == 0 || question.days_before > DAYS_BEFORE_MAX {
        let message = format!("between 1 and {DAYS_BEFORE_MAX} days before are compared");
        return Err(Refusal::field("days_before", message));
    }
    if question.credited.is_some_and(|credited| !(credited > 0.0 && credited < 1e18)) {
        return Err(Refusal::field("credited", "what is credited is more than nothing"));
    }
    let day = |field: &'static str, text: &str| {
        let known = calendar::date(zone, text);
        known.ok_or_else(|| Refusal::field(field, "a day such as 2026-01-31 is needed"))
    };
    let (from, _) = day("from", &question.from)?;
    let (today, _) =
        calendar::date(zone, &calendar::date_text(zone, app.clock.now())).unwrap_or((from, from));
    let last = match &question.to {
        Some(to) => to.clone(),
        None => calendar::date_text(zone, calendar::plus_days(zone, today, -1)),
    };
    let (to, ended) = day("to", &last)?;
    if to < from {
        return Err(Refusal::field("to", "the last day does not lie before the first of the treatment"));
    }
    // What is not over has fewer results for no other reason.
    if ended > today {
        return Err(Refusal::field("to", "the last day must have ended"));
    }
    let before = i32::try_from(question.days_before).unwrap_or(i32::MAX);
    let begins = calendar::plus_days(zone, from, -before);
    Ok(Request {
        metrics: vec![question.measure.clone()],
        by: vec![Grain::Day.word().to_owned(), question.by.word().to_owned()],
        from: Some(calendar::date_text(zone, begins)),
        to: Some(last),
        filter: question.filter.clone(),
        ..Request::default()
    })
}

/// All days of the report, those without facts too.
fn days(report: &run::Report, zone: &Zone) -> Vec<String> {
    let beginnings = report.prepared.plan.keys.iter().find_map(|key| match key {
        Key::Period(beginnings) => Some(beginnings),
        Key::Dimension(_) => None,
    });
    beginnings.into_iter().flatten().map(|start| calendar::date_text(zone, *start)).collect()
}

/// The measure by unit and day.
struct Series {
    cells: BTreeMap<String, BTreeMap<String, f64>>,
    /// What each unit has before the treatment, exactly.
    before: BTreeMap<String, i128>,
}

impl Series {
    fn of(report: &run::Report, from: &str) -> Self {
        let mut series = Self { cells: BTreeMap::new(), before: BTreeMap::new() };
        for row in &report.table.rows {
            let [KeyText::Period(day), KeyText::Dimension(Some(unit))] = row.key.as_slice() else {
                continue;
            };
            let Some(value) = row.values.first().copied() else { continue };
            let (Value::Count(exact) | Value::Money(exact, _)) = value else { continue };
            let Some(number) = value.text().and_then(|text| text.parse().ok()) else { continue };
            let sum = series.before.entry(unit.clone()).or_default();
            if day.as_str() < from {
                *sum = sum.saturating_add(exact);
            }
            series.cells.entry(unit.clone()).or_default().insert(day.clone(), number);
        }
        series
    }

    /// Keeps the treated units and the largest of the others; how many there were beyond.
    fn keep_largest(&mut self, treated: &[String]) -> usize {
        let mut others: Vec<(i128, String)> = self
            .before
            .iter()
            .filter(|(unit, _)| !treated.contains(unit))
            .map(|(unit, sum)| (*sum, unit.clone()))
            .collect();
        others.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        let beyond = others.get(UNITS_COMPARED_MAX..).unwrap_or_default();
        beyond.iter().for_each(|(_, unit)| {
            self.cells.remove(unit);
        });
        beyond.len()
    }
}

/// The field that can help.
fn refused(refused: &Refused) -> Refusal {
    let field = match refused {
        Refused::Treated | Refused::Unknown(_) | Refused::Still => "treated",
        Refused::DaysBefore(_) | Refused::TooManyDays => "days_before",
        Refused::DaysAfter => "to",
        Refused::Donors(_) | Refused::TooManyUnits => "by",
        Refused::Level => "level",
        Refused::Nameless | Refused::Value | Refused::Twice | Refused::Missing { .. } | Refused::Unsolved => {
            "measure"
        }
    };
    Refusal::field(field, refused.to_string())
}
