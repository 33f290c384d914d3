//! Power cut: the data lies on a file system of its own, on a loop device; under load the file system is told to forget
//! everything that it was not forced to write, the server is killed, and both come back.
//!
//! The cut is the ioctl `EXT4_IOC_SHUTDOWN` with `NOLOGFLUSH`: from that moment nothing reaches the device any more, neither
//! from the page cache nor from the journal. What the device itself was given stays, so this finds a wait for the disk that
//! is missing, not a disk that lies.
//!
//! Unlike a machine without power the server goes on answering for a moment. What it answers from the cut on is not held
//! against it: nobody would have heard it, and an `fsync` that the ioctl meets half-way may report success for what is
//! gone. But once its disk refuses, it must acknowledge nothing more, so of the conversions that were acknowledged after
//! the cut at most one batch may be missing.
//!
//! All of it happens in a process of its own in a mount namespace of its own ([`inside`]): when that process ends, in
//! whatever way, the kernel unmounts and detaches, and nobody else ever sees the mount. The ioctl is sent by a few lines of
//! Python, since it takes a raw system call, to an open folder that was first proven to lie on that very loop device: sent to
//! another folder it would end the machine's own file system.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use testkit::SeededEntropy;
use tokio::time::Instant;

use crate::{
    database::Database,
    kill::{Plan, Run, moment},
    load::Load,
    report::Outcome,
    server::{Control, Launch},
};

const IMAGE_BYTES: u64 = 256 << 20;
/// When after the beginning of the load the power is cut, in milliseconds.
const MOMENT_MS: (usize, usize) = (100, 500);
/// How long the server lives on with its disk gone: nothing that it answers then may be an acknowledgement.
const WITHOUT_DISK: Duration = Duration::from_millis(30);
/// Exit code of the inner process when the machine does not let it mount.
pub const REFUSED: u8 = 3;
/// Programs that are needed.
const PROGRAMS: &[&str] = &["unshare", "mkfs.ext4", "mount", "umount", "e2fsck", "python3"];
const STEP: Duration = Duration::from_millis(10);
/// How often a device that is still busy is asked again.
const TRIES: u32 = 200;

/// 0x8004587d is `_IOR('X', 125, __u32)`, 2 is `EXT4_GOING_FLAGS_NOLOGFLUSH`.
const CUT: &str = r#"
import fcntl, os, struct, sys
folder, device = sys.argv[1:]
opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
if not device.startswith("/dev/loop") or os.fstat(opened).st_dev != os.stat(device).st_rdev:
    sys.exit("the folder is not on the loop device")
print("ready", flush=True)
sys.stdin.readline()
fcntl.ioctl(opened, 0x8004587d, struct.pack("I", 2))
print("cut", flush=True)
"#;

/// What came of a power cut.
pub enum Tried {
    /// It was done.
    Done(Outcome),
    /// The machine does not allow it, for this reason.
    NotPossible(String),
}

/// What the inner process is told.
#[derive(clap::Args, Clone, Debug)]
pub struct Inside {
    /// The server's program.
    #[arg(long)]
    binary: PathBuf,
    /// How often the power is cut.
    #[arg(long)]
    cuts: u64,
    /// After how many seconds no further cut is begun.
    #[arg(long)]
    seconds: u64,
    /// Clients at once.
    #[arg(long)]
    clients: u64,
    /// Seed of everything that is drawn.
    #[arg(long)]
    seed: u64,
    /// Switch off the wait for the disk, and stop at the first loss.
    #[arg(long)]
    control: bool,
}

