//! Reports and facts as files of any length, written while they are read.
//!
//! A report without an order, a comparison and a limit comes from the engine group by group, ordered by its keys, and
//! nothing but a few batches is ever in memory. With one of these the whole table has to be known first, so it may have as many
//! rows as any report. Whoever takes the file sets the pace; when he goes away, everything stops.

use std::sync::Arc;

use report::{
    Viewer,
    request::{Prepared, Request},
    table::{Page, Table},
};
use sheets::{Cell, Column, Csv, Sheet, SheetError, Xlsx};
use tokio::sync::mpsc;

use super::{
    EngineError, ReportEngine, Streaming,
    behind::{self, Wanted},
    cells::{fact_cells, fact_columns, report_cells, report_columns},
    run::{self, engine},
};
use crate::{
    App,
    access::Actor,
    errors::{ErrorCode, Refusal},
    snapshot::Snapshot,
};

/// Pieces of a file on their way.
const PIECES: usize = 2;
/// Rows that become a piece.
const ROWS: usize = 4_096;

/// The format of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// A workbook.
    Xlsx,
    /// Columns for other engines.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Parquet];

    /// The word, which also ends the names of files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn sheet(self, engine: &dyn ReportEngine, columns: &[Column]) -> Result<Box<dyn Sheet>, EngineError> {
        Ok(match self {
            Self::Csv => Box::new(Csv::new(columns)),
            Self::Xlsx => Box::new(Xlsx::new(columns)),
            Self::Parquet => engine.parquet(columns)?,
        })
    }
}

/// A file on its way, piece by piece; an error ends it before its end.
pub type Pieces = mpsc::Receiver<Result<Vec<u8>, Refusal>>;

/// What is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// The rows of a report.
    Report {
        /// The report.
        request: Request,
        /// For a manager who serves both sides: for which he looks.
        side: Option<Viewer>,
    },
    /// The facts behind one of its rows.
    Facts(Wanted),
}

/// Begins a file.
///
/// # Errors
/// `field_invalid` with the field; too large a report; an engine that is busy or cannot read.
pub async fn export(
    app: &App,
    actor: &Actor,
    contents: &Contents,
    format: Format,
) -> Result<Pieces, Refusal> {
    match contents {
        Contents::Report { request, side } => report(app, actor, request, *side, format).await,
        Contents::Facts(wanted) => {
            let behind = behind::prepare(app, actor, wanted)?;
            let sheet = format.sheet(&*behind.engine, &fact_columns(&behind.sight))?;
            let stream = behind.engine.stream_facts(behind.plan);
            let sight = behind.sight;
            started(stream, sheet, move |fact| Some(fact_cells(&sight, &fact))).await
        }
    }
}

async fn report(
    app: &App,
    actor: &Actor,
    request: &Request,
    side: Option<Viewer>,
    format: Format,
) -> Result<Pieces, Refusal> {
    let engine = engine(app)?;
    let snapshot = app.snapshot.get();
    let needs_all = request.compare.is_some() || request.limit.is_some() || !request.order.is_empty();
    if needs_all {
        let report = run::run(app, actor, request, side, Page::default()).await?;
        let sheet = format.sheet(&*engine, &report_columns(&report.prepared))?;
        let run::Report { prepared, table: Table { rows, .. }, .. } = report;
        let stream = in_batches(rows);
        return started(stream, sheet, move |row| Some(report_cells(&prepared, &snapshot, &row))).await;
    }
    let prepared = run::prepare(app, actor, request, side)?;
    let sheet = format.sheet(&*engine, &report_columns(&prepared))?;
    let stream = engine.stream_groups(prepared.plan.clone());
    started(stream, sheet, cells_of_groups(prepared, snapshot)).await
}

fn cells_of_groups(
    prepared: Prepared,
    snapshot: Arc<Snapshot>,
) -> impl Fn(report::plan::Group) -> Option<Vec<Cell>> + Send + Sync + 'static {
    move |group| prepared.row(&group).map(|row| report_cells(&prepared, &snapshot, &row))
}

/// What is in memory already, as a stream of it.
fn in_batches<T: Send + 'static>(all: Vec<T>) -> Streaming<T> {
    let (send, stream) = mpsc::channel(PIECES);
    tokio::spawn(async move {
        let mut rest = all.into_iter();
        loop {
            let batch: Vec<T> = rest.by_ref().take(ROWS).collect();
            if batch.is_empty() || send.send(Ok(batch)).await.is_err() {
                return;
            }
        }
    });
    stream
}

/// Waits until it is known that the answer begins, and lets it go on from there.
async fn started<T: Send + 'static>(
    mut stream: Streaming<T>,
    sheet: Box<dyn Sheet>,
    cells: impl Fn(T) -> Option<Vec<Cell>> + Send + Sync + 'static,
) -> Result<Pieces, Refusal> {
    let first = stream.recv().await.transpose()?;
    let (send, pieces) = mpsc::channel(PIECES);
    tokio::spawn(async move {
        if let Err(refusal) = write(first, stream, sheet, cells, &send).await {
            tracing::warn!(message = refusal.message, "a file was not finished");
            // Whoever took it may be gone.
            let _ = send.send(Err(refusal)).await;
        }
    });
    Ok(pieces)
}

async fn write<T: Send + 'static>(
    mut batch: Option<Vec<T>>,
    mut stream: Streaming<T>,
    mut sheet: Box<dyn Sheet>,
    cells: impl Fn(T) -> Option<Vec<Cell>> + Sync,
    send: &mpsc::Sender<Result<Vec<u8>, Refusal>>,
) -> Result<(), Refusal> {
    while let Some(facts) = batch {
        let mut rows = facts.into_iter().filter_map(&cells);
        loop {
            let some: Vec<Vec<Cell>> = rows.by_ref().take(ROWS).collect();
            if some.is_empty() {
                break;
            }
            let (given_back, piece) = off_the_loop(sheet, move |sheet| sheet.rows(&some)).await?;
            sheet = given_back;
            if !piece.is_empty() && send.send(Ok(piece)).await.is_err() {
                return Ok(());
            }
        }
        batch = stream.recv().await.transpose()?;
    }
    let last = tokio::task::spawn_blocking(move || sheet.finish()).await;
    let last = last.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?;
    // Whoever took it may have gone in the end.
    let _ = send.send(Ok(last)).await;
    Ok(())
}

/// Packing rows is work, and other answers wait for this thread.
async fn off_the_loop(
    mut sheet: Box<dyn Sheet>,
    work: impl FnOnce(&mut dyn Sheet) -> Result<Vec<u8>, SheetError> + Send + 'static,
) -> Result<(Box<dyn Sheet>, Vec<u8>), Refusal> {
    let done = tokio::task::spawn_blocking(move || {
        let piece = work(&mut *sheet);
        (sheet, piece)
    });
    let (sheet, piece) = done.await.map_err(|error| internal(&error))?;
    Ok((sheet, piece.map_err(|error| internal(&error))?))
}

fn internal(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}
