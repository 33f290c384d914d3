//! XLSX.

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use sheets::{Cell, Xlsx, formula};

use crate::{HOSTILE, columns, file, row, unpacked::unpacked};

/// The rows of a sheet as texts; a number stands behind a `#`.
fn read(sheet: &str) -> Vec<Vec<String>> {
    let mut reader = Reader::from_str(sheet);
    let (mut rows, mut cell, mut number) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return rows,
            Event::Start(tag) if tag.name().as_ref() == "row" => rows.push(Vec::new()),
            Event::Start(tag) if tag.name().as_ref() == "c" => (cell, number) = (String::new(), false),
            Event::Start(tag) if tag.name().as_ref() == "v" => number = true,
            Event::Empty(tag) if tag.name().as_ref() == "c" => rows.last_mut().unwrap().push(String::new()),
            Event::Text(text) => cell.push_str(&text),
            Event::GeneralRef(name) => cell.push(match name.as_ref() {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                other => panic!("the entity {other:?}"),
            }),
            Event::End(tag) if tag.name().as_ref() == "c" => {
                let text = characters(&cell);
                let text = if number { format!("#{text}") } else { formula::meant(&text).to_owned() };
                rows.last_mut().unwrap().push(text);
            }
            _ => {}
        }
    }
}

/// Reads `_x000A_` as spreadsheets do.
fn characters(cell: &str) -> String {
    let (mut text, mut rest) = (String::new(), cell);
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                text.push_str(&rest[..at]);
                text.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                text.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    text + rest
}

#[test]
fn every_text_comes_back() {
    let rows: Vec<Vec<Cell>> = HOSTILE.iter().map(|text| row(text, 7, "-0.5")).collect();
    let files = unpacked(&file(Box::new(Xlsx::new(&columns())), &rows, 3));
    let read = read(&files["xl/worksheets/sheet1.xml"]);
    assert_eq!(read[0], ["name", "clicks", "commission"]);
    for (row, text) in read[1..].iter().zip(HOSTILE) {
        assert_eq!(row, &[text, "#7", "#-0.5"]);
    }
    assert_eq!(read.len(), HOSTILE.len() + 1);
    for name in ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"] {
        assert!(files.contains_key(name), "{name}");
    }
}

#[test]
fn no_digit_is_lost() {
    let rows = [row("a", 1, "123456789012345"), row("b", 1, "1234567890123.456")];
    let files = unpacked(&file(Box::new(Xlsx::new(&columns())), &rows, 3));
    let read = read(&files["xl/worksheets/sheet1.xml"]);
    assert_eq!((read[1][2].as_str(), read[2][2].as_str()), ("#123456789012345", "1234567890123.456"));
}

#[test]
fn many_rows_go_on_with_the_next_sheet() {
    let rows: Vec<Vec<Cell>> = (0..7).map(|number| row(&number.to_string(), number, "1")).collect();
    let files = unpacked(&file(Box::new(Xlsx::with_rows_max(&columns(), 4)), &rows, 2));
    let names = |number: usize| -> Vec<String> {
        let rows = read(&files[&format!("xl/worksheets/sheet{number}.xml")]);
        rows.iter().map(|row| row[0].clone()).collect()
    };
    assert_eq!(names(1), ["name", "0", "1", "2"]);
    assert_eq!(names(2), ["name", "3", "4", "5"]);
    assert_eq!(names(3), ["name", "6"]);
    let workbook = &files["xl/workbook.xml"];
    assert!(workbook.contains("Sheet3") && !workbook.contains("Sheet4"), "{workbook}");
}

#[test]
fn a_file_of_no_rows_has_its_header() {
    let files = unpacked(&file(Box::new(Xlsx::new(&columns())), &[], 1));
    assert_eq!(read(&files["xl/worksheets/sheet1.xml"]), [["name", "clicks", "commission"]]);
}

proptest! {
    #[test]
    fn any_text_comes_back(texts in proptest::collection::vec(any::<String>(), 1..20), piece in 1..5_usize) {
        let rows: Vec<Vec<Cell>> = texts.iter().map(|text| row(text, 1, "2")).collect();
        let files = unpacked(&file(Box::new(Xlsx::new(&columns())), &rows, piece));
        let read = read(&files["xl/worksheets/sheet1.xml"]);
        for (row, text) in read[1..].iter().zip(&texts) {
            prop_assert_eq!(&row[0], text);
        }
    }
}
