//! Shapes of the model's values in the API document.
//!
//! The model is pure and knows no OpenAPI, so its enums and nested records are described here once more, for the document
//! alone: no request is read and no answer written through these types. `tests/it/shapes.rs` holds each against the
//! model's own serialisation, so that the description cannot drift.

pub mod billing;
pub mod conversion;
pub mod payout;
pub mod program;
pub mod terms;
pub mod touch;

use serde::Serialize;
use utoipa::ToSchema;

/// Declares enums whose words are the model's.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // the words are documented in the model
        pub enum $name {
            $($(#[$word_doc])* $word),+
        }
    )+};
}

words! {
    /// Whether a party, program, link or key works at present.
    Status { Pending, Active, Paused, Closed }
    /// How an advertiser pays the network.
    Billing { Postpaid, Prepaid }
    /// What kind of promotion a publisher does.
    PublisherKind { Content, Coupon, Cashback, Extension, Influencer, Search, Email, App, SubNetwork, Other }
    /// What a visitor whose consent is not known may be given.
    UnknownConsent { Permit, PermitOutsideEurope, Deny }
    /// Which side of the deal somebody acts for.
    Role { Operator, Advertiser, Publisher, Manager }
    /// The most that somebody may do, each including the ones before it.
    Right { Read, Propose, Approve, Pay }
    /// Which measure of the reports an action adds to.
    ActionKind { Lead, QualifiedLead, Order, Install, Other }
    /// What a cap counts.
    CapMetric { Clicks, Conversions, Commission, Charge }
    /// What becomes of a conversion that does not fit under a cap any more.
    WhenReached { Reject, Honour, Hold }
    /// What a creative is.
    CreativeKind { Banner, Text, Video }
    /// The format of a picture.
    PictureFormat { Png, Jpeg, Webp, Svg }
    /// What an alert is about: a cap that reached a percentage, or an advertiser's prepaid money.
    AlertKind { Cap, FundsLow, FundsOut, FundsBack }
    /// A stretch of the calendar in the program's zone.
    Period { Hour, Day, Week, Month, Quarter, Total }
    /// What the tiers of a rate count.
    TierMetric { Conversions, Revenue, Commission }
    /// Who pays a bonus.
    BonusPayer { Advertiser, Network }
    /// Whether a customer bought before.
    CustomerKind { New, Returning }
    /// What the use of a link's coupon code does for its owner: he wins always, when one of his touches could earn, or
    /// only when it wins anyway.
    CouponPolicy { Always, Involved, Winner }
    /// Who stands down for an earlier publisher when he came only after cart or checkout began.
    StandDown { ByKind, Always, Never }
    /// Who is better off by a change of terms.
    BetterFor { Publisher, Advertiser, Neutral }
    /// The kind of contact.
    TouchKind { Impression, Click, Visit, Coupon }
    /// What a visitor allows to be stored.
    ConsentState { Granted, Denied, Unknown }
    /// Where a conversion stands.
    ConversionState { Pending, Approved, Rejected, Reversed, Duplicate, Test, Held }
    /// How a conversion reached the network.
    Intake { Postback, Pixel, Script, Api, Import, Dispute }
    /// Where visitors come from.
    Channel {
        Affiliate, Search, Social, Display, Video, Email, Content, App, Call, Tv, Radio, Print, Event, Direct, Organic,
    }
    /// What a publisher says is wrong.
    DisputeKind { Untracked, Incorrect, Declined }
    /// Where a dispute stands.
    DisputeState { Open, NeedsInfo, Accepted, Declined }
    /// Who may bring visitors to a program: everybody, whose application was accepted, or only whom it invited.
    Joining { Open, Application, Invitation }
    /// Which side asked: the publisher applied, or the program invited him.
    ApplicationKind { Application, Invitation }
    /// Where an application stands.
    ApplicationState { Open, Offered, Accepted, Declined, Withdrawn, Expired }
    /// Where a publisher stands with a program.
    Standing { None, Applied, Invited, Member, Declined, Ended }
    /// Why a person changed a conversion's state.
    Reason {
        Returned, Cancelled, OutOfStock, PaymentFailed, Fraud, Duplicate, NotCompliant, OtherChannel, OrderChanged,
        Test, TrackingError, Other, HoldEnded, Confirmed, UnderReview, DisputeAccepted, TierReached,
    }
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct Money {
    /// The amount as decimal text.
    #[schema(example = "12.50")]
    pub amount: String,
    /// ISO 4217 code.
    #[schema(example = "USD")]
    pub currency: String,
}

/// What the address of a landing page, or the order, must hold; every member that is given. Values are compared without case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignRule {
    /// `utm_source`.
    pub utm_source: Option<String>,
    /// `utm_medium`.
    pub utm_medium: Option<String>,
    /// `utm_campaign`.
    pub utm_campaign: Option<String>,
    /// `utm_id`.
    pub utm_id: Option<String>,
    /// A click id of an ad system, whatever its value.
    #[schema(example = "gclid")]
    pub click_id: Option<String>,
    /// The code that came with the order, as the campaign told it to people.
    #[schema(example = "TV10")]
    pub code: Option<String>,
}

/// What the caller says about a cost file. Whatever is absent is read from the file, or asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostFileOptions {
    /// The encoding of a file that is neither UTF-8 nor UTF-16.
    #[schema(example = "windows-1252")]
    pub encoding: Option<String>,
    /// The order of days: `day-first`, `month-first`, `year-first`.
    #[schema(example = "day-first")]
    pub dates: Option<String>,
    /// The mark before decimals: `point`, `comma`.
    #[schema(example = "comma")]
    pub decimals: Option<String>,
    /// The currency of rows that name none.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// `even` spreads amounts of several days evenly over them; the parts sum to the total.
    #[schema(example = "even")]
    pub spread: Option<String>,
    /// What lines are that sound like totals and have a day: `skip`, `count`.
    #[schema(example = "skip")]
    pub totals: Option<String>,
    /// The campaign of a file that names none.
    pub campaign: Option<String>,
    /// The first day that a file without days is about.
    pub from: Option<String>,
    /// The last one.
    pub to: Option<String>,
    /// Names of columns as they stand in the file, by what they hold: `campaign`, `campaign_id`, `day`, `week`, `month`,
    /// `starts`, `ends`, `spend`, `spend_micros`, `currency`, `impressions`, `clicks`.
    pub columns: Option<std::collections::BTreeMap<String, String>>,
}
