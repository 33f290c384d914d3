//! Bytes to text: byte-order marks, UTF-16 with and without one, UTF-8, and what the caller names.

use crate::question::Charset;

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a workbook.
    #[error("this is an Excel workbook or another packed file; save or download it as CSV")]
    Packed,
    /// It is in another encoding than it claims, or than the caller said.
    #[error("the file is not text in {0}")]
    Encoding(&'static str),
    /// A quotation mark was opened and never closed, so the lines after it cannot be told apart.
    #[error("line {0}: a quotation mark is opened and never closed")]
    OpenQuote(u64),
    /// No line names the columns.
    #[error(
        "no line of the first {lines} names a column of cost beside a campaign, day or count; if one does in other words, say \
         which with `columns`, such as spend=NAME"
    )]
    NoHeader {
        /// How many lines were looked at.
        lines: usize,
    },
    /// A column that the caller named is not in the file.
    #[error("line {line}: there is no column `{name}`")]
    NoColumn {
        /// The line of the header.
        line: u64,
        /// The name.
        name: String,
    },
}

/// Bytes that are looked at to find UTF-16 without a byte-order mark.
const SAMPLE: usize = 4096;

/// The text of a file; `None` when its encoding has to be asked.
pub(crate) fn decode(bytes: &[u8], said: Option<Charset>) -> Result<Option<String>, Unreadable> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    // Packed files: zip (xlsx, ods), the older container of Excel, gzip.
    if [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0", b"\x1F\x8B"].iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Unreadable::Packed);
    }
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return whole(&bytes[mark..], encoding).map(Some);
    }
    if let Some(encoding) = sixteen_bits(bytes) {
        return whole(bytes, encoding).map(Some);
    }
    if let Some(Charset(encoding)) = said {
        return whole(bytes, encoding).map(Some);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(Unreadable::Encoding("UTF-8")),
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Ok(None),
    }
}

fn whole(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Result<String, Unreadable> {
    let refuse = || Unreadable::Encoding(encoding.name());
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(refuse)?;
    if text.contains('\0') { Err(refuse()) } else { Ok(text.into_owned()) }
}

/// UTF-16 without its mark: of the characters that make a table, every other byte is zero.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |place: usize| sample.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 8;
    match (even > many, odd > many) {
        (true, false) => Some(encoding_rs::UTF_16BE),
        (false, true) => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}
