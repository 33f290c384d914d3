//! What people's files look like.

use super::*;

const COLUMNS: Columns = Columns { read: &["action", "order_id", "amount"], passed_over: &["state"] };

fn rows(text: &[u8], format: Format) -> anyhow::Result<Vec<Result<Row, BadRow>>> {
    let input: Box<dyn Read> = Box::new(io::Cursor::new(text.to_vec()));
    let mut rows = Rows::new(input, format, COLUMNS, &["note".to_owned()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row);
    }
    Ok(found)
}

/// Each row as `line:name=value,..` or `line!reason`.
fn shown(text: &[u8], format: Format) -> Vec<String> {
    let shown = |row: Result<Row, BadRow>| match row {
        Err(bad) => format!("{}!{}", bad.line, bad.reason),
        Ok(row) => {
            let members = row.members.iter().map(|(name, value)| match value {
                Value::String(text) => format!("{name}={text}"),
                other => format!("{name}={other}"),
            });
            format!("{}:{}", row.line, members.collect::<Vec<_>>().join(","))
        }
    };
    rows(text, format).unwrap().into_iter().map(shown).collect()
}

fn csv(text: &str) -> Vec<String> {
    shown(text.as_bytes(), Format::Csv)
}

#[test]
fn files_of_spreadsheets_are_read() {
    let plain = ["2:action=order,amount=1.5", "3:action=lead"];
    assert_eq!(csv("action,amount\norder,1.5\nlead,\n"), plain);
    assert_eq!(csv("\u{feff}action,amount\r\norder,1.5\r\nlead,\r\n"), plain);
    assert_eq!(csv("action;amount\norder;1.5\nlead;"), plain);
    assert_eq!(csv("Action\tAmount\norder\t1.5\nlead\t\n"), plain);
    assert_eq!(csv("state,action, Order ID ,note\npending,order,7,hello\n"), ["2:action=order,order_id=7"]);
    assert_eq!(csv("action,amount\n\norder,1\n  \n,\n"), ["3:action=order,amount=1"]);
}

#[test]
fn lines_are_counted_through_quoted_line_ends() {
    assert_eq!(
        csv("action,order_id\norder,\"a\nb\"\nlead,\"say \"\"x\"\"\"\n"),
        ["2:action=order,order_id=a\nb", "4:action=lead,order_id=say \"x\""]
    );
}

#[test]
fn cells_that_were_neutralised_are_read_as_meant() {
    assert_eq!(csv("order_id\n'=1+1\n'quoted'\n"), ["2:order_id==1+1", "3:order_id='quoted'"]);
}

#[test]
fn a_bad_row_does_not_stop_the_good_ones() {
    let text = b"action,amount\norder\nlead,\xff\norder,2\nx,1,2\n";
    assert_eq!(
        shown(text, Format::Csv),
        [
            "2!has 1 cells where the header has 2",
            "3!`amount` is not UTF-8 text; save the file as UTF-8",
            "4:action=order,amount=2",
            "5!has 3 cells where the header has 2",
        ]
    );
    let text = b"{\"action\":\"order\",\"amount\":2,\"order_id\":null}\r\n{\n\n[1]\n\"\xff\"\n{\"ammount\":1}\n{\"state\":\"x\"}";
    let shown = shown(text, Format::Jsonl);
    assert_eq!(shown[0], "1:action=order,amount=2");
    assert!(shown[1].starts_with("2!the line is not valid JSON"), "{shown:?}");
    assert_eq!(shown[2], "4!the line is no JSON object");
    assert_eq!(shown[3], "5!the line is not UTF-8 text");
    assert!(
        shown[4].starts_with("6!`ammount` is no column of this kind of file; did you mean `amount`?"),
        "{shown:?}"
    );
    assert_eq!(shown[5], "7:");
}

#[test]
fn a_line_without_end_is_one_bad_row() {
    let mut text = vec![b'x'; 3 * BYTES_MAX];
    text.extend(b"\n{\"action\":\"a\"}");
    assert_eq!(shown(&text, Format::Jsonl), ["1!is longer than 1048576 bytes", "2:action=a"]);
}

#[test]
fn a_header_that_is_not_understood_ends_it() {
    let refused = |text: &str| rows(text.as_bytes(), Format::Csv).unwrap_err().to_string();
    assert!(
        refused("action,ammount\n")
            .contains("`ammount` is no column of this kind of file; did you mean `amount`?")
    );
    assert!(refused("action,the moon\n").ends_with("Give --ignore 'the moon' to leave it out"));
    assert!(refused("action,Action\n").contains("`action` is named twice"));
    assert!(refused("").contains("the file is empty"));
}

#[test]
fn the_format_follows_from_the_name() {
    assert_eq!(Format::of(None, Some(Path::new("a.CSV"))).unwrap(), Format::Csv);
    assert_eq!(Format::of(None, Some(Path::new("a.ndjson"))).unwrap(), Format::Jsonl);
    assert_eq!(Format::of(Some(Format::Jsonl), Some(Path::new("a.csv"))).unwrap(), Format::Jsonl);
    assert!(Format::of(None, Some(Path::new("a.xlsx"))).is_err());
}
