//! The page that a visitor sees when he cannot be sent on and nobody set a fallback: it says why, in his language.
//!
//! English, Vietnamese and Persian (from right to left), chosen by `Accept-Language`. Everything that comes from outside is
//! escaped, and should that ever fail, the page's own policy allows no script, no image, no form and no frame: only its one
//! style sheet, by its hash. No cookie, nothing stored, not indexed.

use std::fmt::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use model::codes::Language;
use sha2::{Digest, Sha256};

/// The longest target or other detail that is shown.
const DETAIL_CHARACTERS_MAX: usize = 200;
/// Entries of `Accept-Language` that are looked at.
const LANGUAGES_MAX: usize = 20;

/// What the page says.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// The stable word of the verdict, such as `deep_link_refused`.
    pub code: &'a str,
    /// What happened and what to do, in the page's language.
    pub sentence: &'a str,
    /// What it is about, such as the target that was not followed; shown as text, never as a link.
    pub detail: Option<&'a str>,
    /// For the operator's logs.
    pub request_id: Option<&'a str>,
}

/// The first language of `Accept-Language`, by its weights, in which the page exists; else English.
pub fn language_of(headers: &HeaderMap) -> Language {
    let mut best = (Language::En, 0_u16);
    let lines = headers.get_all(http::header::ACCEPT_LANGUAGE);
    let ranges = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    for range in ranges.take(LANGUAGES_MAX) {
        let mut parts = range.split(';');
        let primary = parts.next().unwrap_or_default().split('-').next().unwrap_or_default().trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
        let language = match primary {
            _ if primary.eq_ignore_ascii_case("vi") => Language::Vi,
            _ if primary.eq_ignore_ascii_case("fa") => Language::Fa,
            _ if primary.eq_ignore_ascii_case("en") => Language::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

/// `0.8` is 800. What is no weight counts least.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = part.bytes().chain(*b"000").take(3);
    let Some(part) = digits
        .into_iter()
        .try_fold(0_u16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
    else {
        return 0;
    };
    match whole {
        "1" => 1000,
        "0" => part,
        _ => 0,
    }
}

struct Words {
    tag: &'static str,
    direction: &'static str,
    title: &'static str,
    code: &'static str,
    detail: &'static str,
    request: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            tag: "en",
            direction: "ltr",
            title: "This link cannot be followed",
            code: "Reason",
            detail: "Requested page",
            request: "Request",
        },
        Language::Vi => Words {
            tag: "vi",
            direction: "ltr",
            title: "Không thể mở liên kết này",
            code: "Lý do",
            detail: "Trang được yêu cầu",
            request: "Mã yêu cầu",
        },
        Language::Fa => Words {
            tag: "fa",
            direction: "rtl",
            title: "این لینک باز نمی‌شود",
            code: "دلیل",
            detail: "صفحهٔ درخواستی",
            request: "شناسهٔ درخواست",
        },
    }
}

/// Works on a phone, in the dark, and in both directions of writing.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText;\
font:1.0625rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Arabic',Tahoma,sans-serif}\
main{box-sizing:border-box;max-width:36rem;width:100%;padding:2rem 1.25rem}\
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.3}\
p{margin:0 0 1.5rem}\
dl{margin:0;font-size:.875rem;opacity:.75;display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}\
dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,Menlo,Consolas,monospace}";

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("the policy is visible ASCII")
});

/// The whole answer.
pub fn fallback_page(status: StatusCode, language: Language, refusal: &Refusal<'_>) -> Response<Bytes> {
    let body = render(&words(language), refusal);
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(words(language).tag));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}

fn render(words: &Words, refusal: &Refusal<'_>) -> String {
    let mut page = String::with_capacity(2048);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n<main>\n<h1>{}</h1>\n<p>",
        words.tag, words.direction, words.title, words.title
    );
    push_escaped(&mut page, refusal.sentence);
    page.push_str("</p>\n<dl>\n");
    let details = [
        (words.code, Some(refusal.code)),
        (words.detail, refusal.detail),
        (words.request, refusal.request_id),
    ];
    for (name, value) in details {
        if let Some(value) = value {
            let _ = write!(page, "<dt>{name}</dt><dd dir=\"ltr\">");
            let mut characters = value.char_indices();
            let end = characters.nth(DETAIL_CHARACTERS_MAX).map_or(value.len(), |(place, _)| place);
            push_escaped(&mut page, &value[..end]);
            page.push_str(if end < value.len() { "…</dd>\n" } else { "</dd>\n" });
        }
    }
    page.push_str("</dl>\n</main>\n</html>\n");
    page
}

