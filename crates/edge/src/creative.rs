//! `GET /m/{creative}`: the picture of a banner.
//!
//! The address stays when the picture is replaced, so it is kept for an hour and asked about anew by its mark. A banner that does not run any
//! more, or not yet, is nothing to see: pages that still show it get one transparent point instead of a broken picture.

use app::{configuration::creatives, intake::SubmitError};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{CreativeId, creative::Picture};

use crate::{
    answers::{self, Answered},
    click::Head,
    edge::Edge,
};

impl Edge {
    /// The picture of a creative.
    pub(crate) async fn creative(&self, text: &str, head: &Head<'_>) -> Answered {
        let id: Option<CreativeId> = text.parse().ok();
        let creative = id.and_then(|id| self.app.snapshot.get().creatives.get(&id).cloned());
        let found = creative.as_ref().and_then(|creative| Some((creative, creative.picture.as_ref()?)));
        let Some((creative, picture)) = found else {
            let message = "there is no such picture";
            return answers::refusal(StatusCode::NOT_FOUND, model::Code::LinkUnknown, message);
        };
        if !creative.runs(self.app.clock.now()) {
            return answers::gif(StatusCode::OK);
        }
        if has(head.headers, picture) {
            return marked(answers::unchanged(), picture);
        }
        match creatives::picture(&self.app, creative.id).await {
            Ok(Some(bytes)) => marked(answers::drawing(picture.format.media_type(), bytes), picture),
            Ok(None) => answers::gif(StatusCode::OK),
            Err(error) => {
                tracing::error!(%error, creative = %creative.id, "a picture cannot be read");
                answers::busy(SubmitError::Unhealthy)
            }
        }
    }
}

fn mark(picture: &Picture) -> String {
    format!("\"{}\"", picture.sha256)
}

/// Whether the browser says that it has this picture.
fn has(headers: &HeaderMap, picture: &Picture) -> bool {
    let told = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mark = mark(picture);
    told.split(',').any(|one| one.trim().trim_start_matches("W/") == mark)
}

fn marked(mut answer: Answered, picture: &Picture) -> Answered {
    if let Ok(value) = HeaderValue::from_str(&mark(picture)) {
        answer.headers_mut().insert(header::ETAG, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::creative::PictureFormat;

    #[test]
    fn a_browser_that_has_it_is_not_sent_it_again() {
        let picture =
            Picture { format: PictureFormat::Png, width: 1, height: 1, bytes: 1, sha256: "ab12".to_owned() };
        let told = |text: &'static str| {
            has(&HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(text))]), &picture)
        };
        assert!(told("\"ab12\"") && told("\"x\", W/\"ab12\""));
        assert!(!told("\"ab1\"") && !told("ab12") && !told("*") && !has(&HeaderMap::new(), &picture));
    }
}
