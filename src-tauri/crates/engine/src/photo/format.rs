//! Which picture formats can be read, told by content, and which file names a scan looks at.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::iso_boxes::brands;
use super::raw::{self, RawKind};
use super::tiff_head;
use super::video_kind::{self, VideoKind};

/// A format that Latent reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// JPEG, baseline, progressive and lossless; the first picture of an MPO.
    Jpeg,
    /// PNG; the default picture of an animated one.
    Png,
    /// WebP; the first frame of an animated one.
    Webp,
    /// TIFF; the first page. RAW files built on TIFF are [`Format::Raw`].
    Tiff,
    /// GIF; the first frame.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// HEIC and plain HEIF; the primary picture.
    Heic,
    /// AVIF; the primary picture.
    Avif,
    /// JPEG XL; the first frame.
    Jxl,
    /// A camera's RAW file.
    Raw(RawKind),
    /// A video, for which one frame stands.
    Video(VideoKind),
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
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Jxl => "jxl",
            Self::Raw(kind) => kind.names().0,
            Self::Video(kind) => kind.names().0,
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
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Jxl => "JPEG XL",
            Self::Raw(kind) => kind.names().1,
            Self::Video(kind) => kind.names().1,
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
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Jxl => "image/jxl",
            Self::Raw(RawKind::Dng) => "image/x-adobe-dng",
            Self::Raw(_) => "application/octet-stream",
            Self::Video(kind) => kind.mime(),
        }
    }
}

/// Tells the format from the first bytes, never from the name; of a video, 256 are enough.
///
/// Answers `None` for anything that cannot be read. RAW files built on TIFF are told from plain
/// TIFFs: their first page is a stamp-sized preview that must not be taken for the photo.
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
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Format::Jxl),
        _ if let Some(kind) = raw::kind(bytes) => Some(Format::Raw(kind)),
        _ if tiff_head::is_tiff(bytes) => Some(Format::Tiff),
        _ if brands(bytes).any(|b| AVIF.contains(&b)) => Some(Format::Avif),
        _ if brands(bytes).any(|b| HEIC.contains(&b)) => Some(Format::Heic),
        _ => video_kind::kind(bytes).map(Format::Video),
    }
}

/// Brands of AVIF, sequences among them.
///
/// # Source
/// AV1 Image File Format, 6.
const AVIF: &[&[u8]] = &[b"avif", b"avis"];

/// Brands of HEIC and its kin, sequences and plain HEIF among them.
///
/// # Source
/// ISO/IEC 23008-12, 10.2 and annex B.4.
const HEIC: &[&[u8]] = &[
    b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"mif2", b"msf1",
];

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
    "dib", "heic", "heif", "heics", "hif", "avif", "avifs", "jxl", "btf", "tf8", //
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "kdc", "mef",
    "mos", "mrw", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw",
    "x3f", // RAW
];

/// Tells whether a scan looks at the file at all, by the ending of its name in any case.
///
/// Sidecars, texts and files without an ending are passed over.
#[must_use]
pub fn is_candidate(path: &Path) -> bool {
    let Some(ending) = path.extension().and_then(|e| e.to_str()) else {
        return false;
    };
    let ending = ending.to_ascii_lowercase();
    READABLE.contains(&ending.as_str()) || video_kind::ENDINGS.contains(&ending.as_str())
}
