//! Events: what happens, as it is committed.

pub mod stream;

use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

/// How the feed is followed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FollowQuery {
    /// `false` to be told what there is and be left: for programs that come by now and then.
    #[serde(default = "yes", deserialize_with = "boolean")]
    #[param(value_type = Option<bool>)]
    pub follow: bool,
}

const fn yes() -> bool {
    true
}

fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom("write true or false"))
}
