//! Fingerprints of pixels: equal ones mean that two files show exactly the same, whatever their
//! metadata say.
//!
//! The hash is BLAKE3 over the samples as the file stores them, its orientation and its colour
//! profile. A large JPEG is not decoded whole, so its coded data stand for its pixels: all
//! segments that a pixel depends on, and everything from the first scan to the end of the file.
//! HEIC, AVIF and JPEG XL are hashed by their coded data for the same reason, a RAW file by all of
//! its bytes: what it shows may be developed in any way.
//! Files that hold more than one picture are the same only whole.

use std::borrow::Cow;

use blake3::{Hash, Hasher};
use image::DynamicImage;

use super::blocks;
use super::format::Format;
use super::orientation::Orientation;

/// Hashes all samples of a decoded file.
pub(super) fn of_samples(image: &DynamicImage, bytes: &[u8], format: Format) -> Hash {
    let (width, height) = (image.width(), image.height());
    let mut hasher = samples(width, height, &format!("{:?}", image.color()));
    hasher.update(image.as_bytes());
    if holds_more(bytes, format) {
        hasher.update(bytes);
    }
    hasher.finalize()
}

/// Hashes all pixels, 8-bit RGB.
pub(super) fn of_rgb(width: u32, height: u32, rgb: &[u8]) -> Hash {
    let color = format!("{:?}", image::ColorType::Rgb8);
    samples(width, height, &color).update(rgb).finalize()
}

fn samples(width: u32, height: u32, color: &str) -> Hasher {
    let mut hasher = Hasher::new_derive_key("latent 2026 samples of a picture");
    hasher.update(&width.to_le_bytes());
    hasher.update(&height.to_le_bytes());
    hasher.update(color.as_bytes());
    hasher
}

/// Hashes what the pixels of a JPEG are made from.
pub(super) fn of_coded_jpeg(bytes: &[u8]) -> Hash {
    let mut hasher = Hasher::new_derive_key("latent 2026 coded data of a JPEG");
    for segment in blocks::segments(bytes) {
        let is_scan = segment.marker == 0xda;
        let is_profile = segment.marker == 0xe2 && segment.body.starts_with(b"ICC_PROFILE");
        let is_adobe = segment.marker == 0xee && segment.body.starts_with(b"Adobe");
        let is_metadata = matches!(segment.marker, 0xe0..=0xef | 0xfe);
        if is_adobe || is_profile || !is_metadata {
            hasher.update(&[segment.marker]);
            hasher.update(&(segment.body.len() as u64).to_le_bytes());
            hasher.update(segment.body);
        }
        if is_scan {
            hasher.update(bytes.get(segment.end..).unwrap_or_default());
        }
    }
    hasher.finalize()
}

/// Hashes a file whose pixels cannot be told from the rest.
pub(super) fn of_whole(bytes: &[u8]) -> Hash {
    Hasher::new_derive_key("latent 2026 whole file")
        .update(bytes)
        .finalize()
}

/// Puts together what was stored, how it is turned and what its numbers mean as colours.
pub(super) fn of_picture(
    stored: Hash,
    orientation: Orientation,
    icc: Option<&Cow<'_, [u8]>>,
    is_adobe_rgb: bool,
) -> [u8; 32] {
    let mut hasher = Hasher::new_derive_key("latent 2026 pixels of a picture");
    hasher.update(stored.as_bytes());
    hasher.update(&[orientation.exif(), u8::from(is_adobe_rgb)]);
    hasher.update(icc.map_or(&[] as &[u8], |icc| icc));
    hasher.finalize().into()
}

/// Whether there is more in a file than the picture that is shown: frames or pages.
fn holds_more(bytes: &[u8], format: Format) -> bool {
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    let head = bytes.get(..4096.min(bytes.len())).unwrap_or_default();
    match format {
        Format::Gif => true,
        Format::Webp => has(b"ANIM"),
        Format::Png => head.windows(4).any(|window| window == b"acTL"),
        Format::Tiff => next_directory(bytes) != Some(0),
        _ => false,
    }
}

