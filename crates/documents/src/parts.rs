//! What all papers have: head, parties, notes, feet.

use model::billing::{Party, ProgramNamed};

use crate::{
    DocumentError, Language, figures,
    sheet::{Align, MARGIN, PAGE_HEIGHT, Sheet, WIDTH},
    typeset::{ACCENT, GREY, Style, Typesetter, address_lines},
    words::Word,
    write::{self, About},
};

/// Between two blocks beside each other.
const GAP: f32 = 24.0;

/// A paper that is being laid out.
pub(crate) struct Paper {
    pub(crate) sheet: Sheet,
    pub(crate) typesetter: Typesetter,
    pub(crate) language: Language,
}

impl Paper {
    /// An empty paper.
    pub(crate) fn new(language: Language) -> Result<Self, DocumentError> {
        let typesetter = Typesetter::new(language)?;
        Ok(Self { sheet: Sheet::new(language.is_rtl()), typesetter, language })
    }

    /// A label in the paper's language.
    pub(crate) const fn word(&self, word: Word) -> &'static str {
        word.of(self.language)
    }

    /// Text at the sheet's place; answers its height.
    fn text(&mut self, text: &str, style: Style, within: (f32, f32), top: f32, align: Align) -> f32 {
        let block = self.typesetter.set(text, style, within.1);
        let height = block.height;
        self.sheet.text(block, within, top, align);
        height
    }

    /// Title and number at the start, who writes the paper at the end.
    pub(crate) fn head(&mut self, title: Word, number: &str, issuer: &Party) {
        let top = self.sheet.y;
        let wide = WIDTH * 0.56;
        let title = self.word(title);
        let mut left = top;
        left += self.text(title, Style::plain(21.0).bold().colour(ACCENT), (0.0, wide), left, Align::Start);
        left +=
            self.text(number, Style::plain(11.0).colour(GREY).own(), (0.0, wide), left + 1.0, Align::Start);
        let right = self.party(issuer, wide + GAP, WIDTH - wide - GAP, top + 4.0, Align::End);
        let bottom = left.max(right) + 12.0;
        self.sheet.rule((0.0, WIDTH), bottom, 1.6, ACCENT);
        self.sheet.y = bottom + 18.0;
    }

    /// Name, address and numbers of a party; answers where they end.
    fn party(&mut self, party: &Party, start: f32, width: f32, top: f32, align: Align) -> f32 {
        let mut y = top;
        y += self.text(&party.legal_name, Style::plain(10.5).bold().own(), (start, width), y, align);
        let small = Style::plain(8.5);
        for line in address_lines(party) {
            y += self.text(&line, small.own(), (start, width), y, align);
        }
        for (word, text) in [(Word::TaxId, &party.tax_id), (Word::Registration, &party.registration)] {
            if let Some(text) = text {
                // The number keeps its letters and digits: it has to be found again.
                let line = format!("{}: {text}", self.word(word));
                y += self.text(&line, small.colour(GREY), (start, width), y, align);
            }
        }
        if let Some(email) = &party.email {
            y += self.text(email, small.colour(GREY).own(), (start, width), y, align);
        }
        y
    }

    /// To whom at the start, what is known of the paper at the end.
    pub(crate) fn parties(&mut self, label: Word, recipient: &Party, facts: &[(Word, String)]) {
        let top = self.sheet.y;
        let half = (WIDTH - GAP) / 2.0;
        let heading = self.word(label);
        let under = top
            + self.text(heading, Style::plain(8.0).bold().colour(ACCENT), (0.0, half), top, Align::Start)
            + 2.0;
        let left = self.party(recipient, 0.0, half, under, Align::Start);
        let mut right = top;
        let (name, value) = (88.0, half - 88.0);
        for (label, text) in facts {
            let label = self.word(*label);
            let height =
                self.text(label, Style::plain(8.5).colour(GREY), (half + GAP, name), right, Align::Start);
            let said = self.text(text, Style::plain(8.5), (half + GAP + name, value), right, Align::Start);
            right += height.max(said) + 2.5;
        }
        self.sheet.y = left.max(right) + 20.0;
    }

    /// A heading with words below it.
    pub(crate) fn note(&mut self, heading: Option<Word>, text: &str) {
        let style = Style::plain(8.5);
        let block = self.typesetter.set(
            text,
            if heading.is_some() { style.own() } else { style.colour(GREY) },
            WIDTH,
        );
        let head_height = if heading.is_some() { 14.0 } else { 0.0 };
        self.sheet.y += 10.0;
        self.sheet.need(block.height.min(400.0) + head_height);
        if let Some(heading) = heading {
            let words = self.word(heading);
            let top = self.sheet.y;
            self.text(words, Style::plain(8.0).bold().colour(ACCENT), (0.0, WIDTH), top, Align::Start);
            self.sheet.y += head_height;
        }
        let (top, height) = (self.sheet.y, block.height);
        self.sheet.text(block, (0.0, WIDTH), top, Align::Start);
        self.sheet.y = top + height;
    }

    /// Two texts beside each other. A figure that follows Latin letters would be drawn to their side when the rest reads
    /// from right to left, so a mark without width keeps them apart.
    pub(crate) fn beside(&self, first: &str, between: &str, second: &str) -> String {
        let apart = if self.language.is_rtl() { "\u{200f}" } else { "" };
        format!("{first}{between}{apart}{second}")
    }

    /// The name of a program, or none.
    pub(crate) fn program(program: Option<&ProgramNamed>) -> String {
        program.map(|program| format!("{} · ", program.name)).unwrap_or_default()
    }

    /// The results of an action, by its word; words that a program made up stand as they are.
    pub(crate) fn action(&self, word: &str) -> String {
        match word {
            "order" => self.word(Word::Orders).to_owned(),
            "lead" => self.word(Word::Leads).to_owned(),
            "qualified_lead" => self.word(Word::QualifiedLeads).to_owned(),
            "install" => self.word(Word::Installs).to_owned(),
            other => other.to_owned(),
        }
    }

    /// Adds the feet and writes the paper.
    pub(crate) fn finish(mut self, about: About, foot: &str) -> Result<Vec<u8>, DocumentError> {
        let (page, of) = (self.word(Word::Page), self.word(Word::OfPages));
        let total = self.sheet.pages.len();
        let style = Style::plain(7.5).colour(GREY);
        let top = PAGE_HEIGHT - MARGIN + 8.0;
        for place in 0..total {
            let words = figures::digits(&format!("{page} {} {of} {total}", place + 1), self.language);
            let number = self.typesetter.set(&words, style, 120.0);
            let number = self.sheet.text_mark(number, (WIDTH - 120.0, 120.0), top, Align::End);
            let said = self.typesetter.set(foot, style.own(), WIDTH - 140.0);
            let said = self.sheet.text_mark(said, (0.0, WIDTH - 140.0), top, Align::Start);
            if let Some(marks) = self.sheet.pages.get_mut(place) {
                marks.extend([said, number]);
            }
        }
        write::pdf(&self.sheet.pages, &self.typesetter, about)
    }
}
