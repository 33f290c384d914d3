//! Requests that no honest sender makes: each has a clear answer, none counts, none disturbs the server.

use serde_json::{Value, json};

use crate::{
    place::{Place, demo_place},
    requests::{Client, raw},
    server::Server,
};

struct Target {
    place: Place,
    demo: Value,
    server: Server,
    client: Client,
}

fn target() -> Target {
    let (place, demo) = demo_place();
    let server = Server::start(&place);
    let client = Client::of(&server.url());
    Target { place, demo, server, client }
}

impl Target {
    fn link(&self) -> &str {
        self.demo["links"][0]["path"].as_str().unwrap()
    }

    fn items(&self, path: &str) -> Vec<Value> {
        let key = self.demo["keys"]["operator"].as_str().unwrap();
        self.client.get_as(key, path).done()["items"].as_array().unwrap().clone()
    }

    /// Still there, still well, and nothing that is stored is wrong.
    fn expect_well(&self) {
        assert_eq!(self.client.get("/readyz").status, 200);
        self.client.click(self.link());
        self.place.expect_verified();
    }

    fn status_of(&self, request: &[u8]) -> String {
        let answer = raw(self.server.address, request);
        answer.split_whitespace().nth(1).unwrap_or("closed").to_owned()
    }
}

#[test]
fn deep_links_lead_only_where_the_program_allows() {
    let target = target();
    let host = target.client.get(target.link()).location.unwrap();
    let host = host.split('/').nth(2).unwrap().to_owned();
    let good = format!("https%3A%2F%2F{host}%2Ftents%3Fsize%3D2");
    let answer = target.client.get(&format!("{}?to={good}", target.link()));
    assert_eq!(answer.status, 302, "{answer:?}");
    assert!(answer.location.unwrap().starts_with(&format!("https://{host}/tents?size=2")));
    let tricks = [
        "https%3A%2F%2Fevil.example%2F".to_owned(),
        "%2F%2Fevil.example%2F".to_owned(),
        "%5C%5Cevil.example%2F".to_owned(),
        format!("https%3A%5C%5Cevil.example%2F%40{host}"),
        format!("https%3A%2F%2F{host}%40evil.example%2F"),
        format!("https%3A%2F%2F{host}%5C%40evil.example%2F"),
        format!("https%3A%2F%2Fevil.example%2F%23{host}"),
        format!("https%3A%2F%2Fevil.example%3F.{host}"),
        format!("https%3A%2F%2F{host}.evil.example%2F"),
        format!("https%3A%2F%2Fevil{host}%2F"),
        format!("https%3A%2F%2F{host}%0D%0ALocation%3A%20https%3A%2F%2Fevil.example"),
        format!("https%3A%2F%2F{host}%00.evil.example%2F"),
        format!("https%3A%2F%2Fevil.example%E3%80%82{host}%2F"),
        format!("https%253A%252F%252Fevil.example%252F%3F{host}"),
        "javascript%3Aalert(1)".to_owned(),
        "JaVaScRiPt%3Aalert(1)".to_owned(),
        "data%3Atext%2Fhtml%2C%3Cscript%3E".to_owned(),
        "file%3A%2F%2F%2Fetc%2Fpasswd".to_owned(),
        "https%3A%2F%2F127.0.0.1%2F".to_owned(),
        "https%3A%2F%2F0x7f000001%2F".to_owned(),
        "https%3A%2F%2F%5B%3A%3A1%5D%2F".to_owned(),
    ];
    for trick in tricks {
        let answer = target.client.get(&format!("{}?to={trick}", target.link()));
        let leads_away = answer
            .location
            .as_ref()
            .is_some_and(|location| !location.starts_with(&format!("https://{host}/")));
        assert!(!leads_away, "{trick}: {answer:?}");
        assert_eq!(answer.status, 400, "{trick}: {answer:?}");
        assert!(answer.body.contains("deep_link_refused"), "{trick}: {answer:?}");
    }
    target.expect_well();
}

