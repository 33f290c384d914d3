//! How much money.

use super::{APPROVED, Formula, Metric, OPEN, PAID, Part, Unit, all, less, only};
use crate::{dimension::Dimension, measure::Measure};

/// What results cost, whoever is paid for them.
pub(super) const COST: &[Part] =
    &[all(Measure::Commission), all(Measure::Fee), all(Measure::Bonus), all(Measure::Spend)];
/// Revenue less cost.
pub(super) const PROFIT: &[Part] = &[
    all(Measure::Revenue),
    less(Measure::Commission),
    less(Measure::Fee),
    less(Measure::Bonus),
    less(Measure::Spend),
];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        word: "commission",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Commission)]),
        names: ["Commission", "Hoa hồng", "کمیسیون"],
        descriptions: [
            "What publishers earn by results and touches, pending and approved.",
            "Khoản nhà xuất bản kiếm được từ kết quả và lượt chạm, đang chờ và đã duyệt.",
            "درآمد ناشران از نتیجه‌ها و تماس‌ها، در انتظار و تأییدشده.",
        ],
    },
    Metric {
        word: "pending_commission",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Commission, &[OPEN])]),
        names: ["Pending commission", "Hoa hồng đang chờ", "کمیسیون در انتظار"],
        descriptions: [
            "Commission that waits for approval.",
            "Hoa hồng đang chờ duyệt.",
            "کمیسیونی که منتظر تأیید است.",
        ],
    },
    Metric {
        word: "approved_commission",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Commission, &[APPROVED])]),
        names: ["Approved commission", "Hoa hồng đã duyệt", "کمیسیون تأییدشده"],
        descriptions: [
            "Commission of approved conversions, less what was taken back.",
            "Hoa hồng của chuyển đổi đã duyệt, trừ phần thu hồi.",
            "کمیسیون تبدیل‌های تأییدشده، منهای آنچه پس گرفته شد.",
        ],
    },
    Metric {
        word: "paid_commission",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Commission, &[PAID])]),
        names: ["Paid commission", "Hoa hồng đã trả", "کمیسیون پرداخت‌شده"],
        descriptions: [
            "Commission of conversions whose publisher was paid, less what was taken back since.",
            "Hoa hồng của chuyển đổi đã được trả cho nhà xuất bản, trừ phần thu hồi sau đó.",
            "کمیسیون تبدیل‌هایی که به ناشرشان پرداخت شده، منهای آنچه پس از آن پس گرفته شد.",
        ],
    },
    Metric {
        word: "reversed_commission",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::ReversedCommission)]),
        names: ["Reversed commission", "Hoa hồng bị thu hồi", "کمیسیون برگشتی"],
        descriptions: [
            "Commission that was taken back by reversals.",
            "Hoa hồng bị thu hồi.",
            "کمیسیونی که پس گرفته شد.",
        ],
    },
    Metric {
        word: "bonus",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Bonus)]),
        names: ["Bonuses", "Tiền thưởng", "پاداش"],
        descriptions: [
            "Bonuses of publishers that advertisers pay.",
            "Tiền thưởng cho nhà xuất bản do nhà quảng cáo trả.",
            "پاداش ناشران که تبلیغ‌دهنده می‌پردازد.",
        ],
    },
    Metric {
        word: "earnings",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Commission), all(Measure::Bonus), all(Measure::NetworkBonus)]),
        names: ["Earnings", "Thu nhập", "درآمد ناشر"],
        descriptions: [
            "Everything that publishers earn: commission, bonuses, and for publishers whom they brought.",
            "Toàn bộ thu nhập của nhà xuất bản: hoa hồng, thưởng và giới thiệu.",
            "همهٔ درآمد ناشر: کمیسیون، پاداش و معرفی ناشران دیگر.",
        ],
    },
    Metric {
        word: "fee",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Fee)]),
        names: ["Fee", "Phí", "کارمزد"],
        descriptions: ["What the network earns.", "Khoản mạng lưới thu.", "درآمد شبکه."],
    },
    Metric {
        word: "charge",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Commission), all(Measure::Fee)]),
        names: ["Charge", "Chi phí kết quả", "هزینهٔ نتیجه"],
        descriptions: [
            "What advertisers pay for results and touches: commission and fee.",
            "Khoản nhà quảng cáo trả cho kết quả: hoa hồng và phí.",
            "پرداخت تبلیغ‌دهنده برای نتیجه‌ها: کمیسیون و کارمزد.",
        ],
    },
    Metric {
        word: "pending_charge",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Commission, &[OPEN]), only(Measure::Fee, &[OPEN])]),
        names: ["Pending charge", "Chi phí đang chờ", "هزینهٔ در انتظار"],
        descriptions: [
            "Charge that waits for approval.",
            "Chi phí đang chờ duyệt.",
            "هزینه‌ای که منتظر تأیید است.",
        ],
    },
    Metric {
        word: "approved_charge",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Commission, &[APPROVED]), only(Measure::Fee, &[APPROVED])]),
        names: ["Approved charge", "Chi phí đã duyệt", "هزینهٔ تأییدشده"],
        descriptions: [
            "Charge of approved conversions, less what was taken back.",
            "Chi phí của chuyển đổi đã duyệt, trừ phần thu hồi.",
            "هزینهٔ تبدیل‌های تأییدشده، منهای برگشت‌ها.",
        ],
    },
    Metric {
        word: "reversed_charge",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::ReversedCommission), all(Measure::ReversedFee)]),
        names: ["Reversed charge", "Chi phí bị thu hồi", "هزینهٔ برگشتی"],
        descriptions: [
            "Charge that was taken back by reversals.",
            "Chi phí bị thu hồi.",
            "هزینه‌ای که برگشت.",
        ],
    },
    Metric {
        word: "spend",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Spend)]),
        names: ["Media spend", "Chi tiêu truyền thông", "هزینهٔ رسانه"],
        descriptions: [
            "Money spent on media of all channels.",
            "Tiền chi cho truyền thông trên mọi kênh.",
            "پول صرف‌شده برای رسانه در همهٔ کانال‌ها.",
        ],
    },
    Metric {
        word: "cost",
        unit: Unit::Money,
        formula: Formula::Sum(COST),
        names: ["Cost", "Chi phí", "هزینه"],
        descriptions: [
            "What results cost: commission, fee, bonuses and media spend.",
            "Chi phí của kết quả: hoa hồng, phí, thưởng và truyền thông.",
            "هزینهٔ نتیجه‌ها: کمیسیون، کارمزد، پاداش و رسانه.",
        ],
    },
    Metric {
        word: "revenue",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Revenue)]),
        names: ["Revenue", "Doanh thu", "فروش"],
        descriptions: [
            "Order value, pending, approved and of other channels, less what was taken back.",
            "Giá trị đơn hàng đang chờ, đã duyệt và từ các kênh khác, trừ phần thu hồi.",
            "ارزش سفارش‌های در انتظار، تأییدشده و کانال‌های دیگر، منهای برگشت‌ها.",
        ],
    },
    Metric {
        word: "pending_revenue",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Revenue, &[OPEN])]),
        names: ["Pending revenue", "Doanh thu đang chờ", "فروش در انتظار"],
        descriptions: [
            "Order value that waits for approval.",
            "Giá trị đơn hàng đang chờ duyệt.",
            "ارزش سفارش‌هایی که منتظر تأییدند.",
        ],
    },
    Metric {
        word: "approved_revenue",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::Revenue, &[APPROVED])]),
        names: ["Approved revenue", "Doanh thu đã duyệt", "فروش تأییدشده"],
        descriptions: [
            "Order value of approved conversions, less what was taken back.",
            "Giá trị đơn hàng đã duyệt, trừ phần thu hồi.",
            "ارزش سفارش‌های تأییدشده، منهای برگشت‌ها.",
        ],
    },
    Metric {
        word: "rejected_revenue",
        unit: Unit::Money,
        formula: Formula::Sum(&[only(Measure::OrderValue, &[(Dimension::State, &["rejected"])])]),
        names: ["Rejected revenue", "Doanh thu bị từ chối", "فروش ردشده"],
        descriptions: [
            "Order value of rejected conversions.",
            "Giá trị đơn hàng bị từ chối.",
            "ارزش سفارش‌های ردشده.",
        ],
    },
    Metric {
        word: "reversed_revenue",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::ReversedValue)]),
        names: ["Reversed revenue", "Doanh thu bị thu hồi", "فروش برگشتی"],
        descriptions: [
            "Order value that was taken back by reversals.",
            "Giá trị đơn hàng bị thu hồi.",
            "ارزش سفارشی که برگشت.",
        ],
    },
    Metric {
        word: "order_value",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::OrderValue)]),
        names: ["Reported order value", "Giá trị đơn đã báo cáo", "ارزش گزارش‌شده"],
        descriptions: [
            "Order value as reported, whatever became of it.",
            "Giá trị đơn hàng như báo cáo, bất kể kết quả.",
            "ارزش سفارش چنان‌که گزارش شد، هر سرانجامی که داشت.",
        ],
    },
    Metric {
        word: "profit",
        unit: Unit::Money,
        formula: Formula::Sum(PROFIT),
        names: ["Profit", "Lợi nhuận", "سود"],
        descriptions: ["Revenue less cost.", "Doanh thu trừ chi phí.", "فروش منهای هزینه."],
    },
    Metric {
        word: "network_margin",
        unit: Unit::Money,
        formula: Formula::Sum(&[all(Measure::Fee), less(Measure::NetworkBonus)]),
        names: ["Network margin", "Lợi nhuận mạng lưới", "حاشیهٔ شبکه"],
        descriptions: [
            "Fees less what the network pays itself.",
            "Phí trừ khoản mạng lưới tự trả.",
            "کارمزد منهای آنچه شبکه خود می‌پردازد.",
        ],
    },
];
