//! The video files there are, told apart by content.

use serde::{Deserialize, Serialize};

use super::iso_boxes::brands;

/// A kind of video file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "The titles say what each is")]
pub enum VideoKind {
    Mp4,
    Mov,
    Mkv,
    Webm,
    Avi,
    Mpeg,
    Mts,
    Wmv,
}

impl VideoKind {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Mp4,
        Self::Mov,
        Self::Mkv,
        Self::Webm,
        Self::Avi,
        Self::Mpeg,
        Self::Mts,
        Self::Wmv,
    ];

    /// The name the catalog uses, and the title people read.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Mp4 => ("mp4", "MP4 video"),
            Self::Mov => ("mov", "QuickTime video"),
            Self::Mkv => ("mkv", "Matroska video"),
            Self::Webm => ("webm", "WebM video"),
            Self::Avi => ("avi", "AVI video"),
            Self::Mpeg => ("mpeg", "MPEG video"),
            Self::Mts => ("mts", "AVCHD video"),
            Self::Wmv => ("wmv", "Windows Media video"),
        }
    }

    /// Whether a format's name in the catalog is one of a video.
    #[must_use]
    pub fn is_named(format: &str) -> bool {
        Self::ALL.iter().any(|kind| kind.names().0 == format)
    }

    /// The media type.
    pub(super) fn mime(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Mkv => "video/x-matroska",
            Self::Webm => "video/webm",
            Self::Avi => "video/x-msvideo",
            Self::Mpeg => "video/mpeg",
            Self::Mts => "video/mp2t",
            Self::Wmv => "video/x-ms-wmv",
        }
    }
}

/// Endings of video files, in lower case.
pub(super) const ENDINGS: [&str; 14] = [
    "mp4", "m4v", "mov", "qt", "3gp", "3g2", "mkv", "webm", "avi", "mpg", "mpeg", "mts", "m2ts",
    "wmv",
];

/// Brands of ISO media files that are films, by how they begin; recordings of sound have others.
///
/// # Source
/// The registered brands, <https://mp4ra.org/registered-types/brands>.
const FILMS: [&[u8]; 16] = [
    b"isom", b"iso", b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"hev1", b"M4V", b"3gp", b"3g2",
    b"mmp4", b"MSNV", b"dash", b"f4v", b"XAVC",
];

/// Bytes of a packet of an MPEG transport stream, and of the time that cameras put before each.
///
/// # Source
/// ISO/IEC 13818-1, 2.4.3.2; Blu-ray and AVCHD put four bytes before.
const PACKET: usize = 188;

/// Tells a video by its first bytes; 200 are enough.
pub(super) fn kind(bytes: &[u8]) -> Option<VideoKind> {
    let major = brands(bytes).next();
    if major == Some(b"qt  ") {
        return Some(VideoKind::Mov);
    }
    if let Some(major) = major {
        let is_sound = [&b"M4A "[..], b"M4B ", b"M4P "].contains(&major);
        let is_film = brands(bytes).any(|brand| FILMS.iter().any(|film| brand.starts_with(film)));
        return (is_film && !is_sound).then_some(VideoKind::Mp4);
    }
    match bytes {
        [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..] => Some(VideoKind::Mov),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => {
            let head = bytes.get(..64).unwrap_or(bytes);
            let is_webm = head.windows(4).any(|word| word == b"webm");
            Some(if is_webm {
                VideoKind::Webm
            } else {
                VideoKind::Mkv
            })
        }
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
        ] => Some(VideoKind::Avi),
        [0, 0, 1, 0xba | 0xb3, ..] => Some(VideoKind::Mpeg),
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Some(VideoKind::Wmv),
        _ => {
            let begins_at = |at: usize| bytes.get(at) == Some(&0x47);
            let stream = begins_at(0) && begins_at(PACKET);
            let timed = begins_at(4) && begins_at(4 + PACKET + 4);
            (stream || timed).then_some(VideoKind::Mts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_told_by_their_first_bytes() {
        let media = |brand: &[u8; 4], other: &[u8; 4]| {
            let mut bytes = vec![0, 0, 0, 20];
            bytes.extend_from_slice(b"ftyp");
            bytes.extend_from_slice(brand);
            bytes.extend_from_slice(&[0, 0, 2, 0]);
            bytes.extend_from_slice(other);
            bytes
        };
        assert_eq!(kind(&media(b"isom", b"avc1")), Some(VideoKind::Mp4));
        assert_eq!(kind(&media(b"3gp5", b"isom")), Some(VideoKind::Mp4));
        assert_eq!(kind(&media(b"qt  ", b"qt  ")), Some(VideoKind::Mov));
        assert_eq!(kind(&media(b"M4A ", b"isom")), None, "a song");
        assert_eq!(kind(&media(b"heic", b"mif1")), None);
        assert_eq!(kind(b"\0\0\0\x08wide\0\0"), Some(VideoKind::Mov));
        assert_eq!(
            kind(b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm"),
            Some(VideoKind::Webm)
        );
        assert_eq!(
            kind(b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"),
            Some(VideoKind::Mkv)
        );
        let mut stream = vec![0; 400];
        stream[4] = 0x47;
        stream[196] = 0x47;
        assert_eq!(kind(&stream), Some(VideoKind::Mts));
        assert_eq!(kind(b"G is the letter this text begins with"), None);
        assert_eq!(kind(&[]), None);
    }
}
