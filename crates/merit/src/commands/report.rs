//! `merit report`: any report from the shell, over what is stored, whether a server runs or not.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use anyhow::Context;
use app::{
    App,
    access::Actor,
    reporting::{
        Feed,
        behind::Wanted,
        export::{self, Contents},
        run,
    },
};
use model::{NetworkId, Timestamp, calendar::Zone};
use report::{
    Filter,
    metric::{Amounts, Value},
    request::Request,
    sketch::Error,
    table::{KeyText, Page, Row},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    commands::{Usage, explain, terminal},
    facts::Facts,
    open,
    settings::{Common, Settings},
};

/// Arguments of `report`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Metrics, such as clicks,conversions,commission,epc.
    #[arg(long, value_delimiter = ',', required = true, value_name = "a,b")]
    metrics: Vec<String>,
    /// What the rows are cut by: dimensions, and hour, day, week, month, quarter or year.
    #[arg(long, value_delimiter = ',', value_name = "x,y")]
    by: Vec<String>,
    /// First day, in the network's zone, or first moment.
    #[arg(long, value_name = "D", conflicts_with = "period")]
    from: Option<String>,
    /// Last day, which is part of the report; or the first moment that is not.
    #[arg(long, value_name = "D", conflicts_with = "period")]
    to: Option<String>,
    /// A range by its name, such as last_30_days or this_month.
    #[arg(long, value_name = "NAME")]
    period: Option<String>,
    /// A condition: country=VN,IR or device!=mobile or sub1~part or sub1^beginning; all given ones must hold.
    #[arg(long, value_name = "x=1")]
    filter: Vec<String>,
    /// The date that counts: click, conversion, approval or booking.
    #[arg(long, default_value = "conversion")]
    basis: String,
    /// Zone of days; the network's when not given.
    #[arg(long)]
    zone: Option<Zone>,
    /// Amounts in the network's currency, or as booked.
    #[arg(long, default_value = "network", value_parser = ["network", "booked"])]
    amounts: String,
    /// An earlier range to stand beside: previous_period, previous_weeks, previous_year or previous_year_weeks.
    #[arg(long)]
    compare: Option<String>,
    /// Columns that order the rows, - before one from the greatest down.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    order: Vec<String>,
    /// Only the first so many rows; the others come together as the rest.
    #[arg(long)]
    limit: Option<usize>,
    /// The report as it was at this moment.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    as_of: Option<Timestamp>,
    /// Tell on the standard error which rows have changed since this moment, and what they showed then.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    since: Option<Timestamp>,
    /// The network, where there are several.
    #[arg(long)]
    network: Option<NetworkId>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Instead of the report the facts behind it, each touch and decision, as csv, xlsx or parquet.
    #[arg(long)]
    facts: bool,
}

/// How a report is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns for a person, with totals.
    Table,
    /// Comma-separated values with a header, however many rows there are.
    Csv,
    /// One JSON object for each row, one a line.
    Json,
    /// Columns for other engines, however many rows there are.
    Parquet,
    /// A workbook, however many rows there are.
    Xlsx,
}

