//! How many different ones, and how long it took: what sketches say.

use super::{APPROVED, Formula, LIVE, Metric, PAID, Source, Unit, all};
use crate::{measure::Measure, plan::DateBasis};

pub(super) const METRICS: &[Metric] = &[
    Metric {
        word: "reach",
        unit: Unit::Count,
        formula: Formula::Sketch(Source::Visitors),
        names: ["Reach", "Lượt tiếp cận", "دسترسی"],
        descriptions: [
            "Different visitors of impressions, clicks and visits that counted, of those who may be remembered.",
            "Số khách khác nhau của lượt hiển thị, nhấp và truy cập được tính, trong số những người được phép ghi nhớ.",
            "بازدیدکنندگان متفاوتِ نمایش‌ها، کلیک‌ها و بازدیدهای شمرده‌شده، از میان کسانی که می‌توان به خاطر سپرد.",
        ],
    },
    Metric {
        word: "frequency",
        unit: Unit::Ratio,
        formula: Formula::Each { over: &[all(Measure::RememberedImpressions)], under: Source::Visitors },
        names: ["Frequency", "Tần suất", "بسامد"],
        descriptions: [
            "Impressions of visitors who may be remembered, for each of these visitors.",
            "Lượt hiển thị của khách được phép ghi nhớ trên mỗi khách đó.",
            "نمایش به بازدیدکنندگانی که می‌توان به خاطر سپرد، به ازای هر یک از آنان.",
        ],
    },
    Metric {
        word: "time_to_convert",
        unit: Unit::Seconds,
        formula: Formula::Sketch(Source::Durations {
            from: DateBasis::Click,
            to: DateBasis::Conversion,
            only: &[LIVE],
        }),
        names: ["Time to convert", "Thời gian đến chuyển đổi", "زمان تا تبدیل"],
        descriptions: [
            "The median of the seconds from the touch that earned a conversion to the conversion.",
            "Trung vị số giây từ điểm chạm được ghi công đến chuyển đổi.",
            "میانهٔ ثانیه‌ها از تماسی که تبدیل را آورد تا خود تبدیل.",
        ],
    },
    Metric {
        word: "time_to_approve",
        unit: Unit::Seconds,
        formula: Formula::Sketch(Source::Durations {
            from: DateBasis::Conversion,
            to: DateBasis::Approval,
            only: &[APPROVED],
        }),
        names: ["Time to approve", "Thời gian đến khi duyệt", "زمان تا تأیید"],
        descriptions: [
            "The median of the seconds from a conversion to its approval.",
            "Trung vị số giây từ chuyển đổi đến khi được duyệt.",
            "میانهٔ ثانیه‌ها از تبدیل تا تأیید آن.",
        ],
    },
    Metric {
        word: "time_to_pay",
        unit: Unit::Seconds,
        formula: Formula::Sketch(Source::Durations {
            from: DateBasis::Approval,
            to: DateBasis::Payment,
            only: &[PAID],
        }),
        names: ["Time to pay", "Thời gian đến khi trả", "زمان تا پرداخت"],
        descriptions: [
            "The median of the seconds from the approval of a conversion to its payment.",
            "Trung vị số giây từ khi chuyển đổi được duyệt đến khi được trả.",
            "میانهٔ ثانیه‌ها از تأیید تبدیل تا پرداخت آن.",
        ],
    },
];
