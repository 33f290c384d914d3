//! What is checked when configuration is saved, so that nothing that cannot work is ever stored.
//!
//! Each check is a function from a value to `Ok` or a refusal that says what would be accepted. Fields are named from the
//! part that is checked; callers add where the part stands with [`crate::errors::Refusal::within`].

pub mod addresses;
pub mod targeting;
pub mod text;
pub mod urls;

use crate::errors::Refusal;

/// Refuses a list that is longer than `max`.
///
/// # Errors
/// `field_invalid`.
pub fn length<T>(field: &str, list: &[T], max: usize) -> Result<(), Refusal> {
    if list.len() <= max {
        return Ok(());
    }
    Err(Refusal::field(field, format!("at most {max} entries; there are {}", list.len())))
}

/// Runs `check` on each element and tells the place of the one that it refuses.
///
/// # Errors
/// The first refusal.
pub fn each<T>(field: &str, list: &[T], check: impl Fn(&T) -> Result<(), Refusal>) -> Result<(), Refusal> {
    list.iter().enumerate().try_for_each(|(place, one)| {
        check(one).map_err(|refusal| refusal.within(&format!("{field}[{place}]")))
    })
}

/// A value alone, without a field of its own: [`each`] or [`Refusal::within`] adds it.
pub(crate) fn bare(message: impl Into<String>) -> Refusal {
    Refusal::new(crate::errors::ErrorCode::FieldInvalid, message)
}
