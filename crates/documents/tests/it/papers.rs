//! What the bytes hold.

use std::{collections::BTreeSet, io::Read as _};

use documents::{Language, invoice_pdf, statement_pdf};
use flate2::read::ZlibDecoder;

use crate::samples;

/// Every sample in every language, by a name for its file.
fn all() -> Vec<(String, Vec<u8>)> {
    let mut papers = Vec::new();
    for language in Language::ALL {
        let code = language.code();
        let invoice = |paper| invoice_pdf(&paper, language).unwrap();
        papers.push((format!("invoice-{code}"), invoice(samples::invoice(3, "USD"))));
        papers.push((format!("invoice-long-{code}"), invoice(samples::invoice(70, "VND"))));
        papers.push((format!("credit-note-{code}"), invoice(samples::credit_note())));
        papers.push((format!("payment-receipt-{code}"), invoice(samples::payment_receipt())));
        papers.push((format!("statement-{code}"), statement_pdf(&samples::statement(), language).unwrap()));
    }
    papers
}

/// The streams of a PDF, unpacked.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |from: usize, word: &[u8]| {
        pdf.get(from..)?.windows(word.len()).position(|window| window == word).map(|place| from + place)
    };
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(begin) = find(from, b"stream\n") {
        let begin = begin + b"stream\n".len();
        let Some(end) = find(begin, b"endstream") else { break };
        let mut text = Vec::new();
        if ZlibDecoder::new(&pdf[begin..end]).read_to_end(&mut text).is_ok() {
            found.push(text);
        }
        from = end + b"endstream".len();
    }
    found
}

/// The letters that can be read back from a PDF, as its tables from glyphs to text say.
fn letters(pdf: &[u8]) -> BTreeSet<char> {
    let mut letters = BTreeSet::new();
    for stream in streams(pdf) {
        let text = String::from_utf8_lossy(&stream).into_owned();
        if !text.contains("beginbfchar") && !text.contains("beginbfrange") {
            continue;
        }
        for word in text.split(['<', '>']).filter(|word| word.len() % 4 == 0 && !word.is_empty()) {
            let units: Option<Vec<u16>> = (0..word.len() / 4)
                .map(|place| u16::from_str_radix(word.get(place * 4..place * 4 + 4)?, 16).ok())
                .collect();
            letters.extend(char::decode_utf16(units.unwrap_or_default()).filter_map(Result::ok));
        }
    }
    letters
}

/// How many pages a PDF has.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf).into_owned();
    text.matches("/Type/Page").count() + text.matches("/Type /Page").count()
        - text.matches("/Type/Pages").count()
        - text.matches("/Type /Pages").count()
}

/// `MERIT_PAPERS=FOLDER` keeps the papers, for eyes.
#[test]
fn the_same_paper_is_the_same_bytes() {
    let (first, second) = (all(), all());
    for ((name, one), (_, other)) in first.iter().zip(&second) {
        assert!(one == other, "{name}");
        assert!(one.starts_with(b"%PDF-1."), "{name}");
    }
    if let Ok(folder) = std::env::var("MERIT_PAPERS") {
        for (name, bytes) in &first {
            std::fs::write(format!("{folder}/{name}.pdf"), bytes).unwrap();
        }
    }
}

#[test]
fn what_stands_on_a_paper_can_be_read_back() {
    for (language, said) in [
        (Language::English, "Invoice INV-2026-0007 Billed to Công ty TNHH Hoa Hồng Net amount 4,888,888.82"),
        (Language::Vietnamese, "Hóa đơn Ngày lập Khách hàng Đơn hàng Cộng tiền trước thuế 4.888.888,82"),
        (
            Language::Persian,
            "فاکتور تاریخ صدور خریدار شناسه مالیاتی جمع پیش از مالیات ۴٬۸۸۸٬۸۸۸٫۸۲ آبان ۱۴۰۵",
        ),
    ] {
        let letters = letters(&invoice_pdf(&samples::invoice(3, "USD"), language).unwrap());
        let missing: String =
            said.chars().filter(|letter| !letters.contains(letter) && *letter != ' ').collect();
        assert_eq!(missing, "", "{language:?}");
    }
}

#[test]
fn long_papers_go_over_pages() {
    for language in Language::ALL {
        let paged = |lines: usize| pages(&invoice_pdf(&samples::invoice(lines, "USD"), language).unwrap());
        assert_eq!(paged(3), 1, "{language:?}");
        assert!((3..=5).contains(&paged(70)), "{language:?}: {}", paged(70));
    }
}

#[test]
fn words_without_blanks_are_broken() {
    let mut invoice = samples::invoice(1, "USD");
    invoice.lines[0].program.as_mut().unwrap().name = "W".repeat(200);
    invoice.recipient.legal_name = "گ".repeat(200);
    for language in Language::ALL {
        assert!(invoice_pdf(&invoice, language).unwrap().starts_with(b"%PDF"));
    }
}
