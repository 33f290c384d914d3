//! What mails say.

use model::{
    Timestamp,
    alert::{Alert, AlertKind},
    calendar,
    calendar::Zone,
};
use report::request::Request;
use serde::{Deserialize, Serialize};

/// A language of mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Vietnamese.
    Vi,
    /// Persian.
    Fa,
}

/// Subject and text of a mail with a report.
pub(super) fn of_report(language: Language, name: &str, from_to: (&str, &str)) -> (String, String) {
    let (from, to) = from_to;
    match language {
        Language::En => (
            format!("Report: {name}"),
            format!("Attached is the report “{name}”, from {from} up to {to} (not included).\n"),
        ),
        Language::Vi => {
            (format!("Báo cáo: {name}"), format!("Đính kèm là báo cáo “{name}”, từ {from} đến trước {to}.\n"))
        }
        Language::Fa => {
            (format!("گزارش: {name}"), format!("گزارش «{name}» از {from} تا پیش از {to} پیوست است.\n"))
        }
    }
}

/// From when and to when a report is, as its zone's clocks show it; as it was asked where it makes no sense.
pub(super) fn range(request: &Request) -> (String, String) {
    let shown = |text: &Option<String>| {
        let text = text.clone().unwrap_or_default();
        let (Some(zone), Ok(at)) = (&request.zone, Timestamp::parse(&text)) else { return text };
        let (_, minute) = calendar::weekday_and_minute(zone, at);
        let day = calendar::date_text(zone, at);
        format!("{day} {:02}:{:02} ({})", minute / 60, minute % 60, zone.name())
    };
    (shown(&request.from), shown(&request.to))
}

/// Subject and text of a mail with an alert.
pub(super) fn of_alert(language: Language, alert: &Alert, program: Option<&str>) -> (String, String) {
    let [en, vi, fa] = alert.about.sentences();
    let (sentence, subject, program_word, moment_word) = match language {
        Language::En => (en, alert_subjects(alert.about.kind())[0], "Program", "At"),
        Language::Vi => (vi, alert_subjects(alert.about.kind())[1], "Chương trình", "Lúc"),
        Language::Fa => (fa, alert_subjects(alert.about.kind())[2], "برنامه", "زمان"),
    };
    let mut text = format!("{sentence}\n\n");
    if let Some(program) = program {
        text.push_str(&format!("{program_word}: {program}\n"));
    }
    text.push_str(&format!("{moment_word}: {}\n{}\n", alert.at, alert.id));
    (subject.to_owned(), text)
}

/// Subject and text of a mail with a link for a forgotten password.
pub(super) fn of_password_reset(language: Language, email: &str, link: &str) -> (String, String) {
    let (subject, text) = match language {
        Language::En => (
            "Choose a new password",
            format!(
                "Somebody, probably you, asked for a new password for {email}.\n\nChoose it here within an hour:\n{link}\n\n\
                 The link works once. If it was not you, ignore this mail: nothing has changed.\n"
            ),
        ),
        Language::Vi => (
            "Chọn mật khẩu mới",
            format!(
                "Có người, chắc là bạn, vừa yêu cầu mật khẩu mới cho {email}.\n\nHãy chọn mật khẩu tại đây trong vòng một giờ:\n{link}\n\n\
                 Liên kết chỉ dùng được một lần. Nếu không phải bạn, hãy bỏ qua thư này: chưa có gì thay đổi.\n"
            ),
        ),
        Language::Fa => (
            "گذرواژهٔ تازه برگزینید",
            format!(
                "کسی، به‌احتمال زیاد خود شما، گذرواژهٔ تازه‌ای برای {email} خواسته است.\n\nتا یک ساعت این‌جا آن را برگزینید:\n{link}\n\n\
                 این پیوند یک بار کار می‌کند. اگر شما نبودید، این نامه را نادیده بگیرید: چیزی تغییر نکرده است.\n"
            ),
        ),
    };
    (subject.to_owned(), text)
}

const fn alert_subjects(kind: AlertKind) -> [&'static str; 3] {
    match kind {
        AlertKind::Cap => {
            ["A cap is being reached", "Một hạn mức sắp đạt hoặc đã đạt", "یک سقف در حال پر شدن است"]
        }
        AlertKind::FundsLow => {
            ["The prepaid balance is low", "Số dư trả trước còn ít", "موجودی پیش‌پرداخت کم است"]
        }
        AlertKind::FundsOut => {
            ["The prepaid balance is used up", "Số dư trả trước đã hết", "موجودی پیش‌پرداخت تمام شد"]
        }
        AlertKind::FundsBack => {
            ["There is prepaid money again", "Đã có tiền trả trước trở lại", "موجودی پیش‌پرداخت دوباره هست"]
        }
    }
}

/// A moment as mails write it (RFC 5322), in UTC.
pub(super) fn mail_date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let utc = Zone::utc();
    let (year, month, day) = calendar::date_parts(&utc, at);
    let (weekday, _) = calendar::weekday_and_minute(&utc, at);
    let month = usize::try_from(month).unwrap_or(1).saturating_sub(1);
    let name = |names: &[&'static str], place: usize| names.get(place).copied().unwrap_or(names[0]);
    let second = at.as_seconds().rem_euclid(86_400);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} +0000",
        name(&DAYS, usize::from(weekday)),
        name(&MONTHS, month),
        second / 3_600,
        second / 60 % 60,
        second % 60,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_stand_as_the_zones_clocks_show_them() {
        let settled = r#"{"metrics": ["clicks"], "from": "2026-11-21T20:30:00Z", "to": "2026-11-22T20:30:00Z", "zone": "Asia/Tehran"}"#;
        let request: Request = serde_json::from_str(settled).unwrap();
        let text = |day: &str| format!("{day} 00:00 (Asia/Tehran)");
        assert_eq!(range(&request), (text("2026-11-22"), text("2026-11-23")));
    }

    #[test]
    fn moments_stand_as_mails_write_them() {
        for (moment, text) in [
            ("2026-11-22T10:05:09Z", "Sun, 22 Nov 2026 10:05:09 +0000"),
            ("2028-02-29T23:59:59.999Z", "Tue, 29 Feb 2028 23:59:59 +0000"),
            ("2026-12-28T00:00:00Z", "Mon, 28 Dec 2026 00:00:00 +0000"),
            ("2027-01-02T12:00:00Z", "Sat, 02 Jan 2027 12:00:00 +0000"),
        ] {
            assert_eq!(mail_date(Timestamp::parse(moment).unwrap()), text);
        }
    }
}
