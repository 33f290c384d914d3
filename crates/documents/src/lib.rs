//! Papers about money as PDF, in English, Vietnamese and Persian: data in, bytes out.
//!
//! The same paper and language give the same bytes, whenever and wherever: the fonts are compiled in, and nothing is read from
//! a clock, a system or a network. A paper is first laid out as a list of marks on pages ([`sheet`]), because the number of pages
//! has to be known for the feet, and then written ([`write`]). `parley` shapes and breaks text, also from right to left,
//! `krilla` writes PDF with just those glyphs of the fonts that are used and with the text behind them, so that it can be searched and
//! copied.
//!
//! In Persian everything is mirrored: columns begin at the right, digits and dates (Jalali) are those that people write.
//! Positions are therefore given from the *start* edge of the page, and [`sheet::Sheet`] alone knows which edge that is.
//!
//! Money is text made of integers ([`figures`]); floating point is only where marks stand on a page.

#![allow(clippy::float_arithmetic, reason = "positions on a page; amounts of money are never computed here")]

mod figures;
mod invoice;
mod jalali;
mod parts;
mod sheet;
mod statement;
mod table;
mod typeset;
mod words;
mod write;

pub use invoice::invoice_pdf;
pub use statement::statement_pdf;

/// A language of papers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// English.
    English,
    /// Vietnamese.
    Vietnamese,
    /// Persian, from right to left.
    Persian,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::Vietnamese, Self::Persian];

    /// Its code: `en`, `vi`, `fa`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Vietnamese => "vi",
            Self::Persian => "fa",
        }
    }
    /// The language of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
    /// Whether it is written from right to left.
    pub const fn is_rtl(self) -> bool {
        matches!(self, Self::Persian)
    }
}

/// Why no PDF could be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// A font that is compiled in cannot be read.
    #[error("a font cannot be read")]
    Font,
    /// The pages could not be written.
    #[error("the pages could not be written: {0}")]
    Write(String),
}