fn missing_program() -> Option<&'static str> {
    let there = |program: &str| {
        let found = Command::new("sh").args(["-c", r#"command -v "$1""#, "have", program]).output();
        found.is_ok_and(|output| output.status.success())
    };
    PROGRAMS.iter().copied().find(|program| !there(program))
}

/// Runs a power cut in a process of its own.
///
/// # Errors
/// When it could be tried and failed for another reason than lost events.
pub async fn run(program: &Path, plan: Plan, control: bool) -> anyhow::Result<Tried> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(Tried::NotPossible("only root may mount a file system".to_owned()));
    }
    if let Some(program) = missing_program() {
        return Ok(Tried::NotPossible(format!("{program} is missing")));
    }
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation", "private"])
        .arg(std::env::current_exe()?)
        .arg("power-cut-inside");
    command.arg("--binary").arg(program);
    let seconds = plan.until.saturating_duration_since(Instant::now()).as_secs();
    let numbers = [
        ("--cuts", plan.crashes),
        ("--seconds", seconds),
        ("--clients", plan.clients),
        ("--seed", plan.seed),
    ];
    for (name, number) in numbers {
        command.args([name, &number.to_string()]);
    }
    if control {
        command.arg("--control");
    }
    // Our end of its input closes when we end; it then cleans up and ends, too.
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = Ended(command.spawn().context("start unshare")?);
    let (mut stdout, mut stderr) = (process.0.stdout.take(), process.0.stderr.take());
    let said = std::thread::spawn(move || read_all(&mut stdout));
    let explained = std::thread::spawn(move || read_all(&mut stderr));
    let status = loop {
        match process.0.try_wait()? {
            Some(status) => break status,
            None => tokio::time::sleep(STEP).await,
        }
    };
    let said = said.join().unwrap_or_default();
    let explained = explained.join().unwrap_or_default().trim().to_owned();
    if status.code() == Some(i32::from(REFUSED)) || explained.starts_with("unshare:") {
        return Ok(Tried::NotPossible(explained));
    }
    ensure!(status.success(), "the power cut ended with {status}:\n{explained}");
    Ok(Tried::Done(serde_json::from_str(&said).with_context(|| format!("the power cut said {said}"))?))
}

fn read_all(stream: &mut Option<impl Read>) -> String {
    let mut text = String::new();
    if let Some(stream) = stream {
        // What is cut off by an end shows in the exit code.
        let _ = stream.read_to_string(&mut text);
    }
    text
}

/// The inner process; when it is dropped, its input closes and its end is awaited.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The inner process: prints its outcome as JSON. `Err(Ok(reason))` when the machine does not let it mount.
///
/// # Errors
/// When the server does not start again, or something else than the disk is broken.
pub async fn inside(arguments: &Inside) -> anyhow::Result<Result<Outcome, String>> {
    let folder = tempfile::Builder::new().prefix("merit-power-cut-").tempdir()?;
    let mut disk = Disk::make(folder.path())?;
    if let Err(error) = disk.mount() {
        return Ok(Err(format!("{error:#}")));
    }
    let control = if arguments.control { Control::NoSync } else { Control::None };
    let data = disk.folder.join("data");
    std::fs::create_dir(&data)?;
    let launch = Launch::new(&arguments.binary, folder.path(), Database::Sqlite(data), control)?;
    let what = if arguments.control { "control of power cut" } else { "power cut" };
    let mut run = Run::begin(&launch, format!("{what}, SQLite"), arguments.seed).await?;
    let chance = SeededEntropy::new(arguments.seed);
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    for cut in 1..=arguments.cuts {
        let (server, findings) = match run.restart().await {
            // A file system that was never made to write may leave a database that nobody can read.
            Err(_) if arguments.control && cut > 1 => break,
            restarted => restarted?,
        };
        if run.is_decided(&findings) || Instant::now() >= until {
            break;
        }
        let seed = arguments.seed.wrapping_add(cut);
        let cutter = disk.cutter()?;
        let load = Load::start(&run.scene, server.address, arguments.clients, seed);
        tokio::time::sleep(moment(MOMENT_MS, &chance)).await;
        load.power_is_gone();
        cutter.cut()?;
        tokio::time::sleep(WITHOUT_DISK).await;
        drop(server);
        run.crashed(load.finish().await);
        disk.unmount()?;
        disk.repair()?;
        disk.mount()?;
    }
    let acknowledged = run.outcome.clicks + run.outcome.conversions;
    let mut so_far = run.outcome.clone();
    let ended = async {
        let (server, _) = run.restart().await?;
        let mut outcome = run.finish().await?;
        server.stop().await?;
        let most = outcome.crashes * arguments.clients;
        if outcome.findings.in_flight > most {
            let what = format!("{} conversions were acknowledged without a disk", outcome.findings.in_flight);
            outcome.findings.wrong(&format!("{what}; one batch at each cut is {most}"));
        }
        Ok::<_, anyhow::Error>(outcome)
    };
    let outcome = match ended.await {
        Err(error) if arguments.control => {
            so_far.findings.lost_clicks = acknowledged;
            so_far.findings.told.push(format!("the database cannot be read any more: {error:#}"));
            so_far
        }
        ended => ended?,
    };
    disk.unmount()?;
    Ok(Ok(outcome))
}

/// A file system in a file.
struct Disk {
    image: PathBuf,
    folder: PathBuf,
    device: Option<PathBuf>,
}

