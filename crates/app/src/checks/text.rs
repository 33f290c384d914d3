//! Names, words and other texts that people give.

use super::bare;
use crate::errors::{Reason, Refusal};

/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 200;
/// The longest text of several lines, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 20_000;
/// The longest password, in bytes: hashing must not become work without a bound.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// The shortest password, in characters.
pub const PASSWORD_CHARACTERS_MIN: usize = 10;

/// Characters that make a text look like another one, or do nothing but harm: controls, and the overrides of the
/// direction of writing. Marks that Persian and Arabic need (joiners, direction marks) are fine.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn refuse_deceptive(field: &str, text: &str, lines: bool) -> Result<(), Refusal> {
    let allowed = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    match text.chars().find(|c| is_deceptive(*c) && !allowed(*c)) {
        None => Ok(()),
        Some(c) => {
            let message = format!("the character U+{:04X} is not allowed", u32::from(c));
            Err(Refusal::field(field, message).because(Reason::Letter))
        }
    }
}

fn too_long(field: &str, most: usize) -> Refusal {
    Refusal::field(field, format!("at most {most} characters")).because(Reason::TooLong)
}

/// A shown name: 1 to 200 characters, no blanks around it.
///
/// # Errors
/// `field_invalid`.
pub fn name(field: &str, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::field(field, "give a name").because(Reason::Empty));
    }
    optional_name(field, text)
}

/// A shown name that may be empty.
///
/// # Errors
/// `field_invalid`.
pub fn optional_name(field: &str, text: &str) -> Result<(), Refusal> {
    if text.trim() != text {
        return Err(Refusal::field(field, "no blanks before or after it").because(Reason::Blanks));
    }
    if text.chars().count() > NAME_CHARACTERS_MAX {
        return Err(too_long(field, NAME_CHARACTERS_MAX));
    }
    refuse_deceptive(field, text, false)
}

/// A text of several lines.
///
/// # Errors
/// `field_invalid`.
pub fn lines(field: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(too_long(field, TEXT_CHARACTERS_MAX));
    }
    refuse_deceptive(field, text, true)
}

/// What one side tells the other: a text of several lines that says something.
///
/// # Errors
/// `field_invalid`.
pub fn words(field: &str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::field(field, "say it in words; both sides read them").because(Reason::Empty));
    }
    lines(field, text)
}

/// The word of an action: lower-case letters, digits and `_`, up to 40.
///
/// # Errors
/// `field_invalid`.
pub fn action_word(text: &str) -> Result<(), Refusal> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=40).contains(&text.len()) && text.bytes().all(legal) {
        return Ok(());
    }
    Err(Refusal::field("name", "an action's word has 1 to 40 lower-case letters, digits and _"))
}

/// A key of somebody else's system: 1 to 100 visible characters.
///
/// # Errors
/// `field_invalid`.
pub fn external_id(field: &str, text: &str) -> Result<(), Refusal> {
    if (1..=100).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || is_deceptive(c))
    {
        return Ok(());
    }
    let reason = if text.is_empty() {
        Reason::Empty
    } else if text.chars().count() > 100 {
        Reason::TooLong
    } else {
        Reason::Letter
    };
    Err(Refusal::field(field, "1 to 100 characters without blanks").because(reason))
}

/// A coupon code: 2 to 40 letters, digits, `-` and `_`, fit for an address.
///
/// # Errors
/// `field_invalid`.
pub fn coupon_code(field: &str, text: &str) -> Result<(), Refusal> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (2..=40).contains(&text.len()) && text.bytes().all(legal) {
        return Ok(());
    }
    let reason = match text.len() {
        0..2 => Reason::TooShort,
        2..=40 => Reason::Letter,
        _ => Reason::TooLong,
    };
    Err(Refusal::field(field, "a coupon code has 2 to 40 letters, digits, - and _").because(reason))
}

