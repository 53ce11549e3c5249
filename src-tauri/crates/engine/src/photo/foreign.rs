//! Names what a file is that Latent cannot read, so that the list of faults explains itself.

use std::path::Path;

use super::error::DecodeError;
use super::format::{Format, sniff};
use super::iso_boxes::brands;

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
    if let Some(kind) = picture(bytes) {
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

/// Picture types that wait for a reader.
fn picture(bytes: &[u8]) -> Option<String> {
    let kind = match bytes {
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
        _ => return None,
    };
    Some(kind.into())
}

/// Well-known files that are no pictures.
fn something_else(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(match text {
        _ if brands(bytes).next().is_some() => "a recording or a film of an unknown kind",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [b'<', b's', b'v', b'g', ..] => "an SVG drawing",
        [b'<', b'!' | b'h' | b'H', ..] => "a web page",
        [b'<', b'?', ..] => "an XML text",
        [0, 5, 0x16, 7, ..] => "a macOS side file",
        _ => return None,
    })
}
