//! Secrets that are shown once: API keys, postback tokens, session cookies. Only their hash is stored.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use model::Entropy;
use sha2::{Digest, Sha256};

/// Bytes of randomness in each: 256 bits, so a plain SHA-256 is as good as a slow hash.
const SECRET_BYTES: usize = 32;

/// A secret on its way to whoever it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// A secret in another form than [`draw`] gives it.
    pub const fn from_text(text: String) -> Self {
        Self(text)
    }
    /// The secret.
    pub fn text(&self) -> &str {
        &self.0
    }
    /// What is stored in its place.
    pub fn sha256_hex(&self) -> String {
        sha256_hex(&self.0)
    }
}

impl std::fmt::Debug for Shown {
    /// Hides the secret from logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown(..)")
    }
}

/// A new secret: `prefix` (so that people and scanners of leaked secrets know what they hold) and 43 characters.
pub fn draw(prefix: &str, entropy: &dyn Entropy) -> Shown {
    let mut bytes = [0_u8; SECRET_BYTES];
    entropy.fill(&mut bytes);
    Shown(format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes)))
}

/// SHA-256 of a text in hex, as stored for secrets.
pub fn sha256_hex(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}
