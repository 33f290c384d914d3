//! QR codes as pictures: always dark on white with the margin that the standard asks for, as not every phone reads less.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};
use qrcode::{Color, EcLevel, QrCode};

/// The margin, in modules.
const MARGIN: usize = 4;
/// Pixels of a module in a PNG.
const MODULE_PIXELS: usize = 8;

/// A text as rows of modules, dark ones true, margin included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    rows: Vec<Vec<bool>>,
}

impl Code {
    /// The code of a text; `None` when the text is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let size = width + 2 * MARGIN;
        let mut rows = vec![vec![false; size]; size];
        for (place, color) in code.into_colors().into_iter().enumerate() {
            rows[place / width + MARGIN][place % width + MARGIN] = color == Color::Dark;
        }
        Some(Self { rows })
    }

    /// Modules of a side.
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// As SVG, one unit a module.
    pub fn svg(&self) -> String {
        let size = self.size();
        let mut path = String::new();
        for (y, row) in self.rows.iter().enumerate() {
            let mut x = 0;
            while x < size {
                let run = row[x..].iter().take_while(|dark| **dark).count();
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// As PNG of one bit a pixel.
    pub fn png(&self) -> Vec<u8> {
        let side = self.size() * MODULE_PIXELS;
        // A module is eight pixels wide, so it is one byte of a line: white is 1.
        let mut lines = Vec::with_capacity((self.size() + 1) * side);
        for row in &self.rows {
            for _ in 0..MODULE_PIXELS {
                lines.push(0);
                lines.extend(row.iter().map(|dark| if *dark { 0x00 } else { 0xff }));
            }
        }
        let side = u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
        let head = [side[0], side[1], side[2], side[3], side[0], side[1], side[2], side[3], 1, 0, 0, 0, 0];
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut picture, *b"IHDR", &head);
        chunk(&mut picture, *b"IDAT", &packed(&lines));
        chunk(&mut picture, *b"IEND", &[]);
        picture
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes what is written")
}

fn chunk(picture: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(data);
    picture.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    picture.extend(kind);
    picture.extend(data);
    picture.extend(crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    /// A module by its place, read from the picture as a program that shows it would.
    fn dark(lines: &[u8], size: usize, x: usize, y: usize) -> bool {
        lines[y * MODULE_PIXELS * (size + 1) + 1 + x] == 0
    }

    #[test]
    fn both_pictures_show_the_code() {
        let code = Code::of("https://track.example/c/0abc?source=qr").unwrap();
        let size = code.size();
        assert_eq!(size % 4, (21 + 2 * MARGIN) % 4);
        let png = code.png();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "{png:?}");
        assert_eq!(png[16..20], u32::try_from(size * MODULE_PIXELS).unwrap().to_be_bytes());
        let length = usize::try_from(u32::from_be_bytes(png[33..37].try_into().unwrap())).unwrap();
        let mut lines = Vec::new();
        flate2::read::ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut lines).unwrap();
        let svg = code.svg();
        for (y, row) in code.rows.iter().enumerate() {
            for (x, wanted) in row.iter().enumerate() {
                assert_eq!(dark(&lines, size, x, y), *wanted, "{x} {y}");
            }
        }
        // The three squares that a reader looks for, and the margin.
        for (x, y) in [(0, 0), (size - 2 * MARGIN - 7, 0), (0, size - 2 * MARGIN - 7)] {
            assert!(svg.contains(&format!("M{} {}h7v1h-7z", x + MARGIN, y + MARGIN)), "{svg}");
        }
        assert!((0..size).all(|x| (0..MARGIN).all(|y| !code.rows[y][x] && !code.rows[x][y])));
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(Code::of(&"a".repeat(2_000)).is_some());
        assert_eq!(Code::of(&"a".repeat(3_000)), None);
    }
}
