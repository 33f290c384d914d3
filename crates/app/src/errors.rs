//! Refusals: why a request was not carried out, in a form that programs compare and people can act on.
//!
//! A [`Refusal`] carries one [`ErrorCode`] of the append-only list below, a message for a person, and the field that it is
//! about when there is one. Verdict codes (`model::Code`) are something else: they judge events that were accepted and
//! stored. `docs/ERRORS.md` is generated from the list (`MERIT_REGENERATE=1 cargo test -p app errors`).

use std::fmt;

/// All there is to know about one error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorInfo {
    /// The word on the wire: unique, never changed.
    pub word: &'static str,
    /// HTTP status.
    pub status: u16,
    /// A short summary that is the same for every occurrence.
    pub title: &'static str,
    /// What it means and what to do.
    pub advice: &'static str,
}

/// Declares the codes in the order of their introduction.
macro_rules! error_codes {
    ($($variant:ident = $word:literal, $status:literal, $title:literal, $advice:literal;)+) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // each code's words stand beside it and in docs/ERRORS.md
        pub enum ErrorCode {
            $($variant,)+
        }

        impl ErrorCode {
            /// Every code, in the order of their introduction.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// All there is to know about this code.
            pub const fn info(self) -> &'static ErrorInfo {
                match self {
                    $(Self::$variant => &ErrorInfo { word: $word, status: $status, title: $title, advice: $advice },)+
                }
            }
        }
    };
}

error_codes! {
    NotFound = "not_found", 404, "Not found",
        "There is no such object, or it belongs to a party that you may not know of. Check the id and the network you act in.";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed",
        "The address exists, but not with this HTTP method. `/api/docs` lists the methods.";
    SignInRequired = "sign_in_required", 401, "Sign in required",
        "Send an API key as `Authorization: Bearer mk_...`, or sign in and send the session cookie.";
    CredentialsInvalid = "credentials_invalid", 401, "Credentials not valid",
        "The key or session is unknown, revoked or expired, or its owner may not sign in any more.";
    CredentialsMixed = "credentials_mixed", 400, "Two kinds of credentials",
        "Send either an API key or the session cookie, never both.";
    CsrfInvalid = "csrf_invalid", 403, "CSRF token missing or wrong",
        "A write with the session cookie needs the header `x-csrf-token` with the value that signing in and `GET /api/v1/session` answer.";
    RightMissing = "right_missing", 403, "Right missing",
        "You may see this, but your role or right does not allow the change. The message names what is needed.";
    SignInRefused = "sign_in_refused", 401, "Sign-in refused",
        "The e-mail address or the password is wrong, or the person may not sign in.";
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts",
        "Wait for the seconds in the header `Retry-After`, then try again.";
    SetupDone = "setup_done", 409, "Already set up",
        "The installation has people already; the first start is over. Sign in instead.";
    BodyMalformed = "body_malformed", 400, "Body is not readable",
        "The body is not JSON. The message says at which line and column.";
    BodyTooLarge = "body_too_large", 413, "Body too large",
        "A body may have up to 1 MiB.";
    MediaTypeUnsupported = "media_type_unsupported", 415, "Media type not supported",
        "Send the body as `Content-Type: application/json`.";
    FieldMissing = "field_missing", 422, "Field missing",
        "`field` must be given.";
    FieldUnknown = "field_unknown", 422, "Field unknown",
        "`field` is not known here; nothing that is not understood is ignored. Check its spelling.";
    FieldInvalid = "field_invalid", 422, "Field not valid",
        "The value of `field` cannot be accepted; the message says what can.";
    ParameterInvalid = "parameter_invalid", 400, "Query parameter not valid",
        "The query parameter in `field` is unknown or its value cannot be accepted.";
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400, "Idempotency key not valid",
        "The header `Idempotency-Key` takes 1 to 200 visible ASCII characters.";
    IdempotencyKeyReused = "idempotency_key_reused", 409, "Idempotency key used before",
        "The same `Idempotency-Key` came before with another input. Use a new key for a new request.";
    Taken = "taken", 409, "Exists already",
        "Another object has the same value of `field`, which must be unique.";
    StateConflict = "state_conflict", 409, "Not possible in this state",
        "The object's state does not allow the change; the message says why.";
    SecondPersonNeeded = "second_person_needed", 409, "A second person is needed",
        "Whoever proposed it may not approve it. Ask another person with the right `pay`.";
    Busy = "busy", 503, "Busy",
        "Nothing was changed. Try again after the seconds in the header `Retry-After`.";
    OutcomeUnknown = "outcome_unknown", 503, "Outcome unknown",
        "The storage failed while committing. Repeat the request with the same `Idempotency-Key`: it is carried out at most once.";
    Internal = "internal", 500, "Internal error",
        "Something that should not happen did. The request id finds it in the server's log.";
    SecondFactorNeeded = "second_factor_needed", 401, "Second factor needed",
        "The password is right. Send the same request with `code`: what the authenticator app shows now, or a recovery code.";
    SecondFactorWrong = "second_factor_wrong", 401, "Second factor wrong",
        "The code is wrong or was used before. Wait for the next one of the app, and check that its clock is right.";
}

