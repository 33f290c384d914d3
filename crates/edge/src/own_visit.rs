//! A landing on the shop's own pages that no publisher's link brought, as merit.js tells it: `POST /m/visit` without a link.
//!
//! It is stored as a touch of journeys and has no part in what anybody is paid.

use app::{
    events::fields::Fields,
    intake::{Event, VisitDraft},
    own_results,
};
use bytes::Bytes;
use http::{Method, StatusCode, header};
use model::{Code, TouchId, visit::OwnVisit};
use serde_json::json;

use crate::{
    answers::{self, Answered},
    click::Head,
    consent::ConsentSignals,
    edge::Edge,
    postback::NotTaken,
    screening::{self, Screened},
};

impl Edge {
    pub(crate) async fn own_visit(&self, fields: &Fields, head: &Head<'_>, body: &Bytes) -> Answered {
        let snapshot = self.app.snapshot.get();
        let program = fields.program().ok().flatten().and_then(|id| snapshot.programs.get(&id)).cloned();
        let Some(program) = program else {
            let why = NotTaken::new(StatusCode::NOT_FOUND, Code::ProgramUnknown);
            return self.quarantine(why, "/m/visit", head, body).await;
        };
        let network_id = program.record.network_id;
        let network = snapshot.networks.get(&network_id).cloned();
        drop(snapshot);
        let visitor = self.visitor(head.peer, head.headers);
        let arrival = own_results::arrival(fields.get("landing_url"), fields.get("referrer"), None);
        let mut facts = self.facts(&visitor, head.headers);
        // The call itself comes from the shop's own page; the script tells where its visitor came from.
        facts.referrer_host = arrival.as_ref().and_then(|arrival| arrival.referrer_host.clone());
        let signals = ConsentSignals {
            consent: fields.get("consent"),
            gdpr: fields.get("gdpr"),
            gdpr_consent: fields.get("gdpr_consent"),
            gpp: fields.get("gpp"),
            sec_gpc: head.headers.get("sec-gpc").map(http::HeaderValue::as_bytes),
        };
        let remembered = self.remembered(&visitor, &signals, network.as_deref(), facts.country.as_deref());
        let screened = Screened {
            kind: model::touch::TouchKind::Visit,
            method: &Method::GET,
            headers: head.headers,
            address: visitor.address,
            https: visitor.https,
            is_crawler: visitor.user_agent.is_crawler,
            at: visitor.received_at,
            facts: &facts,
        };
        let code = screening::screen_visit(&program, &screened);
        let visit = OwnVisit {
            id: TouchId::new(visitor.received_at, self.app.entropy.as_ref()),
            network_id,
            advertiser_id: program.record.advertiser_id,
            program_id: program.record.id,
            received_at: visitor.received_at,
            code,
            visitor_id: remembered.visitor_id,
            consent: remembered.consent.state,
            consent_source: remembered.consent.source.word().to_owned(),
            arrival,
            facts,
        };
        if let Err(error) = self.submit(Event::Visit(Box::new(VisitDraft::new(visit)))).await {
            return answers::busy(error);
        }
        let value = json!({ "click_id": null, "visitor_id": remembered.visitor_id, "code": code });
        let mut response = answers::json(StatusCode::OK, &value);
        if let (true, Some(visitor_id)) = (remembered.is_new, remembered.visitor_id) {
            let cookie = self.settings.cookie.remember(visitor_id, visitor.https);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}
