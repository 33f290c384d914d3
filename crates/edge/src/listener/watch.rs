//! What one connection is doing, noted by its own task and read by the sweep of the loop.
//!
//! The phases: `Head` (a request's head is incomplete; also right after accepting) -> `Running` (the service has it, or its
//! body is being produced) -> `Writing` (the answer is complete, but not yet with the kernel) -> `Idle` -> `Head` ...
//! -> `Lingering` (we closed our side) -> `Closed`. Phase and the moment it began are one number, so a reader never sees
//! the moment of another phase.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that are read and thrown away after we closed our side, so that the client can read a refusal.
const LINGER_BYTES_MAX: usize = 1024 * 1024;

/// What a connection is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Head = 0,
    Running = 1,
    Writing = 2,
    Idle = 3,
    Lingering = 4,
    Closed = 5,
}

impl Phase {
    const BITS: u32 = 3;

    fn from_bits(bits: u64) -> Self {
        match bits & ((1 << Self::BITS) - 1) {
            0 => Self::Head,
            1 => Self::Running,
            2 => Self::Writing,
            3 => Self::Idle,
            4 => Self::Lingering,
            _ => Self::Closed,
        }
    }
}

/// What all connections of a listener share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Milliseconds since the listener began, as of the last sweep.
    pub(super) now_ms: AtomicU64,
    /// Whether shutdown was asked for.
    pub(super) closing: AtomicBool,
}

/// The notes of one connection.
#[derive(Debug)]
pub(super) struct Watch {
    /// Milliseconds and phase.
    noted: AtomicU64,
    /// Since when a write waits for the client, plus one; 0 when none does.
    blocked: AtomicU64,
    shared: Arc<Shared>,
}

impl Watch {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let watch = Self { noted: AtomicU64::new(0), blocked: AtomicU64::new(0), shared };
        watch.enter(Phase::Head);
        watch
    }

    fn now_ms(&self) -> u64 {
        self.shared.now_ms.load(Ordering::Relaxed)
    }

    /// Notes that a phase begins.
    pub(super) fn enter(&self, phase: Phase) {
        self.noted.store(self.now_ms() << Phase::BITS | phase as u64, Ordering::Relaxed);
    }

    /// The phase, and the milliseconds at which it began.
    pub(super) fn phase(&self) -> (Phase, u64) {
        let noted = self.noted.load(Ordering::Relaxed);
        (Phase::from_bits(noted), noted >> Phase::BITS)
    }

    /// Since when the client has not taken anything of an answer.
    pub(super) fn blocked_since_ms(&self) -> Option<u64> {
        self.blocked.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Whether shutdown was asked for.
    pub(super) fn is_closing(&self) -> bool {
        self.shared.closing.load(Ordering::Relaxed)
    }

    fn is_in(&self, phase: Phase) -> bool {
        self.phase().0 == phase
    }

    fn note_write<T>(&self, written: &Poll<T>) {
        let was_blocked = self.blocked.load(Ordering::Relaxed) != 0;
        if written.is_pending() != was_blocked {
            let blocked = if was_blocked { 0 } else { self.now_ms() + 1 };
            self.blocked.store(blocked, Ordering::Relaxed);
        }
    }
}

/// The socket: notes what comes and goes, and closes without cutting off what was sent.
#[derive(Debug)]
pub(super) struct WatchedStream {
    stream: TcpStream,
    watch: Arc<Watch>,
    /// Whether the client has closed its side.
    ended: bool,
    /// Bytes thrown away after we closed ours.
    lingered: usize,
}

impl WatchedStream {
    pub(super) fn new(stream: TcpStream, watch: Arc<Watch>) -> Self {
        Self { stream, watch, ended: false, lingered: 0 }
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if let Poll::Ready(Ok(())) = read {
            if buffer.filled().len() == before {
                this.ended = true;
            } else if this.watch.is_in(Phase::Idle) {
                this.watch.enter(Phase::Head);
            }
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watch.note_write(&written);
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, buffers);
        this.watch.note_write(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper asks for this once all of its buffers are written.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        if flushed.is_ready() && this.watch.is_in(Phase::Writing) {
            this.watch.enter(Phase::Idle);
        }
        flushed
    }

    /// Closes our side, then reads until the client has closed its own: a socket that is closed with unread bytes
    /// is reset, and the reset destroys an answer (say, 413) that the client has not read yet. The sweep bounds the time.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.watch.is_in(Phase::Lingering) {
            match Pin::new(&mut this.stream).poll_shutdown(cx) {
                Poll::Ready(Ok(())) => this.watch.enter(Phase::Lingering),
                other => return other,
            }
        }
        let mut thrown_away = [0_u8; 4096];
        while !this.ended && this.lingered < LINGER_BYTES_MAX {
            let mut buffer = ReadBuf::new(&mut thrown_away);
            match Pin::new(&mut this.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                // The client is gone, which is all that was waited for.
                Poll::Ready(Err(_)) => this.ended = true,
                Poll::Ready(Ok(())) => {
                    let read = buffer.filled().len();
                    this.ended = read == 0;
                    this.lingered += read;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The body of an answer: when it is dropped, the answer is complete.
#[derive(Debug)]
pub(super) struct WatchedBody<B> {
    body: B,
    watch: Arc<Watch>,
}

impl<B> WatchedBody<B> {
    pub(super) fn new(body: B, watch: Arc<Watch>) -> Self {
        Self { body, watch }
    }
}

impl<B> Drop for WatchedBody<B> {
    fn drop(&mut self) {
        self.watch.enter(Phase::Writing);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for WatchedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
