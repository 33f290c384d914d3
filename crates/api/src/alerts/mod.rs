//! Alerts: caps that reached a percentage, and prepaid money that ran low, out, or came back.

pub mod list;

use model::{
    AdvertiserId, AlertId, Money, NetworkId, ProgramId, PublisherId, Timestamp,
    alert::{Alert, AlertAbout, AlertKind, CapAlert, CapAlertOver},
    calendar::Period,
    contract::CapMetric,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    /// Id.
    #[schema(value_type = String, example = "alt_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: AlertId,
    /// What it is about.
    #[schema(value_type = shape::AlertKind)]
    pub kind: AlertKind,
    /// When what caused it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Its network.
    #[schema(value_type = String)]
    pub network_id: NetworkId,
    /// The advertiser whose cap or money it is.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// The program, for a cap.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// The publisher, for a cap that counts him alone.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// What happened, in words.
    pub words: AlertWords,
    /// The cap; for the kind `cap`.
    pub cap: Option<CapView>,
    /// The level that the money fell below; for the kind `funds_low`.
    #[schema(value_type = Option<shape::Money>)]
    pub level: Option<Money>,
    /// What was left; for the kind `funds_low`.
    #[schema(value_type = Option<shape::Money>)]
    pub left: Option<Money>,
}

/// What happened, in each language.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertWords {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
    /// Persian.
    pub fa: String,
}

/// A cap that reached a percentage of its limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapView {
    /// What it counts.
    #[schema(value_type = shape::CapMetric)]
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    #[schema(value_type = shape::Period)]
    pub period: Period,
    /// Over whom it counts when that is neither the program nor one publisher: `together` or a value of a sub id.
    #[schema(example = "sub1=summer")]
    pub over: Option<String>,
    /// When the stretch began.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The percentage that was reached.
    pub percent: u16,
    /// The limit, as text for people.
    #[schema(example = "100.00 USD")]
    pub limit: String,
    /// What was used then.
    #[schema(example = "80.50 USD")]
    pub used: String,
    /// Whether the cap only counts.
    pub soft: bool,
}

impl From<CapAlert> for CapView {
    fn from(cap: CapAlert) -> Self {
        let (limit, used) = (cap.show(cap.limit), cap.show(cap.used));
        let over = cap.over.as_ref().map(CapAlertOver::show);
        let CapAlert { metric, period, since, percent, soft, .. } = cap;
        Self { over, metric, period, since, percent, limit, used, soft }
    }
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        let [en, vi, fa] = alert.about.sentences();
        let kind = alert.about.kind();
        let (cap, level, left) = match alert.about {
            AlertAbout::Cap(cap) => (Some(cap.into()), None, None),
            AlertAbout::FundsLow { level, left } => (None, Some(level), Some(left)),
            AlertAbout::FundsOut | AlertAbout::FundsBack => (None, None, None),
        };
        Self {
            id: alert.id,
            kind,
            at: alert.at,
            network_id: alert.network_id,
            advertiser_id: alert.advertiser_id,
            program_id: alert.program_id,
            publisher_id: alert.publisher_id,
            words: AlertWords { en, vi, fa },
            cap,
            level,
            left,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AlertQuery {
    /// Only of this kind.
    #[param(value_type = Option<shape::AlertKind>)]
    pub kind: Option<AlertKind>,
    /// Only about this advertiser.
    #[param(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// Only about this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only about this publisher.
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
