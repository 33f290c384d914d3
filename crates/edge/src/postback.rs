//! `GET|POST /postback` and `GET /p.gif`: conversions from a shop's server and from its pages.
//!
//! A postback is proven by the advertiser's token or by a signature: HMAC-SHA256, hex, over the value of
//! `Merit-Timestamp`, a point, and the body as sent (for a GET: the query as sent). The advertiser of a signature is
//! that of the named program, else of the click id. Fields beside the signed part are refused. What proves nothing goes into quarantine with a 4xx.

use app::intake::Quarantined;
use app::{
    events::fields::{FieldError, Fields},
    intake::{Answer, ConversionAnswer, ConversionDraft, Event},
    snapshot::{AdvertiserEntry, Snapshot},
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method, StatusCode, header};
use ipnet::IpNet;
use model::{
    AdvertiserId, Code, ConversionId, NetworkId, QuarantineId, VisitorId,
    conversion::{ConversionReport, Intake},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

use crate::{
    answers::{self, Answered},
    click::Head,
    edge::Edge,
};

/// The header of a signature.
const SIGNATURE: &str = "merit-signature";

/// Why a request is not taken as a conversion.
pub(crate) struct NotTaken {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) reason: String,
    pub(crate) advertiser: Option<(NetworkId, AdvertiserId)>,
}

impl NotTaken {
    pub(crate) fn new(status: StatusCode, code: Code) -> Self {
        Self { status, code, reason: code.info().en.to_owned(), advertiser: None }
    }
    pub(crate) fn of(mut self, advertiser: &AdvertiserEntry) -> Self {
        self.advertiser = Some((advertiser.record.network_id, advertiser.record.id));
        self
    }
    fn unreadable(error: &FieldError) -> Self {
        let reason = format!("{} {error}.", Code::BodyInvalid.info().en);
        Self { status: StatusCode::BAD_REQUEST, code: Code::BodyInvalid, reason, advertiser: None }
    }
}

impl Edge {
    /// A postback.
    pub(crate) async fn postback(&self, head: &Head<'_>, body: &Bytes) -> Answered {
        match self.read_postback(head, body) {
            Ok(report) => self.convert(report, answers::conversion).await,
            Err(not_taken) => self.quarantine(not_taken, "/postback", head, body).await,
        }
    }

    /// A conversion pixel: always a GIF, whose status says whether it was taken.
    pub(crate) async fn pixel(&self, head: &Head<'_>) -> Answered {
        let mut fields = Fields::default();
        fields.add_pairs(head.query.as_bytes());
        let visitor = self.visitor(head.peer, head.headers);
        let consented = crate::script::consented(&fields, head.headers);
        let cookie = visitor.cookie.filter(|_| consented);
        match self.read_browser(&fields, Intake::Pixel, cookie) {
            Ok(report) => match self.store_conversion(report).await {
                Ok(_) => answers::gif(StatusCode::OK),
                Err(_) => answers::gif(StatusCode::SERVICE_UNAVAILABLE),
            },
            Err(not_taken) => {
                let status = self.quarantine(not_taken, "/p.gif", head, &Bytes::new()).await.status();
                answers::gif(status)
            }
        }
    }

    fn read_postback(&self, head: &Head<'_>, body: &Bytes) -> Result<ConversionReport, NotTaken> {
        let mut fields = Fields::default();
        if is_json(head.headers, body) {
            fields.add_json(body).map_err(|error| NotTaken::unreadable(&error))?;
        } else {
            fields.add_pairs(body);
        }
        if head.headers.contains_key(SIGNATURE) {
            check_covered(head.method, head.query, &fields)?;
        }
        fields.add_pairs(head.query.as_bytes());
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        fields.or_set("idempotency_key", header("idempotency-key"));
        let snapshot = self.app.snapshot.get();
        let advertiser = self.prove(&snapshot, &fields, head, body)?;
        let visitor = self.visitor(head.peer, head.headers);
        let allowed = &advertiser.record.postback.allowed_addresses;
        let within = |network: &String| match network.parse::<IpNet>() {
            Ok(network) => network.contains(&visitor.address),
            Err(_) => network.parse() == Ok(visitor.address),
        };
        if !allowed.is_empty() && !allowed.iter().any(within) {
            return Err(NotTaken::new(StatusCode::FORBIDDEN, Code::IpNotAllowed).of(&advertiser));
        }
        check_program(&snapshot, &fields, &advertiser)?;
        fields
            .report(advertiser.record.id, Intake::Postback, None, visitor.received_at)
            .map_err(|error| NotTaken::unreadable(&error).of(&advertiser))
    }

