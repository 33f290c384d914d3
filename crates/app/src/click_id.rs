//! Signed, self-describing click ids.
//!
//! A click id names the touch, the link and the moment of a click, and carries a MAC over them. So a
//! conversion that comes back with it can be attributed, and a forgery told from a real click, even when the row of the
//! click was never stored (the redirect did not wait for a broken disk) or lies in another database.
//!
//! It is written `clk_` and 56 characters of Crockford base32, 35 bytes:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | key id |
//! | 16 | touch id, a UUIDv7: it holds the time |
//! | 8 | link code, big endian |
//! | 10 | HMAC-SHA256 over the label `clk1` and the 25 bytes before, cut to 80 bits |
//!
//! 80 bits are enough: a guess can only be tried by a request to the server, and a right one earns no more than a
//! real click. Keys rotate: the newest signs, every key that is still listed verifies, and a key that was
//! taken off the list turns its clicks into [`ClickIdError::UnknownKey`]. Therefore a key stays listed for as long
//! as the longest click window. The keyed state of the HMAC is computed once per key; to mint or verify costs two
//! compressions of SHA-256, well below a microsecond.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use model::ids::BASE32;
use model::{Timestamp, TouchId};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The text before the base32 characters.
pub const PREFIX: &str = "clk_";
/// Bytes of a click id's content.
const CONTENT_BYTES: usize = 35;
/// Bytes in front of the MAC: what it signs.
const SIGNED_BYTES: usize = 25;
/// Characters that [`CONTENT_BYTES`] take in base32, without a remainder.
const CONTENT_CHARACTERS: usize = 56;
/// Characters of a whole click id.
pub const CHARACTERS: usize = PREFIX.len() + CONTENT_CHARACTERS;
/// Keeps these MACs apart from any other use of the same secret.
const LABEL: &[u8] = b"clk1";

/// What a genuine click id says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClickId {
    /// The touch of the click.
    pub touch_id: TouchId,
    /// The number behind the link's slug.
    pub link_code: u64,
    /// The key that signed it.
    pub key_id: u8,
}

impl ClickId {
    /// When the click was received, to the millisecond.
    pub fn clicked_at(&self) -> Timestamp {
        self.touch_id.drawn_at()
    }
}

/// Why a text is no click id of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClickIdError {
    /// Another length, prefix or alphabet: it never was a click id.
    #[error("a click id is `clk_` followed by 56 letters and digits")]
    Malformed,
    /// Signed with a key that is not listed (any more).
    #[error("the click id names key {0}, which is not in use")]
    UnknownKey(u8),
    /// The MAC does not fit what it says.
    #[error("the click id's signature does not match")]
    Forged,
}

/// Why a list of keys cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClickIdKeysError {
    /// There must be one to sign with.
    #[error("at least one click id key is needed")]
    Empty,
    /// Two secrets under one number.
    #[error("click id key {0} is listed twice")]
    Repeated(u8),
}

/// The name of these keys among the secrets of the installation.
pub(crate) const SECRET: &str = "click_id";

/// Draws the key that signs from the next start on; answers with its number. It is written in a byte of each click id, so
/// there can be 255 in all.
///
/// # Errors
/// [`store::Error::Usage`] when all numbers are taken; storage errors.
pub fn rotate(tx: &mut store::Tx<'_>, at: Timestamp, entropy: &dyn model::Entropy) -> store::Result<u8> {
    let drawn = store::secrets::rotate(tx, SECRET, at, entropy)?;
    u8::try_from(drawn.number)
        .map_err(|_| store::Error::Usage("all 255 keys of click ids are taken".to_owned()))
}

struct Key {
    id: u8,
    keyed: Hmac<Sha256>,
}

/// The secrets that sign and verify click ids, from the oldest to the newest.
pub struct ClickIdKeys {
    keys: Vec<Key>,
}

impl fmt::Debug for ClickIdKeys {
    /// Shows the numbers of the keys, never their secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

impl ClickIdKeys {
    /// Takes the keys from the oldest to the newest; the last one signs.
    ///
    /// # Errors
    /// When there is none, or two have the same number.
    pub fn new(secrets: impl IntoIterator<Item = (u8, [u8; 32])>) -> Result<Self, ClickIdKeysError> {
        let mut keys: Vec<Key> = Vec::new();
        for (id, secret) in secrets {
            if keys.iter().any(|key| key.id == id) {
                return Err(ClickIdKeysError::Repeated(id));
            }
            let keyed = Hmac::new_from_slice(&secret).expect("HMAC takes a key of any length");
            keys.push(Key { id, keyed });
        }
        if keys.is_empty() {
            return Err(ClickIdKeysError::Empty);
        }
        Ok(Self { keys })
    }

