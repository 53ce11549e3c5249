//! Decodes JPEG, at the smallest scale that serves.
//!
//! libjpeg-turbo leaves out the frequencies a small picture does not need, which saves most of
//! the time and memory. What it refuses goes to a second reader.

use std::borrow::Cow;

use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, PixelFormat, ScalingFactor};

use super::blocks;
use super::color;
use super::decode::{DecodeSize, Stored};
use super::error::DecodeError;
use super::format::Format;
use super::limits::Limits;
use super::{pixel_hash, raster, resize};
use crate::picture::Picture;

/// The scales with vector code; 3/8 and its like are slower than the next larger of these.
const FACTORS: [ScalingFactor; 3] = [
    ScalingFactor::ONE_EIGHTH,
    ScalingFactor::ONE_QUARTER,
    ScalingFactor::ONE_HALF,
];

/// Decodes a JPEG as it is stored.
///
/// A file that breaks off is an error even where a part could be shown, because its owner has to
/// know. A missing end marker alone and stray bytes between segments lose no pixel and pass.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    size: DecodeSize,
    limits: &Limits,
) -> Result<Stored<'a>, DecodeError> {
    let mut reader = Decompressor::new().map_err(damaged)?;
    let Ok(header) = reader.read_header(bytes) else {
        return second_reader(bytes, limits);
    };
    let (width, height) = side_lengths(&header)?;
    limits.check_pixels(width, height)?;

    let factor = if header.is_lossless {
        ScalingFactor::ONE
    } else {
        scale(size, width, height)
    };
    let mut frame = Frame::new(&header, factor);
    limits.check_bytes(frame.memory(&header))?;
    reader.set_scaling_factor(factor).map_err(damaged)?;
    reader
        .set_scan_limit(scan_limit(width, height))
        .map_err(damaged)?;
    match read(&mut reader, bytes, &mut frame) {
        Ok(()) => {}
        Err(Trouble::Stray) if blocks::jpeg_ends(bytes) => {}
        Err(Trouble::Stray | Trouble::EndMissing) => {
            read_with_end(&mut reader, bytes, &mut frame, header.is_progressive)?;
        }
        Err(Trouble::Damage(source)) => return Err(damaged(source)),
        Err(Trouble::Refused) => return second_reader(bytes, limits),
    }
    let pixel_hash = frame.pixel_hash(bytes, (width, height));
    let mut icc = blocks::jpeg_icc(bytes);
    let picture = frame.into_picture(bytes, &mut icc)?;
    let share = factor.num() as f64 / factor.denom() as f64;
    let covered = (f64::from(width) * share, f64::from(height) * share);
    let picture = resize::cover(picture, covered);
    Ok(Stored {
        picture,
        width,
        height,
        icc,
        orientation: None,
        pixel_hash,
    })
}

/// The stored size of a JPEG, from its header.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = Decompressor::new().ok()?.read_header(bytes).ok()?;
    side_lengths(&header).ok()
}

fn side_lengths(header: &DecompressHeader) -> Result<(u32, u32), DecodeError> {
    let side = |n: usize| u32::try_from(n).map_err(damaged);
    Ok((side(header.width)?, side(header.height)?))
}

/// The smallest fast scale whose long side is at least nine tenths of what is asked.
///
/// So 4,000 pixels serve a 1,024-pixel thumbnail at a quarter: 1,000 pixels, a difference no eye
/// sees and half the time.
fn scale(size: DecodeSize, width: u32, height: u32) -> ScalingFactor {
    let DecodeSize::AtLeast(long_side_px) = size else {
        return ScalingFactor::ONE;
    };
    let long = width.max(height) as usize;
    let serves = |f: &&ScalingFactor| f.scale(long) * 10 >= long_side_px as usize * 9;
    FACTORS
        .iter()
        .find(serves)
        .copied()
        .unwrap_or(ScalingFactor::ONE)
}

/// Progressive files may hold thousands of scans over the whole picture, to waste time.
///
/// Real ones hold about ten, the most thorough some dozens.
///
/// # Source
/// "Two Issues with the JPEG Standard", libjpeg-turbo.
fn scan_limit(width: u32, height: u32) -> u32 {
    let megapixels = u64::from(width) * u64::from(height) / 1_000_000;
    (10_000 / megapixels.max(1)).clamp(25, 500) as u32
}

/// The pixels a decode writes.
struct Frame {
    width: usize,
    height: usize,
    format: PixelFormat,
    pixels: Vec<u8>,
}

impl Frame {
    /// Describes the frame; the memory is taken in [`read`].
    fn new(header: &DecompressHeader, factor: ScalingFactor) -> Self {
        let is_cmyk = matches!(header.colorspace, Colorspace::CMYK | Colorspace::YCCK);
        let format = if is_cmyk {
            PixelFormat::CMYK
        } else {
            PixelFormat::RGB
        };
        let scaled = header.scaled(factor);
        Self {
            width: scaled.width,
            height: scaled.height,
            format,
            pixels: Vec::new(),
        }
    }

    fn pitch(&self) -> usize {
        self.width * self.format.size()
    }

