//! The soak test: kills the server, its database and the power under load, and looks for acknowledged events that are
//! lost or doubled (invariant I1).
//!
//! | file | what |
//! |---|---|
//! | `world` | the network that is loaded |
//! | `load`, `orders`, `http` | the clients, what they were told, and whether it contradicts itself |
//! | `server`, `database` | the server under test and its data |
//! | `kill`, `outage`, `power_cut` | the three ways to crash |
//! | `slow` | thousands of connections that never finish a request |
//! | `compare` | what was acknowledged beside what is stored |
//! | `report` | the outcome |
//!
//! Each way runs on the server as it is, which must lose nothing, and once with a promise switched off, which must
//! lose something: a harness that cannot find a loss proves nothing. Exit codes: 0 all of that held, 1 it did not.

mod compare;
mod database;
mod http;
mod kill;
mod load;
mod orders;
mod outage;
mod power_cut;
mod report;
mod server;
mod slow;
mod world;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::Parser;
use testkit::postgres::ThrowAwayPostgres;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::Instant,
};

use crate::{
    database::Database,
    kill::Plan,
    power_cut::Tried,
    report::Outcome,
    server::{Control, Launch},
};

/// After so many crashes of a control without a loss the harness is taken to be blind.
const CONTROL_CRASHES: u64 = 12;
/// No run without `--minutes` takes longer.
const SHORT_LIMIT: Duration = Duration::from_secs(600);

/// Kills the server, its database and the power under load and looks for lost or doubled events.
#[derive(Parser)]
#[command(name = "soak", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    inner: Option<Inner>,
    /// The server's program; default is `merit` beside this one.
    #[arg(long, env = "MERIT_BINARY", value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Kills of the server on SQLite in one batch.
    #[arg(long, default_value_t = 15, value_name = "N")]
    sqlite_kills: u64,
    /// Kills of the server on PostgreSQL in one batch.
    #[arg(long, default_value_t = 6, value_name = "N")]
    postgres_kills: u64,
    /// Kills of the PostgreSQL cluster in one batch.
    #[arg(long, default_value_t = 1, value_name = "N")]
    outages: u64,
    /// Power cuts in one batch.
    #[arg(long, default_value_t = 4, value_name = "N")]
    cuts: u64,
    /// Connections that never finish a request, once beside each batch.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    slow_connections: usize,
    /// Repeat the batch, each on fresh data, until so many minutes are over; without it there is one batch.
    #[arg(long, value_name = "M")]
    minutes: Option<u64>,
    /// Clients at once.
    #[arg(long, default_value_t = 24, value_name = "N")]
    clients: u64,
    /// Seed of everything that the harness draws; default is another one each time.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// File to which each part adds its outcome; the sums of all runs are shown at the end.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Inner {
    /// The part of a power cut that runs in a mount namespace of its own.
    #[command(hide = true)]
    PowerCutInside(power_cut::Inside),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        let ended = runtime.block_on(async {
            match &arguments.inner {
                Some(Inner::PowerCutInside(inside)) => cut_inside(inside).await,
                None => tokio::select! {
                    ended = soak(&arguments) => ended,
                    () = stopped() => {
                        report_totals(&arguments)?;
                        anyhow::bail!("stopped before the end")
                    }
                },
            }
        });
        // A thread that reads our input would keep us here.
        runtime.shutdown_background();
        ended
    });
    ended.unwrap_or_else(|error| {
        eprintln!("soak: {error:#}");
        ExitCode::FAILURE
    })
}

