//! The fingerprint of a picture, and its bytes.

use super::raster::{AREA, Frame, Raster};
use super::sketch::{KEY_SIGNS, PARTS, Sketch, sketches};
use super::trim::trim;
use super::waves::{Hash, detail};
use crate::picture::Picture;

/// Changes whenever the same picture would get another print.
pub const VERSION: u8 = 1;

/// Below this many grey levels of detail there is nothing to tell pictures apart by.
const PLAIN: f32 = 1.5;
/// Bytes of a sketch: signs and sizes.
const SKETCH_BYTES: usize = 8 + KEY_SIGNS;
/// Bytes of the checksum at the end.
const CHECK_BYTES: usize = 4;
/// Bytes of a print: version, whether it is plain, sides, frame, hash, raster, sketches, checksum.
const BYTES: usize = 2 + 4 + 8 + 32 + AREA + PARTS * SKETCH_BYTES + CHECK_BYTES;

/// What copies of a picture are found and confirmed by.
#[derive(Clone, Debug, PartialEq)]
pub struct Print {
    pub(super) width: u16,
    pub(super) height: u16,
    /// What lies inside the picture's border.
    pub(super) frame: Frame,
    pub(super) hash: Hash,
    /// Of what lies inside the border.
    pub(super) raster: Raster,
    pub(super) sketches: Vec<Sketch>,
    pub(super) plain: bool,
}

impl Print {
    /// Takes the print of a small upright picture, long side about 256 pixels.
    ///
    /// A plain border is taken off before: what it frames is the picture.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let frame = kept(trim(picture));
        let side = |length: u32| u16::try_from(length).unwrap_or(u16::MAX);
        let raster = Raster::of(picture, frame);
        Self::assemble(side(picture.width()), side(picture.height()), frame, raster)
    }

    /// The print of what is compared by its bytes alone, as a film is: like no other.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self::assemble(1, 1, Frame::WHOLE, Raster(Box::new([0; AREA])))
    }

    fn assemble(width: u16, height: u16, frame: Frame, raster: Raster) -> Self {
        let values = raster.to_f32();
        Self {
            width,
            height,
            frame,
            hash: Hash::of(&values),
            sketches: sketches(&values),
            plain: detail(&values) < PLAIN,
            raster,
        }
    }

    /// The signs of the 16 × 16 lowest frequencies of what lies inside the border.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Whether there is too little in the picture to tell copies from other plain pictures.
    ///
    /// Such a print is like no other, itself included: an empty wall, a grey sky or a black
    /// frame can only be compared byte by byte.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Width by height of what lies inside the border.
    pub(super) fn aspect(&self) -> f32 {
        let width = f32::from(self.width) * (self.frame.right - self.frame.left);
        let height = f32::from(self.height) * (self.frame.bottom - self.frame.top);
        width / height.max(1e-3)
    }

    /// Pixels on the long side, as far as the print knows.
    pub(super) fn long_side(&self) -> f32 {
        f32::from(self.width.max(self.height))
    }

    /// Writes the print; always the same length.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BYTES);
        out.push(VERSION);
        out.push(u8::from(self.plain));
        out.extend(self.width.to_le_bytes());
        out.extend(self.height.to_le_bytes());
        let Frame {
            left,
            top,
            right,
            bottom,
        } = self.frame;
        for edge in [left, top, right, bottom] {
            out.extend(edge_to_u16(edge).to_le_bytes());
        }
        out.extend(self.hash.0.iter().flat_map(|word| word.to_le_bytes()));
        out.extend_from_slice(self.raster.0.as_slice());
        for sketch in &self.sketches {
            out.extend(sketch.signs.to_le_bytes());
            out.extend(sketch.sizes);
        }
        out.extend(check(&out));
        out
    }

    /// Reads what [`Print::to_bytes`] wrote; none where it is of another version or damaged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (rest, sum) = bytes.split_last_chunk::<CHECK_BYTES>()?;
        if check(rest) != *sum {
            return None;
        }
        Self::from_checked_bytes(bytes)
    }

    /// Reads bytes that [`Print::from_bytes`] has read before, without comparing their checksum again: that
    /// is half of the work.
    #[must_use]
    pub fn from_checked_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut rest, _) = bytes.split_last_chunk::<CHECK_BYTES>()?;
        if bytes.len() != BYTES {
            return None;
        }
        let [version, plain] = take(&mut rest)?;
        let (width, height) = (
            u16::from_le_bytes(take(&mut rest)?),
            u16::from_le_bytes(take(&mut rest)?),
        );
        let mut edges = [0.0; 4];
        for edge in &mut edges {
            *edge = edge_from_u16(u16::from_le_bytes(take(&mut rest)?));
        }
        let [left, top, right, bottom] = edges;
        let mut words = [0; 4];
        for word in &mut words {
            *word = u64::from_le_bytes(take(&mut rest)?);
        }
        let raster = Raster(Box::new(take(&mut rest)?));
        let mut sketches = Vec::with_capacity(PARTS);
        for _ in 0..PARTS {
            let signs = u64::from_le_bytes(take(&mut rest)?);
            sketches.push(Sketch {
                signs,
                sizes: take(&mut rest)?,
            });
        }
        let whole = version == VERSION && width > 0 && height > 0;
        (whole && left < right && top < bottom).then_some(Self {
            width,
            height,
            frame: Frame {
                left,
                top,
                right,
                bottom,
            },
            hash: Hash(words),
            plain: plain != 0,
            raster,
            sketches,
        })
    }
}

/// The frame as the bytes keep it.
fn kept(frame: Frame) -> Frame {
    let edge = |edge| edge_from_u16(edge_to_u16(edge));
    Frame {
        left: edge(frame.left),
        top: edge(frame.top),
        right: edge(frame.right),
        bottom: edge(frame.bottom),
    }
}

fn edge_to_u16(edge: f32) -> u16 {
    (edge * f32::from(u16::MAX)).round() as u16
}

fn edge_from_u16(edge: u16) -> f32 {
    f32::from(edge) / f32::from(u16::MAX)
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let [a, b, c, d, ..] = *blake3::hash(bytes).as_bytes();
    [a, b, c, d]
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}