    /// The advertiser that the token or signature proves.
    fn prove(
        &self,
        snapshot: &Snapshot,
        fields: &Fields,
        head: &Head<'_>,
        body: &Bytes,
    ) -> Result<Arc<AdvertiserEntry>, NotTaken> {
        if let Some(signature) = head.headers.get(SIGNATURE) {
            return self.prove_signature(snapshot, fields, head, body, signature.as_bytes());
        }
        let refused = || NotTaken::new(StatusCode::UNAUTHORIZED, Code::TokenInvalid);
        let token = fields.get("token").ok_or_else(refused)?;
        let hash = app::hex(&Sha256::digest(token.as_bytes()));
        // Looking a hash up tells nothing about the token, however long it takes.
        let id = snapshot.advertisers_by_token.get(&hash).ok_or_else(refused)?;
        snapshot.advertisers.get(id).cloned().ok_or_else(refused)
    }

    fn prove_signature(
        &self,
        snapshot: &Snapshot,
        fields: &Fields,
        head: &Head<'_>,
        body: &Bytes,
        signature: &[u8],
    ) -> Result<Arc<AdvertiserEntry>, NotTaken> {
        let invalid = || NotTaken::new(StatusCode::UNAUTHORIZED, Code::SignatureInvalid);
        let program = match fields.program() {
            Ok(Some(program)) => Some(program),
            _ => self.program_of_click(snapshot, fields),
        };
        let program = program.and_then(|id| snapshot.programs.get(&id)).ok_or_else(invalid)?;
        let advertiser = snapshot.advertisers.get(&program.record.advertiser_id).ok_or_else(invalid)?;
        let secret = advertiser.record.postback.signing_secret.as_deref().and_then(app::unhex);
        let timestamp = head.headers.get("merit-timestamp").and_then(|value| value.to_str().ok());
        let (Some(secret), Some(timestamp)) = (secret, timestamp) else {
            return Err(invalid().of(advertiser));
        };
        let mut keyed = Hmac::<Sha256>::new_from_slice(&secret).map_err(|_| invalid())?;
        keyed.update(timestamp.as_bytes());
        keyed.update(b".");
        keyed.update(if *head.method == Method::GET { head.query.as_bytes() } else { body });
        let signature = std::str::from_utf8(signature).ok().and_then(app::unhex).ok_or_else(invalid)?;
        keyed.verify_slice(&signature).map_err(|_| invalid().of(advertiser))?;
        // Only a good signature makes its timestamp worth looking at.
        let stale = || NotTaken::new(StatusCode::UNAUTHORIZED, Code::ReplayStale).of(advertiser);
        let signed_at = timestamp.parse::<i64>().map_err(|_| stale())?;
        let age = self.app.clock.now().as_seconds().saturating_sub(signed_at).saturating_abs();
        if age > i64::from(advertiser.record.postback.signature_age_seconds_max) {
            return Err(stale());
        }
        Ok(Arc::clone(advertiser))
    }

    fn program_of_click(&self, snapshot: &Snapshot, fields: &Fields) -> Option<model::ProgramId> {
        let click = self.app.click_ids.verify(fields.get("click_id")?).ok()?;
        snapshot.links.get(&click.link_code).map(|link| link.record.program_id)
    }

    /// A report from a browser: it proves nothing, so the advertiser is that of the named program and must allow it.
    pub(crate) fn read_browser(
        &self,
        fields: &Fields,
        intake: Intake,
        visitor_id: Option<VisitorId>,
    ) -> Result<ConversionReport, NotTaken> {
        let snapshot = self.app.snapshot.get();
        let program = fields.program().map_err(|error| NotTaken::unreadable(&error))?;
        let program = program.or_else(|| self.program_of_click(&snapshot, fields));
        let unknown = || NotTaken::new(StatusCode::NOT_FOUND, Code::ProgramUnknown);
        let program = program.and_then(|id| snapshot.programs.get(&id)).ok_or_else(unknown)?;
        let advertiser = snapshot.advertisers.get(&program.record.advertiser_id).ok_or_else(unknown)?;
        if !advertiser.record.postback.browser_conversions {
            return Err(NotTaken::new(StatusCode::FORBIDDEN, Code::TokenInvalid).of(advertiser));
        }
        let mut report = fields
            .report(advertiser.record.id, intake, visitor_id, self.app.clock.now())
            .map_err(|error| NotTaken::unreadable(&error).of(advertiser))?;
        report.program_id = Some(program.record.id);
        Ok(report)
    }

