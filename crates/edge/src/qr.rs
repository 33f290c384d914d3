//! `GET /q/{link}.svg` and `.png`: a link as a picture for phones.
//!
//! The address in it is that of the click at the host that was asked, with `source=qr` before everything else, so that its clicks are told
//! apart in reports; the rest of the query (sub ids, a deep link) is handed on. The picture follows the request alone, so it
//! may be kept; a link that is unknown or paused has none.

use app::qr::Code;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{link::LinkCode, parties::Status};

use crate::{
    answers::{self, Answered},
    click::Head,
    edge::Edge,
};

/// What marks the clicks of a picture.
const MARK: &str = "source=qr";
/// The longest host that is written into a picture, in bytes.
const HOST_BYTES_MAX: usize = 255;

/// The two kinds of picture.
#[derive(Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

impl Edge {
    /// The picture of a link; `file` is the last part of the path.
    pub(crate) fn qr(&self, file: &str, head: &Head<'_>) -> Answered {
        match self.picture(file, head) {
            Some((Kind::Svg, code)) => answers::picture("image/svg+xml", code.svg()),
            Some((Kind::Png, code)) => answers::picture("image/png", code.png()),
            None => answers::refusal(
                StatusCode::NOT_FOUND,
                model::Code::LinkUnknown,
                "there is no such link, or it is paused, or its address is too long for a picture",
            ),
        }
    }

    fn picture(&self, file: &str, head: &Head<'_>) -> Option<(Kind, Code)> {
        let (slug, ending) = file.rsplit_once('.')?;
        let kind = match ending {
            "svg" => Kind::Svg,
            "png" => Kind::Png,
            _ => return None,
        };
        let snapshot = self.app.snapshot.get();
        let link = snapshot.link(LinkCode::from_slug(slug)?)?;
        if link.record.status != Status::Active || !snapshot.is_active(link.record.publisher_id) {
            return None;
        }
        let https = self.visitor(head.peer, head.headers).https;
        let address = address(https, host(head.headers)?, &link.record.slug.slug(), head.query);
        Some((kind, Code::of(&address)?))
    }
}

/// The host that was asked, when it can stand in an address.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST).map(HeaderValue::to_str)?.ok()?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.len() <= HOST_BYTES_MAX && host.bytes().all(legal)).then_some(host)
}

fn address(https: bool, host: &str, slug: &str, query: &str) -> String {
    let scheme = if https { "https" } else { "http" };
    let rest = if query.is_empty() { String::new() } else { format!("&{query}") };
    format!("{scheme}://{host}/c/{slug}?{MARK}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_click_with_its_mark_first() {
        assert_eq!(address(true, "t.example", "0abc", ""), "https://t.example/c/0abc?source=qr");
        let marked = address(false, "t.example:8080", "0abc", "sub1=flyer&source=mine");
        assert_eq!(marked, "http://t.example:8080/c/0abc?source=qr&sub1=flyer&source=mine");
        // The first of a name counts.
        let query = marked.split_once('?').unwrap().1;
        let read = crate::link_parameters::LinkParameters::parse(query);
        assert_eq!((read.source.as_deref(), read.subs[0].as_deref()), (Some("qr"), Some("flyer")));
    }

    #[test]
    fn no_foreign_text_gets_into_the_address_by_the_host() {
        let of = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(text))]);
            host(&headers).map(str::to_owned)
        };
        assert_eq!(of("[::1]:8080").as_deref(), Some("[::1]:8080"));
        for bad in ["", "a/b", "a?b", "user@a", "a b", "a#b"] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(host(&HeaderMap::new()), None);
    }
}
