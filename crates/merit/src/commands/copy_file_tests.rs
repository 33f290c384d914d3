//! A file is taken whole or not at all.

use super::*;

const HEADER: Header = Header { schema: 2, made_at: Timestamp::from_seconds(7) };

/// A database's rows can only be had from a database.
fn rows() -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = store::Options::sqlite(folder.path().join("rows.db"));
    runtime.block_on(async {
        let store = store::Store::open(options).await.unwrap();
        let sql = "SELECT NULL, 1, 'text', x'00ff' UNION ALL SELECT -1, '', x'', NULL";
        store.read("rows", move |tx| tx.query(sql, &[])).await.unwrap()
    })
}

fn file() -> Vec<u8> {
    let mut writer = CopyWriter::start(Vec::new(), HEADER).unwrap();
    writer.table("empty", ["id"].into_iter()).unwrap();
    writer.end_table().unwrap();
    writer.table("full", ["a", "b", "c", "d"].into_iter()).unwrap();
    for row in rows() {
        writer.row(&row).unwrap();
    }
    writer.end_table().unwrap();
    let (out, contents) = writer.finish().unwrap();
    assert_eq!(contents.rows, 2);
    out
}

fn read(file: &[u8]) -> Result<Vec<Part>, CopyError> {
    let (mut reader, header) = CopyReader::open(file)?;
    assert_eq!(header, HEADER);
    let mut parts = Vec::new();
    loop {
        let part = reader.next()?;
        let is_end = matches!(part, Part::End(_));
        parts.push(part);
        if is_end {
            return Ok(parts);
        }
    }
}

/// Takes the stream apart and puts a changed one together.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut inside = zstd::decode_all(file().as_slice()).unwrap();
    change(&mut inside);
    zstd::encode_all(inside.as_slice(), 1).unwrap()
}

#[test]
fn what_was_written_is_read() {
    let parts = read(&file()).unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(parts[0], Part::Table { name: "empty".to_owned(), columns: names(&["id"]) });
    assert_eq!(parts[1], Part::EndOfTable(0));
    assert_eq!(parts[2], Part::Table { name: "full".to_owned(), columns: names(&["a", "b", "c", "d"]) });
    let bytes = |bytes: &[u8]| Value::from(bytes.to_vec());
    let text = |text: &str| Value::from(text.to_owned());
    assert_eq!(parts[3], Part::Row(vec![Value::Null, Value::Int(1), text("text"), bytes(&[0, 255])]));
    assert_eq!(parts[4], Part::Row(vec![Value::Int(-1), text(""), bytes(&[]), Value::Null]));
    assert_eq!(parts[5], Part::EndOfTable(2));
    assert!(matches!(&parts[6], Part::End(Contents { rows: 2, .. })));
}

#[test]
fn a_file_that_was_cut_is_refused_wherever_it_was() {
    let file = file();
    for length in 0..file.len() {
        assert!(read(&file[..length]).is_err(), "the first {length} bytes");
    }
    let inside = zstd::decode_all(file.as_slice()).unwrap().len();
    for length in 0..inside {
        let cut = changed(|bytes| bytes.truncate(length));
        assert!(matches!(read(&cut), Err(CopyError::CutShort | CopyError::Foreign)), "{length} bytes inside");
    }
}

#[test]
fn a_changed_byte_is_found_wherever_it_is() {
    let inside = zstd::decode_all(file().as_slice()).unwrap().len();
    // The header's own numbers are no secret, but they are part of the digest.
    for place in 0..inside {
        let file = changed(|bytes| bytes[place] ^= 1);
        let read = std::panic::catch_unwind(|| read(&file));
        assert!(!matches!(read, Ok(Ok(_))), "byte {place}");
    }
    assert!(matches!(read(&changed(|bytes| bytes.push(0))), Err(CopyError::Damaged(_))));
}

#[test]
fn other_files_are_told_apart() {
    for foreign in
        [&b""[..], b"SQLite format 3\0", b"{}", &zstd::encode_all(&b"another stream"[..], 1).unwrap()]
    {
        assert!(matches!(CopyReader::open(foreign), Err(CopyError::Foreign)), "{foreign:?}");
    }
    let newer = changed(|bytes| bytes[11] = 9);
    assert!(matches!(CopyReader::open(newer.as_slice()), Err(CopyError::Newer(9))));
}
