//! Signing in and out, and who one is.

pub mod create;
pub mod delete;
pub mod get;

use axum::response::Response;
use http::{HeaderValue, header};

use crate::{Api, http::caller::COOKIE};

/// Sets the session's cookie, or with no token takes it away.
fn set_cookie(response: &mut Response, api: &Api, token: Option<&str>, seconds: i64) {
    let secure = if api.settings.secure_cookies { "; Secure" } else { "" };
    let (value, age) = token.map_or(("", 0), |token| (token, seconds));
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
