//! Those to whom something is sent: addresses that answer as they are told, and a mail server.

use std::time::Duration;

use outbound::{Courier, Settings};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

/// How long anybody waits for the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// What goes out may come to this machine, and mails to this port of it.
pub fn courier(mail_port: Option<u16>) -> std::sync::Arc<Courier> {
    let settings = Settings {
        mail_server: mail_port.map_or_else(String::new, |port| format!("smtp://127.0.0.1:{port}")),
        mail_from: "merit@network.example".to_owned(),
        networks_allowed: vec!["127.0.0.0/8".to_owned()],
        certificates: None,
    };
    std::sync::Arc::new(Courier::new(&settings).unwrap())
}

/// A receiver that takes requests and is silent until it is told to answer.
pub struct Silent {
    /// Its address.
    pub url: String,
    /// What it was sent.
    pub heard: tokio::sync::watch::Receiver<Vec<String>>,
    /// Whether it answers.
    pub answers: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Silent {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (tell, heard) = tokio::sync::watch::channel(Vec::new());
        let answers = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let does = answers.clone();
        tokio::spawn(async move {
            let mut unanswered = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let text = request(&mut stream).await;
                tell.send_modify(|heard: &mut Vec<String>| heard.push(text));
                if does.load(std::sync::atomic::Ordering::SeqCst) {
                    stream.write_all(b"HTTP/1.1 204 X\r\n\r\n").await.unwrap();
                }
                unanswered.push(stream);
            }
        });
        Self { url, heard, answers }
    }

    /// Waits for one more request.
    pub async fn one_more(&mut self) {
        tokio::time::timeout(PATIENCE, self.heard.changed()).await.expect("it is sent").unwrap();
    }
}

/// A receiver that answers with these statuses one after the other; gives its address and what it was sent.
pub async fn receiver(statuses: &'static [u16]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let work = async move {
        let mut heard = Vec::new();
        for status in statuses {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            heard.push(request(&mut stream).await);
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heard
    };
    let heard =
        tokio::spawn(async move { tokio::time::timeout(PATIENCE, work).await.expect("it is all sent") });
    (address, heard)
}

/// One request: its head, and as much behind it as it says.
async fn request(stream: &mut BufReader<tokio::net::TcpStream>) -> String {
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the request broke off: {text}");
        if let Some(said) = line.strip_prefix("content-length: ") {
            length = said.trim().parse().unwrap();
        }
        text.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    text + &String::from_utf8(body).unwrap()
}

/// A mail server that takes so many mails; gives its port and what it was handed.
pub async fn mail_server(mails: usize) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let work = async move {
        let mut heard = Vec::new();
        for _ in 0..mails {
            let (stream, _) = listener.accept().await.unwrap();
            heard.push(mail(stream).await);
        }
        heard
    };
    let heard =
        tokio::spawn(async move { tokio::time::timeout(PATIENCE, work).await.expect("it is all sent") });
    (port, heard)
}

async fn mail(stream: tokio::net::TcpStream) -> String {
    let mut stream = BufReader::new(stream);
    let (mut message, mut in_data) = (String::new(), false);
    stream.write_all(b"220 hello\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap() == 0 {
            return message;
        }
        let answer = match line.trim_end() {
            "." => {
                in_data = false;
                "250 taken"
            }
            _ if in_data => {
                message.push_str(&line);
                continue;
            }
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}

/// A header of a request.
pub fn header<'a>(request: &'a str, name: &str) -> &'a str {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
}
