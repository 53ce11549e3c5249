//! Writes pictures as JPEG or PNG, for thumbnails, crops and exports.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use thiserror::Error;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use crate::picture::Picture;

/// A picture could not be written.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// The JPEG writer refused, above all with sides over 65,535 pixels.
    #[error("A picture of {width} × {height} pixels cannot be written as JPEG: make it smaller")]
    Jpeg {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What the writer says.
        source: turbojpeg::Error,
    },
    /// The PNG writer refused.
    #[error("A picture of {width} × {height} pixels cannot be written as PNG: make it smaller")]
    Png {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What the writer says.
        source: image::ImageError,
    },
}

/// From this quality on the colours keep their full resolution.
const FINE_QUALITY: u8 = 90;

/// Writes a baseline JPEG of quality 1 to 100; below 90 with colours at half resolution (4:2:0).
///
/// # Errors
/// [`EncodeError::Jpeg`].
pub fn encode_jpeg(picture: &Picture, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let (width, height) = (picture.width(), picture.height());
    jpeg(picture, quality).map_err(|source| EncodeError::Jpeg {
        width,
        height,
        source,
    })
}

fn jpeg(picture: &Picture, quality: u8) -> turbojpeg::Result<Vec<u8>> {
    let colors = if quality < FINE_QUALITY {
        Subsamp::Sub2x2
    } else {
        Subsamp::None
    };
    let width = picture.width() as usize;
    let mut compressor = Compressor::new()?;
    compressor.set_quality(quality.clamp(1, 100).into())?;
    compressor.set_subsamp(colors)?;
    compressor.compress_to_vec(Image {
        pixels: picture.rgb(),
        width,
        pitch: width * 3,
        height: picture.height() as usize,
        format: PixelFormat::RGB,
    })
}

/// Writes an 8-bit RGB PNG.
///
/// # Errors
/// [`EncodeError::Png`].
pub fn encode_png(picture: &Picture) -> Result<Vec<u8>, EncodeError> {
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture.rgb(), width, height, ExtendedColorType::Rgb8)
        .map_err(|source| EncodeError::Png {
            width,
            height,
            source,
        })?;
    Ok(bytes)
}
