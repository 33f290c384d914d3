//! Dimensions: what a report can be cut by, and who may cut by it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// For whose eyes a report is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Viewer {
    /// The network's operator: everything.
    Operator,
    /// An advertiser, or who serves it: its programs with what they cost.
    Advertiser,
    /// A publisher, or who serves him: his own traffic and earnings.
    Publisher,
}

/// What the text of a dimension is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Content {
    /// The id of an object that has a name.
    Object,
    /// A word of a closed list.
    Word,
    /// Text that came from outside.
    Text,
}

const ALL: &[Viewer] = &[Viewer::Operator, Viewer::Advertiser, Viewer::Publisher];
const PAYERS: &[Viewer] = &[Viewer::Operator, Viewer::Advertiser];
const OPERATOR: &[Viewer] = &[Viewer::Operator];
const BRINGERS: &[Viewer] = &[Viewer::Operator, Viewer::Publisher];

macro_rules! dimensions {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $content:ident, $seen:ident, [$en:literal, $vi:literal, $fa:literal];)+) => {
        /// What a report can be cut by. The order is that of the columns; new ones come at the end.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Dimension { $($(#[doc = $doc])+ $name,)+ }

        impl Dimension {
            /// Every dimension, in the order of the columns.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name of the column, and its word in requests.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// What the column holds.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),+ }
            }
            /// The heading in English, Vietnamese and Persian.
            pub const fn headings(self) -> [&'static str; 3] {
                match self { $(Self::$name => [$en, $vi, $fa]),+ }
            }
            /// What its text is.
            pub const fn content(self) -> Content {
                match self { $(Self::$name => Content::$content),+ }
            }
            /// Who may cut and filter by it.
            pub const fn seen_by(self) -> &'static [Viewer] {
                match self { $(Self::$name => $seen),+ }
            }
        }
    };
}

