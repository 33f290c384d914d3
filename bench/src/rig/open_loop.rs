//! The open-loop load generator: requests leave at a fixed rate whether or not the server keeps up.
//!
//! Every request has a moment at which it should leave, and its latency counts from that moment. So a server that stops
//! for a while is charged for everybody who would have come meanwhile, not only for the few whose requests were under way
//! (the coordinated omission of closed loops). One thread keeps the time; connections take the next request that is due.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{ambient::Stopwatch, client::Client, samples::quantile};

/// How long requests that are late are still waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause between two looks at the clock.
const TICK: Duration = Duration::from_micros(200);

/// A steady load.
#[derive(Clone, Copy)]
pub struct Steady {
    /// Who is asked.
    pub address: SocketAddr,
    /// Requests a second.
    pub rate: f64,
    /// How long.
    pub seconds: u64,
    /// Connections.
    pub connections: u32,
}

/// Latencies of a steady load.
pub struct Latencies {
    /// In microseconds, sorted.
    sorted: Vec<u32>,
    /// Requests without the expected status.
    pub failed: u64,
}

impl Latencies {
    /// In milliseconds, the latency below which this share lies.
    pub fn millis(&self, share: f64) -> f64 {
        f64::from(quantile(&self.sorted, share)) / 1e3
    }
}

/// Sends the load and gives its latencies; `request` makes the request of a number, `status` is what it should get.
pub fn run<R>(load: &Steady, status: u16, request: R) -> anyhow::Result<Latencies>
where
    R: Fn(u64) -> Vec<u8> + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, generate(*load, status, request))
}

async fn generate<R>(load: Steady, status: u16, request: R) -> anyhow::Result<Latencies>
where
    R: Fn(u64) -> Vec<u8> + 'static,
{
    let mut clients = Vec::new();
    for _ in 0..load.connections {
        clients.push(Client::connect(load.address).await?);
    }
    let due = Arc::new(Semaphore::new(0));
    let next = Arc::new(AtomicU64::new(0));
    let request = std::rc::Rc::new(request);
    let begun = Stopwatch::start();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let (due, next, request) = (Arc::clone(&due), Arc::clone(&next), std::rc::Rc::clone(&request));
            tokio::task::spawn_local(async move {
                let (mut micros, mut failed) = (Vec::new(), 0_u64);
                while let Ok(permit) = due.acquire().await {
                    permit.forget();
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let intended = Duration::from_secs_f64(number as f64 / load.rate);
                    match client.ask(&request(number)).await {
                        Ok(answered) if answered == status => {}
                        Ok(_) => failed += 1,
                        Err(_) => {
                            failed += 1;
                            let Ok(fresh) = Client::connect(load.address).await else { break };
                            client = fresh;
                        }
                    }
                    let late = begun.elapsed().saturating_sub(intended);
                    micros.push(u32::try_from(late.as_micros()).unwrap_or(u32::MAX));
                }
                (micros, failed)
            })
        })
        .collect();
    let pacer = std::thread::spawn({
        let due = Arc::clone(&due);
        move || keep_time(&load, begun, &due)
    });
    let mut all = Latencies { sorted: Vec::new(), failed: 0 };
    for task in tasks {
        let (micros, failed) = task.await?;
        all.sorted.extend(micros);
        all.failed += failed;
    }
    drop(pacer.join());
    all.sorted.sort_unstable();
    Ok(all)
}

/// Lets a request go whenever one is due; closes when all have left or patience ends.
fn keep_time(load: &Steady, begun: Stopwatch, due: &Semaphore) {
    let total = (load.rate * load.seconds as f64) as u64;
    let mut released = 0;
    while released < total {
        let reached = ((begun.seconds() * load.rate) as u64).min(total);
        if reached > released {
            due.add_permits((reached - released) as usize);
            released = reached;
        }
        std::thread::sleep(TICK);
    }
    let waiting = Stopwatch::start();
    while due.available_permits() > 0 && waiting.elapsed() < PATIENCE {
        std::thread::sleep(TICK);
    }
    due.close();
}
