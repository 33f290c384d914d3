//! Clients that behave badly, on real sockets of the loopback.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::accept::Accept;
use super::{ConnectionCounters, ConnectionLimits, ShutdownReport, listen, serve, serve_on};
use crate::request_body::{BodyLimits, read_body};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const GET_AND_CLOSE: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// Paths: `/` answers at once, `/slow` after 400 ms, `/big` with 64 MB; a POST is read within 1000 bytes and 300 ms.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::from("hello"));
    match request.uri().path() {
        "/slow" => sleep(Duration::from_millis(400)).await,
        "/big" => *response.body_mut() = Full::from(vec![b'x'; 64 << 20]),
        _ => {}
    }
    if request.method() == http::Method::POST {
        let limits = BodyLimits { bytes_max: 1000, timeout: Duration::from_millis(300) };
        match read_body(request.into_body(), limits).await {
            Ok(body) => *response.body_mut() = Full::from(body),
            Err(error) => {
                *response.status_mut() = error.status();
                response.headers_mut().insert("connection", http::HeaderValue::from_static("close"));
            }
        }
    }
    Ok(response)
}

struct Server {
    address: SocketAddr,
    counters: Arc<ConnectionCounters>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<ShutdownReport>,
}

impl Server {
    fn start(limits: ConnectionLimits) -> Self {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let counters = Arc::<ConnectionCounters>::default();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let task =
            tokio::spawn(serve(listener, limits, Arc::clone(&counters), |_| service_fn(answer), shutdown));
        Self { address, counters, stop: Some(stop), task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a new connection and reads to the end.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_to_end(&mut stream).await
    }

    async fn stop(mut self) -> ShutdownReport {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap()
    }
}

/// Reads until the server closes, or 3 seconds; a reset counts as closed.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(Duration::from_secs(3), stream.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "the server did not close; so far {:?}", String::from_utf8_lossy(&bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one small answer of a connection that stays open.
async fn read_answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains("hello") {
        let read =
            timeout(Duration::from_secs(3), stream.read(&mut bytes)).await.expect("an answer comes").unwrap();
        assert_ne!(read, 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    text
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..300 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

fn short() -> ConnectionLimits {
    ConnectionLimits {
        head_timeout: Duration::from_millis(500),
        idle_timeout: Duration::from_millis(500),
        write_timeout: Duration::from_millis(500),
        ..ConnectionLimits::default()
    }
}

#[tokio::test]
async fn slow_senders_are_dropped_while_good_requests_are_served() {
    let server = Server::start(short());
    let begun = Instant::now();
    let slow: Vec<_> = futures_of(200, || async {
        let mut stream = server.connect().await;
        for byte in b"GET / HTTP/1.1\r\nx-header: and so on and so on and so on".iter().cycle() {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            let mut answer = [0; 16];
            match timeout(Duration::from_millis(50), stream.read(&mut answer)).await {
                Err(_) => {}
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(_)) => panic!("an incomplete head was answered"),
            }
        }
        begun.elapsed()
    });
    let good = async {
        until("all slow ones are connected", || server.counters.open() == 200).await;
        let asked = Instant::now();
        assert!(server.exchange(GET_AND_CLOSE).await.starts_with("HTTP/1.1 200 OK"));
        asked.elapsed()
    };
    let (ended, served) = tokio::join!(join_all(slow), good);
    assert!(served < Duration::from_millis(300), "{served:?}");
    for after in ended {
        assert!(after > Duration::from_millis(450) && after < Duration::from_millis(2500), "{after:?}");
    }
    assert_eq!(server.counters.timed_out(), 200);
    until("nothing is left", || server.counters.open() == 0).await;
    assert_eq!(server.stop().await, ShutdownReport { running: 0, cut_off: 0 });
}

fn futures_of<F: Future>(count: usize, make: impl Fn() -> F) -> Vec<F> {
    (0..count).map(|_| make()).collect()
}

/// Polls all at once, in order of completion or not.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut done: Vec<_> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, output) in waiting.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(ready) = running.as_mut().poll(cx)
            {
                *output = Some(ready);
                *future = None;
            }
        }
        if waiting.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_connection_that_never_sends_anything_is_dropped() {
    let server = Server::start(short());
    let begun = Instant::now();
    assert_eq!(read_to_end(&mut server.connect().await).await, "");
    assert!(begun.elapsed() > Duration::from_millis(450));
    assert_eq!(server.counters.timed_out(), 1);
}

#[tokio::test]
async fn kept_alive_connections_serve_again_and_end_when_idle() {
    let server = Server::start(short());
    let mut stream = server.connect().await;
    for _ in 0..4 {
        stream.write_all(GET).await.unwrap();
        assert!(read_answer(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
        sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(server.counters.accepted(), 1, "one connection served all");
    let idle = Instant::now();
    assert_eq!(read_to_end(&mut stream).await, "");
    assert!(idle.elapsed() > Duration::from_millis(100), "{:?}", idle.elapsed());
    assert_eq!(server.counters.timed_out(), 1);
}

#[tokio::test]
async fn a_running_request_is_not_taken_for_a_slow_sender() {
    let limits = ConnectionLimits {
        head_timeout: Duration::from_millis(100),
        idle_timeout: Duration::from_millis(100),
        ..short()
    };
    let server = Server::start(limits);
    let answer = server.exchange(b"GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn heads_over_the_limit_are_refused() {
    let server = Server::start(ConnectionLimits::default());
    let one_long = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(17_000));
    let many: String = (0..101).map(|n| format!("x{n}: y\r\n")).collect();
    let many = format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n");
    let never_ending = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(200_000));
    let long_target = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(70_000));
    for head in [one_long, many, never_ending, long_target] {
        let answer = server.exchange(head.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 "),
            "{head:.40}: {answer}"
        );
    }
    let within = format!("GET / HTTP/1.1\r\nconnection: close\r\nx: {}\r\n\r\n", "y".repeat(15_000));
    assert!(server.exchange(within.as_bytes()).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn bodies_over_the_limit_and_trickling_ones_are_refused() {
    let server = Server::start(ConnectionLimits::default());
    let announced =
        format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n{}", "y".repeat(600_000));
    let chunked = format!(
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n{}\r\n",
        "y".repeat(2000)
    );
    let waiting =
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\nexpect: 100-continue\r\n\r\n".to_owned();
    for request in [announced, chunked, waiting] {
        let answer = server.exchange(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{request:.80}: {answer}");
    }
    let trickling = server.exchange(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc").await;
    assert!(trickling.starts_with("HTTP/1.1 408 "), "{trickling}");
    let broken =
        server.exchange(b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n").await;
    assert!(broken.starts_with("HTTP/1.1 400 "), "{broken}");
    let good = server
        .exchange(b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc")
        .await;
    assert!(good.ends_with("\r\n\r\nabc"), "{good}");
}

#[tokio::test]
async fn a_refusal_is_readable_by_a_client_that_is_still_sending() {
    let server = Server::start(ConnectionLimits::default());
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 900000\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    for _ in 0..9 {
        stream.write_all(&[b'y'; 100_000]).await.expect("the server still reads");
    }
    assert!(read_to_end(&mut stream).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_half_closed_client_gets_its_answer() {
    let server = Server::start(ConnectionLimits::default());
    for request in [GET, b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(request).await.unwrap();
        stream.shutdown().await.unwrap();
        assert!(read_to_end(&mut stream).await.ends_with("hello"));
    }
    until("both ended", || server.counters.open() == 0).await;
    assert_eq!(server.counters.timed_out(), 0);
}

#[tokio::test]
async fn garbage_is_refused_or_closed_and_hurts_nobody() {
    let server = Server::start(short());
    let binary: Vec<u8> = (0..=255).collect();
    for garbage in [
        &b"\0\0\0\0"[..],
        &binary,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nx y: z\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: \0\r\n\r\n",
        b"GET /\xff\xfe\x80 HTTP/1.1\r\nhost: a\r\n\r\n\x01",
        b"\r\n\r\n\r\n\r\n\x7f",
        b"GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked, x\r\n\r\n",
        b"GET / HTTP/1.1\nhost:a\n x: folded\n\n",
        b"G",
    ] {
        let answer = server.exchange(garbage).await;
        let refused =
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 505");
        // A target of high bytes is a URI to hyper; what comes after it is not.
        assert!(refused || answer.contains("HTTP/1.1 200"), "{garbage:?}: {answer}");
    }
    assert!(server.exchange(GET_AND_CLOSE).await.starts_with("HTTP/1.1 200 OK"));
    until("nothing is left", || server.counters.open() == 0).await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(ConnectionLimits::default());
    let mut stream = server.connect().await;
    let requests = [GET.repeat(500), GET_AND_CLOSE.to_vec()].concat();
    stream.write_all(&requests).await.unwrap();
    let answers = read_to_end(&mut stream).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 501);
}

#[tokio::test]
async fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    let server = Server::start(ConnectionLimits::default());
    let mut stream = server.connect().await;
    stream.write_all(&[GET, b"GET / HT"].concat()).await.unwrap();
    read_answer(&mut stream).await;
    stream.write_all(b"TP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    read_answer(&mut stream).await;
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    // Long enough for a reader on a busy machine.
    let server = Server::start(ConnectionLimits { write_timeout: Duration::from_millis(1500), ..short() });
    let mut stream = server.connect().await;
    stream.write_all(b"GET /big HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    until("it was given up", || server.counters.timed_out() == 1).await;
    until("it is closed", || server.counters.open() == 0).await;
    // One who reads slowly, but reads, gets it all.
    let mut stream = server.connect().await;
    stream.write_all(b"GET /big HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let (mut total, mut bytes) = (0, vec![0; 4 << 20]);
    loop {
        sleep(Duration::from_millis(5)).await;
        match stream.read(&mut bytes).await.unwrap() {
            0 => break,
            read => total += read,
        }
    }
    assert!(total > 64 << 20, "{total}");
    assert_eq!(server.counters.timed_out(), 1);
}

#[tokio::test]
async fn at_the_limit_waiting_connections_make_room_for_new_ones() {
    let server = Server::start(ConnectionLimits { connections_max: 10, ..ConnectionLimits::default() });
    let mut kept = Vec::new();
    for _ in 0..30 {
        let mut stream = server.connect().await;
        stream.write_all(GET).await.unwrap();
        read_answer(&mut stream).await;
        kept.push(stream);
    }
    assert_eq!(server.counters.evicted(), 20);
    assert!(server.counters.open() <= 10);
    // The newest are still there.
    let newest = kept.last_mut().unwrap();
    newest.write_all(GET).await.unwrap();
    read_answer(newest).await;
}

#[tokio::test]
async fn at_the_limit_running_requests_are_left_alone_and_new_ones_wait() {
    let server = Server::start(ConnectionLimits { connections_max: 5, ..ConnectionLimits::default() });
    let slow = || server.exchange(b"GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    let answers = join_all(futures_of(12, slow)).await;
    assert!(answers.iter().all(|answer| answer.ends_with("hello")));
    assert_eq!(server.counters.accepted(), 12);
}

#[tokio::test]
async fn one_address_has_its_own_limit_unless_it_is_listed() {
    let limits = ConnectionLimits { connections_per_address_max: Some(3), ..ConnectionLimits::default() };
    let server = Server::start(limits.clone());
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect().await;
        stream.write_all(GET).await.unwrap();
        read_answer(&mut stream).await;
        kept.push(stream);
    }
    let mut refused = server.connect().await;
    let _ = refused.write_all(GET).await;
    assert_eq!(read_to_end(&mut refused).await, "");
    assert_eq!(server.counters.refused(), 1);
    drop(kept.pop());
    until("a place is free", || server.counters.open() == 2).await;
    assert!(server.exchange(GET_AND_CLOSE).await.ends_with("hello"));

    let listed = ConnectionLimits { unlimited_addresses: vec!["127.0.0.0/8".parse().unwrap()], ..limits };
    let server = Server::start(listed);
    let slow = || server.exchange(b"GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(join_all(futures_of(8, slow)).await.iter().all(|answer| answer.ends_with("hello")));
    assert_eq!(server.counters.refused(), 0);
}

#[tokio::test]
async fn shutdown_finishes_running_requests_and_closes_the_rest() {
    let server = Server::start(ConnectionLimits::default());
    let (mut idle, mut running) = (server.connect().await, server.connect().await);
    idle.write_all(GET).await.unwrap();
    read_answer(&mut idle).await;
    running.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let address = server.address;
    let begun = Instant::now();
    let (report, idle, (running, refused)) = tokio::join!(server.stop(), read_to_end(&mut idle), async {
        sleep(Duration::from_millis(100)).await;
        let refused = TcpStream::connect(address).await.is_err();
        (read_to_end(&mut running).await, refused)
    });
    assert_eq!(idle, "");
    assert!(running.contains("connection: close") && running.ends_with("hello"), "{running}");
    assert!(refused, "nobody listens any more");
    assert_eq!(report, ShutdownReport { running: 1, cut_off: 0 });
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn shutdown_does_not_wait_beyond_its_deadline() {
    let limits =
        ConnectionLimits { shutdown_timeout: Duration::from_millis(50), ..ConnectionLimits::default() };
    let server = Server::start(limits);
    let mut running = server.connect().await;
    running.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let counters = Arc::clone(&server.counters);
    assert_eq!(server.stop().await, ShutdownReport { running: 1, cut_off: 1 });
    assert_eq!(read_to_end(&mut running).await, "");
    assert_eq!(counters.open(), 0);
}

#[tokio::test]
async fn a_service_that_panics_ends_its_own_connection_only() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let counters = Arc::<ConnectionCounters>::default();
    let panics = |_| {
        service_fn(|request: Request<Incoming>| {
            assert_ne!(request.uri().path(), "/panic");
            ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("hello"))))
        })
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let task =
        tokio::spawn(serve(listener, ConnectionLimits::default(), Arc::clone(&counters), panics, shutdown));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /panic HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert_eq!(read_to_end(&mut stream).await, "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(GET).await.unwrap();
    read_answer(&mut stream).await;
    assert_eq!(counters.open(), 1);
    stop.send(()).unwrap();
    task.await.unwrap();
}

/// Fails the first accepts, as a system without free file descriptors does.
struct Failing {
    listener: TcpListener,
    failures: Cell<u32>,
}

impl Accept for Failing {
    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match self.failures.get() {
            0 => TcpListener::accept(&self.listener).await,
            left => {
                self.failures.set(left - 1);
                Err(io::Error::other("too many open files"))
            }
        }
    }
}

#[tokio::test]
async fn failures_to_accept_pause_and_pass() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let counters = Arc::<ConnectionCounters>::default();
    let source = Failing { listener, failures: Cell::new(4) };
    let begun = Instant::now();
    let client = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(GET_AND_CLOSE).await.unwrap();
        read_to_end(&mut stream).await
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let server =
        serve_on(source, ConnectionLimits::default(), Arc::clone(&counters), |_| service_fn(answer), async {
            drop(stopped.await);
        });
    let (report, answer) = tokio::join!(server, async {
        let answer = client.await;
        stop.send(()).unwrap();
        answer
    });
    assert!(answer.ends_with("hello"));
    assert_eq!(counters.accept_errors(), 4);
    // 20 + 40 + 80 + 160 ms.
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    assert_eq!(report.cut_off, 0);
}
