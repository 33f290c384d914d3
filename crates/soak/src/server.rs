//! The server under test: one process that is started, killed and started again on the same data.
//!
//! A small shell waits beside each server and kills it when the harness ends in whatever way, so that nothing is left
//! running after a `kill -9` of the harness either.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::{Arc, mpsc},
    time::Duration,
};

use anyhow::{Context, bail};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{database::Database, http};

/// How long a start may take, recovery included.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long an orderly end may take.
const STOP_LIMIT: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(2);
/// How much of what the server last said is kept for messages.
const LINES_KEPT: usize = 15;
/// The line that says where it listens.
const LISTENS: &str = "Merit listens on http://";
/// Ends when it is told a word; kills the server when there is nobody left who could say one.
const GUARD: &str = r#"read -r word || kill -s KILL "$1""#;

/// Which promise of the server is switched off, for the runs that must find something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// None: the server as it is.
    None,
    /// It answers before the commit.
    AcknowledgeBeforeCommit,
    /// SQLite does not wait for the disk.
    NoSync,
}

impl Control {
    /// The value of `MERIT_DURABILITY_CONTROL`.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AcknowledgeBeforeCommit => "acknowledge-before-commit",
            Self::NoSync => "no-sync",
        }
    }
}

/// How servers are started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its settings file.
    pub settings: PathBuf,
    /// Its database.
    pub database: Database,
    /// What is switched off.
    pub control: Control,
}

/// Settings under which an answer means what it says: no redirect goes on before its click is stored, and each
/// click can name the address it came from.
const SETTINGS: &str = "redirect_wait_ms = 600000\ntrusted_proxies = [\"127.0.0.1/32\"]\nlog = \"warn\"\n";

impl Launch {
    /// Writes the settings into `folder`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new(program: &Path, folder: &Path, database: Database, control: Control) -> anyhow::Result<Self> {
        let settings = folder.join("soak.toml");
        std::fs::write(&settings, SETTINGS)?;
        Ok(Self { program: program.to_owned(), settings, database, control })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MERIT_")) {
            command.env_remove(name);
        }
        command.env("MERIT_DURABILITY_CONTROL", self.control.word());
        // The facts of reports belong to one database; without this, all that are not embedded would share `./data/lake`.
        if let Some(folder) = self.settings.parent() {
            command.env("MERIT_LAKE", folder.join("lake"));
        }
        command.arg("--config").arg(&self.settings).args(self.database.arguments());
        command.stdin(Stdio::null());
        command
    }

    /// Runs `merit verify` on the database; the server may run meanwhile.
    ///
    /// # Errors
    /// With what it printed, when it finds anything.
    pub fn verify(&self) -> anyhow::Result<()> {
        let output = self.command().arg("verify").output().context("run merit verify")?;
        if output.status.success() {
            return Ok(());
        }
        let (said, found) =
            (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        bail!("merit verify ended with {}:\n{}\n{}", output.status, found.trim_end(), said.trim_end())
    }

    /// Starts a server and waits until it takes requests.
    ///
    /// # Errors
    /// When it does not, with what it said.
    pub async fn start(&self) -> anyhow::Result<Server> {
        let began = Instant::now();
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().with_context(|| format!("start {}", self.program.display()))?;
        let words = process.stderr.take().context("the server has no stderr")?;
        let guard = Guard::of(&process)?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let address = listen_to(words, Arc::clone(&said));
        let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server =
            Server { process, _guard: guard, address: unknown, said, started_in: Duration::ZERO };
        server.become_ready(&address, began).await?;
        server.started_in = began.elapsed();
        Ok(server)
    }
}

/// Reads what the server says until it ends, keeps the last lines and tells the address.
fn listen_to(words: ChildStderr, said: Arc<Mutex<VecDeque<String>>>) -> mpsc::Receiver<SocketAddr> {
    let (tell, address) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(words).lines().map_while(Result::ok) {
            if let Some(text) = line.strip_prefix(LISTENS)
                && let Ok(found) = text.trim().parse()
            {
                // Nobody asks any more when the start was given up.
                let _ = tell.send(found);
                continue;
            }
            let mut said = said.lock();
            if said.len() == LINES_KEPT {
                said.pop_front();
            }
            said.push_back(line);
        }
    });
    address
}

/// A running server; it is killed when it is dropped.
pub struct Server {
    process: Child,
    _guard: Guard,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answer that it is ready.
    pub started_in: Duration,
    said: Arc<Mutex<VecDeque<String>>>,
}

impl Server {
    async fn become_ready(
        &mut self,
        address: &mpsc::Receiver<SocketAddr>,
        began: Instant,
    ) -> anyhow::Result<()> {
        loop {
            if let Ok(found) = address.try_recv() {
                self.address = found;
            }
            if self.address.port() != 0
                && http::get(self.address, "/readyz").await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended at its start with {status}:\n{}", self.last_words());
            }
            if began.elapsed() > START_LIMIT {
                bail!("the server was not ready after {} s:\n{}", START_LIMIT.as_secs(), self.last_words());
            }
            tokio::time::sleep(STEP).await;
        }
    }

    /// What the server last said.
    pub fn last_words(&self) -> String {
        self.said.lock().iter().cloned().collect::<Vec<_>>().join("\n")
    }

    /// Ends it as a crash does, and waits until the system has taken it away.
    ///
    /// # Errors
    /// When it had ended before by itself, with what it said.
    pub fn kill(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.process.try_wait()? {
            bail!("the server ended by itself with {status}:\n{}", self.last_words());
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Ends it as a service manager does.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let end = r#"kill -s TERM "$1""#;
        let told = Command::new("sh").args(["-c", end, "stop", &self.process.id().to_string()]).status()?;
        anyhow::ensure!(told.success(), "the server could not be told to stop");
        let began = Instant::now();
        while began.elapsed() < STOP_LIMIT {
            if let Some(status) = self.process.try_wait()? {
                return ended_well(status, &self.last_words());
            }
            tokio::time::sleep(STEP).await;
        }
        bail!("the server did not stop in {} s:\n{}", STOP_LIMIT.as_secs(), self.last_words())
    }

    /// A number of its metrics; a counter without a value yet is zero.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn metric(&self, name: &str) -> anyhow::Result<u64> {
        let text = String::from_utf8(http::get(self.address, "/metrics").await?.body)?;
        anyhow::ensure!(text.contains(name.trim_end_matches("_total")), "there is no metric {name}");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        Ok(value.unwrap_or(0))
    }
}

fn ended_well(status: ExitStatus, last_words: &str) -> anyhow::Result<()> {
    anyhow::ensure!(status.success(), "the server stopped with {status}:\n{last_words}");
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only for a server that has ended and was waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The shell that outlives the harness for a moment, in a process group that a terminal's signals do not reach.
struct Guard {
    shell: Child,
}

impl Guard {
    fn of(process: &Child) -> anyhow::Result<Self> {
        use std::os::unix::process::CommandExt;
        let mut shell = Command::new("sh");
        shell.args(["-c", GUARD, "guard", &process.id().to_string()]).process_group(0);
        let shell = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok(Self { shell: shell.context("start a shell")? })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The server was waited for by now; without the word the shell would kill whoever has its number next.
        if let Some(words) = self.shell.stdin.as_mut() {
            let _ = words.write_all(b"done\n");
        }
        let _ = self.shell.wait();
    }
}
