//! How a visitor came to the advertiser's pages, as the pages or the shop tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The last time that a visitor came from somewhere else than a publisher's link. It decides which channel and campaign stand for a
/// result in reports when no publisher is paid for it, and nothing about money.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arrival {
    /// Parameters of the landing page's address that tell of a campaign, by their names; of a click id only that there was one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Host of the landing page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Host of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_host: Option<String>,
    /// When it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}
