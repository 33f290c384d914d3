//! One request to an address that somebody named.
//!
//! The name is resolved once, every address it has is judged, and the connection goes to one of these very addresses: a name
//! that changes its mind in between reaches nothing. Redirects are answers that are no success.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use url::{Host, Url};

use crate::{SettingError, Trouble, address::is_allowed, tls::Tls};

/// How long one request may take, from the name to the answer's head.
const TIME: Duration = Duration::from_secs(20);
/// Longest address.
const URL_MAX: usize = 2_000;

/// A request: a `POST` of its body, or a `GET` without one.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Option<Vec<u8>>,
}

/// Whether something can be sent to an address, as far as its text tells.
///
/// # Errors
/// What is wrong with it.
pub fn check_url(text: &str) -> Result<Url, SettingError> {
    let wrong = |message: &str| Err(SettingError(message.to_owned()));
    if text.len() > URL_MAX {
        return wrong("an address has at most 2,000 characters");
    }
    let Ok(url) = Url::parse(text) else {
        return wrong("this is no address; write https://example.org/hook");
    };
    if !["http", "https"].contains(&url.scheme()) {
        return wrong("only http and https addresses can be asked");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("an address with a user in it is not asked; the signature says who sends");
    }
    if url.host().is_none() || url.port() == Some(0) {
        return wrong("the address names no host");
    }
    Ok(url)
}

/// Sends it; answers with the status of a success.
pub(crate) async fn call(allowed: &[IpNet], tls: &Tls, request: Request) -> Result<u16, Trouble> {
    let sent = timeout(TIME, send(allowed, tls, request)).await;
    sent.unwrap_or_else(|_| Err(Trouble::passing(format!("no answer within {} seconds", TIME.as_secs()))))
}

async fn send(allowed: &[IpNet], tls: &Tls, request: Request) -> Result<u16, Trouble> {
    let url = check_url(&request.url).map_err(|error| Trouble::lasting(error.0))?;
    let stream = connect(allowed, &url).await?;
    let status = match url.scheme() {
        "https" => {
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            exchange(tls.over(stream, host).await?, &url, request).await?
        }
        _ => exchange(stream, &url, request).await?,
    };
    match status {
        200..=299 => Ok(status),
        // The receiver says that it is gone for good.
        410 => Err(Trouble { gone: true, ..Trouble::lasting("answered 410 Gone") }),
        300..=399 => Err(Trouble::passing(format!("answered {status}; redirects are not followed"))),
        _ => Err(Trouble::passing(format!("answered {status}"))),
    }
}

async fn connect(allowed: &[IpNet], url: &Url) -> Result<TcpStream, Trouble> {
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => {
            let found = lookup_host((name, port)).await;
            found.map_err(|error| Trouble::passing(format!("{name} was not found: {error}")))?.collect()
        }
        None => Vec::new(),
    };
    if addresses.iter().any(|address| !is_allowed(address.ip(), allowed)) {
        let message =
            "the address leads into a private network; the operator allows one with `webhook_networks`";
        return Err(Trouble::lasting(message));
    }
    let mut last = Trouble::passing("the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Trouble::passing(format!("{address} cannot be reached: {error}")),
        }
    }
    Err(last)
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    request: Request,
) -> Result<u16, Trouble> {
    let failed = |error: &dyn std::fmt::Display| Trouble::passing(format!("the connection failed: {error}"));
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target = format!("{target}?{query}");
    }
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let method = if request.body.is_some() { Method::POST } else { Method::GET };
    let mut message = http::Request::builder().method(method).uri(target).header(header::HOST, host);
    message = message.header(header::USER_AGENT, "merit");
    for (name, value) in request.headers {
        let value = HeaderValue::from_str(&value).map_err(|error| Trouble::lasting(error.to_string()))?;
        message = message.header(HeaderName::from_static(name), value);
    }
    let message = message
        .body(Full::new(Bytes::from(request.body.unwrap_or_default())))
        .map_err(|error| failed(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    // It ends with the answer's head: nothing of the body is wanted.
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(message).await;
    connection.abort();
    Ok(answer.map_err(|error| failed(&error))?.status().as_u16())
}
