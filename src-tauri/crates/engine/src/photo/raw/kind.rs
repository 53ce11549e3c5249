//! The RAW files there are, told apart by content.

use serde::{Deserialize, Serialize};

use super::super::iso_boxes;
use super::super::tiff_head;

/// A kind of RAW file, named after the ending its maker gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "The titles say what each is")]
pub enum RawKind {
    Arw,
    Cr2,
    Cr3,
    Crw,
    Dcr,
    Dng,
    Erf,
    Iiq,
    Kdc,
    Mef,
    Mos,
    Mrw,
    Nef,
    Orf,
    Pef,
    Raf,
    Rw2,
    Rwl,
    Srw,
    ThreeFr,
    X3f,
    /// Built like a RAW file, by a maker that is not known.
    Other,
}

impl RawKind {
    /// The name the catalog uses, and the title people read.
    pub(in super::super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Arw => ("arw", "Sony ARW"),
            Self::Cr2 => ("cr2", "Canon CR2"),
            Self::Cr3 => ("cr3", "Canon CR3"),
            Self::Crw => ("crw", "Canon CRW"),
            Self::Dcr => ("dcr", "Kodak DCR"),
            Self::Dng => ("dng", "DNG"),
            Self::Erf => ("erf", "Epson ERF"),
            Self::Iiq => ("iiq", "Phase One IIQ"),
            Self::Kdc => ("kdc", "Kodak KDC"),
            Self::Mef => ("mef", "Mamiya MEF"),
            Self::Mos => ("mos", "Leaf MOS"),
            Self::Mrw => ("mrw", "Minolta MRW"),
            Self::Nef => ("nef", "Nikon NEF"),
            Self::Orf => ("orf", "Olympus ORF"),
            Self::Pef => ("pef", "Pentax PEF"),
            Self::Raf => ("raf", "Fujifilm RAF"),
            Self::Rw2 => ("rw2", "Panasonic RW2"),
            Self::Rwl => ("rwl", "Leica RWL"),
            Self::Srw => ("srw", "Samsung SRW"),
            Self::ThreeFr => ("3fr", "Hasselblad 3FR"),
            Self::X3f => ("x3f", "Sigma X3F"),
            Self::Other => ("raw", "RAW"),
        }
    }

    /// Tells whether the file is laid out like a TIFF, whatever its first bytes are.
    pub(in super::super) fn is_tiff(self) -> bool {
        !matches!(
            self,
            Self::Cr3 | Self::Crw | Self::Mrw | Self::Raf | Self::X3f
        )
    }
}

/// Tells a RAW file by the first bytes its maker writes.
///
/// # Source
/// <https://exiftool.org/#supported> and the magic numbers of its `ExifTool.pm`.
pub(in super::super) fn kind(bytes: &[u8]) -> Option<RawKind> {
    const STARTS: &[(&[u8], RawKind)] = &[
        (b"FUJIFILMCCD", RawKind::Raf),
        (b"IIU\0", RawKind::Rw2),
        (b"IIRO", RawKind::Orf),
        (b"IIRS", RawKind::Orf),
        (b"MMOR", RawKind::Orf),
        (b"\0MRM", RawKind::Mrw),
        (b"FOVb", RawKind::X3f),
    ];
    if let Some((_, kind)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        // Leica's RWL is Panasonic's RW2 under another name; only the maker differs.
        let is_leica = *kind == RawKind::Rw2 && tiff_head::is_by(bytes, "leica");
        return Some(if is_leica { RawKind::Rwl } else { *kind });
    }
    match bytes {
        [b'I', b'I', _, _, _, _, b'H', b'E', b'A', b'P', ..] => Some(RawKind::Crw),
        _ if iso_boxes::brands(bytes).any(|b| b == b"crx ") => Some(RawKind::Cr3),
        _ if tiff_head::is_tiff(bytes) => tiff_head::raw_kind(bytes),
        _ => None,
    }
}
