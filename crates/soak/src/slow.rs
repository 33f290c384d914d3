//! Thousands of connections that never finish a request, beside visitors and shops as always.
//!
//! Each slow one begins a head and then sends one byte a second, which is how a few cheap machines keep a naive server's
//! every place taken. While they are all open, everybody else must be served; when a head has not come in time, its sender
//! must be gone.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::{
    kill::{Plan, Run},
    load::Load,
    report::Outcome,
    server::{Launch, Server},
};

/// What every slow sender begins with.
const BEGINNING: &[u8] = b"GET /c/0123456789ab HTTP/1.1\r\nHost: slow.example\r\nX-Slow: ";
const EVERY: Duration = Duration::from_secs(1);
/// How long opening all of them may take: well within the time of a head, so that all are open at once.
const OPENING_LIMIT: Duration = Duration::from_secs(9);
/// Longer than a head may take, the sweep included.
const LIFE_LIMIT: Duration = Duration::from_secs(20);
/// Connections that are being opened at one moment.
const OPENING_AT_ONCE: usize = 256;

/// What became of a slow sender.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The server closed it.
    Closed,
    /// It could not connect.
    Refused,
    /// It was still being waited for at the end.
    Open,
}

/// Files that the harness, or the server, has open beside the connections.
const FILES_BESIDE: u64 = 500;

/// Takes as many open files as so many connections need. The reason in words when the system does not allow them.
///
/// # Errors
/// When the limit cannot be raised although it could.
pub fn allow(connections: usize) -> anyhow::Result<Result<(), String>> {
    let (limit, needed) = (getrlimit(Resource::Nofile), connections as u64 + FILES_BESIDE);
    if limit.maximum.is_some_and(|most| most < needed) {
        let most = limit.maximum.unwrap_or_default();
        return Ok(Err(format!("only {most} files may be open, {needed} are needed (ulimit -Hn)")));
    }
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(Ok(()))
}

/// Opens `connections` slow ones beside the load of the plan's clients, and waits for their end.
///
/// # Errors
/// When the server does not start or the database cannot be read.
pub async fn run(launch: &Launch, connections: usize, plan: Plan) -> anyhow::Result<Outcome> {
    let mut run = Run::begin(launch, format!("{connections} slow connections, SQLite"), plan.seed).await?;
    let (server, _) = run.restart().await?;
    let load = Load::start(&run.scene, server.address, plan.clients, plan.seed);
    let began = Instant::now();
    let senders = open(server.address, connections).await;
    let opened_in = began.elapsed();
    let open = server.metric("merit_connections").await?;
    let before = load.converted();
    tokio::time::sleep(EVERY).await;
    let served = load.converted() - before;
    let ends = senders.join_all().await;
    let journal = load.finish().await;

    let count = |wanted: End| ends.iter().filter(|end| **end == wanted).count();
    let (closed, refused, left) = (count(End::Closed), count(End::Refused), count(End::Open));
    let mut wrong = Vec::new();
    if usize::try_from(open).unwrap_or(0) < connections {
        wrong.push(format!("only {open} connections were open at once, after {opened_in:?}"));
    }
    if served == 0 {
        wrong.push("no conversion was acknowledged while the slow ones were open".to_owned());
    }
    if closed < connections {
        wrong.push(format!("of the slow ones {closed} were closed, {refused} refused, {left} left open"));
    }
    still_serves(&server, &mut wrong).await;
    println!(
        "{connections} slow connections: open in {} ms, {served} conversions a second beside them, {closed} closed",
        opened_in.as_millis()
    );
    run.crashed(journal);
    // Nothing has crashed here; what the clients saw is compared all the same.
    run.outcome.crashes = 0;
    let mut outcome = run.finish().await?;
    wrong.iter().for_each(|what| outcome.findings.wrong(what));
    server.stop().await?;
    Ok(outcome)
}

/// Opens all of them; each then goes on by itself.
async fn open(address: SocketAddr, connections: usize) -> JoinSet<End> {
    let gate = Arc::new(Semaphore::new(OPENING_AT_ONCE));
    let opened = Arc::new(Semaphore::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (gate, opened) = (Arc::clone(&gate), Arc::clone(&opened));
        senders.spawn(async move {
            let place = gate.acquire_owned().await;
            let stream = TcpStream::connect(address).await;
            drop(place);
            opened.add_permits(1);
            match stream {
                Ok(stream) => timeout(LIFE_LIMIT, dribble(stream)).await.unwrap_or(End::Open),
                Err(_) => End::Refused,
            }
        });
    }
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    // Whether all came in time shows in the number of open connections.
    let _ = timeout(OPENING_LIMIT, opened.acquire_many(all)).await;
    senders
}

/// Sends a byte a second until the server ends it.
async fn dribble(mut stream: TcpStream) -> End {
    if stream.write_all(BEGINNING).await.is_err() {
        return End::Closed;
    }
    let mut answer = Vec::with_capacity(256);
    loop {
        match timeout(EVERY, stream.read_buf(&mut answer)).await {
            Err(_) => {
                // A failure shows when the answer is read.
                let _ = stream.write_all(b"x").await;
            }
            Ok(Ok(read)) if read > 0 => {}
            Ok(_) => return End::Closed,
        }
    }
}

async fn still_serves(server: &Server, wrong: &mut Vec<String>) {
    match crate::http::get(server.address, "/readyz").await {
        Ok(answer) if answer.status == 200 => {}
        Ok(answer) => wrong.push(format!("the server is not ready afterwards: {}", answer.status)),
        Err(error) => wrong.push(format!("the server does not answer afterwards: {error}")),
    }
}