    /// Stores a conversion and answers with its decision, as `tell` words it.
    pub(crate) async fn convert(
        &self,
        report: ConversionReport,
        tell: fn(&ConversionAnswer) -> Answered,
    ) -> Answered {
        match self.store_conversion(report).await {
            Ok(answer) => tell(&answer),
            Err(error) => answers::busy(error),
        }
    }

    async fn store_conversion(
        &self,
        report: ConversionReport,
    ) -> Result<ConversionAnswer, app::intake::SubmitError> {
        let id = ConversionId::new(report.received_at, self.app.entropy.as_ref());
        let draft = ConversionDraft::new(id, report, &self.app.click_ids);
        match self.submit(Event::Conversion(Box::new(draft))).await? {
            Answer::Conversion(answer) => Ok(*answer),
            Answer::Touch(_) | Answer::Stored => Err(app::intake::SubmitError::NotStored),
        }
    }

    /// Puts a request into quarantine and says why.
    pub(crate) async fn quarantine(
        &self,
        why: NotTaken,
        path: &str,
        head: &Head<'_>,
        body: &Bytes,
    ) -> Answered {
        let received_at = self.app.clock.now();
        let row = Quarantined {
            id: QuarantineId::new(received_at, self.app.entropy.as_ref()),
            network_id: why.advertiser.map(|(network, _)| network),
            advertiser_id: why.advertiser.map(|(_, advertiser)| advertiser),
            received_at,
            kind: "conversion".to_owned(),
            code: why.code,
            reason: why.reason.clone(),
            request: crate::quarantined::request_text(head.method, path, head.query, body),
        };
        self.app.metrics.count_quarantined(why.code);
        match self.submit(Event::Quarantine(Box::new(row))).await {
            Ok(_) => answers::refusal(why.status, why.code, &why.reason),
            Err(error) => answers::busy(error),
        }
    }
}

/// A signature covers the query of a GET and the body of everything else. A field that stands in the other part is nobody's
/// word: whoever saw the request could have put it there.
fn check_covered(method: &Method, query: &str, of_body: &Fields) -> Result<(), NotTaken> {
    let mut of_query = Fields::default();
    of_query.add_pairs(query.as_bytes());
    let (beside, place) = if *method == Method::GET { (of_body, "query") } else { (&of_query, "body") };
    if beside.is_empty() {
        return Ok(());
    }
    let refused = NotTaken::new(StatusCode::UNAUTHORIZED, Code::SignatureInvalid);
    let reason = format!("{} The signature covers the {place} alone; put every field there.", refused.reason);
    Err(NotTaken { reason, ..refused })
}

/// A program that is named must be the advertiser's; that it is somebody else's is not told.
fn check_program(snapshot: &Snapshot, fields: &Fields, advertiser: &AdvertiserEntry) -> Result<(), NotTaken> {
    let named = fields.program().map_err(|error| NotTaken::unreadable(&error).of(advertiser))?;
    let Some(named) = named else { return Ok(()) };
    match snapshot.programs.get(&named) {
        Some(program) if program.record.advertiser_id == advertiser.record.id => Ok(()),
        _ => Err(NotTaken::new(StatusCode::NOT_FOUND, Code::ProgramUnknown).of(advertiser)),
    }
}

/// Whether the body is JSON: by its type, else by how it begins.
fn is_json(headers: &HeaderMap, body: &Bytes) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = named.to_ascii_lowercase();
    if named.contains("json") {
        return !body.is_empty();
    }
    !named.contains("form-urlencoded")
        && body.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_one_part_and_fields_in_the_other_are_refused() {
        let body = |text: &str| {
            let mut fields = Fields::default();
            fields.add_pairs(text.as_bytes());
            fields
        };
        for (method, query, of_body, taken) in [
            (Method::POST, "", "action=order", true),
            (Method::POST, "utm_source=x", "action=order", true),
            (Method::POST, "amount=4000", "action=order", false),
            (Method::POST, "%61mount=4000", "action=order", false),
            (Method::POST, "items=[]", "action=order", false),
            (Method::GET, "action=order", "", true),
            (Method::GET, "action=order", "amount=4000", false),
        ] {
            let checked = check_covered(&method, query, &body(of_body));
            assert_eq!(checked.is_ok(), taken, "{method} {query} {of_body}");
            if let Err(refused) = checked {
                assert_eq!((refused.status.as_u16(), refused.code), (401, Code::SignatureInvalid));
            }
        }
    }
}
