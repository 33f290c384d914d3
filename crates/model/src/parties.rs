//! The parties: networks, advertisers, publishers and the people and keys that act for them.

use serde::{Deserialize, Serialize};

use crate::{
    access::Membership, calendar::Zone, currency::Currency, day::Day, ids::*, money::Money, time::Timestamp,
};

/// Whether a party, program or link works at present.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked for, not yet let in.
    Pending,
    /// Works.
    #[default]
    Active,
    /// Stopped for now; nothing is lost and it can be made active again.
    Paused,
    /// Stopped for good.
    Closed,
}

impl Status {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }
}

/// What a visitor whose consent is not known may be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum UnknownConsent {
    /// Treat as granted everywhere.
    Permit,
    /// Treat as denied in the EU/EEA, the United Kingdom and Switzerland, and where a geo table is configured but does not
    /// know the country; as granted elsewhere.
    #[default]
    PermitOutsideEurope,
    /// Treat as denied everywhere.
    Deny,
}

/// A tenant: one operator with its advertisers, publishers and managers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Network {
    /// Id.
    pub id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Currency of fees and reports.
    pub currency: Currency,
    /// Zone of days and months.
    pub zone: Zone,
    /// Where refused clicks go when their program has no fallback; none shows a plain page.
    #[serde(default)]
    pub fallback_url: Option<String>,
    /// What unknown consent permits.
    #[serde(default)]
    pub unknown_consent: UnknownConsent,
    /// How many days old an exchange rate may be to convert an amount.
    #[serde(default = "seven_days")]
    pub exchange_days_max: u16,
    /// Within how many days a dispute is to be answered.
    #[serde(default = "thirty")]
    pub dispute_days: u16,
    /// After how many days touches lose in reports what is of one visitor alone; none keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch_detail_days: Option<u16>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Network {
    /// Since when touches still have in reports what is of one visitor alone; none when they always have.
    pub fn touch_detail_from(&self, now: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.touch_detail_days?);
        Some(Day::of(now.plus_seconds(-days * 86_400)).start())
    }
}

const fn seven_days() -> u16 {
    7
}

/// How an advertiser pays the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// By invoice, after the fact.
    #[default]
    Postpaid,
    /// In advance: clicks are refused as `advertiser_unfunded` while nothing is left.
    Prepaid,
}

/// How an advertiser's server proves its postbacks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PostbackAuth {
    /// SHA-256 of the token, in hex; none refuses the token mode.
    #[serde(default)]
    pub token_sha256: Option<String>,
    /// Secret of the signature mode, 32 bytes in hex; none refuses signatures.
    #[serde(default)]
    pub signing_secret: Option<String>,
    /// Networks in CIDR notation that postbacks may come from; empty allows all.
    #[serde(default)]
    pub allowed_addresses: Vec<String>,
    /// Whether browser conversions (pixel, merit.js) are taken: they carry no proof.
    #[serde(default = "yes")]
    pub browser_conversions: bool,
    /// How old a signed postback may be, in seconds.
    #[serde(default = "five_minutes")]
    pub signature_age_seconds_max: u32,
}

/// Within how many days a dispute is to be answered when nobody says otherwise.
pub const DISPUTE_DAYS: u16 = 30;

const fn thirty() -> u16 {
    DISPUTE_DAYS
}
const fn yes() -> bool {
    true
}
const fn five_minutes() -> u32 {
    300
}

impl Default for PostbackAuth {
    fn default() -> Self {
        Self {
            token_sha256: None,
            signing_secret: None,
            allowed_addresses: Vec::new(),
            browser_conversions: true,
            signature_age_seconds_max: five_minutes(),
        }
    }
}

/// Who pays for results.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Advertiser {
    /// Id.
    pub id: AdvertiserId,
    /// Its network.
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    pub status: Status,
    /// Prepaid or postpaid.
    #[serde(default)]
    pub billing: Billing,
    /// How postbacks are proven.
    #[serde(default)]
    pub postback: PostbackAuth,
    /// Below which amounts of prepaid money the advertiser is told, one for a currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alert_below: Vec<Money>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What kind of promotion a publisher does; some terms depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum PublisherKind {
    /// Articles, reviews, blogs.
    #[default]
    Content,
    /// Coupon and deal pages.
    Coupon,
    /// Cashback and loyalty.
    Cashback,
    /// Browser extensions.
    Extension,
    /// Social media and influencers.
    Influencer,
    /// Paid search.
    Search,
    /// E-mail lists.
    Email,
    /// Apps.
    App,
    /// A network of further publishers.
    SubNetwork,
    /// Anything else.
    Other,
}

impl PublisherKind {
    /// True for kinds that visitors turn to when they are about to buy anyway, and that stand down for whoever brought
    /// them, unless their contract says otherwise.
    pub const fn stands_down(self) -> bool {
        matches!(self, Self::Coupon | Self::Cashback | Self::Extension)
    }
}

/// Who brings the visitor and is paid.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Publisher {
    /// Id.
    pub id: PublisherId,
    /// Its network.
    pub network_id: NetworkId,
    /// Shown name.
    pub name: String,
    /// Whether it works at present.
    #[serde(default)]
    pub status: Status,
    /// Kind of promotion.
    #[serde(default)]
    pub kind: PublisherKind,
    /// The operator's own key for this publisher, unique in the network; imports match on it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// SHA-256 of normalised e-mails and customer ids that are the publisher's own, for the own-click rule.
    #[serde(default)]
    pub own_customers_sha256: Vec<String>,
    /// The currency that the publisher wants to be paid in; none takes what each contract pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The publisher who brought this one; never changed, so nobody can have brought whoever brought him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred_by: Option<PublisherId>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person who signs in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// E-mail address, lower case, unique in the installation.
    pub email: String,
    /// Shown name.
    pub name: String,
    /// Argon2id hash in PHC form; empty until an invited person has chosen a password.
    pub password_hash: String,
    /// Whether the person may sign in.
    #[serde(default)]
    pub status: Status,
    /// What the person may do, and for whom.
    pub memberships: Vec<Membership>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A key for programs; it carries a subset of its owner's rights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// Id.
    pub id: ApiKeyId,
    /// The person it belongs to; a disabled owner disables the key.
    pub user_id: UserId,
    /// Shown name.
    pub name: String,
    /// SHA-256 of the secret, in hex.
    pub secret_sha256: String,
    /// What the key may do: one membership, never more than its owner's.
    pub membership: Membership,
    /// Whether it works.
    #[serde(default)]
    pub status: Status,
    /// When it stops working; none never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
}
