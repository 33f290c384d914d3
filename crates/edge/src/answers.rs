//! The few kinds of answer that tracking gives.

use app::intake::{ConversionAnswer, SubmitError};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use model::conversion::State;
use serde_json::json;

/// An answer with its body in memory.
pub type Answered = Response<Full<Bytes>>;

/// The smallest transparent GIF.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Seconds after which a refused sender may try again.
const RETRY_AFTER_SECONDS: &str = "2";

fn with(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answered {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `302` to `location`; `None` when the location cannot stand in a header.
pub(crate) fn redirect(location: &str) -> Option<Answered> {
    let location = HeaderValue::from_str(location).ok()?;
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}

/// The pixel.
pub(crate) fn gif(status: StatusCode) -> Answered {
    with(status, "image/gif", Bytes::from_static(GIF))
}

/// A picture that may be kept for an hour.
pub(crate) fn picture(content_type: &'static str, body: impl Into<Bytes>) -> Answered {
    let mut response = with(StatusCode::OK, content_type, body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A picture that somebody uploaded, which may be kept for an hour: whatever it is, it runs and loads nothing, also when it is opened by itself.
pub(crate) fn drawing(content_type: &'static str, body: impl Into<Bytes>) -> Answered {
    let mut response = picture(content_type, body);
    let policy = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    );
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The browser has it already.
pub(crate) fn unchanged() -> Answered {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let kept = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

/// JSON.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Answered {
    with(status, "application/json", value.to_string())
}

/// A script.
pub(crate) fn script(text: &'static str) -> Answered {
    let mut response =
        with(StatusCode::OK, "text/javascript; charset=utf-8", Bytes::from_static(text.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

/// A refusal of a request that was put into quarantine, or of one that cannot be read.
pub(crate) fn refusal(status: StatusCode, code: model::Code, message: &str) -> Answered {
    json(
        status,
        &json!({ "decision": "refused", "code": code.word(), "reason": message, "message": message }),
    )
}

/// The intake took nothing: nothing is acknowledged, and the sender may repeat.
pub(crate) fn busy(error: SubmitError) -> Answered {
    let code = match error {
        SubmitError::Full => "intake_full",
        SubmitError::Unhealthy => "store_unhealthy",
        SubmitError::NotStored => "not_stored",
        SubmitError::Stopping => "stopping",
    };
    let value = json!({ "code": code, "message": error.to_string() });
    let mut response = json(StatusCode::SERVICE_UNAVAILABLE, &value);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    response
}

/// What became of a conversion that a browser reported, without what is between the parties: whoever watches the page
/// reads it, and could learn who brought a customer and what that is worth. The particulars of the reason name such things
/// too, so it is the verdict's own sentence.
pub(crate) fn browser_conversion(answer: &ConversionAnswer) -> Answered {
    json(StatusCode::OK, &browser_value(answer))
}

fn browser_value(answer: &ConversionAnswer) -> serde_json::Value {
    json!({
        "conversion_id": answer.conversion_id,
        "decision": decision_word(answer.state),
        "code": answer.code,
        "reason": answer.code.info().en,
        "replayed": answer.replayed,
    })
}

/// The state in the words of an answer: what is reversed counts as little as what was rejected.
const fn decision_word(state: State) -> &'static str {
    match state {
        State::Reversed => State::Rejected.word(),
        state => state.word(),
    }
}

/// What became of a conversion.
pub(crate) fn conversion(answer: &ConversionAnswer) -> Answered {
    json(StatusCode::OK, &conversion_value(answer))
}

/// The JSON of a decision, as CONTRACT has it, with `duplicate_of` and `replayed` added.
pub fn conversion_value(answer: &ConversionAnswer) -> serde_json::Value {
    let commission = match (answer.state.is_live(), answer.commission) {
        (true, Some(commission)) => json!(commission),
        _ => serde_json::Value::Null,
    };
    json!({
        "conversion_id": answer.conversion_id,
        "decision": decision_word(answer.state),
        "code": answer.code,
        "reason": answer.reason,
        "publisher_id": answer.publisher_id,
        "program_id": answer.program_id,
        "commission": commission,
        "duplicate_of": answer.duplicate_of,
        "replayed": answer.replayed,
        "receipt_url": format!("/api/v1/conversions/{}/receipt", answer.conversion_id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Code, ConversionId, Currency, Money, PublisherId};

    #[test]
    fn a_browser_is_not_told_who_earned_and_what() {
        let publisher_id = PublisherId::from_bytes([7; 16]);
        let answer = ConversionAnswer {
            conversion_id: ConversionId::from_bytes([1; 16]),
            state: State::Pending,
            code: Code::Ok,
            reason: "pays 12.50 USD".to_owned(),
            publisher_id: Some(publisher_id),
            program_id: None,
            commission: Some(Money::from_units(12_500_000, Currency::USD)),
            duplicate_of: Some(ConversionId::from_bytes([2; 16])),
            replayed: false,
        };
        let told = browser_value(&answer);
        let names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names.len(), 5, "{told}");
        for name in ["conversion_id", "decision", "code", "reason", "replayed"] {
            assert!(names.contains(&name), "{told}");
        }
        assert!(!told.to_string().contains("12.50"), "{told}");
        // The shop's server is told.
        let told = conversion_value(&answer).to_string();
        assert!(told.contains(&publisher_id.to_string()) && told.contains("commission"), "{told}");
    }
}
