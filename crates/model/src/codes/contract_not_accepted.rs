//! The program asks publishers to accept their contract, and this one has not.

use super::{Applies, CodeInfo, Party};

pub(super) const INFO: CodeInfo = CodeInfo {
    number: 6,
    word: "contract_not_accepted",
    applies: Applies::Both,
    counted: false,
    recoverable: true,
    party: Party::Publisher,
    en: "The publisher has not accepted the terms of this program yet. Read and accept the contract; what comes after that counts.",
    vi: "Đối tác chưa chấp nhận điều khoản của chương trình này. Hãy đọc và chấp nhận hợp đồng; những gì đến sau đó sẽ được tính.",
    fa: "ناشر هنوز شرایط این برنامه را نپذیرفته است. قرارداد را بخوانید و بپذیرید؛ آنچه پس از آن برسد حساب می‌شود.",
};
