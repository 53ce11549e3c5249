//! Decodes JPEG XL through jxl-oxide, which turns the picture upright itself.

use std::borrow::Cow;
use std::io::Cursor;

use blake3::{Hash, Hasher};
use image::{DynamicImage, RgbaImage};
use jxl_oxide::{AllocTracker, EnumColourEncoding, JxlImage, JxlThreadPool, PixelFormat};
use jxl_oxide::{Render, RenderingIntent};

use super::decode::{DecodeSize, Stored};
use super::error::DecodeError;
use super::format::Format;
use super::iso_boxes;
use super::limits::Limits;
use super::orientation::Orientation;
use super::{color, raster, resize};
use crate::picture::Picture;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Decodes the first frame, over white where it is transparent.
///
/// Colours the file names by code come out in sRGB, HDR toned down; colours of an embedded profile
/// come out as they are, with that profile.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    size: DecodeSize,
    limits: &Limits,
) -> Result<Stored<'a>, DecodeError> {
    let mut image = open(bytes, limits)?;
    let (width, height) = (image.width(), image.height());
    limits.check_pixels(width, height)?;
    // Samples are floats, and a frame is held twice.
    let samples = u64::from(width) * u64::from(height) * image.pixel_format().channels() as u64;
    limits.check_bytes(samples * 10)?;
    if image.original_icc().is_none() && !image.image_header().metadata.grayscale() {
        image.request_color_encoding(EnumColourEncoding::srgb(RenderingIntent::Relative));
    }
    if image.num_loaded_keyframes() == 0 {
        return Err(DecodeError::BreaksOff { percent: None });
    }
    let render = image.render_frame(0).map_err(|e| sort(e, limits))?;
    let mut icc = Some(image.rendered_icc());
    let picture = picture(&render, image.pixel_format(), &mut icc)
        .ok_or_else(|| damaged("A side of zero pixels"))?;
    let picture = match size {
        DecodeSize::Full => picture,
        DecodeSize::AtLeast(long_side_px) => resize::shrink(picture, long_side_px),
    };
    Ok(Stored {
        picture,
        width,
        height,
        icc: icc.map(Cow::Owned),
        orientation: Some(Orientation::UPRIGHT),
        pixel_hash: pixel_hash(bytes),
    })
}

/// The upright size, from the header.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    let image = open(bytes, &Limits::default())?;
    Ok((image.width(), image.height()))
}

/// The EXIF block of a container, beginning with its TIFF header.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let body = iso_boxes::boxes(bytes).find(|b| b.kind == *b"Exif")?.body;
    let skip = u32::from_be_bytes(body.get(..4)?.try_into().ok()?) as usize;
    body.get(4_usize.checked_add(skip)?..)
}

fn open(bytes: &[u8], limits: &Limits) -> Result<JxlImage, DecodeError> {
    let most = usize::try_from(limits.max_bytes).unwrap_or(usize::MAX);
    JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(most))
        .read(Cursor::new(bytes))
        .map_err(|e| sort(e, limits))
}

fn picture(render: &Render, format: PixelFormat, icc: &mut Option<Vec<u8>>) -> Option<Picture> {
    let mut stream = render.stream();
    let (width, height) = (stream.width(), stream.height());
    let channels = stream.channels() as usize;
    let mut samples = vec![0_u8; width as usize * height as usize * channels];
    stream.write_to_buffer(&mut samples);
    match (format, channels) {
        (PixelFormat::Rgb, 3) => return Picture::new(width, height, samples),
        (PixelFormat::Cmyk, 4) => {
            // JPEG XL stores light where CMYK has ink.
            samples.iter_mut().for_each(|v| *v = 255 - *v);
            let rgb = color::cmyk_to_rgb(&samples, icc.take().as_deref());
            return Picture::new(width, height, rgb);
        }
        _ => {}
    }
    let rgba = samples.chunks_exact(channels.max(1)).flat_map(rgba);
    let rgba = RgbaImage::from_raw(width, height, rgba.collect())?;
    raster::over_white(DynamicImage::ImageRgba8(rgba))
}

/// Grey, grey with opacity, colours, colours with opacity, and CMYK without its black.
fn rgba(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [grey] => [grey, grey, grey, 255],
        [grey, alpha] => [grey, grey, grey, alpha],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, alpha] => [r, g, b, alpha],
        [c, m, y, k, alpha, ..] => {
            let light = |v: u8| (u16::from(v) * u16::from(k) / 255) as u8;
            [light(c), light(m), light(y), alpha]
        }
        [] => [255; 4],
    }
}

/// By the codestream, which holds the pixels, their colours and how they are turned.
fn pixel_hash(bytes: &[u8]) -> Hash {
    let mut hasher = Hasher::new_derive_key("latent 2026 codestream of a JPEG XL");
    if bytes.starts_with(&[0xff, 0x0a]) {
        hasher.update(bytes);
        return hasher.finalize();
    }
    for part in iso_boxes::boxes(bytes) {
        match &part.kind {
            b"jxlc" => hasher.update(part.body),
            // Parts are numbered by their first four bytes.
            b"jxlp" => hasher.update(part.body.get(4..).unwrap_or(&[])),
            _ => continue,
        };
    }
    hasher.finalize()
}

/// Sorts the library's errors by what the owner of the file can do.
fn sort(error: Cause, limits: &Limits) -> DecodeError {
    let message = error.to_string().to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    if says(&["out of memory"]) {
        DecodeError::TooMuchMemory {
            needed: limits.max_bytes,
            max: limits.max_bytes,
        }
    } else if says(&[
        "unexpected end",
        "unexpected eof",
        "need more data",
        "incomplete",
    ]) {
        DecodeError::BreaksOff { percent: None }
    } else if says(&["not supported", "unsupported"]) {
        DecodeError::Variant {
            format: Format::Jxl,
            source: error,
        }
    } else {
        damaged(error)
    }
}

fn damaged(source: impl Into<Cause>) -> DecodeError {
    DecodeError::Damaged {
        format: Format::Jxl,
        source: source.into(),
    }
}
