//! Alerts: word that something was reached which a party wants to know of in time.
//!
//! An alert is decided in the transaction of what caused it, and told once: its key names what it is about and in which
//! period, and the store holds each key once.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Period,
    clock::Entropy,
    contract::{CapMetric, CapOver},
    currency::Currency,
    ids::*,
    money::Money,
    time::Timestamp,
};

/// What kinds of alerts there are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A cap has reached a percentage of its limit.
    Cap,
    /// Prepaid money fell below the level that its advertiser has set.
    FundsLow,
    /// Prepaid money is used up, so the advertiser's programs pause.
    FundsOut,
    /// There is prepaid money again, so they go on.
    FundsBack,
}

impl AlertKind {
    /// The number in keys; never changed.
    pub const fn number(self) -> u8 {
        match self {
            Self::Cap => 1,
            Self::FundsLow => 2,
            Self::FundsOut => 3,
            Self::FundsBack => 4,
        }
    }

    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cap => "cap",
            Self::FundsLow => "funds_low",
            Self::FundsOut => "funds_out",
            Self::FundsBack => "funds_back",
        }
    }
}

/// A cap that has reached a percentage of its limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CapAlert {
    /// Over whom it counts when that is neither the program nor one publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<CapAlertOver>,
    /// What the cap counts.
    pub metric: CapMetric,
    /// Over which stretch of the calendar.
    pub period: Period,
    /// When the stretch began.
    pub since: Timestamp,
    /// Currency of a money cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The percentage.
    pub percent: u16,
    /// The limit: pieces, or units of the currency.
    pub limit: i64,
    /// What was used then.
    pub used: i64,
    /// Whether the cap only counts.
    pub soft: bool,
}

/// Over whom the cap of an alert counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "over", rename_all = "snake_case")]
pub enum CapAlertOver {
    /// All publishers together that the contract is with.
    Together {
        /// Their group; everybody without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<PublisherGroupId>,
    },
    /// One value of a publisher's sub id or source.
    Sub {
        /// Which of them.
        name: CapOver,
        /// The value; empty for touches without one.
        value: String,
    },
}

impl CapAlertOver {
    /// For people: `together`, `sub1=summer`.
    pub fn show(&self) -> String {
        match self {
            Self::Together { .. } => CapOver::Together.word().to_owned(),
            Self::Sub { name, value } => format!("{}={value}", name.word()),
        }
    }
}

impl CapAlert {
    /// A number of this cap for people: `1000` or `12.50 USD`.
    pub fn show(&self, units: i64) -> String {
        match self.currency {
            Some(currency) => Money::from_units(units, currency).to_string(),
            None => units.to_string(),
        }
    }
}

/// What an alert is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertAbout {
    /// See [`AlertKind::Cap`].
    Cap(CapAlert),
    /// See [`AlertKind::FundsLow`].
    FundsLow {
        /// The level that was set.
        level: Money,
        /// What is left.
        left: Money,
    },
    /// See [`AlertKind::FundsOut`].
    FundsOut,
    /// See [`AlertKind::FundsBack`].
    FundsBack,
}

impl AlertAbout {
    /// The kind.
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::Cap(_) => AlertKind::Cap,
            Self::FundsLow { .. } => AlertKind::FundsLow,
            Self::FundsOut => AlertKind::FundsOut,
            Self::FundsBack => AlertKind::FundsBack,
        }
    }

    /// What happened: English, Vietnamese, Persian.
    pub fn sentences(&self) -> [String; 3] {
        match self {
            Self::Cap(cap) => {
                let (metric, period) = (metric_words(cap.metric), period_words(cap.period));
                let (percent, used, limit) = (cap.percent, cap.show(cap.used), cap.show(cap.limit));
                let over = cap.over.as_ref().map_or_else(String::new, |over| format!(" ({})", over.show()));
                [
                    format!("The cap on {} {}{over} has reached {percent} %: {used} of {limit} is used.", metric[0], period[0]),
                    format!("Hạn mức {} {}{over} đã đạt {percent} %: đã dùng {used} trên {limit}.", metric[1], period[1]),
                    format!("سقف {} {}{over} به {percent}٪ رسید: {used} از {limit} مصرف شده است.", metric[2], period[2]),
                ]
            }
            Self::FundsLow { level, left } => [
                format!("The prepaid balance has fallen below {level}: {left} is left."),
                format!("Số dư trả trước đã xuống dưới {level}: còn lại {left}."),
                format!("موجودی پیش‌پرداخت به کمتر از {level} رسید: {left} مانده است."),
            ],
            Self::FundsOut => [
                "The advertiser's prepaid balance is used up; its programs pause and take no clicks until it is filled up.".to_owned(),
                "Số dư trả trước của nhà quảng cáo đã hết; các chương trình tạm dừng và không nhận lượt nhấp cho đến khi nạp thêm.".to_owned(),
                "موجودی پیش‌پرداخت تبلیغ‌دهنده تمام شده است؛ برنامه‌هایش متوقف‌اند و تا شارژ دوباره کلیکی نمی‌پذیرند.".to_owned(),
            ],
            Self::FundsBack => [
                "The advertiser has prepaid money again; its programs take clicks.".to_owned(),
                "Nhà quảng cáo lại có tiền trả trước; các chương trình tiếp tục nhận lượt nhấp.".to_owned(),
                "تبلیغ‌دهنده دوباره موجودی پیش‌پرداخت دارد؛ برنامه‌هایش کلیک می‌پذیرند.".to_owned(),
            ],
        }
    }
}

