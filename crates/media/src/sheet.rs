//! Text to lines of cells.

use crate::text::Unreadable;

/// What stands between cells, in the order in which they are tried.
pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// One line that holds something, with the number of the line of the file on which it begins.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) cells: Vec<String>,
}

impl Line {
    /// A cell without the blanks around it; nothing where the line is shorter.
    pub(crate) fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| trim(cell))
    }

    /// The first cell that holds something.
    pub(crate) fn first(&self) -> &str {
        self.cells.iter().map(|cell| trim(cell)).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// How many cells hold something.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !trim(cell).is_empty()).count()
    }
}

/// Marks of writing direction and the like, which nobody sees.
pub(crate) const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The text without blanks and invisible marks around it.
pub(crate) fn trim(cell: &str) -> &str {
    cell.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

/// Excel's own first line that names the delimiter, such as `sep=;`: the delimiter, and the text after the line.
pub(crate) fn named_delimiter(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let named = first.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=")?;
    let delimiter = DELIMITERS.into_iter().find(|delimiter| named.as_bytes() == [*delimiter])?;
    Some((delimiter, rest))
}

/// The lines of a text in which the first one has the number `first`.
pub(crate) fn lines(text: &str, delimiter: u8, first: u64) -> Result<Vec<Line>, Unreadable> {
    let (lines, last) = split(text, delimiter, first);
    if let Some(line) = lines.last()
        && line.cells.iter().any(|cell| cell.contains('\n'))
        && text[last..].matches('"').count() % 2 == 1
    {
        return Err(Unreadable::OpenQuote(line.number));
    }
    Ok(lines)
}

/// The lines of the beginning of a text, which may end anywhere.
pub(crate) fn first_lines(head: &str, delimiter: u8, first: u64) -> Vec<Line> {
    split(head, delimiter, first).0
}

/// The lines, and at which byte the last of them begins.
fn split(text: &str, delimiter: u8, first: u64) -> (Vec<Line>, usize) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    let (mut number, mut counted) = (first, 0);
    // The text is UTF-8 and a record may have any length, so nothing can go wrong but the end.
    while reader.read_record(&mut record).is_ok_and(|more| more) {
        let begin = record.position().map_or(counted, |at| usize::try_from(at.byte()).unwrap_or(counted));
        let begin = begin + blank_lines(&text[begin..]);
        number += count_lines(&text[counted..begin]);
        counted = begin;
        let line = Line { number, cells: record.iter().map(str::to_owned).collect() };
        if line.filled() > 0 {
            lines.push(line);
        }
    }
    (lines, counted)
}

/// Bytes of line ends that stand before a record: empty lines belong to none.
fn blank_lines(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

fn count_lines(text: &str) -> u64 {
    text.bytes().map(|byte| u64::from(byte == b'\n')).sum()
}
