//! Looking at images, a few at a time and within bounds: their size, a small picture, and a copy without their data.

use std::{io::Cursor, sync::Arc, time::Duration};

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, ImageResult, Limits, RgbaImage,
    codecs::jpeg::JpegEncoder, metadata::Orientation,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{FileKind, strip::strip};
use crate::error::{Error, Result};

/// The largest image that is looked at.
pub(crate) const IMAGE_MAX_BYTES: u64 = 32 * 1024 * 1024;
/// The most pixels that are decoded: 120 MB of memory. Of a larger image there is no small picture.
const PIXELS_MAX: u64 = 40_000_000;
/// What a decoder may set aside at most.
const DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// The longer side of a small picture.
const THUMBNAIL_PIXELS: u32 = 640;
const THUMBNAIL_QUALITY: u8 = 80;
/// Images that are looked at at once; the others wait.
const AT_ONCE: usize = 2;
/// How long an image waits for its turn.
const WAIT: Duration = Duration::from_secs(30);
/// How long a small picture may take. Its thread keeps its place until it is done, so that nobody can start many.
const LOOK: Duration = Duration::from_secs(10);

/// The bounded worker.
#[derive(Debug)]
pub(crate) struct Pictures {
    places: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// A place in front of the worker. Who has none must not even read an image into memory.
pub(crate) type Place = OwnedSemaphorePermit;

/// What an image turned out to be.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// A copy without its data; none when it had none.
    pub(crate) clean: Option<Bytes>,
    /// Pixels, as it is to be held; none when it cannot be shown.
    pub(crate) size: Option<(u32, u32)>,
    /// A small picture of it, as JPEG.
    pub(crate) thumbnail: Option<Bytes>,
}

impl Pictures {
    /// Waits for a turn.
    pub(crate) async fn place(&self) -> Result<Place> {
        let place = Arc::clone(&self.places).acquire_owned();
        match tokio::time::timeout(WAIT, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Error::Unavailable("too many images wait to be looked at".into())),
        }
    }

    /// None: it is not built as an image of its kind is.
    pub(crate) async fn look(&self, place: Place, kind: FileKind, bytes: Bytes) -> Option<Seen> {
        let clean = strip(kind, &bytes).ok()?.map(Bytes::from);
        let shown = clean.clone().unwrap_or(bytes);
        let worker = tokio::task::spawn_blocking(move || {
            let looked = look(kind, &shown);
            drop(place);
            looked
        });
        // A decoder that fails, panics or takes its time costs the small picture and nothing else.
        let (size, thumbnail) = match tokio::time::timeout(LOOK, worker).await {
            Ok(Ok((size, thumbnail))) => (size, thumbnail),
            Ok(Err(_)) | Err(_) => (None, None),
        };
        Some(Seen { clean, size, thumbnail: thumbnail.map(Bytes::from) })
    }
}

fn format(kind: FileKind) -> Option<ImageFormat> {
    match kind {
        FileKind::Png => Some(ImageFormat::Png),
        FileKind::Jpeg => Some(ImageFormat::Jpeg),
        FileKind::Gif => Some(ImageFormat::Gif),
        FileKind::Webp => Some(ImageFormat::WebP),
        FileKind::Text | FileKind::Other { .. } | FileKind::Unknown => None,
    }
}

type Look = (Option<(u32, u32)>, Option<Vec<u8>>);

fn look(kind: FileKind, bytes: &[u8]) -> Look {
    let Some(format) = format(kind) else { return (None, None) };
    let mut size = None;
    let thumbnail = thumbnail(format, bytes, &mut size);
    (size, thumbnail.ok().flatten())
}

fn thumbnail(format: ImageFormat, bytes: &[u8], size: &mut Option<(u32, u32)>) -> ImageResult<Option<Vec<u8>>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    *size = Some(if turned { (height, width) } else { (width, height) });
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Ok(None);
    }
    let image = DynamicImage::from_decoder(decoder)?;
    let side = THUMBNAIL_PIXELS;
    let mut small = if width > side || height > side { image.thumbnail(side, side) } else { image };
    small.apply_orientation(orientation);
    let opaque = if small.color().has_alpha() { on_white(small.into_rgba8()) } else { small.into_rgb8().into() };
    let mut encoded = Vec::new();
    JpegEncoder::new_with_quality(&mut encoded, THUMBNAIL_QUALITY).encode_image(&opaque.into_rgb8())?;
    Ok(Some(encoded))
}

/// JPEG knows no transparency.
fn on_white(mut image: RgbaImage) -> DynamicImage {
    for pixel in image.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    image.into()
}

#[cfg(test)]
mod tests {
    use image::{RgbImage, Rgba};

    use super::*;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner().into()
    }

    async fn seen(kind: FileKind, bytes: Bytes) -> Option<Seen> {
        let pictures = Pictures::default();
        let place = pictures.place().await.unwrap();
        pictures.look(place, kind, bytes).await
    }

    #[tokio::test]
    async fn a_small_picture_is_small_and_lies_on_white() {
        let image = RgbaImage::from_pixel(1_600, 800, Rgba([255, 0, 0, 0]));
        let seen = seen(FileKind::Png, encoded(image, ImageFormat::Png)).await.unwrap();
        assert_eq!(seen.size, Some((1_600, 800)));
        let small =
            image::load_from_memory_with_format(&seen.thumbnail.unwrap(), ImageFormat::Jpeg).unwrap().into_rgb8();
        assert_eq!(small.dimensions(), (640, 320));
        assert!(small.get_pixel(10, 10).0.iter().all(|colour| *colour > 250));
    }

    // SEC: F-07
    #[tokio::test]
    async fn a_picture_of_too_many_pixels_is_not_decoded() {
        // 50,000 × 50,000 pixels announced in 67 bytes.
        let mut bomb = encoded(RgbImage::new(1, 1), ImageFormat::Png).to_vec();
        bomb[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
        let header = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&header.to_be_bytes());
        let seen = seen(FileKind::Png, bomb.into()).await.unwrap();
        assert!(seen.thumbnail.is_none());
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    }

    // SEC: F-07
    #[tokio::test]
    async fn only_so_many_are_looked_at_at_once() {
        let pictures = Pictures::default();
        let (first, second) = (pictures.place().await.unwrap(), pictures.place().await.unwrap());
        assert_eq!(pictures.places.available_permits(), 0);
        drop((first, second));
        assert_eq!(pictures.places.available_permits(), AT_ONCE);
    }

    #[tokio::test]
    async fn what_is_no_image_in_spite_of_its_beginning_is_none() {
        assert!(seen(FileKind::Png, Bytes::from_static(b"\x89PNG\r\n\x1a\n and that was it")).await.is_none());
    }
}
