//! What a picture is, told from its bytes: whoever sends one may call it anything.
//!
//! Of the formats of pixels the head is read, which has the size. SVG is a program's page as much as a picture, so it is taken only when it has
//! nothing but shapes: elements of a list, no attribute that acts, no address that leads out of the file. What is sent on carries a policy that forbids scripts as well.

use model::creative::{Picture, PictureFormat};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use sha2::{Digest, Sha256};

use crate::{checks::bare, errors::Refusal};

/// The largest picture: in base64 it fits in the body of a request, which has at most 1 MiB.
pub const PICTURE_BYTES_MAX: usize = 700_000;
/// The largest width and height.
pub const PIXELS_MAX: u32 = 10_000;

/// What is known of a picture.
///
/// # Errors
/// `field_invalid`: it is too large, of no known format, or does more than show something.
pub fn read(bytes: &[u8]) -> Result<Picture, Refusal> {
    if bytes.len() > PICTURE_BYTES_MAX {
        return Err(bare(format!(
            "a picture has at most {PICTURE_BYTES_MAX} bytes; this has {}",
            bytes.len()
        )));
    }
    let (format, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (PictureFormat::Png, png(bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (PictureFormat::Jpeg, jpeg(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (PictureFormat::Webp, webp(bytes))
    } else {
        (PictureFormat::Svg, Some(svg(bytes)?))
    };
    let (width, height) = size.ok_or_else(|| bare("its head is damaged: its size cannot be read"))?;
    if !(1..=PIXELS_MAX).contains(&width) || !(1..=PIXELS_MAX).contains(&height) {
        return Err(bare(format!(
            "a picture has 1 to {PIXELS_MAX} pixels each way; this has {width} × {height}"
        )));
    }
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok(Picture { format, width, height, bytes: length, sha256 })
}

type Size = Option<(u32, u32)>;

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn png(bytes: &[u8]) -> Size {
    if bytes.get(12..16) != Some(b"IHDR") {
        return None;
    }
    Some((u32::from_be_bytes(number(bytes, 16)?), u32::from_be_bytes(number(bytes, 20)?)))
}

/// The first frame header; the segments before it are passed over by their lengths.
fn jpeg(bytes: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let [mark, kind] = number(bytes, at)?;
        if mark != 0xff {
            return None;
        }
        match kind {
            // Filling before a mark.
            0xff => at += 1,
            // Marks without a length.
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let height = u16::from_be_bytes(number(bytes, at + 5)?);
                let width = u16::from_be_bytes(number(bytes, at + 7)?);
                return Some((u32::from(width), u32::from(height)));
            }
            // The picture itself, or its end, before any frame.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes(number(bytes, at + 2)?)),
        }
    }
}

fn webp(bytes: &[u8]) -> Size {
    let small = |at: usize| Some(u32::from(u16::from_le_bytes(number(bytes, at)?) & 0x3fff));
    match bytes.get(12..16)? {
        b"VP8 " => Some((small(26)?, small(28)?)),
        b"VP8L" => {
            let packed = u32::from_le_bytes(number(bytes, 21)?);
            Some(((packed & 0x3fff) + 1, ((packed >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let [a, b, c, d, e, f] = number(bytes, 24)?;
            Some((u32::from_le_bytes([a, b, c, 0]) + 1, u32::from_le_bytes([d, e, f, 0]) + 1))
        }
        _ => None,
    }
}

/// What a picture of shapes is made of.
const ELEMENTS: [&str; 30] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "metadata",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "filter",
    "feGaussianBlur",
    "feOffset",
    "feMerge",
    "feMergeNode",
    "marker",
];

fn svg(bytes: &[u8]) -> Result<(u32, u32), Refusal> {
    let neither = || bare("this is no PNG, JPEG, WebP or SVG picture");
    let text = std::str::from_utf8(bytes).map_err(|_| neither())?;
    let mut reader = Reader::from_str(text);
    let (mut size, mut depth) = (None, 0_u32);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                size = Some(outer(size, depth, &element)?);
                depth += 1;
            }
            Ok(Event::Empty(element)) => size = Some(outer(size, depth, &element)?),
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::DocType(_)) => return Err(bare("an SVG picture is taken without a document type")),
            Ok(Event::PI(_)) => return Err(bare("an SVG picture is taken without instructions to programs")),
            Ok(Event::CData(_)) => return Err(bare("an SVG picture is taken without CDATA")),
            Ok(Event::Eof) if depth == 0 => return size.ok_or_else(neither),
            Ok(Event::Eof) => return Err(bare("the SVG picture ends before its elements do")),
            Ok(_) => {}
            Err(_) if size.is_none() => return Err(neither()),
            Err(error) => return Err(bare(format!("the SVG picture cannot be read: {error}"))),
        }
    }
}

/// Checks an element; the outermost one has the size.
fn outer(known: Option<(u32, u32)>, depth: u32, element: &BytesStart<'_>) -> Result<(u32, u32), Refusal> {
    let name = element.name();
    let name: &str = name.as_ref();
    if known.is_none() && name != "svg" {
        return Err(bare("this is no PNG, JPEG, WebP or SVG picture"));
    }
    if !ELEMENTS.contains(&name) || (name == "svg" && depth > 0) || (known.is_some() && depth == 0) {
        let name: String = name.chars().take(40).collect();
        return Err(bare(format!(
            "an SVG picture is taken with shapes, text and gradients only; this has `{name}`"
        )));
    }
    let (mut width, mut height, mut shown) = (None, None, None);
    for attribute in element.attributes() {
        let attribute =
            attribute.map_err(|error| bare(format!("the SVG picture cannot be read: {error}")))?;
        let key = AsRef::<str>::as_ref(&attribute.key).to_ascii_lowercase();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| bare(format!("the SVG picture cannot be read: {error}")))?;
        check_attribute(&key, &value)?;
        match key.as_str() {
            "width" => width = pixels(&value),
            "height" => height = pixels(&value),
            "viewbox" => shown = view_box(&value),
            _ => {}
        }
    }
    if let Some(known) = known {
        return Ok(known);
    }
    width.zip(height).or(shown).ok_or_else(|| bare("give the SVG picture a width and height, or a viewBox"))
}

