//! Decodes HEIC and AVIF: pictures that lie in an ISO media file as coded items and tiles.
//!
//! One reader of the container serves both. HEVC is decoded by heifer, AV1 by rav1d, JPEG by
//! libjpeg-turbo. Turning and cropping are properties of the container and are applied here; an
//! EXIF orientation in such a file is information only.

mod av1;
mod items;
mod yuv;

use std::borrow::Cow;

use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{self as container, HeifFile, ItemId};
use heifer::{Image, Options};
use image::{DynamicImage, RgbaImage};

use super::decode::{DecodeSize, Stored};
use super::error::DecodeError;
use super::format::Format;
use super::limits::Limits;
use super::orientation::Orientation;
use super::{color, raster, resize};
use crate::picture::Picture;

/// Bytes a decode holds for a pixel: RGBA, the decoder's planes, and what either is turned into.
const BYTES_PER_PIXEL: u64 = 12;

/// How deep derived pictures may refer to each other.
const MAX_DEPTH: u32 = 4;

/// Decodes the primary picture, over white where it is transparent.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    format: Format,
    size: DecodeSize,
    limits: &Limits,
) -> Result<Stored<'a>, DecodeError> {
    let reading = Reading::of(bytes, format, limits)?;
    let (width, height) = reading.size()?;
    limits.check_pixels(width, height)?;
    limits.check_bytes(u64::from(width) * u64::from(height) * BYTES_PER_PIXEL)?;
    let image = reading.picture(bytes)?;
    let (width, height) = (image.width, image.height);
    let picture = over_white(image).ok_or_else(|| damaged(format, "A side of zero pixels"))?;
    let picture = match size {
        DecodeSize::Full => picture,
        DecodeSize::AtLeast(long_side_px) => resize::shrink(picture, long_side_px),
    };
    let file = &reading.file;
    let icc = file.icc_profile(file.primary_id).ok().flatten();
    let picture = match (icc, reading.code_points()) {
        (None, Some((primaries, transfer))) => color::from_cicp(picture, primaries, transfer),
        _ => picture,
    };
    Ok(Stored {
        picture,
        width,
        height,
        icc: icc.map(|icc| Cow::Owned(icc.to_vec())),
        orientation: Some(Orientation::UPRIGHT),
        pixel_hash: reading.pixel_hash(bytes),
    })
}

/// The size of the upright primary picture, from the container.
pub(super) fn size(bytes: &[u8], format: Format) -> Result<(u32, u32), DecodeError> {
    Reading::of(bytes, format, &Limits::default())?.size()
}

/// The EXIF block of the primary picture, beginning with its TIFF header.
pub(super) fn exif(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = HeifFile::parse(bytes).ok()?;
    file.exif(file.primary_id).ok().flatten()
}

struct Reading<'a> {
    file: HeifFile<'a>,
    format: Format,
    limits: Limits,
}

impl<'a> Reading<'a> {
    fn of(bytes: &'a [u8], format: Format, limits: &Limits) -> Result<Self, DecodeError> {
        Ok(Self {
            file: HeifFile::parse(bytes).map_err(|e| sort(e.into(), format))?,
            format,
            limits: *limits,
        })
    }

    fn trouble(&self, error: impl Into<heifer::Error>) -> DecodeError {
        sort(error.into(), self.format)
    }

    fn damaged(&self, reason: &'static str) -> DecodeError {
        damaged(self.format, reason)
    }

    fn kind(&self, id: ItemId) -> Result<[u8; 4], DecodeError> {
        let item = self.file.item(id).map_err(|e| self.trouble(e))?;
        Ok(item.item_type.0)
    }

    fn properties(&self, id: ItemId) -> Result<Vec<&Property>, DecodeError> {
        let properties = self.file.item_properties(id);
        Ok(properties.map_err(|e| self.trouble(e))?.collect())
    }

