//! Everything that stands on papers besides data, in three languages.

use crate::Language;

/// Declares the words, each in English, Vietnamese and Persian.
macro_rules! words {
    ($($name:ident = $english:literal, $vietnamese:literal, $persian:literal;)+) => {
        /// A label.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Word {
            $($name,)+
        }

        impl Word {
            /// Every label, for the test that the fonts have a glyph for each of their letters.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The label in a language.
            pub(crate) const fn of(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::English) => $english,
                        (Self::$name, Language::Vietnamese) => $vietnamese,
                        (Self::$name, Language::Persian) => $persian,
                    )+
                }
            }
        }
    };
}

words! {
    Invoice = "Invoice", "Hóa đơn", "فاکتور";
    CreditNote = "Credit note", "Phiếu điều chỉnh giảm", "فاکتور برگشتی";
    PaymentReceipt = "Payment receipt", "Biên nhận thanh toán", "رسید پرداخت";
    Statement = "Statement", "Bảng kê tài khoản", "صورتحساب";
    Number = "Number", "Số", "شماره";
    Issued = "Issued", "Ngày lập", "تاریخ صدور";
    Period = "Period", "Kỳ", "دوره";
    Due = "Payable by", "Hạn thanh toán", "مهلت پرداخت";
    CurrencyLabel = "Currency", "Đơn vị tiền tệ", "ارز";
    Corrects = "Corrects invoice", "Điều chỉnh hóa đơn", "اصلاح فاکتور";
    Pays = "For invoice", "Cho hóa đơn", "بابت فاکتور";
    BilledTo = "Billed to", "Khách hàng", "خریدار";
    CreditedTo = "Credited to", "Khách hàng", "خریدار";
    ReceivedFrom = "Received from", "Người nộp tiền", "دریافت از";
    StatementFor = "Prepared for", "Lập cho", "برای";
    TaxId = "Tax number", "Mã số thuế", "شناسه مالیاتی";
    Registration = "Registration", "Số đăng ký", "شماره ثبت";
    Description = "Description", "Nội dung", "شرح";
    Count = "Count", "Số lượng", "تعداد";
    Commission = "Commission", "Hoa hồng", "کمیسیون";
    Fee = "Fee", "Phí", "کارمزد";
    Amount = "Amount", "Thành tiền", "مبلغ";
    Net = "Net amount", "Cộng tiền trước thuế", "جمع پیش از مالیات";
    Rounding = "Rounding, carried on", "Làm tròn, chuyển kỳ sau", "گرد کردن، انتقال به دوره بعد";
    Total = "Total", "Tổng cộng", "جمع کل";
    TotalCredited = "Total credited", "Tổng tiền điều chỉnh giảm", "جمع برگشتی";
    AmountReceived = "Amount received", "Số tiền đã nhận", "مبلغ دریافتی";
    InAdvance = "Paid in advance", "Thanh toán trước", "پیش‌پرداخت";
    Prepaid = "Settled from funds paid in advance. Nothing is to be paid.",
        "Đã thanh toán từ số tiền trả trước. Không cần thanh toán thêm.",
        "از محل پیش‌پرداخت تسویه شده است و پرداختی لازم نیست.";
    HowToPay = "How to pay", "Cách thanh toán", "روش پرداخت";
    Remark = "Remark", "Ghi chú", "توضیح";
    RoundingNote = "Lines are exact. The net amount is rounded to whole coins once and each tax once, half a coin upwards; the rest is carried to the next paper.",
        "Các dòng là số chính xác. Tiền trước thuế và mỗi loại thuế chỉ được làm tròn một lần, từ nửa đơn vị trở lên làm tròn lên; phần lẻ chuyển sang kỳ sau.",
        "ردیف‌ها دقیق‌اند. جمع پیش از مالیات و هر مالیات تنها یک بار گرد می‌شود، از نیم به بالا؛ باقیمانده به سند بعدی منتقل می‌شود.";
    SelfBilling = "This statement is drawn up by the network from its ledger and comes to the balance of the account.",
        "Bảng kê này do mạng lưới lập từ sổ cái và khớp với số dư tài khoản.",
        "این صورتحساب را شبکه از دفتر کل خود تهیه کرده و با مانده حساب برابر است.";
    Opening = "Opening balance", "Số dư đầu kỳ", "مانده آغاز دوره";
    Closing = "Closing balance", "Số dư cuối kỳ", "مانده پایان دوره";
    Page = "Page", "Trang", "صفحه";
    OfPages = "of", "/", "از";
    Orders = "Orders", "Đơn hàng", "سفارش‌ها";
    Leads = "Leads", "Khách hàng tiềm năng", "سرنخ‌ها";
    QualifiedLeads = "Qualified leads", "Khách hàng tiềm năng đạt chuẩn", "سرنخ‌های تأییدشده";
    Installs = "Installs", "Lượt cài đặt", "نصب‌ها";
    Clicks = "Clicks", "Lượt nhấp", "کلیک‌ها";
    Impressions = "Impressions", "Lượt hiển thị", "نمایش‌ها";
    Visits = "Visits", "Lượt truy cập", "بازدیدها";
    Bonuses = "Bonuses", "Thưởng", "پاداش‌ها";
    BonusesReversed = "Bonuses taken back", "Thu hồi thưởng", "پاداش‌های برگشتی";
    Referrals = "Referrals", "Giới thiệu", "معرفی‌ها";
    ReferralsReversed = "Referrals taken back", "Thu hồi giới thiệu", "معرفی‌های برگشتی";
    Reversed = "taken back", "thu hồi", "برگشتی";
    Sold = "Changed into another currency", "Đổi sang tiền tệ khác", "تبدیل به ارز دیگر";
    Bought = "Changed from another currency", "Đổi từ tiền tệ khác", "تبدیل از ارز دیگر";
    PaidOut = "Paid out", "Đã chi trả", "پرداخت‌شده";
    Withheld = "Tax withheld", "Thuế khấu trừ", "مالیات کسرشده";
    PayoutReturned = "Payouts returned", "Chi trả bị hoàn lại", "پرداخت‌های برگشتی";
}