    /// Bytes the decode is going to hold: a progressive file keeps all its coefficients, at most
    /// four components of two bytes a pixel.
    fn memory(&self, header: &DecompressHeader) -> u64 {
        let frame = self.pitch() as u64 * self.height as u64;
        let whole = header.width as u64 * header.height as u64;
        frame * 2 + if header.is_progressive { whole * 6 } else { 0 }
    }

    fn image(&mut self) -> Image<&mut [u8]> {
        let (width, pitch, height, format) = (self.width, self.pitch(), self.height, self.format);
        self.pixels.resize(pitch * height, 0);
        Image {
            pixels: self.pixels.as_mut_slice(),
            width,
            pitch,
            height,
            format,
        }
    }

    /// By its pixels where these are all of the file's and in its own colours.
    fn pixel_hash(&self, bytes: &[u8], (width, height): (u32, u32)) -> blake3::Hash {
        let is_whole = self.width == width as usize && self.height == height as usize;
        if is_whole && self.format == PixelFormat::RGB {
            pixel_hash::of_rgb(width, height, &self.pixels)
        } else {
            pixel_hash::of_coded_jpeg(bytes)
        }
    }

    /// How much was read before a sequential file broke off, in percent of the rows.
    ///
    /// libjpeg-turbo leaves the rest in middle grey.
    fn percent_read(&self) -> Option<u8> {
        let rows = self.pixels.chunks_exact(self.pitch().max(1));
        let grey = rows
            .rev()
            .take_while(|row| row.iter().all(|v| v.abs_diff(128) <= 1))
            .count();
        let read = self.height.checked_sub(grey)? * 100 / self.height.max(1);
        u8::try_from(read).ok().filter(|p| *p < 100)
    }

    /// Makes the picture; a CMYK profile is used up in doing so.
    fn into_picture(
        self,
        bytes: &[u8],
        icc: &mut Option<Cow<'_, [u8]>>,
    ) -> Result<Picture, DecodeError> {
        let (width, height) = (self.width as u32, self.height as u32);
        let mut pixels = self.pixels;
        if self.format == PixelFormat::CMYK {
            if blocks::jpeg_is_adobe(bytes) {
                pixels.iter_mut().for_each(|v| *v = 255 - *v);
            }
            pixels = color::cmyk_to_rgb(&pixels, icc.take().as_deref());
        }
        Picture::new(width, height, pixels).ok_or_else(|| damaged("A side of zero pixels"))
    }
}

/// What libjpeg-turbo has to say about a file.
enum Trouble {
    /// Nothing of the picture is lost.
    Stray,
    /// The data ends without an end marker.
    EndMissing,
    /// Pixels are lost.
    Damage(turbojpeg::Error),
    /// Not read at all.
    Refused,
}

/// Messages after which every pixel is there.
///
/// # Source
/// The `JWRN_` messages in libjpeg-turbo's `jerror.h`, as for [`DAMAGE`].
const STRAY: &[&str] = &[
    "extraneous bytes before marker",
    "Invalid SOS parameters for sequential",
    "Inconsistent progression sequence",
    "Unknown Adobe color transform",
    "unknown JFIF revision",
    "bad ICC marker",
];

/// Messages after which pixels are lost.
const DAMAGE: &[&str] = &[
    "premature end of data segment",
    "bad Huffman code",
    "bad arithmetic code",
    "instead of RST",
    "Progressive JPEG image has more than",
];

impl Trouble {
    /// Sorts by the message, since the binding hands out no code.
    fn of(error: turbojpeg::Error) -> Self {
        let message = error.to_string();
        let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
        if says(&["Premature end of JPEG file"]) {
            Self::EndMissing
        } else if says(STRAY) {
            Self::Stray
        } else if says(DAMAGE) {
            Self::Damage(error)
        } else {
            Self::Refused
        }
    }
}

fn read(reader: &mut Decompressor, bytes: &[u8], frame: &mut Frame) -> Result<(), Trouble> {
    reader.decompress(bytes, frame.image()).map_err(Trouble::of)
}

/// Reads again with an end marker behind the data: where nothing is missing then, nothing was.
fn read_with_end(
    reader: &mut Decompressor,
    bytes: &[u8],
    frame: &mut Frame,
    is_progressive: bool,
) -> Result<(), DecodeError> {
    let closed = [bytes, &[0xff, 0xd9]].concat();
    match read(reader, &closed, frame) {
        Ok(()) | Err(Trouble::Stray) => Ok(()),
        Err(_) => {
            let percent = if is_progressive {
                None
            } else {
                frame.percent_read()
            };
            Err(DecodeError::BreaksOff { percent })
        }
    }
}

/// Asks the `image` crate, which reads some files that libjpeg-turbo refuses.
///
/// It shows parts of broken files without a word, so the end marker must be there.
fn second_reader<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Stored<'a>, DecodeError> {
    if !blocks::segments(bytes).any(|s| s.marker == 0xda) {
        return Err(DecodeError::BreaksOff { percent: None });
    }
    let stored = raster::decode(bytes, Format::Jpeg, DecodeSize::Full, limits)?;
    if blocks::jpeg_ends(bytes) {
        Ok(stored)
    } else {
        Err(DecodeError::BreaksOff { percent: None })
    }
}

fn damaged(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DecodeError {
    DecodeError::Damaged {
        format: Format::Jpeg,
        source: source.into(),
    }
}
