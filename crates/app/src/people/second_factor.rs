//! The second factor: a code of an authenticator app beside the password.
//!
//! A person begins (he gets the secret), confirms with a first code (he gets recovery codes, shown once), and from then on signing
//! in takes a code too. The secret is sealed in the database. Each code is taken at most once: a step of time can
//! only grow, and a recovery code goes with its use; both are one conditional statement. Who lost his phone and his codes asks an
//! operator, who can take the factor away but learns nothing by it: the password stays.

use data_encoding::BASE32_NOPAD;
use model::{Entropy, SessionId, Timestamp, UserId, parties::User};
use store::{Tx, second_factors as rows, second_factors::SecondFactor, sessions};

use super::{totp, users};
use crate::{
    command::Change,
    errors::Refusal,
    payouts::seal::{SealKeys, Sealed},
    secrets_shown::sha256_hex,
};

/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Randomness of one: 80 bits, so that a plain hash keeps it.
const RECOVERY_BYTES: usize = 10;

/// How a person's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// From when on it is asked for; none when it is not.
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
}

/// A second factor that is being set up. Shown once.
pub struct Begun {
    /// The secret as one types it.
    pub secret: String,
    /// The address that an app reads.
    pub address: String,
}

/// How a person's second factor stands.
///
/// # Errors
/// Storage errors.
pub fn standing(tx: &mut Tx<'_>, user: UserId) -> store::Result<Standing> {
    let confirmed_at = rows::of(tx, user)?.and_then(|factor| factor.confirmed_at);
    Ok(Standing { confirmed_at, recovery_codes_left: rows::recovery_codes_left(tx, user)? })
}

/// Draws a secret for the person. Nothing is asked for before he confirms.
///
/// # Errors
/// `state_conflict` when he has a second factor; storage errors.
pub fn begin(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    user: &User,
    issuer: &str,
) -> Result<Begun, Refusal> {
    let secret = totp::draw(change.entropy);
    let sealed = keys.seal(&secret, &bound_to(user.id), change.entropy)?;
    let factor = SecondFactor {
        user_id: user.id,
        key_number: sealed.key_number,
        sealed: sealed.bytes,
        begun_at: change.now,
        confirmed_at: None,
        last_step: 0,
    };
    if !rows::begin(change.tx, &factor)? {
        return Err(Refusal::state("you have a second factor; turn it off before you set up another"));
    }
    note(change, user.id, "begun")?;
    Ok(Begun { secret: totp::typed(&secret), address: totp::address(&secret, issuer, &user.email) })
}

/// Makes the second factor count, proven by a first code, and ends the person's other sessions. Gives the recovery codes.
///
/// # Errors
/// `state_conflict` when nothing was begun, `field_invalid` (`code`); storage errors.
pub fn confirm(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    user: UserId,
    session: SessionId,
    code: &str,
) -> Result<Vec<String>, Refusal> {
    let begun = rows::of(change.tx, user)?.filter(|factor| factor.confirmed_at.is_none());
    let factor = begun.ok_or_else(|| Refusal::state("begin to set up a second factor first"))?;
    if !take_time_code(change.tx, keys, &factor, &written(code), change.now)?
        || !rows::confirm(change.tx, user, change.now)?
    {
        return Err(wrong_code());
    }
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| draw_recovery(change.entropy)).collect();
    let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(user, &written(code))).collect();
    rows::set_recovery_codes(change.tx, user, &hashes)?;
    sessions::end_others_of(change.tx, user, session)?;
    note(change, user, "confirmed")?;
    Ok(codes)
}

/// Turns the person's own second factor off, proven by a code; the password was proven before.
///
/// # Errors
/// `state_conflict` when he has none, `field_invalid` (`code`); storage errors.
pub fn turn_off(
    change: &mut Change<'_, '_>,
    keys: &SealKeys,
    user: UserId,
    code: &str,
) -> Result<(), Refusal> {
    match check(change.tx, keys, user, Some(code), change.now)? {
        Checked::NotNeeded => return Err(Refusal::state("you have no second factor")),
        Checked::Needed | Checked::Wrong => return Err(wrong_code()),
        Checked::Right => {}
    }
    rows::remove(change.tx, user)?;
    note(change, user, "turned_off")
}

