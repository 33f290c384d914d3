//! A client that keeps one connection open and knows when an answer has come whole. That is what makes it an
//! acknowledgement: a head or a body that was cut off by a crash is none.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Longer than anything the server promises; a request that waits longer counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(30);
/// No answer of the server's tracking side is longer.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// A whole answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Whether the sender was told when to come back.
    pub retry_after: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// A connection that is used for one request after the other.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4_096) })
    }

    /// Sends a request and waits for its whole answer.
    ///
    /// # Errors
    /// When the connection ends before, the answer takes too long or is not HTTP.
    pub async fn ask(&mut self, request: &str) -> io::Result<Answer> {
        let exchange = async {
            self.stream.write_all(request.as_bytes()).await?;
            self.receive().await
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn receive(&mut self) -> io::Result<Answer> {
        self.received.clear();
        loop {
            if let Some(answer) = parse(&self.received)? {
                return Ok(answer);
            }
            if self.received.len() > ANSWER_BYTES_MAX {
                return Err(invalid("the answer is too long"));
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// One request on a connection of its own.
///
/// # Errors
/// When nobody listens or the answer does not come.
pub async fn get(address: SocketAddr, path: &str) -> io::Result<Answer> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    Connection::open(address).await?.ask(&request).await
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The answer, if it is whole.
fn parse(received: &[u8]) -> io::Result<Option<Answer>> {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&received[..end]).map_err(|_| invalid("the head is not text"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| invalid("no status line of HTTP/1.1"))?;
    let (mut location, mut length, mut retry_after) = (None, None, false);
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
        match name.to_ascii_lowercase().as_str() {
            "location" => location = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse::<usize>().ok(),
            "retry-after" => retry_after = true,
            _ => {}
        }
    }
    let length = length.ok_or_else(|| invalid("an answer without its length"))?;
    let body = &received[end + 4..];
    if body.len() > length {
        return Err(invalid("more than one answer to one request"));
    }
    let whole = || Answer { status, location, retry_after, body: body.to_vec() };
    Ok((body.len() == length).then(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECT: &[u8] =
        b"HTTP/1.1 302 Found\r\nlocation: https://a.example/?b=c:d\r\ncontent-length: 0\r\n\r\n";
    const BUSY: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy";

    #[test]
    fn whole_answers_are_read() {
        let redirect = parse(REDIRECT).unwrap().unwrap();
        assert_eq!((redirect.status, redirect.retry_after), (302, false));
        assert_eq!(redirect.location.as_deref(), Some("https://a.example/?b=c:d"));
        let busy = parse(BUSY).unwrap().unwrap();
        assert_eq!((busy.status, busy.retry_after, busy.body.as_slice()), (503, true, &b"busy"[..]));
    }

    #[test]
    fn a_cut_off_answer_is_no_answer() {
        for whole in [REDIRECT, BUSY] {
            for length in 0..whole.len() {
                assert_eq!(parse(&whole[..length]).unwrap(), None, "{length} bytes");
            }
        }
    }

    #[test]
    fn what_is_not_one_answer_is_an_error() {
        for junk in [
            &b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab",
            b"HTTP/1.1 xyz\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert!(parse(junk).is_err(), "{}", String::from_utf8_lossy(junk));
        }
    }
}
