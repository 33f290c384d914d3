//! Installations: a folder, or a folder and a database of the throw-away PostgreSQL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;
use tempfile::TempDir;

/// Settings from outside that a test must not be changed by.
const VARIABLES: [&str; 10] = [
    "MERIT_DATA",
    "MERIT_CONFIG",
    "MERIT_DATABASE",
    "MERIT_LISTEN",
    "MERIT_ROLE",
    "MERIT_LOG",
    "MERIT_LOG_FORMAT",
    "MERIT_KEY",
    "MERIT_TOKEN",
    "MERIT_DURABILITY_CONTROL",
];

/// The program with these arguments.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merit"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

/// What a run of the program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().expect("the program ends by itself");
        Self { code, out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The one JSON value on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, after a run that did what was asked.
    pub fn done(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        self.json()
    }
}

/// An installation.
pub struct Place {
    pub folder: TempDir,
    pub database: Option<String>,
}

impl Place {
    /// Nothing in a folder yet.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: None }
    }

    /// Nothing in a database of PostgreSQL yet; none where there is no PostgreSQL.
    pub fn empty_postgres() -> Option<Self> {
        let database = Some(testkit::postgres::fresh_url()?);
        Some(Self { database, ..Self::empty() })
    }

    /// The folder of the data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data.
    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The program on this installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).arg("--data").arg(self.data());
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }

    /// As [`Self::run`], with something on stdin.
    pub fn run_with(&self, stdin: &str, arguments: &[&str]) -> Said {
        use std::io::Write;
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Said::of(&child.wait_with_output().unwrap())
    }

    /// Nothing that is stored breaks an invariant.
    pub fn expect_verified(&self) {
        let said = self.run(&["verify"]);
        assert_eq!(said.code, 0, "{}\n{}", said.err, said.out);
        assert_eq!(said.json()["violations_total"], 0);
    }

    /// Runs SQL behind the program's back.
    pub fn sql(&self, sql: &'static str) -> u64 {
        let options = match &self.database {
            Some(url) => store::Options::postgres(url.clone()),
            None => store::Options::sqlite(self.data().join("merit.db")),
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = store::Store::open(options).await.unwrap();
            store.write("behind the back", move |tx| tx.execute(sql, &[])).await.unwrap()
        })
    }
}

/// The demo network that tests begin with: made once, then copied.
struct Demo {
    data: PathBuf,
    copy: PathBuf,
    summary: Value,
}

fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR"));
        remove_left_behind(shared);
        let folder = shared.join(format!("demo-{}", std::process::id()));
        let (data, copy) = (folder.join("data"), folder.join("copy"));
        let run = |arguments: &[&str]| {
            let output = program().args(arguments).arg("--data").arg(&data).output().unwrap();
            Said::of(&output).done()
        };
        let summary = run(&["demo", "--days", "5", "--clicks", "150", "--seed", "7"]);
        run(&["backup", copy.to_str().unwrap()]);
        Demo { data, copy, summary }
    })
}

/// Removes the demos of test runs that have ended.
fn remove_left_behind(shared: &Path) {
    for entry in fs::read_dir(shared).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(process) = name.strip_prefix("demo-")
            && !Path::new("/proc").join(process).exists()
        {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

/// A place with the demo network, and what `merit demo` said about it.
pub fn demo_place() -> (Place, Value) {
    let place = Place::empty();
    fs::create_dir(place.data()).unwrap();
    for entry in fs::read_dir(&demo().data).unwrap().flatten() {
        fs::copy(entry.path(), place.data().join(entry.file_name())).unwrap();
    }
    (place, demo().summary.clone())
}

/// Runs a test on the demo network, on SQLite and on PostgreSQL.
pub fn on_both(test: impl Fn(&Place, &Value)) {
    let (place, summary) = demo_place();
    test(&place, &summary);
    if let Some(place) = Place::empty_postgres() {
        place.run(&["restore", demo().copy.to_str().unwrap()]).done();
        test(&place, &summary);
    }
}
