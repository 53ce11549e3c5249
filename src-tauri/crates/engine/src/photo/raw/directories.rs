//! The directories of a RAW file that is laid out like a TIFF.
//!
//! Follows the chain and the sub-directories, each once and within bounds. Not a metadata reader:
//! it finds out how the picture lies, how large it is, and which bytes belong to the sensor.

use std::ops::Range;

/// Directories looked at in one file; real files have about ten.
const MAX_DIRECTORIES: usize = 64;

/// Values looked at in one entry: the strips of a picture.
const MAX_VALUES: usize = 65_536;

const NEW_SUBFILE_TYPE: u16 = 0x00fe;
const WIDTH: u16 = 0x0100;
const HEIGHT: u16 = 0x0101;
const PHOTOMETRIC: u16 = 0x0106;
const STRIP_OFFSETS: u16 = 0x0111;
const ORIENTATION: u16 = 0x0112;
const STRIP_BYTES: u16 = 0x0117;
const SUB_IFDS: u16 = 0x014a;
const TILE_OFFSETS: u16 = 0x0144;
const TILE_BYTES: u16 = 0x0145;
const EXIF_IFD: u16 = 0x8769;
const PIXEL_X: u16 = 0xa002;
const PIXEL_Y: u16 = 0xa003;
const DEFAULT_CROP_SIZE: u16 = 0xc620;

/// A parsed file.
pub(super) struct Directories<'a> {
    bytes: &'a [u8],
    little: bool,
    /// Entries of 12 bytes each.
    list: Vec<&'a [u8]>,
}

impl<'a> Directories<'a> {
    /// Walks a file that begins with a TIFF header; its magic number is not looked at, since
    /// makers change it.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes {
            [b'I', b'I', ..] => true,
            [b'M', b'M', ..] => false,
            _ => return None,
        };
        let mut found = Self {
            bytes,
            little,
            list: Vec::new(),
        };
        let first = found.number(bytes.get(4..8)?)?;
        let (mut to_do, mut seen) = (vec![first], Vec::new());
        while let Some(at) = to_do.pop() {
            if at == 0 || seen.contains(&at) || seen.len() >= MAX_DIRECTORIES {
                continue;
            }
            seen.push(at);
            to_do.extend(found.take(at as usize).unwrap_or_default());
        }
        (!found.list.is_empty()).then_some(found)
    }

    /// Takes a directory in, and answers where others lie.
    fn take(&mut self, at: usize) -> Option<Vec<u32>> {
        let count = self.number(self.bytes.get(at..at + 2)?)? as usize;
        let start = at + 2;
        let whole = start + count * 12;
        let entries = self.bytes.get(start..whole.min(self.bytes.len()))?;
        self.list.push(entries);
        let mut others = self.values(entries, SUB_IFDS);
        others.extend(self.values(entries, EXIF_IFD));
        others.extend(
            self.bytes
                .get(whole..whole + 4)
                .and_then(|n| self.number(n)),
        );
        Some(others)
    }

    fn number(&self, bytes: &[u8]) -> Option<u32> {
        let number = match *bytes {
            [a] => u32::from(a),
            [a, b] if self.little => u16::from_le_bytes([a, b]).into(),
            [a, b] => u16::from_be_bytes([a, b]).into(),
            [a, b, c, d] if self.little => u32::from_le_bytes([a, b, c, d]),
            [a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
            _ => return None,
        };
        Some(number)
    }

    /// The whole numbers of an entry; fractions are rounded.
    fn values(&self, entries: &[u8], tag: u16) -> Vec<u32> {
        let entry = entries
            .chunks_exact(12)
            .find(|e| self.number(e.get(..2).unwrap_or(&[])) == Some(tag.into()));
        entry.and_then(|e| self.read(e)).unwrap_or_default()
    }

    fn read(&self, entry: &[u8]) -> Option<Vec<u32>> {
        let size = match self.number(entry.get(2..4)?)? {
            1 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            5 => 8,
            _ => return None,
        };
        let count = (self.number(entry.get(4..8)?)? as usize).min(MAX_VALUES);
        let length = count * size;
        let body = if length <= 4 {
            entry.get(8..8 + length)?
        } else {
            let at = self.number(entry.get(8..12)?)? as usize;
            self.bytes.get(at..at.checked_add(length)?)?
        };
        let value = |bytes: &[u8]| match bytes.split_at_checked(4) {
            Some((over, under)) if size == 8 => {
                let (over, under) = (self.number(over)?, self.number(under)?);
                over.checked_add(under / 2)?.checked_div(under)
            }
            _ => self.number(bytes),
        };
        body.chunks_exact(size).map(value).collect()
    }

    fn first(&self, entries: &[u8], tag: u16) -> Option<u32> {
        self.values(entries, tag).first().copied()
    }

    /// The EXIF orientation of the first directory that has one.
    pub(super) fn orientation(&self) -> Option<u32> {
        self.list.iter().find_map(|d| self.first(d, ORIENTATION))
    }

    /// Directories that describe what the sensor saw.
    ///
    /// # Source
    /// DNG 1.7: photometric interpretations `CFA` and `LinearRaw`.
    fn sensors(&self) -> impl Iterator<Item = &'a [u8]> {
        let is_sensor = |d: &&&[u8]| matches!(self.first(d, PHOTOMETRIC), Some(32_803 | 34_892));
        self.list.iter().filter(is_sensor).copied()
    }

    /// The size of the developed picture, before it is turned, where a DNG tells it.
    pub(super) fn developed(&self) -> Option<(u32, u32)> {
        let whole = |d: &&[u8]| self.first(d, NEW_SUBFILE_TYPE).unwrap_or(0) & 1 == 0;
        let main = self.sensors().find(whole)?;
        let size = match self.values(main, DEFAULT_CROP_SIZE).as_slice() {
            [width, height] => (*width, *height),
            _ => return None,
        };
        let (most_x, most_y) = (self.first(main, WIDTH)?, self.first(main, HEIGHT)?);
        ((1..=most_x).contains(&size.0) && (1..=most_y).contains(&size.1)).then_some(size)
    }

    /// The size the camera wrote into its EXIF.
    pub(super) fn exif_size(&self) -> Option<(u32, u32)> {
        let one = |tag| self.list.iter().find_map(|d| self.first(d, tag));
        one(PIXEL_X).zip(one(PIXEL_Y))
    }

    /// Where the sensor's data lie, in bytes of the file.
    pub(super) fn sensor_data(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for entries in self.sensors() {
            for (offsets, lengths) in [(STRIP_OFFSETS, STRIP_BYTES), (TILE_OFFSETS, TILE_BYTES)] {
                let parts = self.values(entries, offsets);
                let parts = parts.into_iter().zip(self.values(entries, lengths));
                ranges.extend(parts.map(|(at, length)| {
                    let at = at as usize;
                    at..at.saturating_add(length as usize)
                }));
            }
        }
        ranges
    }
}