/// Takes the second factor from a person who lost it, and ends his sessions.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict` when he has none; storage errors.
pub fn remove(change: &mut Change<'_, '_>, id: UserId) -> Result<User, Refusal> {
    let user = users::get(change.tx, change.actor, id)?;
    if change.actor.user_id() == Some(id) {
        return Err(Refusal::state("turn your own second factor off with your password and a code"));
    }
    users::check_access_change(change.actor, &user)?;
    if !rows::remove(change.tx, id)? {
        return Err(Refusal::state("this person has no second factor"));
    }
    sessions::end_all_of(change.tx, id)?;
    note(change, id, "removed")?;
    Ok(user)
}

/// What a code beside the right password says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The person has no second factor.
    NotNeeded,
    /// A code is needed and none was given.
    Needed,
    /// The code is not right, or was used.
    Wrong,
    /// The code is right, and used up with the commit.
    Right,
}

/// Checks the code beside a password and takes it.
///
/// # Errors
/// Storage errors.
pub(super) fn check(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    user: UserId,
    code: Option<&str>,
    now: Timestamp,
) -> store::Result<Checked> {
    let Some(factor) = rows::of(tx, user)?.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(Checked::NotNeeded);
    };
    let Some(code) = code.map(written).filter(|code| !code.is_empty()) else { return Ok(Checked::Needed) };
    let taken = take_time_code(tx, keys, &factor, &code, now)?
        || rows::take_recovery_code(tx, user, &recovery_hash(user, &code))?;
    Ok(if taken { Checked::Right } else { Checked::Wrong })
}

fn take_time_code(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    factor: &SecondFactor,
    code: &str,
    now: Timestamp,
) -> store::Result<bool> {
    let sealed = Sealed { key_number: factor.key_number, bytes: factor.sealed.clone() };
    let secret = keys.open(&sealed, &bound_to(factor.user_id))?;
    match totp::step_of(&secret, code, now, factor.last_step) {
        Some(step) => rows::take_step(tx, factor.user_id, step),
        None => Ok(false),
    }
}

/// The place that a secret is sealed for.
fn bound_to(user: UserId) -> String {
    format!("second_factor/{user}")
}

fn note(change: &mut Change<'_, '_>, user: UserId, what: &str) -> Result<(), Refusal> {
    let network = change.actor.network();
    change.audit(Some(network), &user, &serde_json::json!({ "second_factor": what }))
}

fn wrong_code() -> Refusal {
    Refusal::field("code", "this code is wrong, or was used before; wait for the next one")
}

fn draw_recovery(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; RECOVERY_BYTES];
    entropy.fill(&mut bytes);
    let text = BASE32_NOPAD.encode(&bytes);
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|start| &text[start..start + 4]).collect();
    groups.join("-")
}

fn recovery_hash(user: UserId, code: &str) -> String {
    sha256_hex(&format!("recovery code\n{user}\n{code}"))
}

/// The longest code that is looked at, in characters.
const CODE_CHARACTERS_MAX: usize = 64;

/// A code without the spaces and dashes that people write in it, in capitals, with the digits of all who use Persian and Arabic
/// ones in Latin ones.
fn written(code: &str) -> String {
    let digit = |character: char| match character {
        '\u{6f0}'..='\u{6f9}' => char::from_digit(u32::from(character) - 0x6f0, 10),
        '\u{660}'..='\u{669}' => char::from_digit(u32::from(character) - 0x660, 10),
        _ => None,
    };
    let letters = code.chars().filter(|character| !character.is_whitespace() && *character != '-');
    letters
        .take(CODE_CHARACTERS_MAX)
        .map(|character| digit(character).unwrap_or(character).to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::SeededEntropy;

    #[test]
    fn codes_are_read_however_they_are_written() {
        for (text, read) in [
            ("123456", "123456"),
            (" 123 456\n", "123456"),
            ("۱۲۳۴۵۶", "123456"),
            ("١٢٣٤٥٦", "123456"),
            ("abcd-efgh-2345-ijkl", "ABCDEFGH2345IJKL"),
            ("\u{a0}", ""),
        ] {
            assert_eq!(written(text), read, "{text}");
        }
        assert_eq!(written(&"1".repeat(10_000)).len(), CODE_CHARACTERS_MAX);
    }

    #[test]
    fn recovery_codes_are_long_and_of_one_person() {
        let entropy = SeededEntropy::new(1);
        let (one, other) = (draw_recovery(&entropy), draw_recovery(&entropy));
        assert!(one.len() == 19 && one != other, "{one} {other}");
        let (ana, ben) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        assert_ne!(recovery_hash(ana, &written(&one)), recovery_hash(ben, &written(&one)));
    }
}