/// Where the second directory of a TIFF lies, 0 without one; none where that cannot be told.
fn next_directory(bytes: &[u8]) -> Option<u32> {
    let big = bytes.starts_with(b"MM");
    if bytes.get(if big { 3 } else { 2 })? != &42 {
        return None;
    }
    let four = |at: usize| -> Option<u32> {
        let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    };
    let first = four(4)? as usize;
    let count: [u8; 2] = bytes.get(first..first + 2)?.try_into().ok()?;
    let count = if big {
        u16::from_be_bytes(count)
    } else {
        u16::from_le_bytes(count)
    };
    four(first + 2 + usize::from(count) * 12)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::codecs::jpeg::JpegEncoder;
    use image::{ImageFormat, RgbImage};

    use crate::photo::{DecodeSize, Limits, decode};

    fn drawn(side: u32, shift: u32) -> RgbImage {
        RgbImage::from_fn(side, side * 3 / 4, |x, y| {
            image::Rgb([
                (x * 7 + shift) as u8,
                (y * 5) as u8,
                (x * y / 90 + shift) as u8,
            ])
        })
    }

    fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn jpeg(picture: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 90)
            .encode_image(picture)
            .unwrap();
        bytes
    }

    fn hash(bytes: &[u8]) -> [u8; 32] {
        decode(bytes, DecodeSize::AtLeast(1024), &Limits::default())
            .unwrap()
            .pixel_hash
    }

    /// Puts a segment behind the start of a JPEG.
    fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
    }

    #[test]
    fn the_same_pixels_in_lossless_formats_are_the_same() {
        let picture = drawn(1500, 0);
        let png = hash(&written(&picture, ImageFormat::Png));
        for format in [ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Tiff] {
            assert_eq!(hash(&written(&picture, format)), png, "{format:?}");
        }
        assert_ne!(hash(&written(&drawn(1500, 1), ImageFormat::Png)), png);
        let small = drawn(300, 0);
        let decoded = image::load_from_memory(&jpeg(&small)).unwrap().to_rgb8();
        let stored = decode(&jpeg(&small), DecodeSize::Full, &Limits::default()).unwrap();
        if stored.picture.rgb() == decoded.as_raw() {
            assert_eq!(
                hash(&jpeg(&small)),
                hash(&written(&decoded, ImageFormat::Png))
            );
        }
    }

    #[test]
    fn metadata_do_not_count_and_every_bit_of_a_pixel_does() {
        for side in [400, 3000] {
            let plain = jpeg(&drawn(side, 0));
            let captioned = with_segment(&plain, 0xfe, b"a comment");
            assert_eq!(hash(&plain), hash(&captioned), "{side}");
            assert_ne!(hash(&plain), hash(&jpeg(&drawn(side, 1))), "{side}");
        }
    }

    #[test]
    fn a_turned_picture_is_another() {
        let plain = jpeg(&drawn(400, 0));
        let exif = |orientation: u8| {
            let tiff = [
                b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
                &[orientation, 0, 0, 0, 0, 0, 0, 0],
            ];
            with_segment(&plain, 0xe1, &tiff.concat())
        };
        assert_eq!(hash(&exif(1)), hash(&plain));
        assert_ne!(hash(&exif(6)), hash(&plain));
        assert_ne!(hash(&exif(6)), hash(&exif(8)));
    }

    #[test]
    fn a_moving_picture_is_not_its_first_frame() {
        use image::codecs::gif::GifEncoder;
        use image::{Frame, RgbaImage};
        let frames = |count: u8| {
            let mut bytes = Vec::new();
            let mut encoder = GifEncoder::new(&mut bytes);
            for frame in 0..count {
                let picture = RgbaImage::from_pixel(40, 30, image::Rgba([frame * 60, 0, 0, 255]));
                encoder.encode_frame(Frame::new(picture)).unwrap();
            }
            drop(encoder);
            bytes
        };
        assert_ne!(hash(&frames(1)), hash(&frames(2)));
        assert_eq!(hash(&frames(2)), hash(&frames(2)));
    }
}
