//! Images without what cameras and programs write into them: places, times, names of devices, thumbnails of what was cut off.
//!
//! The picture itself is not touched: parts of the file are left out, nothing is encoded anew. Of a JPEG's data the orientation stays,
//! for without it people would lie on their side. What follows the end of the picture goes too.

use super::FileKind;

/// A file that ends too early or is not built as its kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the image is not built as it should be")]
pub(crate) struct Malformed;

/// The image without its data; none when there was nothing to leave out.
pub(super) fn strip(kind: FileKind, bytes: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let stripped = match kind {
        FileKind::Jpeg => jpeg(bytes),
        FileKind::Png => png(bytes),
        FileKind::Gif => gif(bytes),
        FileKind::Webp => webp(bytes),
        FileKind::Text | FileKind::Other { .. } | FileKind::Unknown => return Ok(None),
    }
    .ok_or(Malformed)?;
    Ok((stripped != bytes).then_some(stripped))
}

/// Reads forward and says when there is nothing left.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let part = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(part)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|part| part[0])
    }
}

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const END: u8 = 0xD9;
    let mut reader = Reader { bytes, at: 0 };
    (reader.take(2)? == [0xFF, 0xD8]).then_some(())?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(&[0xFF, 0xD8]);
    if let Some(orientation) =
        exif_segment(bytes).and_then(orientation).filter(|orientation| (2..=8).contains(orientation))
    {
        kept.extend_from_slice(&oriented(orientation));
    }
    loop {
        let start = reader.at;
        (reader.byte()? == 0xFF).then_some(())?;
        let mut marker = reader.byte()?;
        while marker == 0xFF {
            marker = reader.byte()?;
        }
        if marker == END {
            kept.extend_from_slice(&[0xFF, END]);
            return Some(kept);
        }
        let has_length = !matches!(marker, 0x01 | 0xD0..=0xD7);
        if has_length {
            let length = reader.take(2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            let body = reader.take(length.checked_sub(2)?)?;
            // JFIF, the colour profile and Adobe's note on colours belong to the picture; the other parts and comments do not.
            let belongs = match marker {
                0xE0 => body.starts_with(b"JFIF\0"),
                0xE2 => body.starts_with(b"ICC_PROFILE\0"),
                0xEE => body.starts_with(b"Adobe"),
                0xE1 | 0xE3..=0xED | 0xEF | 0xFE => false,
                _ => true,
            };
            if belongs {
                kept.extend_from_slice(&bytes[start..reader.at]);
            }
        }
        // The picture's own bytes follow the start of a scan, up to the next marker.
        if marker == 0xDA {
            let from = reader.at;
            let rest = bytes.get(from..)?;
            let Some(next) = rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7))
            else {
                // The end is missing, which every program forgives.
                kept.extend_from_slice(rest);
                return Some(kept);
            };
            reader.at += next;
            kept.extend_from_slice(&bytes[from..reader.at]);
        }
    }
}

/// The first Exif part of a JPEG, from its TIFF header on.
fn exif_segment(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader { bytes, at: 2 };
    loop {
        let head = reader.take(4)?;
        if head[0] != 0xFF || head[1] == 0xDA {
            return None;
        }
        let body = reader.take(usize::from(u16::from_be_bytes([head[2], head[3]])).checked_sub(2)?)?;
        if head[1] == 0xE1
            && let Some(tiff) = body.strip_prefix(b"Exif\0\0")
        {
            return Some(tiff);
        }
    }
}

/// The orientation that the first directory of a TIFF header names.
fn orientation(tiff: &[u8]) -> Option<u8> {
    const ORIENTATION: u16 = 0x0112;
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let first: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if little { u32::from_le_bytes(first) } else { u32::from_be_bytes(first) };
    let first = usize::try_from(first).ok()?;
    let count = usize::from(short(first)?);
    let entry = |index: usize| first.checked_add(2 + index * 12);
    let found = (0..count).filter_map(entry).find(|at| short(*at) == Some(ORIENTATION))?;
    u8::try_from(short(found.checked_add(8)?)?).ok()
}

