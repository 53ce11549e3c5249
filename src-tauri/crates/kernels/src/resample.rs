//! Resizes pictures of bytes exactly as Pillow does: the same weights, the same roundings.
//!
//! Two passes in fixed point, across and down. Between them the levels are bytes again, and filters
//! overshoot, so their order shows. Only what is wanted of the resized picture is computed, on the
//! thread that asks.
//!
//! # Source
//! `ImagingResample` of Pillow 13.0, `src/libImaging/Resample.c`.

mod blocks;
mod passes;
mod turn;
mod windows;

use crate::Level;
use blocks::{Blocks, Rows};

/// How the pixels under a resized one are weighed.
///
/// # Source
/// `bilinear_filter` and `bicubic_filter` of Pillow's `Resample.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// A triangle, as wide as two pixels of the coarser raster.
    Bilinear,
    /// Keys' cubic with a = −0.5, Catmull and Rom's: four pixels of the coarser raster.
    Bicubic,
}

/// One axis of a picture: how it is resized, and what is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The pixels there are.
    pub source: u32,
    /// The pixels that all of them would become.
    pub resized: u32,
    /// The first resized pixel that is wanted.
    pub from: u32,
    /// How many resized pixels are wanted.
    pub length: u32,
}

/// Resizes `[y.source, x.source, 3]` bytes and cuts the wanted `[y.length, x.length, 3]` out.
///
/// Equal to Pillow's `image.resize((x.resized, y.resized), filter)` and a `crop` of it. Answers
/// nothing where the bytes do not fit the axes, or an axis wants nothing or what is not there.
#[must_use]
pub fn resample(level: Level, rgb: &[u8], filter: Filter, x: Axis, y: Axis) -> Vec<u8> {
    if !(x.is_possible() && y.is_possible() && bytes(x.source, y.source) == Some(rgb.len())) {
        return Vec::new();
    }
    let Some(wanted) = bytes(x.length, y.length) else {
        return Vec::new();
    };
    let mut resized = vec![0; wanted];
    if is_down_first(x, y) {
        down_first(level, rgb, filter, (x, y), &mut resized);
    } else {
        across_first(level, rgb, filter, (x, y), &mut resized);
    }
    resized
}

/// Whether the height shrinks by more than twice as many pixels as the width.
///
/// # Source
/// `ImagingResampleInner` of Pillow 13.0; older ones always went across first.
fn is_down_first(x: Axis, y: Axis) -> bool {
    let less = |axis: Axis| i64::from(axis.source) - i64::from(axis.resized);
    less(y) > 0 && less(y) > 2 * less(x)
}

fn across_first(level: Level, rgb: &[u8], filter: Filter, (x, y): (Axis, Axis), out: &mut [u8]) {
    let (across, mut down) = (windows::of(filter, x), windows::of(filter, y));
    let rows = windows::cut(&mut down);
    let stride = 3 * x.source as usize;
    let source = Rows {
        bytes: rgb.get(rows.start * stride..).unwrap_or_default(),
        stride,
    };
    let mut narrow = Blocks::new(rows.len(), 3 * across.len());
    passes::across(level, source, &across, &mut narrow);
    passes::down(level, &narrow, &down, out);
}

fn down_first(level: Level, rgb: &[u8], filter: Filter, (x, y): (Axis, Axis), out: &mut [u8]) {
    let (mut across, mut down) = (windows::of(filter, x), windows::of(filter, y));
    let (columns, rows) = (windows::cut(&mut across), windows::cut(&mut down));
    let stride = 3 * x.source as usize;
    let start = rows.start * stride + 3 * columns.start;
    let source = Rows {
        bytes: rgb.get(start..).unwrap_or_default(),
        stride,
    };
    let wide = Blocks::of(source, rows.len(), 3 * columns.len());
    let stride = 3 * columns.len();
    let mut flat = vec![0; stride * down.len()];
    passes::down(level, &wide, &down, &mut flat);
    let mut resized = Blocks::new(down.len(), 3 * across.len());
    let bytes = &flat;
    passes::across(level, Rows { bytes, stride }, &across, &mut resized);
    resized.write(out);
}

fn bytes(width: u32, height: u32) -> Option<usize> {
    (width as usize)
        .checked_mul(height as usize)?
        .checked_mul(3)
}

impl Axis {
    fn is_possible(self) -> bool {
        let end = self.from.checked_add(self.length);
        self.source > 0 && self.length > 0 && end.is_some_and(|end| end <= self.resized)
    }
}

#[cfg(test)]
mod tests;