/// Escapes for text and attribute values. Control and direction characters, which could reorder what is read, become U+FFFD.
fn push_escaped(page: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => page.push('\u{fffd}'),
            character if character.is_control() => page.push('\u{fffd}'),
            character => page.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Code;
    use proptest::prelude::*;

    use super::*;

    fn asked(line: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::ACCEPT_LANGUAGE, HeaderValue::from_str(line).unwrap());
        language_of(&headers)
    }

    fn page(language: Language, refusal: &Refusal<'_>) -> String {
        String::from_utf8(fallback_page(StatusCode::FORBIDDEN, language, refusal).into_body().to_vec())
            .unwrap()
    }

    #[test]
    fn the_visitors_language_by_its_weight() {
        for (line, wanted) in [
            ("", Language::En),
            ("vi", Language::Vi),
            ("vi-VN,vi;q=0.9,en;q=0.8", Language::Vi),
            ("fa-IR", Language::Fa),
            ("FA", Language::Fa),
            ("en-US,en;q=0.9,fa;q=0.8", Language::En),
            ("de,fr;q=0.9,fa;q=0.2", Language::Fa),
            ("en;q=0.5, vi;q=0.75", Language::Vi),
            ("en;q=0.75, vi;q=0.750", Language::En),
            ("vi;q=0", Language::En),
            ("vi;q=abc, fa;q=0.1", Language::Fa),
            ("vi;q=99, en", Language::En),
            ("*", Language::En),
            ("video", Language::En),
            (";;;,,,q=1;vi", Language::En),
        ] {
            assert_eq!(asked(line), wanted, "{line}");
        }
        assert_eq!(language_of(&HeaderMap::new()), Language::En);
        assert_eq!(asked(&format!("{}vi", "de,".repeat(LANGUAGES_MAX))), Language::En);
    }

    #[test]
    fn persian_runs_from_right_to_left() {
        let refusal = Refusal {
            code: Code::DeepLinkRefused.word(),
            sentence: Code::DeepLinkRefused.sentence(Language::Fa),
            detail: Some("https://evil.example/"),
            request_id: Some("req_1"),
        };
        let html = page(Language::Fa, &refusal);
        assert!(html.contains("<html lang=\"fa\" dir=\"rtl\">"), "{html}");
        assert!(
            html.contains(refusal.sentence) && html.contains("<dd dir=\"ltr\">deep_link_refused</dd>"),
            "{html}"
        );
        assert!(html.contains("https://evil.example/") && !html.contains("href"), "{html}");
        assert!(html.contains("req_1"));
    }

    #[test]
    fn the_policy_allows_this_style_and_nothing_else() {
        let refusal = Refusal { code: "x", sentence: "y", detail: None, request_id: None };
        let response = fallback_page(StatusCode::NOT_FOUND, Language::Vi, &refusal);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let html = String::from_utf8(response.body().to_vec()).unwrap();
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = BASE64.encode(&Sha256::digest(style.as_bytes()));
        let policy = header("content-security-policy");
        assert!(policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{hash}';")), "{policy}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("content-language"), "vi");
    }

    #[test]
    fn hostile_text_stays_text() {
        for text in [
            "<script>alert(1)</script>",
            "</dd><img src=x onerror=alert(1)>",
            "\"><svg onload=x>",
            "' onmouseover='x",
            "</style><script>",
            "&lt;script&gt;",
            "<!--",
            "]]>",
            "\u{202e}gnp.exe",
            "\0",
            "\u{2066}x",
            "javascript:alert(1)",
        ] {
            let refusal = Refusal { code: text, sentence: text, detail: Some(text), request_id: Some(text) };
            let html = page(Language::En, &refusal);
            let clean = page(
                Language::En,
                &Refusal { code: "", sentence: "", detail: Some(""), request_id: Some("") },
            );
            assert_eq!(html.matches('<').count(), clean.matches('<').count(), "{html}");
            assert_eq!(html.matches('"').count(), clean.matches('"').count(), "{html}");
            assert!(!html.contains(['\0', '\u{202e}', '\u{2066}']), "{html}");
        }
    }

    #[test]
    fn long_details_are_cut() {
        let long = "é".repeat(5000);
        let html =
            page(Language::En, &Refusal { code: "x", sentence: "y", detail: Some(&long), request_id: None });
        assert!(html.contains(&format!("{}…", "é".repeat(DETAIL_CHARACTERS_MAX))) && html.len() < 4096);
    }

    proptest! {
        #[test]
        fn no_text_adds_an_element(text: String) {
            let refusal = Refusal { code: &text, sentence: &text, detail: Some(&text), request_id: None };
            let clean = Refusal { code: "", sentence: "", detail: Some(""), request_id: None };
            prop_assert_eq!(page(Language::En, &refusal).matches('<').count(), page(Language::En, &clean).matches('<').count());
        }

        #[test]
        fn any_header_is_answered(line in "[ -~]{0,100}") {
            asked(&line);
        }
    }
}
