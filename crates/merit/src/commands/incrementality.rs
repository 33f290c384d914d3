//! `merit incrementality`: what a treatment of some regions or publishers added, from a file or from what is stored.

mod file;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use app::incrementality::{Question, judge};
use insight::incrementality::{self as control, Calibration, Effect};
use model::{
    NetworkId,
    calendar::{self, Zone},
};
use report::{Dimension, Filter};
use serde_json::json;

use crate::{
    commands::{Usage, explain, report as reports, terminal},
    open,
    settings::{Common, Settings},
};

/// Arguments of `incrementality`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A file with a header `day;unit;value`: what each unit had on each day.
    #[arg(long, required_unless_present = "by", value_name = "FILE")]
    file: Option<PathBuf>,
    /// A unit that was treated; may be given several times, and they are taken together.
    #[arg(long, required = true, value_name = "UNIT")]
    treated: Vec<String>,
    /// The first day of the treatment.
    #[arg(long, required = true, value_name = "D")]
    from: String,
    /// The last day that is looked at; without it the last of the file, or yesterday.
    #[arg(long, value_name = "D")]
    to: Option<String>,
    /// Instead of a file what is stored, by country, region, city or publisher.
    #[arg(long, conflicts_with = "file", value_name = "X")]
    by: Option<Dimension>,
    /// What is measured: a metric of reports that counts, or an amount.
    #[arg(long, default_value = "conversions", value_name = "A", requires = "by")]
    measure: String,
    /// How many days before the treatment are compared.
    #[arg(long, default_value_t = 60, value_name = "N", requires = "by")]
    days_before: u32,
    /// Which facts count, as in reports: program=.. or action=order; all given ones must hold.
    #[arg(long, value_name = "x=1", requires = "by")]
    filter: Vec<String>,
    /// The network, where there are several.
    #[arg(long, value_name = "ID", requires = "by")]
    network: Option<NetworkId>,
    /// How often the interval shall hold the truth.
    #[arg(long, default_value_t = 0.9, value_name = "P")]
    level: f64,
    /// What a model credits the channel with for these units and days; how much of it is true is told then.
    #[arg(long, value_name = "N")]
    credited: Option<f64>,
    /// The treatment was to switch something off: what went missing is what it adds.
    #[arg(long)]
    switched_off: bool,
    /// Takes a day that the file does not tell of a unit as zero.
    #[arg(long, requires = "file")]
    missing_is_zero: bool,
    /// Goes on without the rows that cannot be read.
    #[arg(long, requires = "file")]
    skip_bad_rows: bool,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The effect, and each unit that was compared, for a person.
    Table,
    /// Every day with what happened and what would have.
    Csv,
    /// All of it as one JSON object.
    Json,
}

/// What is printed.
struct Told {
    effect: Effect,
    calibration: Option<Calibration>,
    names: BTreeMap<String, String>,
}

