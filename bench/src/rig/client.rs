//! A small HTTP client on one connection: bytes out, status, head and body in. It does as little as it can, because it
//! shares the cores with the server that it measures.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An open connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: usize,
    answer: usize,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096), head: 0, answer: 0 })
    }

    /// Sends a whole request and reads the whole answer; gives its status.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some(status) = self.read_answer()? {
                return Ok(status);
            }
        }
    }

    fn read_answer(&mut self) -> anyhow::Result<Option<u16>> {
        let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        self.head = end + 4;
        let length = self.header("content-length").map_or(Ok(0), str::parse::<usize>)?;
        self.answer = self.head + length;
        if self.buffer.len() < self.answer {
            return Ok(None);
        }
        let status = self.buffer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        Ok(Some(status.context("an answer without status")?.parse()?))
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(self.buffer.get(..self.head)?).ok()?;
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.buffer.get(self.head..self.answer).unwrap_or_default()
    }
}

/// A request without body.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {}\r\n\r\n", super::wrk::USER_AGENT)
        .into_bytes()
}

/// A request with a form.
pub fn post_form(path: &str, form: &str) -> Vec<u8> {
    let head = "Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded";
    format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len()).into_bytes()
}
