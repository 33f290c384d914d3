//! The table of columns in the guide is made from the registries.

use std::{fmt::Write as _, fs, path::Path};

use lake::COLUMNS;

const BEGIN: &str = "<!-- columns: made by a test -->\n";
const END: &str = "<!-- end of columns -->\n";

fn table() -> String {
    let mut table = "| column | type | |\n|---|---|---|\n".to_owned();
    for column in COLUMNS.iter() {
        let _ = writeln!(table, "| `{}` | {} | {} |", column.name, column.kind.parquet(), column.description);
    }
    table
}

#[test]
fn the_guide_names_every_column() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/lake.md");
    let guide = fs::read_to_string(&path).unwrap();
    let begin = guide.find(BEGIN).unwrap() + BEGIN.len();
    let end = guide.find(END).unwrap();
    let made = format!("{}{}{}", &guide[..begin], table(), &guide[end..]);
    if std::env::var_os("MERIT_REGENERATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == made, "run it with MERIT_REGENERATE=1");
}
