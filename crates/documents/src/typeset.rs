//! Text to glyphs: fonts, shaping, lines.

use std::{borrow::Cow, sync::Arc};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use model::billing::Party;
use parley::{
    BaseDirection, FontContext, FontFamily, FontWeight, Layout, LayoutContext, LineHeight, OverflowWrap,
    StyleProperty,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
};

use crate::{DocumentError, Language};

/// A colour: red, green, blue.
pub(crate) type Colour = [u8; 3];

/// What text is set in.
pub(crate) const INK: Colour = [28, 32, 38];
/// What labels are set in.
pub(crate) const GREY: Colour = [104, 112, 122];
/// What stands out.
pub(crate) const ACCENT: Colour = [16, 84, 110];

/// In which direction a text begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    /// That of the language.
    Language,
    /// From left to right: amounts, whose sign stands before them in every language.
    Figures,
    /// That of its first letter: names and addresses.
    Own,
}

/// How a text looks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
    pub(crate) direction: Direction,
}

impl Style {
    /// Plain text of the language.
    pub(crate) const fn plain(size: f32) -> Self {
        Self { size, bold: false, colour: INK, direction: Direction::Language }
    }
    /// The same in bold.
    pub(crate) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
    /// The same in another colour.
    pub(crate) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
    /// The same for amounts.
    pub(crate) const fn figures(self) -> Self {
        Self { direction: Direction::Figures, ..self }
    }
    /// The same for names.
    pub(crate) const fn own(self) -> Self {
        Self { direction: Direction::Own, ..self }
    }
}

/// Some glyphs of one font beside each other.
#[derive(Clone, Debug)]
pub(crate) struct GlyphRun {
    pub(crate) font: usize,
    /// From the line's left end.
    pub(crate) x: f32,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

/// A line of a block.
#[derive(Clone, Debug)]
pub(crate) struct SetLine {
    /// From the block's upper edge.
    pub(crate) baseline: f32,
    pub(crate) width: f32,
    /// Blanks at the left end of a line that reads from right to left; they hang into the margin.
    pub(crate) hang: f32,
    pub(crate) runs: Vec<GlyphRun>,
}

/// Text that is shaped and broken into lines.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) text: String,
    pub(crate) style: Style,
    pub(crate) lines: Vec<SetLine>,
    pub(crate) height: f32,
}

impl Block {
    /// The width of its longest line.
    pub(crate) fn width(&self) -> f32 {
        self.lines.iter().fold(0.0, |widest, line| line.width.max(widest))
    }
}

/// Sets text.
pub(crate) struct Typesetter {
    pub(crate) language: Language,
    fonts: FontContext,
    layouts: LayoutContext<[u8; 4]>,
    family: String,
    /// The fonts as the writer wants them, each with its id in `fonts`.
    faces: Vec<(u64, Font)>,
}

impl Typesetter {
    /// A typesetter with the fonts that are compiled in.
    pub(crate) fn new(language: Language) -> Result<Self, DocumentError> {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut fonts =
            FontContext { collection: Collection::new(options), source_cache: SourceCache::default() };
        let mut family = None;
        let mut faces = Vec::new();
        for data in [dejavu::sans_condensed::regular(), dejavu::sans_condensed::bold()] {
            let blob = Blob::new(Arc::new(data));
            let font = Font::new(data.into(), 0).ok_or(DocumentError::Font)?;
            faces.push((blob.id(), font));
            let registered = fonts.collection.register_fonts(blob, None);
            family = registered.first().map(|(family, _)| *family).or(family);
        }
        let family = family.and_then(|id| fonts.collection.family_name(id).map(str::to_owned));
        let family = family.ok_or(DocumentError::Font)?;
        Ok(Self { language, fonts, layouts: LayoutContext::new(), family, faces })
    }

    /// The font of this place, for the writer.
    pub(crate) fn face(&self, place: usize) -> Option<Font> {
        self.faces.get(place).map(|(_, font)| font.clone())
    }

    /// Sets a text in lines of at most `width`.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.set_base_direction(match style.direction {
            Direction::Figures => BaseDirection::Ltr,
            Direction::Language if self.language.is_rtl() => BaseDirection::Rtl,
            Direction::Language => BaseDirection::Ltr,
            Direction::Own => BaseDirection::Auto,
        });
        builder.push_default(StyleProperty::FontFamily(FontFamily::named(&self.family)));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.35)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout: Layout<[u8; 4]> = builder.build(text);
        layout.break_all_lines(Some(width));
        let rtl = layout.is_rtl();
        let lines = layout.lines().map(|line| self.line(&line, rtl)).collect();
        Block { text: text.to_owned(), style, lines, height: layout.height() }
    }

    fn line(&self, line: &parley::Line<'_, [u8; 4]>, rtl: bool) -> SetLine {
        let mut runs = Vec::new();
        let mut x = 0.0;
        for run in line.runs() {
            let id = run.font().data.id();
            let font = self.faces.iter().position(|(face, _)| *face == id).unwrap_or(0);
            let glyphs = glyphs_of(&run);
            runs.push(GlyphRun { font, x, glyphs });
            x += run.advance();
        }
        let metrics = line.metrics();
        let blanks = metrics.hanging_advance;
        // Blanks at the end of a line stand at its left end when it reads from right to left, unless they follow a name
        // that reads the other way.
        let end = line.text_range().end;
        let last = line.runs().last().and_then(|run| run.visual_clusters().last());
        let at_right = last.is_some_and(|last| last.is_space_or_nbsp() && last.text_range().end == end);
        let rtl = rtl && !at_right;
        SetLine { baseline: metrics.baseline, width: x - blanks, hang: if rtl { blanks } else { 0.0 }, runs }
    }
}

