//! SMTP to one relay: greeting, TLS where it is wanted, who we are, one mail. A relay that offers no TLS where it is
//! wanted gets no mail and no password.

use std::time::Duration;

use data_encoding::BASE64;
use percent_encoded::decoded;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};
use url::Url;

use crate::{SettingError, Trouble, tls::Tls};

/// How long a whole mail may take.
const TIME: Duration = Duration::from_secs(120);
/// Longest line and most lines of an answer.
const LINE_MAX: usize = 2_000;
const LINES_MAX: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    Plain,
    StartTls,
    Tls,
}

/// A relay.
#[derive(Clone)]
pub(crate) struct Relay {
    host: String,
    port: u16,
    security: Security,
    user: Option<(String, String)>,
}

impl std::fmt::Debug for Relay {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{} {:?})", self.host, self.port, self.security)
    }
}

mod percent_encoded {
    /// A part of an address as it was meant.
    pub fn decoded(text: &str) -> String {
        let pair = format!("x={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }
}

impl Relay {
    /// Reads `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://user:password@host:465`.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let shape = "`mail_server` is smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465";
        let wrong = || SettingError(shape.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        let (security, port) = match url.scheme() {
            "smtp" => (Security::Plain, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(wrong()),
        };
        let host = url.host_str().map(|host| host.trim_matches(['[', ']']));
        let host = host.filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        let user = (!url.username().is_empty())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        if user.is_some() && security == Security::Plain {
            return Err(SettingError(
                "a password is not sent in the clear; use smtp+starttls or smtps".to_owned(),
            ));
        }
        Ok(Self { host, port: url.port().unwrap_or(port), security, user })
    }

    /// Hands over one message; answers with the relay's last words.
    pub async fn send(&self, tls: &Tls, from: &str, to: &str, message: &str) -> Result<String, Trouble> {
        let sent = timeout(TIME, self.speak(tls, from, to, message)).await;
        sent.unwrap_or_else(|_| Err(Trouble::passing("the mail server took too long")))
    }

    async fn speak(&self, tls: &Tls, from: &str, to: &str, message: &str) -> Result<String, Trouble> {
        let unreachable = |error| Trouble::passing(format!("the mail server cannot be reached: {error}"));
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(unreachable)?;
        match self.security {
            Security::Plain => self.hand_over(Talk::new(stream), true, (from, to, message)).await,
            Security::Tls => {
                self.hand_over(Talk::new(tls.over(stream, &self.host).await?), true, (from, to, message))
                    .await
            }
            Security::StartTls => {
                let mut talk = Talk::new(stream);
                talk.expect(None, 220).await?;
                talk.expect(Some(&greeting(from)), 250).await?;
                talk.expect(Some("STARTTLS"), 220).await?;
                let Some(stream) = talk.into_plain() else {
                    return Err(Trouble::passing("the mail server spoke before TLS had begun"));
                };
                self.hand_over(Talk::new(tls.over(stream, &self.host).await?), false, (from, to, message))
                    .await
            }
        }
    }

    async fn hand_over<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut talk: Talk<S>,
        greeted: bool,
        (from, to, message): (&str, &str, &str),
    ) -> Result<String, Trouble> {
        if greeted {
            talk.expect(None, 220).await?;
        }
        talk.expect(Some(&greeting(from)), 250).await?;
        if let Some((user, password)) = &self.user {
            let secret = BASE64.encode(format!("\0{user}\0{password}").as_bytes());
            talk.expect(Some(&format!("AUTH PLAIN {secret}")), 235).await?;
        }
        talk.expect(Some(&format!("MAIL FROM:<{from}>")), 250).await?;
        // From here on a refusal is about this receiver and this mail, and lasts.
        talk.judging = true;
        talk.expect(Some(&format!("RCPT TO:<{to}>")), 250).await?;
        talk.expect(Some("DATA"), 354).await?;
        // No line of a message of ours begins with a dot: its lines are headers, their continuations and base64.
        let said = talk.expect(Some(&format!("{message}.")), 250).await?;
        // It is taken; how the talk ends does not matter.
        let _ = talk.expect(Some("QUIT"), 221).await;
        Ok(said)
    }
}

/// How we greet: by the name of those who send, since relays look at it.
fn greeting(from: &str) -> String {
    format!("EHLO {}", from.rsplit_once('@').map_or("localhost", |(_, domain)| domain))
}

/// A talk in lines.
struct Talk<S> {
    stream: BufReader<S>,
    /// Whether a refusal is about the mail; before, it is about us, and the operator can set that right.
    judging: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream), judging: false }
    }

    /// The connection itself, when nothing was said that is not read yet.
    fn into_plain(self) -> Option<S> {
        self.stream.buffer().is_empty().then(|| self.stream.into_inner())
    }

    /// Says a line and hears an answer that must have this code.
    async fn expect(&mut self, line: Option<&str>, code: u16) -> Result<String, Trouble> {
        let failed = |error| Trouble::passing(format!("the mail server hung up: {error}"));
        if let Some(line) = line {
            self.stream.write_all(line.as_bytes()).await.map_err(failed)?;
            self.stream.write_all(b"\r\n").await.map_err(failed)?;
            self.stream.flush().await.map_err(failed)?;
        }
        let mut words = String::new();
        for _ in 0..LINES_MAX {
            let line = self.line().await?;
            let (number, more) =
                (line.get(..3).and_then(|number| number.parse::<u16>().ok()), line.get(3..4));
            words = line.chars().take(200).collect();
            if more == Some("-") {
                continue;
            }
            return match number {
                Some(number) if number == code => Ok(words),
                Some(number) => {
                    let lasting = self.judging && number >= 500;
                    Err(Trouble { lasting, ..Trouble::passing(format!("the mail server said: {words}")) })
                }
                None => break,
            };
        }
        Err(Trouble::passing(format!("the mail server said what is no answer: {words}")))
    }

    async fn line(&mut self) -> Result<String, Trouble> {
        let mut line = Vec::new();
        loop {
            let buffered = self.stream.fill_buf().await;
            let buffered =
                buffered.map_err(|error| Trouble::passing(format!("the mail server hung up: {error}")))?;
            if buffered.is_empty() {
                return Err(Trouble::passing("the mail server hung up"));
            }
            let end = buffered.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(buffered.len(), |end| end + 1);
            line.extend_from_slice(&buffered[..taken]);
            self.stream.consume(taken);
            if line.len() > LINE_MAX {
                return Err(Trouble::passing("the mail server said too long a line"));
            }
            if end.is_some() {
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
    }
}
