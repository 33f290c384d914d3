//! Requests: through a client that behaves, and byte by byte.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of an answer to a request that was carried out.
    pub fn done(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()
    }
}

/// A browser and shop in one: follows no redirect, takes every status.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
}

const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

impl Client {
    pub fn of(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent(BROWSER)
            .build();
        Self { agent: config.new_agent(), base: base.to_owned() }
    }

    fn answer(sent: Result<http::Response<ureq::Body>, ureq::Error>) -> Answer {
        let mut response = sent.unwrap();
        let header = |name: &str| {
            response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let location = header("location");
        let told = response.headers().iter();
        let told = told
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let headers = told.collect();
        // Pictures are no text.
        let body = String::from_utf8_lossy(&response.body_mut().read_to_vec().unwrap()).into_owned();
        Answer { status: response.status().as_u16(), location, body, headers }
    }

    pub fn get(&self, path: &str) -> Answer {
        Self::answer(self.agent.get(format!("{}{path}", self.base)).call())
    }

    pub fn get_as(&self, key: &str, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.base));
        Self::answer(request.header("authorization", format!("Bearer {key}")).call())
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Self::answer(request.send(body))
    }

    pub fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    pub fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {key}");
        let headers = [("content-type", "application/json"), ("authorization", authorization.as_str())];
        self.post(path, &headers, body.to_string().as_bytes())
    }

    pub fn put_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        Self::write_as(self.agent.put(format!("{}{path}", self.base)), key, body)
    }

    pub fn patch_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        Self::write_as(self.agent.patch(format!("{}{path}", self.base)), key, body)
    }

    fn write_as(request: ureq::RequestBuilder<ureq::typestate::WithBody>, key: &str, body: &Value) -> Answer {
        let request = request.header("content-type", "application/json");
        Self::answer(request.header("authorization", format!("Bearer {key}")).send(body.to_string()))
    }

    /// Clicks a link and gives the click id that the shop is told.
    pub fn click(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 302, "{answer:?}");
        click_id(&answer.location.unwrap())
    }

    /// Reports a conversion and gives the decision.
    pub fn postback(&self, fields: &Value) -> Value {
        let answer = self.post_json("/postback", fields);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

/// The click id in the address of a landing page.
pub fn click_id(location: &str) -> String {
    let start = location.find("clk_").unwrap_or_else(|| panic!("no click id in {location}"));
    location[start..start + 60].to_owned()
}

/// Sends bytes as they are and gives what comes back until the server closes; empty when it just closed.
pub fn raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that has heard enough may close while the rest is still being sent.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