dimensions! {
    /// The program.
    Program = "program", Object, ALL, ["Program", "Chương trình", "برنامه"];
    /// Who pays.
    Advertiser = "advertiser", Object, ALL, ["Advertiser", "Nhà quảng cáo", "تبلیغ‌دهنده"];
    /// Who brought the visitor.
    Publisher = "publisher", Object, ALL, ["Publisher", "Nhà xuất bản", "ناشر"];
    /// The tracking link.
    Link = "link", Object, BRINGERS, ["Link", "Liên kết", "پیوند"];
    /// The version of the contract that paid.
    ContractVersion = "contract_version", Object, ALL, ["Contract version", "Phiên bản hợp đồng", "نسخهٔ قرارداد"];
    /// The rule within the contract that paid.
    Rule = "rule", Text, ALL, ["Rule", "Quy tắc", "قاعده"];
    /// The action's word.
    Action = "action", Text, ALL, ["Action", "Hành động", "اقدام"];
    /// What the action counts as: `lead`, `qualified_lead`, `order`, `install`, `other`.
    ActionKind = "action_kind", Word, ALL, ["Kind of action", "Loại hành động", "نوع اقدام"];
    /// Where the conversion stands: `pending`, `held`, `approved`, `paid`, `rejected`, `reversed`, `duplicate`, `test`; or `own`, when no publisher is paid for it and it stands with another channel.
    State = "state", Word, ALL, ["State", "Trạng thái", "وضعیت"];
    /// The verdict on the touch or conversion, by its word.
    Code = "code", Word, ALL, ["Code", "Mã", "کد"];
    /// The kind of the touch: `click`, `visit`, `impression`, `coupon`.
    TouchKind = "touch_kind", Word, ALL, ["Kind of touch", "Loại điểm chạm", "نوع تماس"];
    /// How the conversion was reported: `postback`, `pixel`, `script`, `api`, `import`, `dispute`.
    Intake = "intake", Word, PAYERS, ["Reported by", "Báo cáo qua", "گزارش از"];
    /// The publisher's source.
    Source = "source", Text, BRINGERS, ["Source", "Nguồn", "منبع"];
    /// The publisher's first sub id.
    Sub1 = "sub1", Text, BRINGERS, ["Sub id 1", "Sub id 1", "زیرشناسهٔ ۱"];
    /// The publisher's second sub id.
    Sub2 = "sub2", Text, BRINGERS, ["Sub id 2", "Sub id 2", "زیرشناسهٔ ۲"];
    /// The publisher's third sub id.
    Sub3 = "sub3", Text, BRINGERS, ["Sub id 3", "Sub id 3", "زیرشناسهٔ ۳"];
    /// The publisher's fourth sub id.
    Sub4 = "sub4", Text, BRINGERS, ["Sub id 4", "Sub id 4", "زیرشناسهٔ ۴"];
    /// The publisher's fifth sub id.
    Sub5 = "sub5", Text, BRINGERS, ["Sub id 5", "Sub id 5", "زیرشناسهٔ ۵"];
    /// The publisher's sixth sub id.
    Sub6 = "sub6", Text, BRINGERS, ["Sub id 6", "Sub id 6", "زیرشناسهٔ ۶"];
    /// The publisher's seventh sub id.
    Sub7 = "sub7", Text, BRINGERS, ["Sub id 7", "Sub id 7", "زیرشناسهٔ ۷"];
    /// The publisher's eighth sub id.
    Sub8 = "sub8", Text, BRINGERS, ["Sub id 8", "Sub id 8", "زیرشناسهٔ ۸"];
    /// The publisher's ninth sub id.
    Sub9 = "sub9", Text, BRINGERS, ["Sub id 9", "Sub id 9", "زیرشناسهٔ ۹"];
    /// The publisher's tenth sub id.
    Sub10 = "sub10", Text, BRINGERS, ["Sub id 10", "Sub id 10", "زیرشناسهٔ ۱۰"];
    /// The channel: `affiliate`, `search`, `social`, ...
    Channel = "channel", Word, ALL, ["Channel", "Kênh", "کانال"];
    /// The advertiser's campaign.
    Campaign = "campaign", Object, PAYERS, ["Campaign", "Chiến dịch", "کارزار"];
    /// The coupon that came with the conversion.
    Coupon = "coupon", Text, ALL, ["Coupon", "Mã giảm giá", "کوپن"];
    /// `new` or `returning`, when it is known.
    Customer = "customer", Word, ALL, ["Customer", "Khách hàng", "مشتری"];
    /// ISO 3166-1 code.
    Country = "country", Word, ALL, ["Country", "Quốc gia", "کشور"];
    /// ISO 3166-2 subdivision.
    Region = "region", Word, ALL, ["Region", "Vùng", "استان"];
    /// English name of the city.
    City = "city", Text, ALL, ["City", "Thành phố", "شهر"];
    /// `desktop`, `mobile`, `tablet`, ...
    Device = "device", Word, ALL, ["Device", "Thiết bị", "دستگاه"];
    /// Operating system.
    Os = "os", Text, ALL, ["Operating system", "Hệ điều hành", "سیستم‌عامل"];
    /// Browser.
    Browser = "browser", Text, ALL, ["Browser", "Trình duyệt", "مرورگر"];
    /// First language of the browser.
    Language = "language", Text, ALL, ["Language", "Ngôn ngữ", "زبان"];
    /// Carrier or internet provider.
    Carrier = "carrier", Text, ALL, ["Carrier", "Nhà mạng", "اپراتور"];
    /// Kind of connection.
    Connection = "connection", Word, ALL, ["Connection", "Kết nối", "اتصال"];
    /// Host of the page the visitor came from.
    ReferrerHost = "referrer_host", Text, BRINGERS, ["Referrer", "Trang giới thiệu", "ارجاع‌دهنده"];
    /// The page that the visitor was sent to, without its query.
    LandingPage = "landing_page", Text, ALL, ["Landing page", "Trang đích", "صفحهٔ فرود"];
    /// Currency of commission, fee, bonus and spend.
    Currency = "currency", Word, ALL, ["Currency", "Tiền tệ", "ارز"];
    /// Currency of the order.
    OrderCurrency = "order_currency", Word, ALL, ["Order currency", "Tiền tệ đơn hàng", "ارز سفارش"];
    /// The product, by the advertiser's stock keeping unit. An order of several is cut into its products.
    Product = "product", Text, ALL, ["Product", "Sản phẩm", "محصول"];
    /// The product's category.
    Category = "category", Text, ALL, ["Category", "Danh mục", "دسته"];
    /// The group that the publisher was in; of several the one that he joined first.
    PublisherGroup = "publisher_group", Object, PAYERS, ["Publisher group", "Nhóm nhà xuất bản", "گروه ناشران"];
    /// The manager who serves the publisher at the time of the report; of several the one who came first. Not in the files.
    Manager = "manager", Object, OPERATOR, ["Manager", "Người quản lý", "مدیر"];
    /// The creative that carried the link.
    Creative = "creative", Object, ALL, ["Creative", "Nội dung quảng cáo", "محتوای تبلیغاتی"];
}

impl Dimension {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its place among the columns.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Those that facts say themselves, which are all but [`Self::Manager`].
    pub fn of_facts() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|dimension| *dimension != Self::Manager)
    }

    /// The dimension of facts that tells what this one is.
    pub const fn told_by(self) -> Self {
        match self {
            Self::Manager => Self::Publisher,
            own => own,
        }
    }

    /// The dimension of a sub id, from 1 to 10.
    pub fn sub(number: usize) -> Option<Self> {
        let place = Self::Sub1.index().checked_add(number.checked_sub(1)?)?;
        Self::ALL.get(place).copied().filter(|dimension| *dimension <= Self::Sub10)
    }
}

/// A word that is no dimension.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no dimension; GET /api/v1/reports/dimensions lists them")]
pub struct DimensionError(pub String);

impl FromStr for Dimension {
    type Err = DimensionError;
    fn from_str(word: &str) -> Result<Self, DimensionError> {
        let found = Self::ALL.iter().find(|dimension| dimension.word() == word);
        found.copied().ok_or_else(|| DimensionError(word.chars().take(64).collect()))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
