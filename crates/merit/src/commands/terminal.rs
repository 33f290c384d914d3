//! What commands show: JSON for machines on stdout, words and progress for people on stderr.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Prints one JSON value on stdout: spread over lines for a person, on one line for a program.
///
/// # Errors
/// When stdout is closed.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.is_terminal() {
        true => serde_json::to_writer_pretty(&mut out, value)?,
        false => serde_json::to_writer(&mut out, value)?,
    }
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Prints rows under a header on stdout, in columns.
///
/// # Errors
/// When stdout is closed.
pub fn print_table(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut out = std::io::stdout().lock();
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    for row in std::iter::once(&header).chain(rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(out.flush()?)
}

/// A bar on stderr; nothing where stderr is no terminal. Without a length it only counts.
pub fn bar(what: &'static str, length: Option<u64>, bytes: bool) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = match (length, bytes) {
        (Some(_), true) => "{msg} [{wide_bar}] {bytes}/{total_bytes} {eta}",
        (Some(_), false) => "{msg} [{wide_bar}] {human_pos}/{human_len} {eta}",
        (None, true) => "{msg} {spinner} {bytes}",
        (None, false) => "{msg} {spinner} {human_pos}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(style.progress_chars("=> "));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