const fn metric_words(metric: CapMetric) -> [&'static str; 3] {
    match metric {
        CapMetric::Clicks => ["clicks", "lượt nhấp", "کلیک"],
        CapMetric::Conversions => ["conversions", "chuyển đổi", "تبدیل"],
        CapMetric::Commission => ["commission", "hoa hồng", "کمیسیون"],
        CapMetric::Charge => ["charge", "tổng chi phí", "هزینهٔ کل"],
    }
}

const fn period_words(period: Period) -> [&'static str; 3] {
    match period {
        Period::Hour => ["per hour", "mỗi giờ", "در ساعت"],
        Period::Day => ["per day", "mỗi ngày", "در روز"],
        Period::Week => ["per week", "mỗi tuần", "در هفته"],
        Period::Month => ["per month", "mỗi tháng", "در ماه"],
        Period::Quarter => ["per quarter", "mỗi quý", "در فصل"],
        Period::Total => ["in total", "tổng cộng", "در مجموع"],
    }
}

/// One alert.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Alert {
    /// Id.
    pub id: AlertId,
    /// Its network.
    pub network_id: NetworkId,
    /// The advertiser whose cap or money it is.
    pub advertiser_id: AdvertiserId,
    /// The program, for a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_id: Option<ProgramId>,
    /// The publisher, for a cap that counts him alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher_id: Option<PublisherId>,
    /// When what caused it happened.
    pub at: Timestamp,
    /// What it is about.
    #[serde(flatten)]
    pub about: AlertAbout,
}

impl Alert {
    /// Whether publishers may read it, too: of caps those that count one of them alone, but not what the advertiser is
    /// charged; of money whether there is any, but not how much.
    pub const fn is_for_publishers(&self) -> bool {
        match &self.about {
            AlertAbout::Cap(cap) => self.publisher_id.is_some() && !matches!(cap.metric, CapMetric::Charge),
            AlertAbout::FundsLow { .. } => false,
            AlertAbout::FundsOut | AlertAbout::FundsBack => true,
        }
    }
}

/// Draws an id from the digest of a key, so that the same alert has the same id whoever decides it.
pub struct KeyDigest(pub [u8; 32]);

impl Entropy for KeyDigest {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, from) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_in_three_languages_names_the_numbers() {
        let cap = CapAlert {
            over: None,
            metric: CapMetric::Commission,
            period: Period::Month,
            since: Timestamp::from_seconds(0),
            currency: Some(Currency::USD),
            percent: 80,
            limit: 100_000_000,
            used: 80_500_000,
            soft: false,
        };
        let said = AlertAbout::Cap(cap).sentences();
        assert_eq!(
            said[0],
            "The cap on commission per month has reached 80 %: 80.50 USD of 100.00 USD is used."
        );
        assert!(said.iter().all(|sentence| sentence.contains("80.50 USD") && sentence.contains("80")));
        let left = Money::from_units(5_000_000, Currency::USD);
        let low = AlertAbout::FundsLow { level: Money::from_units(10_000_000, Currency::USD), left };
        assert!(low.sentences().iter().all(|sentence| sentence.contains("5.00 USD")));
    }

    #[test]
    fn publishers_read_their_own_caps_but_not_what_is_charged() {
        let alert = |publisher: bool, metric: CapMetric| {
            let text = serde_json::json!({
                "id": AlertId::from_bytes([1; 16]), "network_id": NetworkId::from_bytes([2; 16]),
                "advertiser_id": AdvertiserId::from_bytes([3; 16]), "at": "2026-03-01T00:00:00Z",
                "publisher_id": publisher.then_some(PublisherId::from_bytes([4; 16])),
                "kind": "cap", "metric": metric, "period": "day", "since": "2026-03-01T00:00:00Z",
                "percent": 100, "limit": 10, "used": 10, "soft": false,
            });
            serde_json::from_value::<Alert>(text).expect("an alert")
        };
        assert!(alert(true, CapMetric::Conversions).is_for_publishers());
        assert!(!alert(true, CapMetric::Charge).is_for_publishers());
        assert!(!alert(false, CapMetric::Conversions).is_for_publishers());
    }
}
