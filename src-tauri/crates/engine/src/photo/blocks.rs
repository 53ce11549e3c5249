//! Walks the containers of picture files to the blocks of metadata they carry.
//!
//! Finds and hands out bytes; it reads nothing out of them.

use std::borrow::Cow;

use super::format::Format;
use super::{heif, jxl, raw};

const EXIF_MARK: &[u8] = b"Exif\0\0";
const ICC_MARK: &[u8] = b"ICC_PROFILE\0";

/// The EXIF block of a picture file, beginning with its TIFF header.
///
/// A TIFF is its own EXIF block.
pub(super) fn exif(bytes: &[u8], format: Format) -> Option<Cow<'_, [u8]>> {
    let block = match format {
        Format::Jpeg => exif_of_jpeg(bytes),
        Format::Png => png_chunk(bytes, b"eXIf"),
        Format::Webp => webp_chunk(bytes, b"EXIF"),
        Format::Tiff => Some(bytes),
        Format::Jxl => jxl::exif(bytes),
        Format::Raw(kind) => return raw::exif(bytes, kind),
        Format::Heic | Format::Avif => return heif::exif(bytes).map(Cow::Owned),
        Format::Gif | Format::Bmp | Format::Video(_) => None,
    }?;
    Some(Cow::Borrowed(
        block.strip_prefix(EXIF_MARK).unwrap_or(block),
    ))
}

/// The EXIF block of a JPEG, beginning with its TIFF header.
pub(super) fn exif_of_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    segments(bytes).find_map(|s| {
        (s.marker == 0xe1)
            .then(|| s.body.strip_prefix(EXIF_MARK))
            .flatten()
    })
}

/// A marker segment in the head of a JPEG.
pub(super) struct Segment<'a> {
    /// The marker's second byte.
    pub marker: u8,
    /// What follows the length.
    pub body: &'a [u8],
    /// Where the next segment begins.
    pub end: usize,
}

/// The segments up to and with the start of the first scan.
pub(super) fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut next = Some(2);
    std::iter::from_fn(move || {
        let segment = segment_at(bytes, next?)?;
        next = (segment.marker != 0xda).then_some(segment.end);
        Some(segment)
    })
}

fn segment_at(bytes: &[u8], mut at: usize) -> Option<Segment<'_>> {
    // Sloppy writers put padding between segments, as libjpeg tolerates too.
    at += bytes.get(at..)?.iter().position(|b| *b == 0xff)?;
    at += bytes.get(at..)?.iter().position(|b| *b != 0xff)?;
    let marker = *bytes.get(at)?;
    if matches!(marker, 0x01 | 0xd0..=0xd8) {
        return Some(Segment {
            marker,
            body: &[],
            end: at + 1,
        });
    }
    let length = usize::from(u16::from_be_bytes(
        bytes.get(at + 1..at + 3)?.try_into().ok()?,
    ));
    let end = at + 1 + length;
    let body = bytes.get(at + 3..end.min(bytes.len()))?;
    Some(Segment { marker, body, end })
}

/// The ICC profile of a JPEG, put together from its parts.
///
/// # Source
/// ICC.1:2022, annex B.4: parts are numbered from 1.
pub(super) fn jpeg_icc(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut parts: Vec<(u8, &[u8])> = segments(bytes)
        .filter(|s| s.marker == 0xe2)
        .filter_map(|s| s.body.strip_prefix(ICC_MARK))
        .filter_map(|part| Some((*part.first()?, part.get(2..)?)))
        .collect();
    parts.sort_by_key(|(number, _)| *number);
    match parts.as_slice() {
        [] => None,
        [(_, whole)] => Some(Cow::Borrowed(whole)),
        several => Some(Cow::Owned(
            several.iter().flat_map(|(_, p)| *p).copied().collect(),
        )),
    }
}

/// Tells whether Adobe's marker is there: its CMYK is stored inverted.
pub(super) fn jpeg_is_adobe(bytes: &[u8]) -> bool {
    segments(bytes).any(|s| s.marker == 0xee && s.body.starts_with(b"Adobe"))
}

/// Tells whether an end-of-image marker follows the first scan.
pub(super) fn jpeg_ends(bytes: &[u8]) -> bool {
    let scan = segments(bytes).find(|s| s.marker == 0xda).map(|s| s.end);
    let body = scan.and_then(|at| bytes.get(at..)).unwrap_or(&[]);
    body.windows(2).rev().any(|w| w == [0xff, 0xd9])
}

/// The body of the first PNG chunk of a kind, before or after the pixels.
fn png_chunk<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    png_chunks(bytes, kind).next()
}

/// The bodies of the PNG chunks of a kind, up to the first that is cut.
pub(super) fn png_chunks<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> impl Iterator<Item = &'a [u8]> {
    let kind = *kind;
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
            let is_asked = rest.get(4..8)? == kind;
            let body = rest.get(8..8_usize.checked_add(length)?)?;
            rest = rest.get(length.checked_add(12)?..).unwrap_or_default();
            if is_asked {
                return Some(body);
            }
        }
    })
}

/// The body of the first WebP chunk of a kind.
pub(super) fn webp_chunk<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = bytes.get(12..)?;
    loop {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
        if rest.get(..4)? == kind {
            return rest.get(8..8_usize.checked_add(length)?);
        }
        // Chunks are padded to an even length.
        rest = rest.get(length.checked_add(8 + length % 2)?..)?;
    }
}
