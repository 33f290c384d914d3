//! Tables that go over pages, with their heads on each.

use crate::{
    sheet::{Align, Sheet, WIDTH},
    typeset::{ACCENT, Block, Colour, GREY, Style, Typesetter},
};

/// What lines between rows are drawn in.
const HAIR: Colour = [222, 226, 230];
/// What heads stand on.
const TINT: Colour = [238, 243, 246];
/// Width of the last column, and of the sums below it.
pub(crate) const AMOUNT: f32 = 104.0;
/// White above and below the text of a row.
const PADDING: f32 = 4.5;
/// White at both sides of the text of a cell.
const GUTTER: f32 = 6.0;

/// A column.
pub(crate) struct Column {
    pub(crate) head: String,
    pub(crate) width: f32,
    pub(crate) align: Align,
}

/// A cell.
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// A table in the middle of a sheet.
pub(crate) struct Table {
    columns: Vec<Column>,
}

impl Table {
    /// A table with these columns, as wide as the page together.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self { columns }
    }

    /// Draws the head where the sheet stands.
    pub(crate) fn head(&self, sheet: &mut Sheet, typesetter: &mut Typesetter) {
        let style = Style::plain(8.0).bold().colour(ACCENT);
        let cells: Vec<Cell> =
            self.columns.iter().map(|column| Cell { text: column.head.clone(), style }).collect();
        let blocks = self.set(&cells, typesetter);
        let height = row_height(&blocks);
        // A head without a row below it says nothing.
        sheet.need(height * 3.0);
        let top = sheet.y;
        sheet.fill((0.0, WIDTH), top, height, TINT);
        self.put(sheet, blocks, top);
        sheet.y = top + height;
    }

    /// Draws a row, on the next page below another head when this page is full.
    pub(crate) fn row(&self, sheet: &mut Sheet, typesetter: &mut Typesetter, cells: &[Cell]) {
        let blocks = self.set(cells, typesetter);
        let height = row_height(&blocks);
        if !sheet.fits(height) {
            sheet.next_page();
            self.head(sheet, typesetter);
        }
        let top = sheet.y;
        self.put(sheet, blocks, top);
        sheet.y = top + height;
        sheet.rule((0.0, WIDTH), sheet.y, 0.5, HAIR);
    }

    fn set(&self, cells: &[Cell], typesetter: &mut Typesetter) -> Vec<Block> {
        let cells = self.columns.iter().zip(cells);
        cells
            .map(|(column, cell)| typesetter.set(&cell.text, cell.style, column.width - 2.0 * GUTTER))
            .collect()
    }

    fn put(&self, sheet: &mut Sheet, blocks: Vec<Block>, top: f32) {
        let mut start = 0.0;
        for (column, block) in self.columns.iter().zip(blocks) {
            let within = (start + GUTTER, column.width - 2.0 * GUTTER);
            sheet.text(block, within, top + PADDING, column.align);
            start += column.width;
        }
    }
}

fn row_height(blocks: &[Block]) -> f32 {
    blocks.iter().fold(0.0, |highest: f32, block| block.height.max(highest)) + 2.0 * PADDING
}

/// A sum below a table: its label, and an amount at the end of the page; a tinted box when it stands out.
pub(crate) fn sum(
    sheet: &mut Sheet,
    typesetter: &mut Typesetter,
    label: &str,
    amount: &str,
    stands_out: bool,
) {
    const LABEL: f32 = 225.0;
    let style = if stands_out { Style::plain(11.5).bold() } else { Style::plain(9.0) };
    let start = WIDTH - LABEL - AMOUNT;
    let label =
        typesetter.set(label, if stands_out { style } else { style.colour(GREY) }, LABEL - 2.0 * GUTTER);
    let amount = typesetter.set(amount, style.figures(), WIDTH);
    let padding = if stands_out { 6.0 } else { 2.5 };
    let height = label.height.max(amount.height) + 2.0 * padding;
    sheet.need(height);
    let top = sheet.y;
    if stands_out {
        sheet.fill((start, LABEL + AMOUNT), top, height, TINT);
        sheet.rule((start, LABEL + AMOUNT), top, 1.2, ACCENT);
    }
    sheet.text(label, (start + GUTTER, LABEL - 2.0 * GUTTER), top + padding, Align::Start);
    sheet.text(amount, (start + LABEL + GUTTER, AMOUNT - 2.0 * GUTTER), top + padding, Align::Figures);
    sheet.y = top + height;
}
