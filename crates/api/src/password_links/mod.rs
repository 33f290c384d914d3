//! One-time links with which a person chooses his password himself. Whoever holds one needs no other credentials.

pub mod look;
pub mod redeem;

use app::secrets_shown::Shown;
use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A link for one person, to be handed to him.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLinkView {
    /// The token.
    #[schema(example = "ml_uB0cPZ1yq2rT3sV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3")]
    pub token: String,
    /// The page of the console where it works. The token stands behind `#`, which browsers send nowhere.
    #[schema(example = "/redeem#ml_uB0cPZ1yq2rT3sV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3")]
    pub path: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl PasswordLinkView {
    /// A link as it is handed over.
    pub fn new(token: &Shown, expires_at: Timestamp) -> Self {
        let path = format!("/redeem#{}", token.text());
        Self { token: token.text().to_owned(), path, expires_at }
    }
}
