//! `merit identify`: which rows of a file of customers are one person.

use std::{path::PathBuf, process::ExitCode};

use insight::identity::{Field, Record, people};

use crate::commands::{
    Usage,
    rows::{self, plain},
    terminal,
};

/// Arguments of `identify`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A file with a header: any of `id_number`, `email`, `phone`, `birth_date`, `given_name`, `family_name`, `house_number`, `street`, `quarter`, `town`,
    /// `postal_code`, or hashes of these; other columns are not looked at.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Goes on without the rows that cannot be read.
    #[arg(long)]
    skip_bad_rows: bool,
}

/// Prints for each row its person, and why; exit code 1 when rows of the file were bad.
///
/// # Errors
/// A file that cannot be opened or has not the columns.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (mut records, mut lines) = (Vec::new(), Vec::new());
    let rows = rows::read(&arguments.file, columns, |columns, row| {
        let mut record = Record::default();
        for (place, field) in columns {
            record.set(*field, rows::cell(row, *place, field.word())?);
        }
        records.push(record);
        lines.push(row.position().map_or(0, csv::Position::line));
        Ok(())
    })?;
    if !rows.may_go_on(arguments.skip_bad_rows) {
        return Ok(ExitCode::FAILURE);
    }
    let bar = terminal::bar("comparing", Some(1), false);
    let whose = people(&records, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let persons = whose.iter().filter(|one| one.link.is_none()).count();
    eprintln!("{} rows are {persons} people", records.len());
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["line", "person", "as_line", "agreed"])?;
    for (line, one) in lines.iter().zip(&whose) {
        let as_line = one.link.map_or_else(String::new, |link| lines[link.to].to_string());
        let agreed = one.link.map_or_else(String::new, |link| {
            link.agreed.fields().map(Field::word).collect::<Vec<_>>().join(" ")
        });
        out.write_record([line.to_string(), (one.person + 1).to_string(), as_line, agreed])?;
    }
    out.flush()?;
    Ok(if rows.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The columns that hold something of a person.
fn columns(header: &csv::StringRecord) -> anyhow::Result<Vec<(usize, Field)>> {
    let mut columns: Vec<(usize, Field)> = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let Some(field) = Field::of_column(&plain(name)) else { continue };
        if columns.iter().any(|(_, other)| *other == field) {
            return Err(Usage(format!("there are two columns for `{}`", field.word())).into());
        }
        columns.push((place, field));
    }
    if columns.is_empty() {
        let known: Vec<&str> = Field::ALL.iter().map(|field| field.word()).collect();
        return Err(Usage(format!("the header has none of {}", known.join(", "))).into());
    }
    Ok(columns)
}