    /// The click id of a touch that came over this link.
    pub fn mint(&self, touch_id: TouchId, link_code: u64) -> String {
        let key = self.keys.last().expect("the constructor refuses an empty list");
        let mut content = [0_u8; CONTENT_BYTES];
        content[0] = key.id;
        content[1..17].copy_from_slice(touch_id.bytes());
        content[17..SIGNED_BYTES].copy_from_slice(&link_code.to_be_bytes());
        let mac = key.mac(&content[..SIGNED_BYTES]);
        content[SIGNED_BYTES..].copy_from_slice(&mac);

        let mut text = [0_u8; CHARACTERS];
        text[..PREFIX.len()].copy_from_slice(PREFIX.as_bytes());
        BASE32.encode_mut(&content, &mut text[PREFIX.len()..]);
        str::from_utf8(&text).expect("base32 is ASCII").to_owned()
    }

    /// Reads a click id and checks its signature, in constant time for a given key.
    ///
    /// # Errors
    /// When it is no click id, names a key that is not listed, or was not signed with it.
    pub fn verify(&self, text: &str) -> Result<ClickId, ClickIdError> {
        let content = decode(text.as_bytes()).ok_or(ClickIdError::Malformed)?;
        let key_id = content[0];
        // The newest key signed most of what comes back.
        let key =
            self.keys.iter().rev().find(|key| key.id == key_id).ok_or(ClickIdError::UnknownKey(key_id))?;
        let (signed, mac) = content.split_at(SIGNED_BYTES);
        if !bool::from(key.mac(signed).ct_eq(mac)) {
            return Err(ClickIdError::Forged);
        }
        let mut touch_id = [0_u8; 16];
        touch_id.copy_from_slice(&signed[1..17]);
        let mut link_code = [0_u8; 8];
        link_code.copy_from_slice(&signed[17..]);
        Ok(ClickId {
            touch_id: TouchId::from_bytes(touch_id),
            link_code: u64::from_be_bytes(link_code),
            key_id,
        })
    }
}

impl Key {
    fn mac(&self, signed: &[u8]) -> [u8; CONTENT_BYTES - SIGNED_BYTES] {
        let mut state = self.keyed.clone();
        state.update(LABEL);
        state.update(signed);
        let whole = state.finalize().into_bytes();
        let mut cut = [0_u8; CONTENT_BYTES - SIGNED_BYTES];
        cut.copy_from_slice(&whole[..CONTENT_BYTES - SIGNED_BYTES]);
        cut
    }
}

fn decode(text: &[u8]) -> Option<[u8; CONTENT_BYTES]> {
    // The length comes first: nothing that an attacker makes long is looked at further.
    if text.len() != CHARACTERS {
        return None;
    }
    let (prefix, characters) = text.split_at(PREFIX.len());
    if !prefix.eq_ignore_ascii_case(PREFIX.as_bytes()) {
        return None;
    }
    let mut content = [0_u8; CONTENT_BYTES];
    match BASE32.decode_mut(characters, &mut content) {
        Ok(CONTENT_BYTES) => Some(content),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: (u8, [u8; 32]) = (250, [1; 32]);
    const NEW: (u8, [u8; 32]) = (3, [2; 32]);

    fn keys() -> ClickIdKeys {
        ClickIdKeys::new([OLD, NEW]).unwrap()
    }

    #[test]
    fn the_newest_key_signs_and_the_older_still_verifies() {
        let touch_id = TouchId::from_bytes([9; 16]);
        let before = ClickIdKeys::new([OLD]).unwrap().mint(touch_id, 7);
        assert_eq!(keys().verify(&before).unwrap().key_id, OLD.0);
        let after = keys().mint(touch_id, 7);
        assert_eq!(keys().verify(&after).unwrap().key_id, NEW.0);
        assert_eq!(ClickIdKeys::new([NEW]).unwrap().verify(&before), Err(ClickIdError::UnknownKey(OLD.0)));
        let stolen_number = ClickIdKeys::new([(OLD.0, [3; 32])]).unwrap();
        assert_eq!(stolen_number.verify(&before), Err(ClickIdError::Forged));
    }

    #[test]
    fn a_list_of_keys_must_have_one_and_no_number_twice() {
        assert_eq!(ClickIdKeys::new([]).unwrap_err(), ClickIdKeysError::Empty);
        assert_eq!(ClickIdKeys::new([OLD, (OLD.0, [5; 32])]).unwrap_err(), ClickIdKeysError::Repeated(OLD.0));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(format!("{:?}", keys()), "[250, 3]");
    }

    #[test]
    fn the_format_does_not_drift() {
        // Click ids live in other systems for a year: what was minted once must verify for ever.
        let keys = ClickIdKeys::new([(1, [7; 32])]).unwrap();
        let touch_id =
            TouchId::from_bytes(*b"\x01\x9b\x0f\x00\x00\x00\x70\x01\x80\x02\x03\x04\x05\x06\x07\x08");
        let text = keys.mint(touch_id, 0x0123_4567_89ab_cdef);
        assert_eq!(text, FIXTURE);
        let read = keys.verify(FIXTURE).unwrap();
        assert_eq!(read, ClickId { touch_id, link_code: 0x0123_4567_89ab_cdef, key_id: 1 });
        assert_eq!(read.clicked_at(), Timestamp::from_millis(0x019b_0f00_0000));
    }
    /// Computed outside of this program.
    const FIXTURE: &str = "clk_040sp3r0000700c0081g81860w4028t5cy4tqkffqahjy96vaghm2e17";

    #[test]
    fn look_alikes_and_capitals_are_read() {
        let id = keys().mint(TouchId::from_bytes([0x08; 16]), 0x4210_8421);
        let typed: String = id[4..]
            .chars()
            .map(|c| match c {
                '0' => 'O',
                '1' => 'l',
                c => c,
            })
            .collect();
        assert_ne!(typed, id[4..], "the example has zeros and ones");
        let wanted = keys().verify(&id);
        assert!(wanted.is_ok());
        assert_eq!(keys().verify(&format!("CLK_{typed}")), wanted);
        assert_eq!(keys().verify(&format!("Clk_{}", typed.replace('l', "I").to_uppercase())), wanted);
    }

    #[test]
    fn junk_is_malformed() {
        let id = keys().mint(TouchId::from_bytes([1; 16]), 1);
        let long = "0".repeat(1_000_000);
        for junk in [
            "",
            "clk_",
            "clk",
            &id[1..],
            &id[..59],
            &format!("{id}0"),
            &format!(" {id}"),
            &format!("{id}\n"),
            &id[4..],
            &id.replace('_', "-"),
            &id.replace("clk_", "cnv_"),
            &format!("{}u", &id[..59]),
            &format!("{}\0", &id[..59]),
            &format!("{}=", &id[..59]),
            &format!("{}é", &id[..58]),
            &long,
        ] {
            assert_eq!(keys().verify(junk), Err(ClickIdError::Malformed), "{junk:.80}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(touch_id: [u8; 16], link_code: u64) {
            let touch_id = TouchId::from_bytes(touch_id);
            let text = keys().mint(touch_id, link_code);
            prop_assert_eq!(text.len(), CHARACTERS);
            let wanted = ClickId { touch_id, link_code, key_id: NEW.0 };
            prop_assert_eq!(keys().verify(&text), Ok(wanted));
            prop_assert_eq!(keys().verify(&text.to_uppercase()), Ok(wanted));
        }

        #[test]
        fn a_changed_character_is_refused_or_means_the_same(
            touch_id: [u8; 16], link_code: u64, place in 0..CHARACTERS, character in any::<char>(),
        ) {
            let text = keys().mint(TouchId::from_bytes(touch_id), link_code);
            let mut changed: Vec<char> = text.chars().collect();
            changed[place] = character;
            let changed: String = changed.into_iter().collect();
            if let Ok(read) = keys().verify(&changed) {
                prop_assert_eq!(Ok(read), keys().verify(&text));
            }
        }

        #[test]
        fn a_changed_base32_character_is_refused_or_means_the_same(
            touch_id: [u8; 16], link_code: u64, place in 4..CHARACTERS, character in "[0-9a-zA-Z]",
        ) {
            let text = keys().mint(TouchId::from_bytes(touch_id), link_code);
            let mut changed = text.clone();
            changed.replace_range(place..=place, &character);
            match keys().verify(&changed) {
                Ok(read) => prop_assert_eq!(Ok(read), keys().verify(&text)),
                Err(ClickIdError::UnknownKey(_)) => prop_assert!(place < 6),
                Err(_) => {}
            }
        }

        #[test]
        fn any_text_is_answered(text: String, tail in "[0-9a-z]{56}") {
            prop_assert!(keys().verify(&text).is_err());
            let invented = format!("clk_{tail}");
            prop_assert!(keys().verify(&invented).is_err());
        }
    }
}
