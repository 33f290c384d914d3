//! Persons: why browsers are taken for one.

pub mod create;

use app::journeys::persons::{BrowserTold, CustomerKey, PersonTold};
use model::{AdvertiserId, ConversionId, Timestamp, VisitorId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer who is asked for, and when.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonDraft {
    /// Whose customer.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The advertiser's own id of him; this or the hash.
    #[schema(example = "c-1001")]
    pub customer_id: Option<String>,
    /// SHA-256 of his e-mail address, hex.
    pub email_sha256: Option<String>,
    /// Only what came at this moment or later counts.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// And before this moment.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

impl PersonDraft {
    /// The customer.
    pub fn key(&self) -> CustomerKey {
        CustomerKey {
            advertiser_id: self.advertiser_id,
            customer_id: self.customer_id.clone(),
            email_sha256: self.email_sha256.clone(),
        }
    }
}

/// What makes browsers a person, or keeps them apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// Why: `one_customer` makes the browsers that are his one person; `shared_browsers`, `too_many_browsers`, `address_of_several`,
    /// `no_browser` and `cut` make none.
    #[schema(example = "one_customer")]
    pub why: &'static str,
    /// More browsers than these are no person.
    pub browsers_max: usize,
    /// The browsers that the customer was seen with.
    pub browsers: Vec<PersonBrowserView>,
}

/// A browser of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonBrowserView {
    /// The browser.
    #[schema(value_type = String)]
    pub visitor_id: VisitorId,
    /// Whether it is counted as his.
    pub is_his: bool,
    /// Other customers that it was seen with; with any it is nobody's.
    pub other_customers: usize,
    /// The first conversion with this key that was made by it; absent where another key of his, or `identify`, tied it to him.
    #[schema(value_type = Option<String>)]
    pub first_conversion_id: Option<ConversionId>,
    /// When that came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_at: Option<Timestamp>,
    /// When the last one came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_at: Option<Timestamp>,
    /// How many there are.
    pub conversions: u64,
}

impl From<PersonTold> for PersonView {
    fn from(told: PersonTold) -> Self {
        let browser = |one: BrowserTold| PersonBrowserView {
            visitor_id: one.visitor_id,
            is_his: one.is_his,
            other_customers: one.other_customers,
            first_conversion_id: one.first.map(|first| first.0),
            first_at: one.first.map(|first| first.1),
            last_at: one.last_at,
            conversions: one.conversions,
        };
        Self {
            why: told.why.word(),
            browsers_max: told.browsers_max,
            browsers: told.browsers.into_iter().map(browser).collect(),
        }
    }
}
