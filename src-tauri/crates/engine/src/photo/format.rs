//! Which picture formats can be read, told by content, and which file names a scan looks at.

use std::path::Path;

use super::tiff_head;

/// A picture format that Latent reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, baseline, progressive and lossless; the first picture of an MPO.
    Jpeg,
    /// PNG; the default picture of an animated one.
    Png,
    /// WebP; the first frame of an animated one.
    Webp,
    /// TIFF; the first page. RAW files built on TIFF are not meant.
    Tiff,
    /// GIF; the first frame.
    Gif,
    /// Windows bitmap.
    Bmp,
}

impl Format {
    /// The name the catalog and every answer use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Tiff => "tiff",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
        }
    }

    /// The name as people write it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Tiff => "TIFF",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
        }
    }

    /// The media type, for an HTTP answer.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
        }
    }
}

/// Tells the format from the first bytes, never from the name.
///
/// Answers `None` for anything that cannot be read, RAW files built on TIFF among them: their
/// first page is a stamp-sized preview that must not be taken for the photo.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Format::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(Format::Webp),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'B', b'M', ..] => is_bmp(bytes).then_some(Format::Bmp),
        _ => (tiff_head::is_tiff(bytes) && tiff_head::raw_maker(bytes).is_none())
            .then_some(Format::Tiff),
    }
}

/// "BM" begins many a text; the size of the second header decides.
///
/// # Source
/// The header sizes of Windows and OS/2 bitmaps, <https://entropymine.com/jason/bmpsuite>.
fn is_bmp(bytes: &[u8]) -> bool {
    let size = bytes
        .get(14..18)
        .and_then(|b| b.try_into().ok())
        .map(u32::from_le_bytes);
    size.is_some_and(|s| matches!(s, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Endings of files that Latent reads.
const READABLE: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "jif", "mpo", "png", "apng", "webp", "tif", "tiff", "gif", "bmp",
    "dib",
];

/// Endings of photographers' files that Latent knows and cannot read yet: listed as faults, so
/// that nobody believes them indexed.
const KNOWN: &[&str] = &[
    "heic", "heif", "heics", "hif", "avif", "avifs", "jxl", // pictures
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "kdc", "mef",
    "mos", "mrw", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw",
    "x3f", // RAW
];

/// Tells whether a scan looks at the file at all, by the ending of its name in any case.
///
/// Pictures that cannot be read yet are looked at and become faults; videos, sidecars, texts and
/// files without an ending are passed over.
#[must_use]
pub fn is_candidate(path: &Path) -> bool {
    let Some(ending) = path.extension().and_then(|e| e.to_str()) else {
        return false;
    };
    let ending = ending.to_ascii_lowercase();
    READABLE.contains(&ending.as_str()) || KNOWN.contains(&ending.as_str())
}