fn check_attribute(key: &str, value: &str) -> Result<(), Refusal> {
    let refused = || {
        let key: String = key.chars().take(40).collect();
        bare(format!("an SVG picture is taken without anything that acts or loads; this has `{key}`"))
    };
    let local = key.rsplit(':').next().unwrap_or_default();
    // The name spaces that pictures declare are addresses that nobody opens.
    if key == "xmlns" || key.starts_with("xmlns:") {
        return Ok(());
    }
    if local.starts_with("on") || local == "base" {
        return Err(refused());
    }
    if (local == "href" || local == "src") && !value.trim_start().starts_with('#') {
        return Err(refused());
    }
    // `url(#gradient)` names something of the file; everything else would be loaded. A backslash could hide such a word.
    let lower = value.to_ascii_lowercase();
    let outward = lower.split("url(").skip(1).any(|rest| {
        let rest = rest.trim_start().trim_start_matches(['"', '\'']);
        !rest.starts_with('#')
    });
    let hidden = lower.contains('\\') || lower.contains("@import") || lower.contains("javascript:");
    if outward || hidden || lower.contains("expression(") { Err(refused()) } else { Ok(()) }
}

/// A length in pixels, whole or not; one in other units says nothing.
fn pixels(text: &str) -> Option<u32> {
    let text = text.trim();
    whole(text.strip_suffix("px").unwrap_or(text).trim())
}

/// The whole pixels that a decimal number takes up.
fn whole(text: &str) -> Option<u32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return None;
    }
    let more = u32::from(rest.bytes().any(|byte| byte != b'0'));
    whole.parse::<u32>().ok()?.checked_add(more)
}

