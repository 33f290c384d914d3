//! Passwords: Argon2id, off the threads that serve requests, and never more hashes at once than the machine can carry.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use model::Entropy;
use tokio::sync::Semaphore;

use crate::errors::{ErrorCode, Refusal};

/// Each hash takes about 20 MiB of memory; more at once would only slow each other down.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Compared with when there is no such person, so that an unknown e-mail address takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    hash_now("nobody has this password", b"of nobody at all")
        .expect("the default parameters and a salt of 16 bytes fit")
});

fn hash_now(password: &str, salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// The hash of a new password, in PHC form.
///
/// # Errors
/// `internal` when hashing fails.
pub async fn hash(password: String, entropy: &dyn Entropy) -> Result<String, Refusal> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    work(move || hash_now(&password, &salt)).await?.map_err(|error| failed(&error))
}

/// Whether `password` is the one behind `hash`; without a hash, or with the empty one of somebody who has not chosen a
/// password yet, it is not, after the same work.
///
/// # Errors
/// `internal` when a stored hash cannot be read.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Refusal> {
    work(move || {
        let hash = hash.filter(|hash| !hash.is_empty());
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        match Argon2::default().verify_password(password.as_bytes(), hash.as_str()) {
            Ok(()) => Ok(known),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error),
        }
    })
    .await?
    .map_err(|error| failed(&error))
}

async fn work<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let stopped = |error: &dyn std::fmt::Display| Refusal::new(ErrorCode::Internal, error.to_string());
    let _permit = AT_ONCE.acquire().await.map_err(|error| stopped(&error))?;
    tokio::task::spawn_blocking(run).await.map_err(|error| stopped(&error))
}

fn failed(error: &argon2::password_hash::Error) -> Refusal {
    tracing::error!(%error, "a password could not be hashed");
    Refusal::new(ErrorCode::Internal, "the password could not be checked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::SeededEntropy;

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let entropy = SeededEntropy::new(1);
        let hashed = hash("four odd green pears".to_owned(), &entropy).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify("four odd green pears".to_owned(), Some(hashed.clone())).await.unwrap());
        assert!(!verify("four odd green pear".to_owned(), Some(hashed)).await.unwrap());
        assert!(!verify("nobody has this password".to_owned(), None).await.unwrap());
        assert!(!verify("nobody has this password".to_owned(), Some(String::new())).await.unwrap());
        assert!(!verify(String::new(), Some(String::new())).await.unwrap());
    }
}
