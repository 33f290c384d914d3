//! Parts of programs and links.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{ActionKind, CapMetric, Period, WhenReached};

/// A kind of result that a program pays for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Action {
    /// The word in postbacks: lower-case letters, digits and `_`, up to 40.
    #[schema(example = "order")]
    pub name: String,
    /// Which measure of the reports it adds to.
    pub kind: ActionKind,
    /// Whether an order id must come with it.
    #[schema(required = false, default = false)]
    pub order_id_required: bool,
    /// Whether one click may bring it more than once without an order id.
    #[schema(required = false, default = false)]
    pub repeats: bool,
    /// Whether an amount must come with it.
    #[schema(required = false, default = false)]
    pub amount_required: bool,
}

/// A page that clicks are sent to, with its share among the others.
#[derive(Debug, Serialize, ToSchema)]
pub struct LandingPage {
    /// Address with macros.
    #[schema(example = "https://shop.example/?mcid={click_id}")]
    pub url: String,
    /// Share among the pages; zero is never chosen.
    #[schema(required = false, default = 1)]
    pub weight: u32,
}

/// Where refused clicks go, by reason. An absent one takes `other`, then the network's.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fallbacks {
    /// For reached caps and missing funds.
    pub caps: Option<String>,
    /// For clicks that the targeting refuses.
    pub targeting: Option<String>,
    /// For programs, publishers and links that do not run.
    pub inactive: Option<String>,
    /// For everything else.
    pub other: Option<String>,
}

/// A list that lets in, or keeps out. Values compare without regard to case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choice {
    /// When not empty, only these. An unknown value is not among them.
    #[schema(required = false)]
    pub only: Vec<String>,
    /// Never these.
    #[schema(required = false)]
    pub except: Vec<String>,
}

/// A stretch of the week in the program's zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayPart {
    /// Days, 0 = Monday to 6 = Sunday.
    pub weekdays: Vec<u8>,
    /// First minute of the day, 0 to 1439.
    pub from_minute: u16,
    /// First minute after, 1 to 1440.
    pub to_minute: u16,
}

/// Conditions on a click. Everything empty lets everybody in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Targeting {
    /// ISO 3166-1 alpha-2 codes.
    #[schema(required = false)]
    pub country: Choice,
    /// ISO 3166-2 subdivision codes, such as `US-CA`.
    #[schema(required = false)]
    pub region: Choice,
    /// City names as the geo database writes them in English.
    #[schema(required = false)]
    pub city: Choice,
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`.
    #[schema(required = false)]
    pub device: Choice,
    /// Operating system names, such as `android`, `ios`, `windows`.
    #[schema(required = false)]
    pub os: Choice,
    /// Least version of the operating system by name, such as `{"android": "9"}`.
    #[schema(required = false)]
    pub os_version_min: BTreeMap<String, String>,
    /// Browser names, such as `chrome`, `safari`.
    #[schema(required = false)]
    pub browser: Choice,
    /// Primary language subtags, such as `en`, `vi`, `fa`.
    #[schema(required = false)]
    pub language: Choice,
    /// Names of the carrier or internet provider.
    #[schema(required = false)]
    pub carrier: Choice,
    /// `cellular`, `cable`, `corporate`, ... as the geo database names connections.
    #[schema(required = false)]
    pub connection: Choice,
    /// When to run; empty is always.
    #[schema(required = false)]
    pub day_parts: Vec<DayPart>,
}

/// A limit that is never overshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cap {
    /// What is counted.
    pub metric: CapMetric,
    /// Over which stretch of the program's calendar.
    pub period: Period,
    /// The limit as decimal text: a whole number for clicks and conversions, an amount for money.
    #[schema(example = "1000")]
    pub limit: String,
    /// Currency of a program's money cap; a contract's caps are in the currency of its terms.
    pub currency: Option<String>,
    /// Over whom a contract's cap counts: each `publisher` by himself, all of its publishers `together`, or each value of a
    /// `sub1` to `sub10` or `source` of a publisher. A program's cap counts over the whole program.
    #[schema(example = "sub1")]
    pub over: Option<String>,
    /// A soft cap only counts and alerts.
    #[schema(required = false, default = false)]
    pub soft: bool,
    /// What becomes of a conversion that does not fit any more: rejected, paid when its click was counted before, or held
    /// until a person decides.
    #[schema(required = false, default = "reject")]
    pub when_reached: WhenReached,
    /// Whether clicks are let in evenly over the period instead of as they come.
    #[schema(required = false, default = false)]
    pub even: bool,
    /// At which percentages of the limit the parties are told, ascending, up to five.
    #[schema(required = false, default = json!([100]))]
    pub alert_at: Vec<u16>,
}
