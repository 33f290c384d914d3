//! `merit sql`: a query over the facts, from the shell, as an operator sees them.

use std::{io::Write, process::ExitCode};

use ::report::sql::{Kind, ROWS_MAX, Rows};
use app::reporting::sql;
use model::NetworkId;
use serde_json::{Map, Value as Json};
use sheets::formula::neutralised;

use crate::{
    commands::{Usage, explain, report, terminal},
    open,
    settings::{Common, Settings},
};

/// Arguments of `sql`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The query, over the table `facts`; - reads it from the standard input.
    #[arg(value_name = "SELECT …")]
    text: String,
    /// Most rows.
    #[arg(long, default_value_t = ROWS_MAX)]
    rows: usize,
    /// The network, where there are several.
    #[arg(long)]
    network: Option<NetworkId>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How an answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Columns for a person.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object for each row, one a line.
    Json,
}

/// Answers the query.
///
/// # Errors
/// A query that makes no sense, and what kept it from looking.
pub fn run(common: &Common, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(common)?;
    open::expect_database(&settings)?;
    let text = match arguments.text.as_str() {
        "-" => std::io::read_to_string(std::io::stdin())?,
        _ => arguments.text,
    };
    let answer = open::runtime()?.block_on(async {
        let (app, actor) = report::opened(&settings, arguments.network).await?;
        let answer = sql::ask(&app, &actor, text, arguments.rows, None).await;
        answer.map_err(|refusal| anyhow::Error::from(Usage(explain(refusal).to_string())))
    })?;
    print(&answer, arguments.format)?;
    if answer.more {
        eprintln!(
            "there are more than {} rows; --rows takes up to {ROWS_MAX}, OFFSET leads further",
            arguments.rows
        );
    }
    eprintln!("complete to {}", answer.complete_to);
    Ok(ExitCode::SUCCESS)
}

fn print(answer: &Rows, format: Format) -> anyhow::Result<()> {
    let names: Vec<&str> = answer.columns.iter().map(|(name, _)| name.as_str()).collect();
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    match format {
        Format::Table => {
            let rows: Vec<Vec<String>> =
                answer.rows.iter().map(|row| row.iter().map(text).collect()).collect();
            terminal::print_table(&names, &rows)
        }
        Format::Csv => {
            let mut out = csv::Writer::from_writer(std::io::stdout().lock());
            out.write_record(names.iter().map(|name| neutralised(name).into_owned()))?;
            for row in &answer.rows {
                let cell = |(cell, (_, kind)): (&Option<String>, &(String, Kind))| match kind {
                    // Numbers are ours: a minus before one is no formula.
                    Kind::Text | Kind::Other => neutralised(&text(cell)).into_owned(),
                    _ => text(cell),
                };
                out.write_record(row.iter().zip(&answer.columns).map(cell))?;
            }
            Ok(out.flush()?)
        }
        Format::Json => {
            let mut out = std::io::stdout().lock();
            for row in &answer.rows {
                let cells =
                    names.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), Json::from(cell.clone())));
                serde_json::to_writer(&mut out, &Json::Object(cells.collect::<Map<_, _>>()))?;
                writeln!(out)?;
            }
            Ok(())
        }
    }
}
