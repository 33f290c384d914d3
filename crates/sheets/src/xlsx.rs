//! XLSX: the least that spreadsheets open without a word. Texts stand within their cells, so nothing has to be remembered from row
//! to row. A sheet holds 1,048,576 rows; then the next one begins, with the header again.

use std::fmt::Write as _;

use crate::{Cell, Column, Sheet, SheetError, formula::neutralised, zip::Archive};

/// Most rows of a sheet, the header included.
const ROWS_MAX: usize = 1_048_576;
/// Unpacked bytes after which a sheet ends: an archive's file stays below 4 GiB.
const BYTES_MAX: u64 = 3 << 30;
/// Most characters of a cell, as UTF-16 counts them.
const CELL_MAX: usize = 32_767;
/// Digits that spreadsheets keep of a number; one with more is written as text, so that none is lost.
const DIGITS_MAX: usize = 15;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// An XLSX file with a header on every sheet.
pub struct Xlsx {
    header: Vec<Vec<Cell>>,
    archive: Archive,
    sheets: usize,
    rows: usize,
    rows_max: usize,
}

impl Xlsx {
    /// A file with these columns.
    pub fn new(columns: &[Column]) -> Self {
        Self::with_rows_max(columns, ROWS_MAX)
    }

    /// The same with fewer rows on each sheet, the header included.
    pub fn with_rows_max(columns: &[Column], rows_max: usize) -> Self {
        let header = columns.iter().map(|column| Cell::Text(column.name.clone())).collect();
        let rows_max = rows_max.clamp(2, ROWS_MAX);
        Self { header: vec![header], archive: Archive::default(), sheets: 0, rows: 0, rows_max }
    }

    fn add(&mut self, row: &[Cell]) -> Result<(), SheetError> {
        if self.sheets == 0 || self.rows >= self.rows_max || self.archive.unpacked() >= BYTES_MAX {
            self.begin_sheet()?;
        }
        self.rows += 1;
        self.archive.write(row_text(row).as_bytes())
    }

    fn begin_sheet(&mut self) -> Result<(), SheetError> {
        self.end_sheet()?;
        self.sheets += 1;
        self.archive.begin(&format!("xl/worksheets/sheet{}.xml", self.sheets));
        self.archive.write(format!(r#"{HEAD}<worksheet xmlns="{MAIN}"><sheetData>"#).as_bytes())?;
        self.rows = 1;
        let header = row_text(&self.header[0]);
        self.archive.write(header.as_bytes())
    }

    fn end_sheet(&mut self) -> Result<(), SheetError> {
        if self.sheets == 0 {
            return Ok(());
        }
        self.archive.write(b"</sheetData></worksheet>")?;
        self.archive.end()
    }

    fn file(&mut self, name: &str, text: &str) -> Result<(), SheetError> {
        self.archive.begin(name);
        self.archive.write(format!("{HEAD}{text}").as_bytes())?;
        self.archive.end()
    }

    /// The files that say which sheets there are: they can stand behind the sheets.
    fn describe(&mut self) -> Result<(), SheetError> {
        let (mut listed, mut related, mut typed) = (String::new(), String::new(), String::new());
        for sheet in 1..=self.sheets {
            let _ = write!(listed, r#"<sheet name="Sheet{sheet}" sheetId="{sheet}" r:id="rId{sheet}"/>"#);
            let _ = write!(
                related,
                r#"<Relationship Id="rId{sheet}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{sheet}.xml"/>"#
            );
            let _ = write!(
                typed,
                r#"<Override PartName="/xl/worksheets/sheet{sheet}.xml" ContentType="{TYPE}.worksheet+xml"/>"#
            );
        }
        self.file(
            "xl/workbook.xml",
            &format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>"#),
        )?;
        self.file(
            "xl/_rels/workbook.xml.rels",
            &format!(r#"<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>"#),
        )?;
        self.file(
            "_rels/.rels",
            &format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        )?;
        self.file(
            "[Content_Types].xml",
            &format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{typed}</Types>"#
            ),
        )
    }
}

impl Sheet for Xlsx {
    fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, SheetError> {
        for row in rows {
            self.add(row)?;
        }
        Ok(self.archive.taken())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>, SheetError> {
        if self.sheets == 0 {
            self.begin_sheet()?;
        }
        self.end_sheet()?;
        self.describe()?;
        self.archive.finish()?;
        Ok(self.archive.taken())
    }
}

fn row_text(row: &[Cell]) -> String {
    let mut text = String::from("<row>");
    for cell in row {
        match cell {
            Cell::Empty => text.push_str("<c/>"),
            Cell::Number(number) if number.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_MAX => {
                let _ = write!(text, "<c><v>{number}</v></c>");
            }
            Cell::Number(number) => inline(&mut text, number),
            Cell::Moment(_, moment) => inline(&mut text, moment),
            Cell::Text(it) => inline(&mut text, &neutralised(it)),
        }
    }
    text.push_str("</row>");
    text
}

fn inline(text: &mut String, value: &str) {
    text.push_str(r#"<c t="inlineStr"><is><t xml:space="preserve">"#);
    let mut length = 0;
    for (place, c) in value.char_indices() {
        length += c.len_utf16();
        if length > CELL_MAX {
            break;
        }
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            // XML has no other control characters, and its readers make a return a line feed; spreadsheets read this.
            '\t' | '\n' => text.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(text, "_x{:04X}_", u32::from(c));
            }
            '_' if is_escape(&value[place..]) => text.push_str("_x005F_"),
            c => text.push(c),
        }
    }
    text.push_str("</t></is></c>");
}

/// Whether the text begins as `_x000A_`, which spreadsheets read as a character.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}
