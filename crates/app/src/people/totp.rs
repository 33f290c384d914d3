//! Codes that change every thirty seconds (RFC 6238 with SHA-1 and six digits, what every authenticator app knows).

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use model::{Entropy, Timestamp};

/// Bytes of a secret: as many as the hash has, as RFC 4226 advises.
pub const SECRET_BYTES: usize = 20;
/// Seconds of a step.
const STEP_SECONDS: i64 = 30;
/// Steps that a clock may be off.
const DRIFT_STEPS: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;

/// A new secret.
pub fn draw(entropy: &dyn Entropy) -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    entropy.fill(&mut secret);
    secret
}

/// A secret as a person types it, in base32.
pub fn typed(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The address that an authenticator app reads from a QR code.
pub fn address(secret: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (encoded(issuer), encoded(account));
    let secret = typed(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// Percent-encodes everything but letters, digits and a few marks.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The step after `after` that the code is of, among those that are current at `now`.
pub fn step_of(secret: &[u8], code: &str, now: Timestamp, after: i64) -> Option<i64> {
    let current = now.as_seconds().div_euclid(STEP_SECONDS);
    // Every step is compared, so that the time taken tells nothing.
    let mut found = None;
    for step in (current - DRIFT_STEPS)..=(current + DRIFT_STEPS) {
        let same = bool::from(code_of(secret, step).as_bytes().ct_eq(code.as_bytes()));
        if same && step > after && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// The code of a moment.
pub fn code_at(secret: &[u8], now: Timestamp) -> String {
    code_of(secret, now.as_seconds().div_euclid(STEP_SECONDS))
}

fn code_of(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of every length");
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let start = usize::from(digest[19] & 0x0f);
    let word = [digest[start] & 0x7f, digest[start + 1], digest[start + 2], digest[start + 3]];
    format!("{:0width$}", u32::from_be_bytes(word) % MODULUS, width = DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn the_table_of_the_rfc() {
        // RFC 6238, appendix B: the last six of the eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(RFC, Timestamp::from_seconds(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_one_step_before_and_after_and_never_again() {
        let at = |seconds| Timestamp::from_seconds(seconds);
        let code = code_at(RFC, at(3_000));
        let tried: Vec<_> = [2_940, 2_969, 2_970, 3_000, 3_059, 3_060]
            .map(|seconds| step_of(RFC, &code, at(seconds), 0))
            .into_iter()
            .collect();
        assert_eq!(tried, [None, None, Some(100), Some(100), Some(100), None]);
        assert_eq!(step_of(RFC, &code, at(3_000), 99), Some(100));
        assert_eq!(step_of(RFC, &code, at(3_000), 100), None);
        assert_eq!(step_of(RFC, "", at(3_000), 0), None);
    }

    #[test]
    fn an_app_can_read_the_address() {
        assert_eq!(
            address(b"12345678901234567890", "Ân & Co", "ana@n.example"),
            "otpauth://totp/%C3%82n%20%26%20Co:ana%40n.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%C3%82n%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(typed(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
