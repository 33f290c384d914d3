//! `/terms/{program_id}`: what a program pays, for anybody who may want to join, without signing in.
//!
//! One page without scripts in English, Vietnamese or Persian (`?language=`, else `Accept-Language`), or JSON
//! (`?format=json`). It shows the default contract that is in force, and the next version when one is agreed already; what
//! is agreed with single publishers or groups, and the fee, are nobody else's business. Everything that people wrote is
//! escaped, and the page's own policy lets in its one style sheet and nothing else.

use std::fmt::Write as _;

use app::terms::{RateInWords, digits, in_words};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    response::{Html, IntoResponse, Response},
};
use data_encoding::BASE64;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{
    ProgramId, Timestamp,
    codes::Language,
    contract::{Audience, ContractVersion},
    joining::Joining,
    parties::Status,
    program::Program,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Api, contracts::without_fee, http::problem::Problem};

/// Works on a phone, in the dark, and in both directions of writing.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;background:Canvas;color:CanvasText;\
font:1.0625rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Arabic',Tahoma,sans-serif}\
main{box-sizing:border-box;max-width:44rem;margin:0 auto;padding:2rem 1.25rem}\
h1{margin:0 0 .5rem;font-size:1.6rem;line-height:1.3;overflow-wrap:anywhere}\
h2{margin:2rem 0 .5rem;font-size:1.25rem}h3{margin:1.25rem 0 .25rem;font-size:1.05rem;overflow-wrap:anywhere}\
p{margin:0 0 1rem;overflow-wrap:anywhere}.words{white-space:pre-line}\
ul{margin:0 0 1rem;padding-inline-start:1.25rem}li{overflow-wrap:anywhere}\
nav a{margin-inline-end:1rem;unicode-bidi:isolate}a{color:LinkText}";

struct Words {
    tag: &'static str,
    direction: &'static str,
    terms: &'static str,
    says: &'static str,
    in_force: &'static str,
    next: &'static str,
    none: &'static str,
    since: &'static str,
    from: &'static str,
    /// Who may join: everybody, whoever applies, or who is invited.
    joining: [&'static str; 3],
    acceptance: &'static str,
    notice: &'static str,
    days: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            tag: "en",
            direction: "ltr",
            terms: "Terms for publishers",
            says: "What the advertiser says",
            in_force: "What is paid now",
            next: "What is paid next",
            none: "Nothing is agreed for everybody at present. Ask for a contract of your own.",
            since: "Since",
            from: "From",
            joining: [
                "Every publisher of the network may join.",
                "Publishers apply, and the advertiser answers.",
                "Publishers join by the advertiser's invitation only.",
            ],
            acceptance: "What you bring counts after you have accepted the contract.",
            notice: "Notice before terms get worse",
            days: "days",
        },
        Language::Vi => Words {
            tag: "vi",
            direction: "ltr",
            terms: "Điều khoản cho đối tác",
            says: "Lời của nhà quảng cáo",
            in_force: "Mức trả hiện tại",
            next: "Mức trả sắp tới",
            none: "Hiện chưa có thỏa thuận chung. Hãy đề nghị hợp đồng riêng.",
            since: "Từ",
            from: "Kể từ",
            joining: [
                "Mọi đối tác của mạng đều có thể tham gia.",
                "Đối tác đăng ký và nhà quảng cáo trả lời.",
                "Đối tác chỉ tham gia theo lời mời của nhà quảng cáo.",
            ],
            acceptance: "Kết quả chỉ được tính sau khi bạn chấp nhận hợp đồng.",
            notice: "Báo trước khi điều khoản kém đi",
            days: "ngày",
        },
        Language::Fa => Words {
            tag: "fa",
            direction: "rtl",
            terms: "شرایط برای ناشران",
            says: "سخن تبلیغ‌دهنده",
            in_force: "پرداخت‌های کنونی",
            next: "پرداخت‌های بعدی",
            none: "اکنون توافقی برای همه وجود ندارد. قراردادی برای خود درخواست کنید.",
            since: "از",
            from: "از",
            joining: [
                "هر ناشر شبکه می‌تواند عضو شود.",
                "ناشر درخواست می‌دهد و تبلیغ‌دهنده پاسخ می‌دهد.",
                "ناشران تنها با دعوت تبلیغ‌دهنده عضو می‌شوند.",
            ],
            acceptance: "نتیجه‌ها پس از پذیرش قرارداد حساب می‌شوند.",
            notice: "مهلت آگاهی پیش از بدتر شدن شرایط",
            days: "روز",
        },
    }
}

/// What a program agrees with everybody.
struct Public<'a> {
    program: &'a Program,
    in_force: Option<&'a ContractVersion>,
    next: Option<&'a ContractVersion>,
}

