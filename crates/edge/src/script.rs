//! `GET /merit.js` and what it calls: `POST /m/visit`, `/m/convert` and `/m/identify`.
//!
//! Bodies are JSON sent as plain text, so that browsers ask no permission first. Cross-origin answers allow the
//! asking page to read them and to send the tracker's cookie.

use std::sync::LazyLock;

use app::{
    events::fields::{FieldError, Fields},
    intake::{Answer, Event, identity_key},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{
    AdvertiserId, Code,
    conversion::Intake,
    link::LinkCode,
    touch::{ConsentState, TouchKind},
};
use serde_json::json;

use crate::{
    answers::{self, Answered},
    click::Head,
    consent::{ConsentSignals, consent_of},
    edge::Edge,
    link_parameters::LinkParameters,
    postback::NotTaken,
    touch_request::Request,
};

/// The script that shops load, as it is sent: without indentation and lines that are empty or only a comment, which are a fifth
/// of its size on the wire. It has no text of several lines that this could change.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../script/merit.js").lines().map(str::trim_start);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).flat_map(|line| [line, "\n"]).collect()
});

/// Whether the fields and headers of a browser's report allow its cookie to be used: nothing denies it.
pub(crate) fn consented(fields: &Fields, headers: &HeaderMap) -> bool {
    let signals = ConsentSignals {
        consent: fields.get("consent"),
        gdpr: fields.get("gdpr"),
        gdpr_consent: fields.get("gdpr_consent"),
        gpp: fields.get("gpp"),
        sec_gpc: headers.get("sec-gpc").map(HeaderValue::as_bytes),
    };
    consent_of(&signals).state != ConsentState::Denied
}

impl Edge {
    /// The script itself.
    pub(crate) fn script(&self) -> Answered {
        answers::script(SCRIPT.as_str())
    }

    /// One of the script's calls.
    pub(crate) async fn script_call(&self, call: &str, head: &Head<'_>, body: &Bytes) -> Answered {
        let mut fields = Fields::default();
        let answer = match fields.add_json(body) {
            Err(error) => {
                let reason = error.to_string();
                let why = NotTaken { reason, ..NotTaken::new(StatusCode::BAD_REQUEST, Code::BodyInvalid) };
                self.quarantine(why, call, head, body).await
            }
            Ok(()) => match call {
                "/m/visit" => self.visit(&fields, head, body).await,
                "/m/convert" => self.script_conversion(&fields, head, body).await,
                _ => self.script_identify(&fields, head).await,
            },
        };
        allow_origin(answer, head.headers)
    }

