//! The peer of redirects: nginx with a static 302 and a buffered access log, which is not durable.

use std::{net::SocketAddr, process::Command};

use super::{
    data_folder,
    process::{Process, free_address},
};

/// A running nginx.
pub struct Nginx {
    /// Where it listens.
    pub address: SocketAddr,
    // Ends before its folder goes.
    /// The process.
    pub process: Process,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Starts one with two workers.
    pub fn start() -> anyhow::Result<Self> {
        let folder = data_folder()?;
        let address = free_address()?;
        let path = folder.path().display();
        let configuration = format!(
            "worker_processes 2;
             daemon off;
             pid {path}/nginx.pid;
             error_log {path}/error.log crit;
             events {{ worker_connections 4096; }}
             http {{
                 access_log {path}/access.log combined buffer=64k flush=1s;
                 keepalive_timeout 75s;
                 keepalive_requests 1000000000;
                 client_body_temp_path {path}/body;
                 proxy_temp_path {path}/proxy;
                 fastcgi_temp_path {path}/fastcgi;
                 uwsgi_temp_path {path}/uwsgi;
                 scgi_temp_path {path}/scgi;
                 server {{
                     listen {address};
                     location / {{ return 302 https://shop.example/landing?click=static; }}
                 }}
             }}"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, configuration)?;
        let mut command = Command::new("nginx");
        command.arg("-e").arg(folder.path().join("error.log")).arg("-c").arg(file);
        let process = Process::start(&mut command, address)?;
        Ok(Self { address, process, _folder: folder })
    }
}
