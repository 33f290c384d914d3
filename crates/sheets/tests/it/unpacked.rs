//! Reads ZIP archives as unpackers do: from the directory at the end.

use std::{collections::BTreeMap, io::Read as _};

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The files of an archive by their names; checksums and sizes must be right, in the directory and behind each file.
pub fn unpacked(archive: &[u8]) -> BTreeMap<String, String> {
    let end = archive.len() - 22;
    assert_eq!(number(archive, end, 4), 0x0605_4b50, "the end of the directory");
    let (count, mut at) = (number(archive, end + 10, 2), number(archive, end + 16, 4));
    assert_eq!(at + number(archive, end + 12, 4), end, "the directory goes to its end");
    let mut files = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(number(archive, at, 4), 0x0201_4b50, "a line of the directory");
        let (crc, packed, unpacked) =
            (number(archive, at + 16, 4), number(archive, at + 20, 4), number(archive, at + 24, 4));
        let (name, local) = (number(archive, at + 28, 2), number(archive, at + 42, 4));
        let file = String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).unwrap();
        assert_eq!(number(archive, local, 4), 0x0403_4b50, "the head of a file");
        let data = local + 30 + number(archive, local + 26, 2) + number(archive, local + 28, 2);
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&archive[data..data + packed]).read_to_string(&mut text).unwrap();
        let mut own = flate2::Crc::new();
        own.update(text.as_bytes());
        assert_eq!((usize::try_from(own.sum()).unwrap(), text.len()), (crc, unpacked), "{file}");
        let behind = data + packed;
        let descriptor = [0, 4, 8, 12].map(|offset| number(archive, behind + offset, 4));
        assert_eq!(descriptor, [0x0807_4b50, crc, packed, unpacked], "{file}");
        assert!(files.insert(file, text).is_none());
        at += 46 + name;
    }
    files
}
