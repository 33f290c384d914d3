//! A ZIP archive that is written from front to back: sizes and checksums stand behind each file, in its descriptor.
//!
//! A file in it must stay below 4 GiB, packed and unpacked; its place in the archive may lie anywhere (ZIP64).

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use crate::SheetError;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Names are UTF-8, sizes stand behind the file.
const FLAGS: u16 = 0x0808;
const DEFLATE: u16 = 8;
const PACKED_AT_ONCE: usize = 32 * 1024;
/// Version 4.5: ZIP64.
const VERSION: u16 = 45;
/// 1980-01-01: the same rows give the same bytes, whenever they are written.
const DATE: u16 = 0x0021;

/// A finished file.
struct Entry {
    name: String,
    crc: u32,
    packed: u32,
    unpacked: u32,
    at: u64,
}

/// The file that is being written.
struct Open {
    name: String,
    crc: Crc,
    packer: Compress,
    at: u64,
}

/// An archive whose bytes are taken away as they come.
#[derive(Default)]
pub(crate) struct Archive {
    entries: Vec<Entry>,
    open: Option<Open>,
    out: Vec<u8>,
    written: u64,
}

impl Archive {
    /// Begins a file; the one before must have been ended.
    pub fn begin(&mut self, name: &str) {
        let at = self.written;
        let mut head = Vec::with_capacity(30 + name.len());
        head.extend(LOCAL.to_le_bytes());
        for short in [VERSION, FLAGS, DEFLATE, 0, DATE] {
            head.extend(short.to_le_bytes());
        }
        head.extend([0; 12]);
        head.extend(short(name.len()).to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        head.extend(name.as_bytes());
        self.put(&head);
        let packer = Compress::new(Compression::new(6), false);
        self.open = Some(Open { name: name.to_owned(), crc: Crc::new(), packer, at });
    }

    /// Adds to the open file.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), SheetError> {
        let Some(open) = &mut self.open else { return Err(SheetError("no file is open".to_owned())) };
        open.crc.update(bytes);
        let packed = open.packed(bytes, FlushCompress::None)?;
        self.put(&packed);
        Ok(())
    }

    /// Bytes of the open file, unpacked.
    pub fn unpacked(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.packer.total_in())
    }

    /// Ends the open file.
    pub fn end(&mut self) -> Result<(), SheetError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let rest = open.packed(&[], FlushCompress::Finish)?;
        self.put(&rest);
        let size = |bytes: u64| {
            u32::try_from(bytes).map_err(|_| SheetError(format!("{} has more than 4 GiB", open.name)))
        };
        let packed = size(open.packer.total_out())?;
        let unpacked = size(open.packer.total_in())?;
        let crc = open.crc.sum();
        let mut descriptor = Vec::with_capacity(16);
        for word in [DESCRIPTOR, crc, packed, unpacked] {
            descriptor.extend(word.to_le_bytes());
        }
        self.put(&descriptor);
        self.entries.push(Entry { name: open.name, crc, packed, unpacked, at: open.at });
        Ok(())
    }

    /// The bytes since the last time.
    pub fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Writes the directory, which ends the archive.
    pub fn finish(&mut self) -> Result<(), SheetError> {
        self.end()?;
        let start = self.written;
        let mut directory = Vec::new();
        for entry in &self.entries {
            directory.extend(entry.listed());
        }
        self.put(&directory);
        let (size, count) = (directory.len() as u64, self.entries.len() as u64);
        let mut end = Vec::new();
        if u32::try_from(start + size).is_err() {
            let at = self.written;
            end.extend(END_64.to_le_bytes());
            end.extend(44_u64.to_le_bytes());
            end.extend([VERSION.to_le_bytes(), VERSION.to_le_bytes()].concat());
            end.extend([0; 8]);
            for long in [count, count, size, start] {
                end.extend(long.to_le_bytes());
            }
            end.extend(LOCATOR_64.to_le_bytes());
            end.extend(0_u32.to_le_bytes());
            end.extend(at.to_le_bytes());
            end.extend(1_u32.to_le_bytes());
        }
        end.extend(END.to_le_bytes());
        end.extend([0; 4]);
        let count = short(self.entries.len()).to_le_bytes();
        end.extend([count, count].concat());
        end.extend(long(size).to_le_bytes());
        end.extend(long(start).to_le_bytes());
        end.extend([0; 2]);
        self.put(&end);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.out.extend(bytes);
        self.written += bytes.len() as u64;
    }
}

impl Open {
    /// What comes out of the packer for these bytes.
    fn packed(&mut self, mut bytes: &[u8], flush: FlushCompress) -> Result<Vec<u8>, SheetError> {
        let mut packed = Vec::new();
        loop {
            packed.reserve(PACKED_AT_ONCE);
            let before = self.packer.total_in();
            let status = self.packer.compress_vec(bytes, &mut packed, flush);
            let status = status.map_err(|error| SheetError(error.to_string()))?;
            let taken = usize::try_from(self.packer.total_in() - before).unwrap_or(bytes.len());
            bytes = &bytes[taken..];
            let done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => bytes.is_empty() && packed.len() < packed.capacity(),
            };
            if done {
                return Ok(packed);
            }
        }
    }
}

impl Entry {
    /// Its line in the directory.
    fn listed(&self) -> Vec<u8> {
        let far = u32::try_from(self.at).is_err();
        let mut line = Vec::new();
        line.extend(CENTRAL.to_le_bytes());
        for short in [VERSION, VERSION, FLAGS, DEFLATE, 0, DATE] {
            line.extend(short.to_le_bytes());
        }
        for word in [self.crc, self.packed, self.unpacked] {
            line.extend(word.to_le_bytes());
        }
        line.extend(short(self.name.len()).to_le_bytes());
        line.extend(if far { 12_u16 } else { 0 }.to_le_bytes());
        line.extend([0; 10]);
        line.extend(long(self.at).to_le_bytes());
        line.extend(self.name.as_bytes());
        if far {
            line.extend([1, 0, 8, 0]);
            line.extend(self.at.to_le_bytes());
        }
        line
    }
}

/// In 16 bits; all ones when it does not fit.
fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// In 32 bits; all ones, which points to ZIP64, when it does not fit.
fn long(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
