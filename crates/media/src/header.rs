//! What a column holds, by its name.
//!
//! Names are compared without case, accents, punctuation and invisible marks, so that `Số tiền đã chi tiêu (VND)` is found
//! however it was written. A currency in brackets at the end is read and taken off. Names that only look alike (`Cost / conv.`,
//! `Avg. CPC`, the schedule columns `Starts` and `Ends` of Meta) are not in the table, and percentages never are.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{number::Said, sheet::is_invisible};

macro_rules! columns {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal;)+) => {
        /// What a column holds.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Column { $($(#[doc = $doc])+ $name,)+ }

        impl Column {
            /// Every column.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its word, with which the caller names it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

columns! {
    /// The campaign's name.
    Campaign = "campaign";
    /// The campaign's id at the ad system.
    CampaignId = "campaign_id";
    /// The day.
    Day = "day";
    /// The first day of the week that the row is about.
    Week = "week";
    /// The month that the row is about.
    Month = "month";
    /// The first day that the row is about.
    Starts = "starts";
    /// The last day that the row is about.
    Ends = "ends";
    /// Money spent.
    Spend = "spend";
    /// Money spent in millionths.
    SpendMicros = "spend_micros";
    /// The currency.
    Currency = "currency";
    /// Impressions.
    Impressions = "impressions";
    /// Clicks.
    Clicks = "clicks";
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Column {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|column| column.word() == word);
        found.copied().ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|column| column.word()).collect();
            format!(
                "`{}` is no column; the columns are {}",
                word.chars().take(64).collect::<String>(),
                words.join(", ")
            )
        })
    }
}

/// The names of a column, the better ones first: where a file has several, the first row of the table wins.
#[rustfmt::skip]
const NAMES: &[(Column, &[&str])] = &[
    (Column::Campaign, &[
        "campaign name", "tên chiến dịch", "نام کمپین", "kampagnenname", "name der kampagne", "nom de la campagne",
        "nombre de la campaña", "nome della campagna", "nome da campanha",
    ]),
    (Column::Campaign, &["campaign", "chiến dịch", "کمپین", "kampagne", "campagne", "campaña", "campagna", "campanha"]),
    (Column::CampaignId, &[
        "campaign id", "id chiến dịch", "mã chiến dịch", "شناسه کمپین", "kampagnen-id", "kampagnen id",
        "identifiant de la campagne", "n° de la campagne", "id de campagne", "id de la campagne", "identificador de la campaña",
        "id. de la campaña", "id de campaña", "id de la campaña", "id campagna", "id da campanha",
    ]),
    (Column::Day, &[
        "day", "date", "by day", "segments date", "ngày", "روز", "تاریخ", "tag", "datum", "jour", "día", "fecha", "giorno", "data",
        "dia",
    ]),
    (Column::Week, &["week", "tuần", "هفته", "woche", "semaine", "semana", "settimana"]),
    (Column::Month, &["month", "tháng", "ماه", "monat", "mois", "mes", "mese", "mês"]),
    (Column::Starts, &[
        "reporting starts", "reporting start", "date start", "period start", "from", "bắt đầu báo cáo", "ngày bắt đầu báo cáo",
        "شروع گزارش", "شروع گزارش‌دهی", "berichtsstart", "beginn des berichts", "anfang des auswertungszeitraums",
        "auswertungsstart", "début des rapports", "début du rapport", "inicio del informe", "inicio de los informes",
        "inizio report", "inizio dei report", "início dos relatórios",
    ]),
    (Column::Ends, &[
        "reporting ends", "reporting end", "date stop", "period end", "to", "kết thúc báo cáo", "ngày kết thúc báo cáo",
        "پایان گزارش", "پایان گزارش‌دهی", "berichtsende", "ende des berichts", "ende des auswertungszeitraums", "auswertungsende",
        "fin des rapports", "fin du rapport", "fin del informe", "fin de los informes", "fine report", "fine dei report",
        "encerramento dos relatórios", "término dos relatórios",
    ]),
    (Column::Spend, &[
        "amount spent", "cost", "spend", "spent", "total cost", "media cost", "ad spend", "số tiền đã chi tiêu", "số tiền chi tiêu",
        "chi phí", "chi tiêu", "هزینه", "مبلغ هزینه‌شده", "مبلغ خرج‌شده", "مبلغ صرف شده", "ausgegebener betrag", "kosten", "ausgaben",
        "montant dépensé", "coût", "dépenses", "importe gastado", "coste", "costo", "gasto", "importo speso", "spesa",
        "valor gasto", "valor usado", "custo",
    ]),
    (Column::SpendMicros, &["cost micros", "metrics cost micros", "spend micros"]),
    (Column::Currency, &[
        "currency", "currency code", "account currency", "tiền tệ", "mã tiền tệ", "đơn vị tiền tệ", "ارز", "واحد پول", "کد ارز",
        "währung", "währungscode", "devise", "code de la devise", "code devise", "moneda", "divisa", "código de moneda", "valuta",
        "codice valuta", "moeda", "código da moeda",
    ]),
    (Column::Impressions, &[
        "impressions", "impr", "metrics impressions", "lượt hiển thị", "hiển thị", "نمایش", "نمایش‌ها", "تعداد نمایش", "impressionen",
        "impresiones", "impressioni", "impressões",
    ]),
    (Column::Clicks, &[
        "link clicks", "lượt click vào liên kết", "lượt nhấp vào liên kết", "کلیک روی پیوند", "کلیک‌های پیوند", "link-klicks",
        "clics sur un lien", "clics sur le lien", "clics en el enlace", "clic sul link", "cliques no link",
    ]),
    (Column::Clicks, &[
        "clicks", "metrics clicks", "số lượt nhấp", "lượt nhấp", "số nhấp chuột", "کلیک", "کلیک‌ها", "تعداد کلیک", "klicks", "clics",
        "clic", "cliques",
    ]),
    (Column::Clicks, &[
        "clicks all", "lượt click tất cả", "lượt nhấp tất cả", "کلیک همه", "کلیک‌ها همه", "klicks alle", "clics tous", "clics todos",
        "clic tutti", "cliques todos",
    ]),
];

