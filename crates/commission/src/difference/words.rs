//! A change in words: English, Vietnamese and Persian.

use model::codes::Language;
use serde_json::Value;

use super::{TermChange, TermPath, path::Step};

/// A phrase in every language.
struct Words {
    en: &'static str,
    vi: &'static str,
    fa: &'static str,
}

impl Words {
    const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Vi => self.vi,
            Language::Fa => self.fa,
        }
    }
}

/// Declares the names of terms, one a line.
macro_rules! terms {
    ($($term:literal => $en:literal, $vi:literal, $fa:literal;)+) => {
        /// The name of a term for people; its word where it has none.
        fn name_of(term: &str, language: Language) -> String {
            match term {
                $($term => Words { en: $en, vi: $vi, fa: $fa }.of(language).to_owned(),)+
                other => other.replace('_', " "),
            }
        }
    };
}

terms! {
    "currency" => "currency", "đồng tiền", "ارز";
    "payout_model" => "payout model", "mô hình chi trả", "مدل پرداخت";
    "actions" => "action", "hành động", "اقدام";
    "rates" => "rate", "mức trả", "نرخ";
    "touch_rates" => "rate of clicks and impressions", "mức trả cho lượt nhấp và hiển thị", "نرخ کلیک و نمایش";
    "caps" => "cap", "giới hạn", "سقف";
    "percent" => "percentage", "tỷ lệ phần trăm", "درصد";
    "amount" => "amount", "số tiền", "مبلغ";
    "limit" => "limit", "mức giới hạn", "حد";
    "alert_at" => "percentages that are told", "các mức phần trăm được báo", "درصدهایی که خبر داده می‌شود";
    "soft" => "soft cap", "giới hạn mềm", "سقف نرم";
    "kind" => "kind of rate", "loại mức trả", "نوع نرخ";
    "when" => "conditions", "điều kiện", "شرط‌ها";
    "recurring" => "pay for later purchases of the customer", "trả cho các lần mua sau của khách", "پرداخت برای خریدهای بعدی مشتری";
    "months" => "months", "số tháng", "ماه‌ها";
    "tiers" => "tiers", "bậc", "پله‌ها";
    "retroactive" => "steps also for what came before", "bậc cũng áp dụng cho phần trước đó", "پله‌ها برای پیش از آن هم";
    "customer" => "kind of customer", "loại khách hàng", "نوع مشتری";
    "click_window_seconds" => "click window", "thời hạn tính lượt nhấp", "بازهٔ کلیک";
    "view_window_seconds" => "view window", "thời hạn tính lượt xem", "بازهٔ نمایش";
    "delay_seconds_min" => "least time after the click", "thời gian tối thiểu sau lượt nhấp", "کمترین فاصله از کلیک";
    "hold_seconds" => "time until automatic approval", "thời gian đến khi tự động duyệt", "زمان تا تأیید خودکار";
    "own_purchases" => "pay for own purchases", "trả cho đơn tự mua", "پرداخت برای خرید شخصی";
    "reject_too_fast" => "rejection of what comes too fast", "từ chối đơn đến quá nhanh", "رد موارد بیش از حد سریع";
    "ended" => "end of the agreement", "chấm dứt thỏa thuận", "پایان توافق";
    "stand_down" => "standing down after checkout", "nhường sau khi thanh toán bắt đầu", "کنار رفتن پس از آغاز پرداخت";
    "paid_clicks_displace" => "displacement by later paid clicks", "bị thay thế bởi lượt nhấp trả phí sau đó", "کنار زدن با کلیک تبلیغاتی بعدی";
    "assist_percent" => "part for assists (percent)", "phần cho đối tác hỗ trợ (phần trăm)", "سهم کمک‌کنندگان (درصد)";
    "fee" => "fee", "phí", "کارمزد";
    "fixed" => "fixed fee", "phí cố định", "کارمزد ثابت";
    "bonuses" => "bonus", "tiền thưởng", "پاداش";
    "reach" => "threshold", "mức cần đạt", "آستانه";
    "per" => "period", "kỳ", "دوره";
    "by" => "what is counted", "chỉ tiêu được tính", "معیار شمارش";
    "paid_by" => "who pays", "bên trả", "پرداخت‌کننده";
    "rule" => "rule", "quy tắc", "قاعده";
}

/// The change in one sentence.
pub fn sentence(change: &TermChange, language: Language) -> String {
    let place = place(&change.path, language);
    let is_time = change.term().contains("_seconds");
    let shown = |value: &Value| shown(value, is_time, language);
    let entry = change.path.is_entry();
    match (&change.before, &change.after) {
        (None, Some(_)) if entry => {
            format!(
                "{place} {}",
                Words { en: "is new.", vi: "được thêm mới.", fa: "افزوده می‌شود." }.of(language)
            )
        }
        (Some(_), None) if entry => {
            format!("{place} {}", Words { en: "is gone.", vi: "bị bỏ.", fa: "حذف می‌شود." }.of(language))
        }
        (before, after) => {
            let none = || Words { en: "none", vi: "không có", fa: "هیچ" }.of(language).to_owned();
            let (before, after) =
                (before.as_ref().map_or_else(none, shown), after.as_ref().map_or_else(none, shown));
            match language {
                Language::En => format!("{place}: {after} instead of {before}."),
                Language::Vi => format!("{place}: {after} thay cho {before}."),
                Language::Fa => format!("{place}: {after} به‌جای {before}."),
            }
        }
    }
}

/// `actions[order].rates[base].percent` as `Action order, rate base, percentage`.
fn place(path: &TermPath, language: Language) -> String {
    let comma = Words { en: ", ", vi: ", ", fa: "، " }.of(language);
    let mut text = String::new();
    for step in path.steps() {
        match step {
            Step::Member(term) if term == "attribution" => {}
            Step::Member(term) => {
                text.push_str(if text.is_empty() { "" } else { comma });
                text.push_str(&name_of(term, language));
            }
            Step::Entry(name) => {
                text.push(' ');
                text.push_str(name);
            }
        }
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value for people.
fn shown(value: &Value, is_time: bool, language: Language) -> String {
    match value {
        Value::Bool(true) => Words { en: "yes", vi: "có", fa: "بله" }.of(language).to_owned(),
        Value::Bool(false) => Words { en: "no", vi: "không", fa: "خیر" }.of(language).to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_u64().filter(|_| is_time) {
            Some(seconds) => duration(seconds, language),
            None => number.to_string(),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn duration(seconds: u64, language: Language) -> String {
    const DAY: u64 = 86_400;
    let (count, unit) = match seconds {
        0 => (0, Words { en: "seconds", vi: "giây", fa: "ثانیه" }),
        _ if seconds.is_multiple_of(DAY) => (seconds / DAY, Words { en: "days", vi: "ngày", fa: "روز" }),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, Words { en: "hours", vi: "giờ", fa: "ساعت" }),
        _ if seconds.is_multiple_of(60) => (seconds / 60, Words { en: "minutes", vi: "phút", fa: "دقیقه" }),
        _ => (seconds, Words { en: "seconds", vi: "giây", fa: "ثانیه" }),
    };
    let unit = unit.of(language);
    // Only English tells one from many.
    let unit = if count == 1 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    format!("{count} {unit}")
}
