//! One's own second factor: a code of an authenticator app beside the password.

pub mod begin;
pub mod confirm;
pub mod get;
pub mod turn_off;

use app::people::second_factor::Standing;
use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// How one's second factor stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether signing in takes a code.
    pub on: bool,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
}

impl From<Standing> for SecondFactorView {
    fn from(standing: Standing) -> Self {
        let Standing { confirmed_at, recovery_codes_left } = standing;
        Self { on: confirmed_at.is_some(), confirmed_at, recovery_codes_left }
    }
}
