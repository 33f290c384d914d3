//! What is written is read back by others: CSV by its library, XLSX as the archive of XML that it is.

// Allowed in tests, but Clippy does not see that functions they share are of tests.
#![allow(clippy::unwrap_used)]

mod comma;
mod unpacked;
mod xlsx;

use sheets::{Cell, Column, Kind, Sheet};

/// The file of these rows, given in pieces of this many.
pub fn file(mut sheet: Box<dyn Sheet>, rows: &[Vec<Cell>], piece: usize) -> Vec<u8> {
    let mut file = Vec::new();
    for rows in rows.chunks(piece) {
        file.extend(sheet.rows(rows).unwrap());
    }
    file.extend(sheet.finish().unwrap());
    file
}

/// A text column and two of numbers.
pub fn columns() -> Vec<Column> {
    vec![
        Column::new("name", Kind::Text),
        Column::new("clicks", Kind::Count),
        Column::new("commission", Kind::Decimal(6)),
    ]
}

/// A row of them.
pub fn row(name: &str, clicks: i64, commission: &str) -> Vec<Cell> {
    vec![Cell::Text(name.to_owned()), Cell::Number(clicks.to_string()), Cell::Number(commission.to_owned())]
}

/// Texts that break files, or do things in those who open them.
pub const HOSTILE: [&str; 18] = [
    "=HYPERLINK(\"http://evil.example\")",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "a,b",
    "a\"b",
    "a\nb",
    "a\r\nb",
    "<c>&amp;</c>",
    "]]>",
    "\u{0}\u{7}\u{1f}",
    "_x000A_",
    "_x005F_x000A_",
    "گزارش \u{202e}x",
    "Báo cáo 😀",
];
