//! Links: a publisher's way to send visitors to a program.

pub mod create;
pub mod get;
pub mod list;
pub mod update;

use model::{
    LinkId, NetworkId, ProgramId, PublisherId, Timestamp,
    link::{CouponPolicy, Link, LinkCode},
    parties::Status,
    program::LandingPage,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What of a link can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkDraft {
    /// The program it leads to; fixed once it is set.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// Who is paid; fixed once it is set.
    #[schema(value_type = String, example = "pub_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub publisher_id: PublisherId,
    /// Shown name.
    #[serde(default)]
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// The publisher's own landing pages, on hosts of the program; empty takes the program's.
    #[serde(default)]
    #[schema(value_type = Vec<shape::program::LandingPage>)]
    pub landing_pages: Vec<LandingPage>,
    /// A coupon code whose short link `/k/{code}` is this link; given by the advertiser's side.
    #[serde(default)]
    pub coupon_code: Option<String>,
    /// What the use of the coupon code does for the publisher; said by the advertiser's side.
    #[serde(default)]
    #[schema(value_type = shape::CouponPolicy)]
    pub coupon_policy: CouponPolicy,
}

impl LinkDraft {
    /// What of a link can be changed.
    pub fn of(link: Link) -> Self {
        Self {
            program_id: link.program_id,
            publisher_id: link.publisher_id,
            name: link.name,
            status: link.status,
            landing_pages: link.landing_pages,
            coupon_code: link.coupon_code,
            coupon_policy: link.coupon_policy,
        }
    }
    /// The link with this id and slug.
    pub fn onto(self, id: LinkId, slug: LinkCode, network_id: NetworkId, created_at: Timestamp) -> Link {
        let Self { program_id, publisher_id, name, status, landing_pages, coupon_code, coupon_policy } = self;
        Link {
            id,
            slug,
            network_id,
            program_id,
            publisher_id,
            name,
            status,
            landing_pages,
            coupon_code,
            coupon_policy,
            created_at,
        }
    }
}

/// A link.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// Id.
    #[schema(value_type = String, example = "lnk_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: LinkId,
    /// The slug in `/c/{slug}`.
    #[schema(value_type = String, example = "7k2n5c9t1x4v")]
    pub slug: LinkCode,
    /// The path to click: put the tracking host before it.
    #[schema(example = "/c/7k2n5c9t1x4v")]
    pub url: String,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The program it leads to.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// Who is paid.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// The publisher's own landing pages.
    #[schema(value_type = Vec<shape::program::LandingPage>)]
    pub landing_pages: Vec<LandingPage>,
    /// A coupon code whose short link `/k/{code}` is this link.
    pub coupon_code: Option<String>,
    /// What the use of the coupon code does for the publisher.
    #[schema(value_type = shape::CouponPolicy)]
    pub coupon_policy: CouponPolicy,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Link> for LinkView {
    fn from(link: Link) -> Self {
        Self {
            id: link.id,
            slug: link.slug,
            url: format!("/c/{}", link.slug.slug()),
            network_id: link.network_id,
            program_id: link.program_id,
            publisher_id: link.publisher_id,
            name: link.name,
            status: link.status,
            landing_pages: link.landing_pages,
            coupon_code: link.coupon_code,
            coupon_policy: link.coupon_policy,
            created_at: link.created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LinkQuery {
    /// Only to this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only of this publisher.
    #[param(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
