//! How many.

use super::{APPROVED, DECIDED, Formula, LIVE, Metric, NEW, OPEN, ORDER, PAID, Unit, all, less, only};
use crate::{dimension::Dimension, measure::Measure};

pub(super) const METRICS: &[Metric] = &[
    Metric {
        word: "impressions",
        unit: Unit::Count,
        formula: Formula::Sum(&[all(Measure::Impressions)]),
        names: ["Impressions", "Lượt hiển thị", "نمایش"],
        descriptions: [
            "Banners and the like that were shown and counted.",
            "Số lần quảng cáo được hiển thị và được tính.",
            "دفعاتی که تبلیغ نمایش داده و شمرده شد.",
        ],
    },
    Metric {
        word: "clicks",
        unit: Unit::Count,
        formula: Formula::Sum(&[all(Measure::Clicks)]),
        names: ["Clicks", "Lượt nhấp", "کلیک"],
        descriptions: [
            "All clicks and visits: unique, duplicate and invalid.",
            "Mọi lượt nhấp và truy cập: duy nhất, trùng lặp và không hợp lệ.",
            "همهٔ کلیک‌ها و بازدیدها: یکتا، تکراری و نامعتبر.",
        ],
    },
    Metric {
        word: "unique_clicks",
        unit: Unit::Count,
        formula: Formula::Sum(&[all(Measure::UniqueClicks)]),
        names: ["Unique clicks", "Lượt nhấp duy nhất", "کلیک یکتا"],
        descriptions: [
            "Clicks and visits that counted, each visitor once.",
            "Lượt nhấp và truy cập được tính, mỗi khách một lần.",
            "کلیک‌ها و بازدیدهایی که شمرده شد؛ هر بازدیدکننده یک بار.",
        ],
    },
    Metric {
        word: "duplicate_clicks",
        unit: Unit::Count,
        formula: Formula::Sum(&[
            all(Measure::Clicks),
            less(Measure::UniqueClicks),
            less(Measure::InvalidClicks),
        ]),
        names: ["Duplicate clicks", "Lượt nhấp trùng lặp", "کلیک تکراری"],
        descriptions: [
            "Further clicks of the same visitor within the program's window.",
            "Lượt nhấp lặp lại của cùng một khách trong thời hạn của chương trình.",
            "کلیک‌های بعدی همان بازدیدکننده در بازهٔ برنامه.",
        ],
    },
    Metric {
        word: "invalid_clicks",
        unit: Unit::Count,
        formula: Formula::Sum(&[all(Measure::InvalidClicks)]),
        names: ["Invalid clicks", "Lượt nhấp không hợp lệ", "کلیک نامعتبر"],
        descriptions: [
            "Clicks and visits that did not count; the code says why.",
            "Lượt nhấp và truy cập không được tính; mã cho biết lý do.",
            "کلیک‌ها و بازدیدهایی که شمرده نشد؛ کد دلیل را می‌گوید.",
        ],
    },
    Metric {
        word: "conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[LIVE])]),
        names: ["Conversions", "Chuyển đổi", "تبدیل"],
        descriptions: [
            "Conversions that are pending, held or approved, and those of other channels that no publisher is paid for.",
            "Chuyển đổi đang chờ, tạm giữ hoặc đã duyệt, và chuyển đổi của các kênh khác mà không nhà xuất bản nào được trả.",
            "تبدیل‌های در انتظار، نگه‌داشته یا تأییدشده، و تبدیل‌های کانال‌های دیگر که به ناشری پرداخت نمی‌شود.",
        ],
    },
    Metric {
        word: "all_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[DECIDED])]),
        names: ["Reported conversions", "Chuyển đổi đã báo cáo", "تبدیل گزارش‌شده"],
        descriptions: [
            "Everything that was reported, whatever became of it.",
            "Mọi báo cáo, bất kể kết quả.",
            "هرچه گزارش شد، هر سرانجامی که داشت.",
        ],
    },
    Metric {
        word: "pending_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[OPEN])]),
        names: ["Pending conversions", "Chuyển đổi đang chờ", "تبدیل در انتظار"],
        descriptions: [
            "Conversions that wait for the end of their hold or for a decision.",
            "Chuyển đổi đang chờ hết thời gian giữ hoặc chờ quyết định.",
            "تبدیل‌هایی که منتظر پایان مهلت یا تصمیم‌اند.",
        ],
    },
    Metric {
        word: "approved_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[APPROVED])]),
        names: ["Approved conversions", "Chuyển đổi đã duyệt", "تبدیل تأییدشده"],
        descriptions: [
            "Conversions that are approved and not taken back as a whole.",
            "Chuyển đổi đã duyệt và chưa bị thu hồi toàn bộ.",
            "تبدیل‌هایی که تأیید شده و کامل پس گرفته نشده‌اند.",
        ],
    },
    Metric {
        word: "paid_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[PAID])]),
        names: ["Paid conversions", "Chuyển đổi đã trả", "تبدیل پرداخت‌شده"],
        descriptions: [
            "Approved conversions whose publisher was paid.",
            "Chuyển đổi đã duyệt và đã được trả cho nhà xuất bản.",
            "تبدیل‌های تأییدشده‌ای که به ناشرشان پرداخت شده است.",
        ],
    },
    Metric {
        word: "rejected_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[(Dimension::State, &["rejected"])])]),
        names: ["Rejected conversions", "Chuyển đổi bị từ chối", "تبدیل ردشده"],
        descriptions: [
            "Conversions that earn nothing; the code or reason says why.",
            "Chuyển đổi không được trả; mã hoặc lý do giải thích.",
            "تبدیل‌هایی که درآمدی ندارند؛ کد یا دلیل می‌گوید چرا.",
        ],
    },
    Metric {
        word: "reversed_conversions",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[(Dimension::State, &["reversed"])])]),
        names: ["Reversed conversions", "Chuyển đổi bị thu hồi", "تبدیل برگشتی"],
        descriptions: [
            "Conversions that were approved and then taken back as a whole.",
            "Chuyển đổi đã duyệt rồi bị thu hồi toàn bộ.",
            "تبدیل‌هایی که تأیید و سپس کامل پس گرفته شدند.",
        ],
    },
    Metric {
        word: "leads",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[LIVE, (Dimension::ActionKind, &["lead"])])]),
        names: ["Leads", "Khách hàng tiềm năng", "سرنخ"],
        descriptions: [
            "Contacts that are pending, held or approved.",
            "Liên hệ đang chờ, tạm giữ hoặc đã duyệt.",
            "سرنخ‌های در انتظار، نگه‌داشته یا تأییدشده.",
        ],
    },
    Metric {
        word: "qualified_leads",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(
            Measure::Conversions,
            &[LIVE, (Dimension::ActionKind, &["qualified_lead"])],
        )]),
        names: ["Qualified leads", "Khách hàng tiềm năng đạt chuẩn", "سرنخ واجد شرایط"],
        descriptions: [
            "Contacts that the advertiser accepted as promising.",
            "Liên hệ được nhà quảng cáo chấp nhận là có triển vọng.",
            "سرنخ‌هایی که تبلیغ‌دهنده پذیرفته است.",
        ],
    },
    Metric {
        word: "orders",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[LIVE, ORDER])]),
        names: ["Orders", "Đơn hàng", "سفارش"],
        descriptions: [
            "Purchases that are pending, held or approved, and those of other channels.",
            "Đơn mua đang chờ, tạm giữ hoặc đã duyệt, và đơn mua từ các kênh khác.",
            "خریدهای در انتظار، نگه‌داشته یا تأییدشده، و خریدهای کانال‌های دیگر.",
        ],
    },
    Metric {
        word: "installs",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[LIVE, (Dimension::ActionKind, &["install"])])]),
        names: ["Installs", "Lượt cài đặt", "نصب"],
        descriptions: [
            "App installs that are pending, held or approved.",
            "Lượt cài ứng dụng đang chờ, tạm giữ hoặc đã duyệt.",
            "نصب‌های در انتظار، نگه‌داشته یا تأییدشده.",
        ],
    },
    Metric {
        word: "items_sold",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Pieces, &[LIVE])]),
        names: ["Items sold", "Sản phẩm đã bán", "اقلام فروخته‌شده"],
        descriptions: [
            "Pieces in orders that are pending, held or approved, where items were reported.",
            "Số món trong các đơn đang chờ, tạm giữ hoặc đã duyệt, khi có báo cáo món hàng.",
            "تعداد اقلام در سفارش‌های در انتظار، نگه‌داشته یا تأییدشده، هر جا اقلام گزارش شده باشد.",
        ],
    },
    Metric {
        word: "new_customers",
        unit: Unit::Count,
        formula: Formula::Sum(&[only(Measure::Conversions, &[LIVE, ORDER, NEW])]),
        names: ["New customers", "Khách hàng mới", "مشتری تازه"],
        descriptions: [
            "Orders of customers who had not bought before.",
            "Đơn hàng của khách chưa từng mua.",
            "سفارش مشتریانی که پیش‌تر نخریده بودند.",
        ],
    },
];
