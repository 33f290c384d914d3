//! Takes connections from the kernel, gives each a free place, and pauses when the system is out of something.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;

use super::registry::Registry;

/// First and longest pause after a failure to accept.
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Where connections come from; tests put failures in its place.
pub(super) trait Accept {
    /// The next connection.
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>>;
}

impl Accept for TcpListener {
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        TcpListener::accept(self)
    }
}

/// The source and what must survive when the loop turns to something else in between.
pub(super) struct Acceptor<A> {
    source: A,
    /// A connection that waits for a place.
    waiting: Option<(TcpStream, SocketAddr)>,
    pause: Duration,
    resume_at: Option<tokio::time::Instant>,
}

impl<A: Accept> Acceptor<A> {
    pub(super) fn new(source: A) -> Self {
        Self { source, waiting: None, pause: PAUSE_MIN, resume_at: None }
    }

    /// The next connection with its place. An error is one of the system, not of a single connection; the next call
    /// waits a while first. May be dropped while it waits.
    pub(super) async fn next(
        &mut self,
        registry: &mut Registry,
    ) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        if self.waiting.is_none() {
            self.waiting = Some(self.accept().await?);
        }
        let room = registry.reserve().await;
        let (stream, peer) =
            self.waiting.take().expect("it was put there above, and only this call takes it");
        Ok((stream, peer, room))
    }

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        if let Some(moment) = self.resume_at {
            tokio::time::sleep_until(moment).await;
            self.resume_at = None;
        }
        loop {
            match self.source.accept().await {
                Ok(accepted) => {
                    self.pause = PAUSE_MIN;
                    return Ok(accepted);
                }
                // The peer went away before it was accepted.
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.resume_at = Some(tokio::time::Instant::now() + self.pause);
                    self.pause = (self.pause * 2).min(PAUSE_MAX);
                    return Err(error);
                }
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}