impl Disk {
    fn make(within: &Path) -> anyhow::Result<Self> {
        let disk = Self { image: within.join("image"), folder: within.join("disk"), device: None };
        std::fs::File::create(&disk.image)?.set_len(IMAGE_BYTES)?;
        std::fs::create_dir(&disk.folder)?;
        call(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&disk.image), &[0])?;
        Ok(disk)
    }

    fn mount(&mut self) -> anyhow::Result<()> {
        call(
            Command::new("mount").args(["-t", "ext4", "-o", "loop"]).arg(&self.image).arg(&self.folder),
            &[0],
        )?;
        self.device = Some(loop_device(&self.folder, &self.image)?);
        Ok(())
    }

    /// Readies the cut, so that it takes no time when its moment has come.
    fn cutter(&self) -> anyhow::Result<Cutter> {
        let device = self.device.as_ref().context("nothing is mounted")?;
        let mut python = Command::new("python3");
        python.args(["-c", CUT]).arg(&self.folder).arg(device);
        let mut python =
            python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("start python3")?;
        let answers = BufReader::new(python.stdout.take().context("python has no output")?);
        let mut cutter = Cutter { python, answers };
        cutter.expect("ready")?;
        Ok(cutter)
    }

    fn unmount(&mut self) -> anyhow::Result<()> {
        let device = self.device.take().context("nothing is mounted")?;
        for _ in 0..TRIES {
            if call(Command::new("umount").arg(&self.folder), &[0]).is_ok() {
                return wait_until_detached(&device, &self.image);
            }
            std::thread::sleep(STEP);
        }
        bail!("the file system stays busy")
    }

    /// Does what a machine does when it starts again: replays the file system's journal and checks it. 1 says that
    /// something was repaired.
    fn repair(&self) -> anyhow::Result<()> {
        call(Command::new("e2fsck").args(["-f", "-p"]).arg(&self.image), &[0, 1])
    }
}

/// A process that holds the folder open and waits for the word to cut.
struct Cutter {
    python: Child,
    answers: BufReader<ChildStdout>,
}

impl Cutter {
    fn expect(&mut self, word: &str) -> anyhow::Result<()> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        ensure!(line.trim() == word, "the cutting process said `{}` instead of `{word}`", line.trim());
        Ok(())
    }

    /// Cuts the power; when it returns, the device is given nothing any more.
    fn cut(mut self) -> anyhow::Result<()> {
        self.python.stdin.take().context("python has no input")?.write_all(b"cut\n")?;
        self.expect("cut")
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        // It holds a folder of the disk open, which could not be unmounted.
        let _ = self.python.kill();
        let _ = self.python.wait();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.device.is_some() {
            let _ = call(Command::new("umount").arg("--lazy").arg(&self.folder), &[0]);
        }
    }
}

/// The device on which `folder` is mounted, proven to be a loop device over `image`.
fn loop_device(folder: &Path, image: &Path) -> anyhow::Result<PathBuf> {
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let here = folder.to_str().context("the folder's name is not text")?;
    let mounted = mounts.lines().find_map(|line| {
        let mut fields = line.split(' ');
        let (device, at) = (fields.next()?, fields.next()?);
        (at == here).then(|| PathBuf::from(device))
    });
    let device = mounted.with_context(|| format!("nothing is mounted on {here}"))?;
    let under = backing_file(&device)?;
    ensure!(under == image, "{} is over {}, not over our image", device.display(), under.display());
    Ok(device)
}

fn backing_file(device: &Path) -> anyhow::Result<PathBuf> {
    let name = device.file_name().and_then(|name| name.to_str()).context("the device has no name")?;
    let under = std::fs::read_to_string(format!("/sys/block/{name}/loop/backing_file"))?;
    Ok(PathBuf::from(under.trim_end()))
}

/// The kernel detaches the device a moment after the last use of the file system.
fn wait_until_detached(device: &Path, image: &Path) -> anyhow::Result<()> {
    for _ in 0..TRIES {
        if backing_file(device).map_or(true, |under| under != image) {
            return Ok(());
        }
        std::thread::sleep(STEP);
    }
    bail!("{} stays attached", device.display())
}

fn call(command: &mut Command, good: &[i32]) -> anyhow::Result<()> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("run {:?}", command.get_program()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let name = command.get_program().to_string_lossy();
    ensure!(
        output.status.code().is_some_and(|code| good.contains(&code)),
        "{name} ended with {}: {}",
        output.status,
        said.trim()
    );
    Ok(())
}
