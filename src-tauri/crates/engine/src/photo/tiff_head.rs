//! The first directory of a TIFF, read just far enough to tell a picture from a RAW file.
//!
//! RAW files of many makers are TIFFs whose first page is a small preview. Not a metadata reader.

use super::raw::RawKind;

const NEW_SUBFILE_TYPE: u16 = 0x00fe;
const COMPRESSION: u16 = 0x0103;
const PHOTOMETRIC: u16 = 0x0106;
const MAKE: u16 = 0x010f;
const SUB_IFDS: u16 = 0x014a;
const DNG_VERSION: u16 = 0xc612;

/// Makers by the first word of the `Make` tag.
const MAKERS: &[(&str, RawKind)] = &[
    ("nikon", RawKind::Nef),
    ("sony", RawKind::Arw),
    ("canon", RawKind::Cr2),
    ("pentax", RawKind::Pef),
    ("ricoh", RawKind::Pef),
    ("samsung", RawKind::Srw),
    ("hasselblad", RawKind::ThreeFr),
    ("seiko", RawKind::Erf),
    ("phase", RawKind::Iiq),
    ("leaf", RawKind::Mos),
    ("mamiya", RawKind::Mef),
    ("kodak", RawKind::Dcr),
    ("eastman", RawKind::Dcr),
    ("panasonic", RawKind::Rw2),
    ("leica", RawKind::Rwl),
];

/// Tells whether the bytes begin like a TIFF or a `BigTIFF`.
pub(super) fn is_tiff(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..]
    )
}

/// Tells whether a TIFF is a RAW file, by its content.
///
/// # Source
/// Tag numbers: TIFF 6.0, DNG 1.7; the makers' compression codes: the table of `exiftool`
/// (<https://exiftool.org/TagNames/EXIF.html#Compression>).
pub(super) fn raw_kind(bytes: &[u8]) -> Option<RawKind> {
    match bytes.get(8..12) {
        Some([b'C', b'R', ..]) => return Some(RawKind::Cr2),
        Some(b"IIII" | b"MMMM") => return Some(RawKind::Iiq),
        _ => {}
    }
    let head = Head::of(bytes)?;
    if head.value(DNG_VERSION).is_some() {
        return Some(RawKind::Dng);
    }
    let sensor_colors = matches!(head.value(PHOTOMETRIC), Some(32_803 | 34_892));
    let maker_codec = matches!(
        head.value(COMPRESSION),
        Some(32_767 | 32_769 | 32_770 | 34_713 | 65_000 | 65_535)
    );
    let preview_first =
        head.value(NEW_SUBFILE_TYPE).is_some_and(|t| t & 1 == 1) && head.value(SUB_IFDS).is_some();
    (sensor_colors || maker_codec || preview_first).then(|| head.maker())
}

/// Tells whether the make in the first directory begins with this word, in lower case.
pub(super) fn is_by(bytes: &[u8], word: &str) -> bool {
    Head::of(bytes).is_some_and(|head| head.make().starts_with(word))
}

/// A classic TIFF's first directory.
struct Head<'a> {
    bytes: &'a [u8],
    little: bool,
    entries: &'a [u8],
}

impl<'a> Head<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes {
            [b'I', b'I', 42 | b'U', 0, ..] => true,
            [b'M', b'M', 0, 42, ..] => false,
            _ => return None,
        };
        let whole = Self {
            bytes,
            little,
            entries: &[],
        };
        let at = whole.u32(bytes.get(4..8)?)? as usize;
        let count = usize::from(whole.u16(bytes.get(at..)?)?);
        let entries = bytes.get(at + 2..)?;
        let entries = entries.get(..(count * 12).min(entries.len()))?;
        Some(Self { entries, ..whole })
    }

    fn u16(&self, at: &[u8]) -> Option<u16> {
        let two = at.get(..2)?.try_into().ok()?;
        Some(if self.little {
            u16::from_le_bytes(two)
        } else {
            u16::from_be_bytes(two)
        })
    }

    fn u32(&self, at: &[u8]) -> Option<u32> {
        let four = at.get(..4)?.try_into().ok()?;
        Some(if self.little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    }

    fn entry(&self, tag: u16) -> Option<&'a [u8]> {
        self.entries
            .chunks_exact(12)
            .find(|e| self.u16(e) == Some(tag))
    }

    /// The first value, or the offset where the values do not fit into the entry.
    fn value(&self, tag: u16) -> Option<u32> {
        let entry = self.entry(tag)?;
        let inline = entry.get(8..)?;
        match self.u16(entry.get(2..)?)? {
            3 => self.u16(inline).map(u32::from),
            _ => self.u32(inline),
        }
    }

    fn make(&self) -> String {
        self.text(MAKE).unwrap_or_default().to_ascii_lowercase()
    }

    fn maker(&self) -> RawKind {
        let name = self.make();
        let known = MAKERS.iter().find(|(word, _)| name.starts_with(word));
        known.map_or(RawKind::Other, |(_, kind)| *kind)
    }

    fn text(&self, tag: u16) -> Option<String> {
        let entry = self.entry(tag)?;
        let length = self.u32(entry.get(4..)?)? as usize;
        let at = self.u32(entry.get(8..)?)? as usize;
        let text = if length <= 4 {
            entry.get(8..12)?
        } else {
            self.bytes.get(at..)?
        };
        Some(String::from_utf8_lossy(text.get(..length.min(text.len()))?).into_owned())
    }
}
