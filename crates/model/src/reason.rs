//! Why somebody changed the state of a conversion, a bonus or a dispute: a closed, append-only list.
//!
//! The word is compared by programs and stored; the sentences are for people and may be improved.

use serde::{Deserialize, Serialize};

use crate::codes::Language;

/// Declares the reasons: variant, word, and a sentence in English, Vietnamese and Persian.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $en:literal, $vi:literal, $fa:literal;)+) => {
        /// Why a person changed a conversion's state: a closed list.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason {
            $($(#[$doc])* $variant,)+
        }

        impl Reason {
            /// Every reason, in the order of their introduction.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire and in storage.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The reason of this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The reason in words.
            pub const fn sentence(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$variant, Language::En) => $en,
                        (Self::$variant, Language::Vi) => $vi,
                        (Self::$variant, Language::Fa) => $fa,
                    )+
                }
            }
        }
    };
}

reasons! {
    /// Goods came back.
    Returned = "returned", "The goods came back.", "Hàng đã bị trả lại.", "کالا پس فرستاده شد.";
    /// The order was cancelled.
    Cancelled = "cancelled", "The order was cancelled.", "Đơn hàng đã bị hủy.", "سفارش لغو شد.";
    /// It could not be delivered.
    OutOfStock = "out_of_stock", "The goods could not be delivered.", "Không thể giao hàng.",
        "کالا قابل تحویل نبود.";
    /// The payment did not arrive.
    PaymentFailed = "payment_failed", "The customer's payment did not arrive.",
        "Khoản thanh toán của khách hàng không đến.", "پرداخت مشتری نرسید.";
    /// Fraud.
    Fraud = "fraud", "It is fraud, or looks like it.", "Có gian lận hoặc dấu hiệu gian lận.",
        "تقلب است یا چنین به نظر می‌رسد.";
    /// Reported before.
    Duplicate = "duplicate", "It was reported before.", "Đã được báo cáo trước đó.", "پیش‌تر گزارش شده بود.";
    /// The publisher broke the terms.
    NotCompliant = "not_compliant", "The promotion broke the terms of the program.",
        "Hoạt động quảng bá vi phạm điều khoản của chương trình.", "تبلیغ، شرایط برنامه را نقض کرده است.";
    /// Another channel brought it.
    OtherChannel = "other_channel", "Another channel brought the order.", "Một kênh khác đã mang lại đơn hàng.",
        "کانال دیگری سفارش را آورده است.";
    /// The customer changed the order.
    OrderChanged = "order_changed", "The customer changed the order.", "Khách hàng đã thay đổi đơn hàng.",
        "مشتری سفارش را تغییر داد.";
    /// A test.
    Test = "test", "It was a test.", "Đây là một lần thử.", "آزمایشی بود.";
    /// Tracking was wrong.
    TrackingError = "tracking_error", "The tracking was wrong.", "Việc theo dõi bị sai.", "ردیابی نادرست بود.";
    /// Anything else; needs a text.
    Other = "other", "Another reason; the note says which.", "Lý do khác; xem ghi chú.",
        "دلیل دیگر؛ یادداشت را ببینید.";
    /// The hold ended.
    HoldEnded = "hold_ended", "The hold ended, so it was approved by itself.",
        "Thời gian chờ đã hết nên được duyệt tự động.", "مدت انتظار پایان یافت و خودکار تأیید شد.";
    /// Checked and found right.
    Confirmed = "confirmed", "It was checked and found right.", "Đã kiểm tra và xác nhận đúng.",
        "بررسی شد و درست بود.";
    /// Somebody is still looking into it.
    UnderReview = "under_review", "It is being looked into.", "Đang được xem xét.", "در دست بررسی است.";
    /// A publisher's dispute was accepted.
    DisputeAccepted = "dispute_accepted", "A dispute of the publisher was accepted.",
        "Khiếu nại của nhà phân phối đã được chấp nhận.", "اعتراض ناشر پذیرفته شد.";
    /// The publisher reached a step of tiers that also counts for what came before it.
    TierReached = "tier_reached", "A tier was reached that also raises what came before it.",
        "Đã đạt một bậc, và bậc này cũng nâng mức trả của các chuyển đổi trước đó.",
        "به پله‌ای رسید که نرخ تبدیل‌های پیش از آن را هم بالا می‌برد.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_match_their_serialisation() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.word()), Some(*reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.word());
            let sentences = [Language::En, Language::Vi, Language::Fa].map(|it| reason.sentence(it));
            assert!(sentences.iter().all(|sentence| sentence.ends_with('.')), "{sentences:?}");
        }
        assert_eq!(Reason::from_word("whim"), None);
    }
}
