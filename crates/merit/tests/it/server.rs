//! A running server.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStderr, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::place::Place;

/// A server that ends with its value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it on a free port.
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    /// Starts it with further arguments.
    pub fn start_with(place: &Place, arguments: &[&str]) -> Self {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let address = address(&mut lines, &log);
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("the server did not start:\n{}", log.lock().unwrap());
        };
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).unwrap_or(0) > 0 {
                kept.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Self { child, address, log, reader: Some(reader) }
    }

    /// `http://` and its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks it to stop, waits until it has, and gives its exit code and what it wrote.
    pub fn stop(mut self) -> (Option<i32>, String) {
        self.tell(Signal::TERM);
        let code = self.child.wait().unwrap().code();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let log = self.log.lock().unwrap().clone();
        (code, log)
    }

    /// Sends a signal.
    pub fn tell(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing happens to one that was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address that a starting server says.
fn address(lines: &mut BufReader<ChildStderr>, log: &Mutex<String>) -> Option<SocketAddr> {
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        log.lock().unwrap().push_str(&line);
        if let Some(url) = line.strip_prefix("Merit listens on http://") {
            return Some(url.trim().parse().unwrap());
        }
    }
}
