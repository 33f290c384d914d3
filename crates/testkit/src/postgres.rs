//! A PostgreSQL cluster in a temporary folder, from the server programs of the Debian package.
//!
//! The server runs under a small shell that holds the reading end of a pipe. When the pipe closes, because the value was
//! dropped or because the test process ended in whatever way, the shell stops the server and removes the folder. So nothing
//! is left behind after `kill -9` of a test either, and the shared cluster needs no end of its own.
//!
//! PostgreSQL refuses to run as root; the server then runs as the user `postgres` that the package creates.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// Where Debian's package keeps the server programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The superuser of a throw-away cluster.
const USER: &str = "merit";
/// How long a server may take to start or to recover, in steps of [`STEP`].
const STEPS: u32 = 1200;
const STEP: Duration = Duration::from_millis(25);

/// Starts the server, obeys one word a line, and cleans up when there are no more words. Signals of a terminal do not reach
/// it, because it leads a process group of its own.
const KEEPER: &str = r#"
folder=$1; shift
start() { "$@" >>"$folder/server.log" 2>&1 </dev/null & server=$!; }
while read -r word; do
    case $word in
        start) start "$@" ;;
        alive) if ! kill -0 "$server" 2>/dev/null; then echo no; continue; fi ;;
        *) kill -s "$word" "$server"; wait "$server" ;;
    esac
    echo yes
done
kill -s QUIT "$server" 2>/dev/null
wait
rm -rf "$folder"
"#;

/// How a cluster is set up.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether the server waits for the disk. Off makes storage tests that are not about durability faster.
    pub fsync: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { fsync: true }
    }
}

/// A running cluster; it is stopped and removed when it is dropped.
#[derive(Debug)]
pub struct ThrowAwayPostgres {
    programs: PathBuf,
    port: u16,
    keeper: Mutex<Keeper>,
    databases: AtomicU64,
    // Removed last, if the keeper did not.
    folder: TempDir,
}

impl ThrowAwayPostgres {
    /// Starts a cluster that waits for the disk as a real one does.
    ///
    /// # Errors
    /// When PostgreSQL is not installed (the message says how to get it) or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with(Options::default())
    }

    /// Starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is not installed (the message says how to get it) or does not start.
    pub fn start_with(options: Options) -> Result<Self> {
        let programs = newest_programs(Path::new(VERSIONS))?;
        let owner = server_user()?;
        let folder = tempfile::Builder::new().prefix("merit-postgres-").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        if let Some(owner) = owner {
            chown(folder.path(), Some(owner.uid), Some(owner.gid))
                .context("give the folder to the user postgres")?;
        }
        let data = folder.path().join("data");
        let mut initdb = command(&programs.join("initdb"), owner);
        initdb.args([
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "--username",
            USER,
            "--pgdata",
        ]);
        run(initdb.arg(&data))?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut server = vec![programs.join("postgres").display().to_string(), "-D".to_owned()];
        server.push(data.display().to_string());
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", folder.path().display()),
            format!("fsync={}", if options.fsync { "on" } else { "off" }),
            "max_connections=200".to_owned(),
            "logging_collector=off".to_owned(),
        ] {
            server.extend(["-c".to_owned(), setting]);
        }
        let keeper = Keeper::start(folder.path(), &server, owner)?;
        let cluster =
            Self { programs, port, keeper: Mutex::new(keeper), databases: AtomicU64::new(0), folder };
        cluster.start_again()?;
        Ok(cluster)
    }

    /// The URL of the database that every cluster has.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of a database of this cluster.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database and gives its URL.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn create_database(&self, name: &str) -> Result<String> {
        self.query("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(self.url_of(name))
    }

    /// Creates an empty database under a name that no other has and gives its URL.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn fresh_database(&self) -> Result<String> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        self.create_database(&format!("fresh_{number}"))
    }

    /// Runs SQL as the superuser and gives what `psql` prints: a line a row, columns separated by `|`.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn query(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]).arg(self.url_of(database));
        Ok(String::from_utf8(run(&mut psql)?.stdout)?.trim_end().to_owned())
    }

    /// Ends the server as a crash does, without a word to its sessions or a last checkpoint.
    ///
    /// # Errors
    /// When the server could not be told.
    pub fn kill_immediately(&self) -> Result<()> {
        self.tell("KILL").map(drop)
    }

    /// Starts a server that was killed, and waits until it has recovered and answers.
    ///
    /// # Errors
    /// When it does not; the message holds the end of its log.
    pub fn start_again(&self) -> Result<()> {
        for _ in 0..STEPS {
            // A killed server's own processes need a moment to notice, and until then a new one refuses to start.
            if !self.tell("alive")? {
                self.tell("start")?;
            }
            std::thread::sleep(STEP);
            if self.answers()? {
                return Ok(());
            }
        }
        bail!("PostgreSQL did not start:\n{}", self.end_of_log())
    }

    fn answers(&self) -> Result<bool> {
        let mut isready = Command::new(self.programs.join("pg_isready"));
        isready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        Ok(isready.status()?.success())
    }

    fn tell(&self, word: &str) -> Result<bool> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).tell(word)
    }

    fn end_of_log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// The cluster that all tests of this process share, started by the first who asks. It ends with the process.