    /// The upright size, from the size of the item and what turns and crops it.
    fn size(&self) -> Result<(u32, u32), DecodeError> {
        let id = self.file.primary_id;
        let stored = match &self.kind(id)? {
            b"grid" => self
                .file
                .grid(id)
                .map(|g| Some((g.output_width, g.output_height))),
            _ => self.file.image_size(id),
        };
        let stored = stored.map_err(|e| self.trouble(e))?;
        let mut size = stored.ok_or_else(|| self.damaged("A picture without its size"))?;
        for property in self.properties(id)? {
            match property {
                Property::Rotation(quarters) if quarters % 2 == 1 => size = (size.1, size.0),
                Property::CleanAperture { .. } => {
                    if let Some((left, top, width, height)) = aperture(property, size) {
                        let side = |from: u32, length: u32, whole: u32| {
                            length.min(whole.saturating_sub(from))
                        };
                        size = (side(left, width, size.0), side(top, height, size.1));
                    }
                }
                _ => {}
            }
        }
        Ok(size)
    }

    /// The upright primary picture. What holds no HEVC is put together here.
    fn picture(&self, bytes: &[u8]) -> Result<Image<u8>, DecodeError> {
        let id = self.file.primary_id;
        if self.leaf(id, 0)? == *b"hvc1" {
            // One thread: pictures are read beside each other.
            let options = Options {
                max_threads: 1,
                max_pixels: self.max_pixels(),
            };
            return heifer::decode_rgba8(bytes, &options).map_err(|e| self.trouble(e));
        }
        self.item(id, 0)
    }

    fn max_pixels(&self) -> u64 {
        let by_memory = self.limits.max_bytes / BYTES_PER_PIXEL;
        self.limits.max_pixels.min(by_memory).max(1)
    }
}

fn over_white(image: Image<u8>) -> Option<Picture> {
    let (width, height) = (image.width, image.height);
    if image.has_alpha {
        let rgba = RgbaImage::from_raw(width, height, image.data)?;
        return raster::over_white(DynamicImage::ImageRgba8(rgba));
    }
    Picture::new(width, height, image.into_rgb8())
}

/// The rectangle of a clean aperture: left, top, width, height.
///
/// # Source
/// ISO/IEC 14496-12, 12.1.4.
fn aperture(property: &Property, (width, height): (u32, u32)) -> Option<(u32, u32, u32, u32)> {
    let Property::CleanAperture {
        width: w,
        height: h,
        horiz_offset: x,
        vert_offset: y,
    } = property
    else {
        return None;
    };
    if [w.1, h.1, x.1, y.1].contains(&0) {
        return None;
    }
    let unsigned = |(over, under): (u32, u32)| f64::from(over) / f64::from(under);
    let signed = |(over, under): (i32, u32)| f64::from(over) / f64::from(under);
    let start = |offset: f64, length: f64, whole: u32| {
        let center = offset + (f64::from(whole) - 1.0) / 2.0;
        (center - (length - 1.0) / 2.0).round().max(0.0) as u32
    };
    let (w, h) = (unsigned(*w), unsigned(*h));
    let (left, top) = (start(signed(*x), w, width), start(signed(*y), h, height));
    Some((left, top, w.round() as u32, h.round() as u32))
}

/// Sorts the container's and the decoder's errors by what the owner of the file can do.
fn sort(error: heifer::Error, format: Format) -> DecodeError {
    use heifer::Error;
    match &error {
        Error::Container(container::Error::UnexpectedEof)
        | Error::Hevc(heifer::heifer_hevc_dec::Error::UnexpectedEof) => {
            DecodeError::BreaksOff { percent: None }
        }
        Error::Unsupported(_)
        | Error::Container(container::Error::Unimplemented(_))
        | Error::Hevc(heifer::heifer_hevc_dec::Error::Unimplemented(_)) => DecodeError::Variant {
            format,
            source: Box::new(error),
        },
        _ => damaged(format, error),
    }
}

fn damaged(
    format: Format,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> DecodeError {
    DecodeError::Damaged {
        format,
        source: source.into(),
    }
}
