//! Where exported rows go.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use serde_json::{Map, Value};

use crate::commands::import::rows::Format;

/// Why an export ended.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The rows could not be written.
    #[error("cannot write")]
    Write(#[from] std::io::Error),
    /// The database's connection was lost on the way, and rows that were written cannot be taken back.
    #[error("the connection to the database was lost; export again")]
    Interrupted,
}

type Out = BufWriter<Box<dyn Write + Send>>;

enum Form {
    Csv(Box<csv::Writer<Out>>),
    Jsonl(Out),
}

/// A file or stdout that rows are written to.
pub struct Sink {
    form: Form,
    begun: bool,
    rows: u64,
}

impl Sink {
    /// Opens the file, or stdout.
    ///
    /// # Errors
    /// When the file is there already or cannot be made.
    pub fn open(path: Option<&Path>, format: Format) -> anyhow::Result<Self> {
        let out: Box<dyn Write + Send> = match path {
            None => Box::new(std::io::stdout()),
            Some(path) => {
                let file =
                    File::create_new(path).with_context(|| format!("cannot make {}", path.display()))?;
                Box::new(file)
            }
        };
        let out = BufWriter::new(out);
        let form = match format {
            Format::Csv => Form::Csv(Box::new(csv::Writer::from_writer(out))),
            Format::Jsonl => Form::Jsonl(out),
        };
        Ok(Self { form, begun: false, rows: 0 })
    }

    /// Writes the header. A transaction that begins again finds it written and ends.
    pub fn begin(&mut self, columns: &[&[&str]]) -> Result<(), Failure> {
        if std::mem::replace(&mut self.begun, true) {
            return Err(Failure::Interrupted);
        }
        if let Form::Csv(writer) = &mut self.form {
            writer.write_record(columns.iter().copied().flatten()).map_err(std::io::Error::other)?;
        }
        Ok(())
    }

    /// Writes a row: its values in the order of the columns; null for none.
    pub fn row(&mut self, columns: &[&[&str]], values: Vec<Value>) -> Result<(), Failure> {
        self.rows += 1;
        match &mut self.form {
            Form::Csv(writer) => {
                for value in &values {
                    let text = match value {
                        Value::Null => String::new(),
                        Value::String(text) => text.clone(),
                        Value::Bool(truth) => u8::from(*truth).to_string(),
                        // A list of words stands with spaces between, anything deeper as JSON.
                        Value::Array(list) if list.iter().all(Value::is_string) => {
                            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
                        }
                        other => other.to_string(),
                    };
                    writer
                        .write_field(sheets::formula::neutralised(&text).as_bytes())
                        .map_err(std::io::Error::other)?;
                }
                writer.write_record(None::<&[u8]>).map_err(std::io::Error::other)?;
            }
            Form::Jsonl(out) => {
                let names = columns.iter().copied().flatten().map(|name| (*name).to_owned());
                let members: Map<String, Value> =
                    names.zip(values).filter(|(_, value)| !value.is_null()).collect();
                serde_json::to_writer(&mut *out, &members).map_err(std::io::Error::other)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Writes what is still held, and gives the number of rows.
    pub fn finish(&mut self) -> Result<u64, Failure> {
        match &mut self.form {
            Form::Csv(writer) => writer.flush()?,
            Form::Jsonl(out) => out.flush()?,
        }
        Ok(self.rows)
    }
}
