//! Pages as lists of marks, and where marks go.

use crate::typeset::{Block, Colour};

/// Width of A4 in points.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
/// Height of A4 in points.
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// White at every edge.
pub(crate) const MARGIN: f32 = 52.0;
/// Width between the margins.
pub(crate) const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// White between the margin and an amount beside it.
const EDGE: f32 = 6.0;
/// Where the foot begins.
const BOTTOM: f32 = PAGE_HEIGHT - 70.0;

/// At which edge of its box a text stands, seen in the direction of reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    /// Where reading begins.
    Start,
    /// Where it ends.
    End,
    /// At the right edge, in every language: so units stand below units.
    Figures,
}

/// Something on a page. Positions are from the left and upper edge.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// Text, each of its lines at `x` or, when it stands at the right of its box, ending there.
    Text { block: Block, x: f32, top: f32, from_right: bool },
    /// A filled rectangle.
    Box { x: f32, top: f32, width: f32, height: f32, colour: Colour },
}

/// A growing document. `y` is where the next mark goes.
pub(crate) struct Sheet {
    rtl: bool,
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) y: f32,
}

impl Sheet {
    /// An empty first page.
    pub(crate) fn new(rtl: bool) -> Self {
        Self { rtl, pages: vec![Vec::new()], y: MARGIN }
    }

    /// Begins another page.
    pub(crate) fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = MARGIN;
    }

    /// Whether `height` more fits on this page.
    pub(crate) fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Begins another page when `height` more does not fit.
    pub(crate) fn need(&mut self, height: f32) {
        if !self.fits(height) && self.y > MARGIN {
            self.next_page();
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The left edge of a box that begins `start` after the start margin.
    fn left(&self, start: f32, width: f32) -> f32 {
        if self.rtl { PAGE_WIDTH - MARGIN - start - width } else { MARGIN + start }
    }

    /// Puts text into a box that begins `start` after the start margin, `top` from the upper edge.
    pub(crate) fn text(&mut self, block: Block, (start, width): (f32, f32), top: f32, align: Align) {
        let mark = self.text_mark(block, (start, width), top, align);
        self.mark(mark);
    }

    /// The mark of [`Self::text`], for pages that are done.
    pub(crate) fn text_mark(&self, block: Block, (start, width): (f32, f32), top: f32, align: Align) -> Mark {
        let left = self.left(start, width);
        let from_right = align == Align::Figures || (align == Align::End) != self.rtl;
        // A long amount at the left of the page grows to the right, not over the margin.
        let right = (left + width).max(MARGIN + EDGE + block.width());
        Mark::Text { block, x: if from_right { right } else { left }, top, from_right }
    }

    /// Fills a box.
    pub(crate) fn fill(&mut self, (start, width): (f32, f32), top: f32, height: f32, colour: Colour) {
        let x = self.left(start, width);
        self.mark(Mark::Box { x, top, width, height, colour });
    }

    /// A thin line across a box.
    pub(crate) fn rule(&mut self, (start, width): (f32, f32), top: f32, thickness: f32, colour: Colour) {
        self.fill((start, width), top, thickness, colour);
    }
}
