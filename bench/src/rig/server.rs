//! The server, as it is shipped: the release binary in a process of its own.

use std::{
    fs::File,
    net::SocketAddr,
    process::{Command, Stdio},
};

use anyhow::ensure;

use super::{
    build_folder,
    database::Database,
    process::{Process, free_address},
};

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The process.
    pub process: Process,
}

impl Server {
    /// Starts the server on a database. It believes a proxy on this machine, so that a load generator can play many visitors.
    pub fn start(database: &Database) -> anyhow::Result<Self> {
        let binary = build_folder()?.join("merit");
        ensure!(
            binary.is_file(),
            "{} is missing: cargo build --release --workspace --bins",
            binary.display()
        );
        let folder = database.folder.path();
        let address = free_address()?;
        let settings = folder.join("merit.toml");
        std::fs::write(&settings, "trusted_proxies = [\"127.0.0.0/8\"]\nlog = \"warn\"\n")?;
        let log = File::create(folder.join("server.log"))?;
        let mut command = Command::new(binary);
        command.env_clear().arg("serve").arg("--config").arg(settings).arg("--data").arg(folder);
        command.args(["--listen", &address.to_string()]);
        if let Some(url) = &database.url {
            command.args(["--database", url]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { address, process: Process::start(&mut command, address)? })
    }

    /// Memory that is resident, in MB.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0");
        Ok(kilobytes.parse::<f64>()? / 1024.0)
    }
}
