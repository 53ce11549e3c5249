//! Finds the JPEGs inside a RAW file, wherever its maker put them.
//!
//! Makers keep their previews in directories, maker notes, boxes and headers of their own; what
//! all have in common is that a JPEG begins with its marker. So the file is searched for JPEGs
//! whose header is whole, and the sensor's own data are left out.

use std::ops::Range;

use super::super::blocks;

/// A JPEG inside another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Preview {
    /// Where it begins, in bytes.
    pub(super) at: usize,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Preview {
    pub(super) fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }
}

/// JPEGs looked at; real files have at most about five.
const MOST: usize = 64;

/// Longest run of segments before the size of the picture: previews carry EXIF with a thumbnail.
const HEADER_BYTES: usize = 1 << 20;

/// All JPEGs outside the sensor's data, the one with most pixels first.
pub(super) fn previews(bytes: &[u8], sensor: &[Range<usize>]) -> Vec<Preview> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = next_start(bytes, from) {
        from = at + 2;
        if let Some(range) = sensor.iter().find(|range| range.contains(&at)) {
            from = range.end.max(from);
            continue;
        }
        found.extend(preview(bytes, at));
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_key(|p: &Preview| std::cmp::Reverse(u64::from(p.width) * u64::from(p.height)));
    found
}

/// Where the next `FF D8 FF` lies.
fn next_start(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.windows(3).position(|w| w == [0xff, 0xd8, 0xff])?;
        // A marker that can follow: a table, a frame, metadata or a comment.
        if matches!(
            bytes.get(at + 3),
            Some(0xc0..=0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe)
        ) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The JPEG that begins here, where it is one that can be shown: baseline or progressive, 8 bits,
/// one or three components. Lossless ones are sensor data.
fn preview(bytes: &[u8], at: usize) -> Option<Preview> {
    let jpeg = bytes.get(at..bytes.len().min(at.checked_add(HEADER_BYTES)?))?;
    let frame = blocks::segments(jpeg)
        .find(|s| matches!(s.marker, 0xc0..=0xcf if !matches!(s.marker, 0xc4 | 0xc8 | 0xcc)))?;
    let &[8, h1, h0, w1, w0, 1 | 3, ..] = frame.body else {
        return None;
    };
    if frame.marker > 0xc2 || !blocks::segments(jpeg).any(|s| s.marker == 0xda) {
        return None;
    }
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    (width > 0 && height > 0).then(|| Preview {
        at,
        width: width.into(),
        height: height.into(),
    })
}
