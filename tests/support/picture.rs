//! Pictures for tests: drawn, not stored.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Where the camera was, which nobody must learn.
pub const PLACE: &[u8] = b"51.5074N 0.1278W camera 4711";

fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let shade = |step: u32, all: u32| u8::try_from(step * 255 / all).expect("at most 255");
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, width), shade(y, height), 120]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, format).expect("memory can be written");
    bytes.into_inner()
}

/// A PNG without anything but its pixels.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    drawn(width, height, ImageFormat::Png)
}

/// A GIF of one frame.
pub fn gif(width: u32, height: u32) -> Vec<u8> {
    drawn(width, height, ImageFormat::Gif)
}

/// A photograph that was held sideways: on its side in the file, upright for whoever knows that. It says where it was taken.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let plain = drawn(height, width, ImageFormat::Jpeg);
    // A TIFF header in big endian, one entry: orientation 6, a quarter turn.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(PLACE);
    let mut bytes = plain[..2].to_vec();
    bytes.extend_from_slice(&[0xFF, 0xE1]);
    bytes.extend_from_slice(&u16::try_from(exif.len() + 2).expect("a short part").to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&plain[2..]);
    bytes
}

/// The bytes of a file that says of itself that it is a picture of 50,000 × 50,000 pixels.
pub fn bomb() -> Vec<u8> {
    // Of a GIF, because its header has no checksum.
    let mut bytes = gif(1, 1);
    bytes[6..10].copy_from_slice(&[0x50, 0xC3, 0x50, 0xC3]);
    bytes
}