/// The glyphs of a run from left to right, each with the text that it stands for.
fn glyphs_of(run: &parley::Run<'_, [u8; 4]>) -> Vec<KrillaGlyph> {
    let size = run.font_size();
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    // From right to left, the letters that a ligature swallowed come before its glyph.
    let mut swallowed: Option<usize> = None;
    for cluster in run.visual_clusters() {
        let mut range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            if run.is_rtl() {
                swallowed = swallowed.max(Some(range.end));
            } else if let Some(last) = glyphs.last_mut() {
                last.text_range.end = last.text_range.end.max(range.end);
            }
            continue;
        }
        if let Some(end) = swallowed.take() {
            range.end = range.end.max(end);
        }
        for glyph in cluster.glyphs() {
            let (advance, x, y) = (glyph.advance / size, glyph.x / size, glyph.y / size);
            glyphs.push(KrillaGlyph::new(GlyphId::new(glyph.id), advance, x, y, 0.0, range.clone(), None));
        }
    }
    glyphs
}

/// Name and address of a party, line by line.
pub(crate) fn address_lines(party: &Party) -> Vec<Cow<'_, str>> {
    let mut lines = Vec::new();
    let Some(address) = &party.address else { return lines };
    let joined = |parts: [&Option<String>; 2]| {
        let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
        parts.join(" ")
    };
    let street = joined([&address.street, &address.building_number]);
    if !street.is_empty() {
        lines.push(Cow::Owned(street));
    }
    let town = match &address.post_code {
        Some(code) => format!("{code} {}, {}", address.town, address.country),
        None => format!("{}, {}", address.town, address.country),
    };
    lines.push(Cow::Owned(town));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Word;

    fn every_letter() -> Vec<(Language, String)> {
        let labels = Language::ALL
            .into_iter()
            .flat_map(|language| Word::ALL.iter().map(move |word| (language, word.of(language).to_owned())));
        // Every letter of Vietnamese and of Persian, and the signs in figures.
        let letters = [
            (
                Language::Vietnamese,
                "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ",
            ),
            (
                Language::Vietnamese,
                "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴ",
            ),
            (Language::Persian, "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآأئؤءة ۰۱۲۳۴۵۶۷۸۹٬٫٪−،؛؟"),
            (Language::English, "0123456789.,%−–·"),
        ];
        labels.chain(letters.map(|(language, text)| (language, text.to_owned()))).collect()
    }

    #[test]
    fn no_letter_is_missing_in_the_fonts() {
        for (language, text) in every_letter() {
            let mut typesetter = Typesetter::new(language).unwrap();
            for style in [Style::plain(9.0), Style::plain(9.0).bold()] {
                let block = typesetter.set(&text, style, 400.0);
                let glyphs = block.lines.iter().flat_map(|line| &line.runs).flat_map(|run| &run.glyphs);
                for glyph in glyphs {
                    assert!(
                        glyph.glyph_id != GlyphId::new(0),
                        "{text}: {:?}",
                        text.get(glyph.text_range.clone())
                    );
                }
            }
        }
    }

    #[test]
    fn persian_runs_from_right_to_left_and_is_joined() {
        let mut typesetter = Typesetter::new(Language::Persian).unwrap();
        let block = typesetter.set("سلام", Style::plain(9.0), 400.0);
        let glyphs: Vec<_> =
            block.lines.iter().flat_map(|line| &line.runs).flat_map(|run| &run.glyphs).collect();
        let places: Vec<usize> = glyphs.iter().map(|glyph| glyph.text_range.start).collect();
        assert!(
            places.is_sorted_by(|left, right| left > right),
            "from left to right the last letter first: {places:?}"
        );
        // Letters change their form with their neighbours: alone each has another glyph.
        let alone = typesetter.set("م", Style::plain(9.0), 400.0).lines[0].runs[0].glyphs[0].glyph_id;
        let last = typesetter.set("سلم", Style::plain(9.0), 400.0).lines[0].runs[0].glyphs[0].glyph_id;
        assert!(alone != last);
        // All letters are covered, also those that a ligature swallows.
        let mut covered: Vec<bool> = vec![false; "سلام".len()];
        for glyph in glyphs {
            covered[glyph.text_range.clone()].fill(true);
        }
        assert!(covered.iter().all(|covered| *covered));
    }

    #[test]
    fn a_sign_stands_before_its_amount_in_every_language() {
        for (language, text) in [(Language::English, "−1,234.50"), (Language::Persian, "−۱٬۲۳۴٫۵۰")]
        {
            let mut typesetter = Typesetter::new(language).unwrap();
            let block = typesetter.set(text, Style::plain(9.0).figures(), 400.0);
            let glyphs = block.lines.iter().flat_map(|line| &line.runs).flat_map(|run| &run.glyphs);
            let places: Vec<usize> = glyphs.map(|glyph| glyph.text_range.start).collect();
            assert!(places.is_sorted(), "{text}: {places:?}");
        }
    }
}
