//! Reads RAW files: by the largest JPEG inside, developed where there is none of use.

mod develop;
mod directories;
mod kind;
mod previews;

pub use kind::RawKind;

pub(super) use kind::kind;

use std::borrow::Cow;

use super::blocks;
use super::decode::{DecodeSize, Stored};
use super::error::DecodeError;
use super::format::Format;
use super::iso_boxes;
use super::limits::Limits;
use super::orientation::Orientation;
use super::pixel_hash;
use super::{jpeg, resize};
use directories::Directories;
use previews::{Preview, previews};

/// A preview with a shorter long side, in pixels, is a stamp: the picture is developed instead
/// where that can be done.
const STAMP_PX: u32 = 512;

/// Decodes what a RAW file shows.
///
/// The size is that of the picture the camera took where the file tells it, so a preview may have
/// fewer pixels.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    kind: RawKind,
    size: DecodeSize,
    limits: &Limits,
) -> Result<Stored<'a>, DecodeError> {
    let raw = Raw::of(bytes, kind);
    let pixel_hash = pixel_hash::of_whole(bytes);
    if let Some(best) = raw.previews.first()
        && best.long_side() >= STAMP_PX
    {
        return raw.shown(size, limits, pixel_hash);
    }
    match develop::develop(bytes, kind, limits) {
        Ok(developed) => {
            let (width, height) = (developed.picture.width(), developed.picture.height());
            let picture = match size {
                DecodeSize::Full => developed.picture,
                DecodeSize::AtLeast(long_side_px) => {
                    resize::shrink(developed.picture, long_side_px)
                }
            };
            Ok(Stored {
                picture,
                width,
                height,
                icc: None,
                orientation: Some(developed.orientation),
                pixel_hash,
            })
        }
        Err(_) if !raw.previews.is_empty() => raw.shown(size, limits, pixel_hash),
        Err(error) => Err(error),
    }
}

/// The upright size, where it can be told without developing.
pub(super) fn size(
    bytes: &[u8],
    kind: RawKind,
) -> Result<(u32, u32, Option<Orientation>), DecodeError> {
    let raw = Raw::of(bytes, kind);
    if let Some(best) = raw.previews.first()
        && best.long_side() >= STAMP_PX
    {
        let (width, height) = raw.size(best);
        return Ok((width, height, Some(raw.orientation(best))));
    }
    let stored = decode(bytes, kind, DecodeSize::AtLeast(1), &Limits::default())?;
    Ok((stored.width, stored.height, stored.orientation))
}

/// The EXIF block of a RAW file, beginning with its TIFF header.
///
/// In a TIFF that is the whole file, with a TIFF's magic number where the maker has another.
pub(super) fn exif(bytes: &[u8], kind: RawKind) -> Option<Cow<'_, [u8]>> {
    let magic: &[u8] = match (kind, bytes) {
        (RawKind::Cr3, _) => return canon_block(bytes, *b"CMT1").map(Cow::Borrowed),
        (RawKind::Raf, _) => {
            let best = *previews(bytes, &[]).first()?;
            return blocks::exif_of_jpeg(bytes.get(best.at..)?).map(Cow::Borrowed);
        }
        _ if !kind.is_tiff() => return None,
        (_, [b'M', b'M', ..]) => b"MM\0*",
        _ => b"II*\0",
    };
    if bytes.starts_with(magic) {
        return Some(Cow::Borrowed(bytes));
    }
    Some(Cow::Owned([magic, bytes.get(4..)?].concat()))
}

struct Raw<'a> {
    bytes: &'a [u8],
    kind: RawKind,
    directories: Option<Directories<'a>>,
    previews: Vec<Preview>,
}

impl<'a> Raw<'a> {
    fn of(bytes: &'a [u8], kind: RawKind) -> Self {
        let directories = match kind {
            RawKind::Cr3 => canon_block(bytes, *b"CMT1").and_then(Directories::of),
            _ if kind.is_tiff() => Directories::of(bytes),
            _ => None,
        };
        // Offsets in a block of a CR3 are those of the block.
        let sensor = directories
            .as_ref()
            .filter(|_| kind.is_tiff())
            .map_or_else(Vec::new, Directories::sensor_data);
        Self {
            bytes,
            kind,
            directories,
            previews: previews(bytes, &sensor),
        }
    }

    /// The largest preview that can be read. One that breaks off is a file that breaks off.
    fn shown(
        &self,
        size: DecodeSize,
        limits: &Limits,
        pixel_hash: blake3::Hash,
    ) -> Result<Stored<'a>, DecodeError> {
        let mut first_error = None;
        for preview in &self.previews {
            let jpeg = self.bytes.get(preview.at..).unwrap_or(&[]);
            match jpeg::decode(jpeg, size, limits) {
                Ok(stored) => {
                    let (width, height) = self.size(preview);
                    return Ok(Stored {
                        width,
                        height,
                        orientation: Some(self.orientation(preview)),
                        pixel_hash,
                        ..stored
                    });
                }
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        Err(first_error.unwrap_or_else(|| DecodeError::Damaged {
            format: Format::Raw(self.kind),
            source: "No picture in it".into(),
        }))
    }

    fn own_exif(&self, preview: &Preview) -> Option<Directories<'a>> {
        Directories::of(blocks::exif_of_jpeg(self.bytes.get(preview.at..)?)?)
    }

    /// How the preview is to be turned: as its own EXIF says, else as the file says, unless it
    /// stands upright already.
    fn orientation(&self, preview: &Preview) -> Orientation {
        if let Some(own) = self.own_exif(preview).and_then(|d| d.orientation()) {
            return Orientation::new(own);
        }
        let said = match &self.directories {
            Some(directories) => directories.orientation(),
            None => develop::orientation(self.bytes, self.kind),
        };
        let said = Orientation::new(said.unwrap_or(1));
        let lies = self.taken(preview).is_none_or(|(w, h)| w >= h);
        let stands = preview.height > preview.width;
        if said.swaps_sides() && lies && stands {
            return Orientation::UPRIGHT;
        }
        said
    }

    /// The size of the photo before it is turned: that of the preview unless the file tells of a
    /// larger one of the same shape.
    fn size(&self, preview: &Preview) -> (u32, u32) {
        let shown = (preview.width, preview.height);
        let shape = |(w, h): (u32, u32)| f64::from(w) / f64::from(h.max(1));
        let is_same = |size: &(u32, u32)| {
            let ratio = shape(*size) / shape(shown);
            size.0 >= shown.0 && size.1 >= shown.1 && (0.97..1.03).contains(&ratio)
        };
        self.taken(preview).filter(is_same).unwrap_or(shown)
    }

    fn taken(&self, preview: &Preview) -> Option<(u32, u32)> {
        let directories = self.directories.as_ref();
        directories
            .and_then(Directories::developed)
            .or_else(|| directories.and_then(Directories::exif_size))
            .or_else(|| self.own_exif(preview)?.exif_size())
    }
}

/// A block of Canon's metadata in a CR3.
///
/// # Source
/// <https://github.com/lclevy/canon_cr3>: a `uuid` box in `moov` holds the blocks.
fn canon_block(bytes: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    let movie = iso_boxes::boxes(bytes).find(|b| b.kind == *b"moov")?.body;
    let own = iso_boxes::boxes(movie).find(|b| b.kind == *b"uuid")?.body;
    let block = iso_boxes::boxes(own.get(16..)?).find(|b| b.kind == kind)?;
    Some(block.body)
}
