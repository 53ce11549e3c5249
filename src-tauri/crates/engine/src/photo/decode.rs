//! From the bytes of a file to an upright sRGB picture.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use super::error::DecodeError;
use super::foreign::identify;
use super::format::Format;
use super::limits::Limits;
use super::metadata::Exif;
use super::orientation::Orientation;
use super::{blocks, color, heif, jpeg, jxl, pixel_hash, raster, raw};
use crate::picture::Picture;

/// How large a decoded picture has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecodeSize {
    /// Every pixel of the file.
    Full,
    /// A long side of at least nine tenths of so many pixels, where the file has them.
    ///
    /// A JPEG, and the preview of a RAW file, is decoded at the smallest fast scale that serves and may come out larger; every
    /// other picture comes out at exactly this long side.
    AtLeast(u32),
}

/// A decoded file.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The picture, upright, sRGB, at the size asked for.
    pub picture: Picture,
    /// Width of the whole upright picture in pixels.
    pub width: u32,
    /// Height of the whole upright picture in pixels.
    pub height: u32,
    /// What the file is, whatever its name says.
    pub format: Format,
    /// The EXIF orientation that was applied, 1 to 8.
    pub orientation: u8,
    /// BLAKE3 of the pixels of the file: equal where two files show exactly the same.
    pub pixel_hash: [u8; 32],
}

/// A picture as its file stores it: not upright, in its own colours.
pub(super) struct Stored<'a> {
    /// The pixels, scaled down already where that was asked for.
    pub picture: Picture,
    /// Width in the file.
    pub width: u32,
    /// Height in the file.
    pub height: u32,
    /// The embedded profile.
    pub icc: Option<Cow<'a, [u8]>>,
    /// The orientation, where the decoder has told it.
    pub orientation: Option<Orientation>,
    /// Of the whole picture, whatever it was scaled to.
    pub pixel_hash: blake3::Hash,
}

/// A frame of a video is made from its file, by a program of its own.
const A_VIDEO: DecodeError = DecodeError::SomethingElse {
    kind: "a video",
    ending: None,
};

/// Decodes a picture file: tells the format by content, keeps to the limits, brings the colours
/// to sRGB and turns it upright.
///
/// Transparent pixels are laid over white; of several frames or pages the first is taken. A panic
/// in a decoder ends here.
///
/// # Errors
/// Every variant of [`DecodeError`]; [`DecodeError::for_file`] adds what the name promised.
pub fn decode(bytes: &[u8], size: DecodeSize, limits: &Limits) -> Result<Decoded, DecodeError> {
    uncrashed(|| {
        let format = identify(bytes)?;
        let stored = match format {
            Format::Jpeg => jpeg::decode(bytes, size, limits),
            Format::Heic | Format::Avif => heif::decode(bytes, format, size, limits),
            Format::Jxl => jxl::decode(bytes, size, limits),
            Format::Raw(kind) => raw::decode(bytes, kind, size, limits),
            Format::Video(_) => return Err(A_VIDEO),
            other => raster::decode(bytes, other, size, limits),
        }?;
        Ok(finish(stored, bytes, format))
    })
}

/// Reads the size of the upright picture from the header, without decoding.
///
/// # Errors
/// [`DecodeError`], for files whose header cannot be read.
pub fn full_size(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    uncrashed(|| {
        let format = identify(bytes)?;
        let upright = |(width, height)| (width, height, Some(Orientation::UPRIGHT));
        let other = || raster::size(bytes, format, &Limits::default());
        let (width, height, turn) = match format {
            Format::Jpeg => match jpeg::size(bytes) {
                Some((width, height)) => (width, height, None),
                None => other()?,
            },
            Format::Heic | Format::Avif => upright(heif::size(bytes, format)?),
            Format::Jxl => upright(jxl::size(bytes)?),
            Format::Raw(kind) => raw::size(bytes, kind)?,
            Format::Video(_) => return Err(A_VIDEO),
            _ => other()?,
        };
        let turn = turn.or_else(|| Some(exif_of(bytes, format)?.orientation()));
        Ok(turn.unwrap_or(Orientation::UPRIGHT).size(width, height))
    })
}

fn uncrashed<T>(work: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(DecodeError::Crashed))
}

fn exif_of(bytes: &[u8], format: Format) -> Option<Exif> {
    // A TIFF would be copied whole to be parsed; its decoder has told the orientation.
    if matches!(format, Format::Tiff | Format::Raw(_) | Format::Video(_)) {
        None
    } else {
        Exif::parse(&blocks::exif(bytes, format)?)
    }
}

fn finish(stored: Stored<'_>, bytes: &[u8], format: Format) -> Decoded {
    let exif = exif_of(bytes, format);
    let of_exif = || {
        exif.as_ref()
            .map_or(Orientation::UPRIGHT, Exif::orientation)
    };
    let orientation = stored.orientation.unwrap_or_else(of_exif);
    let is_adobe_rgb = exif.as_ref().is_some_and(Exif::is_adobe_rgb);
    let icc = stored.icc.as_ref();
    let pixel_hash = pixel_hash::of_picture(stored.pixel_hash, orientation, icc, is_adobe_rgb);
    let picture = match &stored.icc {
        Some(icc) => color::from_icc(stored.picture, icc),
        None if is_adobe_rgb => color::from_adobe_rgb(stored.picture),
        None => stored.picture,
    };
    let (width, height) = orientation.size(stored.width, stored.height);
    let picture = orientation.apply(picture);
    Decoded {
        picture,
        width,
        height,
        format,
        orientation: orientation.exif(),
        pixel_hash,
    }
}
