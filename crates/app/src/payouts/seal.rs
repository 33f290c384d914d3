//! What is kept sealed in the database: bank details and bank files.
//!
//! XChaCha20-Poly1305 with a random nonce before each ciphertext. What a seal belongs to (whose details, which
//! version, which run) is bound into it, so that a row that is copied to another place does not open there. Keys are the
//! installation's; the number of the key stands beside the seal, so that older seals open after a rotation.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use model::Entropy;
use sha2::Sha256;
use store::{Error, Result, secrets::Secret};

/// The name of the keys among the installation's secrets.
pub const SECRET: &str = "payment_details";
const NONCE_BYTES: usize = 24;

/// The keys that seal and open.
#[derive(Clone)]
pub struct SealKeys {
    /// The one in use first.
    keys: Vec<Secret>,
}

impl std::fmt::Debug for SealKeys {
    /// Hides the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKeys(..)")
    }
}

/// Something sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key's number.
    pub key_number: i64,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl SealKeys {
    /// These keys, the one in use first.
    pub const fn new(keys: Vec<Secret>) -> Self {
        Self { keys }
    }

    /// Seals `plain` for the place that `bound_to` names.
    ///
    /// # Errors
    /// [`Error::Damaged`] without a key.
    pub fn seal(&self, plain: &[u8], bound_to: &str, entropy: &dyn Entropy) -> Result<Sealed> {
        let key =
            self.keys.first().ok_or_else(|| Error::Damaged("there is no key to seal with".to_owned()))?;
        let mut nonce = [0_u8; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: bound_to.as_bytes() };
        let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Usage("what is to be sealed is too long".to_owned()))?;
        Ok(Sealed { key_number: key.number, bytes: [&nonce[..], &sealed].concat() })
    }

    /// Marks of `bytes` by which the same bytes are known again and that nobody without the keys can work out from a guess: one for each
    /// key, the one in use first. `purpose` keeps marks of different places apart.
    pub fn marks(&self, purpose: &str, bytes: &[u8]) -> Vec<[u8; 32]> {
        let mark = |key: &Secret| {
            let own = mac(&key.value, purpose.as_bytes());
            mac(&own, bytes)
        };
        self.keys.iter().map(mark).collect()
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it was sealed with an unknown key or for another place, or was changed.
    pub fn open(&self, sealed: &Sealed, bound_to: &str) -> Result<Vec<u8>> {
        let damaged = || Error::Damaged(format!("the seal of {bound_to} cannot be opened"));
        let key = self.keys.iter().find(|key| key.number == sealed.key_number).ok_or_else(damaged)?;
        let (nonce, bytes) = sealed.bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        let payload = Payload { msg: bytes, aad: bound_to.as_bytes() };
        cipher(key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())
    }
}

fn mac(key: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn cipher(key: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.value.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;
    use testkit::SeededEntropy;

    fn key(number: i64) -> Secret {
        let value = [u8::try_from(number).expect("small"); 32];
        Secret { number, value, created_at: Timestamp::from_seconds(0) }
    }

    #[test]
    fn a_seal_opens_in_its_place_alone_and_after_a_rotation() {
        let entropy = SeededEntropy::new(1);
        let old = SealKeys::new(vec![key(1)]);
        let sealed = old.seal(b"DE89", "pub_1/1", &entropy).expect("sealed");
        assert!(!sealed.bytes.windows(4).any(|window| window == b"DE89"));
        let rotated = SealKeys::new(vec![key(2), key(1)]);
        assert_eq!(rotated.open(&sealed, "pub_1/1").expect("opened"), b"DE89");
        assert!(rotated.open(&sealed, "pub_1/2").is_err() && rotated.open(&sealed, "pub_2/1").is_err());
        assert!(SealKeys::new(vec![key(3)]).open(&sealed, "pub_1/1").is_err());
        for place in 0..sealed.bytes.len() {
            let mut damaged = sealed.clone();
            damaged.bytes[place] ^= 1;
            assert!(rotated.open(&damaged, "pub_1/1").is_err(), "byte {place}");
        }
        let marks = rotated.marks("a", b"DE89");
        assert_eq!(marks[1..], old.marks("a", b"DE89"));
        assert!(marks[0] != marks[1] && !rotated.marks("b", b"DE89").contains(&marks[0]));
        let again = rotated.seal(b"DE89", "pub_1/1", &entropy).expect("sealed");
        assert!(again.key_number == 2 && again.bytes != sealed.bytes);
    }
}