impl ErrorCode {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        self.info().word
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a value cannot be accepted, where it is one of the reasons that people meet in forms: a word for programs that say it in their reader's
/// language. The message says the same with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is in it.
    Empty,
    /// Too many letters or entries.
    TooLong,
    /// Too few letters.
    TooShort,
    /// Blanks before, behind or within it.
    Blanks,
    /// A letter that does not belong there.
    Letter,
    /// No e-mail address.
    NoEmail,
    /// No amount above zero.
    NotPositive,
    /// It names what is not there, or what the asker may not see.
    Unknown,
    /// It was said once and stays.
    Fixed,
    /// A password that is guessed at once.
    Guessable,
}

impl Reason {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TooShort => "too_short",
            Self::Blanks => "blanks",
            Self::Letter => "letter",
            Self::NoEmail => "no_email",
            Self::NotPositive => "not_positive",
            Self::Unknown => "unknown",
            Self::Fixed => "fixed",
            Self::Guessable => "guessable",
        }
    }
}

/// Why a request was not carried out. Nothing of it was stored (except with `outcome_unknown`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// What happened and what would help, for a person.
    pub message: String,
    /// The field that it is about, such as `landing_pages[0].url`.
    pub field: Option<String>,
    /// Why its value cannot be accepted, where that has a word.
    pub reason: Option<Reason>,
    /// When to try again, in seconds.
    pub retry_after_seconds: Option<u32>,
}

impl Refusal {
    /// A refusal about no field in particular.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, reason: None, retry_after_seconds: None }
    }
    /// There is no such object, as far as the asker may know.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no {what}"))
    }
    /// The value of `field` cannot be accepted.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::FieldInvalid, message) }
    }
    /// The value of `field` names what is not there.
    pub fn unknown(field: impl Into<String>, what: impl fmt::Display) -> Self {
        Self::field(field, format!("there is no {what}")).because(Reason::Unknown)
    }
    /// The same refusal with the word of its reason.
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }
    /// `field` must be given.
    pub fn missing(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::FieldMissing, message) }
    }
    /// `field` must be unique and is not.
    pub fn taken(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::Taken, message) }
    }
    /// The state of the object forbids the change.
    pub fn state(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::StateConflict, message)
    }
    /// The same refusal with `prefix` before its field: what refuses a part need not know where the part stands.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.field = Some(match self.field {
            None => prefix.to_owned(),
            Some(field) if field.starts_with('[') => format!("{prefix}{field}"),
            Some(field) => format!("{prefix}.{field}"),
        });
        self
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        let (code, message) = match &error {
            store::Error::Unique { columns, .. } => {
                // `coupon_code` of a table, or several columns: the last one is what the asker chose.
                let field = columns.rsplit([',', ' ', '.']).next().unwrap_or(columns).to_owned();
                return Self::taken(field, "another object has this value already");
            }
            store::Error::NulInText => {
                (ErrorCode::FieldInvalid, "a text holds a NUL character, which cannot be stored".to_owned())
            }
            store::Error::CommitFailed { .. } => (
                ErrorCode::OutcomeUnknown,
                "the storage failed while committing; repeat the request with the same Idempotency-Key"
                    .to_owned(),
            ),
            store::Error::Busy(_)
            | store::Error::Conflict(_)
            | store::Error::Timeout
            | store::Error::Unavailable(_)
            | store::Error::Full(_)
            | store::Error::Closed => {
                tracing::warn!(%error, "storage is not available");
                (ErrorCode::Busy, "the storage is busy or not available; nothing was changed".to_owned())
            }
            _ => {
                tracing::error!(%error, "storage failed");
                (ErrorCode::Internal, "the storage failed; nothing was changed".to_owned())
            }
        };
        let retry_after_seconds = (code.info().status == 503).then_some(1);
        Self { retry_after_seconds, ..Self::new(code, message) }
    }
}

/// The text of `docs/ERRORS.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# Error codes\n\n\
         Every refused request answers `application/problem+json` with the word in `code`. Words are never changed or reused; \
         messages may be improved. This page is generated from `crates/app/src/errors.rs`.\n\n\
         | code | status | title | what to do |\n|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        let info = code.info();
        text.push_str(&format!("| `{}` | {} | {} | {} |\n", info.word, info.status, info.title, info.advice));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_statuses_are_refusals() {
        let words: std::collections::BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|code| (400..600).contains(&code.info().status)));
    }

    #[test]
    fn the_errors_page_is_the_list() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ERRORS.md");
        if std::env::var_os("MERIT_REGENERATE").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(page, document(), "run MERIT_REGENERATE=1 cargo test -p app errors");
    }

    #[test]
    fn a_part_s_refusal_tells_where_the_part_stands() {
        let refusal = Refusal::field("url", "no").within("[0]").within("landing_pages");
        assert_eq!(refusal.field.as_deref(), Some("landing_pages[0].url"));
    }
}