#[test]
fn what_is_no_request_gets_its_answer() {
    let target = target();
    let long = "a".repeat(200_000);
    let link = target.link();
    let many: String = (0..5_000).map(|number| format!("x-{number}: y\r\n")).collect();
    // Of a head that is too long the rest is not read, so its sender may find the connection closed before the answer.
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("binary", (0..=255).cycle().take(4_000).collect(), &["400", "closed"]),
        ("no http", b"hello\r\n\r\n".to_vec(), &["400", "closed"]),
        ("a head too long", format!("GET /c/x HTTP/1.1\r\nhost: h\r\nx: {long}\r\n\r\n").into(), &["431", "closed"]),
        ("too many headers", format!("GET /c/x HTTP/1.1\r\nhost: h\r\n{many}\r\n").into(), &["431", "closed"]),
        ("an address too long", format!("GET /c/{long} HTTP/1.1\r\nhost: h\r\n\r\n").into(), &["414", "431", "closed"]),
        ("an unknown method", format!("BREW {link} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").into(), &["405"]),
        ("two lengths", b"POST /postback HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde".to_vec(), &["400", "closed"]),
        ("length and chunks", b"POST /postback HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n".to_vec(), &["400", "401", "closed"]),
        ("a body announced as huge", b"POST /postback HTTP/1.1\r\nhost: h\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\nabc".to_vec(), &["413"]),
        ("a broken chunk", b"POST /postback HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\nabc".to_vec(), &["400", "closed"]),
        ("a nul in the path", b"GET /c/\0 HTTP/1.1\r\nhost: h\r\n\r\n".to_vec(), &["400", "closed"]),
        ("a line end in a header", b"GET /healthz HTTP/1.1\r\nhost: h\r\nx: a\rb\r\n\r\n".to_vec(), &["400", "closed"]),
    ];
    for (what, request, expected) in table {
        let status = target.status_of(&request);
        assert!(expected.contains(&status.as_str()), "{what}: {status}");
    }
    target.expect_well();
}

