//! Names what a file is that Latent cannot read, so that the list of faults explains itself.

use std::path::Path;

use super::error::DecodeError;
use super::format::{Format, sniff};
use super::tiff_head::{self, RawMaker};

/// Tells what a file is by its content; the path only helps to word the reason.
///
/// # Errors
/// [`DecodeError::Empty`], [`DecodeError::OnlyZeros`], [`DecodeError::NotReadYet`],
/// [`DecodeError::SomethingElse`], [`DecodeError::NotAPicture`].
pub fn what_is(bytes: &[u8], path: &Path) -> Result<Format, DecodeError> {
    identify(bytes).map_err(|error| error.for_file(path))
}

/// Tells what a file is by its content alone.
pub(super) fn identify(bytes: &[u8]) -> Result<Format, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if let Some(format) = sniff(bytes) {
        return Ok(format);
    }
    if let Some(kind) = raw(bytes).or_else(|| picture(bytes)) {
        return Err(DecodeError::NotReadYet { kind });
    }
    if let Some(kind) = something_else(bytes) {
        return Err(DecodeError::SomethingElse { kind, ending: None });
    }
    if bytes.iter().all(|b| *b == 0) {
        return Err(DecodeError::OnlyZeros);
    }
    Err(DecodeError::NotAPicture { ending: None })
}

/// RAW files, by the first bytes their makers write.
///
/// # Source
/// <https://exiftool.org/#supported> and the magic numbers of its `ExifTool.pm`.
fn raw(bytes: &[u8]) -> Option<String> {
    let camera = match bytes {
        [
            b'F',
            b'U',
            b'J',
            b'I',
            b'F',
            b'I',
            b'L',
            b'M',
            b'C',
            b'C',
            b'D',
            ..,
        ] => "Fujifilm RAF",
        [b'I', b'I', b'U', 0, ..] => "Panasonic RW2",
        [b'I', b'I', b'R', b'O' | b'S', ..] | [b'M', b'M', b'O', b'R', ..] => "Olympus ORF",
        [0, b'M', b'R', b'M', ..] => "Minolta MRW",
        [b'F', b'O', b'V', b'b', ..] => "Sigma X3F",
        [b'I', b'I', _, _, _, _, b'H', b'E', b'A', b'P', ..] => "Canon CRW",
        _ if brands(bytes).any(|b| b == b"crx ") => "Canon CR3",
        _ if tiff_head::is_tiff(bytes) => match tiff_head::raw_maker(bytes)? {
            RawMaker::Known(camera) => camera,
            RawMaker::Unknown => return Some("RAW files of this camera".into()),
        },
        _ => return None,
    };
    Some(format!("RAW files of this camera ({camera})"))
}

/// Brands of HEIC and its kin, sequences and plain HEIF among them.
///
/// # Source
/// ISO/IEC 23008-12, 10.2 and annex B.4.
const HEIC: &[&[u8]] = &[
    b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"mif2", b"msf1",
];

/// Picture types that wait for a reader.
fn picture(bytes: &[u8]) -> Option<String> {
    let brand = |wanted: &[&[u8]]| brands(bytes).any(|b| wanted.contains(&b));
    let kind = match bytes {
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => "JPEG XL pictures",
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => {
            "JPEG 2000 pictures"
        }
        [b'8', b'B', b'P', b'S', ..] => "Photoshop documents",
        [b'g', b'i', b'm', b'p', b' ', b'x', b'c', b'f', ..] => "GIMP documents",
        [0, 0, 1 | 2, 0, 1..=64, 0, ..] => "Windows icons",
        [0x76, 0x2f, 0x31, 0x01, ..] => "OpenEXR pictures",
        [b'#', b'?', b'R', b'A', b'D', b'I', ..] => "Radiance HDR pictures",
        [b'D', b'D', b'S', b' ', ..] => "DDS textures",
        [b'q', b'o', b'i', b'f', ..] => "QOI pictures",
        [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..] => "PNM pictures",
        _ if brand(&[b"avif", b"avis"]) => "AVIF pictures",
        _ if brand(HEIC) => "HEIC pictures",
        _ => return None,
    };
    Some(kind.into())
}

/// Well-known files that are no pictures.
fn something_else(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(match text {
        _ if brands(bytes).next().is_some() => "a video",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'A',
            b'V',
            b'I',
            b' ',
            ..,
        ] => "a video",
        [0x1a, 0x45, 0xdf, 0xa3, ..] | [0, 0, 1, 0xba | 0xb3, ..] => "a video",
        [_, _, _, _, b'm', b'o', b'o', b'v', ..] | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => {
            "a video"
        }
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [b'<', b's', b'v', b'g', ..] => "an SVG drawing",
        [b'<', b'!' | b'h' | b'H', ..] => "a web page",
        [b'<', b'?', ..] => "an XML text",
        [0, 5, 0x16, 7, ..] => "a macOS side file",
        _ => return None,
    })
}

/// The major and compatible brands of an ISO media file: HEIC, AVIF, CR3, MP4, MOV.
fn brands(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let size = bytes
        .get(..4)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u32::from_be_bytes);
    let is_media = bytes.get(4..8) == Some(b"ftyp");
    let end = (size as usize).min(bytes.len()).min(256);
    let list = if is_media {
        bytes.get(8..end).unwrap_or(&[])
    } else {
        &[]
    };
    // Four bytes after the major brand are its version, which looks like no brand.
    list.chunks_exact(4)
}