/// Judges a treatment; exit code 1 when rows of the file were bad.
///
/// # Errors
/// A file that cannot be opened or has not the columns, a question that the data cannot answer.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let zone = Zone::utc();
    for (option, day) in [("--from", Some(&arguments.from)), ("--to", arguments.to.as_ref())] {
        if day.is_some_and(|day| calendar::date(&zone, day).is_none()) {
            return Err(Usage(format!("{option}: a day such as 2026-01-31 is needed")).into());
        }
    }
    if arguments.credited.is_some_and(|credited| !credited.is_finite() || credited <= 0.0) {
        return Err(Usage("--credited is more than nothing".to_owned()).into());
    }
    let Some(path) = &arguments.file else {
        let settings = Settings::read(common)?;
        open::expect_database(&settings)?;
        let told = open::runtime()?.block_on(of_stored(&settings, arguments))?;
        print(&told, arguments.format)?;
        return Ok(ExitCode::SUCCESS);
    };
    let read = file::read(path, arguments.to.as_deref())?;
    if !read.rows.may_go_on(arguments.skip_bad_rows) {
        return Ok(ExitCode::FAILURE);
    }
    let refused = |refused: control::Refused| match refused {
        control::Refused::Missing { .. } => {
            Usage(format!("{refused}; is it zero? then give --missing-is-zero"))
        }
        other => Usage(other.to_string()),
    };
    let panel = read.builder.finish(arguments.missing_is_zero.then_some(0.0)).map_err(refused)?;
    let (days, units) = (panel.days().len(), panel.units().len());
    eprintln!("{} rows: {units} units on {days} days", read.rows.all);
    let question =
        control::Question { treated: &arguments.treated, from: &arguments.from, level: arguments.level };
    let effect = control::judge(&panel, &question).map_err(refused)?;
    let calibration =
        arguments.credited.and_then(|credited| Calibration::of(&effect, credited, arguments.switched_off));
    print(&Told { effect, calibration, names: BTreeMap::new() }, arguments.format)?;
    Ok(if read.rows.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn of_stored(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Told> {
    let filters = arguments.filter.iter().map(|text| Filter::parse(text));
    let filters =
        filters.collect::<Result<Vec<Filter>, _>>().map_err(|error| Usage(format!("`--filter`: {error}")))?;
    let (app, actor) = reports::opened(settings, arguments.network).await?;
    let question = Question {
        measure: arguments.measure.clone(),
        by: arguments.by.ok_or_else(|| Usage("say what a unit is with --by".to_owned()))?,
        treated: arguments.treated.clone(),
        from: arguments.from.clone(),
        to: arguments.to.clone(),
        days_before: arguments.days_before,
        filter: Some(Filter::And(filters)),
        level: arguments.level,
        credited: arguments.credited,
        switched_off: arguments.switched_off,
    };
    let told = judge(&app, &actor, question).await.map_err(|refusal| Usage(explain(refusal).to_string()))?;
    if told.beyond > 0 {
        eprintln!("{} smaller units are not compared", told.beyond);
    }
    if let Some(currency) = told.currency {
        eprintln!("{} in {currency}", arguments.measure);
    }
    eprintln!("complete to {}", told.complete_to);
    Ok(Told { effect: told.effect, calibration: told.calibration, names: told.names })
}

fn print(told: &Told, format: Format) -> anyhow::Result<()> {
    if !told.effect.left_out.is_empty() {
        eprintln!("left out, for they did not change before: {}", clean(&told.effect.left_out.join(", ")));
    }
    match format {
        Format::Table => print_table(told),
        Format::Csv => print_csv(&told.effect),
        Format::Json => print_json(told),
    }
}

/// A control character must not steer the terminal.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// A number with so many digits; what is nothing to them has no sign.
fn rounded(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let nothing = |rest: &&str| rest.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    text.strip_prefix('-').filter(nothing).map_or_else(|| text.clone(), str::to_owned)
}

fn between(interval: Option<(f64, f64)>) -> String {
    interval
        .map_or_else(|| "-".to_owned(), |(low, high)| format!("{} to {}", rounded(low, 2), rounded(high, 2)))
}

fn print_table(told: &Told) -> anyhow::Result<()> {
    let effect = &told.effect;
    let mut lines = vec![
        ("days of the treatment", effect.days_treated().to_string()),
        ("happened", rounded(effect.actual, 2)),
        ("would have happened", rounded(effect.counterfactual, 2)),
        ("effect", rounded(effect.total, 2)),
        ("interval", between(effect.interval)),
        ("level of the interval", effect.level.to_string()),
        ("effect as a share", effect.share().map_or_else(|| "-".to_owned(), |share| rounded(share, 4))),
        ("p-value", rounded(effect.p_value, 4)),
        ("fit before", rounded(effect.fit, 4)),
    ];
    if let Some(calibration) = told.calibration {
        lines.push(("true of what is credited", rounded(calibration.factor, 4)));
        lines.push(("interval of that", between(calibration.interval)));
    }
    let rows: Vec<Vec<String>> =
        lines.into_iter().map(|(what, value)| vec![what.to_owned(), value]).collect();
    terminal::print_table(&["what", "value"], &rows)?;
    println!();
    let mut units: Vec<&control::Placebo> = effect.placebos.iter().collect();
    // Stable: of equal weights by name.
    units.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let row = |one: &&control::Placebo| {
        let name = told.names.get(&one.unit).unwrap_or(&one.unit);
        let cells = [one.weight, one.effect_per_day, one.ratio].map(|number| rounded(number, 4));
        std::iter::once(clean(name)).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = units.iter().map(row).collect();
    terminal::print_table(&["compared with", "weight", "own effect a day", "ratio"], &rows)
}

fn print_csv(effect: &Effect) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["day", "treated", "actual", "counterfactual", "effect"])?;
    for day in &effect.days {
        let treated = if day.treated { "1" } else { "0" };
        let numbers = [day.actual, day.counterfactual, day.effect()].map(|number| number.to_string());
        out.write_record([&day.day, treated, &numbers[0], &numbers[1], &numbers[2]])?;
    }
    Ok(out.flush()?)
}

fn print_json(told: &Told) -> anyhow::Result<()> {
    let effect = &told.effect;
    let days = effect.days.iter().map(|day| {
        json!({"day": day.day, "treated": day.treated, "actual": day.actual,
            "counterfactual": day.counterfactual, "effect": day.effect()})
    });
    let placebos = effect.placebos.iter().map(|one| {
        json!({"unit": one.unit, "name": told.names.get(&one.unit), "weight": one.weight,
            "effect_per_day": one.effect_per_day, "distance_before": one.distance_before, "ratio": one.ratio})
    });
    let ends = |interval: Option<(f64, f64)>| {
        let (low, high) = interval.unzip();
        (json!(low), json!(high))
    };
    let (low, high) = ends(effect.interval);
    let calibration = told.calibration.map(|calibration| {
        let (low, high) = ends(calibration.interval);
        json!({"factor": calibration.factor, "low": low, "high": high})
    });
    terminal::print_json(&json!({
        "actual": effect.actual, "counterfactual": effect.counterfactual, "total": effect.total, "low": low, "high": high,
        "level": effect.level, "share": effect.share(), "p_value": effect.p_value, "fit": effect.fit,
        "distance_before": effect.distance_before, "ratio": effect.ratio, "calibration": calibration,
        "days": days.collect::<Vec<_>>(), "placebos": placebos.collect::<Vec<_>>(), "left_out": effect.left_out,
    }))
}
