//! `GET /c/{link}`, `GET /k/{code}` and `GET /i/{link}`.

use std::net::IpAddr;

use app::intake::Quarantined;
use app::{
    intake::{Answer, Event},
    snapshot::LinkEntry,
};
use http::{HeaderMap, Method, StatusCode, header};
use model::{Code, QuarantineId, link::LinkCode, touch::TouchKind};

use crate::{
    answers::{self, Answered},
    destination,
    edge::Edge,
    fallback_page::{self, Refusal, fallback_page},
    link_parameters::LinkParameters,
    screening,
    touch_request::{Prepared, Request},
};

/// How a link is named in the path.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    /// By its slug.
    Slug(&'a str),
    /// By its coupon code, percent-encoded.
    Coupon(&'a str),
}

/// The head of a request.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) peer: IpAddr,
    pub(crate) query: &'a str,
}

impl Edge {
    fn find_link(
        &self,
        snapshot: &app::snapshot::Snapshot,
        named: Named<'_>,
    ) -> Option<std::sync::Arc<LinkEntry>> {
        match named {
            Named::Slug(slug) => snapshot.link(LinkCode::from_slug(slug)?).cloned(),
            Named::Coupon(code) => {
                let code = percent_encoding::percent_decode_str(code).decode_utf8().ok()?;
                snapshot.coupon(code.trim()).cloned()
            }
        }
    }

    /// A click: recorded, then redirected.
    pub(crate) async fn click(&self, named: Named<'_>, head: &Head<'_>) -> Answered {
        let snapshot = self.app.snapshot.get();
        let Some(link) = self.find_link(&snapshot, named) else {
            return self.unknown_link(named, head).await;
        };
        let parameters = LinkParameters::parse(head.query);
        let request = Request {
            kind: TouchKind::Click,
            method: head.method,
            headers: head.headers,
            peer: head.peer,
            parameters: &parameters,
        };
        let Some(prepared) = self.prepare(&snapshot, &link, &request) else {
            return self.unknown_link(named, head).await;
        };
        drop(snapshot);
        let Prepared { draft, visitor, remembered, onward, program, network, .. } = prepared;
        let screened = draft.touch.code;
        let stored = self.submit(Event::Touch(Box::new(draft)));
        let code = match tokio::time::timeout(self.settings.redirect_wait, stored).await {
            Ok(Ok(Answer::Touch(answer))) => answer.code,
            // A visitor never waits on a broken disk; his click id is signed and attributes all the same.
            Ok(_) | Err(_) => {
                self.app.metrics.redirects_unlogged.inc();
                screened
            }
        };
        let mut response = match (screening::goes_on(code), &onward) {
            (true, Ok(url)) => answers::redirect(url),
            (false, _) if code != Code::DeepLinkRefused => {
                destination::fallback(code, &program, network.as_deref())
                    .and_then(|url| answers::redirect(&url))
            }
            _ => None,
        }
        .unwrap_or_else(|| refused_page(code, onward.as_ref().err().map(String::as_str), head.headers));
        if remembered.is_new
            && let Some(visitor_id) = remembered.visitor_id
        {
            let cookie = self.settings.cookie.remember(visitor_id, visitor.https);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        } else if remembered.forget {
            response.headers_mut().append(header::SET_COOKIE, self.settings.cookie.expire(visitor.https));
        }
        self.app.metrics.request(self.app.clock.now().micros_since(visitor.received_at));
        response
    }

    /// An impression: recorded, then a pixel.
    pub(crate) async fn impression(&self, slug: &str, head: &Head<'_>) -> Answered {
        let snapshot = self.app.snapshot.get();
        let named = Named::Slug(slug);
        let Some(link) = self.find_link(&snapshot, named) else {
            self.quarantine_link(named, head).await;
            return answers::gif(StatusCode::NOT_FOUND);
        };
        let parameters = LinkParameters::parse(head.query);
        let request = Request {
            kind: TouchKind::Impression,
            method: head.method,
            headers: head.headers,
            peer: head.peer,
            parameters: &parameters,
        };
        let Some(prepared) = self.prepare(&snapshot, &link, &request) else {
            return answers::gif(StatusCode::NOT_FOUND);
        };
        drop(snapshot);
        let Prepared { draft, visitor, remembered, .. } = prepared;
        if let Err(error) = self.submit(Event::Touch(Box::new(draft))).await {
            return answers::busy(error);
        }
        let mut response = answers::gif(StatusCode::OK);
        if let (true, Some(visitor_id)) = (remembered.is_new, remembered.visitor_id) {
            let cookie = self.settings.cookie.remember(visitor_id, visitor.https);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    async fn unknown_link(&self, named: Named<'_>, head: &Head<'_>) -> Answered {
        self.quarantine_link(named, head).await;
        refused_page(Code::LinkUnknown, None, head.headers)
    }

    async fn quarantine_link(&self, named: Named<'_>, head: &Head<'_>) {
        let path = match named {
            Named::Slug(slug) => format!("/c/{slug}"),
            Named::Coupon(code) => format!("/k/{code}"),
        };
        let received_at = self.app.clock.now();
        let row = Quarantined {
            id: QuarantineId::new(received_at, self.app.entropy.as_ref()),
            network_id: None,
            advertiser_id: None,
            received_at,
            kind: "touch".to_owned(),
            code: Code::LinkUnknown,
            reason: Code::LinkUnknown.info().en.to_owned(),
            request: crate::quarantined::request_text(head.method, &path, head.query, b""),
        };
        self.app.metrics.count_quarantined(Code::LinkUnknown);
        // The visitor's page does not depend on it; a refusal of the intake is counted there.
        let _ = self.submit(Event::Quarantine(Box::new(row))).await;
    }
}

/// The page that says why the visitor cannot be sent on.
fn refused_page(code: Code, detail: Option<&str>, headers: &HeaderMap) -> Answered {
    let status = match code {
        Code::LinkUnknown => StatusCode::NOT_FOUND,
        Code::DeepLinkRefused => StatusCode::BAD_REQUEST,
        _ => StatusCode::GONE,
    };
    let language = fallback_page::language_of(headers);
    let refusal = Refusal { code: code.word(), sentence: code.sentence(language), detail, request_id: None };
    fallback_page(status, language, &refusal).map(http_body_util::Full::new)
}
