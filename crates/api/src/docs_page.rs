//! `/api/docs`: the document for people, as one page without scripts or anything from elsewhere.

use std::fmt::Write;

use app::errors::ErrorCode;
use axum::response::{Html, IntoResponse, Response};
use data_encoding::BASE64;
use http::{HeaderValue, header};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::openapi::{Operation, operations};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;\
background:#fff}code,pre{font:14px/1.4 ui-monospace,monospace;background:#f2f2f5;border-radius:4px;padding:.1em .3em}\
h2{margin-top:3rem;border-bottom:1px solid #ddd}h3{margin-top:2rem}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;vertical-align:top;border-bottom:1px solid #eee;padding:.3em .6em .3em 0}\
.method{font-weight:700}nav a{margin-right:1em}a{color:#0b57d0}\
@media(prefers-color-scheme:dark){body{color:#e3e3e8;background:#17171a}code,pre{background:#26262b}\
h2,td,th{border-color:#333}a{color:#8ab4f8}}";

/// The page with the policy that lets in its own style and nothing else.
#[derive(Clone)]
pub struct DocsPage {
    html: String,
    policy: HeaderValue,
}

impl DocsPage {
    /// The page of a document.
    pub fn new(document: &Value) -> Self {
        let hash = BASE64.encode(&Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::from_str(&policy).expect("the policy is ASCII");
        Self { html: page(document), policy }
    }
}

impl IntoResponse for DocsPage {
    fn into_response(self) -> Response {
        ([(header::CONTENT_SECURITY_POLICY, self.policy)], Html(self.html)).into_response()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Escaped text in which `words` between back quotes are code.
fn prose(text: &str) -> String {
    let parts = escaped(text);
    let mut shown = String::new();
    for (place, part) in parts.split('`').enumerate() {
        let (before, after) = if place % 2 == 1 { ("<code>", "</code>") } else { ("", "") };
        shown.push_str(before);
        shown.push_str(part);
        shown.push_str(after);
    }
    shown
}

fn str_of<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

// Writing to a String cannot fail, so the results of `write!` are dropped throughout.
fn page(document: &Value) -> String {
    let mut html = String::from("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    let _ = write!(
        html,
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Merit API</title><style>{STYLE}</style></head><body>\
         <h1>Merit API</h1><p>{}</p><p><a href=\"/api/openapi.json\">OpenAPI 3.1 document</a></p><nav>",
        prose(str_of(&document["info"], "description"))
    );
    let tags: Vec<&Value> = document["tags"].as_array().into_iter().flatten().collect();
    for tag in &tags {
        let name = escaped(str_of(tag, "name"));
        let _ = write!(html, "<a href=\"#{name}\">{name}</a>");
    }
    html.push_str("<a href=\"#errors\">errors</a></nav>");
    let operations = operations(document);
    for tag in &tags {
        let name = str_of(tag, "name");
        let _ = write!(
            html,
            "<h2 id=\"{0}\">{0}</h2><p>{1}</p>",
            escaped(name),
            prose(str_of(tag, "description"))
        );
        let of_tag = |operation: &&Operation<'_>| operation.value["tags"][0].as_str() == Some(name);
        operations
            .iter()
            .filter(of_tag)
            .for_each(|operation| write_operation(&mut html, document, operation));
    }
    write_errors(&mut html);
    html.push_str("</body></html>");
    html
}

fn write_operation(html: &mut String, document: &Value, operation: &Operation<'_>) {
    let Operation { path, method, value } = operation;
    let _ = write!(
        html,
        "<h3 id=\"{}\"><span class=\"method\">{method}</span> <code>{}</code></h3><p>{}</p>",
        escaped(str_of(value, "operationId")),
        escaped(path),
        prose(str_of(value, "summary")),
    );
    let parameters: Vec<&Value> = value["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        html.push_str("<table><tr><th>parameter</th><th>in</th><th></th></tr>");
        for parameter in parameters {
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escaped(str_of(parameter, "name")),
                escaped(str_of(parameter, "in")),
                prose(str_of(parameter, "description")),
            );
        }
        html.push_str("</table>");
    }
    if let Some(schema) = value.pointer("/requestBody/content/application~1json/schema") {
        html.push_str("<p>Body:</p>");
        write_members(html, document, schema);
    }
    for (status, response) in
        value["responses"].as_object().into_iter().flatten().filter(|(name, _)| *name != "default")
    {
        let _ =
            write!(html, "<p>Answer {}: {}.</p>", escaped(status), prose(str_of(response, "description")));
        if let Some(schema) = response.pointer("/content/application~1json/schema") {
            write_members(html, document, schema);
        }
    }
}

fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let reference = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn write_members(html: &mut String, document: &Value, schema: &Value) {
    let schema = resolved(document, schema);
    let parts = schema["allOf"].as_array().map_or_else(|| vec![schema], |parts| parts.iter().collect());
    html.push_str("<table><tr><th>member</th><th>type</th><th></th></tr>");
    for part in parts {
        let part = resolved(document, part);
        let required: Vec<&str> =
            part["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, member) in part["properties"].as_object().into_iter().flatten() {
            let _ = write!(
                html,
                "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(name),
                if required.contains(&name.as_str()) { "" } else { " (optional)" },
                escaped(&type_of(member)),
                prose(str_of(member, "description")),
            );
        }
    }
    html.push_str("</table>");
}

/// A short word for a schema: `string`, `list of Action`, `Targeting`.
fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array()) {
        let names: Vec<String> =
            choices.iter().map(type_of).filter(|name| name != "null" && !name.is_empty()).collect();
        return names.join(" or ");
    }
    if schema["type"] == "array" {
        return format!("list of {}", type_of(&schema["items"]));
    }
    match &schema["type"] {
        Value::Array(types) => {
            let names: Vec<&str> =
                types.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
            names.join(" or ")
        }
        Value::String(name) => name.clone(),
        _ => String::new(),
    }
}

fn write_errors(html: &mut String) {
    html.push_str("<h2 id=\"errors\">errors</h2><table><tr><th>code</th><th>status</th><th></th></tr>");
    for code in ErrorCode::ALL {
        let info = code.info();
        let _ = write!(
            html,
            "<tr id=\"error-{0}\"><td><code>{0}</code></td><td>{1}</td><td>{2}: {3}</td></tr>",
            info.word,
            info.status,
            escaped(info.title),
            prose(info.advice),
        );
    }
    html.push_str("</table>");
}
