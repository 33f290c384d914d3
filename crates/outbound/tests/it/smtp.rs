//! Mails to a relay.

use outbound::{Courier, Settings};

use crate::relay::{Behaviour, relay, send, speaker};

async fn send_plain(port: u16) -> Result<String, outbound::Trouble> {
    send(format!("smtp://127.0.0.1:{port}"), None).await
}

#[tokio::test]
async fn a_mail_is_handed_over() {
    let (port, heard) = relay(Behaviour::default()).await;
    assert_eq!(send_plain(port).await.unwrap(), "250 taken");
    let heard = heard.await.unwrap();
    for line in [
        "EHLO network.example\r\n",
        "MAIL FROM:<merit@network.example>\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "Message-ID: <dlv_1@network.example>\r\n",
        "ZGF5LGNsaWNrcwo=\r\n",
        "--part-dlv_1--\r\n.\r\nQUIT\r\n",
    ] {
        assert!(heard.contains(line), "{line}: {heard}");
    }
}

#[tokio::test]
async fn what_the_relay_says_is_told() {
    for (word, said, lasting) in [
        ("RCPT", "550 no such user", true),
        ("RCPT", "451 later", false),
        ("DATA", "554 no", true),
        // What is about the operator's own settings can be set right.
        ("MAIL", "553 not as this sender", false),
        ("MAIL", "421 busy", false),
        ("EHLO", "550 who", false),
        ("EHLO", "what", false),
    ] {
        let (port, _) = relay(Behaviour { refusal: Some((word, said)), ..Behaviour::default() }).await;
        let trouble = send_plain(port).await.unwrap_err();
        assert!(trouble.words.contains(said) && trouble.lasting == lasting, "{trouble:?}");
    }
    for (words, told) in [
        ("554 closed\r\n", "554 closed"),
        ("220 hello", "hung up"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "no answer"),
    ] {
        let port = speaker(words).await;
        let sent = tokio::time::timeout(std::time::Duration::from_secs(2), send_plain(port)).await;
        match sent {
            Ok(sent) => {
                let trouble = sent.unwrap_err();
                assert!(trouble.words.contains(told) && !trouble.lasting, "{trouble:?}");
            }
            // A line without its end is waited for.
            Err(_) => assert_eq!(told, "hung up"),
        }
    }
}

#[test]
fn settings_are_read_strictly() {
    for (server, fits) in [
        ("", true),
        ("smtp://relay.example", true),
        ("smtp://[::1]:25", true),
        ("smtps://u:p%40@relay.example:465", true),
        ("smtp+starttls://u:p@relay.example", true),
        ("smtp://u:p@relay.example", false),
        ("http://relay.example", false),
        ("relay.example:25", false),
    ] {
        let settings = Settings {
            mail_server: server.to_owned(),
            mail_from: "a@b.example".to_owned(),
            ..Settings::default()
        };
        assert_eq!(Courier::new(&settings).is_ok(), fits, "{server}");
    }
    let nobody = Settings { mail_server: "smtp://relay.example".to_owned(), ..Settings::default() };
    assert!(Courier::new(&nobody).is_err(), "mails are from somebody");
}
