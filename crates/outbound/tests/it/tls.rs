//! TLS to mail servers and receivers that prove themselves by an authority made here.

use std::{path::PathBuf, sync::Arc};

use outbound::{Courier, Request, Settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

use crate::relay::{Behaviour, relay, send};

/// An authority.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    _folder: tempfile::TempDir,
    file: PathBuf,
}

impl Authority {
    fn new() -> Self {
        // All of them have the same name, so that only signatures tell them apart.
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, _folder: folder, file }
    }

    /// What a server of this name proves itself with.
    fn server(&self, name: &str, until: Option<i32>) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if let Some(year) = until {
            parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
        }
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret);
        Arc::new(config.unwrap())
    }
}

const USER: &str = "merit:p%40ss";

#[tokio::test]
async fn mails_go_over_tls() {
    let authority = Authority::new();
    for (scheme, tls_first) in [("smtps", true), ("smtp+starttls", false)] {
        let tls = Some(authority.server("localhost", None));
        let (port, heard) = relay(Behaviour { tls, tls_first, ..Behaviour::default() }).await;
        let sent = send(format!("{scheme}://{USER}@localhost:{port}"), Some(authority.file.clone())).await;
        assert_eq!(sent.unwrap(), "250 taken", "{scheme}");
        let heard = heard.await.unwrap();
        let (before, after) = heard.split_once("tls\n").unwrap();
        let expected = if tls_first { "" } else { "EHLO network.example\r\nSTARTTLS\r\n" };
        assert_eq!(before, expected);
        // `AUTH PLAIN` with user and password behind zeros, and only now the mail.
        assert!(
            after.starts_with("EHLO network.example\r\nAUTH PLAIN AG1lcml0AHBAc3M=\r\nMAIL FROM"),
            "{after}"
        );
        assert!(after.contains("\r\n.\r\nQUIT\r\n"), "{after}");
    }
}

#[tokio::test]
async fn who_does_not_prove_himself_gets_nothing() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let known = Some(authority.file.clone());
    for (what, certificate, trusted, told) in [
        ("nobody vouches", authority.server("localhost", None), None, "UnknownIssuer"),
        ("another one vouches", stranger.server("localhost", None), known.clone(), "BadSignature"),
        ("another name", authority.server("relay.example", None), known.clone(), "not valid for name"),
        ("expired", authority.server("localhost", Some(2001)), known.clone(), "expired"),
    ] {
        for (scheme, tls_first) in [("smtps", true), ("smtp+starttls", false)] {
            let tls = Some(certificate.clone());
            let (port, heard) = relay(Behaviour { tls, tls_first, ..Behaviour::default() }).await;
            let sent = send(format!("{scheme}://{USER}@localhost:{port}"), trusted.clone()).await;
            let trouble = sent.unwrap_err();
            assert!(trouble.words.contains(told) && !trouble.lasting, "{what}: {trouble:?}");
            let heard = heard.await.unwrap();
            assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{what}: {heard}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_in_the_clear_when_tls_was_asked_for() {
    let authority = Authority::new();
    let tls = Some(authority.server("localhost", None));
    for (what, behaviour) in [
        (
            "no TLS is offered",
            Behaviour { refusal: Some(("STARTTLS", "502 unknown")), ..Behaviour::default() },
        ),
        ("TLS is put off", Behaviour { refusal: Some(("STARTTLS", "454 later")), ..Behaviour::default() }),
        (
            "it is hidden by a kind answer",
            Behaviour { refusal: Some(("STARTTLS", "250 fine")), ..Behaviour::default() },
        ),
        (
            "somebody slips words in before TLS",
            Behaviour { tls: tls.clone(), slipped_in: "250 known\r\n", ..Behaviour::default() },
        ),
    ] {
        let (port, heard) = relay(behaviour).await;
        let sent =
            send(format!("smtp+starttls://{USER}@localhost:{port}"), Some(authority.file.clone())).await;
        assert!(!sent.unwrap_err().lasting, "{what}");
        let heard = heard.await.unwrap();
        assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{what}: {heard}");
    }
    // A server without TLS where it is to begin at once.
    let (port, heard) = relay(Behaviour::default()).await;
    assert!(send(format!("smtps://{USER}@localhost:{port}"), None).await.is_err());
    assert!(!heard.await.unwrap_or_default().contains("AUTH"));
}

#[tokio::test]
async fn webhooks_go_over_tls() {
    let authority = Authority::new();
    for (name, taken) in [("localhost", true), ("other.example", false)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(authority.server(name, None));
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        let settings = Settings {
            networks_allowed: vec!["127.0.0.0/8".to_owned(), "::1/128".to_owned()],
            certificates: Some(authority.file.clone()),
            ..Settings::default()
        };
        let request = Request {
            url: format!("https://localhost:{port}/hook"),
            headers: Vec::new(),
            body: Some(b"{}".to_vec()),
        };
        let sent = Courier::new(&settings).unwrap().call(request).await;
        assert_eq!(sent.is_ok(), taken, "{sent:?}");
    }
}

#[test]
fn a_file_of_certificates_must_hold_some() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing\n").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let settings = Settings { certificates: Some(file), ..Settings::default() };
        assert!(Courier::new(&settings).unwrap_err().0.contains(".pem"));
    }
}
