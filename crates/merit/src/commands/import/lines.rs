//! The lines of a file, and the records of CSV that go over several of them, with their numbers.
//!
//! A record is cut out here and taken apart by the `csv` crate, which knows neither on which line a record begins
//! after blank ones, nor where to go on after a quote that is never closed.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line, and the longest record.
pub const BYTES_MAX: usize = 1 << 20;

/// A file, line by line.
pub struct Lines {
    input: BufReader<Box<dyn Read>>,
    /// Lines that were read ahead and given back; read from `held_at` on.
    held: Vec<u8>,
    held_at: usize,
    /// The number of the last line.
    number: u64,
}

/// What stands on the next lines.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A line or record, and the number of its first line.
    Text(u64, Vec<u8>),
    /// One that is longer than [`BYTES_MAX`].
    TooLong(u64),
    /// A record with a quote that is not closed; the next record begins on the line after it.
    Unclosed(u64),
    /// Nothing.
    End,
}

/// How a physical line ended.
enum Line {
    Whole,
    TooLong,
    None,
}

impl Lines {
    /// The lines of `input`, without the mark that some programs put before UTF-8 text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(input: Box<dyn Read>) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(64 * 1024, input);
        if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        Ok(Self { input, held: Vec::new(), held_at: 0, number: 0 })
    }

    /// The first line as far as it is in memory, without reading on.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn peek(&mut self) -> io::Result<&[u8]> {
        Ok(self.input.fill_buf()?.split(|byte| *byte == b'\n').next().unwrap_or_default())
    }

    /// Appends the next line.
    fn line(&mut self, into: &mut Vec<u8>) -> io::Result<Line> {
        let before = into.len();
        let held = &self.held[self.held_at..];
        let is_held = !held.is_empty();
        if !is_held {
            let mut limited = (&mut self.input).take(BYTES_MAX as u64 + 1);
            limited.read_until(b'\n', into)?;
        } else {
            // What is held ends where a line does.
            let end = held.iter().position(|byte| *byte == b'\n').map_or(held.len(), |at| at + 1);
            into.extend(&held[..end]);
            self.held_at += end;
        }
        let read = into.len() - before;
        if read == 0 {
            return Ok(Line::None);
        }
        self.number += 1;
        if read > BYTES_MAX {
            // The rest of a line that was given back was passed over when it was read.
            if into.last() != Some(&b'\n') && !is_held {
                self.input.skip_until(b'\n')?;
            }
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole)
    }

    /// The next line that is not blank.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next_line(&mut self) -> io::Result<Found> {
        let mut text = Vec::new();
        loop {
            text.clear();
            match self.line(&mut text)? {
                Line::None => return Ok(Found::End),
                Line::TooLong => return Ok(Found::TooLong(self.number)),
                Line::Whole if text.trim_ascii().is_empty() => {}
                Line::Whole => return Ok(Found::Text(self.number, text)),
            }
        }
    }

    /// The next record of CSV: a line, and those after it while a quote is open.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next_record(&mut self, delimiter: u8) -> io::Result<Found> {
        let (number, mut text) = match self.next_line()? {
            Found::Text(number, text) => (number, text),
            other => return Ok(other),
        };
        let first = text.len();
        let mut quotes = Quotes::default();
        quotes.read(&text, delimiter);
        while quotes.open {
            let seen = text.len();
            let line = self.line(&mut text)?;
            if !matches!(line, Line::Whole) || text.len() > BYTES_MAX {
                self.give_back(text.split_off(first), number);
                return Ok(Found::Unclosed(number));
            }
            quotes.read(&text[seen..], delimiter);
        }
        Ok(Found::Text(number, text))
    }

    fn give_back(&mut self, mut rest: Vec<u8>, number: u64) {
        rest.extend(&self.held[self.held_at..]);
        self.held = rest;
        self.held_at = 0;
        self.number = number;
    }
}

/// Whether a quote is open. It opens only at the beginning of a cell; elsewhere it is a letter like others.
#[derive(Default)]
struct Quotes {
    open: bool,
    /// Right after a quote within an open one: a second makes both a letter, anything else closed it.
    after_quote: bool,
    within_cell: bool,
}

impl Quotes {
    fn read(&mut self, text: &[u8], delimiter: u8) {
        for byte in text {
            if std::mem::take(&mut self.after_quote) {
                if *byte == b'"' {
                    self.open = true;
                    continue;
                }
                self.within_cell = true;
            }
            match byte {
                b'"' if self.open => {
                    self.open = false;
                    self.after_quote = true;
                }
                _ if self.open => {}
                b'"' if !self.within_cell => self.open = true,
                b'\n' => self.within_cell = false,
                byte if *byte == delimiter => self.within_cell = false,
                _ => self.within_cell = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Vec<Found> {
        let mut lines = Lines::new(Box::new(io::Cursor::new(text.to_vec()))).unwrap();
        let mut found = Vec::new();
        loop {
            match lines.next_record(b',').unwrap() {
                Found::End => return found,
                other => found.push(other),
            }
        }
    }

    fn text(number: u64, text: &str) -> Found {
        Found::Text(number, text.as_bytes().to_vec())
    }

    #[test]
    fn a_record_goes_on_while_a_quote_is_open() {
        assert_eq!(
            records(b"a,\"b\nc\"\n\nd,5\" pipe\n\"say \"\"x\n\"\"\",y\r\nz"),
            [
                text(1, "a,\"b\nc\"\n"),
                text(4, "d,5\" pipe\n"),
                text(5, "\"say \"\"x\n\"\"\",y\r\n"),
                text(7, "z")
            ]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_one_line() {
        assert_eq!(
            records(b"a,\"b\nc,d\n\ne,\"f\ng\"\n"),
            [text(1, "a,\"b\nc,d\n\ne,\"f\n"), text(5, "g\"\n")]
        );
        assert_eq!(records(b"a,\"b\nc,d\ne"), [Found::Unclosed(1), text(2, "c,d\n"), text(3, "e")]);
        let mut long = b"a,\"b\n".to_vec();
        long.extend(b"c,d\n".repeat(BYTES_MAX / 4 + 5));
        let found = records(&long);
        assert_eq!(found[0], Found::Unclosed(1));
        assert_eq!(found[1], text(2, "c,d\n"));
        assert_eq!(found.len(), 1 + BYTES_MAX / 4 + 5);
    }

    #[test]
    fn long_lines_are_passed_over() {
        let mut long = vec![b'x'; 3 * BYTES_MAX];
        long.extend(b"\ny\n");
        assert_eq!(records(&long), [Found::TooLong(1), text(2, "y\n")]);
        let after_quote = [b"a,\"b\n".to_vec(), long].concat();
        assert_eq!(records(&after_quote), [Found::Unclosed(1), Found::TooLong(2), text(3, "y\n")]);
    }
}