impl Format {
    /// The format of a file, where it is one.
    const fn file(self) -> Option<export::Format> {
        match self {
            Self::Table | Self::Json => None,
            Self::Csv => Some(export::Format::Csv),
            Self::Parquet => Some(export::Format::Parquet),
            Self::Xlsx => Some(export::Format::Xlsx),
        }
    }
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// Runs the report.
///
/// # Errors
/// A request that makes no sense, and what kept it from looking.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let request = request(arguments)?;
    let side = None;
    let contents = match (arguments.facts, arguments.format.file()) {
        (true, _) => Some(Contents::Facts(Wanted { request: request.clone(), ..Wanted::default() })),
        (false, Some(_)) => Some(Contents::Report { request: request.clone(), side }),
        (false, None) => None,
    };
    if let Some(contents) = contents {
        let format = match arguments.format {
            Format::Table => export::Format::Csv,
            other => other.file().ok_or_else(|| Usage("facts are csv, xlsx or parquet".to_owned()))?,
        };
        open::runtime()?.block_on(write_file(&settings, arguments.network, &contents, format))?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = open::runtime()?.block_on(ask(&settings, arguments.network, &request))?;
    match arguments.format {
        Format::Json => print_json(&report)?,
        _ => print_table(&report)?,
    }
    if report.table.unconverted != 0 {
        let facts = report.table.unconverted;
        eprintln!(
            "amounts of {facts} facts are missing: no exchange rate was stored for their day; try --amounts booked"
        );
    }
    for row in &report.table.rows {
        if let (Some(then), Some(at)) = (&row.then, row.booked_at) {
            let (key, then) = (key_cells(&report, row).join(" "), value_cells(then));
            eprintln!("changed at {at}: {key} was {}", then.collect::<Vec<_>>().join(" "));
        }
    }
    for (bound, error) in report.prepared.metrics.iter().zip(&report.table.errors) {
        if let Some(Error { per_mille, of_hundred }) = error {
            let (whole, tenths) = (per_mille / 10, per_mille % 10);
            eprintln!("{}: estimated, within {whole}.{tenths} % in {of_hundred} of 100 cases", bound.metric);
        }
    }
    eprintln!("complete to {}", report.table.complete_to);
    if let Some(from) = report.visitors_from {
        eprintln!(
            "visitors are known since {from} only (the network's touch_detail_days); reach tells of those"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn request(arguments: &Arguments) -> anyhow::Result<Request> {
    let word = |text: &str| Json::String(text.to_owned());
    let basis = serde_json::from_value(word(&arguments.basis))
        .map_err(|_| Usage("`--basis` is click, conversion, approval, payment or booking".to_owned()))?;
    let filters = arguments.filter.iter().map(|text| Filter::parse(text));
    let filters =
        filters.collect::<Result<Vec<Filter>, _>>().map_err(|error| Usage(format!("`--filter`: {error}")))?;
    Ok(Request {
        metrics: arguments.metrics.clone(),
        by: arguments.by.clone(),
        period: arguments.period.clone(),
        from: arguments.from.clone(),
        to: arguments.to.clone(),
        zone: arguments.zone.clone(),
        basis,
        filter: Some(Filter::And(filters)),
        amounts: if arguments.amounts == "booked" { Amounts::Booked } else { Amounts::Network },
        compare: arguments.compare.clone(),
        order: arguments.order.clone(),
        limit: arguments.limit,
        rest: arguments.limit.is_some(),
        as_of: arguments.as_of,
        since: arguments.since,
    })
}

/// The application with everything that was booked so far, and who asks.
pub async fn opened(settings: &Settings, network: Option<NetworkId>) -> anyhow::Result<(App, Actor)> {
    let mut app = open::open_with(settings, open::long_reads(settings)).await?;
    let facts = Facts::open_for_command(settings, &app).await?;
    let bar = terminal::bar("reading what is new", None, false);
    Feed::default().follow(&app, &*facts, None, &|done| bar.set_position(done)).await.map_err(explain)?;
    bar.finish_and_clear();
    app.reports = Some(facts);
    let snapshot = app.snapshot.get();
    let network = match (network, snapshot.networks.len()) {
        (Some(network), _) => network,
        (None, 1) => *snapshot.networks.keys().next().context("there is no network")?,
        (None, 0) => return Err(Usage("there is no network yet".to_owned()).into()),
        (None, _) => {
            let names = snapshot.networks.values().map(|network| format!("{} {}", network.id, network.name));
            let names: Vec<String> = names.collect();
            return Err(Usage(format!("say which network with --network: {}", names.join(", "))).into());
        }
    };
    let actor = Actor::system(network);
    Ok((app, actor))
}

async fn ask(
    settings: &Settings,
    network: Option<NetworkId>,
    request: &Request,
) -> anyhow::Result<run::Report> {
    let (app, actor) = opened(settings, network).await?;
    let report = run::run(&app, &actor, request, None, Page::default()).await;
    report.map_err(|refusal| Usage(explain(refusal).to_string()).into())
}

/// Writes a file to the standard output, as it is read.
async fn write_file(
    settings: &Settings,
    network: Option<NetworkId>,
    contents: &Contents,
    format: export::Format,
) -> anyhow::Result<()> {
    if format != export::Format::Csv && std::io::stdout().is_terminal() {
        let message =
            format!("a file of {} is nothing for a terminal; send it on with > FILE", format.word());
        return Err(Usage(message).into());
    }
    let (app, actor) = opened(settings, network).await?;
    let pieces = export::export(&app, &actor, contents, format).await;
    let mut pieces = pieces.map_err(|refusal| Usage(explain(refusal).to_string()))?;
    let mut out = std::io::stdout().lock();
    while let Some(piece) = pieces.recv().await {
        out.write_all(&piece.map_err(explain)?)?;
    }
    Ok(out.flush()?)
}

/// The key of a row as people read it: names where there are any.
fn key_cells(report: &run::Report, row: &Row) -> Vec<String> {
    let cell = |(key, by): (&KeyText, &report::request::By)| match key {
        KeyText::All => "all".to_owned(),
        KeyText::Period(period) => period.clone(),
        KeyText::Dimension(None) => "(none)".to_owned(),
        KeyText::Dimension(Some(text)) => {
            let name = match by {
                report::request::By::Dimension(dimension) => report.names.get(&(*dimension, text.clone())),
                report::request::By::Period(_) => None,
            };
            name.cloned().unwrap_or_else(|| text.clone())
        }
    };
    row.key.iter().zip(&report.prepared.by).map(cell).collect()
}

fn value_cells(values: &[Value]) -> impl Iterator<Item = String> {
    values.iter().map(|value| value.text().unwrap_or_default())
}

fn header(report: &run::Report) -> Vec<String> {
    let metrics: Vec<&str> = report.prepared.metrics.iter().map(|bound| bound.metric.word).collect();
    let keys = report.prepared.by.iter().map(|by| by.word().to_owned());
    let mut header: Vec<String> = keys.chain(metrics.iter().map(|word| (*word).to_owned())).collect();
    if report.prepared.compared.is_some() {
        header.extend(metrics.iter().map(|word| format!("{word}_before")));
    }
    header
}

fn cells(report: &run::Report, row: &Row) -> Vec<String> {
    let compared = row.compared.iter().flat_map(|values| value_cells(values));
    key_cells(report, row).into_iter().chain(value_cells(&row.values)).chain(compared).collect()
}

fn print_table(report: &run::Report) -> anyhow::Result<()> {
    let header = header(report);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut rows: Vec<Vec<String>> = report.table.rows.iter().map(|row| cells(report, row)).collect();
    if let Some(rest) = &report.table.rest {
        rows.push(cells(report, rest));
    }
    let several = report.table.rows.len() != 1 || report.table.rest.is_some();
    if several && !report.prepared.by.is_empty() {
        rows.extend(report.table.totals.iter().map(|row| cells(report, row)));
    }
    let plan = &report.prepared.plan;
    let currency = report.prepared.currency;
    eprintln!("{} to {} by {} date, {currency}", plan.from, plan.to, plan.basis.word());
    terminal::print_table(&header, &rows)
}

fn print_json(report: &run::Report) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let value = |value: &Value| match value {
        Value::Count(count) => json!(count),
        other => json!(other.text()),
    };
    let metrics: Vec<&str> = report.prepared.metrics.iter().map(|bound| bound.metric.word).collect();
    let named = |values: &[Value]| -> Map<String, Json> {
        metrics.iter().zip(values).map(|(word, one)| ((*word).to_owned(), value(one))).collect()
    };
    for row in &report.table.rows {
        let mut object = Map::new();
        for (by, key) in report.prepared.by.iter().zip(&row.key) {
            let text = match key {
                KeyText::Dimension(text) => json!(text),
                KeyText::Period(period) => json!(period),
                KeyText::All => Json::Null,
            };
            object.insert(by.word().to_owned(), text);
        }
        object.extend(named(&row.values));
        if let Some(compared) = &row.compared {
            object.insert("compared".to_owned(), Json::Object(named(compared)));
        }
        serde_json::to_writer(&mut out, &Json::Object(object))?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