/// The table as it is looked up: by the form in which spellings are the same.
static KNOWN: LazyLock<BTreeMap<String, (usize, Column)>> = LazyLock::new(|| {
    let rows = NAMES.iter().enumerate().rev();
    rows.flat_map(|(rank, (column, names))| names.iter().map(move |name| (comparable(name), (rank, *column))))
        .collect()
});

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) column: Column,
    /// Its place in the table: of several columns for the same, the one with the least is taken.
    pub(crate) rank: usize,
    pub(crate) said: Option<Said>,
}

/// What a column of this name holds; `None` for one that is not looked at.
pub(crate) fn named(name: &str) -> Option<Named> {
    let (bare, said) = without_currency(name);
    // With a currency in the name the rest is an amount, and without one it may still end with brackets.
    let find = |name: &str| KNOWN.get(comparable(name).as_str());
    let (rank, column) = *find(&bare).or_else(|| find(name))?;
    Some(Named { column, rank, said })
}

/// The currency that a name says.
pub(crate) fn currency_in(name: &str) -> Option<Said> {
    without_currency(name).1
}

/// Takes a currency in brackets off the end of a name. A symbol that several currencies share is taken off and says none.
fn without_currency(name: &str) -> (String, Option<Said>) {
    let close = [(')', '('), (']', '[')];
    let name: String = name.chars().filter(|letter| !is_invisible(*letter)).collect();
    let name = name.trim();
    for (end, begin) in close {
        if let Some((bare, inside)) = name.strip_suffix(end).and_then(|rest| rest.rsplit_once(begin)) {
            let said = Said::read(inside);
            if said.is_some() || Said::is_shared_symbol(inside) {
                return (bare.trim().to_owned(), said);
            }
        }
    }
    (name.to_owned(), None)
}

/// The form in which two spellings of a name are the same.
pub(crate) fn comparable(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars().filter(|letter| !is_invisible(*letter)) {
        match letter {
            // Letters that Arabic and Persian keyboards write differently.
            'ي' => text.push('ی'),
            'ك' => text.push('ک'),
            // Marks that some systems write apart from their letter.
            '\u{300}'..='\u{36f}' => {}
            _ => text.push(letter),
        }
    }
    let plain = deunicode::deunicode(&text).to_lowercase();
    let words: Vec<&str> =
        plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
