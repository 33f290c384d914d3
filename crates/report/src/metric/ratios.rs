//! One sum over another.

use super::{
    APPROVED, Formula, LIVE, Metric, NEW, ORDER, Part, Unit, all,
    money::{COST, PROFIT},
    only, ratio,
};
use crate::{dimension::Dimension, measure::Measure};

const CLICKS: &[Part] = &[all(Measure::Clicks)];
const UNIQUE: &[Part] = &[all(Measure::UniqueClicks)];
const IMPRESSIONS: &[Part] = &[all(Measure::Impressions)];
const COMMISSION: &[Part] = &[all(Measure::Commission)];
const REVENUE: &[Part] = &[all(Measure::Revenue)];
const REVERSED_VALUE: &[Part] =
    &[only(Measure::ReversedValue, &[(Dimension::State, &["approved", "paid", "reversed"])])];
const CONVERSIONS: &[Part] = &[only(Measure::Conversions, &[LIVE])];
const LEADS: &[Part] = &[only(Measure::Conversions, &[LIVE, (Dimension::ActionKind, &["lead"])])];
const QUALIFIED: &[Part] =
    &[only(Measure::Conversions, &[LIVE, (Dimension::ActionKind, &["qualified_lead"])])];
const ORDERS: &[Part] = &[only(Measure::Conversions, &[LIVE, ORDER])];
const FIRST_ORDERS: &[Part] = &[only(Measure::Conversions, &[LIVE, ORDER, NEW])];
const KNOWN: &[Part] =
    &[only(Measure::Conversions, &[LIVE, ORDER, (Dimension::Customer, &["new", "returning"])])];
const APPROVALS: &[Part] = &[only(Measure::Conversions, &[APPROVED])];
/// What was taken back as a whole had been approved before.
const EVER_APPROVED: &[Part] =
    &[only(Measure::Conversions, &[(Dimension::State, &["approved", "paid", "reversed"])])];
/// An order that no publisher claimed is refused to nobody.
const JUDGED: &[Part] = &[
    only(Measure::Conversions, &[(Dimension::State, &["approved", "paid", "reversed", "rejected"])]),
    Part {
        minus: true,
        ..only(Measure::Conversions, &[(Dimension::State, &["rejected"]), (Dimension::Code, &["no_touch"])])
    },
];
const EVER_APPROVED_VALUE: &[Part] =
    &[only(Measure::OrderValue, &[(Dimension::State, &["approved", "paid", "reversed"])])];

