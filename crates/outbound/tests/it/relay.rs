//! A mail server of one talk: plain, by TLS from the start, or by STARTTLS.

use std::sync::Arc;

use outbound::{Attachment, Courier, Mail, Settings, Trouble};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// How it behaves.
#[derive(Clone, Default)]
pub struct Behaviour {
    /// A word and what is said to it; everything else is answered kindly.
    pub refusal: Option<(&'static str, &'static str)>,
    /// With which certificate it proves itself.
    pub tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
    /// Whether TLS begins with the connection and not with STARTTLS.
    pub tls_first: bool,
    /// What is said behind the answer to STARTTLS, still in the clear.
    pub slipped_in: &'static str,
}

/// Starts one; gives its port, and then what it heard: each line, `tls` where TLS began.
pub async fn relay(behaviour: Behaviour) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut heard = String::new();
        if behaviour.tls_first {
            secure(stream, &behaviour, &mut heard, true).await;
            return heard;
        }
        let stream = talk(stream, &behaviour, &mut heard, true).await;
        if let Some(stream) = stream {
            secure(stream, &behaviour, &mut heard, false).await;
        }
        heard
    });
    (port, heard)
}

async fn secure(stream: TcpStream, behaviour: &Behaviour, heard: &mut String, greets: bool) {
    let acceptor = TlsAcceptor::from(behaviour.tls.clone().unwrap());
    if let Ok(stream) = acceptor.accept(stream).await {
        heard.push_str("tls\n");
        talk(stream, behaviour, heard, greets).await;
    }
}

/// Talks up to the end, or to STARTTLS: then the connection is given back.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    behaviour: &Behaviour,
    heard: &mut String,
    greets: bool,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220-hello\r\n220 there\r\n").await.unwrap();
    }
    let mut in_data = false;
    loop {
        let mut line = String::new();
        // Who hangs up in the midst of TLS breaks off without a farewell.
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return None;
        }
        heard.push_str(&line);
        let line = line.trim_end();
        let answer = match (line, behaviour.refusal) {
            (".", _) => {
                in_data = false;
                "250 taken"
            }
            _ if in_data => continue,
            (line, Some((word, said))) if line.starts_with(word) => said,
            ("DATA", _) => {
                in_data = true;
                "354 go on"
            }
            ("STARTTLS", _) => {
                let said = format!("220 go on\r\n{}", behaviour.slipped_in);
                stream.write_all(said.as_bytes()).await.unwrap();
                return Some(stream.into_inner());
            }
            ("QUIT", _) => "221 bye",
            (line, _) if line.starts_with("EHLO") => "250-relay\r\n250-STARTTLS\r\n250 8BITMIME",
            (line, _) if line.starts_with("AUTH") => "235 known",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
    }
}

/// A server that says what it likes and hears nothing.
pub async fn speaker(words: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    port
}

/// A mail with hard letters everywhere.
pub fn mail() -> Mail {
    Mail {
        to: "a@b.example".to_owned(),
        subject: "گزارش روزانهٔ فروش: Báo cáo hằng ngày về doanh số của chương trình".to_owned(),
        text: "Xin chào.\n.\nسلام\n".to_owned(),
        attachment: Some(Attachment {
            name: "گزارش فروش هفتگی Báo cáo doanh số hằng tuần 2026-11-22.csv".to_owned(),
            media_type: "text/csv; charset=utf-8".to_owned(),
            bytes: b"day,clicks\n".to_vec(),
        }),
        date: "Sun, 22 Nov 2026 10:00:00 +0000".to_owned(),
        id: "dlv_1".to_owned(),
    }
}

/// Hands a mail to this server.
pub async fn send(server: String, certificates: Option<std::path::PathBuf>) -> Result<String, Trouble> {
    let mail_from = "merit@network.example".to_owned();
    let settings = Settings { mail_server: server, mail_from, certificates, ..Settings::default() };
    Courier::new(&settings).unwrap().mail(&mail()).await
}