/// The page, or its JSON.
pub(crate) async fn get_terms(
    State(api): State<Api>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let not_found = || {
        let message = "there is no public program of this id";
        Problem::new(app::errors::ErrorCode::NotFound, message).into_response()
    };
    let Ok(id) = id.parse::<ProgramId>() else { return not_found() };
    let snapshot = api.app.snapshot.get();
    let entry = snapshot.programs.get(&id);
    let Some(entry) = entry.filter(|one| one.record.public_page && one.record.status == Status::Active)
    else {
        return not_found();
    };
    let now = api.app.clock.now();
    let versions = snapshot.contracts.get(&(id, Audience::Everybody));
    let versions = versions.map_or(&[][..], |versions| versions.as_slice());
    let begun = versions.iter().rev().find(|one| one.version().valid_from <= now);
    let next = versions.iter().find(|one| one.version().valid_from > now);
    let public = Public {
        program: &entry.record,
        in_force: begun.map(|one| &**one.version()).filter(|version| !version.terms.ended),
        next: next.map(|one| &**one.version()),
    };
    let asked = |name: &str| {
        let pairs = query.as_deref().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        pairs.rev().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    if asked("format").as_deref() == Some("json") {
        return Json(document(&public)).into_response();
    }
    let language = match asked("language").as_deref() {
        Some("en") => Language::En,
        Some("vi") => Language::Vi,
        Some("fa") => Language::Fa,
        _ => language_of(&headers),
    };
    page(&public, language)
}

/// The first of our languages that the browser names; English when it names none. Browsers list them in the order of
/// preference, so their weights need not be read.
fn language_of(headers: &HeaderMap) -> Language {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE);
    let ranges = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let of = |range: &str| match range.trim().get(..2)?.to_ascii_lowercase().as_str() {
        "en" => Some(Language::En),
        "vi" => Some(Language::Vi),
        "fa" => Some(Language::Fa),
        _ => None,
    };
    ranges.take(20).find_map(of).unwrap_or(Language::En)
}

fn document(public: &Public<'_>) -> Value {
    let version = |version: &ContractVersion| {
        json!({
            "version_id": version.id, "number": version.number, "valid_from": version.valid_from,
            "terms": without_fee(version.terms.clone()),
        })
    };
    let program = public.program;
    json!({
        "program_id": program.id, "name": program.name, "public_terms": program.public_terms,
        "joining": program.joining, "notice_days": program.notice_days, "requires_acceptance": program.requires_acceptance,
        "in_force": public.in_force.map(version), "next": public.next.map(version),
    })
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

fn page(public: &Public<'_>, language: Language) -> Response {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = (StatusCode::OK, Html(html(public, language))).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(words(language).tag));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn html(public: &Public<'_>, language: Language) -> String {
    let words = &words(language);
    let program = public.program;
    let name = escaped(&program.name);
    let mut html = format!(
        "<!doctype html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{name}</title><style>{STYLE}</style></head><body><main><h1><bdi>{name}</bdi></h1><p>{}</p>",
        words.tag, words.direction, words.terms
    );
    html.push_str("<nav><a href=\"?language=en\" lang=\"en\">English</a><a href=\"?language=vi\" lang=\"vi\">Tiếng Việt</a>");
    html.push_str("<a href=\"?language=fa\" lang=\"fa\">فارسی</a><a href=\"?format=json\">JSON</a></nav>");
    if !program.public_terms.is_empty() {
        let said = escaped(&program.public_terms);
        let _ = write!(html, "<h2>{}</h2><p class=\"words\" dir=\"auto\">{said}</p>", words.says);
    }
    let [everybody, applying, invited] = words.joining;
    let joining = match program.joining {
        Joining::Open => everybody,
        Joining::Application => applying,
        Joining::Invitation => invited,
    };
    let _ = write!(html, "<p>{joining}</p><h2>{}</h2>", words.in_force);
    match public.in_force {
        Some(version) => write_version(&mut html, version, words.since, language),
        None => {
            let _ = write!(html, "<p>{}</p>", words.none);
        }
    }
    if let Some(next) = public.next {
        let _ = write!(html, "<h2>{}</h2>", words.next);
        write_version(&mut html, next, words.from, language);
    }
    if program.requires_acceptance {
        let _ = write!(html, "<p>{}</p>", words.acceptance);
    }
    if program.notice_days > 0 {
        let days = digits(&program.notice_days.to_string(), language);
        let _ = write!(html, "<p>{}: {days} {}</p>", words.notice, words.days);
    }
    html.push_str("</main></body></html>");
    html
}

fn write_version(html: &mut String, version: &ContractVersion, since: &str, language: Language) {
    let said = in_words(&version.terms, language);
    let day = digits(&day(version.valid_from), language);
    let _ = write!(html, "<p>{since} <time dir=\"ltr\">{day}</time></p>");
    for action in &said.actions {
        let _ = write!(html, "<h3><bdi>{}</bdi></h3><ul>", escaped(&action.action));
        action.rates.iter().for_each(|rate| write_rate(html, rate));
        write_lines(html, &action.rest);
        html.push_str("</ul>");
    }
    html.push_str("<ul>");
    said.touch_rates.iter().for_each(|rate| write_rate(html, rate));
    write_lines(html, &said.rest);
    html.push_str("</ul>");
}

fn write_rate(html: &mut String, rate: &RateInWords) {
    let (rule, pays) = (escaped(&rate.rule), escaped(&rate.pays));
    let _ = write!(html, "<li><bdi>{rule}</bdi>: <strong>{pays}</strong>");
    for when in &rate.when {
        let _ = write!(html, " · {}", escaped(when));
    }
    html.push_str("</li>");
}

fn write_lines(html: &mut String, lines: &[String]) {
    for line in lines {
        let _ = write!(html, "<li>{}</li>", escaped(line));
    }
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
