//! The program is not open to everybody, and the publisher was not in it at that time.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 7,
    word: "not_a_member",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "The publisher was not a member of this program at that time. Apply to the program, or accept its invitation; what comes after that counts.",
    vi: "Tại thời điểm đó đối tác không phải là thành viên của chương trình này. Hãy đăng ký tham gia hoặc chấp nhận lời mời; những gì đến sau đó sẽ được tính.",
    fa: "ناشر در آن زمان عضو این برنامه نبود. برای عضویت درخواست دهید یا دعوت برنامه را بپذیرید؛ آنچه پس از آن برسد حساب می‌شود.",
};