    /// A visit of a landing page that was reached without a redirect: a touch of the link `mid`. Without one it is a visit that no publisher
    /// brought.
    async fn visit(&self, fields: &Fields, head: &Head<'_>, body: &Bytes) -> Answered {
        if fields.get("mid").is_none() {
            return self.own_visit(fields, head, body).await;
        }
        let snapshot = self.app.snapshot.get();
        let link =
            fields.get("mid").and_then(LinkCode::from_slug).and_then(|code| snapshot.link(code)).cloned();
        let Some(link) = link else {
            let why = NotTaken::new(StatusCode::NOT_FOUND, Code::LinkUnknown);
            return self.quarantine(why, "/m/visit", head, body).await;
        };
        let query = query_of(fields);
        let parameters = LinkParameters::parse(&query);
        // The call itself comes from the shop's own page; the script tells where its visitor came from.
        let mut headers = head.headers.clone();
        headers.remove(header::REFERER);
        if let Some(referrer) = fields.get("referrer").and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(header::REFERER, referrer);
        }
        let request = Request {
            kind: TouchKind::Visit,
            method: &http::Method::GET,
            headers: &headers,
            peer: head.peer,
            parameters: &parameters,
        };
        let Some(prepared) = self.prepare(&snapshot, &link, &request) else {
            let why = NotTaken::new(StatusCode::NOT_FOUND, Code::LinkUnknown);
            return self.quarantine(why, "/m/visit", head, body).await;
        };
        drop(snapshot);
        let (click_id, visitor_id) = (prepared.click_id, prepared.remembered.visitor_id);
        let answer = match self.submit(Event::Touch(Box::new(prepared.draft))).await {
            Ok(Answer::Touch(answer)) => answer,
            Ok(_) => return answers::busy(app::intake::SubmitError::NotStored),
            Err(error) => return answers::busy(error),
        };
        let value = json!({ "click_id": click_id, "visitor_id": visitor_id, "code": answer.code });
        let mut response = answers::json(StatusCode::OK, &value);
        if let (true, Some(visitor_id)) = (prepared.remembered.is_new, visitor_id) {
            let cookie = self.settings.cookie.remember(visitor_id, prepared.visitor.https);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    async fn script_conversion(&self, fields: &Fields, head: &Head<'_>, body: &Bytes) -> Answered {
        let visitor = self.visitor(head.peer, head.headers);
        let cookie = visitor.cookie.filter(|_| consented(fields, head.headers));
        match self.read_browser(fields, Intake::Script, cookie) {
            Ok(report) => self.convert(report, answers::browser_conversion).await,
            Err(why) => self.quarantine(why, "/m/convert", head, body).await,
        }
    }

    /// Remembers which browser a customer uses, when that is allowed.
    async fn script_identify(&self, fields: &Fields, head: &Head<'_>) -> Answered {
        let stored = |stored: bool| answers::json(StatusCode::OK, &json!({ "stored": stored }));
        let snapshot = self.app.snapshot.get();
        let program = fields.program().ok().flatten().and_then(|id| snapshot.programs.get(&id));
        let Some(program) = program else {
            return answers::refusal(
                StatusCode::NOT_FOUND,
                Code::ProgramUnknown,
                Code::ProgramUnknown.info().en,
            );
        };
        // Who takes no conversions from browsers does not take their word for who somebody is either.
        let owner = snapshot.advertisers.get(&program.record.advertiser_id);
        let believed = owner.is_some_and(|owner| owner.record.postback.browser_conversions);
        if !believed || !consented(fields, head.headers) {
            return stored(false);
        }
        let keys = match customer_keys(fields, program.record.advertiser_id) {
            Ok(keys) => keys,
            Err(error) => {
                return answers::refusal(StatusCode::BAD_REQUEST, Code::BodyInvalid, &error.to_string());
            }
        };
        if keys.is_empty() {
            return stored(false);
        }
        let visitor = self.visitor(head.peer, head.headers);
        let touch_id =
            fields.get("click_id").and_then(|id| self.app.click_ids.verify(id).ok()).map(|id| id.touch_id);
        let event =
            Event::Identify { keys, visitor_id: visitor.cookie, touch_id, received_at: visitor.received_at };
        match self.submit(event).await {
            Ok(_) => stored(true),
            Err(error) => answers::busy(error),
        }
    }
}

/// The keys under which a customer is remembered.
fn customer_keys(fields: &Fields, advertiser: AdvertiserId) -> Result<Vec<[u8; 16]>, FieldError> {
    let customer = fields.text("customer_id")?.map(|id| identity_key(advertiser, "customer", &id));
    let email = fields.email_hash()?.map(|hash| identity_key(advertiser, "email", &hash));
    Ok(customer.into_iter().chain(email).collect())
}

/// The fields of a visit as the query of a link that was followed.
fn query_of(fields: &Fields) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["consent", "gdpr", "gdpr_consent", "gpp", "source", "ref_id"] {
        query.extend_pairs(fields.get(name).map(|value| (name, value)));
    }
    for number in 1..=10 {
        let name = format!("sub{number}");
        query.extend_pairs(fields.get(&name).map(|value| (name.as_str(), value)));
    }
    query.finish()
}

/// Lets the asking page read the answer.
pub(crate) fn allow_origin(mut answer: Answered, headers: &HeaderMap) -> Answered {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let own = answer.headers_mut();
        own.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        own.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        own.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_named_by_at_most_1000_bytes() {
        let keys = |name: &str, value: String| {
            let mut fields = Fields::default();
            fields.add_json(json!({ name: value }).to_string().as_bytes()).unwrap();
            customer_keys(&fields, AdvertiserId::from_bytes([1; 16])).map(|keys| keys.len())
        };
        for name in ["customer_id", "email"] {
            assert_eq!(keys(name, "c".repeat(1_000)), Ok(1));
            assert!(keys(name, "c".repeat(1_001)).is_err(), "{name}");
        }
    }
}
