//! CSV.

use sheets::{Cell, Csv, formula};

use crate::{HOSTILE, columns, file, row};

#[test]
fn every_text_comes_back_and_none_is_a_formula() {
    let rows: Vec<Vec<Cell>> = HOSTILE.iter().map(|text| row(text, -3, "-1.50")).collect();
    let file = file(Box::new(Csv::new(&columns())), &rows, 2);
    let mut reader = csv::Reader::from_reader(file.as_slice());
    assert_eq!(reader.headers().unwrap(), vec!["name", "clicks", "commission"]);
    let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(read.len(), HOSTILE.len());
    for (record, text) in read.iter().zip(HOSTILE) {
        assert_eq!(formula::meant(&record[0]), text);
        assert!(!record[0].starts_with(['=', '+', '-', '@', '\t', '\r']), "{record:?}");
        assert_eq!((&record[1], &record[2]), ("-3", "-1.50"));
    }
}

#[test]
fn a_file_of_no_rows_has_its_header() {
    assert_eq!(file(Box::new(Csv::new(&columns())), &[], 1), b"name,clicks,commission\n");
}
