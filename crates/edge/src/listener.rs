//! Accepts connections and keeps them within limits.
//!
//! One loop accepts, each connection is a task that hyper's HTTP/1 drives over the caller's service; nothing is boxed
//! per request. What makes a public server fragile is not the good requests but the connections that never
//! finish one, so every connection is watched, at the cost of a few plain stores per request and no timer at all:
//!
//! - Each connection notes its phase and since when it is in it ([`watch`]): reading a head, running, writing its answer, idle,
//!   lingering. The time is a coarse one that the loop writes several times a second.
//! - The same loop sweeps over all connections and ends those that overstay: a head not complete in time (slow senders), no
//!   next request (keep-alive), an answer that the client does not read, a closed connection that lingers.
//! - At the limit of connections the longest waiting ones (idle, or with an incomplete head) make room; running ones never
//!   do. When all are running, the backlog of the kernel holds the rest.
//! - When the system is out of file descriptors, waiting connections make room too and accepting pauses.
//!
//! Head size and count are limited by hyper (431), bodies by [`crate::request_body`] (413, 408).
//!
//! At shutdown accepting ends, waiting connections close at once, running requests finish and their answers say
//! `Connection: close`; what is not done by the deadline is cut off.

mod accept;
mod registry;
#[cfg(test)]
mod tests;
mod watch;

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use self::accept::{Accept, Acceptor};
use self::registry::{Guard, Registry};
use self::watch::{Phase, Watch, WatchedBody, WatchedStream};

/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 4096;

/// Limits of connections.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Open connections.
    pub connections_max: usize,
    /// Open connections of one address (IPv6: of one /64); none by default, since many people share an address.
    pub connections_per_address_max: Option<usize>,
    /// Proxies and others to whom the limit by address does not apply.
    pub unlimited_addresses: Vec<IpNet>,
    /// Bytes of a request's head; hyper allows 100 header lines in it.
    pub head_bytes_max: usize,
    /// How long a head may take, from its first byte, or from accepting for the first one.
    pub head_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Duration,
    /// How long a client may leave an answer unread.
    pub write_timeout: Duration,
    /// How long running requests may take after shutdown was asked for.
    pub shutdown_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections_max: 20_000,
            connections_per_address_max: None,
            unlimited_addresses: Vec::new(),
            head_bytes_max: 16 * 1024,
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(60),
            shutdown_timeout: Duration::from_secs(25),
        }
    }
}

/// What happened to connections so far; for metrics.
#[derive(Debug, Default)]
pub struct ConnectionCounters {
    open: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
    evicted: AtomicU64,
    timed_out: AtomicU64,
    accept_errors: AtomicU64,
}

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        impl ConnectionCounters {$(
            $(#[$doc])*
            pub fn $name(&self) -> u64 {
                self.$name.load(Ordering::Relaxed)
            }
        )+}
    };
}
readers! {
    /// Connections that are open now.
    open,
    /// Connections that were accepted.
    accepted,
    /// Connections that were closed at once, as their address had too many.
    refused,
    /// Waiting connections that made room for new ones.
    evicted,
    /// Connections that overstayed.
    timed_out,
    /// Failures to accept: the system was out of something.
    accept_errors,
}

/// How the end went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShutdownReport {
    /// Connections with a running request when shutdown was asked for.
    pub running: usize,
    /// Those of them that were cut off at the deadline.
    pub cut_off: usize,
}

/// Listens on an address, with a deep backlog and at once after a restart (`SO_REUSEADDR`).
///
/// # Errors
/// When the address cannot be had.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves connections until `shutdown` resolves and running requests are done. `make_service` makes the service of one
/// connection from its peer; a tower service fits through `hyper_util::service::TowerToHyperService`.
pub async fn serve<M, S, B>(
    listener: TcpListener,
    limits: ConnectionLimits,
    counters: Arc<ConnectionCounters>,
    make_service: M,
    shutdown: impl Future<Output = ()>,
) -> ShutdownReport
where
    M: Fn(SocketAddr) -> S,
    S: Service<Request<Incoming>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>> + Send,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    serve_on(listener, limits, counters, make_service, shutdown).await
}

async fn serve_on<A, M, S, B>(
    source: A,
    limits: ConnectionLimits,
    counters: Arc<ConnectionCounters>,
    make_service: M,
    shutdown: impl Future<Output = ()>,
) -> ShutdownReport
where
    A: Accept,
    M: Fn(SocketAddr) -> S,
    S: Service<Request<Incoming>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>> + Send,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let http = http_builder(&limits);
    let mut registry = Registry::new(limits, counters);
    let mut acceptor = Acceptor::new(source);
    let mut sweep = tokio::time::interval(registry.sweep_every());
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            _ = sweep.tick() => registry.sweep(),
            accepted = acceptor.next(&mut registry) => match accepted {
                Ok((stream, peer, room)) => {
                    if let Some((watch, guard)) = registry.admit(peer, room) {
                        let service = make_service(peer);
                        let task = tokio::spawn(drive(http.clone(), stream, service, Arc::clone(&watch), guard));
                        registry.add(watch, task.abort_handle());
                    }
                }
                Err(error) => {
                    registry.note_accept_error();
                    tracing::warn!(%error, "cannot accept connections for a moment");
                    registry.make_room();
                }
            },
        }
    }
    drop(acceptor);
    registry.shut_down().await
}

fn http_builder(limits: &ConnectionLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http
        // Our own watch does this, without a timer per request.
        .header_read_timeout(None)
        // A client that has sent its request and closed its side still gets its answer.
        .half_close(true)
        // Not `pipeline_flush`: it holds an answer back as long as a part of the next request has arrived.
        .max_header_size(limits.head_bytes_max)
        // A head that never ends would be buffered up to this.
        .max_buf_size(limits.head_bytes_max.max(8192));
    http
}

/// One connection, to its end.
async fn drive<S, B>(http: http1::Builder, stream: TcpStream, service: S, watch: Arc<Watch>, guard: Guard)
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data = Bytes> + Unpin + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Small answers must not wait for the client's acknowledgement of the last one. It fails for dead sockets only.
    let _ = stream.set_nodelay(true);
    let stream = WatchedStream::new(stream, Arc::clone(&watch));
    let watched = service_fn(move |request| {
        watch.enter(Phase::Running);
        let answer = service.call(request);
        let watch = Arc::clone(&watch);
        async move {
            let mut response = answer.await?;
            if watch.is_closing() {
                response.headers_mut().insert(http::header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, S::Error>(response.map(|body| WatchedBody::new(body, watch)))
        }
    });
    if let Err(error) = http.serve_connection(TokioIo::new(stream), watched).await {
        // Resets, garbage and half requests are daily bread on the open internet.
        tracing::trace!(%error, "connection ended with an error");
    }
    drop(guard);
}