fn view_box(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).skip(2);
    Some((whole(parts.next()?)?, whole(parts.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(bytes: &[u8]) -> Result<(PictureFormat, u32, u32), String> {
        read(bytes).map(|one| (one.format, one.width, one.height)).map_err(|refusal| refusal.message)
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        [head.as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0"].concat()
    }

    #[test]
    fn sizes_are_read_from_the_bytes() {
        assert_eq!(size(&png_of(300, 250)), Ok((PictureFormat::Png, 300, 250)));
        // An application segment, filling, then the frame.
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x11\x08\x00\x5a\x02\xd8\x03";
        assert_eq!(size(jpeg), Ok((PictureFormat::Jpeg, 728, 90)));
        let lossy = [b"RIFF\0\0\0\0WEBPVP8 ".as_slice(), &[0; 10], &[0xa0, 0x00, 0x58, 0x02]].concat();
        assert_eq!(size(&lossy), Ok((PictureFormat::Webp, 160, 600)));
        let packed = (319_u32 | (49 << 14)).to_le_bytes();
        let lossless = [b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f".as_slice(), &packed].concat();
        assert_eq!(size(&lossless), Ok((PictureFormat::Webp, 320, 50)));
        let extended = [b"RIFF\0\0\0\0WEBPVP8X".as_slice(), &[0; 8], &[0xd7, 2, 0, 0x59, 0, 0]].concat();
        assert_eq!(size(&extended), Ok((PictureFormat::Webp, 728, 90)));
        for (svg, width, height) in [
            ("<svg xmlns='http://www.w3.org/2000/svg' width='120px' height='60.5'/>", 120, 61),
            ("<?xml version='1.0'?><!-- a --><svg viewBox='0 0 300 250'><path d='M0 0'/></svg>", 300, 250),
            ("<svg width='100%' viewBox='0,0,10,20'><rect fill='url(#a)'/><use href='#b'/></svg>", 10, 20),
        ] {
            assert_eq!(size(svg.as_bytes()), Ok((PictureFormat::Svg, width, height)), "{svg}");
        }
    }

    #[test]
    fn what_acts_or_loads_is_refused() {
        let inner = [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<svg:script/>",
            "<foreignObject><body/></foreignObject>",
            "<image href='https://evil.example/a.png'/>",
            "<a href='javascript:alert(1)'><text>x</text></a>",
            "<use href='https://evil.example/a.svg#x'/>",
            "<use xlink:href='data:image/svg+xml,x'/>",
            "<path onload='alert(1)'/>",
            "<path ONCLICK='alert(1)'/>",
            "<rect style='fill:url(https://evil.example/x)'/>",
            "<rect style='fill:u\\72l(https://evil.example/x)'/>",
            "<rect fill='url( &quot;//evil.example/x&quot; )'/>",
            "<style>@import 'https://evil.example/x'</style>",
            "<animate attributeName='href' to='javascript:alert(1)'/>",
            "<set attributeName='onload' to='alert(1)'/>",
            "<g xml:base='https://evil.example/'/>",
            "<![CDATA[<script>]]>",
            "<?php echo 1 ?>",
            "<g>",
        ];
        for inner in inner {
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'>{inner}</svg>");
            assert!(size(svg.as_bytes()).is_err(), "{inner}");
        }
        for whole in [
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg width='1' height='1'/>",
            "<svg width='1' height='1'/><script/>",
            "<html><svg width='1' height='1'/></html>",
            "<svg/>",
            "<svg width='1' height='1'",
            "GIF89a",
            "%PDF-1.7",
            "",
        ] {
            assert!(size(whole.as_bytes()).is_err(), "{whole}");
        }
    }

    #[test]
    fn too_large_pictures_are_refused() {
        assert!(size(&png_of(0, 10)).is_err() && size(&png_of(10_001, 10)).is_err());
        assert!(size(&png_of(10_000, 10_000)).is_ok());
        let mut long = png_of(1, 1);
        long.resize(PICTURE_BYTES_MAX, 0);
        assert!(size(&long).is_ok());
        long.push(0);
        assert!(size(&long).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(head in 0..5_usize, bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let heads: [&[u8]; 5] = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8X", b"<svg width='1' "];
            let _ = read(&[heads[head], &bytes].concat());
        }
    }
}