/// SHA-256 in hex, lower case.
///
/// # Errors
/// `field_invalid`.
pub fn sha256_hex(text: &str) -> Result<(), Refusal> {
    if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(());
    }
    Err(bare("a SHA-256 is 64 digits 0-9 a-f in lower case"))
}

/// An e-mail address in lower case, as far as its form tells.
///
/// # Errors
/// `field_invalid`.
pub fn email(field: &str, text: &str) -> Result<String, Refusal> {
    let refuse = || {
        let message = "this is no e-mail address; write one such as ana@shop.example";
        Err(Refusal::field(field, message).because(Reason::NoEmail))
    };
    let Some((local, host)) = text.rsplit_once('@') else { return refuse() };
    let local_legal = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    let host_legal = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let fits = !local.is_empty()
        && local.len() <= 64
        && text.len() <= 254
        && local.chars().all(local_legal)
        && host.chars().all(host_legal)
        && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    if fits { Ok(text.to_lowercase()) } else { refuse() }
}

/// A new password: long enough, not the e-mail address, not one character again and again.
///
/// # Errors
/// `field_invalid`.
pub fn password(field: &str, text: &str, email: &str) -> Result<(), Refusal> {
    let distinct: std::collections::BTreeSet<char> = text.chars().collect();
    let (message, reason) = if text.chars().count() < PASSWORD_CHARACTERS_MIN {
        (format!("a password has at least {PASSWORD_CHARACTERS_MIN} characters"), Reason::TooShort)
    } else if text.len() > PASSWORD_BYTES_MAX {
        (format!("a password has at most {PASSWORD_BYTES_MAX} bytes"), Reason::TooLong)
    } else if text.eq_ignore_ascii_case(email) || distinct.len() < 4 {
        let message =
            "this password is guessed at once; a few words that do not belong together are a good one";
        (message.to_owned(), Reason::Guessable)
    } else {
        return Ok(());
    };
    Err(Refusal::field(field, message).because(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_world_pass_and_deceptive_ones_do_not() {
        for good in ["Shop", "نشر‌یار", "Tiệm Hoa Hồng", "O'Brien & Söhne", "<b>text, shown as text</b>"]
        {
            assert_eq!(name("name", good), Ok(()), "{good}");
        }
        let long = "x".repeat(NAME_CHARACTERS_MAX + 1);
        for bad in ["", " a", "a ", "a\nb", "a\u{0}b", "\u{202e}gpj.exe", "a\u{2028}b", "a\u{85}b", &long] {
            assert!(name("name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn email_addresses() {
        assert_eq!(email("email", "Ana@Shop.Example").as_deref(), Ok("ana@shop.example"));
        assert!(email("email", "o.k+tag@münchen.example").is_ok());
        for bad in [
            "",
            "a",
            "@a.b",
            "a@",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a@b.c\r\nBcc: x@y.z",
            "<a@b.c>",
            "a@b@c.d ",
        ] {
            assert!(email("email", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords() {
        assert_eq!(password("password", "four odd green pears", "a@b.c"), Ok(()));
        for bad in ["short", "aaaaaaaaaaaaaa", "person@shop.example", &"long ".repeat(80)] {
            assert!(password("password", bad, "person@shop.example").is_err(), "{bad}");
        }
    }

    #[test]
    fn words_and_codes() {
        assert!(action_word("qualified_lead").is_ok());
        for bad in ["", "Order", "a-b", "a b", &"x".repeat(41)] {
            assert!(action_word(bad).is_err(), "{bad}");
        }
        assert!(coupon_code("coupon_code", "SAVE-10").is_ok());
        for bad in ["", "A", "a/b", "a b", "ﷺ"] {
            assert!(coupon_code("coupon_code", bad).is_err(), "{bad}");
        }
        assert!(sha256_hex(&"0a".repeat(32)).is_ok() && sha256_hex(&"0A".repeat(32)).is_err());
    }
}