pub(super) const METRICS: &[Metric] = &[
    Metric {
        word: "ctr",
        unit: Unit::Ratio,
        formula: ratio(CLICKS, IMPRESSIONS),
        names: ["CTR", "CTR", "CTR"],
        descriptions: [
            "Clicks for each impression.",
            "Lượt nhấp trên mỗi lượt hiển thị.",
            "کلیک به ازای هر نمایش.",
        ],
    },
    Metric {
        word: "cvr",
        unit: Unit::Ratio,
        formula: ratio(CONVERSIONS, UNIQUE),
        names: ["CVR", "CVR", "CVR"],
        descriptions: [
            "Conversions for each unique click.",
            "Chuyển đổi trên mỗi lượt nhấp duy nhất.",
            "تبدیل به ازای هر کلیک یکتا.",
        ],
    },
    Metric {
        word: "epc",
        unit: Unit::MoneyEach,
        formula: ratio(COMMISSION, UNIQUE),
        names: ["EPC", "EPC", "EPC"],
        descriptions: [
            "Commission for each unique click.",
            "Hoa hồng trên mỗi lượt nhấp duy nhất.",
            "کمیسیون به ازای هر کلیک یکتا.",
        ],
    },
    Metric {
        word: "cpm",
        unit: Unit::MoneyEach,
        formula: Formula::Ratio { over: COST, under: IMPRESSIONS, times: 1_000 },
        names: ["CPM", "CPM", "CPM"],
        descriptions: [
            "Cost of a thousand impressions.",
            "Chi phí cho một nghìn lượt hiển thị.",
            "هزینهٔ هزار نمایش.",
        ],
    },
    Metric {
        word: "cpc",
        unit: Unit::MoneyEach,
        formula: ratio(COST, UNIQUE),
        names: ["CPC", "CPC", "CPC"],
        descriptions: [
            "Cost of a unique click.",
            "Chi phí cho một lượt nhấp duy nhất.",
            "هزینهٔ هر کلیک یکتا.",
        ],
    },
    Metric {
        word: "cpl",
        unit: Unit::MoneyEach,
        formula: ratio(COST, LEADS),
        names: ["CPL", "CPL", "CPL"],
        descriptions: ["Cost of a lead.", "Chi phí cho một khách hàng tiềm năng.", "هزینهٔ هر سرنخ."],
    },
    Metric {
        word: "cpql",
        unit: Unit::MoneyEach,
        formula: ratio(COST, QUALIFIED),
        names: ["CPQL", "CPQL", "CPQL"],
        descriptions: [
            "Cost of a qualified lead.",
            "Chi phí cho một khách hàng tiềm năng đạt chuẩn.",
            "هزینهٔ هر سرنخ واجد شرایط.",
        ],
    },
    Metric {
        word: "cpa",
        unit: Unit::MoneyEach,
        formula: ratio(COST, APPROVALS),
        names: ["CPA", "CPA", "CPA"],
        descriptions: [
            "Cost of an approved action.",
            "Chi phí cho một hành động đã duyệt.",
            "هزینهٔ هر اقدام تأییدشده.",
        ],
    },
    Metric {
        word: "cpo",
        unit: Unit::MoneyEach,
        formula: ratio(COST, ORDERS),
        names: ["CPO", "CPO", "CPO"],
        descriptions: ["Cost of an order.", "Chi phí cho một đơn hàng.", "هزینهٔ هر سفارش."],
    },
    Metric {
        word: "cost_per_new_customer",
        unit: Unit::MoneyEach,
        formula: ratio(COST, FIRST_ORDERS),
        names: ["Cost per new customer", "Chi phí mỗi khách hàng mới", "هزینهٔ هر مشتری تازه"],
        descriptions: [
            "Cost for each order of a new customer.",
            "Chi phí cho mỗi đơn hàng của khách mới.",
            "هزینه به ازای هر سفارش مشتری تازه.",
        ],
    },
    Metric {
        word: "aov",
        unit: Unit::MoneyEach,
        formula: ratio(REVENUE, ORDERS),
        names: ["AOV", "AOV", "AOV"],
        descriptions: ["Revenue of an order.", "Doanh thu của một đơn hàng.", "فروش هر سفارش."],
    },
    Metric {
        word: "roi",
        unit: Unit::Ratio,
        formula: ratio(PROFIT, COST),
        names: ["ROI", "ROI", "ROI"],
        descriptions: [
            "Profit for each unit of cost.",
            "Lợi nhuận trên mỗi đơn vị chi phí.",
            "سود به ازای هر واحد هزینه.",
        ],
    },
    Metric {
        word: "roas",
        unit: Unit::Ratio,
        formula: ratio(REVENUE, COST),
        names: ["ROAS", "ROAS", "ROAS"],
        descriptions: [
            "Revenue for each unit of cost.",
            "Doanh thu trên mỗi đơn vị chi phí.",
            "فروش به ازای هر واحد هزینه.",
        ],
    },
    Metric {
        word: "cir",
        unit: Unit::Ratio,
        formula: ratio(COST, REVENUE),
        names: ["CIR", "CIR", "CIR"],
        descriptions: [
            "Cost for each unit of revenue.",
            "Chi phí trên mỗi đơn vị doanh thu.",
            "هزینه به ازای هر واحد فروش.",
        ],
    },
    Metric {
        word: "lead_to_order",
        unit: Unit::Ratio,
        formula: ratio(ORDERS, LEADS),
        names: ["Lead to order", "Tỷ lệ lead thành đơn", "سرنخ به سفارش"],
        descriptions: [
            "Orders for each lead.",
            "Đơn hàng trên mỗi khách hàng tiềm năng.",
            "سفارش به ازای هر سرنخ.",
        ],
    },
    Metric {
        word: "approval_rate",
        unit: Unit::Ratio,
        formula: ratio(EVER_APPROVED, JUDGED),
        names: ["Approval rate", "Tỷ lệ duyệt", "نرخ تأیید"],
        descriptions: [
            "Approved conversions among those that were approved or rejected, without orders that no publisher claimed.",
            "Phần chuyển đổi được duyệt trong số đã duyệt hoặc từ chối, không tính đơn không nhà xuất bản nào nhận.",
            "سهم تأییدشده‌ها از تأییدشده‌ها و ردشده‌ها، بدون سفارش‌هایی که هیچ ناشری ادعا نکرده است.",
        ],
    },
    Metric {
        word: "reversal_rate",
        unit: Unit::Ratio,
        formula: ratio(REVERSED_VALUE, EVER_APPROVED_VALUE),
        names: ["Reversal rate", "Tỷ lệ thu hồi", "نرخ برگشت"],
        descriptions: [
            "Order value that was taken back, among what was ever approved.",
            "Phần giá trị bị thu hồi trong tổng giá trị từng được duyệt.",
            "سهم ارزش برگشتی از همهٔ ارزشی که تأیید شده بود.",
        ],
    },
    Metric {
        word: "new_customer_share",
        unit: Unit::Ratio,
        formula: ratio(FIRST_ORDERS, KNOWN),
        names: ["New-customer share", "Tỷ lệ khách hàng mới", "سهم مشتری تازه"],
        descriptions: [
            "Orders of new customers among those whose customer is known as new or returning.",
            "Đơn của khách mới trong số đơn biết rõ khách mới hay cũ.",
            "سهم سفارش مشتریان تازه از سفارش‌هایی که تازه یا قدیمی بودن مشتری‌شان معلوم است.",
        ],
    },
];
