//! The closed-loop load generator: as many requests as its connections get answered.

use std::{net::SocketAddr, process::Command};

use anyhow::{Context, ensure};

/// What is asked.
#[derive(Clone, Copy)]
pub struct Load<'a> {
    /// Who is asked.
    pub address: SocketAddr,
    /// What is asked for.
    pub path: &'a str,
    /// Connections that stay open.
    pub connections: u32,
    /// How long.
    pub seconds: u64,
    /// Lua that defines `request`, or nothing for the same request again and again.
    pub script: &'a str,
    /// Arguments of the script.
    pub arguments: &'a [String],
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Answers a second.
    pub rate: f64,
    /// Answers that were no success and no redirect, and requests without answer.
    pub failed: u64,
}

/// A browser as it names itself.
pub const USER_AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                              Chrome/131.0.0.0 Safari/537.36";

/// Every request is another visitor: another address, one of several browsers. Takes the path and a
/// number to begin with.
pub const VISITORS: &str = r#"
local browsers = {
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
}
local number, path, heads = 0, "/", {}
function init(arguments)
  path = arguments[1]
  number = tonumber(arguments[2]) + thread_number * 1500000
  for place, browser in ipairs(browsers) do
    heads[place] = "GET " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: " .. browser .. "\r\nX-Forwarded-For: "
  end
end
function request()
  number = number + 1
  local network = math.floor(number / #browsers)
  local address = (1 + math.floor(network / 65536) % 222) .. "." .. (math.floor(network / 256) % 256) .. "." .. (network % 256)
  return heads[number % #browsers + 1] .. address .. ".7\r\n\r\n"
end
"#;

/// Numbers the threads and prints what a program can read.
const FRAME: &str = r#"
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"#;

/// Runs wrk with two threads.
pub fn run(load: &Load<'_>) -> anyhow::Result<Outcome> {
    let script = tempfile::Builder::new().suffix(".lua").tempfile()?;
    std::fs::write(script.path(), format!("{FRAME}\n{}", load.script))?;
    let mut command = Command::new("wrk");
    command.args([
        "-t2",
        &format!("-c{}", load.connections),
        &format!("-d{}s", load.seconds),
        "--timeout",
        "10s",
    ]);
    command.arg("-H").arg(format!("User-Agent: {USER_AGENT}")).arg("-s").arg(script.path());
    command.arg(format!("http://{}{}", load.address, load.path)).arg("--").args(load.arguments);
    let output = command.output().context("cannot start wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    let result =
        text.lines().find_map(|line| line.strip_prefix("RESULT ")).context("wrk printed no result")?;
    let numbers: Vec<u64> = result.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [requests, micros, failed] = numbers[..] else { anyhow::bail!("wrk printed `{result}`") };
    Ok(Outcome { rate: requests as f64 / (micros.max(1) as f64 / 1e6), failed })
}
