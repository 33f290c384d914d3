//! Servers that end with the benchmark that started them.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use anyhow::{Context, bail};

const STEP: Duration = Duration::from_millis(20);
const STEPS: u32 = 500;

/// A running server of ours; told to stop, then waited for, when dropped.
pub struct Process(Child);

impl Process {
    /// Starts a server and waits until it takes connections at `address`.
    pub fn start(command: &mut Command, address: SocketAddr) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut process = Self(command.spawn().with_context(|| format!("cannot start {name}"))?);
        for _ in 0..STEPS {
            if let Some(status) = process.0.try_wait()? {
                bail!("{name} ended at once: {status}");
            }
            if TcpStream::connect(address).is_ok() {
                return Ok(process);
            }
            std::thread::sleep(STEP);
        }
        bail!("{name} does not listen on {address}")
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Processor time that it and its children have used, in seconds.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let mut ids = vec![self.id()];
        let path = format!("/proc/{0}/task/{0}/children", self.id());
        let children = std::fs::read_to_string(path).unwrap_or_default();
        ids.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        ids.into_iter().map(cpu_seconds_of).sum()
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        (0..STEPS).find_map(|_| {
            let status = self.0.try_wait().ok().flatten();
            if status.is_none() {
                std::thread::sleep(STEP);
            }
            status
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Politely first: nginx ends its workers only when it is told, not when it is killed.
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) || self.ended().is_none() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// User and system time of all threads; the kernel counts them in hundredths of a second.
fn cpu_seconds_of(id: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    let fields = stat.rsplit_once(')').context("a process has a name")?.1;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Ok(ticks.sum::<Result<u64, _>>()? as f64 / 100.0)
}

/// An address on this machine that nobody uses.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Whether a program is installed.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.into_iter().any(|folder| folder.join(program).is_file())
}
