//! The two passes: across every row, and down every column.
//!
//! # Source
//! `ImagingResampleHorizontal_8bpc` and `ImagingResampleVertical_8bpc` of Pillow's `Resample.c`.

use super::blocks::{BLOCK, Blocks, Rows, store};
use super::turn::{BAND, turn};
use super::windows::{PRECISION_BITS, Window, extent};
use crate::multiversion::multiversion;

/// The three colours of a pixel in a band.
const PIXEL: usize = 3 * BAND;

/// What sums begin with: a half, so that cutting rounds.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

multiversion! {
    /// Brings rows of interleaved colours to the width of the windows.
    ///
    /// Sixteen rows at a time, turned so that vectors go down them: neighbours in a row are weighed
    /// differently, and pixels of three bytes fit no vector.
    fn across(source: Rows, windows: &[Window], narrow: &mut Blocks) {
        let mut columns = vec![[0; BAND]; (3 * extent(windows)).next_multiple_of(BLOCK)];
        let mut levels = vec![[0; BAND]; (3 * windows.len()).next_multiple_of(BLOCK)];
        for top in (0..narrow.rows()).step_by(BAND) {
            turn_band(source, top, &mut columns);
            weigh_band(&columns, windows, &mut levels);
            for (block, levels) in narrow.by_block_mut().zip(levels.as_chunks().0) {
                turn_back(levels, block.get_mut(top..).unwrap_or_default());
            }
        }
    }
}

multiversion! {
    /// Brings columns to the height of the windows, and writes rows one behind the other.
    fn down(source: &Blocks, windows: &[Window], out: &mut [u8]) {
        let stride = out.len() / windows.len().max(1);
        for (at, block) in source.by_block().enumerate() {
            for (window, row) in windows.iter().zip(out.chunks_exact_mut(stride.max(1))) {
                let under = block.get(window.from..).unwrap_or_default();
                let mut levels = [0; BLOCK];
                weigh(under, &window.weights, &mut levels);
                store(&levels, row, at * BLOCK);
            }
        }
    }
}

/// Turns the sixteen rows from `top` on.
#[inline(always)]
fn turn_band(source: Rows, top: usize, columns: &mut [[u8; BAND]]) {
    let mut rows = [[0; BLOCK]; BAND];
    for (at, columns) in columns.as_chunks_mut().0.iter_mut().enumerate() {
        for (number, row) in rows.iter_mut().enumerate() {
            source.load(top + number, at * BLOCK, row);
        }
        turn(&rows, columns);
    }
}

/// The weighted sums of a turned band, as levels.
#[inline(always)]
fn weigh_band(columns: &[[u8; BAND]], windows: &[Window], levels: &mut [[u8; BAND]]) {
    let pixels = columns.as_flattened().as_chunks::<PIXEL>().0;
    let levels = levels.as_flattened_mut().as_chunks_mut::<PIXEL>().0;
    for (window, levels) in windows.iter().zip(levels) {
        let under = pixels.get(window.from..).unwrap_or_default();
        weigh(under, &window.weights, levels);
    }
}

/// Turns columns of levels into the rows of a block, as far as there are rows.
#[inline(always)]
fn turn_back(levels: &[[u8; BAND]; BLOCK], block: &mut [[u8; BLOCK]]) {
    for (part, levels) in levels.as_chunks().0.iter().enumerate() {
        let mut rows = [[0; BAND]; BAND];
        turn(levels, &mut rows);
        for (row, bytes) in block.iter_mut().zip(&rows) {
            if let Some(place) = row.as_chunks_mut().0.get_mut(part) {
                *place = *bytes;
            }
        }
    }
}

/// The weighted sums of vectors of bytes, as levels: their whole parts from 0 to 255.
///
/// Four vectors at a time, because the sums lie in memory meanwhile.
#[inline(always)]
fn weigh<const N: usize>(vectors: &[[u8; N]], weights: &[i32], levels: &mut [u8; N]) {
    let mut sums = [HALF; N];
    let (vectors, _) = vectors.split_at(weights.len().min(vectors.len()));
    let (fours, rest) = vectors.as_chunks();
    let (weights, last) = weights.as_chunks();
    for (four, weights) in fours.iter().zip(weights) {
        add_four(&mut sums, four, weights);
    }
    for (vector, weight) in rest.iter().zip(last) {
        for (sum, byte) in sums.iter_mut().zip(vector) {
            *sum += i32::from(*byte) * weight;
        }
    }
    for (level, sum) in levels.iter_mut().zip(&sums) {
        *level = (sum >> PRECISION_BITS).clamp(0, 255) as u8;
    }
}

#[inline(always)]
fn add_four<const N: usize>(
    sums: &mut [i32; N],
    [a, b, c, d]: &[[u8; N]; 4],
    [wa, wb, wc, wd]: &[i32; 4],
) {
    let bytes = a.iter().zip(b).zip(c).zip(d);
    for (sum, (((a, b), c), d)) in sums.iter_mut().zip(bytes) {
        let upper = i32::from(*a) * wa + i32::from(*b) * wb;
        *sum += upper + i32::from(*c) * wc + i32::from(*d) * wd;
    }
}