#[test]
fn paths_lead_nowhere_but_to_links() {
    let target = target();
    let table = [
        ("/c/", 404),
        ("/c/nosuchlink00", 404),
        ("/c/..%2f..%2fetc%2fpasswd", 404),
        ("/c/%00", 404),
        ("/c/%ff%fe", 404),
        ("/c/%", 404),
        ("/c/%zz", 404),
        ("/c/'%20or%20'1'%3D'1", 404),
        ("/../../etc/passwd", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/c/a/b/c", 404),
        ("/k/%F0%9F%92%A9", 404),
        ("/api/v1/../../merit.db", 404),
        ("/api/v1/conversions/cnv_none/receipt", 401),
    ];
    for (path, status) in table {
        // As it is: a client that behaves would take the dots away.
        let request = format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
        assert_eq!(target.status_of(request.as_bytes()), status.to_string(), "{path}");
    }
    target.expect_well();
}

#[test]
fn broken_parameters_of_a_click_hurt_nobody() {
    let target = target();
    for query in ["%", "%zz=%zz", "sub1=%ff%fe", "sub1=%00", "&&&===", "sub1=a&sub1=b", "to="] {
        let request = format!(
            "GET {}?{query} HTTP/1.1\r\nhost: h\r\nuser-agent: Mozilla/5.0 Firefox/140.0\r\nconnection: close\r\n\r\n",
            target.link()
        );
        let answer = raw(target.server.address, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 302"), "{query}: {answer}");
        assert_eq!(answer.matches("\r\nlocation:").count(), 1, "{query}: {answer}");
    }
    let long = "x".repeat(3_000);
    let answer = target.client.get(&format!("{}?sub1={long}", target.link()));
    assert_eq!(answer.status, 302, "{answer:?}");
    assert!(!answer.location.unwrap().contains(&long));
    target.expect_well();
}

#[test]
fn postbacks_without_proof_go_into_quarantine() {
    let target = target();
    let client = &target.client;
    let token = target.demo["postback_token"].as_str().unwrap().to_owned();
    let before = target.items("/api/v1/conversions?limit=200").len();
    // As many as there are: an update that changes nothing counts them.
    let quarantined = || target.place.sql("UPDATE quarantine SET reason = reason");
    let held = quarantined();
    let click_id = client.click(target.link());
    let fields = |token: &str| json!({ "token": token, "action": "order", "click_id": click_id, "order_id": "h-1", "amount": "5" });
    // A good id of something else.
    let unknown = target.demo["network_id"].as_str().unwrap().replace("net_", "prg_");
    let wrong = [
        ("no token", fields(""), 401),
        ("another token", fields("mp_wrong"), 401),
        ("a token cut short", fields(&token[..token.len() - 1]), 401),
        ("a token as a list", json!({ "token": [token], "action": "order" }), 400),
        ("no action", json!({ "token": token }), 400),
        ("an unknown program", json!({ "token": token, "action": "order", "program": unknown }), 404),
        (
            "a program that is none",
            json!({ "token": token, "action": "order", "program": "'; drop table" }),
            400,
        ),
        ("no object", json!(["order"]), 400),
    ];
    for (what, body, status) in &wrong {
        let answer = client.post_json("/postback", body);
        assert_eq!(answer.status, *status, "{what}: {answer:?}");
        let said = answer.json();
        assert!(said["code"].is_string() && said["reason"].is_string(), "{what}: {said}");
    }
    for body in [&b"{"[..], b"{\"token\":", b"\xff\xfe{}", b"\0\0\0", b"action=%ff&token=%00"] {
        let answer = client.post("/postback", &[("content-type", "application/json")], body);
        assert!((400..500).contains(&answer.status), "{body:?}: {answer:?}");
    }
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    assert_eq!(client.post("/postback", &[("content-type", "application/json")], &deep).status, 400);
    let large = json!({ "token": token, "action": "order", "adv1": "x".repeat(2 << 20) });
    assert_eq!(client.post_json("/postback", &large).status, 413);
    let long = json!({ "token": token, "action": "order", "adv1": "x".repeat(10_000) });
    assert_eq!(client.post_json("/postback", &long).status, 400);

    assert_eq!(target.items("/api/v1/conversions?limit=200").len(), before, "something counted");
    // All but the two whose bodies are too large to be kept or even read.
    let sent = wrong.len() + 5 + 2;
    assert!(quarantined() >= held + sent as u64, "{held} before, {} after", quarantined());
    target.expect_well();
}

#[test]
fn a_signature_proves_one_moment() {
    let target = target();
    let operator = target.demo["keys"]["operator"].as_str().unwrap();
    let advertiser = target.demo["advertiser_id"].as_str().unwrap();
    let rotated = target.client.post_as(
        operator,
        &format!("/api/v1/advertisers/{advertiser}/rotate_signing_secret"),
        &json!({}),
    );
    let secret = rotated.done()["secret"].as_str().unwrap().to_owned();
    let click_id = target.client.click(target.link());
    let body = json!({
        "action": "order", "click_id": click_id, "order_id": "signed-1", "amount": "40",
        "program": target.demo["program_id"],
    })
    .to_string();
    let now: u64 = {
        // The file's time: the machine's clock without asking for it.
        let file = target.place.file("now");
        std::fs::write(&file, "").unwrap();
        let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
        modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
    };
    let send = |at: u64, signature: &str, body: &str| {
        let at = at.to_string();
        let headers = [
            ("merit-timestamp", at.as_str()),
            ("merit-signature", signature),
            ("content-type", "application/json"),
        ];
        target.client.post("/postback", &headers, body.as_bytes())
    };
    let good = sign(&secret, now, &body);
    let decided = send(now, &good, &body);
    assert_eq!(decided.status, 200, "{decided:?}");
    assert_eq!(decided.json()["decision"], "pending", "{decided:?}");
    // The very same again is the same delivery.
    assert_eq!(send(now, &good, &body).done()["replayed"], true);
    let code =
        |answer: crate::requests::Answer| (answer.status, answer.json()["code"].as_str().unwrap().to_owned());
    let old = now - 3_600;
    assert_eq!(code(send(old, &sign(&secret, old, &body), &body)), (401, "replay_stale".to_owned()));
    assert_eq!(code(send(now + 1, &good, &body)), (401, "signature_invalid".to_owned()));
    assert_eq!(code(send(now, &good, &body.replace("40", "4000"))), (401, "signature_invalid".to_owned()));
    assert_eq!(code(send(now, "zz", &body)), (401, "signature_invalid".to_owned()));
    assert_eq!(code(send(now, &good[..10], &body)), (401, "signature_invalid".to_owned()));
    target.expect_well();
}

/// HMAC-SHA256 over the timestamp, a point and the body, in hex.
fn sign(secret: &str, at: u64, body: &str) -> String {
    use hmac::{KeyInit, Mac};
    let key = data_encoding::HEXLOWER.decode(secret.as_bytes()).unwrap();
    let mut keyed = hmac::Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    keyed.update(format!("{at}.{body}").as_bytes());
    data_encoding::HEXLOWER.encode(&keyed.finalize().into_bytes())
}

#[test]
fn somebody_else_s_things_do_not_exist() {
    let target = target();
    let client = &target.client;
    let publisher = target.demo["keys"]["publisher"].as_str().unwrap();
    for path in ["/api/v1/users", "/api/v1/quarantine", "/api/v1/audit"] {
        let answer = client.get_as(publisher, path);
        assert!([403, 404].contains(&answer.status), "{path}: {answer:?}");
    }
    for key in ["", "mk_wrong", "mk_\u{e9}", &format!("{publisher}x")] {
        let status = match key.is_ascii() {
            true => client.get_as(key, "/api/v1/conversions").status,
            false => {
                let head = format!(
                    "GET /api/v1/conversions HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\r\n"
                );
                target.status_of(head.as_bytes()).parse().unwrap()
            }
        };
        assert_eq!(status, 401, "{key:?}");
    }
    target.expect_well();
}
