//! Decodes PNG, WebP, TIFF, GIF and BMP through the `image` crate, and the JPEGs that
//! libjpeg-turbo refuses.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind};

use image::error::{DecodingError, ImageError};
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::decode::{DecodeSize, Stored};
use super::error::DecodeError;
use super::format::Format;
use super::limits::Limits;
use super::orientation::Orientation;
use super::{pixel_hash, resize};
use crate::picture::Picture;

/// Decodes a picture as it is stored, over white where it is transparent.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    format: Format,
    size: DecodeSize,
    limits: &Limits,
) -> Result<Stored<'a>, DecodeError> {
    let refused = |error| sort(error, format, limits);
    let mut decoder = open(bytes, format, limits).map_err(refused)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(width, height)?;
    limits.check_bytes(memory(&decoder))?;

    let icc = decoder.icc_profile().ok().flatten().map(Cow::Owned);
    let orientation = (format == Format::Tiff).then(|| turn(&mut decoder));
    let image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let pixel_hash = pixel_hash::of_samples(&image, bytes, format);
    let picture = over_white(image).ok_or_else(|| DecodeError::Damaged {
        format,
        source: "A side of zero pixels".into(),
    })?;
    let picture = match size {
        DecodeSize::Full => picture,
        DecodeSize::AtLeast(long_side_px) => resize::shrink(picture, long_side_px),
    };
    Ok(Stored {
        picture,
        width,
        height,
        icc,
        orientation,
        pixel_hash,
    })
}

/// The stored size from the header, and a TIFF's orientation.
pub(super) fn size(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<(u32, u32, Option<Orientation>), DecodeError> {
    let mut decoder = open(bytes, format, limits).map_err(|e| sort(e, format, limits))?;
    let (width, height) = decoder.dimensions();
    Ok((
        width,
        height,
        (format == Format::Tiff).then(|| turn(&mut decoder)),
    ))
}

fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &Limits,
) -> Result<impl ImageDecoder + 'a, ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    if let Some(format) = image_format(format) {
        reader.set_format(format);
    }
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(limits.max_bytes);
    reader.limits(allowed);
    reader.into_decoder()
}

fn turn(decoder: &mut impl ImageDecoder) -> Orientation {
    let exif = decoder.orientation().map_or(1, |o| o.to_exif());
    Orientation::new(exif.into())
}

/// What the library calls the formats that are read through it.
fn image_format(format: Format) -> Option<ImageFormat> {
    Some(match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
        Format::Tiff => ImageFormat::Tiff,
        Format::Gif => ImageFormat::Gif,
        Format::Bmp => ImageFormat::Bmp,
        Format::Heic | Format::Avif | Format::Jxl | Format::Raw(_) | Format::Video(_) => {
            return None;
        }
    })
}

/// Bytes the decode is going to hold: the pixels as stored, and what they are turned into.
fn memory(decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let copy = match decoder.color_type() {
        ColorType::Rgb8 => 0,
        color if color.has_alpha() => 7,
        _ => 3,
    };
    let pixels = u64::from(width) * u64::from(height);
    decoder.total_bytes().saturating_add(pixels * copy)
}

/// Brings any samples to 8-bit RGB and lays transparent ones over white.
pub(super) fn over_white(image: DynamicImage) -> Option<Picture> {
    let (width, height) = (image.width(), image.height());
    if !image.color().has_alpha() {
        return Picture::new(width, height, image.into_rgb8().into_raw());
    }
    let rgba = image.into_rgba8().into_raw();
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    let (pixels, _) = rgba.as_chunks::<4>();
    for [r, g, b, a] in pixels {
        let alpha = u32::from(*a);
        let over = |v: &u8| ((u32::from(*v) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        rgb.extend_from_slice(&[over(r), over(g), over(b)]);
    }
    Picture::new(width, height, rgb)
}

/// Sorts the library's errors by what the owner of the file can do.
fn sort(error: ImageError, format: Format, limits: &Limits) -> DecodeError {
    match error {
        ImageError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::BreaksOff { percent: None }
        }
        ImageError::Decoding(cause) if ends_early(&cause) => {
            DecodeError::BreaksOff { percent: None }
        }
        ImageError::Limits(_) => DecodeError::TooMuchMemory {
            needed: limits.max_bytes,
            max: limits.max_bytes,
        },
        ImageError::Unsupported(source) => DecodeError::Variant {
            format,
            source: Box::new(source),
        },
        other => DecodeError::Damaged {
            format,
            source: Box::new(other),
        },
    }
}

/// The decoders tell a missing end in words only.
fn ends_early(cause: &DecodingError) -> bool {
    let message = cause.to_string().to_ascii_lowercase();
    [
        "unexpected end of file",
        "unexpected eof",
        "failed to fill whole buffer",
        "truncat",
    ]
    .iter()
    .any(|part| message.contains(part))
}