///
/// # Errors
/// Why there is none, the same for everybody.
pub fn shared() -> Result<&'static ThrowAwayPostgres> {
    static SHARED: OnceLock<Result<ThrowAwayPostgres, String>> = OnceLock::new();
    let started = SHARED.get_or_init(|| ThrowAwayPostgres::start().map_err(|error| format!("{error:#}")));
    started.as_ref().map_err(|message| anyhow::anyhow!("{message}"))
}

/// The URL of a fresh database of the shared cluster. Without PostgreSQL: `None` and a line that says what was not run, or
/// a failed test where `CI` is set, because there nothing may be left out.
///
/// # Panics
/// When there is no PostgreSQL and `CI` is set, or when PostgreSQL is there but gives no database.
#[must_use]
pub fn fresh_url() -> Option<String> {
    match shared() {
        Ok(cluster) => Some(cluster.fresh_database().expect("a running cluster gives a database")),
        Err(error) if std::env::var_os("CI").is_some() => panic!("PostgreSQL is needed in CI: {error:#}"),
        Err(error) => {
            eprintln!("NOT RUN on PostgreSQL: {error:#}");
            None
        }
    }
}

/// The shell that keeps the server.
#[derive(Debug)]
struct Keeper {
    shell: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Keeper {
    fn start(folder: &Path, server: &[String], owner: Option<Owner>) -> Result<Self> {
        let mut shell = command(Path::new("/bin/sh"), owner);
        shell.args(["-c", KEEPER, "keeper"]).arg(folder).args(server);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut shell = shell.spawn().context("start a shell")?;
        let words = shell.stdin.take().context("the shell has no input")?;
        let answers = BufReader::new(shell.stdout.take().context("the shell has no output")?);
        let mut keeper = Self { shell, words: Some(words), answers };
        keeper.tell("start")?;
        Ok(keeper)
    }

    fn tell(&mut self, word: &str) -> Result<bool> {
        let words = self.words.as_mut().context("the shell was ended")?;
        writeln!(words, "{word}")?;
        let mut answer = String::new();
        ensure!(self.answers.read_line(&mut answer)? > 0, "the shell that keeps PostgreSQL ended");
        Ok(answer.trim_end() == "yes")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.shell.wait();
    }
}

/// The user as whom the server runs.
#[derive(Clone, Copy, Debug)]
struct Owner {
    uid: u32,
    gid: u32,
}

/// `None` when this process is not root and the server can run as its own user.
fn server_user() -> Result<Option<Owner>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let line = line.context("there is no user postgres to run the server as: apt-get install postgresql")?;
    let fields: Vec<&str> = line.split(':').collect();
    let [_, _, uid, gid, ..] = fields.as_slice() else {
        bail!("the line of postgres in /etc/passwd is cut short")
    };
    Ok(Some(Owner { uid: uid.parse()?, gid: gid.parse()? }))
}

fn newest_programs(versions: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(versions).into_iter().flatten().flatten();
    let numbered = entries.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        programs.join("initdb").exists().then_some((version, programs))
    });
    let newest = numbered.max_by_key(|(version, _)| *version);
    newest.map(|(_, programs)| programs).with_context(|| {
        format!(
            "PostgreSQL's server programs are not under {}: apt-get install postgresql",
            versions.display()
        )
    })
}

fn command(program: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    // A folder that the other user may not enter would make his programs fail.
    command.current_dir("/").env("LC_ALL", "C");
    if let Some(owner) = owner {
        command.uid(owner.uid).gid(owner.gid);
    }
    command
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("run {:?}", command.get_program()))?;
    ensure!(
        output.status.success(),
        "{:?} failed: {}",
        command.get_program(),
        String::from_utf8_lossy(&output.stderr).trim_end()
    );
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_installation_says_what_to_install() {
        let empty = tempfile::tempdir().unwrap();
        let error = newest_programs(empty.path()).unwrap_err().to_string();
        assert!(error.ends_with("apt-get install postgresql"), "{error}");
    }

    #[test]
    fn the_newest_version_is_taken() {
        let versions = tempfile::tempdir().unwrap();
        for version in ["9", "17", "15", "none"] {
            let programs = versions.path().join(version).join("bin");
            fs::create_dir_all(&programs).unwrap();
            fs::write(programs.join("initdb"), "").unwrap();
        }
        assert_eq!(newest_programs(versions.path()).unwrap(), versions.path().join("17/bin"));
    }
}
