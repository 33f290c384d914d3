//! Coupons: codes whose use counts for the publisher of the link that has them.

pub mod list;

use model::{
    LinkId, ProgramId, PublisherId,
    link::{CouponPolicy, Link},
    parties::Status,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// A coupon code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponView {
    /// The code, as it was given.
    #[schema(example = "SPRING10")]
    pub code: String,
    /// What its use does for the publisher.
    #[schema(value_type = shape::CouponPolicy)]
    pub policy: CouponPolicy,
    /// Its own short link, a path of the tracker.
    #[schema(example = "/k/SPRING10")]
    pub url: String,
    /// The link that has it; it is changed there.
    #[schema(value_type = String)]
    pub link_id: LinkId,
    /// The name of that link.
    pub link_name: String,
    /// Whether the link works at present.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// Who is paid.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
}

impl CouponView {
    /// The coupon of a link that has one; codes are fit for an address as they are.
    pub fn of(link: Link) -> Self {
        let code = link.coupon_code.unwrap_or_default();
        Self {
            url: format!("/k/{code}"),
            code,
            policy: link.coupon_policy,
            link_id: link.id,
            link_name: link.name,
            status: link.status,
            program_id: link.program_id,
            publisher_id: link.publisher_id,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CouponQuery {
    /// Only of this program.
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
