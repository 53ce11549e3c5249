//! Develops the sensor's data through rawler, where a file holds no picture to show.

use rawler::decoders::{Decoder, RawDecodeParams};
use rawler::imgop::develop::RawDevelop;
use rawler::rawsource::RawSource;

use super::super::error::DecodeError;
use super::super::format::Format;
use super::super::limits::Limits;
use super::super::metadata;
use super::super::orientation::Orientation;
use super::RawKind;
use crate::picture::Picture;

/// A developed picture, as it is stored.
pub(super) struct Developed {
    pub(super) picture: Picture,
    pub(super) orientation: Orientation,
}

/// Bytes that developing holds for a pixel: the sensor's values, three floats twice, and 16 bits.
const BYTES_PER_PIXEL: u64 = 32;

/// Develops with the camera's white balance into sRGB.
pub(super) fn develop(
    bytes: &[u8],
    kind: RawKind,
    limits: &Limits,
) -> Result<Developed, DecodeError> {
    let failed = |error: rawler::RawlerError| sort(error, kind);
    let source = RawSource::new_from_slice(bytes);
    let params = RawDecodeParams::default();
    let decoder = rawler::get_decoder(&source).map_err(failed)?;
    let dummy = decoder.raw_image(&source, &params, true).map_err(failed)?;
    let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (width, height) = (side(dummy.width), side(dummy.height));
    limits.check_pixels(width, height)?;
    limits.check_bytes(u64::from(width) * u64::from(height) * BYTES_PER_PIXEL)?;
    let orientation = orientation(bytes, kind).or_else(|| turn(decoder.as_ref(), &source, &params));
    let image = decoder.raw_image(&source, &params, false).map_err(failed)?;
    let developed = RawDevelop::default()
        .develop_intermediate(&image)
        .map_err(failed)?;
    let nothing = || DecodeError::Damaged {
        format: Format::Raw(kind),
        source: "A side of zero pixels".into(),
    };
    let rgb = developed
        .to_dynamic_image()
        .ok_or_else(nothing)?
        .into_rgb8();
    let (width, height) = rgb.dimensions();
    Ok(Developed {
        picture: Picture::new(width, height, rgb.into_raw()).ok_or_else(nothing)?,
        orientation: Orientation::new(orientation.unwrap_or(1)),
    })
}

/// How the camera was held, from files that are not laid out like a TIFF.
pub(super) fn orientation(bytes: &[u8], kind: RawKind) -> Option<u32> {
    let is_read = matches!(kind, RawKind::Crw | RawKind::Mrw);
    is_read.then(|| u32::from(metadata::read(bytes).orientation))
}

fn turn(decoder: &dyn Decoder, source: &RawSource, params: &RawDecodeParams) -> Option<u32> {
    let metadata = decoder.raw_metadata(source, params).ok()?;
    metadata.exif.orientation.map(u32::from)
}

fn sort(error: rawler::RawlerError, kind: RawKind) -> DecodeError {
    let format = Format::Raw(kind);
    match error {
        rawler::RawlerError::Unsupported { .. } => DecodeError::Variant {
            format,
            source: Box::new(error),
        },
        _ => DecodeError::Damaged {
            format,
            source: Box::new(error),
        },
    }
}
