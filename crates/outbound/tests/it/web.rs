//! Requests.

use outbound::{Courier, Request, Settings, check_url};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A receiver that answers one request with this; gives its port, and then what it was sent.
async fn receiver(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut heard, mut bytes) = (Vec::new(), [0; 4_096]);
        while !String::from_utf8_lossy(&heard).contains("{}") {
            let read = stream.read(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "the request broke off: {}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&bytes[..read]);
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(heard).unwrap()
    });
    (port, heard)
}

fn courier(networks: &[&str]) -> Courier {
    let networks_allowed = networks.iter().map(|text| (*text).to_owned()).collect();
    Courier::new(&Settings { networks_allowed, ..Settings::default() }).unwrap()
}

fn request(url: String) -> Request {
    Request { url, headers: vec![("webhook-id", "dlv_1".to_owned())], body: Some(b"{}".to_vec()) }
}

#[tokio::test]
async fn what_is_answered_is_told() {
    for (answer, told) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Ok(204)),
        ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", Err(("answered 500", false))),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n",
            Err(("redirects are not followed", false)),
        ),
        ("HTTP/1.1 410 Gone\r\n\r\n", Err(("410", true))),
        ("nonsense\r\n\r\n", Err(("the connection failed", false))),
    ] {
        let (port, heard) = receiver(answer).await;
        let sent = courier(&["127.0.0.0/8"]).call(request(format!("http://127.0.0.1:{port}/hook?a=1"))).await;
        match (sent, told) {
            (Ok(status), told) => assert_eq!(Ok(status), told),
            (Err(trouble), told) => {
                let (words, lasting) = told.unwrap_err();
                assert!(trouble.words.contains(words) && trouble.lasting == lasting, "{trouble:?}");
            }
        }
        let heard = heard.await.unwrap();
        assert!(heard.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{heard}");
        assert!(
            heard.contains(&format!("host: 127.0.0.1:{port}\r\n")) && heard.contains("webhook-id: dlv_1\r\n")
        );
    }
}

#[tokio::test]
async fn what_only_this_machine_reaches_is_not_asked() {
    for url in [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/",
        "https://192.168.1.1/",
    ] {
        let trouble = courier(&["10.1.0.0/16"]).call(request(url.to_owned())).await.unwrap_err();
        assert!(trouble.lasting && trouble.words.contains("private network"), "{url}: {trouble:?}");
    }
}

#[test]
fn addresses_are_judged_when_they_are_named() {
    for (url, fits) in [
        ("https://example.org/hook", true),
        ("http://example.org:8080/", true),
        ("ftp://example.org/", false),
        ("file:///etc/passwd", false),
        ("javascript:alert(1)", false),
        ("https://user:secret@example.org/", false),
        ("//example.org", false),
        ("", false),
    ] {
        assert_eq!(check_url(url).is_ok(), fits, "{url}");
    }
}
