//! `merit attribute`: insight models over a file of paths, or over the journeys that are stored.

mod file;
mod stored;

use std::{io::Write, path::PathBuf, process::ExitCode};

use insight::{
    models::{self, Model},
    table::{self, Row},
};
use serde_json::json;

use crate::{
    commands::{Usage, terminal},
    settings::Common,
};

/// Arguments of `attribute`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A file with a header `path;conversions;value;nulls`: the channels of a path with ` > ` between them, conversions at its end, what they
    /// were worth together, and journeys that went the same way and did not convert. Only `path` is needed.
    #[arg(required_unless_present = "from")]
    file: Option<PathBuf>,
    #[command(flatten)]
    stored: stored::Stored,
    /// The models, such as last,markov_1,shapley; the first is what the others are compared with. Without it all of them, of the store the usual ones.
    #[arg(long, value_delimiter = ',', value_name = "a,b")]
    models: Vec<String>,
    /// What stands between the channels of a path.
    #[arg(long, default_value = " > ", value_name = "TEXT")]
    separator: String,
    /// Goes on without the rows that cannot be read.
    #[arg(long)]
    skip_bad_rows: bool,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Conversions of each model in columns for a person.
    Table,
    /// Conversions, value and what would move for each channel and model, with all digits.
    Csv,
    /// The same, one JSON object for each channel.
    Json,
}

/// Shares conversions out; exit code 1 when rows of the file were bad.
///
/// # Errors
/// A file that cannot be opened or has not the columns, a model that does not exist.
pub fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = match &arguments.file {
        Some(file) if !arguments.stored.is_asked() => file,
        _ => {
            arguments.stored.run(common, &arguments.models, arguments.format)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let models = chosen(&arguments.models)?;
    if arguments.separator.trim().is_empty() {
        return Err(Usage("--separator must be more than spaces".to_owned()).into());
    }
    let read = file::read(file, &arguments.separator)?;
    if !read.rows.may_go_on(arguments.skip_bad_rows) {
        return Ok(ExitCode::FAILURE);
    }
    if read.rows.all > 0 && read.undivided == read.rows.all {
        eprintln!("no path has `{}` between channels; is another --separator meant?", arguments.separator);
    }
    let journeys = read.builder.finish();
    eprintln!(
        "{} conversions worth {} and {} journeys without, on {} paths of {} channels",
        journeys.conversions(),
        journeys.value(),
        journeys.nulls(),
        journeys.paths().len(),
        journeys.channels().len()
    );
    let bar = terminal::bar("models", Some(models.len() as u64), false);
    let credit = |model: &&dyn Model| {
        let credit = model.credit(&journeys);
        bar.inc(1);
        credit
    };
    let credits: Vec<_> = models.iter().map(credit).collect();
    bar.finish_and_clear();
    let rows = table::beside(&journeys, &credits);
    match arguments.format {
        Format::Table => print_table(&models, &rows)?,
        Format::Csv => print_csv(&models, &rows)?,
        Format::Json => print_json(&models, &rows)?,
    }
    Ok(if read.rows.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static dyn Model>> {
    if names.is_empty() {
        return Ok(models::all().to_vec());
    }
    let find = |name: &String| {
        models::by_name(name).ok_or_else(|| {
            let known: Vec<&str> = models::all().iter().map(|model| model.name()).collect();
            Usage(format!("`{}` is no model; there are {}", name.escape_debug(), known.join(", "))).into()
        })
    };
    names.iter().map(find).collect()
}

fn print_table(models: &[&dyn Model], rows: &[Row<'_>]) -> anyhow::Result<()> {
    let header: Vec<&str> =
        std::iter::once("channel").chain(models.iter().map(|model| model.name())).collect();
    let line = |row: &Row<'_>| {
        let cells = row.cells.iter().map(|cell| format!("{:.2}", cell.conversions));
        // A control character must not steer the terminal.
        let channel =
            row.channel.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect();
        std::iter::once(channel).chain(cells).collect()
    };
    terminal::print_table(&header, &rows.iter().map(line).collect::<Vec<_>>())
}

fn print_csv(models: &[&dyn Model], rows: &[Row<'_>]) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    let columns = models
        .iter()
        .flat_map(|model| ["conversions", "value", "moved"].map(|what| format!("{}_{what}", model.name())));
    out.write_record(std::iter::once("channel".to_owned()).chain(columns))?;
    for row in rows {
        let cells = row
            .cells
            .iter()
            .flat_map(|cell| [cell.conversions, cell.value, cell.moved].map(|cell| cell.to_string()));
        out.write_record(std::iter::once(row.channel.to_owned()).chain(cells))?;
    }
    Ok(out.flush()?)
}

fn print_json(models: &[&dyn Model], rows: &[Row<'_>]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for row in rows {
        let cells = models.iter().zip(&row.cells).map(|(model, cell)| {
            let told = json!({"conversions": cell.conversions, "value": cell.value, "moved": cell.moved});
            (model.name().to_owned(), told)
        });
        let models: serde_json::Map<_, _> = cells.collect();
        serde_json::to_writer(&mut out, &json!({"channel": row.channel, "models": models}))?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
