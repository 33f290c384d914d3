//! Which tracking URL a request is for.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header, request::Parts};

use crate::{
    answers::{self, Answered},
    click::{Head, Named},
    edge::Edge,
    postback::NotTaken,
    request_body::BodyError,
    script::allow_origin,
};

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'a> {
    /// `/c/{link}`.
    Click(&'a str),
    /// `/k/{code}`.
    Coupon(&'a str),
    /// `/i/{link}`.
    Impression(&'a str),
    /// `/q/{link}.svg` and `/q/{link}.png`.
    Qr(&'a str),
    /// `/m/{creative}`.
    Creative(&'a str),
    /// `/postback`.
    Postback,
    /// `/p.gif`.
    Pixel,
    /// `/merit.js`.
    Script,
    /// `/m/visit`, `/m/convert`, `/m/identify`.
    ScriptCall(&'a str),
}

/// The tracking URL of a path, if it is one.
pub fn route(path: &str) -> Option<Route<'_>> {
    let segment = |rest: &str| !rest.is_empty() && !rest.contains('/');
    if let Some(slug) = path.strip_prefix("/c/") {
        return segment(slug).then_some(Route::Click(slug));
    }
    if let Some(slug) = path.strip_prefix("/i/") {
        return segment(slug).then_some(Route::Impression(slug));
    }
    if let Some(code) = path.strip_prefix("/k/") {
        return segment(code).then_some(Route::Coupon(code));
    }
    if let Some(file) = path.strip_prefix("/q/") {
        return segment(file).then_some(Route::Qr(file));
    }
    match path {
        "/postback" => Some(Route::Postback),
        "/p.gif" => Some(Route::Pixel),
        "/merit.js" => Some(Route::Script),
        "/m/visit" | "/m/convert" | "/m/identify" => Some(Route::ScriptCall(path)),
        _ => path.strip_prefix("/m/").filter(|id| segment(id)).map(Route::Creative),
    }
}

impl Route<'_> {
    /// Whether the request's body is read.
    pub fn takes_body(self, method: &Method) -> bool {
        *method == Method::POST && matches!(self, Self::Postback | Self::ScriptCall(_))
    }

    fn allows(self, method: &Method) -> bool {
        match self {
            Self::Postback => method == Method::GET || method == Method::POST,
            Self::ScriptCall(_) => method == Method::POST || method == Method::OPTIONS,
            _ => method == Method::GET || method == Method::HEAD,
        }
    }
}

impl Edge {
    /// Answers a tracking request whose body, if it takes one, has been read.
    pub async fn answer(&self, route: Route<'_>, parts: &Parts, body: Bytes, peer: IpAddr) -> Answered {
        if !route.allows(&parts.method) {
            let code = serde_json::json!({ "code": "method_not_allowed", "message": "use GET, or POST for postbacks" });
            return answers::json(StatusCode::METHOD_NOT_ALLOWED, &code);
        }
        let query = parts.uri.query().unwrap_or_default();
        let head = Head { method: &parts.method, headers: &parts.headers, peer, query };
        match route {
            Route::Click(slug) => self.click(Named::Slug(slug), &head).await,
            Route::Coupon(code) => self.click(Named::Coupon(code), &head).await,
            Route::Impression(slug) => self.impression(slug, &head).await,
            Route::Qr(file) => self.qr(file, &head),
            Route::Creative(id) => self.creative(id, &head).await,
            Route::Postback => self.postback(&head, &body).await,
            Route::Pixel => self.pixel(&head).await,
            Route::Script => self.script(),
            Route::ScriptCall(_) if parts.method == Method::OPTIONS => preflight(&head),
            Route::ScriptCall(call) => self.script_call(call, &head, &body).await,
        }
    }
}

impl Edge {
    /// Answers a tracking request whose body could not be read: too large, too slow or broken off.
    pub async fn refuse_body(&self, parts: &Parts, error: &BodyError, peer: IpAddr) -> Answered {
        let query = parts.uri.query().unwrap_or_default();
        let head = Head { method: &parts.method, headers: &parts.headers, peer, query };
        let mut why = NotTaken::new(error.status(), model::Code::BodyInvalid);
        why.reason = format!("{} {error}.", why.reason);
        self.quarantine(why, parts.uri.path(), &head, &Bytes::new()).await
    }
}

/// Permission for a page that asks for it, although the script does not need to.
fn preflight(head: &Head<'_>) -> Answered {
    let mut answer = answers::json(StatusCode::NO_CONTENT, &serde_json::Value::Null);
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    allow_origin(answer, head.headers)
}