/// Resolves at SIGINT or SIGTERM; everything that was started ends with what holds it.
async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn cut_inside(arguments: &power_cut::Inside) -> anyhow::Result<ExitCode> {
    // The outer process holds the other end for as long as it lives.
    let abandoned =
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let tried = tokio::select! {
        tried = power_cut::inside(arguments) => tried?,
        _ = abandoned => anyhow::bail!("the outer process ended"),
        () = stopped() => anyhow::bail!("stopped before the end"),
    };
    match tried {
        Ok(outcome) => {
            println!("{}", serde_json::to_string(&outcome)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(reason) => {
            eprintln!("{reason}");
            Ok(ExitCode::from(power_cut::REFUSED))
        }
    }
}

/// The parts of a run and what they need.
struct Soak<'a> {
    arguments: &'a Arguments,
    /// A copy, so that a build meanwhile changes nothing.
    program: PathBuf,
    cluster: Option<Arc<ThrowAwayPostgres>>,
    folder: tempfile::TempDir,
    until: Instant,
    seed: u64,
    batches: u64,
    failed: bool,
}

async fn soak(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("merit-soak-").tempdir()?;
    let program = copy_program(arguments.binary.as_deref(), folder.path())?;
    let cluster = tokio::task::spawn_blocking(ThrowAwayPostgres::start).await?;
    let cluster =
        cluster.map_err(|error| println!("NOT RUN: soak on PostgreSQL: {error:#}")).ok().map(Arc::new);
    let limit = arguments.minutes.map_or(SHORT_LIMIT, |minutes| Duration::from_secs(60 * minutes));
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}");
    let until = Instant::now() + limit;
    let mut soak = Soak { arguments, program, cluster, folder, until, seed, batches: 0, failed: false };
    soak.controls().await?;
    let mut can_cut = soak.cut_control().await?;
    while !soak.failed {
        soak.batch(&mut can_cut).await?;
        if arguments.minutes.is_none() || Instant::now() >= soak.until {
            break;
        }
    }
    report_totals(arguments)?;
    if soak.failed {
        let kept = soak.folder.keep();
        println!("FAILED; the data is kept in {}", kept.display());
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn copy_program(given: Option<&Path>, folder: &Path) -> anyhow::Result<PathBuf> {
    let program = match given {
        Some(program) => program.to_owned(),
        None => std::env::current_exe()?.with_file_name("merit"),
    };
    let copy = folder.join("merit");
    std::fs::copy(&program, &copy).with_context(|| {
        format!("{} is not there: cargo build --package merit, or set MERIT_BINARY", program.display())
    })?;
    Ok(copy)
}

fn report_totals(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(file) = arguments.report.as_ref().filter(|file| file.exists()) {
        print!("all runs in {}:\n{}", file.display(), report::totals(file)?);
    }
    Ok(())
}

impl Soak<'_> {
    fn plan(&mut self, crashes: u64) -> Plan {
        self.seed = self.seed.wrapping_add(1_000_003);
        Plan { crashes, until: self.until, clients: self.arguments.clients, seed: self.seed }
    }

    /// An empty database under this name: in a folder of its own, or in the cluster.
    fn launch(&self, name: &str, on_cluster: bool, control: Control) -> anyhow::Result<Option<Launch>> {
        let folder = self.folder.path().join(format!("{name}-{}", self.batches));
        std::fs::create_dir(&folder)?;
        let database = match (&self.cluster, on_cluster) {
            (_, false) => Database::Sqlite(folder.clone()),
            (Some(cluster), true) => Database::Postgres(cluster.fresh_database()?),
            (None, true) => return Ok(None),
        };
        Launch::new(&self.program, &folder, database, control).map(Some)
    }

    /// The harness must find what a server loses that acknowledges too early.
    async fn controls(&mut self) -> anyhow::Result<()> {
        for on_cluster in [false, true] {
            let name = if on_cluster { "control-postgres" } else { "control-sqlite" };
            if let Some(launch) = self.launch(name, on_cluster, Control::AcknowledgeBeforeCommit)? {
                let plan = self.plan(CONTROL_CRASHES);
                let outcome = kill::run(&launch, plan).await?;
                self.judge_control(&outcome);
            }
        }
        Ok(())
    }

    /// The harness must find what a power cut takes from a server that does not wait for the disk. Tells whether power cuts
    /// can be tried here.
    async fn cut_control(&mut self) -> anyhow::Result<bool> {
        if self.arguments.cuts == 0 {
            return Ok(false);
        }
        let plan = self.plan(CONTROL_CRASHES);
        match power_cut::run(&self.program, plan, true).await? {
            Tried::Done(outcome) => {
                self.judge_control(&outcome);
                Ok(true)
            }
            Tried::NotPossible(reason) => {
                println!("NOT POSSIBLE HERE: power cut: {reason}");
                Ok(false)
            }
        }
    }

    /// Every part once. The outage is mostly waiting, so the parts on SQLite run beside it.
    async fn batch(&mut self, can_cut: &mut bool) -> anyhow::Result<()> {
        self.batches += 1;
        let arguments = self.arguments;
        if arguments.postgres_kills > 0
            && let Some(launch) = self.launch("postgres", true, Control::None)?
        {
            let plan = self.plan(arguments.postgres_kills);
            let outcome = kill::run(&launch, plan).await?;
            self.judge(&outcome)?;
        }
        let outage = match &self.cluster {
            Some(cluster) if arguments.outages > 0 => Some(Arc::clone(cluster)),
            _ => None,
        };
        let outage_launch = if outage.is_some() { self.launch("outage", true, Control::None)? } else { None };
        let sqlite_launch = self.launch("sqlite", false, Control::None)?;
        let outage_plan = self.plan(arguments.outages);
        let (kills, cuts) = (self.plan(arguments.sqlite_kills), self.plan(arguments.cuts));
        let program = self.program.clone();
        let (killed, cut, away) = tokio::join!(
            async {
                match (&sqlite_launch, kills.crashes) {
                    (Some(launch), 1..) => kill::run(launch, kills).await.map(Some),
                    _ => Ok(None),
                }
            },
            async { if *can_cut { power_cut::run(&program, cuts, false).await.map(Some) } else { Ok(None) } },
            async {
                match (&outage_launch, &outage) {
                    (Some(launch), Some(cluster)) => {
                        outage::run(launch, cluster, outage_plan).await.map(Some)
                    }
                    _ => Ok(None),
                }
            },
        );
        let slow = self.slow().await?;
        for outcome in [killed?, away?, slow].into_iter().flatten() {
            self.judge(&outcome)?;
        }
        match cut? {
            Some(Tried::Done(outcome)) => self.judge(&outcome)?,
            Some(Tried::NotPossible(reason)) => {
                *can_cut = false;
                println!("NOT POSSIBLE HERE: power cut: {reason}");
            }
            None => {}
        }
        Ok(())
    }

    /// The connections that never finish a request, where so many files may be open.
    async fn slow(&mut self) -> anyhow::Result<Option<Outcome>> {
        let connections = self.arguments.slow_connections;
        if connections == 0 {
            return Ok(None);
        }
        if let Err(reason) = slow::allow(connections)? {
            println!("NOT POSSIBLE HERE: {connections} slow connections: {reason}");
            return Ok(None);
        }
        let plan = self.plan(0);
        match self.launch("slow", false, Control::None)? {
            Some(launch) => slow::run(&launch, connections, plan).await.map(Some),
            None => Ok(None),
        }
    }

    fn judge(&mut self, outcome: &Outcome) -> anyhow::Result<()> {
        println!("{}", outcome.text());
        print!("{}", outcome.told());
        self.failed |= !outcome.findings.is_clean();
        match &self.arguments.report {
            Some(file) => report::append(file, outcome),
            None => Ok(()),
        }
    }

    fn judge_control(&mut self, outcome: &Outcome) {
        println!("{}", outcome.control_text());
        self.failed |= outcome.findings.lost() == 0;
    }
}