/// An Exif part that says nothing but the orientation.
const fn oriented(orientation: u8) -> [u8; 36] {
    let mut part = *b"\xFF\xE1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    part[29] = orientation;
    part
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    /// What changes how the picture looks, beside the critical parts.
    const LOOKS: [&[u8]; 15] = [
        b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"cICP", b"mDCV",
        b"acTL", b"fcTL", b"fdAT",
    ];
    let mut reader = Reader { bytes, at: 0 };
    (reader.take(8)? == SIGNATURE).then_some(())?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(SIGNATURE);
    loop {
        let start = reader.at;
        let length = u32::from_be_bytes(reader.take(4)?.try_into().ok()?);
        let name = reader.take(4)?;
        reader.take(usize::try_from(length).ok()?.checked_add(4)?)?;
        if name[0].is_ascii_uppercase() || LOOKS.contains(&name) {
            kept.extend_from_slice(&bytes[start..reader.at]);
        }
        if name == b"IEND" {
            return Some(kept);
        }
    }
}

fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut reader = Reader { bytes, at: 0 };
    let head = reader.take(13)?;
    (head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")).then_some(())?;
    reader.take(table(head[10]))?;
    let mut kept = bytes[..reader.at].to_vec();
    loop {
        let start = reader.at;
        let belongs = match reader.byte()? {
            0x3B => {
                kept.push(0x3B);
                return Some(kept);
            }
            0x2C => {
                let descriptor = reader.take(9)?;
                reader.take(table(descriptor[8]))?;
                reader.byte()?;
                true
            }
            0x21 => match reader.byte()? {
                0xF9 => true,
                // How often an animation is repeated; what other programs put there is theirs.
                0xFF => {
                    let name = bytes.get(reader.at + 1..reader.at + 12)?;
                    name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0"
                }
                _ => false,
            },
            _ => return None,
        };
        loop {
            let length = usize::from(reader.byte()?);
            if length == 0 {
                break;
            }
            reader.take(length)?;
        }
        if belongs {
            kept.extend_from_slice(&bytes[start..reader.at]);
        }
    }
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const PARTS: [&[u8]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    /// In the flags of `VP8X`: that there are Exif data, and XMP.
    const DATA: u8 = 0x08 | 0x04;
    let mut reader = Reader { bytes, at: 0 };
    let head = reader.take(12)?;
    (head.starts_with(b"RIFF") && head.ends_with(b"WEBP")).then_some(())?;
    let size = usize::try_from(u32::from_le_bytes(head[4..8].try_into().ok()?)).ok()?;
    let end = size.checked_add(8)?;
    (end <= bytes.len()).then_some(())?;
    let mut kept = head.to_vec();
    while reader.at < end {
        let start = reader.at;
        let name = reader.take(4)?;
        let length = usize::try_from(u32::from_le_bytes(reader.take(4)?.try_into().ok()?)).ok()?;
        reader.take(length.checked_add(length % 2)?)?;
        if PARTS.contains(&name) {
            let at = kept.len();
            kept.extend_from_slice(&bytes[start..reader.at]);
            if name == b"VP8X"
                && let Some(flags) = kept.get_mut(at + 8)
            {
                *flags &= !DATA;
            }
        }
    }
    let size = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&size.to_le_bytes());
    Some(kept)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"51.5074N 0.1278W, camera 4711";

    fn picture(format: ImageFormat) -> Vec<u8> {
        let image = RgbImage::from_fn(40, 20, |x, y| Rgb([x as u8 * 6, y as u8 * 12, 99]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// An Exif part with an orientation and something that nobody should know.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut part = oriented(orientation).to_vec();
        part.extend_from_slice(SECRET);
        let length = u16::try_from(part.len() - 2).unwrap();
        part[2..4].copy_from_slice(&length.to_be_bytes());
        part
    }

    fn jpeg_with(orientation: u8) -> Vec<u8> {
        let plain = picture(ImageFormat::Jpeg);
        let mut bytes = plain[..2].to_vec();
        bytes.extend_from_slice(&exif(orientation));
        bytes.extend_from_slice(b"\xFF\xFE\0\x1f");
        bytes.extend_from_slice(SECRET);
        bytes.extend_from_slice(&plain[2..]);
        bytes.extend_from_slice(b"\0\0\0\x18ftypmp42 a film behind the picture");
        bytes.extend_from_slice(SECRET);
        bytes
    }

    fn png_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut chunk = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
        chunk.extend_from_slice(name);
        chunk.extend_from_slice(body);
        chunk.extend_from_slice(&[0; 4]);
        chunk
    }

    fn png_with_text() -> Vec<u8> {
        let plain = picture(ImageFormat::Png);
        // Behind the header, which has 8 + 25 bytes.
        let mut bytes = plain[..33].to_vec();
        bytes.extend_from_slice(&png_chunk(b"eXIf", SECRET));
        bytes.extend_from_slice(&png_chunk(b"tEXt", SECRET));
        bytes.extend_from_slice(&plain[33..]);
        bytes.extend_from_slice(b"<script>");
        bytes
    }

    fn webp_with_exif() -> Vec<u8> {
        let plain = picture(ImageFormat::WebP);
        let mut bytes = plain[..12].to_vec();
        bytes.extend_from_slice(b"VP8X\x0a\0\0\0\x08\0\0\0\x27\0\0\x13\0\0");
        bytes.extend_from_slice(&plain[12..]);
        bytes.extend_from_slice(b"EXIF");
        bytes.extend_from_slice(&u32::try_from(SECRET.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(SECRET);
        bytes.push(0);
        let size = u32::try_from(bytes.len() - 8).unwrap();
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        bytes
    }

    fn gif_with_comment() -> Vec<u8> {
        let plain = picture(ImageFormat::Gif);
        let (body, end) = plain.split_at(plain.len() - 1);
        let mut bytes = body.to_vec();
        bytes.extend_from_slice(&[0x21, 0xFE, u8::try_from(SECRET.len()).unwrap()]);
        bytes.extend_from_slice(SECRET);
        bytes.push(0);
        bytes.extend_from_slice(end);
        bytes
    }

    // SEC: F-08
    #[test]
    fn what_cameras_add_is_left_out_and_the_picture_is_the_same() {
        for (kind, format, bytes) in [
            (FileKind::Jpeg, ImageFormat::Jpeg, jpeg_with(1)),
            (FileKind::Png, ImageFormat::Png, png_with_text()),
            (FileKind::Webp, ImageFormat::WebP, webp_with_exif()),
            (FileKind::Gif, ImageFormat::Gif, gif_with_comment()),
        ] {
            assert!(bytes.windows(SECRET.len()).any(|part| part == SECRET), "{kind:?}");
            let clean = strip(kind, &bytes).unwrap().expect("there was something to leave out");
            assert!(!clean.windows(8).any(|part| SECRET.windows(8).any(|secret| secret == part)), "{kind:?}");
            let shown = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).unwrap().into_rgb8();
            assert_eq!(shown(&clean), shown(&picture(format)), "{kind:?}");
            assert_eq!(strip(kind, &clean), Ok(None), "once is enough: {kind:?}");
            assert_eq!(strip(kind, &picture(format)), Ok(None), "{kind:?}");
        }
    }

    // SEC: F-08
    #[test]
    fn a_picture_that_was_held_sideways_stays_upright() {
        for turned in 2..=8 {
            let clean = strip(FileKind::Jpeg, &jpeg_with(turned)).unwrap().unwrap();
            assert_eq!(exif_segment(&clean).and_then(orientation), Some(turned));
        }
        let clean = strip(FileKind::Jpeg, &jpeg_with(1)).unwrap().unwrap();
        assert_eq!(exif_segment(&clean), None, "nothing is turned, so nothing is said");
    }

    #[test]
    fn what_is_cut_off_is_malformed() {
        for (kind, bytes) in
            [(FileKind::Png, png_with_text()), (FileKind::Webp, webp_with_exif()), (FileKind::Gif, gif_with_comment())]
        {
            assert_eq!(strip(kind, &bytes[..bytes.len() / 2]), Err(Malformed), "{kind:?}");
        }
        assert_eq!(strip(FileKind::Jpeg, &jpeg_with(1)[..60]), Err(Malformed));
    }

    proptest! {
        // SEC: F-07
        #[test]
        fn no_bytes_make_it_stumble(index in 0_usize..4, at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let kinds = [FileKind::Jpeg, FileKind::Png, FileKind::Webp, FileKind::Gif];
            let mut broken = [jpeg_with(6), png_with_text(), webp_with_exif(), gif_with_comment()][index].clone();
            let at = at.index(broken.len());
            broken.splice(at..(at + bytes.len()).min(broken.len()), bytes);
            let _ = strip(kinds[index], &broken);
        }
    }
}
