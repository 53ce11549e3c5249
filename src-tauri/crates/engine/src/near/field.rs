//! A raster as a smooth function of the place, with its slope.

use super::raster::{AREA, SIDE};

/// Samples a side: two a cell.
const FINE: usize = 2 * SIDE;
/// A sample of slack on each side, so that four neighbours are always there.
const STRIDE: usize = FINE + 2;

/// A smoothed raster that can be read between its cells.
pub(super) struct Field {
    /// `[STRIDE, STRIDE]`.
    dense: Vec<f32>,
    /// The values in the middle of the cells, `[SIDE, SIDE]`.
    middles: Vec<f32>,
}

/// Value and slope at a place; the slope in values a cell.
#[derive(Clone, Copy, Default)]
pub(super) struct Sample {
    pub(super) value: f32,
    pub(super) dx: f32,
    pub(super) dy: f32,
}

impl Field {
    /// Smooths by the cubic B-spline, twice as dense, after `blurs` passes of 1-2-1.
    pub(super) fn of(raster: &[f32], blurs: usize) -> Self {
        let mut values = raster.to_vec();
        values.resize(AREA, 0.0);
        for _ in 0..blurs {
            values = transpose(&blur_rows(&transpose(&blur_rows(&values))));
        }
        let wide = refine_rows(&values, SIDE);
        // `[SIDE, FINE]` turned, refined and turned back is `[FINE, FINE]`.
        let dense = refine_rows(&transpose_of(&wide, FINE), SIDE);
        let dense = transpose_of(&dense, FINE);
        let middles = middles(&dense);
        let dense = pad(&dense);
        Self { dense, middles }
    }

    /// The values in the middle of the cells, `[SIDE, SIDE]`.
    pub(super) fn middles(&self) -> &[f32] {
        &self.middles
    }

    /// The same of what is finer than some cells, about middle grey: however a change turned
    /// colours into other greys, edges stay where they are.
    pub(super) fn of_detail(raster: &[f32]) -> Self {
        let mut smooth = raster.to_vec();
        for _ in 0..2 {
            smooth = transpose(&mean_rows(&transpose(&mean_rows(&smooth))));
        }
        let detail = raster.iter().zip(&smooth).map(|(v, s)| v - s + 128.0);
        Self::of(&detail.collect::<Vec<f32>>(), 0)
    }

    /// Reads at a place in cells, the first cell's middle being 0; outside it is the border's value.
    #[inline]
    pub(super) fn sample(&self, x: f32, y: f32) -> Sample {
        // Cell 0 lies between the first two samples; the slack adds one.
        let place = |at: f32| (2.0 * at + 1.5).clamp(0.0, STRIDE as f32 - 1.001);
        let (x, y) = (place(x), place(y));
        let (left, top) = (x as usize, y as usize);
        let (right, low) = (x - left as f32, y - top as f32);
        let first = top * STRIDE + left;
        let pair = |from: usize| match self.dense.get(from..from + 2) {
            Some(&[a, b]) => (a, b),
            _ => (0.0, 0.0),
        };
        let ((a, b), (c, d)) = (pair(first), pair(first + STRIDE));
        let (upper, lower) = (a + (b - a) * right, c + (d - c) * right);
        Sample {
            value: upper + (lower - upper) * low,
            dx: 2.0 * ((b - a) * (1.0 - low) + (d - c) * low),
            dy: 2.0 * (lower - upper),
        }
    }
}

fn blur_rows(values: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks_exact(SIDE) {
        let before = row.first().into_iter().chain(row);
        let after = row.iter().skip(1).chain(row.last());
        let three = before.zip(row).zip(after);
        out.extend(three.map(|((a, b), c)| 0.25 * (a + c) + 0.5 * b));
    }
    out
}

/// Means of five.
fn mean_rows(values: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks_exact(SIDE) {
        let (first, last) = (row.first().copied(), row.last().copied());
        let (first, last) = (first.unwrap_or(0.0), last.unwrap_or(0.0));
        let mut long = Vec::with_capacity(SIDE + 4);
        long.extend([first, first]);
        long.extend_from_slice(row);
        long.extend([last, last]);
        out.extend(long.windows(5).map(|five| five.iter().sum::<f32>() * 0.2));
    }
    out
}

/// The cubic B-spline a quarter of a cell before and after each of `width` cells of a row.
fn refine_rows(values: &[f32], width: usize) -> Vec<f32> {
    const WEIGHTS: [f32; 4] = [0.070_312_5, 0.611_979_2, 0.315_104_2, 0.002_604_2];
    let mut out = Vec::with_capacity(values.len() * 2);
    for row in values.chunks_exact(width) {
        let (first, last) = (row.first().copied(), row.last().copied());
        let (first, last) = (first.unwrap_or(0.0), last.unwrap_or(0.0));
        let mut long = Vec::with_capacity(width + 4);
        long.extend([first, first]);
        long.extend_from_slice(row);
        long.extend([last, last]);
        for five in long.windows(5) {
            let &[a, b, c, d, e] = five else { continue };
            let sum = |four: [f32; 4]| four.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum::<f32>();
            // Before the cell the nearer neighbour is the left one.
            out.push(sum([d, c, b, a]));
            out.push(sum([b, c, d, e]));
        }
    }
    out
}

fn transpose(values: &[f32]) -> Vec<f32> {
    transpose_of(values, SIDE)
}

/// Turns rows of `width` into columns.
fn transpose_of(values: &[f32], width: usize) -> Vec<f32> {
    let height = values.len() / width;
    let mut out = vec![0.0; values.len()];
    for (y, row) in values.chunks_exact(width).enumerate() {
        for (column, value) in out.chunks_exact_mut(height).zip(row) {
            if let Some(to) = column.get_mut(y) {
                *to = *value;
            }
        }
    }
    out
}

/// Means of 2 × 2.
fn middles(dense: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(AREA);
    for rows in dense.chunks_exact(2 * FINE) {
        let (upper, lower) = rows.split_at(FINE);
        let (upper, lower) = (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0);
        let means = upper.iter().zip(lower);
        out.extend(means.map(|([a, b], [c, d])| 0.25 * (a + b + c + d)));
    }
    out
}

/// Repeats the border once on each side.
fn pad(dense: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(STRIDE * STRIDE);
    let mut push = |row: &[f32]| {
        out.extend(row.first());
        out.extend_from_slice(row);
        out.extend(row.last());
    };
    let mut rows = dense.chunks_exact(FINE);
    if let (Some(first), Some(last)) = (dense.get(..FINE), dense.get(dense.len() - FINE..)) {
        push(first);
        rows.by_ref().for_each(&mut push);
        push(last);
    }
    out
}
