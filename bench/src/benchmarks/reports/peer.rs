//! DuckDB and ClickHouse, from PyPI in an environment that is thrown away, as processes that answer line by line.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const SERVER: &str = include_str!("peer.py");
const PACKAGES: [&str; 3] = ["duckdb==2.0.0", "chdb==4.4.0", "pyarrow==26.0.1"];

/// An engine beside which reports are measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// DuckDB.
    DuckDb,
    /// ClickHouse, as the library `chdb`.
    ClickHouse,
}

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DuckDb, Self::ClickHouse];

    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::ClickHouse => "ClickHouse",
        }
    }
}

/// The Python that has the peers.
pub struct Python(PathBuf);

impl Python {
    /// Makes an environment in the folder, or takes the one that `MERIT_BENCH_PYTHON` names.
    pub fn install(folder: &Path) -> Result<Self> {
        if let Some(given) = std::env::var_os("MERIT_BENCH_PYTHON") {
            return Ok(Self(given.into()));
        }
        let environment = folder.join("venv");
        let run = |command: &mut Command| -> Result<()> {
            let status = command.stdout(Stdio::null()).status().context("python3 is missing")?;
            ensure!(status.success(), "{command:?} failed");
            Ok(())
        };
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let python = environment.join("bin/python");
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
        Ok(Self(python))
    }
}

/// A running peer.
pub struct Peer {
    engine: Engine,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What it answered.
pub struct Answered {
    /// How long it took.
    pub milliseconds: f64,
    /// Rows.
    pub rows: usize,
    /// SHA-256 over its rows.
    pub digest: String,
    /// The most memory that it has had, in MB.
    pub peak_mb: f64,
}

impl Peer {
    /// Starts it on the files of a lake.
    pub fn start(python: &Python, engine: Engine, threads: usize, lake: &Path) -> Result<Self> {
        let word = if engine == Engine::DuckDb { "duckdb" } else { "clickhouse" };
        let mut command = Command::new(&python.0);
        command.args(["-c", SERVER, word, &threads.to_string()]).arg(lake);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().context("no input")?;
        let output = BufReader::new(process.stdout.take().context("no output")?);
        let mut peer = Self { engine, process, input, output };
        let line = peer.line()?;
        ensure!(line.trim() == "ready", "{} says {line}", engine.name());
        Ok(peer)
    }

    /// Asks.
    pub fn ask(&mut self, sql: &str) -> Result<Answered> {
        writeln!(self.input, "{}", Value::from(sql))?;
        self.input.flush()?;
        let line = self.line()?;
        let answer: Value = serde_json::from_str(&line).context("no answer")?;
        let of = |name: &str| answer.get(name).with_context(|| format!("no {name} in {answer}"));
        Ok(Answered {
            milliseconds: of("milliseconds")?.as_f64().unwrap_or_default(),
            rows: usize::try_from(of("rows")?.as_u64().unwrap_or_default())?,
            digest: of("digest")?.as_str().unwrap_or_default().to_owned(),
            peak_mb: of("peak_kb")?.as_f64().unwrap_or_default() / 1024.0,
        })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(!line.is_empty(), "{} ended", self.engine.name());
        Ok(line)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
