//! Pages to PDF.

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    geom::{PathBuilder, Point, Rect},
    metadata::{Metadata, TextDirection},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
};

use crate::{
    DocumentError,
    sheet::{Mark, PAGE_HEIGHT, PAGE_WIDTH},
    typeset::{Colour, Typesetter},
};

/// What a reader shows of a document besides its pages.
pub(crate) struct About {
    pub(crate) title: String,
    pub(crate) author: String,
    /// Unique for the paper and language.
    pub(crate) id: String,
}

/// Writes the pages.
pub(crate) fn pdf(
    pages: &[Vec<Mark>],
    typesetter: &Typesetter,
    about: About,
) -> Result<Vec<u8>, DocumentError> {
    let mut document = Document::new_with(SerializeSettings::default());
    let direction =
        if typesetter.language.is_rtl() { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
    document.set_metadata(
        Metadata::new()
            .title(about.title)
            .authors(vec![about.author])
            .language(typesetter.language.code().to_owned())
            .creator("Merit".to_owned())
            .text_direction(direction)
            .document_id(about.id),
    );
    for marks in pages {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
            .ok_or_else(|| DocumentError::Write("the page has no size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, typesetter, mark);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| DocumentError::Write(format!("{error:?}")))
}

fn fill(colour: Colour) -> Fill {
    let [red, green, blue] = colour;
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn draw(surface: &mut Surface<'_>, typesetter: &Typesetter, mark: &Mark) {
    match mark {
        Mark::Box { x, top, width, height, colour } => {
            let mut builder = PathBuilder::new();
            if let Some(rectangle) = Rect::from_xywh(*x, *top, *width, *height) {
                builder.push_rect(rectangle);
            }
            if let Some(path) = builder.finish() {
                surface.set_fill(Some(fill(*colour)));
                surface.draw_path(&path);
            }
        }
        Mark::Text { block, x, top, from_right } => {
            surface.set_fill(Some(fill(block.style.colour)));
            for line in &block.lines {
                let left = if *from_right { x - line.width } else { *x } - line.hang;
                for run in &line.runs {
                    let Some(face) = typesetter.face(run.font) else { continue };
                    let start = Point::from_xy(left + run.x, top + line.baseline);
                    surface.draw_glyphs(start, &run.glyphs, face, &block.text, block.style.size, false);
                }
            }
        }
    }
}
